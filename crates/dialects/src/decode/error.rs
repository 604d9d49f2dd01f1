//! Errors: what class they are of, and which of them are no errors but a wait for a person.

use trace::{Media, Role, Text};

use super::draft::Draft;
use crate::otlp::Event;
use crate::value::as_str;

/// The name of a class without its module path and without Python's wrapping: `<class 'a.b.Timeout'>` is
/// `Timeout`.
pub(crate) fn class_name(stated: &str) -> Text {
    let inner = stated
        .trim()
        .strip_prefix("<class '")
        .and_then(|rest| rest.strip_suffix("'>"))
        .unwrap_or(stated.trim());
    let is_path = inner
        .chars()
        .all(|letter| letter.is_alphanumeric() || "._:$".contains(letter));
    let last = if is_path {
        inner.rsplit(['.', ':']).next().unwrap_or(inner)
    } else {
        inner
    };
    Text::from(if last.is_empty() { inner } else { last })
}

/// Whether an error says that a graph was interrupted for a person to answer.
pub(crate) fn is_interrupt(class_or_message: &str) -> bool {
    let head = class_or_message.get(..64).unwrap_or(class_or_message);
    head.contains("GraphInterrupt") || head.contains("NodeInterrupt")
}

/// Reads an `exception` event: its class is a fact, its texts are content.
pub(crate) fn read_exception<'a>(draft: &mut Draft<'a>, event: &'a Event<'a>) {
    for attribute in &event.attributes {
        let Some(text) = as_str(&attribute.value).filter(|text| !text.is_empty()) else {
            continue;
        };
        let key = attribute.key.as_ref();
        match key {
            "exception.type" => {
                draft.is_interrupt |= is_interrupt(text);
                draft.exception.get_or_insert_with(|| class_name(text));
            }
            "exception.message" => {
                draft.is_interrupt |= is_interrupt(text);
                draft.body(Role::ErrorMessage, key, Media::Text, text.to_owned());
            }
            "exception.stacktrace" => draft.body(Role::StackTrace, key, Media::Text, text.to_owned()),
            _ => {}
        }
    }
}

/// The id of a LangGraph interrupt, as it stands in the text of its exception.
pub(crate) fn interrupt_id(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Interrupt(")?;
    let (_, rest) = rest.split_once("id='")?;
    let (id, _) = rest.split_once('\'')?;
    let is_id = !id.is_empty()
        && id.len() <= 64
        && id
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_lose_their_modules() {
        for (stated, name) in [
            ("<class 'openai.BadRequestError'>", "BadRequestError"),
            (
                "langchain_openai.chat_models.base.OpenAIInvalidRequestError",
                "OpenAIInvalidRequestError",
            ),
            ("AI_APICallError", "AI_APICallError"),
            ("invalid_request_error", "invalid_request_error"),
            ("429", "429"),
        ] {
            assert_eq!(class_name(stated), name);
        }
    }

    #[test]
    fn an_interrupt_is_known_by_class_or_message() {
        assert!(is_interrupt("langgraph.errors.GraphInterrupt"));
        assert!(is_interrupt(
            "GraphInterrupt((Interrupt(value={'question': 'x'}, id='69cc'),))"
        ));
        assert!(!is_interrupt("KeyboardInterrupt"));
        let message = "(Interrupt(value={'question': 'Refund?'}, id='344d080003cf', response_schema=None),)";
        assert_eq!(interrupt_id(message), Some("344d080003cf"));
    }
}
