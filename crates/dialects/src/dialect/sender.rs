//! Who sent a group of records: what holds for all of them, found once.

use trace::span::CAPTURE_ATTRIBUTE;
use trace::{Facts, Field, Text};

use crate::decode::KeyMap;
use crate::otlp;
use crate::value::{as_str_list, as_text};

/// Senders whose keys or habits differ from the convention they follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scope {
    Adk,
    Autogen,
    ClaudeCode,
    Codex,
    Logfire,
    Microsoft,
    Mlflow,
    OpenInference,
    PydanticAi,
    Strands,
    Vercel,
    Other,
}

/// One sender.
#[derive(Debug)]
pub(crate) struct Sender {
    /// Which habits to expect.
    pub(crate) scope: Scope,
    /// Facts of resource and scope, weaker than any word of the span itself.
    pub(crate) facts: Facts,
    /// What the resource asks to be kept of its spans.
    pub(crate) capture: Option<Text>,
    /// Name of the dialect, where the scope says more than the keys.
    pub(crate) dialect: Option<&'static str>,
}

/// Libraries that OpenInference instruments and that are agent frameworks, not clients of a model.
const FRAMEWORKS: [&str; 18] = [
    "agno",
    "autogen",
    "autogen_agentchat",
    "beeai",
    "crewai",
    "dspy",
    "google_adk",
    "guardrails",
    "haystack",
    "instructor",
    "langchain",
    "langgraph",
    "llama_index",
    "mcp",
    "openai_agents",
    "pydantic_ai",
    "smolagents",
    "strands",
];

impl Sender {
    /// Reads what resource and scope say.
    pub(crate) fn new(
        resource: Option<&otlp::Resource<'_>>,
        scope: &otlp::Scope<'_>,
        key_map: &KeyMap,
    ) -> Self {
        let mut facts = Facts::new();
        facts.set(Field::Scope, Text::from(scope.name.as_ref()));
        facts.set(Field::ScopeVersion, Text::from(scope.version.as_ref()));
        let mut is_mlflow = scope.name.starts_with("mlflow.");
        let mut is_codex = false;
        let mut capture = None;
        for attribute in resource.map_or(&[][..], |resource| &resource.attributes) {
            let key = key_map.rename(&attribute.key);
            let Some(text) = as_text(&attribute.value) else {
                continue;
            };
            match key {
                "telemetry.sdk.name" => is_mlflow |= text == "mlflow",
                "service.name" => is_codex = text.starts_with("codex"),
                _ => {}
            }
            if key == CAPTURE_ATTRIBUTE {
                capture = Some(Text::from(text));
            } else if let Some((field, is_weak)) = resource_field(key) {
                if is_weak {
                    facts.set_if_unknown(field, Text::from(text));
                } else {
                    facts.set(field, Text::from(text));
                }
            } else if key == "everyframe.evidence.document_ids" {
                facts.set(Field::DocumentIds, as_str_list(&attribute.value));
            }
        }
        let scope_kind = match scope_of(&scope.name) {
            Scope::Other if is_mlflow => Scope::Mlflow,
            Scope::Other if is_codex => Scope::Codex,
            known => known,
        };
        if let Some(framework) = framework_of(&scope.name, scope_kind) {
            facts.set_if_unknown(Field::Framework, Text::from(framework));
        }
        Self {
            scope: scope_kind,
            facts,
            capture,
            dialect: dialect_of(&scope.name, scope_kind),
        }
    }
}

/// The field of a resource attribute, and whether it is an older spelling that another one overrules.
fn resource_field(key: &str) -> Option<(Field, bool)> {
    Some(match key {
        "service.name" => (Field::ServiceName, false),
        "service.version" => (Field::ServiceVersion, false),
        "deployment.environment.name" => (Field::Environment, false),
        "deployment.environment" | "langfuse.environment" => (Field::Environment, true),
        "session.id" => (Field::SessionId, true),
        "user.id" | "enduser.id" => (Field::UserId, true),
        "gen_ai.agent.name" => (Field::AgentName, true),
        "gen_ai.agent.version" => (Field::AgentVersion, true),
        "everyframe.run.id" => (Field::StatedRunId, false),
        "everyframe.run.task.id" => (Field::TaskId, false),
        "everyframe.run.goal.type" => (Field::TaskType, false),
        "everyframe.tenant.id" => (Field::TenantId, false),
        "everyframe.workflow.version" => (Field::WorkflowVersion, false),
        _ => return None,
    })
}

fn scope_of(name: &str) -> Scope {
    match name {
        "ai" => Scope::Vercel,
        "gcp.vertex.agent" => Scope::Adk,
        "pydantic-ai" => Scope::PydanticAi,
        "strands.telemetry.tracer" => Scope::Strands,
        "logfire.openai_agents" => Scope::Logfire,
        "agent_framework" => Scope::Microsoft,
        _ if name.starts_with("com.anthropic.claude_code") => Scope::ClaudeCode,
        _ if name.starts_with("openinference.") || name.starts_with("@arizeai/openinference") => {
            Scope::OpenInference
        }
        _ if name.starts_with("mlflow") => Scope::Mlflow,
        _ if name.starts_with("semantic_kernel") || name.starts_with("Microsoft.SemanticKernel") => {
            Scope::Microsoft
        }
        _ if name.starts_with("Microsoft.Agents") || name.starts_with("agent_framework.") => Scope::Microsoft,
        _ if name.starts_with("autogen") => Scope::Autogen,
        _ if name.starts_with("codex") => Scope::Codex,
        _ if name.starts_with("strands") => Scope::Strands,
        _ => Scope::Other,
    }
}

fn framework_of(name: &str, scope: Scope) -> Option<&str> {
    match scope {
        Scope::Adk => Some("google_adk"),
        Scope::Autogen => Some("autogen"),
        Scope::ClaudeCode => Some("claude_code"),
        Scope::Codex => Some("codex"),
        Scope::Logfire => Some("openai_agents"),
        Scope::Microsoft if name.to_ascii_lowercase().contains("semantic") => Some("semantic_kernel"),
        Scope::Microsoft => Some("agent_framework"),
        Scope::PydanticAi => Some("pydantic_ai"),
        Scope::Strands => Some("strands"),
        Scope::Vercel => Some("vercel_ai"),
        _ => {
            let library = name.rsplit(['.', '-', '/']).next()?;
            FRAMEWORKS.contains(&library).then_some(library)
        }
    }
}

fn dialect_of(name: &str, scope: Scope) -> Option<&'static str> {
    Some(match scope {
        Scope::Adk => "google_adk",
        Scope::Autogen => "autogen",
        Scope::ClaudeCode => "claude_code",
        Scope::Codex => "codex",
        Scope::Logfire => "logfire",
        Scope::Microsoft => "microsoft",
        Scope::Mlflow => "mlflow",
        Scope::OpenInference => "openinference",
        Scope::PydanticAi => "pydantic_ai",
        Scope::Strands => "strands",
        Scope::Vercel => "vercel",
        Scope::Other if name == "langsmith" => "langsmith",
        Scope::Other if name == "langfuse-sdk" => "langfuse",
        Scope::Other if name.starts_with("com.anthropic.sdk.") => "anthropic_sdk",
        Scope::Other if name.starts_with("traceloop") => "openllmetry",
        Scope::Other => return None,
    })
}
