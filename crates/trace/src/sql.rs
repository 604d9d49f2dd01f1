//! Questions in SQL and their answers, as plain data.

/// Most bytes a question may have.
pub const QUESTION_SIZE_BYTES_MAX: usize = 16 * 1024;
/// Most rows one answer may have.
pub const ROWS_MAX: usize = 10_000;

/// The functions a question may use: what they make of a row is never much larger than the row, and they read nothing
/// but their arguments.
pub const FUNCTIONS: &[&str] = &[
    // Numbers.
    "abs",
    "ceil",
    "exp",
    "floor",
    "greatest",
    "least",
    "ln",
    "log",
    "log10",
    "log2",
    "nanvl",
    "nullif",
    "power",
    "round",
    "signum",
    "sqrt",
    "trunc",
    // Texts.
    "ascii",
    "btrim",
    "character_length",
    "contains",
    "ends_with",
    "left",
    "lower",
    "ltrim",
    "octet_length",
    "regexp_count",
    "regexp_like",
    "reverse",
    "right",
    "rtrim",
    "split_part",
    "starts_with",
    "strpos",
    "substr",
    "substr_index",
    "upper",
    // Times.
    "current_date",
    "current_time",
    "date_bin",
    "date_part",
    "date_trunc",
    "from_unixtime",
    "now",
    "to_char",
    "to_date",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "to_unixtime",
    // Lists, and what is unknown.
    "array_element",
    "array_has",
    "array_has_all",
    "array_has_any",
    "array_length",
    "cardinality",
    "coalesce",
    "nvl",
    "nvl2",
    // Over groups.
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "avg",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "first_value",
    "last_value",
    "max",
    "median",
    "min",
    "percentile_cont",
    "stddev",
    "stddev_pop",
    "sum",
    "var",
    "var_pop",
    // Over windows.
    "cume_dist",
    "dense_rank",
    "lag",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// A value of an answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A text; instants and whatever else has no type of its own here are texts, too.
    Text(String),
    /// Several values.
    List(Vec<Cell>),
}

/// A column of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds: boolean, integer, number, text, list.
    pub type_name: String,
}

/// An answer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a value for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than were asked for.
    pub has_more: bool,
}
