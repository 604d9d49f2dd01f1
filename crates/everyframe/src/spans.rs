//! The spans of a run, read back from the columns the API gives them in.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

/// One span, with what the columns say of it.
pub(crate) struct Span<'a> {
    /// Row of its parent, always an earlier one.
    pub(crate) parent: Option<usize>,
    /// Its trace, as hex.
    pub(crate) trace_id: &'a str,
    /// Its id, as hex.
    pub(crate) span_id: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// What it does.
    pub(crate) kind: &'a str,
    /// How it ended.
    pub(crate) status: &'a str,
    /// How long it took; `None` while it runs.
    pub(crate) millis: Option<f64>,
    /// Text fields, by name.
    pub(crate) texts: HashMap<&'a str, &'a str>,
    /// Number fields, by name.
    pub(crate) numbers: HashMap<&'a str, f64>,
    /// Marks that hold for it.
    pub(crate) marks: BTreeSet<&'a str>,
}

/// The spans of a run, depth-first.
pub(crate) struct Spans<'a> {
    /// Those the server showed.
    pub(crate) rows: Vec<Span<'a>>,
    /// How many more it left out.
    pub(crate) left_out: usize,
}

impl<'a> Spans<'a> {
    /// Reads the API's columns. What is not there reads as unknown.
    pub(crate) fn read(spans: &'a Value) -> Self {
        let mut rows = dense(spans);
        let texts = spans.get("texts").unwrap_or(&Value::Null);
        for (name, row, value) in sparse(spans.get("text_columns")) {
            if let (Some(span), Some(value)) = (rows.get_mut(row), text_at(texts, Some(value))) {
                span.texts.insert(name, value);
            }
        }
        for (name, row, value) in sparse(spans.get("number_columns")) {
            if let (Some(span), Some(value)) = (rows.get_mut(row), value.as_f64()) {
                span.numbers.insert(name, value);
            }
        }
        for (name, marked) in spans
            .get("marks")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            for row in marked.as_array().into_iter().flatten() {
                if let Some(span) = index(Some(row)).and_then(|row| rows.get_mut(row)) {
                    span.marks.insert(name);
                }
            }
        }
        let total = index(spans.get("total")).unwrap_or(rows.len());
        Self {
            left_out: total.saturating_sub(rows.len()),
            rows,
        }
    }
}

/// The columns with a value in every row.
fn dense(spans: &Value) -> Vec<Span<'_>> {
    let columns = spans.get("columns").unwrap_or(&Value::Null);
    let column = |name: &str| {
        columns
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let (texts, traces) = (spans.get("texts"), spans.get("trace_ids"));
    let (texts, traces) = (texts.unwrap_or(&Value::Null), traces.unwrap_or(&Value::Null));
    let (parents, names, trace_places) = (column("parent"), column("name"), column("trace"));
    let (kinds, statuses, micros) = (column("kind"), column("status"), column("duration_micros"));
    let span_ids = column("span_id");
    names
        .iter()
        .enumerate()
        .map(|(row, name)| Span {
            parent: index(parents.get(row)),
            trace_id: text_at(traces, trace_places.get(row)).unwrap_or_default(),
            span_id: span_ids.get(row).and_then(Value::as_str).unwrap_or_default(),
            name: text_at(texts, Some(name)).unwrap_or_default(),
            kind: text_at(texts, kinds.get(row)).unwrap_or("other"),
            status: text_at(texts, statuses.get(row)).unwrap_or("unknown"),
            millis: micros.get(row).and_then(Value::as_f64).map(|micros| micros / 1e3),
            texts: HashMap::new(),
            numbers: HashMap::new(),
            marks: BTreeSet::new(),
        })
        .collect()
}

fn index(value: Option<&Value>) -> Option<usize> {
    usize::try_from(value?.as_u64()?).ok()
}

fn text_at<'a>(texts: &'a Value, place: Option<&Value>) -> Option<&'a str> {
    texts.get(index(place)?)?.as_str()
}

/// Every value of sparse columns: name, row, value.
fn sparse(columns: Option<&Value>) -> impl Iterator<Item = (&str, usize, &Value)> {
    let columns = columns.and_then(Value::as_object).into_iter().flatten();
    columns.flat_map(|(name, column)| {
        let list = |key: &str| column.get(key).and_then(Value::as_array).into_iter().flatten();
        let rows = list("rows").filter_map(|row| index(Some(row)));
        rows.zip(list("values"))
            .map(move |(row, value)| (name.as_str(), row, value))
    })
}
