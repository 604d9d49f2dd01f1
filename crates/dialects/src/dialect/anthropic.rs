//! The Anthropic SDK's own spans: one key beside the conventions.

use trace::Field;

use crate::decode::draft::{Draft, Rank};
use crate::decode::message::fold_finish_reason;
use crate::otlp::AnyValue;
use crate::value::as_text;

/// Reads a key below `anthropic.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    if rest != "message.stop_reason" {
        return false;
    }
    if let Some(reason) = as_text(value) {
        draft.set(
            Rank::GEN_AI.weaker(2),
            Field::FinishReasons,
            vec![fold_finish_reason(&reason)],
        );
    }
    true
}
