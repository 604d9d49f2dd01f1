//! Promises on lists of runs and their pages.

use trace::ports::Error;
use trace::run::{Derived, Run};
use trace::{ProjectId, Text};

use super::{Ports, answer, ids, query, row};
use crate::sample::at_millis;

/// Eleven runs: ties in every column but the id, and values that are not known.
fn rows() -> Vec<Derived> {
    (0..11_u32)
        .map(|number| {
            let mut derived = row(&format!("r{number:02}"), u64::from(number));
            let run = &mut derived.run;
            run.start = at_millis(i64::from(number / 3));
            run.name = Text::from(if number % 2 == 0 { "even" } else { "odd" });
            run.totals.cost = (number % 4 != 0).then(|| f64::from(number % 5));
            run.totals.errors = u64::from(number % 3);
            derived
        })
        .collect()
}

async fn all_pages(ports: &Ports, sort: &str, descending: bool, limit: u32) -> Vec<Run> {
    let mut query = query(sort, descending);
    query.limit = limit;
    let mut runs = Vec::new();
    loop {
        let page = answer(ports.read.runs(&query).await);
        assert!(page.runs.len() <= usize::try_from(limit).unwrap_or(0));
        runs.extend(page.runs);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return runs,
        }
    }
}

pub(super) async fn pages_neither_overlap_nor_leave_a_gap(ports: Ports) {
    ports.put(rows()).await;
    for sort in [
        "start_unix_nanos",
        "name",
        "cost",
        "errors",
        "run_id",
        "duration_millis",
        "model_calls",
    ] {
        for descending in [false, true] {
            let whole = ids(&all_pages(&ports, sort, descending, 100).await);
            assert_eq!(whole.len(), 11);
            for limit in [1, 2, 3, 10, 11] {
                let paged = ids(&all_pages(&ports, sort, descending, limit).await);
                assert_eq!(paged, whole, "sorted by {sort}, {limit} a page");
            }
        }
    }
    let by_start = ids(&all_pages(&ports, "start_unix_nanos", true, 4).await);
    let expected = [
        "r09", "r10", "r06", "r07", "r08", "r03", "r04", "r05", "r00", "r01", "r02",
    ];
    assert_eq!(by_start, expected, "ties stand in the order of their ids");
}

pub(super) async fn unknown_values_come_last_in_either_direction(ports: Ports) {
    ports.put(rows()).await;
    for descending in [false, true] {
        let runs = all_pages(&ports, "cost", descending, 3).await;
        let known: Vec<bool> = runs.iter().map(|run| run.totals.cost.is_some()).collect();
        assert!(known.is_sorted_by_key(|known| !known), "{known:?}");
        let costs: Vec<f64> = runs.iter().filter_map(|run| run.totals.cost).collect();
        let ordered = costs.is_sorted_by(|one, other| if descending { one >= other } else { one <= other });
        assert!(ordered, "{costs:?}");
    }
}

pub(super) async fn a_cursor_of_another_order_is_refused(ports: Ports) {
    ports.put(rows()).await;
    let mut first = query("name", false);
    first.limit = 2;
    let cursor = answer(ports.read.runs(&first).await).next;
    assert!(cursor.is_some());
    let mut other = query("cost", true);
    other.cursor = cursor;
    assert!(matches!(ports.read.runs(&other).await, Err(Error::Invalid(_))));
    other.cursor = Some("no cursor at all".to_owned());
    assert!(matches!(ports.read.runs(&other).await, Err(Error::Invalid(_))));
}

pub(super) async fn project_and_time_range_narrow_a_list(ports: Ports) {
    let mut rows = rows();
    for derived in rows.iter_mut().take(5) {
        derived.run.project_id = ProjectId::new("other");
    }
    ports.put(rows).await;
    let mut in_project = query("run_id", false);
    in_project.project_id = Some(ProjectId::new("other"));
    let found = answer(ports.read.runs(&in_project).await);
    assert_eq!(ids(&found.runs), ["r00", "r01", "r02", "r03", "r04"]);
    in_project.from = Some(at_millis(1));
    in_project.to = Some(at_millis(2));
    let found = answer(ports.read.runs(&in_project).await);
    assert_eq!(ids(&found.runs), ["r03", "r04"], "from is in, to is out");
}
