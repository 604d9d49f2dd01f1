//! The table `scores`: judgements that arrive about runs and spans, each once.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use trace::ports::LoggedScore;
use trace::score::Score;
use trace::{ProjectId, ScoreId, Sequence, SpanId, TraceId, UnixNanos, WorkspaceId};

use super::spans::{content_type, read_content, write_content};
use crate::columns::{Column, Reader, Writer, signed};

pub(crate) fn columns() -> Vec<Column> {
    vec![
        Column::text("workspace_id"),
        Column::text("project_id"),
        Column::int("sequence"),
        Column::int("received_at_unix_nanos"),
        Column::id("score_id").with_bloom_filter(),
        Column::id("trace_id").with_bloom_filter(),
        Column::id("span_id"),
        Column::text("stated_run_id").with_bloom_filter(),
        Column::text("response_id"),
        Column::text("name"),
        Column::double("value"),
        Column::text("label"),
        Column::text("source"),
        Column::int("time_unix_nanos"),
        Column::new("content", content_type()),
    ]
}

pub(crate) fn write(rows: &[LoggedScore]) -> Result<RecordBatch, ArrowError> {
    let scores = || rows.iter().map(|row| &row.score);
    let mut writer = Writer::new(Arc::clone(&super::SCORES.schema), rows.len());
    writer.text(rows.iter().map(|row| Some(row.workspace_id.as_str())));
    writer.text(rows.iter().map(|row| Some(row.project_id.as_str())));
    writer.int(rows.iter().map(|row| Some(signed(row.sequence.0))));
    writer.int(rows.iter().map(|row| Some(row.received_at.0)));
    writer.id(scores().map(|score| Some(&score.score_id.as_bytes()[..])));
    writer.id(scores().map(|score| score.trace_id.as_ref().map(|id| &id.as_bytes()[..])));
    writer.id(scores().map(|score| score.span_id.as_ref().map(|id| &id.as_bytes()[..])));
    writer.text(scores().map(|score| score.stated_run_id.as_deref()));
    writer.text(scores().map(|score| score.response_id.as_deref()));
    writer.text(scores().map(|score| Some(score.name.as_str())));
    writer.double(scores().map(|score| score.value));
    writer.text(scores().map(|score| score.label.as_deref()));
    writer.text(scores().map(|score| score.source.as_deref()));
    writer.int(scores().map(|score| Some(score.time.0)));
    write_content(&mut writer, scores().map(|score| score.content.as_slice()))?;
    writer.finish()
}

pub(crate) fn read(batch: &RecordBatch) -> Vec<LoggedScore> {
    let [workspace, project, sequence, received, id, trace, span, run] = [
        "workspace_id",
        "project_id",
        "sequence",
        "received_at_unix_nanos",
        "score_id",
        "trace_id",
        "span_id",
        "stated_run_id",
    ]
    .map(|name| Reader::of(batch, name));
    let [response, name, value, label, source, time, content] = [
        "response_id",
        "name",
        "value",
        "label",
        "source",
        "time_unix_nanos",
        "content",
    ]
    .map(|name| Reader::of(batch, name));
    let read_row = |row: usize| -> Option<LoggedScore> {
        Some(LoggedScore {
            workspace_id: WorkspaceId::new(workspace.text(row)?),
            project_id: ProjectId::new(project.text(row)?),
            sequence: Sequence(sequence.count(row)?),
            received_at: UnixNanos(received.int(row)?),
            score: Score {
                score_id: ScoreId::from_slice(id.bytes(row)?).ok()?,
                trace_id: trace.bytes(row).and_then(|bytes| TraceId::from_slice(bytes).ok()),
                span_id: span.bytes(row).and_then(|bytes| SpanId::from_slice(bytes).ok()),
                stated_run_id: run.text(row).map(Into::into),
                response_id: response.text(row).map(Into::into),
                name: name.text(row)?.into(),
                value: value.double(row),
                label: label.text(row).map(Into::into),
                source: source.text(row).map(Into::into),
                time: UnixNanos(time.int(row)?),
                content: read_content(&content, row),
            },
        })
    };
    (0..batch.num_rows()).filter_map(read_row).collect()
}
