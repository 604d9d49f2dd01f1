//! Content: which of the forms that a sender wrote becomes which body, by the kind of the span.

use std::collections::HashMap;

use serde_json::Value as Json;
use trace::{Field, Kind, Media, Role, Text};

use super::draft::{Candidate, Draft, Family, Indexed, Rank, Slot, Source};
use super::message::{
    Message, Part, canonical_definitions, fold_finish_reason, read_messages, split_results,
};
use super::{answer, approval, document, flattened, guardrail, score, tool};
use crate::value::{as_json, canonical_text, json_text};

/// Turns what was pointed at into bodies and the facts that follow from them.
pub(crate) fn settle(draft: &mut Draft<'_>, kind: Kind) {
    let mut indexed = std::mem::take(&mut draft.indexed);
    if !indexed.is_empty() {
        indexed.sort_by_key(|entry| (entry.family, entry.index));
        score::read_annotations(draft, &indexed);
        settle_flat_documents(draft, kind, &indexed);
    }
    settle_definitions(draft, &indexed);
    settle_instructions(draft);
    settle_messages(draft, kind, &indexed);
    match kind {
        Kind::Tool => settle_tool(draft),
        Kind::Retrieval | Kind::Reranker | Kind::Memory => settle_search(draft),
        Kind::Embedding => settle_embedding(draft, &indexed),
        Kind::Policy => guardrail::settle(draft),
        _ => {}
    }
    settle_rest(draft, kind);
}

/// Whether the text of a body is JSON.
pub(crate) fn media_of(text: &str) -> Media {
    let is_structured = text.trim_start().starts_with(['{', '[']);
    let is_json = is_structured && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json { Media::Json } else { Media::Text }
}

/// Adds a body as it was sent.
fn push_raw(draft: &mut Draft<'_>, role: Role, candidate: Candidate<'_>) {
    let key = candidate.key;
    match candidate.source {
        Source::Value(crate::otlp::AnyValue::Text(text)) => {
            draft.body(role, key, media_of(text), text.clone().into_owned());
        }
        Source::Value(value) => draft.body_of(role, key, value),
        Source::Json(value) => push_value(draft, role, key, value),
    }
}

/// Adds a body of a value: text plain, anything else in canonical form.
pub(crate) fn push_value(draft: &mut Draft<'_>, role: Role, key: &str, value: Json) {
    match value {
        Json::Null => {}
        Json::String(text) => draft.body(role, key, Media::Text, text),
        other => draft.body(role, key, Media::Json, canonical_text(other)),
    }
}

fn settle_definitions(draft: &mut Draft<'_>, indexed: &[Indexed<'_>]) {
    let from_slot = draft.take(Slot::ToolDefinitions);
    let flat = flattened::tools(indexed);
    let (key, value) = match (flat, from_slot) {
        (Some(flat), _) => ("llm.tools", flat),
        (None, Some(candidate)) => (candidate.key, candidate.source.into_json()),
        (None, None) => return,
    };
    let text = canonical_definitions(value);
    if text != "[]" {
        draft.body(Role::ToolDefinitions, key, Media::Json, text);
    }
}

/// Instructions that are text are stored as that text, so that they are the same however they were wrapped.
fn settle_instructions(draft: &mut Draft<'_>) {
    let Some(candidate) = draft.take(Slot::Instructions) else {
        return;
    };
    let key = candidate.key;
    let messages = read_messages(candidate.source.into_json(), "system");
    let parts: Vec<Part> = messages.into_iter().flat_map(|message| message.parts).collect();
    let texts: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    match texts {
        Some(texts) if !texts.is_empty() => {
            draft.body(Role::Instructions, key, Media::Text, texts.join("\n\n"));
        }
        _ => {
            let mut message = Message::new("system");
            message.parts = parts;
            if !message.parts.is_empty() {
                draft.body(Role::Instructions, key, Media::Json, message.into_text());
            }
        }
    }
}

fn settle_messages<'a>(draft: &mut Draft<'a>, kind: Kind, indexed: &[Indexed<'a>]) {
    let (input_key, input) = input_messages(draft, kind, indexed);
    push_input(draft, kind, input_key, input);
    let is_model = kind == Kind::Model;
    let (output_key, output) = output_messages(draft, kind, indexed);
    let has_value = draft.has(Slot::Output);
    let has_messages = !output.is_empty();
    push_output(draft, kind, output_key, output);
    // Without any output the form stays unknown: a log record may still bring it.
    if is_model || draft.is_supplement {
        let form = if has_messages { "messages" } else { "value" };
        if has_messages || (is_model && has_value) {
            draft.facts.set(Field::OutputForm, form);
            draft.facts.set_if_unknown(Field::OutputPresent, true);
        }
    }
}

/// Whether the generic input and output of this span are those of a model, told in the provider's own form.
fn is_provider_form(draft: &Draft<'_>, kind: Kind) -> bool {
    kind == Kind::Model && draft.kind_rank() != Rank::OPENINFERENCE
}

fn input_messages<'a>(draft: &mut Draft<'a>, kind: Kind, indexed: &[Indexed<'a>]) -> (&'a str, Vec<Message>) {
    let flat = flattened::messages(indexed, Family::InputMessage)
        .or_else(|| flattened::texts(indexed, Family::PromptText, "user"));
    let slot = draft.take(Slot::InputMessages);
    let events = std::mem::take(&mut draft.input_events);
    if let Some(flat) = flat {
        drop_repeated(draft, kind, Slot::Input);
        return ("llm.input_messages", flat);
    }
    if let Some(candidate) = slot {
        let messages = read_messages(candidate.source.into_json(), "user");
        if !messages.is_empty() {
            return (candidate.key, messages);
        }
    }
    if let Some(old) = flattened::old_messages(indexed, Family::OldPrompt) {
        return ("gen_ai.prompt", old);
    }
    if !events.is_empty() {
        return ("gen_ai.event", events);
    }
    if is_provider_form(draft, kind)
        && let Some(candidate) = draft.take(Slot::Input)
    {
        let key = candidate.key;
        let value = candidate.source.into_json();
        answer::learn_from_request(draft, key, &value);
        let messages = read_messages(value.clone(), "user");
        if messages.is_empty() {
            draft.offer(Rank::GENERIC, Slot::Input, key, Source::Json(value));
        }
        return (key, messages);
    }
    ("", Vec::new())
}

fn output_messages<'a>(
    draft: &mut Draft<'a>,
    kind: Kind,
    indexed: &[Indexed<'a>],
) -> (&'a str, Vec<Message>) {
    let flat = flattened::messages(indexed, Family::OutputMessage)
        .or_else(|| flattened::texts(indexed, Family::Choice, "assistant"));
    let slot = draft.take(Slot::OutputMessages);
    let events = std::mem::take(&mut draft.output_events);
    if let Some(flat) = flat {
        drop_repeated(draft, kind, Slot::Output);
        return ("llm.output_messages", flat);
    }
    if let Some(candidate) = slot {
        let messages = read_messages(candidate.source.into_json(), "assistant");
        if !messages.is_empty() {
            return (candidate.key, messages);
        }
    }
    if let Some(old) = flattened::old_messages(indexed, Family::OldCompletion) {
        return ("gen_ai.completion", old);
    }
    if !events.is_empty() {
        return ("gen_ai.event", events);
    }
    if is_provider_form(draft, kind)
        && let Some(candidate) = draft.take(Slot::Output)
    {
        let key = candidate.key;
        let value = candidate.source.into_json();
        answer::learn_from_answer(draft, &value);
        let messages = read_messages(value.clone(), "assistant");
        if messages.is_empty() && !tool::is_nothing(&value) {
            draft.offer(Rank::GENERIC, Slot::Output, key, Source::Json(value));
        }
        return (key, messages);
    }
    ("", Vec::new())
}

/// On a model's span the generic value repeats the messages.
fn drop_repeated(draft: &mut Draft<'_>, kind: Kind, slot: Slot) {
    if kind == Kind::Model {
        draft.take(slot);
    }
}

/// Whether the messages of a span tell of calls that are its own.
fn tells_of_calls(draft: &Draft<'_>, kind: Kind) -> bool {
    kind == Kind::Model || draft.is_supplement
}

fn push_input(draft: &mut Draft<'_>, kind: Kind, key: &str, messages: Vec<Message>) {
    if messages.is_empty() {
        return;
    }
    approval::read_answers(draft, kind, &messages);
    if tells_of_calls(draft, kind) {
        set_answered(draft, &messages);
    }
    push_messages(draft, Role::InputMessage, key, messages);
}

/// Which tools' results are among the messages; a result without a name has that of the request it answers.
fn set_answered(draft: &mut Draft<'_>, messages: &[Message]) {
    let mut asked: HashMap<&str, &str> = HashMap::new();
    let (mut ids, mut names, mut statuses) = (Vec::new(), Vec::new(), Vec::new());
    for part in messages.iter().flat_map(|message| &message.parts) {
        match part {
            Part::ToolCall {
                id: Some(id),
                name: Some(name),
                ..
            } => {
                asked.insert(id, name);
            }
            Part::ToolResponse { id, name, status, .. } => {
                let id = id.as_deref().unwrap_or_default();
                let name = name
                    .as_deref()
                    .or_else(|| asked.get(id).copied())
                    .unwrap_or_default();
                ids.push(Text::from(id));
                names.push(Text::from(name));
                statuses.push(Text::from(status.unwrap_or_default()));
            }
            _ => {}
        }
    }
    draft.facts.set(Field::AnsweredToolIds, ids);
    draft.facts.set(Field::AnsweredToolNames, names);
    draft.facts.set(Field::AnsweredToolStatuses, statuses);
}

fn push_output(draft: &mut Draft<'_>, kind: Kind, key: &str, messages: Vec<Message>) {
    if messages.is_empty() {
        return;
    }
    approval::read_questions(draft, kind, &messages);
    if tells_of_calls(draft, kind) {
        set_called(draft, &messages);
    }
    push_messages(draft, Role::OutputMessage, key, messages);
}

/// Which tools the model asked for, and why it stopped where only the messages say so.
fn set_called(draft: &mut Draft<'_>, messages: &[Message]) {
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    for part in messages.iter().flat_map(|message| &message.parts) {
        if let Part::ToolCall { id, name, .. } = part {
            ids.push(Text::from(id.as_deref().unwrap_or_default()));
            names.push(Text::from(name.as_deref().unwrap_or_default()));
        }
    }
    draft.facts.set(Field::CalledToolIds, ids);
    draft.facts.set(Field::CalledToolNames, names);
    if draft.facts.get(Field::FinishReasons).is_none() {
        let reasons = messages
            .iter()
            .filter_map(|message| message.finish_reason.as_deref());
        let folded: Vec<Text> = reasons.map(fold_finish_reason).collect();
        draft.facts.set(Field::FinishReasons, folded);
    }
}

fn push_messages(draft: &mut Draft<'_>, role: Role, key: &str, messages: Vec<Message>) {
    for message in split_results(messages) {
        let author = message.author();
        draft.authored_body(role, author, key, Media::Json, message.into_text());
    }
}

fn settle_tool(draft: &mut Draft<'_>) {
    let arguments = draft.take(Slot::Arguments);
    let input = draft.take(Slot::Input);
    if let Some(candidate) = arguments.or(input) {
        let value = tool::unwrap_arguments(candidate.source.into_json());
        push_value(draft, Role::Arguments, candidate.key, value);
    }
    let result = draft.take(Slot::Result);
    let output = draft.take(Slot::Output);
    let mut is_present = false;
    if let Some(candidate) = result.or(output) {
        let outcome = tool::unwrap_result(candidate.source.into_json());
        is_present = !tool::is_nothing(&outcome.value);
        if let Some(id) = outcome.call_id {
            draft.facts.set_if_unknown(Field::ToolCallId, id.as_str());
        }
        if let Some(name) = outcome.name {
            draft.facts.set_if_unknown(Field::ToolName, name.as_str());
        }
        if outcome.status == Some("error") {
            draft.stated_status.get_or_insert(trace::Status::Error);
        }
        if is_present {
            push_value(draft, Role::Result, candidate.key, outcome.value);
        }
    }
    draft.facts.set_if_unknown(Field::OutputPresent, is_present);
}

fn settle_flat_documents(draft: &mut Draft<'_>, kind: Kind, indexed: &[Indexed<'_>]) {
    let families: &[(Family, &str)] = match kind {
        Kind::Reranker => &[
            (Family::RerankedOutput, "reranker.output_documents"),
            (Family::RerankedInput, "reranker.input_documents"),
            (Family::Document, "retrieval.documents"),
        ],
        _ => &[(Family::Document, "retrieval.documents")],
    };
    for (family, key) in families {
        let documents = document::read_flattened(indexed, *family);
        if !documents.is_empty() {
            document::write_documents(draft, Rank::OPENINFERENCE, key, documents);
            draft.take(Slot::Documents);
            draft.take(Slot::Output);
            return;
        }
    }
}

/// What was looked for, and what was found.
fn settle_search(draft: &mut Draft<'_>) {
    let query = draft.take(Slot::Query);
    let input = draft.take(Slot::Input).or_else(|| draft.take(Slot::Arguments));
    if let Some(candidate) = query.or(input) {
        let key = candidate.key;
        let value = query_of(candidate.source.into_json());
        push_value(draft, Role::Query, key, value);
    }
    for slot in [Slot::Documents, Slot::Output, Slot::Result] {
        let Some(candidate) = draft.take(slot) else {
            continue;
        };
        let key = candidate.key;
        let value = candidate.source.into_json();
        let documents = document::read_documents(&value);
        if documents.is_empty() {
            let is_known = draft.bodies.iter().any(|body| body.role == Role::Document);
            if !is_known && !tool::is_nothing(&value) {
                push_value(draft, Role::Output, key, value);
            }
        } else if draft.facts.get(Field::DocumentIds).is_none() || slot == Slot::Documents {
            document::write_documents(draft, Rank::GENERIC, key, documents);
        }
    }
}

/// The query itself, out of the arguments it was given in.
fn query_of(value: Json) -> Json {
    let value = tool::unwrap_arguments(value);
    let Json::Object(entries) = &value else {
        return value;
    };
    let holders = [
        "query",
        "query_str",
        "query_bundle",
        "str_or_query_bundle",
        "question",
        "input",
    ];
    for holder in holders {
        match entries.get(holder) {
            Some(Json::Object(inner)) => {
                if let Some(text) = inner.get("query_str").and_then(json_text) {
                    return Json::String(text.into_owned());
                }
            }
            Some(inner) => {
                if let Some(text) = json_text(inner) {
                    return Json::String(text.into_owned());
                }
            }
            None => {}
        }
    }
    value
}

/// The texts that were embedded. What came out are vectors, which explain nothing.
fn settle_embedding(draft: &mut Draft<'_>, indexed: &[Indexed<'_>]) {
    let mut has_texts = false;
    for entry in indexed
        .iter()
        .filter(|entry| entry.family == Family::EmbeddedText)
    {
        if entry.rest.ends_with("text") {
            has_texts = true;
            draft.body_of(Role::Input, "embedding.text", entry.value);
        }
    }
    let request = draft.take(Slot::Input);
    if let Some(candidate) = request.filter(|_| !has_texts) {
        let key = candidate.key;
        let value = candidate.source.into_json();
        answer::learn_from_request(draft, key, &value);
        let texts = value
            .get("input")
            .or_else(|| value.get("texts"))
            .cloned()
            .unwrap_or(value);
        push_value(draft, Role::Input, key, texts);
    }
    if let Some(candidate) = draft.take(Slot::Output) {
        let needs_usage = draft.facts.get(Field::InputTokens).is_none();
        let is_own = draft.kind_rank() != Rank::OPENINFERENCE;
        if needs_usage && is_own {
            answer::learn_from_answer(draft, &candidate.source.into_json());
        }
    }
}

/// What no kind has a use for keeps its natural role.
fn settle_rest(draft: &mut Draft<'_>, kind: Kind) {
    for (slot, role) in [
        (Slot::Query, Role::Query),
        (Slot::Arguments, Role::Arguments),
        (Slot::Result, Role::Result),
        (Slot::Input, Role::Input),
        (Slot::Output, Role::Output),
    ] {
        if let Some(candidate) = draft.take(slot) {
            let is_answer = matches!(role, Role::Output | Role::Result);
            push_raw(draft, role, candidate);
            if is_answer && kind != Kind::Model {
                draft.facts.set(Field::OutputPresent, true);
            }
        }
    }
    if let Some(candidate) = draft.take(Slot::Documents) {
        let documents = document::read_documents(&candidate.source.into_json());
        document::write_documents(draft, Rank::GEN_AI, candidate.key, documents);
    }
}

/// Definitions as one value of a single attribute.
pub(crate) fn definitions_of(values: &[&crate::otlp::AnyValue<'_>]) -> Json {
    Json::Array(values.iter().map(|value| as_json(value)).collect())
}
