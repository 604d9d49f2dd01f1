//! The columns of `runs` and `calls` that a filter or a sort may name: their own, and the fields of the registry.

use std::sync::LazyLock;

use crate::field::{Definition, Field, ValueType};

/// What a number in a column counts; the filter language reads `2s`, `1.5k` or a date by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// No unit: words, names, ids.
    None,
    /// A plain count.
    Count,
    /// Milliseconds.
    Millis,
    /// US dollars.
    Dollars,
    /// Nanoseconds since 1970.
    Time,
}

/// A column that a filter or a sort may name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name in SQL, JSON and filters.
    pub name: &'static str,
    /// Short names a filter may use for it too.
    pub aliases: &'static [&'static str],
    /// The type of its values.
    pub value_type: ValueType,
    /// What its numbers count.
    pub unit: Unit,
    /// Whether free text looks into it.
    pub searchable: bool,
    /// What it means.
    pub meaning: &'static str,
}

const fn column(
    name: &'static str,
    aliases: &'static [&'static str],
    value_type: ValueType,
    unit: Unit,
    meaning: &'static str,
) -> Column {
    Column {
        name,
        aliases,
        value_type,
        unit,
        searchable: false,
        meaning,
    }
}

/// Fields of [`Run::facts`](crate::run::Run::facts): those that hold for a run as a whole.
pub const RUN_FIELDS: &[Field] = &[
    Field::StatedRunId,
    Field::SessionId,
    Field::TaskId,
    Field::TaskType,
    Field::GoalToken,
    Field::StopReason,
    Field::TenantId,
    Field::UserId,
    Field::Environment,
    Field::ServiceName,
    Field::ServiceVersion,
    Field::Dialect,
    Field::Framework,
    Field::AgentName,
    Field::AgentVersion,
    Field::WorkflowName,
    Field::WorkflowVersion,
    Field::PromptName,
    Field::PromptVersion,
    Field::InstructionsHash,
    Field::Provider,
];

/// Columns of `runs` that are not fields of spans.
const RUN_COLUMNS_OWN: &[Column] = &[
    column("run_id", &["run"], ValueType::Text, Unit::None, "The run."),
    column(
        "project_id",
        &["project"],
        ValueType::Text,
        Unit::None,
        "Project the run belongs to.",
    ),
    Column {
        searchable: true,
        ..column("name", &[], ValueType::Text, Unit::None, "Name of the root span.")
    },
    column("outcome", &[], ValueType::Text, Unit::None, "How the run ended."),
    column(
        "outcome_source",
        &[],
        ValueType::Text,
        Unit::None,
        "Who says so: stated, score, inferred.",
    ),
    column(
        "settled",
        &[],
        ValueType::Bool,
        Unit::None,
        "Whether the run had gone quiet when the row was written.",
    ),
    column(
        "start_unix_nanos",
        &["start"],
        ValueType::Int,
        Unit::Time,
        "When it began.",
    ),
    column(
        "duration_millis",
        &["duration", "latency"],
        ValueType::Double,
        Unit::Millis,
        "How long it took.",
    ),
    column(
        "spans",
        &["span_count"],
        ValueType::Int,
        Unit::Count,
        "Spans, as sent.",
    ),
    column(
        "errors",
        &[],
        ValueType::Int,
        Unit::Count,
        "Spans that ended with an error.",
    ),
    column(
        "model_calls",
        &[],
        ValueType::Int,
        Unit::Count,
        "Distinct model calls.",
    ),
    column(
        "tool_call_count",
        &["tool_calls"],
        ValueType::Int,
        Unit::Count,
        "Tool executions.",
    ),
    column(
        "input_tokens",
        &[],
        ValueType::Int,
        Unit::Count,
        "Input tokens of distinct model calls.",
    ),
    column(
        "output_tokens",
        &[],
        ValueType::Int,
        Unit::Count,
        "Output tokens of distinct model calls.",
    ),
    column(
        "cache_read_tokens",
        &[],
        ValueType::Int,
        Unit::Count,
        "Input read from a cache.",
    ),
    column(
        "cache_write_tokens",
        &[],
        ValueType::Int,
        Unit::Count,
        "Input written to a cache.",
    ),
    column(
        "reasoning_tokens",
        &[],
        ValueType::Int,
        Unit::Count,
        "Output spent on reasoning.",
    ),
    column(
        "embedding_tokens",
        &[],
        ValueType::Int,
        Unit::Count,
        "Input of embedding calls.",
    ),
    column(
        "cost",
        &[],
        ValueType::Double,
        Unit::Dollars,
        "Cost of the calls that have one, in US dollars.",
    ),
    column(
        "orphans",
        &[],
        ValueType::Int,
        Unit::Count,
        "Spans whose parent never arrived.",
    ),
    Column {
        searchable: true,
        ..column(
            "agents",
            &["agent"],
            ValueType::TextList,
            Unit::None,
            "Agents that took part.",
        )
    },
    Column {
        searchable: true,
        ..column(
            "tools",
            &["tool"],
            ValueType::TextList,
            Unit::None,
            "Tools that were called.",
        )
    },
    column(
        "models_requested",
        &[],
        ValueType::TextList,
        Unit::None,
        "Models asked for.",
    ),
    Column {
        searchable: true,
        ..column(
            "models_answered",
            &["model"],
            ValueType::TextList,
            Unit::None,
            "Models that answered.",
        )
    },
    Column {
        searchable: true,
        ..column(
            "error_classes",
            &["error"],
            ValueType::TextList,
            Unit::None,
            "Classes of its errors.",
        )
    },
    column(
        "signals",
        &["signal"],
        ValueType::TextList,
        Unit::None,
        "Signals found.",
    ),
    column(
        "evidence_score",
        &["evidence"],
        ValueType::Double,
        Unit::None,
        "Share of the needed evidence that is there, 0 to 1.",
    ),
    column(
        "first_wrong_rule",
        &["first_wrong"],
        ValueType::Text,
        Unit::None,
        "Rule that found the best candidate for the first wrong decision.",
    ),
];

/// Columns of `calls` that are not fields of spans.
const CALL_COLUMNS_OWN: &[Column] = &[
    column("kind", &[], ValueType::Text, Unit::None, "What the step does."),
    column("name", &[], ValueType::Text, Unit::None, "Name of its span."),
    column(
        "status",
        &[],
        ValueType::Text,
        Unit::None,
        "How it ended: ok, error, cancelled, paused, unknown.",
    ),
    column(
        "start_unix_nanos",
        &["start"],
        ValueType::Int,
        Unit::Time,
        "When it began.",
    ),
    column(
        "duration_millis",
        &["duration", "latency"],
        ValueType::Double,
        Unit::Millis,
        "How long it took.",
    ),
    column(
        "cost",
        &[],
        ValueType::Double,
        Unit::Dollars,
        "Its cost in US dollars.",
    ),
    column(
        "inferred_call",
        &[],
        ValueType::Bool,
        Unit::None,
        "Whether only the conversation shows it.",
    ),
];

/// All columns of `runs` that a filter or a sort may name.
pub static RUN_COLUMNS: LazyLock<Vec<Column>> =
    LazyLock::new(|| with_fields(RUN_COLUMNS_OWN, RUN_FIELDS.iter().copied()));

/// All columns of `calls` that a condition inside `has(…)` may name.
pub static CALL_COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let taken = |field: &Field| {
        CALL_COLUMNS_OWN
            .iter()
            .any(|own| own.name == field.definition().name)
    };
    with_fields(
        CALL_COLUMNS_OWN,
        Field::ALL.iter().copied().filter(|field| !taken(field)),
    )
});

fn with_fields(own: &[Column], fields: impl Iterator<Item = Field>) -> Vec<Column> {
    own.iter()
        .copied()
        .chain(fields.map(|field| field_column(field.definition())))
        .collect()
}

const fn field_column(definition: &'static Definition) -> Column {
    Column {
        name: definition.name,
        aliases: field_aliases(definition.name),
        value_type: definition.value_type,
        unit: match definition.value_type {
            ValueType::Int => Unit::Count,
            _ => Unit::None,
        },
        searchable: definition.searchable,
        meaning: definition.meaning,
    }
}

/// Short names of fields in filters.
const fn field_aliases(name: &str) -> &'static [&'static str] {
    match name.as_bytes() {
        b"session_id" => &["session", "conversation"],
        b"tenant_id" => &["tenant"],
        b"user_id" => &["user"],
        b"task_id" => &["task"],
        b"service_name" => &["service"],
        b"workflow_name" => &["workflow"],
        b"prompt_name" => &["prompt"],
        b"tool_name" => &["tool"],
        b"agent_name" => &["agent_root"],
        b"model_answered" => &["model"],
        b"policy_id" => &["policy"],
        b"policy_verdict" => &["verdict"],
        b"approval_decision" => &["approval"],
        b"error_class" => &["error"],
        b"handoff_to" => &["handoff"],
        _ => &[],
    }
}

/// The column of this name or alias.
#[must_use]
pub fn find_column(columns: &'static [Column], name: &str) -> Option<&'static Column> {
    columns
        .iter()
        .find(|column| column.name == name)
        .or_else(|| columns.iter().find(|column| column.aliases.contains(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn column_names_are_unique() {
        for columns in [&*RUN_COLUMNS, &*CALL_COLUMNS] {
            let names: HashSet<_> = columns.iter().map(|column| column.name).collect();
            assert_eq!(names.len(), columns.len());
        }
    }

    #[test]
    fn an_alias_finds_its_column() {
        assert_eq!(
            find_column(&RUN_COLUMNS, "agent").map(|column| column.name),
            Some("agents")
        );
        assert_eq!(
            find_column(&CALL_COLUMNS, "verdict").map(|column| column.name),
            Some("policy_verdict")
        );
        assert_eq!(find_column(&RUN_COLUMNS, "nothing"), None);
    }
}
