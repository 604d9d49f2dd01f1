//! The least that must be known to explain a run, and how much of it is.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::format::text;
use crate::spans::Spans;
use crate::table::Cell;
use crate::terminal::Paint;

/// One thing that must be known: for how many of those it applies to it is.
pub(super) struct Gap {
    /// What must be known.
    pub(super) what: &'static str,
    /// For how many it is known.
    pub(super) known: u64,
    /// Of how many.
    pub(super) of: u64,
    /// What these are.
    pub(super) unit: &'static str,
    /// The attributes that fill it.
    pub(super) filled_by: &'static str,
}

impl Gap {
    /// Its row in the report.
    pub(super) fn cells(&self) -> Vec<Cell> {
        let (known, paint) = match (self.known, self.of) {
            (_, 0) => (format!("no {} yet", self.unit), Paint::Faint),
            (known, of) => {
                let paint = match known {
                    0 => Paint::Bad,
                    known if known < of => Paint::Warn,
                    _ => Paint::Good,
                };
                (format!("{known} of {of} {}", self.unit), paint)
            }
        };
        let filled_by = if self.known < self.of { self.filled_by } else { "" };
        vec![
            (self.what.to_owned(), Paint::Plain),
            (known, paint),
            (filled_by.to_owned(), Paint::Faint),
        ]
    }
}

/// What, of what, and the attributes that fill it, in the order reported.
const NEEDED: &[(&str, &str, &str)] = &[
    ("run id", "runs", "everyframe.run.id"),
    ("outcome stated", "runs", "everyframe.run.outcome"),
    (
        "goal or task",
        "runs",
        "everyframe.run.goal.type, everyframe.run.task.id",
    ),
    ("user or tenant", "runs", "user.id, everyframe.tenant.id"),
    ("agent", "runs", "gen_ai.agent.name"),
    ("agent version", "runs", "gen_ai.agent.version"),
    ("instructions version", "runs", "gen_ai.prompt.version"),
    ("status", "spans", "the span's own status"),
    ("latency", "spans", "the span's own start and end"),
    (
        "model",
        "model steps",
        "gen_ai.request.model, gen_ai.response.model",
    ),
    (
        "tokens",
        "model steps",
        "gen_ai.usage.input_tokens, gen_ai.usage.output_tokens",
    ),
    ("tool name", "tool steps", "gen_ai.tool.name"),
    (
        "argument class",
        "tool steps read",
        "everyframe.tool.arguments.class",
    ),
    ("tool effect", "tool steps", "everyframe.tool.effect"),
    ("approval decision", "approvals", "everyframe.approval.decision"),
    ("policy verdict", "policy steps", "everyframe.policy.verdict"),
    ("error class", "failed steps", "error.type"),
];

/// What the newest runs say.
#[derive(Default)]
pub(super) struct Evidence {
    /// Runs looked at.
    pub(super) runs: u64,
    /// Runs by the dialect they were read by.
    pub(super) dialects: BTreeMap<String, u64>,
    /// Spans by the policy that cleared them.
    pub(super) policy_versions: BTreeMap<String, u64>,
    /// Fields that the policy withheld: the rule, and how often.
    pub(super) withheld: BTreeMap<String, (String, u64)>,
    counts: BTreeMap<&'static str, (u64, u64)>,
}

impl Evidence {
    /// Adds a run of the list and its spans.
    pub(super) fn add_run(&mut self, run: &Value, spans: &Spans<'_>) {
        self.runs += 1;
        let facts = run.get("facts").unwrap_or(&Value::Null);
        let has = |name: &str| facts.get(name).is_some();
        let dialect = text(facts, "dialect").unwrap_or("unknown");
        *self.dialects.entry(dialect.to_owned()).or_default() += 1;
        let outcome = run.get("outcome");
        let source = outcome.and_then(|outcome| text(outcome, "source"));
        let value = outcome.and_then(|outcome| text(outcome, "value"));
        let is_stated = value != Some("unknown") && matches!(source, Some("stated" | "score"));
        self.note("run id", has("stated_run_id"));
        self.note("outcome stated", is_stated);
        self.note("goal or task", has("task_type") || has("task_id"));
        self.note("user or tenant", has("user_id") || has("tenant_id"));
        let agents = run.get("agents").and_then(Value::as_array);
        self.note("agent", agents.is_some_and(|agents| !agents.is_empty()));
        self.note("agent version", has("agent_version") || has("workflow_version"));
        self.note(
            "instructions version",
            has("prompt_version") || has("instructions_hash"),
        );
        for span in &spans.rows {
            let text = |name: &str| span.texts.contains_key(name);
            let counted = |name: &str| span.numbers.contains_key(name);
            self.note("status", span.status != "unknown");
            self.note("latency", span.millis.is_some());
            match span.kind {
                "model" if counted("call") && !counted("merged_into") => {
                    self.note("model", text("model_requested") || text("model_answered"));
                    self.note("tokens", counted("input_tokens") && counted("output_tokens"));
                }
                "tool" => {
                    self.note("tool name", text("tool_name"));
                    self.note("tool effect", text("tool_effect"));
                }
                "approval" => self.note("approval decision", text("approval_decision")),
                "policy" => self.note("policy verdict", text("policy_verdict")),
                _ => {}
            }
            if span.status == "error" {
                self.note("error class", text("error_class"));
            }
        }
    }

    /// Adds a span that was read whole.
    pub(super) fn add_span(&mut self, span: &Value) {
        let version = span
            .get("clearance")
            .and_then(|clearance| text(clearance, "policy_version"));
        if let Some(version) = version {
            *self.policy_versions.entry(version.to_owned()).or_default() += 1;
        }
        if text(span, "kind") == Some("tool") {
            let facts = span.get("facts").unwrap_or(&Value::Null);
            self.note("argument class", facts.get("arguments_class").is_some());
        }
        for withheld in span
            .get("withheld")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let times = withheld.get("count").and_then(Value::as_u64);
            self.add_withheld(withheld, "field", times.unwrap_or(1));
        }
        for body in span
            .get("content")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if text(body, "state") == Some("withheld") {
                self.add_withheld(body, "role", 1);
            }
        }
    }

    fn add_withheld(&mut self, what: &Value, name: &str, times: u64) {
        let field = text(what, name).unwrap_or("other").to_owned();
        let rule = text(what, "rule")
            .or_else(|| text(what, "clearance"))
            .unwrap_or_default()
            .to_owned();
        let known = self.withheld.entry(field).or_insert_with(|| (rule, 0));
        known.1 += times.max(1);
    }

    fn note(&mut self, what: &'static str, is_known: bool) {
        let (known, of) = self.counts.entry(what).or_default();
        *known += u64::from(is_known);
        *of += 1;
    }

    /// Everything needed, with how much of it is known.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let gap = |(what, unit, filled_by): &(&'static str, &'static str, &'static str)| {
            let (known, of) = self.counts.get(what).copied().unwrap_or_default();
            Gap {
                what,
                known,
                of,
                unit,
                filled_by,
            }
        };
        NEEDED.iter().map(gap).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gap(evidence: &Evidence, what: &str) -> (u64, u64) {
        let gap = evidence.gaps().into_iter().find(|gap| gap.what == what).unwrap();
        (gap.known, gap.of)
    }

    #[test]
    fn counts_what_is_known_of_what_applies() {
        let spans = json!({
            "texts": ["n", "model", "ok", "tool", "error", "lookup"],
            "columns": {"name": [0, 0], "kind": [1, 3], "status": [2, 4], "duration_micros": [5, null]},
            "text_columns": {"tool_name": {"rows": [1], "values": [5]}},
            "number_columns": {"call": {"rows": [0, 1], "values": [0, 1]}},
        });
        let run = json!({
            "outcome": {"value": "success", "source": "inferred"}, "agents": ["a"],
            "facts": {"dialect": "openinference", "tenant_id": "t"},
        });
        let mut evidence = Evidence::default();
        evidence.add_run(&run, &Spans::read(&spans));
        assert_eq!(gap(&evidence, "outcome stated"), (0, 1));
        assert_eq!(gap(&evidence, "user or tenant"), (1, 1));
        assert_eq!(gap(&evidence, "tokens"), (0, 1));
        assert_eq!(gap(&evidence, "tool name"), (1, 1));
        assert_eq!(gap(&evidence, "latency"), (1, 2));
        assert_eq!(gap(&evidence, "error class"), (0, 1));
        assert_eq!(gap(&evidence, "approval decision"), (0, 0));
        assert_eq!(evidence.dialects["openinference"], 1);
    }

    #[test]
    fn says_what_was_withheld_by_which_rule() {
        let mut evidence = Evidence::default();
        evidence.add_span(&json!({
            "kind": "tool", "facts": {}, "clearance": {"policy_version": "metadata-1"},
            "withheld": [{"field": "attributes", "rule": "not_listed", "count": 3}],
            "content": [{"role": "arguments", "state": "withheld", "clearance": "dropped"}],
        }));
        assert_eq!(evidence.withheld["attributes"], ("not_listed".to_owned(), 3));
        assert_eq!(evidence.withheld["arguments"], ("dropped".to_owned(), 1));
        assert_eq!(gap(&evidence, "argument class"), (0, 1));
    }
}
