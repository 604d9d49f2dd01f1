//! The table `spans`: facts as sent, one row per record, without any text that people or models wrote.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field as ArrowField, Fields};
use arrow::error::ArrowError;
use trace::content::ContentRef;
use trace::ports::LoggedSpan;
use trace::span::Span;
use trace::{
    Clearance, ContentId, Facts, Field, Kind, ProjectId, Record, Role, Sequence, SpanId, Status, TraceId,
    UnixNanos, WorkspaceId,
};

use super::json;
use crate::columns::{Column, Reader, Writer, signed};
use crate::facts_columns::{self, FactsReader};

/// A record, and what it takes the place of in an older file.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) span: Arc<LoggedSpan>,
    /// Kind and record of the row it supersedes.
    pub(crate) supersedes: Option<(Kind, Record)>,
}

pub(crate) fn columns() -> Vec<Column> {
    let mut columns = vec![
        Column::text("workspace_id"),
        Column::text("project_id"),
        Column::int("sequence"),
        Column::int("received_at_unix_nanos"),
        Column::id("trace_id").with_bloom_filter(),
        Column::id("span_id"),
        Column::id("parent_id"),
        Column::text("record"),
        Column::int("supplement"),
        Column::flag("supersedes"),
        Column::flag("conflict"),
        Column::text("kind"),
        Column::text("name"),
        Column::int("start_unix_nanos"),
        Column::int("duration_nanos"),
        Column::text("status"),
        Column::text("policy_version_cleared"),
        Column::text("attributes"),
        Column::text("events"),
        Column::text("links"),
        Column::text("withheld"),
        Column::new("content", content_type()),
    ];
    columns.extend(facts_columns::columns(Field::ALL).map(|column| {
        if column.name == Field::StatedRunId.definition().name {
            column.with_bloom_filter()
        } else {
            column
        }
    }));
    columns
}

fn content_fields() -> Fields {
    Fields::from(vec![
        ArrowField::new("role", DataType::Utf8, true),
        ArrowField::new("position", DataType::Int64, true),
        ArrowField::new("content_id", DataType::Binary, true),
        ArrowField::new("size_bytes", DataType::Int64, true),
        ArrowField::new("clearance", DataType::Utf8, true),
        ArrowField::new("removals", DataType::Utf8, true),
    ])
}

/// The Arrow type of a list of references to content.
pub(crate) fn content_type() -> DataType {
    DataType::List(Arc::new(ArrowField::new(
        "element",
        DataType::Struct(content_fields()),
        true,
    )))
}

/// Writes references to content as a list column.
pub(super) fn write_content<'a>(
    writer: &mut Writer,
    rows: impl Iterator<Item = &'a [ContentRef]> + Clone,
) -> Result<(), ArrowError> {
    let lengths: Vec<usize> = rows.clone().map(<[ContentRef]>::len).collect();
    let known = lengths.iter().map(|length| *length > 0).collect();
    let references: Vec<&ContentRef> = rows.flatten().collect();
    let schema = Arc::new(arrow::datatypes::Schema::new(content_fields()));
    let mut columns = Writer::new(schema, references.len());
    columns.text(references.iter().map(|reference| Some(reference.role.as_str())));
    columns.int(
        references
            .iter()
            .map(|reference| Some(i64::from(reference.position))),
    );
    columns.id(references
        .iter()
        .map(|reference| reference.content_id.as_ref().map(|id| &id.as_bytes()[..])));
    columns.int(
        references
            .iter()
            .map(|reference| Some(signed(reference.size_bytes))),
    );
    columns.text(
        references
            .iter()
            .map(|reference| Some(reference.clearance.as_str())),
    );
    let removals: Vec<_> = references
        .iter()
        .map(|reference| json::write_removals(&reference.removals))
        .collect();
    columns.text(removals.iter().map(Option::as_deref));
    let items: ArrayRef = Arc::new(StructArray::from(columns.finish()?));
    writer.list(items, lengths, known);
    Ok(())
}

/// Reads the references to content of one row.
pub(super) fn read_content(reader: &Reader<'_>, row: usize) -> Vec<ContentRef> {
    let Some(items) = reader.list(row) else {
        return Vec::new();
    };
    let Some(items) = items.as_any().downcast_ref::<StructArray>() else {
        return Vec::new();
    };
    let batch = RecordBatch::from(items);
    let [role, position, content_id, size_bytes, clearance, removals] = [
        "role",
        "position",
        "content_id",
        "size_bytes",
        "clearance",
        "removals",
    ]
    .map(|name| Reader::of(&batch, name));
    (0..batch.num_rows())
        .filter_map(|index| {
            Some(ContentRef {
                role: Role::parse(role.text(index)?)?,
                position: u32::try_from(position.int(index)?).ok()?,
                content_id: content_id
                    .bytes(index)
                    .and_then(|bytes| ContentId::from_slice(bytes).ok()),
                size_bytes: size_bytes.count(index)?,
                clearance: Clearance::parse(clearance.text(index)?)?,
                removals: json::read_removals(removals.text(index)),
            })
        })
        .collect()
}

pub(crate) fn write(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let logged = || rows.iter().map(|row| row.span.as_ref());
    let spans = || logged().map(|logged| &logged.span);
    let mut writer = Writer::new(Arc::clone(&super::SPANS.schema), rows.len());
    writer.text(logged().map(|logged| Some(logged.workspace_id.as_str())));
    writer.text(logged().map(|logged| Some(logged.project_id.as_str())));
    writer.int(logged().map(|logged| Some(signed(logged.sequence.0))));
    writer.int(logged().map(|logged| Some(logged.received_at.0)));
    writer.id(spans().map(|span| Some(&span.trace_id.as_bytes()[..])));
    writer.id(spans().map(|span| Some(&span.span_id.as_bytes()[..])));
    writer.id(spans().map(|span| span.parent_id.as_ref().map(|id| &id.as_bytes()[..])));
    writer.text(spans().map(|span| Some(span.record.as_str())));
    writer.int(spans().map(|span| Some(span.supplement.cast_signed())));
    writer.flag(rows.iter().map(|row| Some(row.supersedes.is_some())));
    writer.flag(logged().map(|logged| Some(logged.conflict)));
    writer.text(spans().map(|span| Some(span.kind.as_str())));
    writer.text(spans().map(|span| Some(span.name.as_str())));
    writer.int(spans().map(|span| Some(span.start.0)));
    writer.int(spans().map(|span| span.duration_nanos));
    writer.text(spans().map(|span| Some(span.status.as_str())));
    writer.text(spans().map(|span| Some(span.policy_version.as_str())));
    let mut texts = |convert: fn(&Span) -> Option<String>| {
        let texts: Vec<Option<String>> = spans().map(convert).collect();
        writer.text(texts.iter().map(Option::as_deref));
    };
    texts(|span| json::write_attributes(&span.attributes));
    texts(|span| json::write_events(&span.events));
    texts(|span| json::write_links(&span.links));
    texts(|span| json::write_withheld(&span.withheld));
    write_content(&mut writer, spans().map(|span| span.content.as_slice()))?;
    let facts: Vec<&Facts> = spans().map(|span| &span.facts).collect();
    facts_columns::write(&mut writer, Field::ALL, &facts);
    writer.finish()
}

/// Reads the records of a batch; one that this version cannot read is counted in the second value.
pub(crate) fn read(batch: &RecordBatch) -> (Vec<Arc<LoggedSpan>>, usize) {
    let facts = FactsReader::new(batch, Field::ALL);
    let [workspace, project, sequence, received, trace, span, parent] = [
        "workspace_id",
        "project_id",
        "sequence",
        "received_at_unix_nanos",
        "trace_id",
        "span_id",
        "parent_id",
    ]
    .map(|name| Reader::of(batch, name));
    let [record, supplement, conflict, kind, name, start, duration, status] = [
        "record",
        "supplement",
        "conflict",
        "kind",
        "name",
        "start_unix_nanos",
        "duration_nanos",
        "status",
    ]
    .map(|name| Reader::of(batch, name));
    let [policy, attributes, events, links, withheld, content] = [
        "policy_version_cleared",
        "attributes",
        "events",
        "links",
        "withheld",
        "content",
    ]
    .map(|name| Reader::of(batch, name));
    let read_row = |row: usize| -> Option<Arc<LoggedSpan>> {
        let span = Span {
            trace_id: TraceId::from_slice(trace.bytes(row)?).ok()?,
            span_id: SpanId::from_slice(span.bytes(row)?).ok()?,
            parent_id: parent.bytes(row).and_then(|bytes| SpanId::from_slice(bytes).ok()),
            record: Record::parse(record.text(row)?)?,
            supplement: supplement.int(row)?.cast_unsigned(),
            kind: Kind::parse(kind.text(row)?).unwrap_or(Kind::Other),
            name: name.text(row).unwrap_or_default().into(),
            start: UnixNanos(start.int(row)?),
            duration_nanos: duration.int(row),
            status: Status::parse(status.text(row)?).unwrap_or(Status::Unknown),
            facts: facts.read(row),
            attributes: json::read_attributes(attributes.text(row)),
            events: json::read_events(events.text(row)),
            links: json::read_links(links.text(row)),
            content: read_content(&content, row),
            withheld: json::read_withheld(withheld.text(row)),
            policy_version: policy.text(row).unwrap_or_default().into(),
        };
        let logged = LoggedSpan {
            workspace_id: WorkspaceId::new(workspace.text(row)?),
            project_id: ProjectId::new(project.text(row)?),
            sequence: Sequence(sequence.count(row)?),
            received_at: UnixNanos(received.int(row)?),
            span,
            conflict: conflict.flag(row).unwrap_or(false),
        };
        Some(Arc::new(logged))
    };
    let rows: Vec<_> = (0..batch.num_rows()).filter_map(read_row).collect();
    let unread = batch.num_rows().saturating_sub(rows.len());
    (rows, unread)
}
