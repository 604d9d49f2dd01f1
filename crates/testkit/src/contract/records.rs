//! Promises on what is logged.

use trace::span::Decoded;
use trace::{CaptureLevel, Field, Kind, Record, Role, Sequence, Text, WorkspaceId};

use super::{Ports, answer};
use crate::sample::{self, cleared, cleared_scores, span, span_id, trace_id};

pub(super) async fn what_was_appended_is_readable_at_once(ports: Ports) {
    let receipt = ports.append(cleared([span(1, 1), span(1, 2).below(1)])).await;
    assert_eq!(receipt.spans_new, 2);
    let records = ports.records(1).await;
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record.sequence == receipt.sequence));
    let one = answer(
        ports
            .read
            .span(&sample::workspace(), trace_id(1), span_id(2))
            .await,
    );
    assert_eq!(one.len(), 1);
    let later = ports.append(cleared([span(2, 1)])).await;
    assert!(later.sequence > receipt.sequence, "positions grow");
}

pub(super) async fn a_redelivered_record_is_stored_once(ports: Ports) {
    let batch = || cleared([span(1, 1), span(1, 2).below(1)]);
    ports.append(batch()).await;
    let again = ports.append(batch()).await;
    assert_eq!(again.spans_new, 0);
    assert_eq!(ports.records(1).await.len(), 2);
    assert_eq!(answer(ports.read.stats().await).spans, 2);
}

pub(super) async fn a_record_within_one_request_is_stored_once(ports: Ports) {
    let receipt = ports.append(cleared([span(1, 1), span(1, 1)])).await;
    assert_eq!(receipt.spans_new, 1);
    assert_eq!(ports.records(1).await.len(), 1);
}

pub(super) async fn a_finished_record_takes_the_place_of_the_started_one(ports: Ports) {
    let started = span(1, 1).started().kind(Kind::Agent).fact(Field::TaskId, "task");
    ports.append(cleared([started])).await;
    assert_eq!(
        ports
            .append(cleared([span(1, 1).kind(Kind::Agent)]))
            .await
            .spans_new,
        1
    );
    let records = ports.records(1).await;
    let [record] = records.as_slice() else {
        unreachable_count(records.len());
        return;
    };
    assert_eq!(record.span.record, Record::Finished);
    assert_eq!(
        record.span.facts.text(Field::TaskId),
        Some("task"),
        "made whole with the started one"
    );
    assert_eq!(answer(ports.read.stats().await).spans, 1);
}

fn unreachable_count(count: usize) {
    assert_eq!(count, 1, "one record");
}

pub(super) async fn a_started_record_after_the_finished_one_says_nothing_new(ports: Ports) {
    ports.append(cleared([span(1, 1)])).await;
    assert_eq!(ports.append(cleared([span(1, 1).started()])).await.spans_new, 0);
    let records = ports.records(1).await;
    assert!(
        records
            .iter()
            .all(|record| record.span.record == Record::Finished)
    );
}

pub(super) async fn a_contradicting_record_is_kept_and_marked(ports: Ports) {
    ports.append(cleared([span(1, 1).millis(0, 5)])).await;
    let other = || cleared([span(1, 1).millis(100, 105)]);
    ports.append(other()).await;
    ports.append(other()).await;
    let records = ports.records(1).await;
    assert_eq!(records.len(), 2, "both are kept, once");
    assert_eq!(records.iter().filter(|record| record.conflict).count(), 1);
    assert_eq!(answer(ports.read.stats().await).spans, 1, "and count as one span");
}

pub(super) async fn supplements_stand_beside_their_span(ports: Ports) {
    let supplement = |number| span(1, 1).supplement(number).fact(Field::OutputTokens, 5);
    ports.append(cleared([supplement(1)])).await;
    ports
        .append(cleared([span(1, 1), supplement(1), supplement(2)]))
        .await;
    assert_eq!(ports.records(1).await.len(), 3);
    let stats = answer(ports.read.stats().await);
    assert_eq!((stats.spans, stats.supplements), (1, 2));
}

pub(super) async fn equal_bodies_are_stored_once(ports: Ports) {
    let asked = |id| span(1, id).body(Role::InputMessage, "where is my order");
    ports.append(cleared([asked(1)])).await;
    ports
        .append(cleared([
            asked(2),
            span(1, 3).body(Role::InputMessage, "another text"),
        ]))
        .await;
    assert_eq!(answer(ports.read.stats().await).content, 2);
    let records = ports.records(1).await;
    let references = records.iter().flat_map(|record| &record.span.content);
    let ids: Vec<_> = references.filter_map(|reference| reference.content_id).collect();
    assert_eq!(ids.len(), 3, "every span refers to its body");
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let bodies = answer(ports.read.contents(&sample::workspace(), &distinct).await);
    assert_eq!(bodies.len(), 2);
    assert!(
        bodies
            .iter()
            .any(|body| body.text.expose() == "where is my order")
    );
}

pub(super) async fn scores_are_found_by_trace_and_by_stated_run(ports: Ports) {
    let mut named = sample::score(2, None, "success", 0.0);
    named.score.trace_id = None;
    named.score.stated_run_id = Some(Text::new("run-7"));
    let batch = || vec![sample::score(1, Some(1), "success", 1.0), named.clone()];
    ports.append(cleared_scores(batch())).await;
    ports.append(cleared_scores(batch())).await;
    assert_eq!(answer(ports.read.stats().await).scores, 2);
    let workspace_id = sample::workspace();
    let by_trace = answer(ports.read.scores(&workspace_id, &[trace_id(1)], &[]).await);
    assert_eq!(by_trace.len(), 1);
    assert!(by_trace.iter().all(|score| score.score.value == Some(1.0)));
    let by_run = answer(ports.read.scores(&workspace_id, &[], &[Text::new("run-7")]).await);
    assert_eq!(by_run.len(), 1);
}

pub(super) async fn traces_are_found_by_a_run_id_any_span_states(ports: Ports) {
    let stating = |trace| span(trace, 2).below(1).fact(Field::StatedRunId, "run-7");
    ports
        .append(cleared([span(1, 1), stating(1), stating(2), span(3, 1)]))
        .await;
    let stated = [Text::new("run-7"), Text::new("nobody")];
    let mut found = answer(
        ports
            .read
            .traces_of_stated_runs(&sample::workspace(), &stated)
            .await,
    );
    found.sort_unstable();
    found.dedup();
    let run = || Text::new("run-7");
    assert_eq!(found, [(run(), trace_id(1)), (run(), trace_id(2))]);
}

pub(super) async fn traces_since_a_position_are_told_with_their_newest(ports: Ports) {
    let first = ports.append(cleared([span(1, 1), span(2, 1)])).await;
    let second = ports.append(cleared([span(2, 2)])).await;
    let third = ports
        .append(cleared_scores(vec![sample::score(1, None, "success", 1.0)]))
        .await;
    let since = async |after: Sequence| {
        let mut touched = answer(ports.read.traces_since(after).await);
        touched.sort_by_key(|trace| trace.trace_id);
        touched
            .into_iter()
            .map(|trace| (trace.trace_id, trace.last_sequence))
            .collect::<Vec<_>>()
    };
    let both = [(trace_id(1), third.sequence), (trace_id(2), second.sequence)];
    assert_eq!(since(Sequence(0)).await, both);
    assert_eq!(since(first.sequence).await, both);
    assert_eq!(since(second.sequence).await, [(trace_id(1), third.sequence)]);
    assert_eq!(since(third.sequence).await, []);
}

pub(super) async fn workspaces_do_not_see_each_other(ports: Ports) {
    ports.append(cleared([span(1, 1)])).await;
    let elsewhere = WorkspaceId::new("elsewhere");
    let decoded = Decoded {
        workspace_id: elsewhere.clone(),
        ..sample::decoded([span(1, 2)], Vec::new())
    };
    ports
        .append(sample::gate(CaptureLevel::Redacted).clear(decoded))
        .await;
    let records = ports.records(1).await;
    assert!(records.iter().all(|record| record.span.span_id == span_id(1)));
    let theirs = answer(ports.read.spans_of_traces(&elsewhere, &[trace_id(1)]).await);
    assert!(theirs.len() == 1 && theirs.iter().all(|record| record.span.span_id == span_id(2)));
}

pub(super) async fn counts_are_exact(ports: Ports) {
    let spans = [
        span(1, 1).kind(Kind::Agent),
        span(1, 2).below(1).model("m", 1, 1),
        span(1, 3).below(1).model("m", 1, 1),
        span(1, 4).below(1).model("m", 1, 1).record(Record::Log),
    ];
    let receipt = ports.append(cleared(spans)).await;
    let stats = answer(ports.read.stats().await);
    let by_kind: Vec<_> = stats
        .spans_by_kind
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect();
    assert_eq!(
        by_kind,
        [("agent", 1), ("model", 2)],
        "what was built from a log record was not sent"
    );
    assert_eq!((stats.spans, stats.supplements), (3, 1));
    assert_eq!((stats.runs, stats.runs_settled), (0, 0));
    assert_eq!(stats.last_sequence, receipt.sequence.0);
}
