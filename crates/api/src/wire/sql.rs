//! Questions in SQL and their answers, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use trace::sql::{Answer, Cell};
use utoipa::ToSchema;

use super::facts;

/// A question in SQL.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlQuestion {
    /// A `SELECT` over `runs`, `calls`, `scores` and `spans`; docs/reference/sql.md has their columns.
    pub query: String,
    /// Most rows of the answer, 1 to 10000. Default 1000.
    pub limit: Option<u32>,
}

/// What a question was answered.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct SqlAnswer {
    /// Its columns.
    pub columns: Vec<SqlColumn>,
    /// Its rows, each with a value for each column: `null`, a boolean, a number, a text or a list of those. Integers
    /// beyond ±(2⁵³−1) are decimal strings.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<Json>>,
    /// Whether there are more rows than were asked for.
    pub has_more: bool,
}

/// A column of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// What it holds: boolean, integer, number, text, list.
    pub r#type: String,
}

impl From<Answer> for SqlAnswer {
    fn from(answer: Answer) -> Self {
        let columns = answer.columns.into_iter().map(|column| SqlColumn {
            name: column.name,
            r#type: column.type_name,
        });
        Self {
            columns: columns.collect(),
            rows: answer
                .rows
                .into_iter()
                .map(|row| row.into_iter().map(json).collect())
                .collect(),
            has_more: answer.has_more,
        }
    }
}

fn json(cell: Cell) -> Json {
    match cell {
        Cell::Null => Json::Null,
        Cell::Bool(flag) => Json::from(flag),
        Cell::Int(number) => facts::integer(number),
        // JSON has no word for what is not a number.
        Cell::Double(number) => Json::from(number),
        Cell::Text(text) => Json::from(text),
        Cell::List(cells) => cells.into_iter().map(json).collect(),
    }
}
