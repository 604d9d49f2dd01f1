//! Messages and definitions that come one leaf an attribute, with indexes in the keys.

use serde_json::{Map, Value as Json};

use super::content::definitions_of;
use super::draft::{Family, Indexed};
use super::message::{Message, Part, read_messages};
use crate::otlp::AnyValue;
use crate::value::{as_json, as_text};

/// Groups of one family, by index. `indexed` is sorted by family and index.
fn groups<'i, 'a>(
    indexed: &'i [Indexed<'a>],
    family: Family,
) -> impl Iterator<Item = &'i [Indexed<'a>]> + use<'i, 'a> {
    let first = indexed.partition_point(|entry| entry.family < family);
    let last = indexed.partition_point(|entry| entry.family <= family);
    indexed
        .get(first..last)
        .unwrap_or_default()
        .chunk_by(|one, other| one.index == other.index)
}

fn text(value: &AnyValue<'_>) -> Option<String> {
    as_text(value).map(Into::into)
}

/// Messages of OpenInference; `None` if there are none.
pub(crate) fn messages(indexed: &[Indexed<'_>], family: Family) -> Option<Vec<Message>> {
    let default = if family == Family::OutputMessage {
        "assistant"
    } else {
        "user"
    };
    let messages: Vec<Message> = groups(indexed, family)
        .map(|group| message_of(group, default))
        .filter(|message| !message.parts.is_empty())
        .collect();
    (!messages.is_empty()).then_some(messages)
}

/// A piece of a message that has an index of its own.
#[derive(Default)]
struct Piece {
    index: u32,
    entries: Map<String, Json>,
}

fn message_of(group: &[Indexed<'_>], default: &str) -> Message {
    let mut message = Message::new(default);
    let (mut content, mut answers, mut name) = (None, None, None);
    let mut contents: Vec<Piece> = Vec::new();
    let mut calls: Vec<Piece> = Vec::new();
    for entry in group {
        let rest = entry.rest.strip_prefix("message.").unwrap_or(entry.rest);
        let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
        match head {
            "role" => {
                if let Some(role) = text(entry.value) {
                    message.role = super::message::fold_role(&role).to_owned();
                }
            }
            "content" => content = text(entry.value),
            "name" => name = text(entry.value),
            "tool_call_id" => answers = text(entry.value),
            "finish_reason" => message.finish_reason = text(entry.value),
            "contents" => add_piece(&mut contents, tail, entry.value),
            "tool_calls" => add_piece(&mut calls, tail, entry.value),
            "function_call_name" => {
                add_to(&mut calls, 0, "function.name", entry.value);
            }
            "function_call_arguments_json" => {
                add_to(&mut calls, 0, "function.arguments", entry.value);
            }
            _ => {}
        }
    }
    contents.sort_by_key(|piece| piece.index);
    calls.sort_by_key(|piece| piece.index);
    let parts = contents.into_iter().filter_map(content_part);
    if message.role == "tool" && answers.is_some() {
        let texts: Vec<String> = parts
            .filter_map(|part| match part {
                Part::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        let response = content.unwrap_or_else(|| texts.join("\n"));
        message
            .parts
            .push(Part::tool_response(answers, name, Json::String(response), None));
        return message;
    }
    let parts: Vec<Part> = parts.collect();
    // Some instrumentors write a text in both forms.
    let is_repeated = parts
        .iter()
        .any(|part| matches!(part, Part::Text(text) if Some(text) == content.as_ref()));
    if let Some(content) = content.filter(|_| !is_repeated) {
        message.push_text(content);
    }
    message.parts.extend(parts);
    message.parts.extend(calls.into_iter().map(call_part));
    message.name = name.filter(|_| message.role != "tool");
    message
}

fn add_piece(pieces: &mut Vec<Piece>, path: &str, value: &AnyValue<'_>) {
    let Some((index, rest)) = path.split_once('.') else {
        return;
    };
    if let Ok(index) = index.parse() {
        let rest = rest
            .strip_prefix("tool_call.")
            .or_else(|| rest.strip_prefix("message_content."))
            .unwrap_or(rest);
        add_to(pieces, index, rest, value);
    }
}

fn add_to(pieces: &mut Vec<Piece>, index: u32, key: &str, value: &AnyValue<'_>) {
    let position = pieces
        .iter()
        .position(|piece| piece.index == index)
        .unwrap_or_else(|| {
            pieces.push(Piece {
                index,
                entries: Map::new(),
            });
            pieces.len() - 1
        });
    if let (Some(piece), Some(text)) = (pieces.get_mut(position), text(value)) {
        piece.entries.insert(key.to_owned(), Json::String(text));
    }
}

fn content_part(piece: Piece) -> Option<Part> {
    let mut entries = piece.entries;
    let kind = entries
        .get("type")
        .and_then(Json::as_str)
        .unwrap_or("text")
        .to_owned();
    let mut take = |key: &str| match entries.remove(key) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    };
    match kind.as_str() {
        "text" => take("text").filter(|text| !text.is_empty()).map(Part::Text),
        "reasoning" | "thinking" => {
            let said = take("text").or_else(|| take("reasoning"));
            said.filter(|text| !text.is_empty()).map(Part::Reasoning)
        }
        _ => Some(Part::Other(Json::Object(entries))),
    }
}

fn call_part(piece: Piece) -> Part {
    let mut entries = piece.entries;
    let mut take = |key: &str| match entries.remove(key) {
        Some(Json::String(text)) => Some(text),
        _ => None,
    };
    let id = take("id");
    let name = take("function.name").or_else(|| take("name"));
    let arguments = take("function.arguments").or_else(|| take("arguments"));
    Part::tool_call(id, name, arguments.map_or_else(empty_arguments, Json::String))
}

/// A call without arguments has an empty object of them: some senders write it, some leave it out.
fn empty_arguments() -> Json {
    Json::Object(Map::new())
}

/// Texts of a completion.
pub(crate) fn texts(indexed: &[Indexed<'_>], family: Family, role: &str) -> Option<Vec<Message>> {
    let messages: Vec<Message> = groups(indexed, family)
        .flatten()
        .filter(|entry| entry.rest.ends_with("text"))
        .filter_map(|entry| text(entry.value))
        .map(|text| Message::of_text(role, text))
        .filter(|message| !message.parts.is_empty())
        .collect();
    (!messages.is_empty()).then_some(messages)
}

/// Messages of OpenLLMetry before it followed the conventions: `gen_ai.prompt.N.role`.
pub(crate) fn old_messages(indexed: &[Indexed<'_>], family: Family) -> Option<Vec<Message>> {
    let default = if family == Family::OldCompletion {
        "assistant"
    } else {
        "user"
    };
    let messages: Vec<Message> = groups(indexed, family)
        .flat_map(|group| {
            let has_structure = group
                .iter()
                .any(|entry| entry.rest == "content" && matches!(as_json(entry.value), Json::Array(_)));
            if has_structure {
                structured_message(group, default)
            } else {
                vec![message_of(group, default)]
            }
        })
        .filter(|message| !message.parts.is_empty())
        .collect();
    (!messages.is_empty()).then_some(messages)
}

/// A message whose content is JSON of parts.
fn structured_message(group: &[Indexed<'_>], default: &str) -> Vec<Message> {
    let flat = message_of(group, default);
    let content = group
        .iter()
        .find(|entry| entry.rest == "content")
        .map(|entry| as_json(entry.value));
    let is_answer = |part: &Part| matches!(part, Part::ToolResponse { .. });
    if flat.parts.iter().any(is_answer) {
        return vec![flat];
    }
    let mut messages = read_messages(content.unwrap_or_default(), &flat.role);
    let calls = flat
        .parts
        .into_iter()
        .filter(|part| matches!(part, Part::ToolCall { .. }));
    match messages.last_mut() {
        Some(last) => {
            last.parts.extend(calls);
            last.finish_reason = flat.finish_reason;
        }
        None => {
            let mut message = Message::new(&flat.role);
            message.parts.extend(calls);
            messages.push(message);
        }
    }
    messages
}

/// Definitions of tools; `None` if there are none.
pub(crate) fn tools(indexed: &[Indexed<'_>]) -> Option<Json> {
    let schemas: Vec<&AnyValue<'_>> = groups(indexed, Family::Tool)
        .flatten()
        .filter(|entry| entry.rest.ends_with("json_schema"))
        .map(|entry| entry.value)
        .collect();
    if !schemas.is_empty() {
        return Some(definitions_of(&schemas));
    }
    let functions: Vec<Json> = groups(indexed, Family::OldFunction)
        .map(|group| {
            let entries = group
                .iter()
                .map(|entry| (entry.rest.to_owned(), as_json(entry.value)));
            Json::Object(entries.collect())
        })
        .collect();
    (!functions.is_empty()).then_some(Json::Array(functions))
}
