//! The table `runs`: one row per run and version; the newest version counts.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field as ArrowField, Fields, Schema};
use arrow::error::ArrowError;
use trace::query::RUN_FIELDS;
use trace::run::{FirstWrong, Run, Tokens, ToolCall, Totals};
use trace::{
    ContentId, Facts, Outcome, OutcomeSource, ProjectId, RunId, Sequence, SpanId, Status, Text, TraceId,
    UnixNanos, WorkspaceId,
};

use crate::columns::{Column, Reader, Writer, signed};
use crate::facts_columns::{self, FactsReader};

/// One version of a run.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) run: Arc<Run>,
    /// Whether an older version is already in a file.
    pub(crate) supersedes: bool,
    /// Whether the run is no more: its traces turned out to belong to another one.
    pub(crate) retracted: bool,
}

pub(crate) fn columns() -> Vec<Column> {
    let mut columns = vec![
        Column::text("workspace_id"),
        Column::text("run_id").with_bloom_filter(),
        Column::int("version"),
        Column::flag("supersedes"),
        Column::flag("retracted"),
        Column::text("project_id"),
        Column::text("name"),
        Column::text("outcome"),
        Column::text("outcome_source"),
        Column::flag("settled"),
        Column::int("start_unix_nanos"),
        Column::int("duration_nanos"),
        Column::double("duration_millis"),
        Column::int("first_received_at_unix_nanos"),
        Column::int("last_sequence"),
        Column::new("traces", id_list_type()),
        Column::int("spans"),
        Column::int("errors"),
        Column::int("orphans"),
        Column::int("model_calls"),
        Column::int("tool_call_count"),
        Column::new("tool_calls", tool_calls_type()),
        Column::int("input_tokens"),
        Column::int("output_tokens"),
        Column::int("cache_read_tokens"),
        Column::int("cache_write_tokens"),
        Column::int("reasoning_tokens"),
        Column::int("embedding_tokens"),
        Column::double("cost"),
        Column::int("calls_without_cost"),
        Column::text("price_version"),
        Column::text_list("agents"),
        Column::text_list("tools"),
        Column::text_list("models_requested"),
        Column::text_list("models_answered"),
        Column::text_list("error_classes"),
        Column::text_list("signals"),
        Column::id("goal_content_id"),
        Column::double("evidence_score"),
        Column::id("first_wrong_span_id"),
        Column::text("first_wrong_rule"),
        Column::double("first_wrong_confidence"),
    ];
    columns.extend(facts_columns::columns(RUN_FIELDS).map(|column| {
        if column.name == "session_id" {
            column.with_bloom_filter()
        } else {
            column
        }
    }));
    columns
}

/// A list of ids as bytes.
pub(super) fn id_list_type() -> DataType {
    DataType::List(Arc::new(ArrowField::new("element", DataType::Binary, true)))
}

fn tool_call_fields() -> Fields {
    Fields::from(vec![
        ArrowField::new("name", DataType::Utf8, true),
        ArrowField::new("status", DataType::Utf8, true),
        ArrowField::new("inferred", DataType::Boolean, true),
    ])
}

fn tool_calls_type() -> DataType {
    DataType::List(Arc::new(ArrowField::new(
        "element",
        DataType::Struct(tool_call_fields()),
        true,
    )))
}

/// Writes lists of ids.
pub(super) fn write_ids<'a, I: 'a>(
    writer: &mut Writer,
    rows: impl Iterator<Item = &'a [I]> + Clone,
    bytes: impl Fn(&'a I) -> &'a [u8],
) {
    let lengths: Vec<usize> = rows.clone().map(<[I]>::len).collect();
    let known = lengths.iter().map(|length| *length > 0).collect();
    let items: ArrayRef = Arc::new(
        rows.flatten()
            .map(|id| Some(bytes(id)))
            .collect::<arrow::array::BinaryArray>(),
    );
    writer.list(items, lengths, known);
}

/// Reads one list of ids.
pub(super) fn read_ids<I>(reader: &Reader<'_>, row: usize, parse: impl Fn(&[u8]) -> Option<I>) -> Vec<I> {
    let Some(items) = reader.list(row) else {
        return Vec::new();
    };
    let items = Reader::over(items.as_ref());
    let mut ids = Vec::new();
    let mut index = 0;
    if let Reader::Bytes(array) = &items {
        while index < array.len() {
            ids.extend(items.bytes(index).and_then(&parse));
            index += 1;
        }
    }
    ids
}

/// Whole milliseconds and the part after the point, from nanoseconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "2^53 ns are 104 days; beyond that the last digits may go"
)]
pub(super) fn millis(nanos: i64) -> f64 {
    nanos as f64 / 1e6
}

fn write_tool_calls(writer: &mut Writer, rows: &[Row]) -> Result<(), ArrowError> {
    let lists = || rows.iter().map(|row| row.run.totals.tool_calls.as_deref());
    let lengths = lists().map(|list| list.map_or(0, <[ToolCall]>::len)).collect();
    let known = lists().map(|list| list.is_some()).collect();
    let calls: Vec<&ToolCall> = lists().flatten().flatten().collect();
    let mut columns = Writer::new(Arc::new(Schema::new(tool_call_fields())), calls.len());
    columns.text(calls.iter().map(|call| call.name.as_deref()));
    columns.text(calls.iter().map(|call| call.status.map(Status::as_str)));
    columns.flag(calls.iter().map(|call| Some(call.inferred)));
    let items: ArrayRef = Arc::new(StructArray::from(columns.finish()?));
    writer.list(items, lengths, known);
    Ok(())
}

fn read_tool_calls(reader: &Reader<'_>, row: usize) -> Option<Vec<ToolCall>> {
    let items = reader.list(row)?;
    let batch = RecordBatch::from(items.as_any().downcast_ref::<StructArray>()?);
    let [name, status, inferred] = ["name", "status", "inferred"].map(|name| Reader::of(&batch, name));
    let read_call = |index: usize| ToolCall {
        name: name.text(index).map(Text::from),
        status: status.text(index).and_then(Status::parse),
        inferred: inferred.flag(index).unwrap_or(false),
    };
    Some((0..batch.num_rows()).map(read_call).collect())
}

pub(crate) fn write(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let runs = || rows.iter().map(|row| row.run.as_ref());
    let mut writer = Writer::new(Arc::clone(&super::RUNS.schema), rows.len());
    writer.text(runs().map(|run| Some(run.workspace_id.as_str())));
    writer.text(runs().map(|run| Some(run.run_id.as_str())));
    writer.int(runs().map(|run| Some(signed(run.version))));
    writer.flag(rows.iter().map(|row| Some(row.supersedes)));
    writer.flag(rows.iter().map(|row| Some(row.retracted)));
    writer.text(runs().map(|run| Some(run.project_id.as_str())));
    writer.text(runs().map(|run| Some(run.name.as_str())));
    writer.text(runs().map(|run| Some(run.outcome.as_str())));
    writer.text(runs().map(|run| Some(run.outcome_source.as_str())));
    writer.flag(runs().map(|run| Some(run.settled)));
    writer.int(runs().map(|run| Some(run.start.0)));
    writer.int(runs().map(|run| run.duration_nanos));
    writer.double(runs().map(|run| run.duration_nanos.map(millis)));
    writer.int(runs().map(|run| Some(run.first_received_at.0)));
    writer.int(runs().map(|run| Some(signed(run.last_sequence.0))));
    write_ids(&mut writer, runs().map(|run| run.traces.as_slice()), |id| {
        id.as_bytes()
    });
    write_totals(&mut writer, rows)?;
    writer.text_list(runs().map(|run| run.agents.as_slice()));
    writer.text_list(runs().map(|run| run.tools.as_slice()));
    writer.text_list(runs().map(|run| run.totals.models_requested.as_slice()));
    writer.text_list(runs().map(|run| run.totals.models_answered.as_slice()));
    writer.text_list(runs().map(|run| run.error_classes.as_slice()));
    writer.text_list(runs().map(|run| run.signals.as_slice()));
    writer.id(runs().map(|run| run.goal.as_ref().map(|id| &id.as_bytes()[..])));
    writer.double(runs().map(|run| run.evidence_score));
    writer.id(runs().map(|run| {
        run.first_wrong
            .as_ref()
            .map(|found| &found.span_id.as_bytes()[..])
    }));
    writer.text(runs().map(|run| run.first_wrong.as_ref().map(|found| found.rule.as_str())));
    writer.double(runs().map(|run| run.first_wrong.as_ref().map(|found| found.confidence)));
    let facts: Vec<&Facts> = runs().map(|run| &run.facts).collect();
    facts_columns::write(&mut writer, RUN_FIELDS, &facts);
    writer.finish()
}

fn write_totals(writer: &mut Writer, rows: &[Row]) -> Result<(), ArrowError> {
    let totals = || rows.iter().map(|row| &row.run.totals);
    writer.int(totals().map(|totals| Some(signed(totals.spans))));
    writer.int(totals().map(|totals| Some(signed(totals.errors))));
    writer.int(totals().map(|totals| Some(signed(totals.orphans))));
    writer.int(totals().map(|totals| totals.model_calls.map(signed)));
    let tool_call_count = |totals: &Totals| i64::try_from(totals.tool_calls.as_ref()?.len()).ok();
    writer.int(totals().map(tool_call_count));
    write_tool_calls(writer, rows)?;
    writer.int(totals().map(|totals| totals.tokens.input.map(signed)));
    writer.int(totals().map(|totals| totals.tokens.output.map(signed)));
    writer.int(totals().map(|totals| totals.tokens.cache_read.map(signed)));
    writer.int(totals().map(|totals| totals.tokens.cache_write.map(signed)));
    writer.int(totals().map(|totals| totals.tokens.reasoning.map(signed)));
    writer.int(totals().map(|totals| totals.embedding_tokens.map(signed)));
    writer.double(totals().map(|totals| totals.cost));
    writer.int(totals().map(|totals| Some(signed(totals.calls_without_cost))));
    writer.text(rows.iter().map(|row| Some(row.run.price_version.as_str())));
    Ok(())
}

pub(crate) fn read(batch: &RecordBatch) -> Vec<Row> {
    let facts = FactsReader::new(batch, RUN_FIELDS);
    let column = |name: &str| Reader::of(batch, name);
    let [
        workspace,
        run_id,
        version,
        supersedes,
        retracted,
        project,
        name,
        outcome,
        outcome_source,
        settled,
    ] = [
        "workspace_id",
        "run_id",
        "version",
        "supersedes",
        "retracted",
        "project_id",
        "name",
        "outcome",
        "outcome_source",
        "settled",
    ]
    .map(column);
    let [
        start,
        duration,
        received,
        last_sequence,
        traces,
        price_version,
        goal,
        evidence,
    ] = [
        "start_unix_nanos",
        "duration_nanos",
        "first_received_at_unix_nanos",
        "last_sequence",
        "traces",
        "price_version",
        "goal_content_id",
        "evidence_score",
    ]
    .map(column);
    let [
        agents,
        tools,
        error_classes,
        signals,
        wrong_span,
        wrong_rule,
        wrong_confidence,
    ] = [
        "agents",
        "tools",
        "error_classes",
        "signals",
        "first_wrong_span_id",
        "first_wrong_rule",
        "first_wrong_confidence",
    ]
    .map(column);
    let totals = TotalsReader::new(batch);
    let read_row = |row: usize| -> Option<Row> {
        let first_wrong = || {
            Some(FirstWrong {
                span_id: SpanId::from_slice(wrong_span.bytes(row)?).ok()?,
                rule: wrong_rule.text(row)?.into(),
                confidence: wrong_confidence.double(row)?,
            })
        };
        let run = Run {
            workspace_id: WorkspaceId::new(workspace.text(row)?),
            project_id: ProjectId::new(project.text(row)?),
            run_id: RunId::new(run_id.text(row)?),
            version: version.count(row)?,
            settled: settled.flag(row)?,
            name: name.text(row).unwrap_or_default().into(),
            start: UnixNanos(start.int(row)?),
            duration_nanos: duration.int(row),
            first_received_at: UnixNanos(received.int(row)?),
            last_sequence: Sequence(last_sequence.count(row)?),
            outcome: Outcome::parse(outcome.text(row)?).unwrap_or(Outcome::Unknown),
            outcome_source: OutcomeSource::parse(outcome_source.text(row)?)
                .unwrap_or(OutcomeSource::Inferred),
            facts: facts.read(row),
            traces: read_ids(&traces, row, |bytes| TraceId::from_slice(bytes).ok()),
            agents: agents.texts(row),
            tools: tools.texts(row),
            error_classes: error_classes.texts(row),
            totals: totals.read(row),
            price_version: price_version.text(row).unwrap_or_default().into(),
            goal: goal
                .bytes(row)
                .and_then(|bytes| ContentId::from_slice(bytes).ok()),
            signals: signals.texts(row),
            evidence_score: evidence.double(row),
            first_wrong: first_wrong(),
        };
        Some(Row {
            run: Arc::new(run),
            supersedes: supersedes.flag(row).unwrap_or(false),
            retracted: retracted.flag(row).unwrap_or(false),
        })
    };
    (0..batch.num_rows()).filter_map(read_row).collect()
}

struct TotalsReader<'a> {
    counts: [Reader<'a>; 11],
    tool_calls: Reader<'a>,
    cost: Reader<'a>,
    models_requested: Reader<'a>,
    models_answered: Reader<'a>,
}

impl<'a> TotalsReader<'a> {
    fn new(batch: &'a RecordBatch) -> Self {
        let column = |name: &str| Reader::of(batch, name);
        Self {
            counts: [
                "spans",
                "errors",
                "orphans",
                "model_calls",
                "input_tokens",
                "output_tokens",
                "cache_read_tokens",
                "cache_write_tokens",
                "reasoning_tokens",
                "embedding_tokens",
                "calls_without_cost",
            ]
            .map(column),
            tool_calls: column("tool_calls"),
            cost: column("cost"),
            models_requested: column("models_requested"),
            models_answered: column("models_answered"),
        }
    }

    fn read(&self, row: usize) -> Totals {
        let [
            spans,
            errors,
            orphans,
            model_calls,
            input,
            output,
            cache_read,
            cache_write,
            reasoning,
            embedding,
            no_cost,
        ] = self.counts.each_ref().map(|reader| reader.count(row));
        Totals {
            spans: spans.unwrap_or(0),
            errors: errors.unwrap_or(0),
            model_calls,
            tokens: Tokens {
                input,
                output,
                cache_read,
                cache_write,
                reasoning,
            },
            embedding_tokens: embedding,
            tool_calls: read_tool_calls(&self.tool_calls, row),
            cost: self.cost.double(row),
            calls_without_cost: no_cost.unwrap_or(0),
            models_requested: self.models_requested.texts(row),
            models_answered: self.models_answered.texts(row),
            orphans: orphans.unwrap_or(0),
        }
    }
}
