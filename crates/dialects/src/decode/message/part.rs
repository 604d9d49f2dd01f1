//! The shapes parts of a message come in.

use serde_json::Value as Json;

use super::Part;
use super::read::{Entries, text_entry};

pub(super) fn push_parts(said: Json, parts: &mut Vec<Part>) {
    match said {
        Json::Array(items) => items.into_iter().for_each(|item| push_part(item, parts)),
        other => push_part(other, parts),
    }
}

pub(super) fn push_part(value: Json, parts: &mut Vec<Part>) {
    match value {
        Json::Null => {}
        Json::String(text) if text.is_empty() => {}
        Json::String(text) => parts.push(Part::Text(text)),
        Json::Object(entries) => parts.extend(part_of(entries)),
        other => parts.push(Part::Other(other)),
    }
}

pub(super) fn part_of(mut entries: Entries) -> Option<Part> {
    let kind = entries
        .get("type")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    match kind.as_str() {
        "text" | "output_text" | "input_text" | "refusal" => {
            let text = text_entry(&mut entries, &["content", "text", "refusal"])?;
            (!text.is_empty()).then_some(Part::Text(text))
        }
        "reasoning" | "thinking" | "summary_text" | "reasoning_text" => {
            let text = text_entry(&mut entries, &["content", "thinking", "text", "reasoning"])?;
            (!text.is_empty()).then_some(Part::Reasoning(text))
        }
        "tool_call" | "tool-call" | "tool_use" | "function" | "function_call" => {
            tool_call(Json::Object(entries))
        }
        "tool_call_response" | "tool-result" | "tool_result" | "function_call_output" => {
            Some(tool_result(entries))
        }
        "" => untyped_part(entries),
        _ => Some(Part::Other(Json::Object(entries))),
    }
}

/// Bedrock and Gemini say what a part is by its only key.
fn untyped_part(mut entries: Entries) -> Option<Part> {
    if let Some(call @ Json::Object(_)) = entries
        .remove("toolUse")
        .or_else(|| entries.remove("functionCall"))
    {
        return tool_call(call);
    }
    let result = entries
        .remove("toolResult")
        .or_else(|| entries.remove("functionResponse"));
    if let Some(Json::Object(result)) = result {
        return Some(tool_result(result));
    }
    if let Some(text) = text_entry(&mut entries, &["text", "content"]) {
        return (!text.is_empty()).then_some(Part::Text(text));
    }
    (!entries.is_empty()).then_some(Part::Other(Json::Object(entries)))
}

/// A request to run a tool. An id of the request comes before an id of the item that holds it.
pub(super) fn tool_call(value: Json) -> Option<Part> {
    let Json::Object(mut entries) = value else {
        return None;
    };
    let id = text_entry(&mut entries, &["call_id", "id", "toolCallId", "toolUseId"]);
    if let Some(Json::Object(function)) = entries.remove("function") {
        entries = function;
    }
    let name = text_entry(&mut entries, &["name", "toolName", "tool_name"]);
    let arguments = ["arguments", "args", "input", "parameters"]
        .iter()
        .find_map(|key| entries.remove(*key));
    let arguments = match arguments {
        None | Some(Json::Null) => Json::Object(Entries::new()),
        Some(Json::String(text)) if text.is_empty() => Json::Object(Entries::new()),
        Some(arguments) => arguments,
    };
    Some(Part::tool_call(id, name, arguments))
}

pub(super) fn tool_result(mut entries: Entries) -> Part {
    let status = status_of(&entries);
    let ids = [
        "call_id",
        "tool_use_id",
        "toolCallId",
        "toolUseId",
        "tool_call_id",
        "id",
    ];
    let id = text_entry(&mut entries, &ids);
    let name = text_entry(&mut entries, &["name", "toolName", "tool_name"]);
    let answers = ["response", "result", "output", "parts", "content", "text"];
    let response = answers
        .iter()
        .find_map(|key| entries.remove(*key))
        .unwrap_or_default();
    Part::tool_response(id, name, plain_content(without_type(response)), status)
}

/// Vercel wraps a result in its type: `{"type":"text","value":…}`.
fn without_type(response: Json) -> Json {
    match response {
        Json::Object(mut entries) if entries.len() == 2 && entries.contains_key("type") => {
            match entries.remove("value") {
                Some(value) => value,
                None => Json::Object(entries),
            }
        }
        other => other,
    }
}

/// A content that is one text, said as that text however many layers it has.
pub(crate) fn plain_content(content: Json) -> Json {
    let Json::Array(items) = content else {
        return content;
    };
    let texts: Option<Vec<&str>> = items.iter().map(plain_text).collect();
    match texts {
        Some(texts) if !texts.is_empty() => Json::String(texts.join("\n")),
        _ => Json::Array(items),
    }
}

fn plain_text(item: &Json) -> Option<&str> {
    let entries = item.as_object().filter(|entries| entries.len() <= 2)?;
    match entries.get("type").map(Json::as_str) {
        None | Some(Some("text" | "output_text" | "input_text")) => {}
        Some(_) => return None,
    }
    entries.get("text").or_else(|| entries.get("content"))?.as_str()
}

/// Whether the sender says that a tool's answer is a failure.
pub(crate) fn status_of(entries: &Entries) -> Option<&'static str> {
    let flag = |key: &str| entries.get(key).and_then(Json::as_bool);
    if flag("is_error").or_else(|| flag("isError")) == Some(true) {
        return Some("error");
    }
    match entries.get("status").and_then(Json::as_str) {
        Some("error" | "failed" | "failure") => Some("error"),
        Some("success" | "ok" | "completed") => Some("ok"),
        _ => None,
    }
}
