//! Shapes: what arguments and results look like, without saying what they are.
//!
//! A shape is a JSON list with one entry a leaf: `["order.items[0].sku","text",6,"<token>"]`, that is path,
//! type (`text`, `number`, `bool`, `null`, `empty`), length of the value in bytes as JSON writes it, and keyed
//! token. Equal leaves of a tenant have equal tokens. A key that has not the form of a name is itself replaced by
//! a token. Where a shape would be larger than its limits, a last entry `["…","cut",<leaves left out>,""]` says so.

use serde_json::{Value, json};

use trace::Text;

use crate::forms;
use crate::keys::ScopeKeys;
use crate::rules;

/// Most leaves of a shape.
pub(crate) const LEAVES_MAX: usize = 256;
/// Most bytes of a shape.
pub(crate) const SHAPE_SIZE_BYTES_MAX: usize = 8 * 1024;
/// Longest text that is read as JSON; a longer one is one leaf.
const JSON_SIZE_BYTES_MAX: usize = 1024 * 1024;
/// Deepest nesting of lists and objects written as texts: models often write one where a tool takes a list.
const NESTING_MAX: usize = 3;
/// Longest key in a path, in bytes.
const KEY_SIZE_BYTES_MAX: usize = 64;
/// Longest path, in bytes.
const PATH_SIZE_BYTES_MAX: usize = 256;

/// Arguments or a result, read once.
pub(crate) enum Parsed<'a> {
    /// JSON, a JSON text within a JSON string unwrapped.
    Json(Value),
    /// Anything else.
    Text(&'a str),
}

impl<'a> Parsed<'a> {
    /// Reads a text; what is no object or list of JSON stays text.
    pub(crate) fn read(text: &'a str) -> Self {
        let trimmed = text.trim();
        if trimmed.len() > JSON_SIZE_BYTES_MAX || !trimmed.starts_with(['{', '[', '"']) {
            return Self::Text(text);
        }
        match serde_json::from_str::<Value>(trimmed) {
            Ok(Value::String(inner)) if inner.trim_start().starts_with(['{', '[']) => {
                serde_json::from_str(&inner).map_or(Self::Json(Value::String(inner)), Self::Json)
            }
            Ok(value) => Self::Json(value),
            Err(_) => Self::Text(text),
        }
    }

    /// The shape.
    pub(crate) fn shape(&self, keys: &ScopeKeys) -> Text {
        let mut writer = Writer {
            keys,
            text: String::from("["),
            leaves: 0,
            left_out: 0,
        };
        match self {
            Self::Json(value) => writer.value("", value, 0),
            Self::Text(text) => writer.leaf("", "text", text),
        }
        writer.finish()
    }

    /// One token of the whole in canonical form: keys sorted, no space, numbers as their value.
    pub(crate) fn token(&self, keys: &ScopeKeys) -> Text {
        match self {
            Self::Json(value) => {
                let mut canonical = String::new();
                write_canonical(value, &mut canonical);
                keys.token("arguments", &canonical)
            }
            Self::Text(text) => keys.token("arguments", text.trim()),
        }
    }

    /// Texts that stand under a key of a secret: they must not echo anywhere else.
    pub(crate) fn secrets(&self) -> Vec<(String, &'static rules::Rule)> {
        let mut secrets = Vec::new();
        if let Self::Json(value) = self {
            collect_secrets(value, None, &mut secrets);
        }
        secrets
    }
}

struct Writer<'a> {
    keys: &'a ScopeKeys,
    text: String,
    leaves: usize,
    left_out: usize,
}

impl Writer<'_> {
    fn value(&mut self, path: &str, value: &Value, depth: usize) {
        if self.left_out > 0 {
            self.left_out += leaves(value);
            return;
        }
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (key, value) in members {
                    let key = self.key(key);
                    let path = if path.is_empty() {
                        key
                    } else {
                        format!("{path}.{key}")
                    };
                    self.value(&path, value, depth);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, depth);
                }
            }
            Value::Object(_) | Value::Array(_) => self.leaf(path, "empty", ""),
            Value::String(text) => match nested(text).filter(|_| depth < NESTING_MAX) {
                Some(inner) => self.value(path, &inner, depth + 1),
                None => self.leaf(path, "text", text),
            },
            Value::Number(number) => self.leaf(path, "number", &canonical_number(number)),
            Value::Bool(flag) => self.leaf(path, "bool", if *flag { "true" } else { "false" }),
            Value::Null => self.leaf(path, "null", ""),
        }
    }

    fn key(&self, key: &str) -> String {
        let is_kept = key.len() <= KEY_SIZE_BYTES_MAX
            && !key.contains(' ')
            && forms::is_name(key)
            && crate::scan::scan(key, crate::scan::Surface::Key, None, &[]).is_empty();
        if is_kept {
            key.to_owned()
        } else {
            self.keys.token("key", key).to_string()
        }
    }

    fn leaf(&mut self, path: &str, kind: &str, value: &str) {
        if self.leaves >= LEAVES_MAX {
            self.left_out += 1;
            return;
        }
        let path = if path.len() > PATH_SIZE_BYTES_MAX {
            self.keys.token("path", path)
        } else {
            path.into()
        };
        let token = if value.is_empty() {
            Text::default()
        } else {
            self.keys.shape_token(kind, value.as_bytes())
        };
        let entry = json!([path.as_str(), kind, value.len(), token.as_str()]).to_string();
        // Room for the entry that says what was left out.
        if self.text.len() + entry.len() + 40 > SHAPE_SIZE_BYTES_MAX {
            self.left_out += 1;
            return;
        }
        if self.leaves > 0 {
            self.text.push(',');
        }
        self.text.push_str(&entry);
        self.leaves += 1;
    }

    fn finish(mut self) -> Text {
        if self.left_out > 0 {
            if self.leaves > 0 {
                self.text.push(',');
            }
            self.text
                .push_str(&json!(["…", "cut", self.left_out, ""]).to_string());
        }
        self.text.push(']');
        self.text.into()
    }
}

/// A list or object that was written as a text: as JSON, or with single quotes as Python prints it.
fn nested(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_wrapped =
        (text.starts_with('[') && text.ends_with(']')) || (text.starts_with('{') && text.ends_with('}'));
    if !is_wrapped || text.len() > JSON_SIZE_BYTES_MAX {
        return None;
    }
    let parsed = serde_json::from_str(text).ok().or_else(|| {
        let is_plain = !text.contains(['"', '\\']);
        is_plain.then(|| serde_json::from_str(&text.replace('\'', "\"")).ok())?
    });
    parsed.filter(|value: &Value| matches!(value, Value::Object(_) | Value::Array(_)))
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn collect_secrets(
    value: &Value,
    rule: Option<&'static rules::Rule>,
    secrets: &mut Vec<(String, &'static rules::Rule)>,
) {
    match (value, rule) {
        (Value::Object(members), _) => {
            for (key, value) in members {
                collect_secrets(
                    value,
                    rules::keys::secret(key).map(|secret| secret.rule).or(rule),
                    secrets,
                );
            }
        }
        (Value::Array(items), _) => items.iter().for_each(|item| collect_secrets(item, rule, secrets)),
        (Value::String(text), Some(rule)) => secrets.push((text.clone(), rule)),
        _ => {}
    }
}

fn write_canonical(value: &Value, canonical: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| key.as_str());
            canonical.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    canonical.push(',');
                }
                canonical.push_str(&Value::from(key.as_str()).to_string());
                canonical.push(':');
                write_canonical(value, canonical);
            }
            canonical.push('}');
        }
        Value::Array(items) => {
            canonical.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    canonical.push(',');
                }
                write_canonical(item, canonical);
            }
            canonical.push(']');
        }
        Value::Number(number) => canonical.push_str(&canonical_number(number)),
        other => canonical.push_str(&other.to_string()),
    }
}

/// `1`, `1.0` and `1e0` are one number.
fn canonical_number(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (None, None, Some(float)) => format!("{float}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Keys;
    use trace::WorkspaceId;

    fn keys() -> ScopeKeys {
        Keys::derive(&[1; 32], "gate").tenant(&WorkspaceId::new("w"), None)
    }

    /// Path, type and length of each leaf.
    fn check(text: &str, expected: &str) {
        let shape: Vec<(String, String, usize, String)> =
            serde_json::from_str(&Parsed::read(text).shape(&keys())).unwrap();
        let shown: Vec<_> = shape
            .iter()
            .map(|(path, kind, size, _)| format!("{path}:{kind}:{size}"))
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn a_shape_has_paths_types_and_lengths() {
        check(
            r#"{"order":{"id":"7781","items":[{"qty":2},{}]},"late":true,"x":null}"#,
            "order.id:text:4 order.items[0].qty:number:1 order.items[1]:empty:0 late:bool:4 x:null:0",
        );
        check("free text", ":text:9");
        check(r#""{\"a\":1}""#, "a:number:1");
    }

    #[test]
    fn a_shape_never_holds_a_value_nor_an_odd_key() {
        let shape = Parsed::read(r#"{"note":"CANARY","jane@example.com":{"a b c":1}}"#).shape(&keys());
        assert!(
            !shape.contains("CANARY") && !shape.contains("jane") && !shape.contains("a b c"),
            "{shape}"
        );
    }

    #[test]
    fn a_list_written_as_a_text_has_the_shape_of_the_list() {
        let shape = |text| Parsed::read(text).shape(&keys());
        let plain = shape(r#"{"ids":["a","b"],"note":"[see below"}"#);
        assert_eq!(shape(r#"{"ids":"[\"a\", \"b\"]","note":"[see below"}"#), plain);
        assert_eq!(shape(r#"{"ids":"['a', 'b']","note":"[see below"}"#), plain);
    }

    #[test]
    fn equal_arguments_have_equal_tokens_whatever_their_form() {
        let token = |text| Parsed::read(text).token(&keys());
        assert_eq!(token(r#"{"a":1,"b":[1.0]}"#), token(r#"{ "b": [1], "a": 1.0 }"#));
        assert_eq!(token(r#"{"a":1}"#), token(r#""{\"a\":1}""#));
        assert_ne!(token(r#"{"a":1}"#), token(r#"{"a":2}"#));
    }

    #[test]
    fn a_large_value_has_a_bounded_shape_that_says_so() {
        let items: Vec<_> = (0..70_000).map(|index| format!("key_{index}")).collect();
        let text = serde_json::to_string(&items).unwrap();
        let shape = Parsed::read(&text).shape(&keys());
        assert!(shape.len() <= SHAPE_SIZE_BYTES_MAX);
        assert!(shape.contains("\"cut\""));
        serde_json::from_str::<Value>(&shape).unwrap();
    }
}
