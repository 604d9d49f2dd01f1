//! The last three rows: what it cost, how long it took, why it stopped.

use trace::run::Call;
use trace::{Field, Kind, Role, Status};

use super::{View, source};
use crate::why::{self, Question, Row, State, hints};

impl View<'_> {
    pub(super) fn cost(&self) -> Row {
        let run = &self.subject.run;
        let calls = &self.assembled.derived.calls;
        let (cost, tokens) = match self.about {
            None => (run.totals.cost, run.totals.tokens.input),
            Some(node) => {
                let of_span = |call: &&Call| {
                    let is_own = self.assembled.tree[node].call == Some(call.position);
                    is_own
                        || call.span_id.is_some_and(|span_id| {
                            why::find(self.assembled, call.trace_id, span_id)
                                .is_some_and(|inner| self.assembled.tree.is_above(node, inner))
                        })
                };
                let own: Vec<_> = calls.iter().filter(of_span).collect();
                let models = own
                    .iter()
                    .filter(|call| matches!(call.kind, Kind::Model | Kind::Embedding));
                if models.clone().next().is_none() {
                    return Self::row(Question::Cost, State::NotNeeded);
                }
                let costs: Vec<f64> = own.iter().filter_map(|call| call.cost).collect();
                let tokens = models
                    .filter_map(|call| call.facts.int(Field::InputTokens))
                    .next();
                (
                    (!costs.is_empty()).then(|| costs.iter().sum()),
                    tokens.and_then(|tokens| u64::try_from(tokens).ok()),
                )
            }
        };
        match (cost, run.totals.model_calls, tokens) {
            (Some(cost), ..) => Row {
                value: Some(format!("${cost:.4}")),
                sources: self
                    .about
                    .map(|node| source(self.assembled, node))
                    .into_iter()
                    .collect(),
                ..Self::row(Question::Cost, State::Recorded)
            },
            (None, None | Some(0), _) => Self::row(Question::Cost, State::NotNeeded),
            (None, _, Some(_)) => self.gap(
                Question::Cost,
                Field::Cost,
                "tokens are known but not the price of the model: add it to the price table",
            ),
            (None, ..) => self.gap(
                Question::Cost,
                Field::InputTokens,
                "record the tokens of each model call; streaming calls often need an option for it",
            ),
        }
    }

    pub(super) fn latency(&self) -> Row {
        let (nanos, of) = match self.about {
            None => (
                self.subject.run.duration_nanos,
                self.assembled.tree.tops().next().map(|(id, _)| id),
            ),
            Some(node) => (self.assembled.tree[node].span().duration_nanos, Some(node)),
        };
        match nanos {
            Some(nanos) => Row {
                value: Some(duration(nanos)),
                sources: of.map(|node| source(self.assembled, node)).into_iter().collect(),
                ..Self::row(Question::Latency, State::Recorded)
            },
            None => Row {
                hint: Some(hints::content(
                    "endTimeUnixNano",
                    "end the span, also where the work failed",
                )),
                ..Self::row(Question::Latency, State::NotRecorded)
            },
        }
    }

    pub(super) fn stop_reason(&self) -> Row {
        let run = &self.subject.run;
        let Some(node) = self.about else {
            let reason = run.facts.text(Field::StopReason);
            let value = match reason {
                Some(reason) => format!("{} ({reason})", run.outcome),
                None => run.outcome.to_string(),
            };
            if run.outcome == trace::Outcome::Unknown && reason.is_none() {
                let says = "state how the run ended, or send a score that does";
                return self.gap(Question::StopReason, Field::StopReason, says);
            }
            return Row {
                value: Some(value),
                sources: self
                    .assembled
                    .tree
                    .tops()
                    .map(|(id, _)| source(self.assembled, id))
                    .take(1)
                    .collect(),
                ..Self::row(Question::StopReason, State::Recorded)
            };
        };
        let span = self.assembled.tree[node].span();
        let reasons = span.facts.list(Field::FinishReasons);
        let value = match (span.status, span.facts.text(Field::ErrorClass)) {
            (Status::Error, Some(class)) => Some(format!("error: {class}")),
            (Status::Error, None) => Some("error".to_owned()),
            (Status::Cancelled | Status::Paused, _) => Some(span.status.to_string()),
            _ if !reasons.is_empty() => Some(reasons.join(", ")),
            (Status::Ok, _) => Some("ok".to_owned()),
            _ if span.kind == Kind::Tool && span.duration_nanos.is_some() => Some("completed".to_owned()),
            _ => None,
        };
        match value {
            Some(value) => Row {
                value: Some(value),
                sources: vec![source(self.assembled, node)],
                bodies: self.bodies(node, &[Role::ErrorMessage]),
                ..Self::row(Question::StopReason, State::Recorded)
            },
            None => self.gap(
                Question::StopReason,
                Field::FinishReasons,
                "record why the step ended: its status, and the finish reason of a model call",
            ),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "durations of up to 104 days are exact")]
fn duration(nanos: i64) -> String {
    let millis = nanos as f64 / trace::time::NANOS_PER_MILLI as f64;
    match millis {
        short if short < 1_000.0 => format!("{short:.0} ms"),
        long if long < 60_000.0 => format!("{:.1} s", long / 1_000.0),
        longer => format!("{:.1} min", longer / 60_000.0),
    }
}
