//! Facts: the fields a span has, as a short sorted list. A missing field is unknown, which is not zero.

use crate::field::{Field, ValueType};
use crate::ids::Text;

/// The value of a field or of a sender's own attribute.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A short text.
    Text(Text),
    /// Several short texts.
    TextList(Vec<Text>),
    /// A 64-bit integer.
    Int(i64),
    /// A finite number.
    Double(f64),
    /// True or false.
    Bool(bool),
}

impl Value {
    /// The type this value has.
    #[must_use]
    pub const fn value_type(&self) -> ValueType {
        match self {
            Self::Text(_) => ValueType::Text,
            Self::TextList(_) => ValueType::TextList,
            Self::Int(_) => ValueType::Int,
            Self::Double(_) => ValueType::Double,
            Self::Bool(_) => ValueType::Bool,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<Vec<Text>> for Value {
    fn from(list: Vec<Text>) -> Self {
        Self::TextList(list)
    }
}

/// The fields of one span or run, sorted by field, each at most once and of its registered type.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts(Vec<(Field, Value)>);

impl Facts {
    /// No facts.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a field. A value of another type than the field's, a number that is not finite, an empty text or
    /// an empty list is no value, and leaves the field as it was.
    pub fn set(&mut self, field: Field, value: impl Into<Value>) {
        let value = value.into();
        let is_value = match &value {
            Value::Text(text) => !text.is_empty(),
            Value::TextList(list) => !list.is_empty(),
            Value::Double(number) => number.is_finite(),
            Value::Int(_) | Value::Bool(_) => true,
        };
        if !is_value || value.value_type() != field.definition().value_type {
            return;
        }
        match self.0.binary_search_by_key(&field, |(known, _)| *known) {
            Ok(index) => {
                if let Some(slot) = self.0.get_mut(index) {
                    slot.1 = value;
                }
            }
            Err(index) => self.0.insert(index, (field, value)),
        }
    }

    /// Sets a field that has no value yet: the first dialect that knows it wins.
    pub fn set_if_unknown(&mut self, field: Field, value: impl Into<Value>) {
        if self.get(field).is_none() {
            self.set(field, value);
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, field: Field) -> Option<Value> {
        let index = self.0.binary_search_by_key(&field, |(known, _)| *known).ok()?;
        Some(self.0.remove(index).1)
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Value> {
        let index = self.0.binary_search_by_key(&field, |(known, _)| *known).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// The value of a text field.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.get(field)? {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The values of a list field; empty if unknown.
    #[must_use]
    pub fn list(&self, field: Field) -> &[Text] {
        match self.get(field) {
            Some(Value::TextList(list)) => list,
            _ => &[],
        }
    }

    /// The value of an integer field.
    #[must_use]
    pub fn int(&self, field: Field) -> Option<i64> {
        match self.get(field)? {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The value of a number field.
    #[must_use]
    pub fn double(&self, field: Field) -> Option<f64> {
        match self.get(field)? {
            Value::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// The value of a flag.
    #[must_use]
    pub fn flag(&self, field: Field) -> Option<bool> {
        match self.get(field)? {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Marks a field as inferred, not stated by the sender.
    pub fn mark_inferred(&mut self, field: Field) {
        let name = field.definition().name;
        let mut names = self.list(Field::Inferred).to_vec();
        if names.iter().all(|known| known != name) {
            names.push(name.into());
            self.set(Field::Inferred, names);
        }
    }

    /// Whether a field is marked as inferred.
    #[must_use]
    pub fn is_inferred(&self, field: Field) -> bool {
        self.list(Field::Inferred)
            .iter()
            .any(|name| name == field.definition().name)
    }

    /// Copies every field that is unknown here from `other`.
    pub fn fill_from(&mut self, other: &Self) {
        for (field, value) in &other.0 {
            self.set_if_unknown(*field, value.clone());
        }
    }

    /// All facts, by field number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Field, &Value)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// How many fields are known.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps what `keep` answers `true` to; it may change values in place, keeping their type.
    pub fn retain(&mut self, mut keep: impl FnMut(Field, &mut Value) -> bool) {
        self.0.retain_mut(|(field, value)| keep(*field, value));
    }
}

impl FromIterator<(Field, Value)> for Facts {
    fn from_iter<I: IntoIterator<Item = (Field, Value)>>(facts: I) -> Self {
        let mut collected = Self::new();
        for (field, value) in facts {
            collected.set(field, value);
        }
        collected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_type_is_no_value() {
        let mut facts = Facts::new();
        facts.set(Field::InputTokens, "12");
        facts.set(Field::Cost, f64::NAN);
        facts.set(Field::ToolName, "");
        assert!(facts.is_empty());
    }

    #[test]
    fn zero_is_known_and_missing_is_not() {
        let mut facts = Facts::new();
        facts.set(Field::CacheReadTokens, 0);
        assert_eq!(facts.int(Field::CacheReadTokens), Some(0));
        assert_eq!(facts.int(Field::CacheWriteTokens), None);
    }

    #[test]
    fn the_first_dialect_wins() {
        let mut facts = Facts::new();
        facts.set_if_unknown(Field::ToolName, "lookup");
        facts.set_if_unknown(Field::ToolName, "other");
        assert_eq!(facts.text(Field::ToolName), Some("lookup"));
    }
}
