//! Reading values whatever type the sender chose: numbers come as strings, lists as JSON text, JSON as lists of
//! JSON text. One set of helpers for all dialects; none of them fails, they answer `None`.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};
use trace::{Text, Value};

use crate::otlp::AnyValue;

/// Deepest nesting that is turned into JSON; what lies deeper is left out.
const DEPTH_MAX: usize = 64;
/// Above this, a floating point number can no longer be told from its neighbours, so the text is kept instead.
const DOUBLE_EXACT_MAX: f64 = 9_007_199_254_740_992.0;
/// Longest text that is taken as one of the sender's own attributes; a longer one is content.
pub(crate) const ATTRIBUTE_SIZE_BYTES_MAX: usize = 256;
/// Most items a list may have to be an attribute.
const ATTRIBUTE_ITEMS_MAX: usize = 32;

/// A scalar as text.
pub(crate) fn as_text<'v>(value: &'v AnyValue<'_>) -> Option<Cow<'v, str>> {
    match value {
        AnyValue::Text(text) => Some(Cow::Borrowed(text)),
        AnyValue::Int(number) => Some(Cow::Owned(number.to_string())),
        AnyValue::Double(number) => Some(Cow::Owned(number.to_string())),
        AnyValue::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        _ => None,
    }
}

/// A text, where it is one.
pub(crate) fn as_str<'v>(value: &'v AnyValue<'_>) -> Option<&'v str> {
    match value {
        AnyValue::Text(text) => Some(text),
        _ => None,
    }
}

/// A scalar as text, without the quotes that some senders put around every value.
pub(crate) fn as_unquoted<'v>(value: &'v AnyValue<'_>) -> Option<Cow<'v, str>> {
    let text = as_text(value)?;
    if text.starts_with('"')
        && let Ok(inner) = serde_json::from_str::<String>(&text)
    {
        return Some(Cow::Owned(inner));
    }
    Some(text)
}

/// A whole number, also from a text or from a floating point number without a fraction.
pub(crate) fn as_i64(value: &AnyValue<'_>) -> Option<i64> {
    match value {
        AnyValue::Int(number) => Some(*number),
        AnyValue::Double(number) => whole(*number),
        AnyValue::Text(text) => {
            let text = text.trim().trim_matches('"');
            text.parse()
                .ok()
                .or_else(|| text.parse::<f64>().ok().and_then(whole))
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range and the missing fraction are checked first"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < DOUBLE_EXACT_MAX).then_some(number as i64)
}

/// A finite number, also from a text.
pub(crate) fn as_f64(value: &AnyValue<'_>) -> Option<f64> {
    let number = match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a fact of type double has its precision"
        )]
        AnyValue::Int(number) => *number as f64,
        AnyValue::Double(number) => *number,
        AnyValue::Text(text) => text.trim().trim_matches('"').parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// True or false, also from a text or from 0 and 1.
pub(crate) fn as_bool(value: &AnyValue<'_>) -> Option<bool> {
    match value {
        AnyValue::Bool(flag) => Some(*flag),
        AnyValue::Int(0) => Some(false),
        AnyValue::Int(1) => Some(true),
        AnyValue::Text(text) => {
            let text = text.trim().trim_matches('"');
            if text.eq_ignore_ascii_case("true") {
                Some(true)
            } else if text.eq_ignore_ascii_case("false") {
                Some(false)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Several texts: a list, a JSON list in a text, or one text alone.
pub(crate) fn as_str_list(value: &AnyValue<'_>) -> Vec<Text> {
    match value {
        AnyValue::List(items) => items
            .iter()
            .filter_map(|item| as_text(item).map(Text::from))
            .collect(),
        AnyValue::Text(text) if text.trim_start().starts_with('[') => match parse_json(text) {
            Some(Json::Array(items)) => items.iter().filter_map(json_text).map(Text::from).collect(),
            _ => vec![Text::from(text.as_ref())],
        },
        AnyValue::Empty => Vec::new(),
        AnyValue::Text(text) if text.is_empty() => Vec::new(),
        other => as_text(other).map(Text::from).into_iter().collect(),
    }
}

/// Any value as JSON: text that holds JSON is read, other text becomes a JSON string, and a list of JSON texts
/// becomes a list of values.
pub(crate) fn as_json(value: &AnyValue<'_>) -> Json {
    match value {
        AnyValue::Text(text) => parse_json(text).unwrap_or_else(|| Json::String(text.clone().into_owned())),
        AnyValue::List(items) => Json::Array(items.iter().map(as_json).collect()),
        other => plain_json(other, 0),
    }
}

/// Any value as JSON, texts as they are.
pub(crate) fn plain_json(value: &AnyValue<'_>, depth: usize) -> Json {
    if depth > DEPTH_MAX {
        return Json::Null;
    }
    match value {
        AnyValue::Empty | AnyValue::Bytes(_) => Json::Null,
        AnyValue::Text(text) => Json::String(text.clone().into_owned()),
        AnyValue::Bool(flag) => Json::Bool(*flag),
        AnyValue::Int(number) => Json::from(*number),
        AnyValue::Double(number) => Json::from(*number),
        AnyValue::List(items) => Json::Array(items.iter().map(|item| plain_json(item, depth + 1)).collect()),
        AnyValue::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|entry| {
                    (
                        entry.key.clone().into_owned(),
                        plain_json(&entry.value, depth + 1),
                    )
                })
                .collect::<Map<_, _>>(),
        ),
    }
}

/// Reads a text as JSON if it is an object, a list or a quoted string, and if nothing of it would change its
/// value by being read: numbers too long for a machine number stay text.
pub(crate) fn parse_json(text: &str) -> Option<Json> {
    let trimmed = text.trim();
    if !trimmed.starts_with(['{', '[', '"']) {
        return None;
    }
    let value: Json = serde_json::from_str(trimmed).ok()?;
    is_exact(&value).then_some(value)
}

fn is_exact(value: &Json) -> bool {
    match value {
        Json::Number(number) => {
            !number.is_f64()
                || number
                    .as_f64()
                    .is_some_and(|double| double.abs() < DOUBLE_EXACT_MAX)
        }
        Json::Array(items) => items.iter().all(is_exact),
        Json::Object(entries) => entries.values().all(is_exact),
        _ => true,
    }
}

/// A scalar JSON value as text.
pub(crate) fn json_text(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Owned(number.to_string())),
        Json::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        _ => None,
    }
}

/// A whole number in JSON, as number or text.
pub(crate) fn json_i64(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A finite number in JSON, as number or text.
pub(crate) fn json_f64(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// The one text form of a JSON value: keys sorted, no spaces. Equal values have equal text whoever sent them.
pub(crate) fn canonical_text(mut value: Json) -> String {
    value.sort_all_objects();
    value.to_string()
}

/// A value that may stand among a span's own attributes: a scalar, or a short list of short texts.
pub(crate) fn as_attribute(value: &AnyValue<'_>) -> Option<Value> {
    match value {
        AnyValue::Text(text) if text.len() <= ATTRIBUTE_SIZE_BYTES_MAX => {
            Some(Value::Text(text.as_ref().into()))
        }
        AnyValue::Bool(flag) => Some(Value::Bool(*flag)),
        AnyValue::Int(number) => Some(Value::Int(*number)),
        AnyValue::Double(number) => Some(Value::Double(*number)),
        AnyValue::List(items) if items.len() <= ATTRIBUTE_ITEMS_MAX => {
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                let text = as_text(item).filter(|text| text.len() <= ATTRIBUTE_SIZE_BYTES_MAX)?;
                texts.push(Text::from(text));
            }
            Some(Value::TextList(texts))
        }
        _ => None,
    }
}

/// Whether a value says nothing: missing, an empty text, or an empty collection.
pub(crate) fn is_empty(value: &AnyValue<'_>) -> bool {
    match value {
        AnyValue::Empty => true,
        AnyValue::Text(text) => text.is_empty(),
        AnyValue::List(items) => items.is_empty(),
        AnyValue::Map(entries) => entries.is_empty(),
        AnyValue::Bytes(bytes) => bytes.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> AnyValue<'_> {
        AnyValue::Text(Cow::Borrowed(text))
    }

    #[test]
    fn numbers_are_read_from_texts_and_doubles() {
        assert_eq!(as_i64(&text("456")), Some(456));
        assert_eq!(as_i64(&text("\"20\"")), Some(20));
        assert_eq!(as_i64(&AnyValue::Double(2.0)), Some(2));
        assert_eq!(as_i64(&AnyValue::Double(2.5)), None);
        assert_eq!(as_f64(&text("0.2")), Some(0.2));
        assert_eq!(as_f64(&text("NaN")), None);
    }

    #[test]
    fn a_list_may_be_json_in_a_text() {
        assert_eq!(as_str_list(&text(r#"["tool_calls"]"#)), ["tool_calls"]);
        assert_eq!(as_str_list(&text("stop")), ["stop"]);
        assert_eq!(
            as_str_list(&AnyValue::List(vec![text("a"), AnyValue::Int(1)])),
            ["a", "1"]
        );
    }

    #[test]
    fn a_list_of_json_texts_becomes_a_list_of_values() {
        let list = AnyValue::List(vec![text(r#"{"name":"a"}"#)]);
        assert_eq!(as_json(&list).to_string(), r#"[{"name":"a"}]"#);
    }

    #[test]
    fn a_number_too_long_for_the_machine_stays_text() {
        let long = r#"{"account":123456789012345678901234567890}"#;
        assert_eq!(as_json(&text(long)), Json::String(long.to_owned()));
    }

    #[test]
    fn equal_values_have_equal_text() {
        let one = canonical_text(serde_json::json!({"b": {"d": 1, "c": 2}, "a": 49.90}));
        let other = canonical_text(serde_json::json!({"a": 49.9, "b": {"c": 2, "d": 1}}));
        assert_eq!(one, other);
        assert_eq!(one, r#"{"a":49.9,"b":{"c":2,"d":1}}"#);
    }
}
