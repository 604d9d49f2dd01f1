//! The service over a store in memory. Time is paused: it moves when nothing else can happen.

use std::sync::Arc;
use std::time::Duration;

use testkit::sample::{self, SpanBuilder, cleared, cleared_scores, span, trace_id};
use testkit::seeded::Seeded;
use testkit::{MemoryStore, SetClock};
use tokio::sync::oneshot;
use trace::ports::DerivedPort;
use trace::run::Run;
use trace::{Field, Kind, Outcome, OutcomeSource, RunId, Sequence, Status};

use super::{Handle, Options, Service, channel};
use crate::assemble::{Settings, assemble};
use crate::explain;

struct Running {
    store: MemoryStore,
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

/// Starts the service over a store.
fn start(store: &MemoryStore) -> Running {
    start_with(store, Options::default())
}

fn start_with(store: &MemoryStore, options: Options) -> Running {
    let (handle, inlet) = channel(&options);
    store.listen(Arc::new(handle.clone()));
    let clock = SetClock::at(sample::at_millis(20_000));
    let service = Service::new(
        options,
        Arc::new(Settings::default()),
        inlet,
        Arc::new(store.clone()),
        Arc::new(store.clone()),
        Arc::new(clock),
    );
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(service.run(async {
        let _ = stopped.await;
    }));
    Running {
        store: store.clone(),
        handle,
        _stop: stop,
    }
}

impl Running {
    async fn after(&self, millis: u64) -> Vec<Run> {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        self.store
            .derived()
            .into_iter()
            .map(|derived| derived.run)
            .collect()
    }
}

/// Rows as text: run, outcome, spans, whether settled.
fn lines(runs: &[Run]) -> Vec<String> {
    let line = |run: &Run| {
        let settled = if run.settled { "settled" } else { "open" };
        let number = |trace: u64| RunId::from(trace_id(trace)) == run.run_id;
        let name = (0..100)
            .find(|trace| number(*trace))
            .map_or_else(|| run.run_id.to_string(), |trace| format!("trace {trace}"));
        format!("{name}: {} {settled}, {} spans", run.outcome, run.totals.spans)
    };
    runs.iter().map(line).collect()
}

fn agent(trace: u64) -> SpanBuilder {
    span(trace, 1).kind(Kind::Agent).name("agent").millis(0, 100)
}

fn step(trace: u64, id: u64) -> SpanBuilder {
    let from = i64::try_from(id).unwrap();
    span(trace, id).below(1).millis(from, from + 1).model("m", 1, 1)
}

#[tokio::test(start_paused = true)]
async fn a_run_is_seen_at_its_first_span_and_settles_when_it_has_been_quiet() {
    let running = start(&MemoryStore::new());
    running.store.put(cleared([step(1, 2)]));
    assert_eq!(
        lines(&running.after(100).await),
        ["trace 1: running open, 1 spans"]
    );
    running.store.put(cleared([agent(1)]));
    assert_eq!(
        lines(&running.after(100).await),
        ["trace 1: unknown open, 2 spans"]
    );
    assert_eq!(
        lines(&running.after(9_000).await),
        ["trace 1: unknown open, 2 spans"]
    );
    assert_eq!(
        lines(&running.after(1_000).await),
        ["trace 1: unknown settled, 2 spans"]
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(running.store.settled_position().await.unwrap(), Sequence(2));
    assert_eq!(running.handle.status().open_traces, 0);
}

#[tokio::test(start_paused = true)]
async fn a_late_span_opens_the_run_again_and_is_waited_for_longer() {
    let running = start(&MemoryStore::new());
    running.store.put(cleared([agent(1)]));
    let first = running.after(11_000).await;
    assert_eq!(lines(&first), ["trace 1: unknown settled, 1 spans"]);
    running.store.put(cleared([step(1, 2)]));
    let second = running.after(15_000).await;
    assert_eq!(lines(&second), ["trace 1: unknown open, 2 spans"]);
    let third = running.after(6_000).await;
    assert_eq!(lines(&third), ["trace 1: unknown settled, 2 spans"]);
    assert!(first[0].version < second[0].version && second[0].version < third[0].version);
}

#[tokio::test(start_paused = true)]
async fn a_score_that_comes_later_settles_the_run_again() {
    let running = start(&MemoryStore::new());
    running.store.put(cleared([agent(1)]));
    running.after(11_000).await;
    running
        .store
        .put(cleared_scores(vec![sample::score(1, None, "success", 1.0)]));
    let runs = running.after(100).await;
    assert_eq!(
        (runs[0].outcome, runs[0].outcome_source),
        (Outcome::Success, OutcomeSource::Score)
    );
}

#[tokio::test(start_paused = true)]
async fn a_score_may_name_the_run_by_its_id() {
    let running = start(&MemoryStore::new());
    running
        .store
        .put(cleared([agent(1).fact(Field::StatedRunId, "run-7")]));
    running.after(11_000).await;
    let mut score = sample::score(1, None, "success", 0.0);
    score.score.trace_id = None;
    score.score.stated_run_id = Some("run-7".into());
    running.store.put(cleared_scores(vec![score]));
    assert_eq!(
        lines(&running.after(100).await),
        ["run-7: failure settled, 1 spans"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_that_never_ends_settles_as_unknown_in_the_end() {
    let running = start(&MemoryStore::new());
    running.store.put(cleared([agent(1).started(), step(1, 2)]));
    assert_eq!(
        lines(&running.after(60_000).await),
        ["trace 1: running open, 2 spans"]
    );
    assert_eq!(
        lines(&running.after(900_000).await),
        ["trace 1: unknown settled, 2 spans"]
    );
}

#[tokio::test(start_paused = true)]
async fn traces_that_state_one_run_are_one_row() {
    let running = start(&MemoryStore::new());
    let stating = |trace| agent(trace).fact(Field::StatedRunId, "run-7");
    running.store.put(cleared([stating(1)]));
    assert_eq!(
        lines(&running.after(11_000).await),
        ["run-7: unknown settled, 1 spans"]
    );
    running.store.put(cleared([stating(2)]));
    assert_eq!(lines(&running.after(100).await), ["run-7: unknown open, 2 spans"]);
}

#[tokio::test(start_paused = true)]
async fn a_trace_that_turns_out_to_be_part_of_a_run_loses_its_row() {
    let running = start(&MemoryStore::new());
    running
        .store
        .put(cleared([step(1, 2).fact(Field::StatedRunId, "inner")]));
    assert_eq!(lines(&running.after(100).await), ["inner: running open, 1 spans"]);
    running.store.put(cleared([agent(1)]));
    assert_eq!(
        lines(&running.after(100).await),
        ["trace 1: unknown open, 2 spans"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_joins_the_run_that_waits_whichever_came_first() {
    let waiting = || agent(1).fact(Field::SessionId, "s").status(Status::Paused);
    let answer = || agent(2).millis(200, 300).fact(Field::SessionId, "s");
    let orders = [[waiting(), answer()], [answer(), waiting()]];
    for [first, second] in orders {
        let running = start(&MemoryStore::new());
        running.store.put(cleared([first]));
        running.after(60_000).await;
        running.store.put(cleared([second]));
        assert_eq!(
            lines(&running.after(100).await),
            ["trace 1: unknown open, 2 spans"]
        );
        running.after(60_000).await;
        running.store.put(cleared([step(2, 5)]));
        assert_eq!(
            lines(&running.after(500).await),
            ["trace 1: unknown open, 3 spans"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_had_not_settled_is_settled_after_a_restart() {
    let store = MemoryStore::new();
    for trace in 1..=3 {
        store.put(cleared([agent(trace), step(trace, 2)]));
    }
    let running = start(&store);
    let runs = running.after(1_000).await;
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| run.settled), "{:?}", lines(&runs));
    assert_eq!(running.handle.status().settled_up_to, Sequence(3));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_a_restart_finds_its_run() {
    let store = MemoryStore::new();
    let session = |span: SpanBuilder| span.fact(Field::SessionId, "s");
    {
        let running = start(&store);
        store.put(cleared([session(agent(1)).status(Status::Paused)]));
        running.after(60_000).await;
    }
    let running = start(&store);
    store.put(cleared([session(agent(2).millis(200, 300))]));
    assert_eq!(
        lines(&running.after(60_000).await),
        ["trace 1: unknown settled, 2 spans"]
    );
    drop(running);
    let running = start(&store);
    store.put(cleared([session(step(2, 5))]));
    assert_eq!(
        lines(&running.after(500).await),
        ["trace 1: unknown open, 3 spans"]
    );
}

#[tokio::test(start_paused = true)]
async fn with_too_many_open_runs_some_settle_early_and_none_is_lost() {
    let options = Options {
        open_traces_max: 10,
        batch_traces: 4,
        ..Options::default()
    };
    let running = start_with(&MemoryStore::new(), options);
    for trace in 1..=60 {
        running.store.put(cleared([agent(trace).started()]));
        running.store.put(cleared([agent(trace)]));
    }
    let runs = running.after(60_000).await;
    assert_eq!(runs.len(), 60);
    assert!(
        runs.iter()
            .all(|run| run.settled && run.outcome == Outcome::Unknown)
    );
    assert_eq!(running.handle.status().settled_up_to, Sequence(120));
}

#[tokio::test(start_paused = true)]
async fn a_rebuild_makes_every_row_anew() {
    let running = start(&MemoryStore::new());
    for trace in 1..=20 {
        running.store.put(cleared([agent(trace)]));
    }
    let before = running.after(60_000).await;
    let mut progress = running.handle.rebuild().expect("the service runs");
    let done = progress
        .wait_for(|progress| progress.is_done)
        .await
        .map(|progress| *progress)
        .unwrap();
    assert_eq!((done.done, done.total, done.failed), (20, 20, 0));
    let after = running.after(0).await;
    assert_eq!(lines(&before), lines(&after));
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(old, new)| new.version == old.version + 1)
    );
}

/// Any order of arrival ends in the rows that the whole gives.
#[tokio::test(start_paused = true)]
async fn every_order_of_arrival_settles_to_the_same_rows() {
    let spans = || {
        let traces = 1..=4_u64;
        traces.flat_map(|trace| {
            let root = agent(trace);
            let root = if trace < 3 {
                root.fact(Field::StatedRunId, "joined")
            } else {
                root
            };
            (2..6).map(move |id| step(trace, id)).chain([root])
        })
    };
    let store = MemoryStore::new();
    store.put(cleared(spans()));
    let expected = start(&store).after(60_000).await;
    assert_eq!(expected.len(), 3);
    for seed in 0..8 {
        let mut shuffled: Vec<_> = spans().collect();
        let mut seeded = Seeded::new(seed);
        seeded.shuffle(&mut shuffled);
        let running = start(&MemoryStore::new());
        for span in shuffled {
            running.store.put(cleared([span]));
            tokio::time::sleep(Duration::from_millis(seeded.below(15_000))).await;
        }
        let settled = running.after(1_200_000).await;
        assert_eq!(lines(&settled), lines(&expected), "seed {seed}");
        for (run, expected) in settled.iter().zip(&expected) {
            assert_eq!((&run.totals, &run.traces), (&expected.totals, &expected.traces));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_is_answered_at_once_as_it_will_settle() {
    let store = MemoryStore::new();
    store.put(cleared([agent(1).fact(Field::StatedRunId, "run-7"), step(1, 2)]));
    store.put(cleared([agent(2).fact(Field::StatedRunId, "run-7")]));
    let settings = Settings::default();
    for id in ["run-7".to_owned(), trace_id(2).to_string()] {
        let run = crate::view::run(&store, &sample::workspace(), &RunId::new(id), &settings).await;
        let assembled = run.unwrap().expect("it is there");
        assert_eq!(assembled.derived.run.run_id.as_str(), "run-7");
        assert_eq!(assembled.tree.len(), 3);
    }
    let nobody = crate::view::run(&store, &sample::workspace(), &RunId::new("nobody"), &settings).await;
    assert!(nobody.unwrap().is_none());
    assert!(assemble(&[], &[], &settings).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_settled_run_has_its_signals_evidence_and_first_wrong_decision() {
    let store = MemoryStore::new();
    let running = start(&store);
    let tool = |number: u64, name: &str, status: Status| {
        let from = i64::try_from(number).unwrap() * 10;
        span(1, number)
            .below(1)
            .tool(name)
            .millis(from, from + 5)
            .status(status)
            .body(trace::Role::Arguments, r#"{"order_id":"4412"}"#)
    };
    store.put(cleared([
        span(1, 1)
            .kind(Kind::Agent)
            .millis(0, 100)
            .fact(Field::StatedOutcome, "failure"),
        tool(2, "update_items", Status::Ok),
        tool(3, "cancel_order", Status::Error),
    ]));
    let run = running.after(60_000).await.remove(0);
    assert!(run.settled);
    assert_eq!(run.signals, ["tool_error"]);
    assert!(run.evidence_score.is_some_and(|score| score > 0.0 && score < 1.0));
    let first = run.first_wrong.unwrap();
    assert_eq!((first.span_id, first.rule.as_str()), (sample::span_id(2), "lock"));
    let says = |place: i64, label: &str, span: u64| {
        let mut said = sample::score(1, Some(span), "first_wrong_decision", 1.0);
        said.score.label = Some(label.into());
        said.score.source = Some("human:anna".into());
        said.score.time = sample::at_millis(place);
        said.score.score_id = trace::ScoreId::new([u8::try_from(place).unwrap(); 16]);
        store.put(cleared_scores(vec![said]));
    };
    let first_wrong = async || {
        let run = running.after(100).await.remove(0);
        assert!(run.settled, "a word does not open a run that is at rest");
        run.first_wrong
            .map(|first| (first.span_id, first.rule.to_string()))
    };
    says(1, "dispute", 2);
    assert_eq!(
        first_wrong().await,
        None,
        "what people dispute is not shown as found"
    );
    says(2, "confirm", 3);
    let by_anna = Some((sample::span_id(3), "person".to_owned()));
    assert_eq!(first_wrong().await, by_anna);
    store.put(cleared([tool(4, "cancel_order", Status::Error)]));
    running.after(60_000).await;
    assert_eq!(first_wrong().await, by_anna, "no rule overwrites a person's word");
    says(3, "withdraw", 3);
    assert_eq!(first_wrong().await.unwrap().1, "lock");
}

#[tokio::test(start_paused = true)]
async fn where_no_task_is_stated_runs_of_the_same_goal_are_peers() {
    let store = MemoryStore::new();
    let running = start(&store);
    let run = |trace: u64, goal: &str, outcome: &str| {
        agent(trace)
            .fact(Field::StatedOutcome, outcome)
            .body(trace::Role::Goal, goal)
    };
    store.put(cleared([
        run(1, "Refund  order 4412", "success"),
        run(2, "refund order 9", "success"),
        run(3, "refund order 4412", "failure"),
    ]));
    running.after(60_000).await;
    let (workspace_id, settings) = (sample::workspace(), Settings::default());
    let run_id = RunId::from(trace_id(3));
    let explained = explain::live::run(
        &store,
        &workspace_id,
        &run_id,
        &settings,
        &explain::Settings::default(),
    )
    .await;
    let compared_with = explained.unwrap().unwrap().compared_with;
    assert_eq!(compared_with, [RunId::from(trace_id(1))]);
}
