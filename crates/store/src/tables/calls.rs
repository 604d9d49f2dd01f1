//! The table `calls`: one row per distinct step of a run, twins merged. Tokens and cost are summed here only.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use trace::run::{Call, CostSource};
use trace::{Facts, Field, Kind, RunId, SpanId, Status, TraceId, UnixNanos, WorkspaceId};

use super::runs::{id_list_type, millis, read_ids, write_ids};
use crate::columns::{Column, Reader, Writer, signed};
use crate::facts_columns::{self, FactsReader};

/// A call with the workspace of its run.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) call: Call,
}

/// The reported cost of a call stands in `cost` with `cost_source`, not a second time among the facts.
fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().filter(|field| *field != Field::Cost)
}

pub(crate) fn columns() -> Vec<Column> {
    let mut columns = vec![
        Column::text("workspace_id"),
        Column::text("run_id").with_bloom_filter(),
        Column::int("version"),
        Column::int("position"),
        Column::text("kind"),
        Column::text("name"),
        Column::id("trace_id"),
        Column::id("span_id"),
        Column::new("members", id_list_type()),
        Column::int("start_unix_nanos"),
        Column::int("duration_nanos"),
        Column::double("duration_millis"),
        Column::text("status"),
        Column::flag("inferred_call"),
        Column::double("cost"),
        Column::text("cost_source"),
    ];
    let fields: Vec<Field> = fields().collect();
    columns.extend(facts_columns::columns(&fields));
    columns
}

pub(crate) fn write(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let calls = || rows.iter().map(|row| &row.call);
    let mut writer = Writer::new(Arc::clone(&super::CALLS.schema), rows.len());
    writer.text(rows.iter().map(|row| Some(row.workspace_id.as_str())));
    writer.text(calls().map(|call| Some(call.run_id.as_str())));
    writer.int(calls().map(|call| Some(signed(call.version))));
    writer.int(calls().map(|call| Some(i64::from(call.position))));
    writer.text(calls().map(|call| Some(call.kind.as_str())));
    writer.text(calls().map(|call| Some(call.name.as_str())));
    writer.id(calls().map(|call| call.trace_id.as_ref().map(|id| &id.as_bytes()[..])));
    writer.id(calls().map(|call| call.span_id.as_ref().map(|id| &id.as_bytes()[..])));
    write_ids(&mut writer, calls().map(|call| call.members.as_slice()), |id| {
        id.as_bytes()
    });
    writer.int(calls().map(|call| Some(call.start.0)));
    writer.int(calls().map(|call| call.duration_nanos));
    writer.double(calls().map(|call| call.duration_nanos.map(millis)));
    writer.text(calls().map(|call| call.status.map(Status::as_str)));
    writer.flag(calls().map(|call| Some(call.inferred)));
    writer.double(calls().map(|call| call.cost));
    writer.text(calls().map(|call| call.cost_source.map(CostSource::as_str)));
    let fields: Vec<Field> = fields().collect();
    let facts: Vec<&Facts> = calls().map(|call| &call.facts).collect();
    facts_columns::write(&mut writer, &fields, &facts);
    writer.finish()
}

pub(crate) fn read(batch: &RecordBatch) -> Vec<Row> {
    let fields: Vec<Field> = fields().collect();
    let facts = FactsReader::new(batch, &fields);
    let [workspace, run, version, position, kind, name, trace, span] = [
        "workspace_id",
        "run_id",
        "version",
        "position",
        "kind",
        "name",
        "trace_id",
        "span_id",
    ]
    .map(|name| Reader::of(batch, name));
    let [members, start, duration, status, inferred, cost, cost_source] = [
        "members",
        "start_unix_nanos",
        "duration_nanos",
        "status",
        "inferred_call",
        "cost",
        "cost_source",
    ]
    .map(|name| Reader::of(batch, name));
    let read_row = |row: usize| -> Option<Row> {
        let call = Call {
            run_id: RunId::new(run.text(row)?),
            version: version.count(row)?,
            position: u32::try_from(position.int(row)?).ok()?,
            kind: Kind::parse(kind.text(row)?).unwrap_or(Kind::Other),
            name: name.text(row).unwrap_or_default().into(),
            trace_id: trace.bytes(row).and_then(|bytes| TraceId::from_slice(bytes).ok()),
            span_id: span.bytes(row).and_then(|bytes| SpanId::from_slice(bytes).ok()),
            members: read_ids(&members, row, |bytes| SpanId::from_slice(bytes).ok()),
            start: UnixNanos(start.int(row)?),
            duration_nanos: duration.int(row),
            status: status.text(row).and_then(Status::parse),
            inferred: inferred.flag(row).unwrap_or(false),
            facts: facts.read(row),
            cost: cost.double(row),
            cost_source: cost_source.text(row).and_then(CostSource::parse),
        };
        Some(Row {
            workspace_id: WorkspaceId::new(workspace.text(row)?),
            call,
        })
    };
    (0..batch.num_rows()).filter_map(read_row).collect()
}
