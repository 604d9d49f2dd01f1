//! Promises on derived rows.

use trace::run::{Call, Derived};
use trace::{Facts, Field, Kind, RunId, Sequence, Text};

use super::{Ports, answer, ids, query, row};
use crate::sample::{self, at_millis};

/// A call of a run.
pub(super) fn call(run_id: &str, position: u32, kind: Kind, facts: Facts) -> Call {
    Call {
        run_id: RunId::new(run_id),
        version: 1,
        position,
        kind,
        name: Text::new("step"),
        trace_id: None,
        span_id: None,
        members: Vec::new(),
        start: at_millis(i64::from(position)),
        duration_nanos: Some(1),
        status: None,
        inferred: false,
        facts,
        cost: None,
        cost_source: None,
    }
}

fn version(mut derived: Derived, version: u64, name: &str) -> Derived {
    derived.run.version = version;
    derived.run.name = name.into();
    for call in &mut derived.calls {
        call.version = version;
        call.name = name.into();
    }
    derived
}

async fn names(ports: &Ports) -> Vec<String> {
    let page = answer(ports.read.runs(&query("run_id", false)).await);
    page.runs.iter().map(|run| run.name.to_string()).collect()
}

pub(super) async fn a_newer_version_takes_the_place_of_an_older(ports: Ports) {
    ports.put(vec![version(row("r1", 1), 2, "second")]).await;
    assert_eq!(names(&ports).await, ["second"], "visible at once");
    ports.put(vec![version(row("r1", 1), 1, "first")]).await;
    assert_eq!(names(&ports).await, ["second"], "an older version is ignored");
    let mut open = version(row("r1", 1), 3, "third");
    open.run.settled = false;
    ports.put(vec![open]).await;
    assert_eq!(names(&ports).await, ["third"]);
    let stats = answer(ports.read.stats().await);
    assert_eq!((stats.runs, stats.runs_settled), (1, 0));
    let by_id = answer(
        ports
            .read
            .runs_by_id(&sample::workspace(), &[RunId::new("r1"), RunId::new("r2")])
            .await,
    );
    assert_eq!(by_id.iter().map(|run| run.version).collect::<Vec<_>>(), [3]);
}

pub(super) async fn a_retracted_run_is_gone_and_may_come_back(ports: Ports) {
    ports.put(vec![row("r1", 1), row("r2", 2)]).await;
    let retracted = vec![RunId::new("r1"), RunId::new("nobody")];
    answer(ports.derived.retract(sample::workspace(), retracted).await);
    let page = answer(ports.read.runs(&query("run_id", false)).await);
    assert_eq!(ids(&page.runs), ["r2"]);
    assert_eq!(answer(ports.read.stats().await).runs, 1);
    ports.put(vec![row("r1", 1)]).await;
    let page = answer(ports.read.runs(&query("run_id", false)).await);
    assert_eq!(ids(&page.runs), ["r1", "r2"]);
}

pub(super) async fn calls_are_those_of_the_newest_row(ports: Ports) {
    let with_calls = |count: u32, number: u64| {
        let mut derived = row("r1", 1);
        derived.calls = (0..count)
            .map(|place| call("r1", place, Kind::Tool, Facts::new()))
            .collect();
        version(derived, number, "named")
    };
    ports.put(vec![with_calls(3, 1)]).await;
    ports.put(vec![with_calls(2, 2)]).await;
    let calls = answer(ports.read.calls(&sample::workspace(), &RunId::new("r1")).await);
    assert_eq!(calls.iter().map(|call| call.position).collect::<Vec<_>>(), [0, 1]);
    assert!(calls.iter().all(|call| call.version == 2));
    let none = answer(ports.read.calls(&sample::workspace(), &RunId::new("r2")).await);
    assert!(none.is_empty());
}

pub(super) async fn runs_of_a_session_are_found(ports: Ports) {
    let in_session = |run_id: &str, trace, session: &str| {
        let mut derived = row(run_id, trace);
        derived.run.facts.set(Field::SessionId, session);
        derived
    };
    ports
        .put(vec![
            in_session("r1", 1, "s"),
            in_session("r2", 2, "s"),
            in_session("r3", 3, "t"),
            row("r4", 4),
        ])
        .await;
    let mut runs = answer(ports.read.runs_of_session(&sample::workspace(), "s").await);
    runs.sort_by(|one, other| one.run_id.cmp(&other.run_id));
    assert_eq!(ids(&runs), ["r1", "r2"]);
}

pub(super) async fn the_settled_position_never_goes_back(ports: Ports) {
    assert_eq!(answer(ports.derived.settled_position().await), Sequence(0));
    answer(ports.derived.settled_up_to(Sequence(7)).await);
    answer(ports.derived.settled_up_to(Sequence(3)).await);
    // It may lag behind until it is on disk, and never runs ahead.
    let position = answer(ports.derived.settled_position().await);
    assert!(position == Sequence(7) || position == Sequence(0), "{position:?}");
}
