//! Facts and attributes as JSON.

use serde::Serialize;
use serde_json::{Map, Value as Json};
use trace::{Facts, Text, Value};
use utoipa::ToSchema;

/// Largest integer that every JSON reader keeps exact.
const EXACT_INTEGER_MAX: u64 = (1 << 53) - 1;

/// A sender's own attribute. A list of these, not an object: a hostile key must not become a property name.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Attribute {
    /// The sender's key.
    pub key: String,
    /// Its value: a text, a number, a flag or a list of texts.
    pub value: Json,
}

/// Facts as an object, by field name.
pub(crate) fn object(facts: &Facts) -> Map<String, Json> {
    facts
        .iter()
        .map(|(field, fact)| (field.definition().name.to_owned(), value(fact)))
        .collect()
}

/// Attributes in the sender's order.
pub(crate) fn attributes(attributes: &[(Text, Value)]) -> Vec<Attribute> {
    attributes
        .iter()
        .map(|(key, fact)| Attribute {
            key: key.to_string(),
            value: value(fact),
        })
        .collect()
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => Json::from(text.as_str()),
        Value::TextList(list) => list.iter().map(Text::as_str).collect(),
        Value::Int(number) => integer(*number),
        Value::Double(number) => Json::from(*number),
        Value::Bool(flag) => Json::from(*flag),
    }
}

/// An integer: a decimal string where readers of JSON would lose digits.
pub(crate) fn integer(number: i64) -> Json {
    if number.unsigned_abs() > EXACT_INTEGER_MAX {
        Json::from(number.to_string())
    } else {
        Json::from(number)
    }
}
