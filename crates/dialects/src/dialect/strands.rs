//! Strands Agents: it follows the conventions, but sums usage on the agent.

use trace::{Field, Kind};

use crate::decode::draft::Draft;

/// Usage on an agent is the sum over its cycles.
pub(super) fn settle(draft: &mut Draft<'_>) {
    if matches!(draft.current_kind(), Kind::Agent | Kind::Chain) {
        draft.is_aggregate |= draft.facts.get(Field::InputTokens).is_some();
    }
}
