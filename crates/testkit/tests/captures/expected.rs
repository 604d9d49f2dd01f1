//! What a capture's `expected.json` asks for, read as the README beside the captures says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::totals::Totals;

/// Captures whose telemetry does not name every model, where the truth is the provider's own log. What is not
/// said is unknown: a model that answered is never taken for the one asked for, nor the other way around.
const NOT_ALL_MODELS_NAMED: &[(&str, &str)] = &[
    (
        "llamaindex",
        "the answering model is only inside the text of `output.value`, an embedding's only under one name",
    ),
    (
        "oaiagents-openinference",
        "the model asked for is nowhere: `llm.invocation_parameters` repeats the answer",
    ),
    (
        "smolagents",
        "the answering model is only inside Python text in `output.value`",
    ),
    ("strands", "spans name the model asked for only"),
    ("vercel", "embedding spans name the model asked for only"),
];

/// What a correct reading of a capture shows.
pub(crate) struct Expected(Value);

impl Expected {
    /// Reads an `expected.json`.
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read(path).expect("the file can be read");
        Self(serde_json::from_slice(&text).expect("the file is JSON"))
    }

    /// What the signals can show: `telemetry`, where it says anything, in place of `truth`.
    fn visible(&self, key: &str) -> &Value {
        let telemetry = &self.0["telemetry"][key];
        // A key that is there and null is unknown; one that is not there says nothing.
        match self.0["telemetry"].get(key) {
            Some(_) => telemetry,
            None => &self.0["truth"][key],
        }
    }

    fn spans(&self, key: &str) -> u64 {
        self.0["spans"][key].as_u64().expect("a count")
    }

    fn model_calls(&self) -> Option<u64> {
        Some(self.spans("model_calls_after_dedup")).filter(|calls| *calls > 0)
    }

    fn by_kind(&self) -> BTreeMap<String, u64> {
        let kinds = self.0["telemetry"]
            .get("by_kind")
            .unwrap_or(&self.0["spans"]["by_kind"]);
        let kinds = kinds.as_object().expect("counts by kind");
        kinds
            .iter()
            .map(|(kind, count)| (kind.clone(), count.as_u64().expect("a count")))
            .collect()
    }

    fn framework(&self) -> &str {
        self.0["framework"].as_str().expect("a name")
    }

    fn errors(&self) -> u64 {
        self.spans("status_error")
    }

    /// Whether the models shown are those expected, or at least none but those where not all are named.
    fn has_models(&self, shown: &BTreeSet<String>, key: &str) -> bool {
        let expected = self.names(key);
        let may_lack = NOT_ALL_MODELS_NAMED
            .iter()
            .any(|(name, _)| *name == self.framework());
        *shown == expected || (may_lack && shown.is_subset(&expected))
    }

    fn names(&self, key: &str) -> BTreeSet<String> {
        let names = self.visible(key).as_array().expect("a list").iter();
        names
            .map(|name| name.as_str().expect("a name").to_owned())
            .collect()
    }

    /// How what is shown differs from what is expected.
    pub(crate) fn differences(&self, shown: &Totals) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, shown: String, expected: String| {
            if shown != expected {
                differences.push(format!("{what}: {shown}, expected {expected}"));
            }
        };
        let calls = self.model_calls();
        compare(
            "model calls",
            format!("{:?}", shown.model_calls),
            format!("{calls:?}"),
        );
        compare(
            "traces",
            shown.traces.to_string(),
            self.spans("traces").to_string(),
        );
        compare("spans", shown.spans.to_string(), self.spans("total").to_string());
        compare(
            "orphans",
            shown.orphans.to_string(),
            self.spans("orphans").to_string(),
        );
        compare("errors", shown.errors.to_string(), self.errors().to_string());
        compare(
            "kinds",
            format!("{:?}", shown.by_kind),
            format!("{:?}", self.by_kind()),
        );
        let models = [
            ("request_models", &shown.models_requested),
            ("response_models", &shown.models_answered),
        ];
        for (key, shown) in models {
            if calls.is_some() && !self.has_models(shown, key) {
                differences.push(format!("{key}: {shown:?}, expected {:?}", self.names(key)));
            }
        }
        differences.extend(self.token_differences(shown));
        differences.extend(self.tool_differences(shown));
        differences
    }

    fn token_differences(&self, shown: &Totals) -> Vec<String> {
        let is_shown = self.model_calls().is_some();
        let wrong = |(name, shown): (&&str, &Option<u64>)| {
            let expected = self.visible("tokens")[*name].as_u64().filter(|_| is_shown);
            let is_right = match expected {
                // Zero in truth may be unknown in what was sent.
                Some(0) => shown.is_none() || *shown == Some(0),
                // What no usage attribute says may still be found in text; a zero is wrong.
                None => {
                    shown.is_none()
                        || *shown
                            == self.0["truth"]["tokens"][*name]
                                .as_u64()
                                .filter(|tokens| *tokens > 0)
                }
                expected => *shown == expected,
            };
            (!is_right).then(|| format!("{name} tokens: {shown:?}, expected {expected:?}"))
        };
        shown.tokens.iter().filter_map(wrong).collect()
    }

    fn tool_differences(&self, shown: &Totals) -> Vec<String> {
        let has_spans = self.by_kind().contains_key("tool");
        let executions = self.visible("tool_executions").as_array().expect("a list");
        let expected: Vec<(&str, &str)> = executions
            .iter()
            .map(|pair| {
                (
                    pair[0].as_str().expect("a name"),
                    pair[1].as_str().expect("a status"),
                )
            })
            .collect();
        let is_right = shown.tool_calls.len() == expected.len()
            && shown
                .tool_calls
                .iter()
                .zip(&expected)
                .all(|(call, (name, status))| {
                    let shown_status = call.status.map(trace::Status::as_str);
                    let status_fits = match has_spans {
                        true => shown_status == Some(status) && !call.inferred,
                        // Where only the conversation shows it, the status is what the sender wrote on the result.
                        false => shown_status.is_none_or(|shown| shown == *status) && call.inferred,
                    };
                    call.name.as_deref() == Some(name) && status_fits
                });
        match is_right {
            true => Vec::new(),
            false => vec![format!("tools: {:?}, expected {expected:?}", shown.tool_calls)],
        }
    }
}
