//! Our own names, for what no convention covers.

use trace::{Field, Kind, Role};

use crate::decode::draft::{Draft, Rank};
use crate::otlp::AnyValue;
use crate::value::as_text;

const RANK: Rank = Rank::EVERYFRAME;

/// Reads a key below `everyframe.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &str, value: &'a AnyValue<'a>) -> bool {
    if let Some(role) = role_of(rest) {
        draft.body_of(role, key, value);
        return true;
    }
    match rest {
        "kind" => {
            if let Some(kind) = as_text(value).and_then(|word| Kind::parse(&word)) {
                draft.kind(RANK, kind);
            }
            true
        }
        "approval.wait_duration" => {
            draft.read_scaled(RANK, Field::ApprovalWaitMillis, value, 1_000.0);
            true
        }
        _ => match field_of(rest) {
            Some(field) => {
                draft.read(RANK, field, value);
                true
            }
            None => false,
        },
    }
}

fn role_of(rest: &str) -> Option<Role> {
    Some(match rest {
        "run.goal" => Role::Goal,
        "policy.reason" | "approval.reason" | "handoff.reason" => Role::Reason,
        "decision.summary" => Role::DecisionSummary,
        "decision.alternatives" => Role::DecisionAlternatives,
        "state.delta" => Role::StateDelta,
        _ => return None,
    })
}

fn field_of(rest: &str) -> Option<Field> {
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    match head {
        "run" => run_field(tail),
        "policy" => policy_field(tail),
        "approval" => approval_field(tail),
        "retry" => retry_field(tail),
        _ => other_field(rest),
    }
}

fn run_field(tail: &str) -> Option<Field> {
    Some(match tail {
        "id" => Field::StatedRunId,
        "goal.type" => Field::TaskType,
        "task.id" => Field::TaskId,
        "outcome" => Field::StatedOutcome,
        "stop_reason" => Field::StopReason,
        _ => return None,
    })
}

fn policy_field(tail: &str) -> Option<Field> {
    Some(match tail {
        "id" => Field::PolicyId,
        "version" => Field::PolicyVersion,
        "rule.id" => Field::PolicyRuleId,
        "verdict" => Field::PolicyVerdict,
        "action" => Field::PolicyAction,
        _ => return None,
    })
}

fn approval_field(tail: &str) -> Option<Field> {
    Some(match tail {
        "id" => Field::ApprovalId,
        "decision" => Field::ApprovalDecision,
        "reviewer.role" => Field::ApprovalReviewerRole,
        "edit_distance" => Field::ApprovalEditDistance,
        "source" => Field::ApprovalSource,
        "shown.fields" => Field::ApprovalShownFields,
        _ => return None,
    })
}

fn retry_field(tail: &str) -> Option<Field> {
    Some(match tail {
        "attempt" => Field::RetryAttempt,
        "max_attempts" => Field::RetryMaxAttempts,
        "reason" => Field::RetryReason,
        "of.span_id" => Field::RetryOfSpanId,
        _ => return None,
    })
}

fn other_field(rest: &str) -> Option<Field> {
    Some(match rest {
        "tenant.id" => Field::TenantId,
        "tool.arguments.class" => Field::ArgumentsClass,
        "tool.result.class" => Field::ResultClass,
        "tool.version" => Field::ToolVersion,
        "tool.effect" => Field::ToolEffect,
        "workflow.version" => Field::WorkflowVersion,
        "handoff.from" => Field::HandoffFrom,
        "handoff.to" => Field::HandoffTo,
        "state.from" => Field::StateFrom,
        "state.to" => Field::StateTo,
        "decision.action" => Field::DecisionAction,
        "decision.confidence" => Field::DecisionConfidence,
        "budget.type" => Field::BudgetType,
        "budget.limit" => Field::BudgetLimit,
        "budget.used" => Field::BudgetUsed,
        "budget.exhausted" => Field::BudgetExhausted,
        "cost" => Field::Cost,
        "evidence.document_ids" => Field::DocumentIds,
        "privacy.redacted" => Field::SourceRedacted,
        _ => return None,
    })
}
