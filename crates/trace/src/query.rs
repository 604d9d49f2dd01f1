//! Questions as plain data: a filter is parsed and typed in `insight`, carried here, and answered by the store.
//! No string of a user is ever pasted into SQL.

mod columns;
mod groups;
mod meaning;
mod pattern;

pub use columns::{CALL_COLUMNS, Column, RUN_COLUMNS, RUN_FIELDS, Unit, find_column};
pub use groups::{Counter, FIGURES_MAX, Figure, GROUPS_MAX, Group, GroupQuery, Groups};
pub use meaning::{Rank, asks_for, is_met, is_sortable, run_value};
pub use pattern::Pattern;

use crate::ids::{ProjectId, WorkspaceId};
use crate::run::Run;
use crate::time::UnixNanos;

/// Most rows one page may have.
pub const PAGE_SIZE_MAX: u32 = 1_000;
/// Most terms one filter may have.
pub const FILTER_TERMS_MAX: usize = 200;
/// Deepest nesting of a filter.
pub const FILTER_DEPTH_MAX: usize = 32;

/// How a column is compared with a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// Equal; on a list, one of its members is.
    Equal,
    /// Less than.
    Less,
    /// Less than or equal.
    LessOrEqual,
    /// Greater than.
    Greater,
    /// Greater than or equal.
    GreaterOrEqual,
}

/// A value a column is compared with, already of the column's type.
#[derive(Clone, PartialEq, Debug)]
pub enum Operand {
    /// An exact text.
    Text(String),
    /// A text with `*` for any run of characters; compared without regard to case.
    Pattern(String),
    /// An integer.
    Int(i64),
    /// A number.
    Double(f64),
    /// A flag.
    Bool(bool),
    /// Any value at all: the column is known.
    Known,
}

/// A typed condition.
#[derive(Clone, PartialEq, Debug)]
pub enum Filter {
    /// Everything.
    All,
    /// All of these hold.
    And(Vec<Filter>),
    /// One of these holds.
    Or(Vec<Filter>),
    /// This does not hold. Unknown stays unknown: a run without the value matches neither.
    Not(Box<Filter>),
    /// A column compares so with a value.
    Compare(&'static Column, Operator, Operand),
    /// One of the searchable columns contains this text, without regard to case.
    Contains(String),
    /// The run has a call that meets the condition.
    Has(Box<Has>),
}

/// A condition on the calls of a run: one meets `condition`, and, where given, begins after one that meets `after`.
#[derive(Clone, PartialEq, Debug)]
pub struct Has {
    /// Condition on columns of `calls`.
    pub condition: Filter,
    /// Condition on an earlier call of the same run.
    pub after: Option<Filter>,
}

/// Order of a list. Ties are broken by run id, so that pages neither overlap nor leave a gap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort {
    /// The column; must be one of a number, time or text, not a list.
    pub column: &'static Column,
    /// Largest first.
    pub descending: bool,
}

/// A page of runs that is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct RunQuery {
    /// Isolation boundary; added below the query language.
    pub workspace_id: WorkspaceId,
    /// Only this project.
    pub project_id: Option<ProjectId>,
    /// Only what meets this.
    pub filter: Filter,
    /// Only runs that began at or after this.
    pub from: Option<UnixNanos>,
    /// Only runs that began before this.
    pub to: Option<UnixNanos>,
    /// The order.
    pub sort: Sort,
    /// Most rows, at most [`PAGE_SIZE_MAX`].
    pub limit: u32,
    /// Where the page before ended, as [`RunPage::next`] gave it.
    pub cursor: Option<String>,
}

/// A page of runs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RunPage {
    /// The rows.
    pub runs: Vec<Run>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}
