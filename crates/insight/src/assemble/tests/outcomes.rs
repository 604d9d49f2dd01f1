//! How runs end, who says so, and what they cost.

use testkit::sample::{self, SpanBuilder, at_millis, span};
use trace::ports::LoggedScore;
use trace::price::{Price, PriceTable};
use trace::run::CostSource;
use trace::{Field, Kind, Outcome, OutcomeSource, Sequence, Status, Text, UnixNanos};

use super::super::{Settings, assemble};
use super::{logged, run_of};

fn check(spans: Vec<SpanBuilder>, outcome: Outcome, source: OutcomeSource) {
    let run = run_of(spans).derived.run;
    assert_eq!((run.outcome, run.outcome_source), (outcome, source));
}

fn agent() -> SpanBuilder {
    span(1, 1).kind(Kind::Agent).millis(0, 100)
}

fn scored(
    name: &str,
    span: Option<u64>,
    value: f64,
    label: Option<&str>,
    source: Option<&str>,
) -> LoggedScore {
    let mut score = sample::score(1, span, name, value).score;
    score.label = label.map(Text::from);
    score.source = source.map(Text::from);
    LoggedScore {
        workspace_id: sample::workspace(),
        project_id: sample::project(),
        sequence: Sequence(99),
        received_at: at_millis(0),
        score,
    }
}

fn check_scores(scores: &[LoggedScore], outcome: Outcome, source: OutcomeSource) {
    let spans = logged(vec![agent(), span(1, 2).below(1).model("m", 1, 1)]);
    let run = assemble(&spans, scores, &Settings::default())
        .unwrap()
        .derived
        .run;
    assert_eq!((run.outcome, run.outcome_source), (outcome, source));
    assert_eq!(run.last_sequence, Sequence(99));
}

#[test]
fn what_the_sender_states_comes_first() {
    check(
        vec![
            agent()
                .status(Status::Error)
                .fact(Field::StatedOutcome, "escalated"),
        ],
        Outcome::Escalated,
        OutcomeSource::Stated,
    );
}

#[test]
fn a_score_that_states_the_outcome_comes_before_what_spans_show() {
    let reward = |value| scored("benchmark_reward", Some(1), value, None, None);
    check_scores(&[reward(1.0)], Outcome::Success, OutcomeSource::Score);
    check_scores(&[reward(0.0)], Outcome::Failure, OutcomeSource::Score);
    let labelled = scored("task_success", None, 0.3, Some("pass"), None);
    check_scores(&[labelled], Outcome::Success, OutcomeSource::Score);
}

#[test]
fn a_person_is_believed_before_a_program() {
    let by_program = scored("success", None, 1.0, None, Some("code"));
    let by_person = scored("success", None, 0.0, Some("fail"), Some("human"));
    check_scores(&[by_person, by_program], Outcome::Failure, OutcomeSource::Score);
}

#[test]
fn a_score_of_quality_or_of_one_step_states_no_outcome() {
    let of_quality = scored("relevance", Some(1), 1.0, Some("pass"), None);
    let of_step = scored("success", Some(2), 1.0, None, None);
    check_scores(&[of_quality, of_step], Outcome::Unknown, OutcomeSource::Inferred);
}

#[test]
fn inferred_is_only_what_the_spans_show() {
    let inferred = OutcomeSource::Inferred;
    check(vec![agent().started()], Outcome::Running, inferred);
    check(vec![agent()], Outcome::Unknown, inferred);
    check(vec![agent().status(Status::Ok)], Outcome::Success, inferred);
    check(vec![agent().status(Status::Error)], Outcome::Failure, inferred);
    check(
        vec![agent().status(Status::Cancelled)],
        Outcome::Cancelled,
        inferred,
    );
    check(
        vec![
            agent()
                .status(Status::Error)
                .fact(Field::ErrorClass, "APITimeoutError"),
        ],
        Outcome::TimedOut,
        inferred,
    );
    check(
        vec![
            agent().status(Status::Ok),
            span(1, 2)
                .below(1)
                .model("m", 1, 1)
                .list(Field::FinishReasons, &["length"]),
        ],
        Outcome::Unknown,
        inferred,
    );
    check(
        vec![
            agent().status(Status::Ok),
            span(1, 2).below(1).kind(Kind::Model).status(Status::Error),
        ],
        Outcome::Failure,
        inferred,
    );
}

#[test]
fn a_run_waits_until_something_follows_the_pause() {
    let paused = || {
        span(1, 2)
            .below(1)
            .name("approve")
            .millis(40, 50)
            .status(Status::Paused)
    };
    check(vec![agent(), paused()], Outcome::Waiting, OutcomeSource::Inferred);
    check(
        vec![
            agent(),
            paused(),
            span(1, 3).below(1).model("m", 1, 1).millis(60, 70),
        ],
        Outcome::Unknown,
        OutcomeSource::Inferred,
    );
}

fn prices() -> Settings {
    let price = Price {
        provider: "openai".into(),
        model: "gpt-4o".into(),
        valid_from: None,
        valid_to: None,
        input: 10.0,
        cache_read: Some(1.0),
        cache_write: None,
        output: 20.0,
    };
    Settings {
        prices: PriceTable::new("p1", vec![price]),
        ..Settings::default()
    }
}

#[test]
fn cost_is_reported_or_computed_or_unknown() {
    let spans = logged(vec![
        agent(),
        span(1, 2)
            .below(1)
            .millis(1, 2)
            .model("gpt-4o", 1_000_000, 0)
            .fact(Field::CacheReadTokens, 500_000),
        span(1, 3).below(1).millis(3, 4).model("nobody-knows", 5, 5),
        span(1, 4)
            .below(1)
            .millis(5, 6)
            .model("gpt-4o", 1, 1)
            .fact(Field::Cost, 2.5),
        span(1, 5)
            .below(1)
            .millis(7, 8)
            .kind(Kind::Model)
            .status(Status::Error),
    ]);
    let derived = assemble(&spans, &[], &prices()).unwrap().derived;
    assert_eq!(derived.run.totals.cost, Some(5.5 + 2.5));
    assert_eq!(derived.run.totals.calls_without_cost, 1);
    assert_eq!(derived.run.price_version, "p1");
    let sources: Vec<_> = derived.calls.iter().map(|call| call.cost_source).collect();
    assert_eq!(
        sources,
        [Some(CostSource::Computed), None, Some(CostSource::Reported), None]
    );
}

#[test]
fn the_run_has_the_facts_of_its_topmost_span() {
    let run = run_of(vec![
        agent()
            .fact(Field::AgentName, "support")
            .fact(Field::SessionId, "s1")
            .fact(Field::StatedRunId, "run-7"),
        span(1, 2)
            .below(1)
            .model("m", 1, 1)
            .fact(Field::AgentName, "helper")
            .fact(Field::AgentVersion, "9")
            .fact(Field::StatedRunId, "inner")
            .fact(Field::TaskId, "t"),
    ])
    .derived
    .run;
    assert_eq!(run.run_id.as_str(), "run-7");
    assert_eq!(run.facts.text(Field::AgentName), Some("support"));
    assert_eq!(
        run.facts.text(Field::AgentVersion),
        None,
        "it is the helper's version"
    );
    assert_eq!(run.facts.text(Field::TaskId), Some("t"));
    assert_eq!(run.agents, ["helper", "support"]);
    assert_eq!(run.start, UnixNanos(sample::EPOCH.0));
}
