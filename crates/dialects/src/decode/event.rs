//! Span events: exceptions, messages of the older conventions, judgements. Others stay events.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};
use trace::span::Event;
use trace::{Field, Kind, Role, UnixNanos};

use super::draft::{Draft, Rank, Slot, Source};
use super::message::{Message, Part, read_messages};
use super::time::nanos;
use super::{error, score};
use crate::dialect;
use crate::otlp;
use crate::value::{as_attribute, as_f64, as_json, is_empty};

/// Name of the event that carries the attributes of its span with structured messages.
pub(crate) const OPERATION_DETAILS: &str = "gen_ai.client.inference.operation.details";
/// Name of a judgement.
pub(crate) const EVALUATION_RESULT: &str = "gen_ai.evaluation.result";

/// Reads one event of a span. The span's own attributes are read before.
pub(crate) fn read<'a>(draft: &mut Draft<'a>, event: &'a otlp::Event<'a>) {
    match event.name.as_ref() {
        "exception" | "gen_ai.client.operation.exception" | "gen_ai.execute_tool.exception" => {
            error::read_exception(draft, event);
        }
        EVALUATION_RESULT => {
            if let Some(mut judgement) = score::read_evaluation(&event.attributes) {
                judgement.time = (event.time_unix_nanos != 0).then(|| nanos(event.time_unix_nanos));
                draft.scores.push(judgement);
            }
        }
        OPERATION_DETAILS => {
            for attribute in &event.attributes {
                dialect::read(draft, &attribute.key, &attribute.value);
            }
        }
        "gen_ai.content.prompt" | "gen_ai.content.completion" => {
            for attribute in &event.attributes {
                dialect::read(draft, &attribute.key, &attribute.value);
            }
        }
        name if is_message(name) => read_message_event(draft, event),
        "ai.stream.firstChunk" => read_first_chunk(draft, event),
        "ai.stream.finish" => {}
        _ => keep(draft, event),
    }
}

/// Whether an event carries one message of a conversation.
pub(crate) fn is_message(name: &str) -> bool {
    matches!(
        name,
        "gen_ai.system.message"
            | "gen_ai.user.message"
            | "gen_ai.assistant.message"
            | "gen_ai.tool.message"
            | "gen_ai.choice"
    )
}

/// The messages of an event, and whether the model produced them.
pub(crate) fn messages_of(name: &str, body: Json) -> (bool, Vec<Message>) {
    let role = match name {
        "gen_ai.system.message" => "system",
        "gen_ai.user.message" => "user",
        "gen_ai.tool.message" => "tool",
        _ => "assistant",
    };
    let Json::Object(mut entries) = body else {
        return (name == "gen_ai.choice", read_messages(body, role));
    };
    if name == "gen_ai.choice" {
        let reason = entries
            .remove("finish_reason")
            .and_then(|reason| reason.as_str().map(str::to_owned));
        let said = entries.remove("message").unwrap_or(Json::Object(entries));
        let mut messages = read_messages(said, role);
        if let Some(message) = messages.last_mut() {
            message.finish_reason = reason;
        }
        return (true, messages);
    }
    if role == "tool" {
        return (false, tool_messages(entries));
    }
    entries.entry("role").or_insert_with(|| Json::from(role));
    (false, read_messages(Json::Object(entries), role))
}

/// A tool's answer: either it says itself which call it answers, or the event does.
fn tool_messages(mut entries: Map<String, Json>) -> Vec<Message> {
    let text =
        |entries: &Map<String, Json>, key: &str| entries.get(key).and_then(Json::as_str).map(str::to_owned);
    let id = text(&entries, "id").or_else(|| text(&entries, "tool_call_id"));
    let name = text(&entries, "name");
    let content = entries.remove("content").unwrap_or_default();
    let messages = read_messages(content.clone(), "tool");
    let is_result = |part: &Part| matches!(part, Part::ToolResponse { .. });
    if messages.iter().any(|message| message.parts.iter().any(is_result)) {
        return messages;
    }
    let mut message = Message::new("tool");
    let content = super::message::plain_content(content);
    message.parts.push(Part::tool_response(id, name, content, None));
    vec![message]
}

fn read_message_event<'a>(draft: &mut Draft<'a>, event: &'a otlp::Event<'a>) {
    let mut entries = Map::new();
    for attribute in &event.attributes {
        entries.insert(attribute.key.clone().into_owned(), as_json(&attribute.value));
    }
    if draft.current_kind() == Kind::Tool {
        // On a tool's span the message is what it was called with, and the choice what it answered.
        let (slot, key) = match event.name.as_ref() {
            "gen_ai.choice" => (Slot::Result, "message"),
            _ => (Slot::Arguments, "content"),
        };
        if let Some(value) = entries.remove(key) {
            draft.offer(Rank::GEN_AI.weaker(2), slot, "gen_ai.event", Source::Json(value));
        }
        return;
    }
    let (is_output, messages) = messages_of(&event.name, Json::Object(entries));
    if is_output {
        draft.output_events.extend(messages);
    } else {
        draft.input_events.extend(messages);
    }
}

fn read_first_chunk<'a>(draft: &mut Draft<'a>, event: &'a otlp::Event<'a>) {
    for attribute in &event.attributes {
        if attribute.key == "ai.response.msToFirstChunk"
            && let Some(millis) = as_f64(&attribute.value)
        {
            draft.set(Rank::VERCEL.weaker(1), Field::FirstTokenMillis, millis);
        }
    }
}

/// Keeps an event nobody knows: its short attributes with it, its texts as content.
fn keep<'a>(draft: &mut Draft<'a>, event: &'a otlp::Event<'a>) {
    let mut attributes = Vec::with_capacity(event.attributes.len());
    for attribute in &event.attributes {
        if is_empty(&attribute.value) {
            continue;
        }
        match as_attribute(&attribute.value) {
            Some(value) => attributes.push((attribute.key.as_ref().into(), value)),
            None => draft.body_of(Role::Attribute, &attribute.key, &attribute.value),
        }
    }
    let time = UnixNanos(i64::try_from(event.time_unix_nanos).unwrap_or(i64::MAX));
    let name = Cow::Borrowed(event.name.as_ref());
    draft.events.push(Event {
        name: name.into(),
        time,
        attributes,
    });
}
