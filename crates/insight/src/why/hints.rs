//! What to record where there is a gap, as the convention in use spells it.

use trace::{Field, Text};

use super::Hint;

/// Spellings of conventions that differ from OpenTelemetry's, by the name of the dialect.
const SPELLINGS: &[(&str, Field, &str)] = &[
    ("openinference", Field::InputTokens, "llm.token_count.prompt"),
    ("openinference", Field::OutputTokens, "llm.token_count.completion"),
    ("openinference", Field::ModelRequested, "llm.model_name"),
    ("openinference", Field::ToolName, "tool.name"),
    ("openinference", Field::SessionId, "session.id"),
    (
        "openinference",
        Field::PromptVersion,
        "llm.prompt_template.version",
    ),
    ("openllmetry", Field::InputTokens, "gen_ai.usage.input_tokens"),
    ("openllmetry", Field::ToolName, "traceloop.entity.name"),
    ("vercel", Field::InputTokens, "ai.usage.inputTokens"),
    ("vercel", Field::ToolName, "ai.toolCall.name"),
    ("vercel", Field::ModelRequested, "ai.model.id"),
];

/// The hint for a field.
pub(super) fn field(field: Field, dialect: Option<&str>, says: &str) -> Hint {
    let spelled = SPELLINGS
        .iter()
        .find(|(known, of, _)| *of == field && dialect.is_some_and(|dialect| dialect.starts_with(known)))
        .map(|(.., attribute)| *attribute);
    let attribute = spelled.unwrap_or(field.definition().attribute);
    Hint {
        attribute: Text::from(attribute),
        says: says.to_owned(),
    }
}

/// The hint for a body.
pub(super) fn content(attribute: &str, says: &str) -> Hint {
    Hint {
        attribute: Text::from(attribute),
        says: says.to_owned(),
    }
}
