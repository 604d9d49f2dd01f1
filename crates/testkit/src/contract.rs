//! What every implementation of the ports has to pass: the same cases run against memory and against the store.
//!
//! A case gets ports over an empty store and panics where a promise does not hold. Run them all:
//!
//! ```ignore
//! for case in testkit::contract::CASES {
//!     (case.run)(open_an_empty_store()).await;
//! }
//! ```

mod derived;
mod filters;
mod groups;
mod intake;
mod paging;
mod records;

use std::sync::Arc;

use privacy::{Cleared, Receipt, WritePort};
use trace::ports::{DerivedPort, LoggedSpan, Pending, ReadPort};
use trace::query::{Column, Filter, RUN_COLUMNS, RunQuery, Sort, find_column};
use trace::run::{Derived, Run, Totals};
use trace::span::Batch;
use trace::{Facts, Outcome, OutcomeSource, RunId, Sequence, Text, TraceId};

use crate::sample::{self, at_millis};
pub use intake::intake;

/// The ports over one empty store.
#[derive(Clone)]
pub struct Ports {
    /// Writing.
    pub write: Arc<dyn WritePort>,
    /// Reading.
    pub read: Arc<dyn ReadPort>,
    /// Derived rows.
    pub derived: Arc<dyn DerivedPort>,
}

/// One promise.
#[derive(Clone, Copy)]
pub struct Case {
    /// What is promised, as a sentence.
    pub name: &'static str,
    /// Tries it; panics where it does not hold.
    pub run: fn(Ports) -> Pending<'static, ()>,
}

macro_rules! cases {
    ($($module:ident::$name:ident,)+) => {
        /// All cases.
        pub const CASES: &[Case] = &[$(
            Case {
                name: stringify!($name),
                run: |ports| Box::pin($module::$name(ports)),
            },
        )+];
    };
}

cases! {
    records::what_was_appended_is_readable_at_once,
    records::a_redelivered_record_is_stored_once,
    records::a_record_within_one_request_is_stored_once,
    records::a_finished_record_takes_the_place_of_the_started_one,
    records::a_started_record_after_the_finished_one_says_nothing_new,
    records::a_contradicting_record_is_kept_and_marked,
    records::supplements_stand_beside_their_span,
    records::equal_bodies_are_stored_once,
    records::scores_are_found_by_trace_and_by_stated_run,
    records::traces_are_found_by_a_run_id_any_span_states,
    records::traces_since_a_position_are_told_with_their_newest,
    records::workspaces_do_not_see_each_other,
    records::counts_are_exact,
    derived::a_newer_version_takes_the_place_of_an_older,
    derived::a_retracted_run_is_gone_and_may_come_back,
    derived::calls_are_those_of_the_newest_row,
    derived::runs_of_a_session_are_found,
    derived::the_settled_position_never_goes_back,
    paging::pages_neither_overlap_nor_leave_a_gap,
    paging::unknown_values_come_last_in_either_direction,
    paging::a_cursor_of_another_order_is_refused,
    paging::project_and_time_range_narrow_a_list,
    filters::each_operator_compares_each_type,
    filters::an_unknown_value_meets_neither_a_condition_nor_its_opposite,
    filters::patterns_ignore_case_and_lists_match_by_member,
    filters::terms_combine,
    filters::text_is_looked_for_in_searchable_columns,
    filters::a_run_has_a_call_that_meets_all_conditions,
    filters::a_call_may_be_asked_for_after_another,
    groups::figures_are_of_known_values,
    groups::a_run_is_in_the_group_of_each_item_of_a_list,
    groups::buckets_begin_at_whole_multiples_and_the_newest_are_kept,
    groups::only_the_runs_that_are_asked_for_are_counted,
}

/// What a port answered.
#[expect(
    clippy::expect_used,
    reason = "a contract is broken by an error, and says so by panicking"
)]
fn answer<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.expect("the port answers")
}

impl Ports {
    async fn append(&self, batch: Cleared<Batch>) -> Receipt {
        answer(self.write.append(batch).await)
    }

    async fn records(&self, trace: u64) -> Vec<Arc<LoggedSpan>> {
        let traces = [sample::trace_id(trace)];
        answer(self.read.spans_of_traces(&sample::workspace(), &traces).await)
    }

    async fn put(&self, rows: Vec<Derived>) {
        answer(self.derived.put_derived(rows).await);
    }

    /// The ids of the runs that meet a filter, in the order of their ids.
    async fn meeting(&self, filter: Filter) -> Vec<String> {
        let mut query = query("run_id", false);
        query.filter = filter;
        ids(&answer(self.read.runs(&query).await).runs)
    }
}

fn ids(runs: &[Run]) -> Vec<String> {
    runs.iter().map(|run| run.run_id.to_string()).collect()
}

/// A column of `runs`, by name.
#[expect(clippy::expect_used, reason = "a contract names columns that exist")]
fn column(name: &str) -> &'static Column {
    find_column(&RUN_COLUMNS, name).expect("a column of runs")
}

fn query(sort: &str, descending: bool) -> RunQuery {
    RunQuery {
        workspace_id: sample::workspace(),
        project_id: None,
        filter: Filter::All,
        from: None,
        to: None,
        sort: Sort {
            column: column(sort),
            descending,
        },
        limit: 100,
        cursor: None,
    }
}

/// A settled row of a run with this id, made of the trace with this number.
fn row(run_id: &str, trace: u64) -> Derived {
    let number = i64::try_from(trace).unwrap_or(0);
    Derived {
        run: Run {
            workspace_id: sample::workspace(),
            project_id: sample::project(),
            run_id: RunId::new(run_id),
            version: 1,
            settled: true,
            name: Text::new("agent"),
            start: at_millis(number),
            duration_nanos: Some(1_000_000),
            first_received_at: at_millis(0),
            last_sequence: Sequence(trace),
            outcome: Outcome::Unknown,
            outcome_source: OutcomeSource::Inferred,
            facts: Facts::new(),
            traces: vec![trace_of(trace)],
            agents: Vec::new(),
            tools: Vec::new(),
            error_classes: Vec::new(),
            totals: Totals::default(),
            price_version: Text::default(),
            goal: None,
            signals: Vec::new(),
            evidence_score: None,
            first_wrong: None,
        },
        calls: Vec::new(),
    }
}

const fn trace_of(trace: u64) -> TraceId {
    sample::trace_id(trace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryIntake, MemoryStore};

    #[tokio::test]
    async fn the_store_in_memory_keeps_every_promise() {
        for case in CASES {
            println!("{}", case.name);
            let store = Arc::new(MemoryStore::new());
            let ports = Ports {
                write: store.clone(),
                read: store.clone(),
                derived: store,
            };
            (case.run)(ports).await;
        }
    }

    #[tokio::test]
    async fn the_way_in_over_memory_keeps_its_promises() {
        let store = MemoryStore::new();
        let way_in = MemoryIntake::new(sample::gate(trace::CaptureLevel::Redacted), store.clone());
        intake(Arc::new(way_in), Arc::new(store)).await;
    }
}
