//! Metrics against a plain computation, and each filter against what it says it opens.

use testkit::seeded::Seeded;
use testkit::{MemoryStore, sample};
use trace::ports::{DerivedPort as _, ReadPort as _};
use trace::query::{PAGE_SIZE_MAX, RunQuery};
use trace::run::{Derived, ToolCall};
use trace::{RunId, Text};

use super::*;
use crate::query;
use crate::subject::story::Story;

/// Settled runs that differ in all that metrics look at.
fn runs(seed: u64, count: u64) -> Vec<Run> {
    let assembled = Story::new(1, "success").assembled(trace::CaptureLevel::Metadata);
    let template = assembled.derived.run;
    let mut random = Seeded::new(seed);
    (0..count)
        .map(|number| {
            let mut run = template.clone();
            run.run_id = RunId::new(format!("run {number}"));
            run.version = 1;
            run.settled = true;
            run.outcome = pick(&mut random, Outcome::ALL);
            run.duration_nanos =
                (random.below(9) > 0).then(|| i64::try_from(random.below(90_000_000_000)).unwrap());
            run.totals.cost = (random.below(4) > 0).then(|| real(random.below(1_000)) / 1_000.0);
            run.totals.tokens.input = (random.below(4) > 0).then(|| random.below(10_000));
            run.totals.tokens.output = Some(random.below(1_000));
            run.evidence_score = (random.below(4) > 0).then(|| real(random.below(101)) / 100.0);
            run.signals = crate::signals::definitions()
                .filter(|_| random.below(5) == 0)
                .map(|definition| Text::from(definition.name))
                .collect();
            run.totals.tool_calls = Some(
                (0..random.below(4))
                    .map(|_| ToolCall {
                        name: None,
                        status: pick(&mut random, &[None, Some(Status::Ok), Some(Status::Error)]),
                        inferred: false,
                    })
                    .collect(),
            );
            run
        })
        .collect()
}

fn pick<T: Copy>(random: &mut Seeded, list: &[T]) -> T {
    list[usize::try_from(random.below(list.len() as u64)).unwrap()]
}

fn value(figures: &[Figure], id: &str) -> Option<f64> {
    figures
        .iter()
        .find(|figure| figure.metric.id == id)
        .unwrap()
        .value
}

#[track_caller]
fn same(one: Option<f64>, other: f64) {
    assert!(
        one.is_some_and(|one| (one - other).abs() < 1e-9),
        "{one:?} is not {other}"
    );
}

#[test]
fn figures_equal_a_plain_computation() {
    for seed in 0..20 {
        let runs = runs(seed, 200);
        let figures = of(&runs.iter().collect::<Vec<_>>());
        let (mut known, mut good, mut spent, mut loops) = (0.0, 0.0, 0.0, 0.0);
        let (mut failed, mut ended) = (0.0, 0.0);
        let mut durations = Vec::new();
        for run in &runs {
            if !["unknown", "running", "waiting"].contains(&run.outcome.as_str()) {
                known += 1.0;
            }
            if run.outcome.as_str() == "success" {
                good += 1.0;
            }
            spent += run.totals.cost.unwrap_or(0.0);
            loops += f64::from(u8::from(run.signals.contains(&Text::from("loop"))));
            for call in run.totals.tool_calls.as_ref().unwrap() {
                ended += f64::from(u8::from(call.status.is_some()));
                failed += f64::from(u8::from(call.status == Some(Status::Error)));
            }
            durations.extend(run.duration_nanos);
        }
        durations.sort_unstable();
        same(value(&figures, "task_success_rate"), good / known);
        same(value(&figures, "cost_per_successful_task"), spent / good);
        same(value(&figures, "loop_rate"), loops / 200.0);
        same(value(&figures, "tool_error_rate"), failed / ended);
        // Nearest rank: the smallest value with at least 95 of 100 at or below it.
        let at_most = |limit: i64| durations.iter().filter(|nanos| **nanos <= limit).count() * 100;
        let p95 = durations
            .iter()
            .find(|nanos| at_most(**nanos) >= durations.len() * 95);
        same(value(&figures, "latency_p95"), millis(*p95.unwrap()));
    }
}

#[test]
fn each_filter_opens_exactly_the_runs_counted() {
    let store = MemoryStore::new();
    let runs = runs(3, 300);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(check_filters(&store, &runs));
}

async fn check_filters(store: &MemoryStore, runs: &[Run]) {
    let rows = runs.iter().map(|run| Derived {
        run: run.clone(),
        calls: Vec::new(),
    });
    store.put_derived(rows.collect()).await.unwrap();
    for figure in of(&runs.iter().collect::<Vec<_>>()) {
        if !matches!(figure.metric.rule, Rule::Outcomes(_) | Rule::Signal(_)) {
            query::parse(figure.metric.filter).unwrap();
            continue;
        }
        let page = store
            .runs(&RunQuery {
                workspace_id: sample::workspace(),
                project_id: None,
                filter: query::parse(figure.metric.filter).unwrap(),
                from: None,
                to: None,
                sort: query::parse_sort(query::SORT_DEFAULT).unwrap(),
                limit: PAGE_SIZE_MAX,
                cursor: None,
            })
            .await
            .unwrap();
        same(Some(figure.numerator), real(whole(page.runs.len())));
    }
}

#[test]
fn too_few_runs_are_not_enough() {
    let figures = of(&runs(1, 3).iter().collect::<Vec<_>>());
    assert!(figures.iter().all(|figure| !figure.is_enough));
    let nothing = of(&[]);
    assert!(nothing.iter().all(|figure| figure.value.is_none()));
}

#[test]
fn groups_part_the_runs() {
    let runs = runs(2, 100);
    let groups = grouped(&runs, GroupBy::Outcome);
    let loops: f64 = groups
        .iter()
        .map(|(_, figures)| {
            figures
                .iter()
                .find(|figure| figure.metric.id == "loop_rate")
                .unwrap()
                .numerator
        })
        .sum();
    let whole = of(&runs.iter().collect::<Vec<_>>());
    same(
        Some(loops),
        whole
            .iter()
            .find(|figure| figure.metric.id == "loop_rate")
            .unwrap()
            .numerator,
    );
}

#[test]
fn ids_are_unique() {
    let ids: std::collections::BTreeSet<&str> = METRICS.iter().map(|metric| metric.id).collect();
    assert_eq!(ids.len(), METRICS.len());
}
