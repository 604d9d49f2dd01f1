//! Arguments and results of tools, freed from what frameworks wrap around them.

use serde_json::{Map, Value as Json};

use super::message::{plain_content, status_of, structured};
use super::python;

/// A tool's result and what its wrapping says about it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Outcome {
    /// The result itself.
    pub(crate) value: Json,
    /// `ok` or `error`, where the wrapping says.
    pub(crate) status: Option<&'static str>,
    /// The call it answers.
    pub(crate) call_id: Option<String>,
    /// The tool's name.
    pub(crate) name: Option<String>,
}

/// The arguments as an object where they can be read as one.
pub(crate) fn unwrap_arguments(value: Json) -> Json {
    let value = structured(value);
    match value {
        Json::String(text) => match python::parse(&text) {
            Some(inner @ (Json::Object(_) | Json::Array(_))) => structured(inner),
            _ => Json::String(text),
        },
        Json::Object(entries) => unwrap_object(entries),
        other => other,
    }
}

fn unwrap_object(mut entries: Map<String, Json>) -> Json {
    for wrapper in ["input_str", "inputs"] {
        let is_wrapping =
            entries.contains_key("tags") || entries.contains_key("metadata") || entries.len() == 1;
        if is_wrapping && let Some(inner) = entries.remove(wrapper).filter(|inner| !inner.is_null()) {
            return unwrap_arguments(inner);
        }
    }
    let has_positional = matches!(entries.get("args"), Some(Json::Array(items)) if !items.is_empty());
    let known = ["args", "kwargs", "sanitize_inputs_outputs"];
    let is_call = entries.contains_key("kwargs") && entries.keys().all(|key| known.contains(&key.as_str()));
    if is_call && !has_positional {
        return structured(entries.remove("kwargs").unwrap_or_default());
    }
    entries.remove("sanitize_inputs_outputs");
    Json::Object(entries)
}

/// The result itself, out of messages and blocks.
pub(crate) fn unwrap_result(value: Json) -> Outcome {
    let value = match structured(value) {
        // A text that was quoted on its way.
        Json::String(text) if text.starts_with('"') => {
            structured(serde_json::from_str(&text).unwrap_or(Json::String(text)))
        }
        other => other,
    };
    match value {
        Json::Object(entries) => unwrap_answer(entries),
        other => Outcome {
            value: structured(plain_content(other)),
            ..Outcome::default()
        },
    }
}

fn unwrap_answer(mut entries: Map<String, Json>) -> Outcome {
    for wrapper in ["output", "kwargs", "data"] {
        let is_wrapper = match wrapper {
            "output" => entries.get("output").is_some_and(is_message),
            _ => is_message_entries(&entries),
        };
        if is_wrapper && let Some(Json::Object(inner)) = entries.remove(wrapper) {
            let is_empty = inner.is_empty();
            if !is_empty {
                return unwrap_answer(inner);
            }
        }
    }
    if is_message_entries(&entries) || entries.contains_key("tool_call_id") {
        let text = |key: &str| entries.get(key).and_then(Json::as_str).map(str::to_owned);
        let mut outcome = Outcome {
            status: status_of(&entries),
            call_id: text("tool_call_id"),
            name: text("name"),
            value: Json::Null,
        };
        outcome.value = structured(plain_content(entries.remove("content").unwrap_or_default()));
        return outcome;
    }
    if entries.contains_key("blocks") && entries.contains_key("tool_name") {
        return Outcome {
            status: status_of(&entries),
            value: structured(plain_content(entries.remove("blocks").unwrap_or_default())),
            ..Outcome::default()
        };
    }
    Outcome {
        status: flagged(&entries),
        value: structured(Json::Object(entries)),
        ..Outcome::default()
    }
}

/// Only a flag is believed in a result of the tool's own making: `status` may be that of an order.
fn flagged(entries: &Map<String, Json>) -> Option<&'static str> {
    let is_flagged = ["isError", "is_error"]
        .iter()
        .any(|key| entries.get(*key).and_then(Json::as_bool) == Some(true));
    is_flagged.then_some("error")
}

fn is_message(value: &Json) -> bool {
    value
        .as_object()
        .is_some_and(|entries| is_message_entries(entries) || entries.contains_key("tool_call_id"))
}

/// Whether this is a message of LangChain: one that says it is of a tool, or a constructed object.
fn is_message_entries(entries: &Map<String, Json>) -> bool {
    let is_tool = entries.get("type").and_then(Json::as_str) == Some("tool");
    let has_content = ["content", "data", "kwargs"]
        .iter()
        .any(|key| entries.contains_key(*key));
    (is_tool && has_content) || entries.contains_key("lc")
}

/// Whether a result says nothing: missing, empty or `null`.
pub(crate) fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty() || matches!(text.trim(), "null" | "None"),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_arguments(input: &str, expected: &str) {
        assert_eq!(
            unwrap_arguments(Json::String(input.to_owned())).to_string(),
            expected,
            "{input}"
        );
    }

    fn check_result(input: &str, expected: &str) -> Outcome {
        let outcome = unwrap_result(Json::String(input.to_owned()));
        assert_eq!(outcome.value.to_string(), expected, "{input}");
        outcome
    }

    #[test]
    fn arguments_lose_their_wrapping() {
        let expected = r#"{"order_id":"7781"}"#;
        for input in [
            r#"{"order_id": "7781"}"#,
            r#"{"args": [], "kwargs": {"order_id": "7781"}}"#,
            r#"{"args": [], "sanitize_inputs_outputs": true, "kwargs": {"order_id": "7781"}}"#,
            r#"{"kwargs": {"order_id": "7781"}}"#,
            r#"{"input_str": "{'order_id': '7781'}", "tags": ["a"], "metadata": {}}"#,
            "{'order_id': '7781'}",
        ] {
            check_arguments(input, expected);
        }
        check_arguments("7781", r#""7781""#);
        check_arguments(
            r#"{"args": ["7781"], "kwargs": {}}"#,
            r#"{"args":["7781"],"kwargs":{}}"#,
        );
    }

    #[test]
    fn results_lose_their_wrapping() {
        let expected = r#"{"total":49.9}"#;
        for input in [
            r#"{"total": 49.90}"#,
            r#""{\"total\": 49.9}""#,
            r#"{"type": "tool", "data": {"content": "{\"total\": 49.9}", "tool_call_id": "c1", "status": "success"}}"#,
            r#"{"output": {"lc": 1, "type": "constructor", "kwargs": {"content": "{\"total\": 49.9}", "type": "tool", "tool_call_id": "c1", "status": "success"}}, "kwargs": {"tags": []}}"#,
            r#"{"output": {"content": "{\"total\": 49.9}", "type": "tool", "tool_call_id": "c1", "status": "success"}}"#,
        ] {
            let outcome = check_result(input, expected);
            if input.contains("tool_call_id") {
                assert_eq!(
                    (outcome.call_id.as_deref(), outcome.status),
                    (Some("c1"), Some("ok"))
                );
            }
        }
        assert_eq!(
            check_result(
                r#"{"refund_id":"R-901","status":"failed"}"#,
                r#"{"refund_id":"R-901","status":"failed"}"#
            )
            .status,
            None
        );
    }
}
