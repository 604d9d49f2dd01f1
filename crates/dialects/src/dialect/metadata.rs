//! What senders put into free metadata: session, user, tenant, graph step, provider. The same words mean the same
//! in every dialect's metadata.

use serde_json::Value as Json;
use trace::{Field, Text};

use crate::decode::draft::{Draft, Rank};
use crate::otlp::AnyValue;
use crate::value::{as_json, as_text, json_text};

/// Providers by their well-known names.
const PROVIDERS: [&str; 16] = [
    "openai",
    "gcp.gen_ai",
    "gcp.vertex_ai",
    "gcp.gemini",
    "anthropic",
    "cohere",
    "azure.ai.inference",
    "azure.ai.openai",
    "ibm.watsonx.ai",
    "aws.bedrock",
    "perplexity",
    "x_ai",
    "deepseek",
    "groq",
    "mistral_ai",
    "moonshot_ai",
];

/// Sets the provider, or the framework where the value names one instead.
pub(super) fn set_provider(draft: &mut Draft<'_>, rank: Rank, stated: &str) {
    let lower = stated.trim().trim_matches('"').to_ascii_lowercase();
    let framework = match lower.as_str() {
        "strands-agents" => Some("strands"),
        "microsoft.agent_framework" => Some("agent_framework"),
        "gcp.vertex.agent" => Some("google_adk"),
        "autogen" | "langchain" | "langgraph" | "crewai" | "semantic_kernel" | "llama_index" | "haystack" => {
            Some(lower.as_str())
        }
        _ => None,
    };
    if let Some(framework) = framework {
        draft.set(rank, Field::Framework, framework);
        return;
    }
    let provider = match lower.as_str() {
        "google_genai" | "google.generative-ai" | "google_generativeai" => "gcp.gen_ai",
        "vertexai" | "vertex_ai" | "google_vertexai" | "google.vertex" => "gcp.vertex_ai",
        "bedrock" | "aws" | "amazon_bedrock" | "amazon-bedrock" => "aws.bedrock",
        "azure" | "azure_openai" | "azure-openai" | "az.ai.openai" => "azure.ai.openai",
        "az.ai.inference" => "azure.ai.inference",
        "watsonx" => "ibm.watsonx.ai",
        "mistral" | "mistralai" => "mistral_ai",
        "xai" => "x_ai",
        other => known_head(other),
    };
    draft.set(rank, Field::Provider, provider);
}

/// `openai.responses` is `openai`: cut where the head is a known provider and the whole is not.
fn known_head(provider: &str) -> &str {
    if PROVIDERS.contains(&provider) {
        return provider;
    }
    match provider.split_once('.') {
        Some((head, _)) if PROVIDERS.contains(&head) => head,
        _ => provider,
    }
}

/// Reads one entry of metadata; `false` if the word means nothing to us.
pub(super) fn read_entry(draft: &mut Draft<'_>, rank: Rank, name: &str, value: &AnyValue<'_>) -> bool {
    match as_text(value) {
        Some(text) => read_text(draft, rank, name, &text),
        None => false,
    }
}

/// Reads an object of metadata; entries that mean nothing to us are kept under `key`, if they are scalars.
pub(super) fn read_object(draft: &mut Draft<'_>, rank: Rank, key: &str, value: &AnyValue<'_>) -> bool {
    let Json::Object(entries) = as_json(value) else {
        return false;
    };
    for (name, inner) in &entries {
        let Some(text) = json_text(inner) else {
            continue;
        };
        if !is_setting(name) && !read_text(draft, rank, name, &text) {
            let mut path = Text::from(key);
            path.push('.');
            path.push_str(name);
            draft.keep(&path, &AnyValue::Text(text));
        }
    }
    true
}

/// Whether a name is an environment setting of the process, which may hold a secret.
pub(super) fn is_setting(name: &str) -> bool {
    ["LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn read_text(draft: &mut Draft<'_>, rank: Rank, name: &str, text: &str) -> bool {
    let (field, steps) = match name {
        "session_id" | "sessionId" | "session" => (Field::SessionId, 1),
        "conversation_id" | "conversationId" => (Field::SessionId, 2),
        "thread_id" | "threadId" => (Field::SessionId, 3),
        "user_id" | "userId" | "user" => (Field::UserId, 1),
        "tenant" | "tenant_id" | "tenantId" => (Field::TenantId, 1),
        "langgraph_node" => (Field::StepName, 1),
        "ls_model_name" => (Field::ModelRequested, 5),
        "ls_provider" => {
            set_provider(draft, rank.weaker(5), text);
            return true;
        }
        "ls_integration" if matches!(text, "langgraph" | "langchain") => (Field::Framework, 5),
        "everyframe.run.id" => (Field::StatedRunId, 1),
        _ => return false,
    };
    draft.set(rank.weaker(steps), field, text);
    true
}
