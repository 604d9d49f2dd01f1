//! Faults planted into healthy runs: explanations name the planted step, signals show on the runs that have them and
//! on no others, and healthy runs are left alone. At capture level `metadata`: shapes and tokens only.

use std::collections::{BTreeMap, BTreeSet};

use insight::assemble::{Assembled, Settings};
use insight::explain::{self, Verdict};
use insight::signals;
use insight::subject::Subject;
use insight::subject::effect::Effects;
use insight::view;
use testkit::MemoryStore;
use testkit::sample::{self, SpanBuilder};
use testkit::scenario::{Fault, scenario};
use trace::{CaptureLevel, RunId};

/// Seeds of each fault: enough for the bars, few enough for a test.
const SEEDS: u64 = 25;

fn assembled(trace: u64, spans: Vec<SpanBuilder>) -> Assembled {
    let store = MemoryStore::new();
    store.put(sample::gate(CaptureLevel::Metadata).clear(sample::decoded(spans, Vec::new())));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let run_id = RunId::from(sample::trace_id(trace));
    let found = runtime.block_on(async {
        let settings = Settings::default();
        view::run(&store, &sample::workspace(), &run_id, &settings).await
    });
    found.unwrap().unwrap()
}

fn subject(trace: u64, spans: Vec<SpanBuilder>) -> Subject {
    Subject::of(&assembled(trace, spans))
}

fn explained(seed: u64, fault: Option<Fault>) -> (explain::Explanation, Option<trace::SpanId>) {
    let scenario = scenario(seed, fault);
    let peers: Vec<Subject> = (2..)
        .zip(scenario.peers)
        .map(|(trace, spans)| subject(trace, spans))
        .collect();
    let run = subject(1, scenario.run);
    (
        explain::explain(&run, &peers, &explain::Settings::default()),
        scenario.planted,
    )
}

#[test]
fn planted_faults_are_found() {
    let (mut first, mut in_top, mut all) = (0_u32, 0_u32, 0_u32);
    let mut by_fault: BTreeMap<Fault, (u32, u32)> = BTreeMap::new();
    for fault in Fault::ALL {
        for seed in 0..SEEDS {
            let (explanation, planted) = explained(seed, Some(*fault));
            let planted = planted.expect("a fault is planted");
            let place = explanation
                .candidates
                .iter()
                .position(|candidate| candidate.span_id == planted);
            let count = by_fault.entry(*fault).or_default();
            count.0 += u32::from(place == Some(0));
            count.1 += u32::from(place.is_some());
            first += u32::from(place == Some(0));
            in_top += u32::from(place.is_some());
            all += 1;
        }
    }
    let share = |count: u32| f64::from(count) / f64::from(all);
    eprintln!(
        "first {:.3}, in the top three {:.3} of {all}: {by_fault:?}",
        share(first),
        share(in_top)
    );
    assert!(share(in_top) >= 0.9 && share(first) >= 0.7, "{by_fault:?}");
}

#[test]
fn healthy_runs_are_not_blamed() {
    let is_blamed = |seed: &u64| explained(*seed, None).0.verdict == Verdict::Found;
    let blamed: Vec<u64> = (0..100).filter(is_blamed).collect();
    assert!(blamed.len() <= 2, "{blamed:?}");
}

#[test]
fn signals_show_where_they_should_and_nowhere_else() {
    let watched: BTreeSet<&str> = Fault::ALL
        .iter()
        .flat_map(|fault| fault.signals())
        .copied()
        .collect();
    // By signal: shown and right, shown, and due.
    let mut counts: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
    let faults = Fault::ALL.iter().copied().map(Some).chain([None]);
    for fault in faults {
        for seed in 0..SEEDS {
            let assembled = assembled(1, scenario(seed, fault).run);
            let subject = Subject::of(&assembled);
            let effects = Effects::learn([&subject], &BTreeMap::new());
            let found: BTreeSet<&str> = signals::of(&assembled, &subject, &effects, &[])
                .iter()
                .map(|signal| signal.definition.name)
                .collect();
            let due = fault.map_or(&[][..], Fault::signals);
            for name in &watched {
                let count = counts.entry(name).or_default();
                let (is_found, is_due) = (found.contains(name), due.contains(name));
                count.0 += u32::from(is_found && is_due);
                count.1 += u32::from(is_found);
                count.2 += u32::from(is_due);
            }
        }
    }
    for (name, (right, shown, due)) in counts {
        let precision = f64::from(right) / f64::from(shown.max(1));
        let recall = f64::from(right) / f64::from(due.max(1));
        assert!(
            precision >= 0.95 && recall >= 0.95,
            "{name}: {right} right of {shown} shown, {due} due"
        );
    }
}
