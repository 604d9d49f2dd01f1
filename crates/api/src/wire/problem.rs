//! An error as the client sees it: problem+json (RFC 9457) with a stable code.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered as asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Page that explains the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the code means, in one line.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable word for programs.
    pub code: String,
    /// What is wrong with this request.
    pub detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Id of the request, also in the `x-request-id` header and in the server's log.
    pub id: String,
    /// The place in a filter or an order that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A place in a filter or an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Place {
    /// First wrong byte, from 0.
    pub start: usize,
    /// The byte after the last wrong one.
    pub end: usize,
    /// First wrong character, from 1.
    pub column: usize,
    /// Two lines: the text around the place, and a line that points to it.
    pub caret: String,
}
