//! The shapes messages come in: OpenTelemetry parts, OpenAI chat and responses, Anthropic and Bedrock blocks,
//! Gemini parts, LangChain objects, Vercel parts. Told apart by their own keys, not by who sent them.

use serde_json::{Map, Value as Json};

use super::part::{part_of, push_part, push_parts, tool_call, tool_result};
use super::{Message, Part, fold_role};
use crate::value::{json_text, parse_json};

pub(super) type Entries = Map<String, Json>;

/// Keys of an object that holds messages under them.
const HOLDERS: [&str; 7] = [
    "messages",
    "choices",
    "generations",
    "candidates",
    "output",
    "input",
    "prompt",
];

/// Reads all messages a value holds; `role` is that of messages which do not say.
pub(crate) fn read_messages(value: Json, role: &str) -> Vec<Message> {
    let mut messages = Vec::new();
    read_into(value, role, &mut messages);
    messages
}

fn read_into(value: Json, role: &str, messages: &mut Vec<Message>) {
    match value {
        Json::Null => {}
        Json::String(text) => match parse_json(&text).filter(|inner| inner.is_object() || inner.is_array()) {
            Some(inner) => read_into(inner, role, messages),
            None => push_known(Message::of_text(role, text), messages),
        },
        Json::Array(items) => read_list(items, role, messages),
        Json::Object(entries) => read_object(entries, role, messages),
        other => push_known(Message::of_text(role, other.to_string()), messages),
    }
}

/// A list is either of messages, or of the parts of one message.
fn read_list(items: Vec<Json>, role: &str, messages: &mut Vec<Message>) {
    if let [Json::String(first), Json::String(second)] = items.as_slice()
        && matches!(fold_role(first), "system" | "user" | "assistant" | "tool")
    {
        push_known(Message::of_text(first, second.clone()), messages);
        return;
    }
    let mut loose = Message::new(role);
    for item in items {
        match item {
            Json::Object(entries) if !is_part(&entries) => read_object(entries, role, messages),
            Json::Array(inner) => read_list(inner, role, messages),
            part => push_part(part, &mut loose.parts),
        }
    }
    push_known(loose, messages);
}

/// Whether an object is a part of a message, not a message.
fn is_part(entries: &Entries) -> bool {
    if ["role", "lc", "parts", "message", "data"]
        .iter()
        .any(|key| entries.contains_key(*key))
    {
        return false;
    }
    match entries.get("type").and_then(Json::as_str) {
        Some(
            "human"
            | "ai"
            | "system"
            | "tool"
            | "function"
            | "message"
            | "constructor"
            | "function_call"
            | "function_call_output"
            | "ChatGeneration"
            | "Generation"
            | "LLMResult",
        ) => false,
        Some("reasoning") => !entries.contains_key("summary"),
        Some(_) => true,
        None => {
            let keys = [
                "text",
                "toolUse",
                "toolResult",
                "functionCall",
                "functionResponse",
                "inlineData",
            ];
            keys.iter().any(|key| entries.contains_key(*key)) && !entries.contains_key("content")
        }
    }
}

fn read_object(mut entries: Entries, role: &str, messages: &mut Vec<Message>) {
    match entries.get("type").and_then(Json::as_str) {
        Some("function_call") => {
            let mut message = Message::new("assistant");
            message.parts.extend(tool_call(Json::Object(entries)));
            return push_known(message, messages);
        }
        Some("function_call_output") => {
            let mut message = Message::new("tool");
            message.parts.push(tool_result(entries));
            return push_known(message, messages);
        }
        _ => {}
    }
    if is_part(&entries) {
        let mut message = Message::new(role);
        message.parts.extend(part_of(entries));
        return push_known(message, messages);
    }
    if !entries.contains_key("role") && !entries.contains_key("content") {
        for holder in HOLDERS {
            if let Some(inner) = entries.remove(holder) {
                return read_into(inner, role, messages);
            }
        }
    }
    if entries
        .get("message")
        .is_some_and(|inner| inner.is_object() || inner.is_array())
    {
        let inner = entries.remove("message").unwrap_or_default();
        let first = messages.len();
        read_into(inner, role, messages);
        let reason = finish_reason(&mut entries);
        if let Some(message) = messages.get_mut(first).filter(|_| reason.is_some()) {
            message.finish_reason = reason;
        }
        return;
    }
    push_known(message_of(entries, role), messages);
}

fn message_of(mut entries: Entries, role: &str) -> Message {
    let own_role = role_of(&entries).map(str::to_owned);
    for inner in ["kwargs", "data"] {
        if let Some(Json::Object(mut inner)) = entries.remove(inner) {
            let own_role = own_role.or_else(|| role_of(&inner).map(str::to_owned));
            let own_role = own_role.unwrap_or_else(|| role.to_owned());
            inner.insert("role".to_owned(), Json::String(own_role));
            inner.remove("data");
            inner.remove("kwargs");
            return message_of(inner, role);
        }
    }
    let mut message = Message::new(own_role.as_deref().unwrap_or(role));
    message.finish_reason = finish_reason(&mut entries);
    if let Some(Json::String(text)) = entries.remove("reasoning_content")
        && !text.is_empty()
    {
        message.parts.push(Part::Reasoning(text));
    }
    let answers = text_entry(&mut entries, &["tool_call_id", "toolCallId"]);
    let name = text_entry(&mut entries, &["name"]);
    if answers.is_some() && message.role == "tool" {
        message.parts.push(tool_answer(entries, answers, name));
        return message;
    }
    message.name = name.filter(|_| message.role != "tool");
    let said = ["parts", "content", "text", "summary"]
        .iter()
        .find_map(|key| entries.remove(*key));
    push_parts(said.unwrap_or_default(), &mut message.parts);
    if let Some(Json::Array(calls)) = entries.remove("tool_calls") {
        message.parts.extend(calls.into_iter().filter_map(tool_call));
    }
    if let Some(call @ Json::Object(_)) = entries.remove("function_call") {
        message.parts.extend(tool_call(call));
    }
    message
}

/// A message that is a tool's answer and says so beside its content.
fn tool_answer(mut entries: Entries, id: Option<String>, name: Option<String>) -> Part {
    entries.insert("id".to_owned(), id.map_or(Json::Null, Json::String));
    if let Some(name) = name {
        entries.insert("name".to_owned(), Json::String(name));
    }
    tool_result(entries)
}

fn role_of(entries: &Entries) -> Option<&str> {
    let stated = entries.get("role").and_then(Json::as_str);
    stated
        .or_else(|| match entries.get("type").and_then(Json::as_str) {
            Some(kind @ ("human" | "ai" | "system" | "tool" | "function")) => Some(kind),
            Some("reasoning") => Some("assistant"),
            _ => None,
        })
        .or_else(|| match entries.get("id") {
            Some(Json::Array(path)) => path.last().and_then(Json::as_str),
            _ => None,
        })
}

fn finish_reason(entries: &mut Entries) -> Option<String> {
    let stated = text_entry(
        entries,
        &["finish_reason", "finishReason", "stop_reason", "stopReason"],
    );
    let nested = |holder: &str| Some(entries.get(holder)?.get("finish_reason")?.as_str()?.to_owned());
    stated
        .or_else(|| nested("generation_info"))
        .or_else(|| nested("response_metadata"))
}

fn push_known(message: Message, messages: &mut Vec<Message>) {
    if !message.parts.is_empty() {
        messages.push(message);
    }
}

/// Takes the first of these entries that is a scalar, as text.
pub(super) fn text_entry(entries: &mut Entries, keys: &[&str]) -> Option<String> {
    let is_scalar = |key: &&&str| entries.get(**key).is_some_and(|value| json_text(value).is_some());
    let key = keys.iter().find(is_scalar)?;
    match entries.remove(*key)? {
        Json::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
