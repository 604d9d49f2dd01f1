//! JSON leaf by leaf: for texts that would not stay JSON otherwise.

use serde_json::Value;

/// Rewrites every text, number and key of a JSON value that `rewritten` has an answer for, given the leaf and the
/// key it stands under. A rewritten number becomes a text.
pub(super) fn rewrite(
    value: &mut Value,
    key: &str,
    rewritten: &mut impl FnMut(&str, &str) -> Option<String>,
) {
    match value {
        Value::String(text) => {
            if let Some(other) = rewritten(text, key) {
                *text = other;
            }
        }
        Value::Number(number) => {
            if let Some(other) = rewritten(&number.to_string(), key) {
                *value = Value::String(other);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, key, rewritten)),
        Value::Object(members) => {
            for (key, mut value) in std::mem::take(members) {
                rewrite(&mut value, &key, rewritten);
                let key = rewritten(&key, "").unwrap_or(key);
                members.insert(key, value);
            }
        }
        Value::Bool(_) | Value::Null => {}
    }
}
