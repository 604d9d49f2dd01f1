//! The metrics.

use trace::Outcome;

use super::{Family, Metric, Rule, Unit};

const fn metric(
    id: &'static str,
    family: Family,
    unit: Unit,
    more_is_better: bool,
    filter: &'static str,
    rule: Rule,
    meaning: &'static str,
) -> Metric {
    Metric {
        id,
        family,
        unit,
        more_is_better,
        meaning,
        filter,
        rule,
    }
}

const fn outcome(
    id: &'static str,
    family: Family,
    more_is_better: bool,
    filter: &'static str,
    outcomes: &'static [Outcome],
    meaning: &'static str,
) -> Metric {
    metric(
        id,
        family,
        Unit::Share,
        more_is_better,
        filter,
        Rule::Outcomes(outcomes),
        meaning,
    )
}

const fn signal(
    id: &'static str,
    family: Family,
    filter: &'static str,
    name: &'static str,
    meaning: &'static str,
) -> Metric {
    metric(
        id,
        family,
        Unit::Share,
        false,
        filter,
        Rule::Signal(name),
        meaning,
    )
}

const fn latency(
    id: &'static str,
    filter: &'static str,
    percent: u32,
    of_successes: bool,
    meaning: &'static str,
) -> Metric {
    let rule = Rule::Latency {
        percent,
        of_successes,
    };
    metric(id, Family::Operations, Unit::Millis, false, filter, rule, meaning)
}

/// All metrics; the first five are the first row of every dashboard.
pub const METRICS: &[Metric] = &[
    outcome(
        "task_success_rate",
        Family::Quality,
        true,
        "outcome:success",
        &[Outcome::Success],
        "Runs that met their goal, among those whose outcome is known.",
    ),
    outcome(
        "failure_rate",
        Family::Quality,
        false,
        "outcome:failure OR outcome:timed_out OR outcome:budget_exhausted",
        &[Outcome::Failure, Outcome::TimedOut, Outcome::BudgetExhausted],
        "Runs that failed, ran out of time or of a budget, among those whose outcome is known.",
    ),
    outcome(
        "escalation_rate",
        Family::Product,
        false,
        "outcome:escalated",
        &[Outcome::Escalated],
        "Runs that a person took over, among those whose outcome is known.",
    ),
    latency(
        "latency_p95",
        "",
        95,
        false,
        "Duration that 95 of 100 runs do not exceed.",
    ),
    metric(
        "cost_per_successful_task",
        Family::Operations,
        Unit::Dollars,
        false,
        "outcome:success",
        Rule::CostPerSuccess,
        "Cost of all runs whose cost is known, divided by the runs that met their goal: failures are paid for, too.",
    ),
    latency(
        "latency_p50",
        "",
        50,
        false,
        "Duration that half of the runs do not exceed.",
    ),
    latency(
        "latency_p99",
        "",
        99,
        false,
        "Duration that 99 of 100 runs do not exceed.",
    ),
    latency(
        "latency_successful_p50",
        "outcome:success",
        50,
        true,
        "Duration that half of the successful runs do not exceed.",
    ),
    latency(
        "latency_successful_p95",
        "outcome:success",
        95,
        true,
        "Duration that 95 of 100 successful runs do not exceed.",
    ),
    latency(
        "latency_successful_p99",
        "outcome:success",
        99,
        true,
        "Duration that 99 of 100 successful runs do not exceed.",
    ),
    outcome(
        "partial_rate",
        Family::Quality,
        false,
        "outcome:partial",
        &[Outcome::Partial],
        "Runs that met a part of their goal, among those whose outcome is known.",
    ),
    outcome(
        "abandonment_rate",
        Family::Product,
        false,
        "outcome:abandoned",
        &[Outcome::Abandoned],
        "Runs that the user left, among those whose outcome is known.",
    ),
    outcome(
        "denial_rate",
        Family::Safety,
        false,
        "outcome:denied",
        &[Outcome::Denied],
        "Runs that a policy or a person stopped, among those whose outcome is known.",
    ),
    metric(
        "outcome_unknown_rate",
        Family::Product,
        Unit::Share,
        false,
        "outcome:unknown OR outcome:waiting",
        Rule::OutcomeUnknown,
        "Runs of which nothing says how they ended, among all.",
    ),
    signal(
        "correction_rate",
        Family::Product,
        "signal:correction",
        "correction",
        "Runs in which a person corrected something, among all.",
    ),
    metric(
        "tokens_per_run",
        Family::Operations,
        Unit::Tokens,
        false,
        "",
        Rule::Tokens,
        "Mean tokens, input and output, of the runs whose tokens are known.",
    ),
    metric(
        "tool_error_rate",
        Family::Operations,
        Unit::Share,
        false,
        "signal:tool_error",
        Rule::ToolErrors,
        "Tool executions that failed, among those whose end is known.",
    ),
    signal(
        "retry_rate",
        Family::Operations,
        "signal:retry",
        "retry",
        "Runs in which something was tried again, among all.",
    ),
    signal(
        "timeout_rate",
        Family::Operations,
        "signal:timeout",
        "timeout",
        "Runs in which time ran out, among all.",
    ),
    signal(
        "unsafe_attempt_rate",
        Family::Safety,
        "signal:unsafe_attempt",
        "unsafe_attempt",
        "Runs in which something was tried that a policy forbids, among all.",
    ),
    signal(
        "approval_missing_rate",
        Family::Safety,
        "signal:approval_missing",
        "approval_missing",
        "Runs in which a change was made that should have been approved and was not, among all.",
    ),
    signal(
        "approval_rejected_rate",
        Family::Safety,
        "signal:approval_rejected",
        "approval_rejected",
        "Runs in which a person refused something, among all.",
    ),
    signal(
        "tool_choice_error_rate",
        Family::Quality,
        "signal:tool_choice_error",
        "tool_choice_error",
        "Runs in which a tool was asked for that is not there, among all.",
    ),
    signal(
        "no_evidence_answer_rate",
        Family::Quality,
        "signal:no_evidence_answer",
        "no_evidence_answer",
        "Runs that answered after searches that found nothing, among all.",
    ),
    signal(
        "citation_mismatch_rate",
        Family::Quality,
        "signal:citation_mismatch",
        "citation_mismatch",
        "Runs whose answer rests on documents that no search returned, among all.",
    ),
    signal(
        "loop_rate",
        Family::Operations,
        "signal:loop",
        "loop",
        "Runs in which the same call was made again and again, among all.",
    ),
    signal(
        "budget_exhausted_rate",
        Family::Operations,
        "signal:budget_exhausted",
        "budget_exhausted",
        "Runs in which a budget ran out, among all.",
    ),
    metric(
        "evidence_score",
        Family::Quality,
        Unit::Share,
        true,
        "",
        Rule::Evidence,
        "Mean share of the needed evidence that is there.",
    ),
];
