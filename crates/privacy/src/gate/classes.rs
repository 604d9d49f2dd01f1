//! What a policy says stands at some paths of a tool's arguments and results: taken out whole, whatever it looks like.

use serde_json::Value;

use trace::content::{Body, Sensitive};
use trace::{Clearance, Field, Media, Role, TraceId};

use super::echo::Echoes;
use super::facts::Notes;
use crate::keys::ScopeKeys;
use crate::policy::{DataClass, Policy};

/// Deepest texts within texts that are read as JSON.
const NESTING_MAX: usize = 2;

/// What is classified, and with what.
pub(super) struct Classifier<'a> {
    pub(super) policy: &'a Policy,
    pub(super) keys: &'a ScopeKeys,
    pub(super) tool: &'a str,
    pub(super) trace_id: TraceId,
}

impl Classifier<'_> {
    /// Takes what is classified out of the bodies of a span, and says of which classes its arguments and result are.
    pub(super) fn clear(
        &self,
        facts: &mut trace::Facts,
        bodies: &mut [Body],
        echoes: &mut Echoes,
        notes: &mut Notes,
    ) {
        for (role, field) in [
            (Role::Arguments, Field::ArgumentsClass),
            (Role::Result, Field::ResultClass),
        ] {
            let Some(strictest) = self.policy.class_of_part(self.tool, role) else {
                continue;
            };
            let mut found: Vec<DataClass> = Vec::new();
            for body in bodies.iter_mut().filter(|body| body.role == role) {
                let mut taken = Vec::new();
                let cleared = self.text(body.text.expose(), role, strictest, &mut found, &mut taken);
                if let Some(text) = cleared {
                    body.text = Sensitive::new(text);
                }
                for (class, value) in taken {
                    notes.add(role.as_str(), clearance(class), class.as_str(), 1);
                    if class != DataClass::Personal {
                        echoes.add(self.trace_id, &value);
                    }
                }
                if body.media == Media::Json && !super::replace::is_json(body.text.expose()) {
                    body.media = Media::Text;
                }
            }
            found.sort_unstable();
            found.dedup();
            let mut words: Vec<trace::Text> = match facts.get(field) {
                Some(trace::Value::TextList(words)) => words.clone(),
                _ => Vec::new(),
            };
            for class in found {
                if !words.iter().any(|word| word == class.as_str()) {
                    words.push(class.as_str().into());
                }
            }
            if !words.is_empty() {
                facts.set(field, words);
            }
        }
    }

    /// A body as it may go on; `None` if it may stay as it is. A text that is no JSON has no paths: what holds for any
    /// of them holds for all of it.
    fn text(
        &self,
        text: &str,
        role: Role,
        strictest: DataClass,
        found: &mut Vec<DataClass>,
        taken: &mut Vec<(DataClass, String)>,
    ) -> Option<String> {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            found.push(strictest);
            let stand_in = self.stand_in(strictest, text)?;
            taken.push((strictest, text.to_owned()));
            return Some(stand_in);
        };
        let before = taken.len();
        self.value(&mut value, "", role, 0, found, taken);
        (taken.len() > before).then(|| value.to_string())
    }

    fn value(
        &self,
        value: &mut Value,
        path: &str,
        role: Role,
        depth: usize,
        found: &mut Vec<DataClass>,
        taken: &mut Vec<(DataClass, String)>,
    ) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (key, value) in members {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    self.value(value, &path, role, depth, found, taken);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(item, &format!("{path}[{index}]"), role, depth, found, taken);
                }
            }
            leaf => {
                if let Value::String(text) = leaf
                    && depth < NESTING_MAX
                    && text.starts_with(['{', '['])
                    && let Ok(mut inner) = serde_json::from_str::<Value>(text)
                {
                    let before = taken.len();
                    self.value(&mut inner, path, role, depth + 1, found, taken);
                    if taken.len() > before {
                        *leaf = Value::String(inner.to_string());
                    }
                    return;
                }
                let Some(class) = self.policy.class_of_leaf(self.tool, role, path) else {
                    return;
                };
                found.push(class);
                let text = match &*leaf {
                    Value::Null | Value::Object(_) | Value::Array(_) => return,
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                if let Some(stand_in) = self.stand_in(class, &text) {
                    *leaf = Value::String(stand_in);
                    taken.push((class, text));
                }
            }
        }
    }

    /// What stands in place of a value of a class; `None` if the value may go on.
    fn stand_in(&self, class: DataClass, value: &str) -> Option<String> {
        match class {
            DataClass::Public | DataClass::Internal => None,
            DataClass::Personal if crate::keys::is_token(value) => None,
            DataClass::Personal => Some(self.keys.token("personal", value).into()),
            class => Some(format!("[{}]", class.as_str())),
        }
    }
}

/// What is done with a value of a class.
const fn clearance(class: DataClass) -> Clearance {
    match class {
        DataClass::Personal => Clearance::Tokenized,
        _ => Clearance::Redacted,
    }
}
