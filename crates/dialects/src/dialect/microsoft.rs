//! Microsoft Agent Framework and Semantic Kernel: what differs from the conventions they follow.

use trace::{Field, Kind};

use crate::decode::draft::{Draft, Rank};
use crate::otlp::AnyValue;

/// Reads a key of their own.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "workflow.name" => draft.read(Rank::GEN_AI, Field::WorkflowName, value),
        "executor.id" => draft.read(Rank::GEN_AI, Field::StepName, value),
        _ => return false,
    }
    true
}

/// Usage on an agent is the sum over its calls; steps of workflows have only their names.
pub(super) fn settle<'a>(draft: &mut Draft<'a>, name: &'a str) {
    if draft.current_kind() == Kind::Agent {
        draft.is_aggregate |= draft.facts.get(Field::InputTokens).is_some();
    }
    let is_step = [
        "workflow.run",
        "executor.process",
        "message.send",
        "edge_group.process",
    ]
    .iter()
    .any(|known| name.starts_with(known));
    if is_step {
        draft.kind(Rank::NAME, Kind::Chain);
    }
}
