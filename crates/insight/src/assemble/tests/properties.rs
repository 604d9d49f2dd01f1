//! What holds for any spans at all.

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;
use testkit::sample::{SpanBuilder, span};
use testkit::seeded::Seeded;
use trace::ports::LoggedSpan;
use trace::{Field, Kind, Record, Status};

use super::super::{Settings, assemble};

fn any_span() -> impl Strategy<Value = SpanBuilder> {
    let ids = (0..3_u64, 0..12_u64, prop::option::of(0..14_u64));
    let kind = prop::sample::select(vec![
        Kind::Agent,
        Kind::Model,
        Kind::Model,
        Kind::Tool,
        Kind::Embedding,
        Kind::Mcp,
        Kind::Retrieval,
        Kind::Chain,
        Kind::Other,
    ]);
    let record = prop::sample::select(vec![
        Record::Finished,
        Record::Finished,
        Record::Started,
        Record::Log,
        Record::Supplement,
    ]);
    let times = (0..100_i64, -5..60_i64);
    let facts = (
        prop::option::of(0..4_i64),
        prop::option::of(0..3_i64),
        prop::option::of(0..3_u8),
        0..3_u8,
        prop::sample::select(Status::ALL.to_vec()),
    );
    (ids, kind, record, times, facts, 0..3_u64).prop_map(
        |((trace, id, parent), kind, record, (start, length), facts, supplement)| {
            let (input, output, response, scope, status) = facts;
            let mut made = span(trace, id)
                .kind(kind)
                .millis(start, start + length)
                .status(status)
                .fact(Field::Scope, format!("scope {scope}").as_str())
                .fact(Field::ToolName, "tool")
                .fact(Field::McpMethod, "tools/call");
            if let Some(parent) = parent {
                made = made.below(parent);
            }
            if let Some(input) = input {
                made = made.fact(Field::InputTokens, input);
            }
            if let Some(output) = output {
                made = made.fact(Field::OutputTokens, output);
            }
            if let Some(response) = response {
                made = made.fact(Field::ResponseId, format!("r{response}").as_str());
            }
            match record {
                Record::Started => made.started(),
                Record::Supplement => made.supplement(supplement + 1),
                record => made.record(record),
            }
        },
    )
}

/// Records with positions of their own, as a log gives them.
fn records(spans: Vec<SpanBuilder>) -> Vec<Arc<LoggedSpan>> {
    super::logged(spans)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_order_and_any_redelivery_give_the_same_run(
        spans in prop::collection::vec(any_span(), 1..24),
        seed in any::<u64>(),
    ) {
        let once = records(spans);
        let mut twice: Vec<_> = once.iter().chain(&once).cloned().collect();
        Seeded::new(seed).shuffle(&mut twice);
        let settings = Settings::default();
        let (one, other) = (assemble(&once, &[], &settings), assemble(&twice, &[], &settings));
        prop_assert_eq!(one.map(|run| run.derived), other.map(|run| run.derived));
    }

    #[test]
    fn every_span_stands_in_the_tree_once_below_its_parent(
        spans in prop::collection::vec(any_span(), 1..24),
    ) {
        let records = records(spans);
        let Some(run) = assemble(&records, &[], &Settings::default()) else { return Ok(()) };
        let mut seen = HashSet::new();
        for (id, node) in run.tree.iter() {
            prop_assert!(seen.insert((node.span().trace_id, node.span().span_id)));
            prop_assert!(node.parent.is_none_or(|parent| parent < id));
        }
        let told: HashSet<_> = records
            .iter()
            .filter(|record| record.span.record != Record::Supplement)
            .map(|record| (record.span.trace_id, record.span.span_id))
            .collect();
        prop_assert!(told.is_subset(&seen));
    }

    #[test]
    fn no_token_is_counted_twice(spans in prop::collection::vec(any_span(), 1..24)) {
        let records = records(spans);
        let Some(run) = assemble(&records, &[], &Settings::default()) else { return Ok(()) };
        let of_model_spans = run
            .tree
            .nodes()
            .iter()
            .filter(|node| node.span().kind == Kind::Model)
            .filter_map(|node| node.span().facts.int(Field::InputTokens))
            .sum::<i64>();
        let total = run.derived.run.totals.tokens.input.unwrap_or(0);
        prop_assert!(i64::try_from(total).unwrap() <= of_model_spans);
        let mut members = HashSet::new();
        for (id, node) in run.tree.iter() {
            prop_assert!(node.call.is_none() || members.insert(id));
        }
    }
}

#[test]
fn a_deep_chain_ends() {
    let spans = (0..3_000).map(|id| {
        let made = span(1, id).model("m", 1, 1);
        if id == 0 { made } else { made.below(id - 1) }
    });
    let records = records(spans.collect());
    let run = assemble(&records, &[], &Settings::default()).unwrap();
    assert_eq!(run.derived.run.totals.model_calls, Some(1));
}
