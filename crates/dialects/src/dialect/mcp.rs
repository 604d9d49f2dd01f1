//! The Model Context Protocol. A question to a person is an approval; a tool call is the transport of one.

use trace::{Field, Kind};

use crate::decode::draft::{Draft, Rank};
use crate::otlp::AnyValue;
use crate::value::as_text;

const RANK: Rank = Rank::MCP;

/// Reads a key below `mcp.` or `jsonrpc.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "mcp.method.name" => {
            let is_question = as_text(value).as_deref() == Some("elicitation/create");
            draft.kind(RANK, if is_question { Kind::Approval } else { Kind::Mcp });
            draft.read(RANK, Field::McpMethod, value);
        }
        "mcp.session.id" => draft.read(RANK, Field::McpSessionId, value),
        _ => return false,
    }
    true
}
