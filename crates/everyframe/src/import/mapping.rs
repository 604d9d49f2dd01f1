//! `--map`: a sender's own attribute read as one of ours. Keys are renamed before anything is sent, so that the
//! server reads what the sender would have written had it known our names.

use serde_json::Value;
use trace::Field;

use crate::failure::{Failure, Result};
use crate::terminal::visible;

/// Prefix of the names that no convention covers.
const OWN_PREFIX: &str = "everyframe.";

/// Which keys to rename.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyMap(Vec<(String, String)>);

impl KeyMap {
    /// Reads `SENDER.KEY=everyframe.KEY` pairs. A target must be one of our names, or the attribute of a field.
    pub(super) fn parse(pairs: &[String]) -> Result<Self> {
        pairs
            .iter()
            .map(|pair| parse_pair(pair))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Whether nothing is renamed.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The new name of a key, if it gets one.
    pub(super) fn rename(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(from, _)| from == key)
            .map(|(_, to)| to.as_str())
    }

    /// The pairs as one text, in the order given.
    pub(super) fn text(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(from, to)| format!("{from}={to}")).collect();
        pairs.join(",")
    }

    /// Renames keys in an OTLP request: in every list named `attributes`, at any depth, but not inside values.
    pub(super) fn apply_to_otlp(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.apply_to_otlp(item)),
            Value::Object(map) => {
                for (name, member) in map {
                    if name == "attributes" {
                        self.apply_to_attributes(member);
                    } else {
                        self.apply_to_otlp(member);
                    }
                }
            }
            _ => {}
        }
    }

    fn apply_to_attributes(&self, attributes: &mut Value) {
        for attribute in attributes.as_array_mut().into_iter().flatten() {
            if let Some(Value::String(key)) = attribute.get_mut("key")
                && let Some(new) = self.rename(key)
            {
                new.clone_into(key);
            }
        }
    }

    /// Renames keys of the `metadata` of an event line.
    pub(super) fn apply_to_event(&self, event: &mut Value) {
        let Some(Value::Object(metadata)) = event.get_mut("metadata") else {
            return;
        };
        let renamed = std::mem::take(metadata)
            .into_iter()
            .map(|(key, value)| match self.rename(&key) {
                Some(new) => (new.to_owned(), value),
                None => (key, value),
            })
            .collect();
        *metadata = renamed;
    }
}

fn parse_pair(pair: &str) -> Result<(String, String)> {
    let bad = |what: String| {
        Failure::new("bad_map", what)
            .hint("write --map SENDER.KEY=everyframe.KEY, such as --map bench.task.id=everyframe.run.task.id")
    };
    let Some((from, to)) = pair.split_once('=') else {
        return Err(bad(format!("`{}` has no `=`", visible(pair))));
    };
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() {
        return Err(bad(format!("`{}` names no key of the sender", visible(pair))));
    }
    let is_field = Field::ALL.iter().any(|field| field.definition().attribute == to);
    let is_own = to.len() > OWN_PREFIX.len() && to.starts_with(OWN_PREFIX);
    if !is_field && !is_own {
        return Err(bad(format!(
            "`{}` is not an attribute that Everyframe reads",
            visible(to)
        )));
    }
    Ok((from.to_owned(), to.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(pairs: &[&str]) -> Result<KeyMap> {
        KeyMap::parse(&pairs.iter().map(|&pair| pair.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn renames_keys_of_attributes_wherever_they_stand_but_not_within_values() {
        let mut request = json!({"resourceSpans": [{
            "resource": {"attributes": [{"key": "a.b", "value": {"stringValue": "1"}}]},
            "scopeSpans": [{"spans": [{
                "name": "a.b",
                "attributes": [{"key": "a.b", "value": {"kvlistValue": {"values": [{"key": "a.b"}]}}}],
                "events": [{"attributes": [{"key": "other"}]}],
            }]}],
        }]});
        map(&["a.b=everyframe.run.task.id"])
            .unwrap()
            .apply_to_otlp(&mut request);
        let span = &request["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
        assert_eq!(
            request["resourceSpans"][0]["resource"]["attributes"][0]["key"],
            "everyframe.run.task.id"
        );
        assert_eq!(span["attributes"][0]["key"], "everyframe.run.task.id");
        assert_eq!(
            span["attributes"][0]["value"]["kvlistValue"]["values"][0]["key"],
            "a.b"
        );
        assert_eq!(span["events"][0]["attributes"][0]["key"], "other");
        assert_eq!(span["name"], "a.b");
    }

    #[test]
    fn renames_metadata_of_events() {
        let mut event = json!({"event": "span_started", "metadata": {"task": "t1", "x": 1}});
        map(&["task=everyframe.run.task.id"])
            .unwrap()
            .apply_to_event(&mut event);
        assert_eq!(event["metadata"], json!({"everyframe.run.task.id": "t1", "x": 1}));
    }

    #[test]
    fn a_pair_that_would_do_nothing_is_refused() {
        for pair in ["a", "=everyframe.run.id", "a=b", "a=everyframe."] {
            assert_eq!(map(&[pair]).unwrap_err().code(), "bad_map", "{pair}");
        }
        assert!(map(&["a=session.id"]).is_err());
        assert!(map(&["a=gen_ai.request.model", "b=everyframe.run.goal"]).is_ok());
    }
}
