//! Where a page of a list ended, as callers carry it: opaque, and safe in a URL.

use serde::{Deserialize, Serialize};
use trace::query::{Rank, Sort};
use trace::{RunId, Value, ports};

#[derive(Serialize, Deserialize)]
struct Cursor {
    column: String,
    descending: bool,
    /// Sort value of the last row.
    value: CursorValue,
    run_id: String,
}

#[derive(Serialize, Deserialize)]
enum CursorValue {
    Unknown,
    Int(i64),
    Double(f64),
    Text(String),
    Bool(bool),
}

/// The cursor behind a row: hex of JSON.
pub(super) fn encode(rank: &Rank, sort: Sort) -> String {
    use std::fmt::Write as _;
    let cursor = Cursor {
        column: sort.column.name.to_owned(),
        descending: sort.descending,
        value: match &rank.value {
            Some(Value::Int(number)) => CursorValue::Int(*number),
            Some(Value::Double(number)) => CursorValue::Double(*number),
            Some(Value::Text(text)) => CursorValue::Text(text.to_string()),
            Some(Value::Bool(flag)) => CursorValue::Bool(*flag),
            Some(Value::TextList(_)) | None => CursorValue::Unknown,
        },
        run_id: rank.run_id.to_string(),
    };
    let json = serde_json::to_vec(&cursor).unwrap_or_default();
    json.iter()
        .fold(String::with_capacity(2 * json.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The row that a cursor stands behind.
///
/// # Errors
///
/// If it is not a cursor, or one of another order.
pub(super) fn decode(text: &str, sort: Sort) -> Result<Rank, ports::Error> {
    let invalid =
        || ports::Error::Invalid("the cursor is not one of this list's; start without one".to_owned());
    let digits: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let cursor: Cursor = digits
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or_else(invalid)?;
    if cursor.column != sort.column.name || cursor.descending != sort.descending {
        return Err(ports::Error::Invalid(
            "the cursor belongs to another sort order; start without one".to_owned(),
        ));
    }
    Ok(Rank {
        value: match cursor.value {
            CursorValue::Unknown => None,
            CursorValue::Int(number) => Some(number.into()),
            CursorValue::Double(number) => Some(number.into()),
            CursorValue::Text(text) => Some(Value::Text(text.into())),
            CursorValue::Bool(flag) => Some(flag.into()),
        },
        run_id: RunId::new(&cursor.run_id),
    })
}
