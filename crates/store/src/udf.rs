//! The functions our plans use beside the engine's own. Each holds its argument, so that a plan needs no text
//! of the user's in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::col;
use trace::query::Pattern;

use crate::columns::{Reader, text_list_type};
use crate::derived::hash_run_text;

/// A condition on rows of these columns, as an expression.
fn condition(
    name: &str,
    columns: &[&str],
    types: Vec<DataType>,
    decide: impl Fn(&[Reader<'_>], usize) -> Option<bool> + Send + Sync + 'static,
) -> Expr {
    let invoke = move |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays: Vec<ArrayRef> = ColumnarValue::values_to_arrays(arguments)?;
        let row_count = arrays.first().map_or(0, |array| array.len());
        let readers: Vec<Reader<'_>> = arrays.iter().map(|array| Reader::over(array.as_ref())).collect();
        let decided: BooleanArray = (0..row_count).map(|row| decide(&readers, row)).collect();
        Ok(ColumnarValue::Array(Arc::new(decided)))
    };
    let function: ScalarUDF = create_udf(
        name,
        types,
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(invoke),
    );
    function.call(columns.iter().map(|column| col(*column)).collect())
}

/// Holds for rows of the newest version of their run: memory does not know the run (it would have a newer row),
/// and no file has a later version.
pub(crate) fn is_newest(live: Arc<HashSet<u64>>, superseded: Arc<HashMap<u64, u64>>) -> Expr {
    let types = vec![DataType::Utf8, DataType::Utf8, DataType::Int64];
    condition(
        "is_newest",
        &["workspace_id", "run_id", "version"],
        types,
        move |readers, row| {
            let [workspace_id, run_id, version] = readers else {
                return None;
            };
            let hash = hash_run_text(workspace_id.text(row)?, run_id.text(row)?);
            let version = version.count(row)?;
            Some(!live.contains(&hash) && superseded.get(&hash).is_none_or(|newest| version >= *newest))
        },
    )
}

/// Holds for rows of `spans` that are so; of the columns, the first six are those that tell which record a row is.
pub(crate) fn spans_condition(
    name: &str,
    columns: &[&str; 6],
    decide: impl Fn(&[Reader<'_>], usize) -> Option<bool> + Send + Sync + 'static,
) -> Expr {
    let types = vec![
        DataType::Utf8,
        DataType::Binary,
        DataType::Binary,
        DataType::Int64,
        DataType::Int64,
        DataType::Boolean,
    ];
    condition(name, columns, types, decide)
}

/// An id as lower-case hex.
pub(crate) fn hex(column: &str) -> Expr {
    let invoke = |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays: Vec<ArrayRef> = ColumnarValue::values_to_arrays(arguments)?;
        let Some(array) = arrays.first() else {
            return internal_err!("an id is asked for without its column");
        };
        let reader = Reader::over(array.as_ref());
        let digits = |row: usize| {
            let bytes = reader.bytes(row)?;
            Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        };
        let texts: StringArray = (0..array.len()).map(digits).collect();
        Ok(ColumnarValue::Array(Arc::new(texts)))
    };
    let function = create_udf(
        "hex",
        vec![DataType::Binary],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(invoke),
    );
    function.call(vec![col(column)])
}

/// Holds where the text of a column is in a set.
pub(crate) fn is_one_of(column: &str, set: Arc<HashSet<String>>) -> Expr {
    condition(
        "is_one_of",
        &[column],
        vec![DataType::Utf8],
        move |readers, row| Some(set.contains(readers.first()?.text(row)?)),
    )
}

/// Holds where a text matches a pattern with `*`, without regard to case.
pub(crate) fn text_matches(column: &str, pattern: &str) -> Expr {
    let pattern = Pattern::new(pattern);
    condition(
        "text_matches",
        &[column],
        vec![DataType::Utf8],
        move |readers, row| Some(pattern.matches(readers.first()?.text(row)?)),
    )
}

/// Holds where one item of a list matches a pattern; an unknown list stays unknown.
pub(crate) fn list_matches(column: &str, pattern: &str) -> Expr {
    let pattern = Pattern::new(pattern);
    list_condition("list_matches", column, move |item| pattern.matches(item))
}

/// Holds where one item of a list is this text.
pub(crate) fn list_contains(column: &str, text: &str) -> Expr {
    let text = text.to_owned();
    list_condition("list_contains", column, move |item| item == text)
}

fn list_condition(name: &str, column: &str, decide: impl Fn(&str) -> bool + Send + Sync + 'static) -> Expr {
    condition(name, &[column], vec![text_list_type()], move |readers, row| {
        let items = readers.first()?.list(row)?;
        let items_reader = Reader::over(items.as_ref());
        Some((0..items.len()).any(|index| items_reader.text(index).is_some_and(&decide)))
    })
}
