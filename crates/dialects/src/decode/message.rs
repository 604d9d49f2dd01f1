//! Messages in one form, whatever shape the dialect sent: a role and parts, as in the OpenTelemetry conventions.
//!
//! The same message has the same bytes whoever tells of it and however often it is sent again, so that it is
//! stored once. Therefore a result of a tool is always a message of its own with the role `tool`, arguments and
//! results are JSON where they can be read as JSON, and finish reasons are not part of the text.

use serde_json::{Map, Value as Json, json};
use trace::{Author, Text};

use crate::value::{canonical_text, parse_json};

mod part;
mod read;

pub(crate) use part::{plain_content, status_of};
pub(crate) use read::read_messages;
#[cfg(test)]
mod tests;

/// One message.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Message {
    /// The sender's word for who wrote it, folded where it is known.
    pub(crate) role: String,
    /// Name of the participant; not of a tool.
    pub(crate) name: Option<String>,
    /// What it says.
    pub(crate) parts: Vec<Part>,
    /// Why the model stopped after it.
    pub(crate) finish_reason: Option<String>,
}

/// A part of a message.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Part {
    /// Text.
    Text(String),
    /// Reasoning the model showed.
    Reasoning(String),
    /// A request to run a tool.
    ToolCall {
        /// Joins the request with its result.
        id: Option<String>,
        /// The tool.
        name: Option<String>,
        /// What to run it with.
        arguments: Json,
    },
    /// What a tool answered.
    ToolResponse {
        /// The request it answers.
        id: Option<String>,
        /// The tool, where the sender repeats it.
        name: Option<String>,
        /// The answer.
        response: Json,
        /// `ok` or `error`, where the sender says.
        status: Option<&'static str>,
    },
    /// Anything else: images, files, parts we do not know.
    Other(Json),
}

impl Message {
    /// An empty message of a role.
    pub(crate) fn new(role: &str) -> Self {
        Self {
            role: fold_role(role).to_owned(),
            name: None,
            parts: Vec::new(),
            finish_reason: None,
        }
    }

    /// A message of one text.
    pub(crate) fn of_text(role: &str, text: String) -> Self {
        let mut message = Self::new(role);
        message.push_text(text);
        message
    }

    /// Adds a text, unless it is empty: some senders write an empty text beside tool calls, some leave it out.
    pub(crate) fn push_text(&mut self, text: String) {
        if !text.is_empty() {
            self.parts.push(Part::Text(text));
        }
    }

    /// Who wrote it, in our words.
    pub(crate) fn author(&self) -> Option<Author> {
        Author::parse(&self.role)
    }

    /// The one text form.
    pub(crate) fn into_text(self) -> String {
        let mut entries = Map::new();
        entries.insert("role".to_owned(), Json::String(self.role));
        if let Some(name) = self.name {
            entries.insert("name".to_owned(), Json::String(name));
        }
        let parts = self.parts.into_iter().map(Part::into_json).collect();
        entries.insert("parts".to_owned(), Json::Array(parts));
        Json::Object(entries).to_string()
    }
}

impl Part {
    /// A request to run a tool, its arguments read from text where they are text.
    pub(crate) fn tool_call(id: Option<String>, name: Option<String>, arguments: Json) -> Self {
        Self::ToolCall {
            id: id.filter(|id| !id.is_empty()),
            name: name.map(|name| fold_tool_name(&name).to_owned()),
            arguments: structured(arguments),
        }
    }

    /// What a tool answered, read from text where it is text that holds JSON.
    pub(crate) fn tool_response(
        id: Option<String>,
        name: Option<String>,
        response: Json,
        status: Option<&'static str>,
    ) -> Self {
        Self::ToolResponse {
            id: id.filter(|id| !id.is_empty()),
            name: name.map(|name| fold_tool_name(&name).to_owned()),
            response: structured(response),
            status,
        }
    }

    fn into_json(self) -> Json {
        match self {
            Self::Text(content) => json!({"type": "text", "content": content}),
            Self::Reasoning(content) => json!({"type": "reasoning", "content": content}),
            Self::ToolCall { id, name, arguments } => {
                let mut entries = Map::new();
                entries.insert("type".to_owned(), Json::from("tool_call"));
                insert_known(&mut entries, "id", id);
                insert_known(&mut entries, "name", name);
                entries.insert("arguments".to_owned(), arguments);
                Json::Object(entries)
            }
            Self::ToolResponse { id, response, .. } => {
                let mut entries = Map::new();
                entries.insert("type".to_owned(), Json::from("tool_call_response"));
                insert_known(&mut entries, "id", id);
                entries.insert("response".to_owned(), response);
                Json::Object(entries)
            }
            Self::Other(mut value) => {
                value.sort_all_objects();
                value
            }
        }
    }
}

fn insert_known(entries: &mut Map<String, Json>, key: &str, value: Option<String>) {
    if let Some(value) = value {
        entries.insert(key.to_owned(), Json::String(value));
    }
}

/// A value in canonical form; text that holds an object or a list is read first.
pub(crate) fn structured(value: Json) -> Json {
    let mut value = match value {
        Json::String(text) => match text
            .trim_start()
            .starts_with(['{', '['])
            .then(|| parse_json(&text))
        {
            Some(Some(inner)) => inner,
            _ => Json::String(text),
        },
        other => other,
    };
    value.sort_all_objects();
    value
}

/// Splits results of tools off into messages of their own.
pub(crate) fn split_results(messages: Vec<Message>) -> Vec<Message> {
    let mut split = Vec::with_capacity(messages.len());
    for mut message in messages {
        let is_result = |part: &Part| matches!(part, Part::ToolResponse { .. });
        if !message.parts.iter().any(is_result) {
            split.push(message);
            continue;
        }
        let (results, rest): (Vec<_>, Vec<_>) = message.parts.drain(..).partition(is_result);
        for result in results {
            let mut answer = Message::new("tool");
            answer.parts.push(result);
            split.push(answer);
        }
        if !rest.is_empty() {
            message.parts = rest;
            split.push(message);
        }
    }
    split
}

/// The word we use for a role; unknown words are kept.
pub(crate) fn fold_role(role: &str) -> &str {
    match role {
        "human" | "HumanMessage" | "HumanMessageChunk" | "User" | "USER" => "user",
        "ai" | "AIMessage" | "AIMessageChunk" | "model" | "Assistant" | "ASSISTANT" | "tool-call" => {
            "assistant"
        }
        "SystemMessage" | "developer" | "System" | "SYSTEM" => "system",
        "ToolMessage" | "FunctionMessage" | "function" | "tool-response" | "Tool" | "TOOL" => "tool",
        other => other,
    }
}

/// The name of a tool without the prefix that says which MCP server it came from.
pub(crate) fn fold_tool_name(name: &str) -> &str {
    name.strip_prefix("mcp__")
        .and_then(|rest| rest.split_once("__"))
        .map_or(name, |(_, tool)| tool)
}

/// Why a model stopped, in the words all dialects are folded to; unknown words in lower case.
pub(crate) fn fold_finish_reason(reason: &str) -> Text {
    let reason = reason.rsplit('.').next().unwrap_or(reason).trim();
    let lower = reason.to_ascii_lowercase();
    let folded = match lower.as_str() {
        "tool_calls" | "tool_call" | "tool-calls" | "tool_use" | "tooluse" | "function_call" => "tool_call",
        "stop" | "end_turn" | "stop_sequence" | "endturn" | "eos" | "completed" => "stop",
        "length" | "max_tokens" | "max_output_tokens" | "model_length" => "length",
        "content_filter" | "content-filter" | "refusal" | "safety" | "guardrail_intervened" => {
            "content_filter"
        }
        other => other,
    };
    folded.into()
}

/// Tools a list of definitions tells of, in one flat form.
pub(crate) fn canonical_definitions(value: Json) -> String {
    let items = match value {
        Json::Array(items) => items,
        Json::Null => Vec::new(),
        other => vec![other],
    };
    canonical_text(Json::Array(items.into_iter().map(flat_definition).collect()))
}

fn flat_definition(value: Json) -> Json {
    let value = structured(value);
    let Json::Object(mut entries) = value else {
        return value;
    };
    if let Some(Json::Object(function)) = entries.remove("function") {
        for (key, inner) in function {
            entries.entry(key).or_insert(inner);
        }
    }
    for other_name in ["inputSchema", "input_schema", "parameters_json_schema"] {
        if let Some(parameters) = entries.remove(other_name) {
            entries.entry("parameters").or_insert(parameters);
        }
    }
    Json::Object(entries)
}
