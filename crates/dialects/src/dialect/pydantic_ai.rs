//! Pydantic AI: what it adds to the OpenTelemetry conventions.

use trace::{Field, Kind, Text};

use crate::decode::draft::{Draft, Rank, Slot};
use crate::otlp::AnyValue;
use crate::value::as_text;

const RANK: Rank = Rank::GEN_AI;

/// Reads a key below `pydantic_ai.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "all_messages" => draft.point(RANK.weaker(3), Slot::InputMessages, key, value),
        "new_message_index" => return false,
        "tool.retry.cause" | "output.retry.cause" => {
            if let Some(cause) = as_text(value) {
                draft.infer(RANK, Field::RetryReason, retry_reason(&cause, rest));
            }
        }
        "tool.retry.attempt" | "output.retry.attempt" => {
            draft.read(RANK, Field::RetryAttempt, value);
            draft.facts.mark_inferred(Field::RetryAttempt);
        }
        "tool.retry.max_retries" | "output.retry.max_retries" => {
            draft.read(RANK, Field::RetryMaxAttempts, value);
        }
        "model_request.attempt" => {
            draft.read(RANK.weaker(1), Field::RetryAttempt, value);
        }
        "tool.deferral.name" => {
            draft.infer(RANK, Field::ApprovalSource, "deferral");
            draft.is_interrupt = true;
        }
        _ => return false,
    }
    true
}

fn retry_reason(cause: &str, rest: &str) -> &'static str {
    match cause {
        "model_retry" => "tool_error",
        "validation_error" | "validation" => "invalid_output",
        "timeout" => "timeout",
        _ if rest.starts_with("output.") => "invalid_output",
        _ => "tool_error",
    }
}

/// Reads a key without a namespace on a span of Pydantic AI.
pub(super) fn read_plain<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "operation.cost" => {
            draft.read(RANK, Field::Cost, value);
            draft.set(RANK, Field::CostCurrency, "USD");
        }
        "final_result" => draft.point(RANK, Slot::Output, key, value),
        "model_name" => draft.read(RANK.weaker(1), Field::ModelRequested, value),
        "agent_name" => draft.read(RANK.weaker(1), Field::AgentName, value),
        "all_messages_events" => draft.point(RANK.weaker(4), Slot::InputMessages, key, value),
        "tool_arguments" => draft.point(RANK.weaker(1), Slot::Arguments, key, value),
        "tool_response" => draft.point(RANK.weaker(1), Slot::Result, key, value),
        "events" => draft.point(RANK.weaker(4), Slot::InputMessages, key, value),
        // Repeats the tool definitions.
        "model_request_parameters" => {}
        _ => return false,
    }
    true
}

/// Names of versions before the conventions.
pub(super) fn settle<'a>(draft: &mut Draft<'a>, name: &'a str) {
    match name {
        "agent run" => draft.kind(Rank::NAME, Kind::Agent),
        "running tool" => draft.kind(Rank::NAME, Kind::Tool),
        _ => {
            if let Some(tool) = name.strip_prefix("running tool: ") {
                draft.kind(Rank::NAME, Kind::Tool);
                draft.set(Rank::NAME, Field::ToolName, Text::from(tool));
            }
        }
    }
}
