//! Promises on figures over runs.

use trace::query::{Figure, Filter, Group, GroupQuery, Groups, Operand, Operator};
use trace::run::Derived;
use trace::{Field, Outcome, Text, Value};

use super::{Ports, answer, column, query, row};
use crate::sample::at_millis;

/// Ten runs, a second apart: run `n` costs `n` dollars but for the last, whose cost is unknown; every second one is of
/// tenant `even` and used the tool `search`, and all used `lookup`.
fn rows() -> Vec<Derived> {
    (1..=10_u32)
        .map(|number| {
            let mut derived = row(&format!("run-{number:02}"), u64::from(number));
            let run = &mut derived.run;
            run.start = at_millis(i64::from(number) * 1_000);
            run.totals.cost = (number < 10).then(|| f64::from(number));
            run.tools = vec![Text::new("lookup")];
            run.outcome = Outcome::Failure;
            if number % 2 == 0 {
                run.facts.set(Field::TenantId, "even");
                run.tools.push(Text::new("search"));
                run.outcome = Outcome::Success;
            }
            derived
        })
        .collect()
}

fn figures() -> Vec<Figure> {
    let cost = column("cost");
    vec![
        Figure::Runs,
        Figure::Known(cost),
        Figure::Sum(cost),
        Figure::Mean(cost),
        Figure::Percentile(cost, 50),
        Figure::Percentile(cost, 95),
    ]
}

async fn groups(ports: &Ports, set: impl FnOnce(&mut GroupQuery)) -> Groups {
    let mut query = GroupQuery {
        runs: query("start_unix_nanos", true),
        by: None,
        every_nanos: None,
        figures: vec![Figure::Runs],
        limit: 100,
    };
    set(&mut query);
    answer(ports.read.groups(&query).await)
}

fn keys(groups: &Groups) -> Vec<(Option<Value>, u64)> {
    let key = |group: &Group| (group.key.clone(), group.runs);
    groups.groups.iter().map(key).collect()
}

pub(super) async fn figures_are_of_known_values(ports: Ports) {
    ports.put(rows()).await;
    let all = groups(&ports, |query| query.figures = figures()).await;
    assert_eq!(all.groups.len(), 1, "{all:?}");
    let expected = [10.0, 9.0, 45.0, 5.0, 5.0, 9.0].map(Some);
    for group in &all.groups {
        assert_eq!((group.runs, group.figures.as_slice()), (10, &expected[..]));
        assert_eq!((&group.start, &group.key), (&None, &None));
    }
    let nothing = groups(&ports, |query| {
        query.figures = figures();
        query.runs.filter = Filter::Not(Box::new(Filter::Compare(
            column("cost"),
            Operator::Equal,
            Operand::Known,
        )));
    })
    .await;
    let unknown = [Some(1.0), Some(0.0), None, None, None, None];
    let found: Vec<_> = nothing
        .groups
        .iter()
        .map(|group| group.figures.as_slice())
        .collect();
    assert_eq!(found, [&unknown[..]]);
}

pub(super) async fn a_run_is_in_the_group_of_each_item_of_a_list(ports: Ports) {
    ports.put(rows()).await;
    let by_tool = groups(&ports, |query| query.by = Some(column("tools"))).await;
    let text = |text: &str| Some(Value::from(text));
    assert_eq!(keys(&by_tool), [(text("lookup"), 10), (text("search"), 5)]);
    let by_tenant = groups(&ports, |query| query.by = Some(column("tenant_id"))).await;
    assert_eq!(
        keys(&by_tenant),
        [(text("even"), 5), (None, 5)],
        "what is unknown comes last among equals"
    );
    let first = groups(&ports, |query| {
        query.by = Some(column("tools"));
        query.limit = 1;
    })
    .await;
    assert_eq!((keys(&first), first.has_more), (vec![(text("lookup"), 10)], true));
}

pub(super) async fn buckets_begin_at_whole_multiples_and_the_newest_are_kept(ports: Ports) {
    ports.put(rows()).await;
    let four_seconds = 4_000_000_000;
    let by_time = |limit: u32| {
        groups(&ports, move |query| {
            query.every_nanos = Some(four_seconds);
            query.limit = limit;
        })
    };
    let all = by_time(100).await;
    assert!(!all.has_more);
    let starts: Vec<i64> = all
        .groups
        .iter()
        .filter_map(|group| Some(group.start?.0))
        .collect();
    assert!(starts.iter().all(|start| start % four_seconds == 0), "{starts:?}");
    assert!(starts.is_sorted(), "{starts:?}");
    assert_eq!(all.groups.iter().map(|group| group.runs).sum::<u64>(), 10);
    let newest = by_time(1).await;
    assert!(newest.has_more);
    assert_eq!(newest.groups.first(), all.groups.last());
}

pub(super) async fn only_the_runs_that_are_asked_for_are_counted(ports: Ports) {
    ports.put(rows()).await;
    let by_outcome = groups(&ports, |query| {
        query.by = Some(column("outcome"));
        query.runs.from = Some(at_millis(3_000));
        query.runs.to = Some(at_millis(9_000));
        query.runs.limit = 1;
    })
    .await;
    let text = |text: &str| Some(Value::from(text));
    assert_eq!(
        keys(&by_outcome),
        [(text("failure"), 3), (text("success"), 3)],
        "the page of a list is not regarded"
    );
    let elsewhere = groups(&ports, |query| {
        query.runs.workspace_id = trace::WorkspaceId::new("another");
    })
    .await;
    assert_eq!(elsewhere.groups, []);
}
