//! Comparisons of small runs, and of long ones.

use trace::{Field, Kind};

use super::*;
use crate::subject::story::Story;

fn run(trace: u64) -> Story {
    Story::new(trace, "success").says("refund order 4412")
}

/// One line a row: what stands on either side, and what differs.
fn shown(one: Story, other: Story) -> Vec<String> {
    let (one, other) = (one.told(), other.told());
    let comparison = compare(&one, &other);
    let name = |subject: &Subject, item: &Option<Item>| match item {
        Some(item) => {
            let step = &subject.steps[item.steps[0]];
            format!(
                "{}×{}",
                step.tool().unwrap_or(step.kind.as_str()),
                item.steps.len()
            )
        }
        None => "-".to_owned(),
    };
    let rows = comparison.pairs.iter().map(|pair| {
        let aspects: Vec<&str> = pair.aspects.iter().map(|aspect| aspect.as_str()).collect();
        format!(
            "{} | {} {}",
            name(&one, &pair.one),
            name(&other, &pair.other),
            aspects.join(",")
        )
    });
    rows.map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn equal_runs_differ_in_nothing() {
    let told = |trace| run(trace).calls("get_order", "{}", "a").answers("done").told();
    let comparison = compare(&told(1), &told(2));
    assert_eq!(comparison.first_divergence, None);
    assert_eq!(comparison.differences, []);
}

#[test]
fn another_value_is_a_difference_of_arguments() {
    let told = |trace, amount| {
        let arguments = format!(r#"{{"order":"4412","amount":{amount}}}"#);
        run(trace).calls("refund", &arguments, "done").told()
    };
    let comparison = compare(&told(1, 20), &told(2, 90));
    assert_eq!(comparison.first_divergence, Some(2));
    assert_eq!(comparison.differences[0].aspect, Aspect::Arguments);
    assert_eq!(comparison.differences[0].arguments, ["amount"]);
}

#[test]
fn a_step_that_one_run_lacks_stands_alone() {
    let short = run(1).calls("get_order", "{}", "a").calls("refund", "{}", "b");
    let long = run(2)
        .calls("get_order", "{}", "a")
        .calls("get_user", "{}", "c")
        .calls("refund", "{}", "b");
    assert_eq!(
        shown(short, long),
        [
            "other×1 | other×1",
            "model×1 | model×1",
            "get_order×1 | get_order×1",
            "- | model×1 decision",
            "- | get_user×1 decision",
            "model×1 | model×1",
            "refund×1 | refund×1",
        ]
    );
}

#[test]
fn a_loop_folds_and_counts() {
    let once = run(1).calls("search_docs", r#"{"q":1}"#, "[]").answers("no");
    let mut often = run(2);
    for _ in 0..5 {
        often = often.calls("search_docs", r#"{"q":1}"#, "[]");
    }
    assert_eq!(
        shown(once, often.answers("no")),
        [
            "other×1 | other×1",
            "model×1 | model×5 retries",
            "search_docs×1 | search_docs×5 retries",
            "model×1 | model×1",
        ]
    );
}

#[test]
fn versions_come_first_and_outcomes_last() {
    let told = |trace, version: &'static str, document: &'static str, outcome| {
        Story::new(trace, outcome)
            .then(|span| {
                span.kind(Kind::Retrieval)
                    .fact(Field::PromptVersion, version)
                    .list(Field::DocumentIds, &["policy"])
                    .list(Field::DocumentVersions, &[document])
            })
            .told()
    };
    let comparison = compare(&told(1, "13", "v4", "success"), &told(2, "14", "v3", "failure"));
    let aspects: Vec<&str> = comparison
        .differences
        .iter()
        .map(|known| known.aspect.as_str())
        .collect();
    assert_eq!(aspects, ["version", "context", "outcome"]);
    assert_eq!(comparison.differences[1].one.as_deref(), Some("policy v4"));
}

#[test]
fn every_step_is_in_exactly_one_row_and_in_order() {
    let mut random = testkit::seeded::Seeded::new(7);
    for _ in 0..50 {
        let items = |count: u64, random: &mut testkit::seeded::Seeded| -> Vec<Item> {
            (0..count)
                .map(|index| {
                    let action = format!("a{}", random.below(4));
                    Item {
                        steps: vec![usize::try_from(index).unwrap()],
                        exact: format!("{action} {}", random.below(3)),
                        action,
                    }
                })
                .collect()
        };
        let count = random.below(30);
        let one = items(count, &mut random);
        let count = random.below(30);
        let other = items(count, &mut random);
        let places = align::align(&one, &other);
        let left: Vec<usize> = places.iter().filter_map(|(left, _)| *left).collect();
        let right: Vec<usize> = places.iter().filter_map(|(_, right)| *right).collect();
        assert_eq!(left, (0..one.len()).collect::<Vec<_>>());
        assert_eq!(right, (0..other.len()).collect::<Vec<_>>());
        assert!(
            places
                .iter()
                .all(|(left, right)| left.is_some() || right.is_some())
        );
    }
}

#[test]
fn long_runs_are_aligned_in_bounded_time() {
    let items = |seed: u64| -> Vec<Item> {
        let mut random = testkit::seeded::Seeded::new(seed);
        (0..10_000)
            .map(|index| {
                let action = format!("a{}", random.below(20));
                Item {
                    steps: vec![index],
                    exact: format!("{action} {}", random.below(200)),
                    action,
                }
            })
            .collect()
    };
    let places = align::align(&items(1), &items(2));
    assert!(places.len() >= 10_000);
}
