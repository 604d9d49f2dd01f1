//! The spans of a run, column by column: small on the wire, and read into typed arrays without an object per row.
//!
//! Rows stand depth-first, parents before children. Texts stand once, in `texts`; columns hold their places.
//! Columns that most rows have no value in are sparse: `rows` and, at the same place, `values`. Bodies are never
//! here.

use std::collections::{BTreeMap, HashMap};

use insight::assemble::{Node, NodeId, Place, Tree};
use serde::Serialize;
use serde_json::Number;
use trace::run::Run;
use trace::{Facts, Field, Record, SpanId, TraceId, UnixNanos};
use utoipa::ToSchema;

use super::{nanos_text, rfc3339};

const NANOS_PER_MICRO: i64 = 1_000;

/// Text fields that come as sparse columns.
const TEXT_FIELDS: &[Field] = &[
    Field::AgentName,
    Field::ToolName,
    Field::ToolEffect,
    Field::ModelRequested,
    Field::ModelAnswered,
    Field::ErrorClass,
    Field::UsageScope,
    Field::PolicyId,
    Field::PolicyVerdict,
    Field::PolicyAction,
    Field::ApprovalDecision,
    Field::StepName,
    Field::StepType,
    Field::HandoffFrom,
    Field::HandoffTo,
    Field::RetryReason,
    Field::ClockMark,
];

/// Number fields that come as sparse columns.
const NUMBER_FIELDS: &[Field] = &[
    Field::InputTokens,
    Field::OutputTokens,
    Field::CacheReadTokens,
    Field::CacheWriteTokens,
    Field::ReasoningTokens,
    Field::FirstTokenMillis,
    Field::RetryAttempt,
];

/// The spans of one run.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Spans {
    /// The run.
    pub run_id: String,
    /// When it began; times of rows count from here.
    pub start: String,
    /// When it began, in nanoseconds since 1970.
    pub start_unix_nanos: String,
    /// Spans the run has.
    pub total: usize,
    /// Rows in this answer. Where it is less than `total`, the last ones in depth-first order are left out.
    pub shown: usize,
    /// Trace ids that the column `trace` points into.
    pub trace_ids: Vec<String>,
    /// Texts that other columns point into.
    pub texts: Vec<String>,
    /// Columns with a value in every row.
    pub columns: Columns,
    /// Sparse columns of texts, by field name; their values are places in `texts`.
    pub text_columns: BTreeMap<&'static str, SparseTexts>,
    /// Sparse columns of numbers, by name: fields of spans, and `cost` (US dollars, of the call),
    /// `call` (place of the distinct step it recorded among those of the run), `merged_into` (row of the span that counts, where both recorded the same call) and `retry_of` (row of the
    /// span that this one tries again).
    pub number_columns: BTreeMap<&'static str, SparseNumbers>,
    /// Rows that something holds for, by name: `orphan` (its parent never arrived), `cut` (its parent was its own
    /// descendant), `conflict` (another record disagreed), `running`, `inferred` (some field of it), `withheld`
    /// (the policy took something), `content` (it has bodies), `events` (it has
    /// named moments), `clock` (its times do not fit its parent's).
    pub marks: BTreeMap<&'static str, Vec<usize>>,
}

/// Columns with a value in every row, all of the same length.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct Columns {
    /// Place of its trace in `trace_ids`.
    pub trace: Vec<usize>,
    /// Its id.
    pub span_id: Vec<String>,
    /// Row of its parent, always an earlier one; `null` at the top.
    pub parent: Vec<Option<u32>>,
    /// Place of its name in `texts`.
    pub name: Vec<usize>,
    /// Place of its kind in `texts`.
    pub kind: Vec<usize>,
    /// Place of its status in `texts`.
    pub status: Vec<usize>,
    /// Microseconds from the start of the run to its start; negative where a clock was behind.
    pub start_micros: Vec<i64>,
    /// How long it took, in microseconds; `null` while it runs.
    pub duration_micros: Vec<Option<i64>>,
}

/// A column of texts that most rows have no value in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct SparseTexts {
    /// Rows that have a value, in order.
    pub rows: Vec<usize>,
    /// Places of their values in `texts`.
    pub values: Vec<usize>,
}

/// A column of numbers that most rows have no value in.
#[derive(Clone, PartialEq, Debug, Default, Serialize, ToSchema)]
pub struct SparseNumbers {
    /// Rows that have a value, in order.
    pub rows: Vec<usize>,
    /// Their values.
    #[schema(value_type = Vec<f64>)]
    pub values: Vec<Number>,
}

/// What the calls of a run cost, by the spans that recorded each.
pub(crate) type Costs = HashMap<(TraceId, SpanId), f64>;

impl Spans {
    /// The first `rows_max` spans of a tree.
    pub(crate) fn new(run: &Run, tree: &Tree, costs: &Costs, rows_max: usize) -> Self {
        let mut builder = Builder {
            start: run.start,
            ..Builder::default()
        };
        let primaries: HashMap<u32, u32> = tree
            .iter()
            .filter(|(_, node)| node.is_primary)
            .filter_map(|(id, node)| Some((node.call?, id.position())))
            .collect();
        for (index, node) in tree.nodes().iter().take(rows_max).enumerate() {
            builder.add_columns(node);
            builder.add_facts(index, &node.span().facts);
            builder.add_marks(index, node);
            builder.add_call(index, node, costs, &primaries);
        }
        Self {
            run_id: run.run_id.to_string(),
            start: rfc3339(run.start),
            start_unix_nanos: nanos_text(run.start),
            total: tree.len(),
            shown: builder.columns.span_id.len(),
            trace_ids: builder.traces.entries.iter().map(ToString::to_string).collect(),
            texts: builder.texts.entries,
            columns: builder.columns,
            text_columns: builder.text_columns,
            number_columns: builder.number_columns,
            marks: builder.marks,
        }
    }
}

#[derive(Default)]
struct Builder {
    start: UnixNanos,
    texts: Dictionary<String>,
    traces: Dictionary<TraceId>,
    columns: Columns,
    text_columns: BTreeMap<&'static str, SparseTexts>,
    number_columns: BTreeMap<&'static str, SparseNumbers>,
    marks: BTreeMap<&'static str, Vec<usize>>,
}

impl Builder {
    fn add_columns(&mut self, node: &Node) {
        let span = node.span();
        let columns = &mut self.columns;
        columns.trace.push(self.traces.place(&span.trace_id));
        columns.span_id.push(span.span_id.to_string());
        columns.parent.push(node.parent.map(NodeId::position));
        columns.name.push(self.texts.place(span.name.as_str()));
        columns.kind.push(self.texts.place(span.kind.as_str()));
        columns.status.push(self.texts.place(span.status.as_str()));
        let start_nanos = span.start.since(self.start);
        columns.start_micros.push(start_nanos.div_euclid(NANOS_PER_MICRO));
        let duration_micros = span.duration_nanos.map(|nanos| nanos.div_euclid(NANOS_PER_MICRO));
        columns.duration_micros.push(duration_micros);
    }

    fn add_facts(&mut self, index: usize, facts: &Facts) {
        for field in TEXT_FIELDS {
            if let Some(text) = facts.text(*field) {
                let place = self.texts.place(text);
                let column = self.text_columns.entry(field.definition().name).or_default();
                column.rows.push(index);
                column.values.push(place);
            }
        }
        for field in NUMBER_FIELDS {
            let int = facts.int(*field).map(Number::from);
            let number = int.or_else(|| facts.double(*field).and_then(Number::from_f64));
            self.put_number(field.definition().name, index, number);
        }
    }

    fn add_marks(&mut self, index: usize, node: &Node) {
        let span = node.span();
        let marks = [
            ("orphan", node.place == Place::Orphan),
            ("cut", node.place == Place::Cut),
            ("conflict", node.record.conflict),
            ("running", span.record == Record::Started),
            ("inferred", !span.facts.list(Field::Inferred).is_empty()),
            ("withheld", !span.withheld.is_empty()),
            ("content", !span.content.is_empty()),
            ("events", !span.events.is_empty()),
            ("clock", node.clock_mark.is_some()),
        ];
        for (mark, _) in marks.into_iter().filter(|(_, holds)| *holds) {
            self.marks.entry(mark).or_default().push(index);
        }
    }

    fn add_call(&mut self, index: usize, node: &Node, costs: &Costs, primaries: &HashMap<u32, u32>) {
        let retry_of = node.retry_of.map(|earlier| Number::from(earlier.position()));
        self.put_number("retry_of", index, retry_of);
        let Some(call) = node.call else {
            return;
        };
        self.put_number("call", index, Some(Number::from(call)));
        if node.is_primary {
            let span = node.span();
            let cost = costs.get(&(span.trace_id, span.span_id));
            self.put_number("cost", index, cost.copied().and_then(Number::from_f64));
        } else {
            let primary = primaries.get(&call).copied().map(Number::from);
            self.put_number("merged_into", index, primary);
        }
    }

    fn put_number(&mut self, name: &'static str, index: usize, number: Option<Number>) {
        if let Some(number) = number {
            let column = self.number_columns.entry(name).or_default();
            column.rows.push(index);
            column.values.push(number);
        }
    }
}

/// Values in the order they were first seen.
struct Dictionary<T> {
    entries: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Dictionary<T> {
    fn place<Q>(&mut self, value: &Q) -> usize
    where
        T: std::borrow::Borrow<Q>,
        Q: ToOwned<Owned = T> + Eq + std::hash::Hash + ?Sized,
    {
        if let Some(place) = self.places.get(value) {
            return *place;
        }
        let place = self.entries.len();
        self.entries.push(value.to_owned());
        self.places.insert(value.to_owned(), place);
        place
    }
}
