//! What has the form of a name or an id, and what does not.

use super::*;

/// Replaces what is odd by `…`.
fn shown(text: &str, odd: Odd) -> String {
    match odd {
        Odd::Nothing => text.to_owned(),
        Odd::All => "…".to_owned(),
        Odd::Parts(parts) => {
            let mut shown = text.to_owned();
            for part in parts.into_iter().rev() {
                shown.replace_range(part, "…");
            }
            shown
        }
    }
}

fn check_name(text: &str, expected: &str) {
    assert_eq!(shown(text, odd_in_name(text)), expected);
}

#[test]
fn ordinary_names_stay_readable() {
    for name in [
        "chat gpt-4o",
        "chat gpt-4o-mini-2024-07-18",
        "execute_tool lookup_order",
        "Refund order",
        "support-agent",
        "ChatOpenAI",
        "RunnableSequence",
        "kb.search",
        "BaseWorkflowAgent.aggregate_tool_results",
        "DefaultRefineProgram.__call__",
        "OpenAILikeEmbedding._get_query_embedding",
        "ai.generateText.doGenerate",
        "handoff Orchestrator -> WebSurfer",
        "Step 12",
        "First Token Stream Event",
        "embeddings text-embedding-3-small",
        "invoke_agent MerriamWebsterWordOfTheDay_Historian_Expert",
        "chat claude-sonnet-4-5",
        "refund_crew.kickoff",
        "opentelemetry.instrumentation.genai.langchain",
        "com.anthropic.claude_code.tracing",
        "tools/call search",
        "GET /v1/messages",
        "OpenAIInvalidRequestError",
        "VectorIndexRetriever._retrieve",
        "Rückerstattung prüfen",
        "退款 助手",
        "invoke_agent WomenInComputerScienceHistory_Expert",
        "vector_db_retrieve PolicyRetriever",
        "claude_code.tool.blocked_on_user",
        "gen_ai.client.inference.operation.details",
        "HTTP 404",
        "agent_v2",
        "text2sql",
        "sha256",
        "phase 2/3",
        "LengthFinishReasonError",
        "chat google/gemini-3-pro-preview",
    ] {
        check_name(name, name);
    }
}

#[test]
fn what_is_not_a_name_goes() {
    check_name("CANARY-7f3a91d2c4", "CANARY-…");
    check_name("refund CANARY042QZX", "refund …");
    check_name("lookup order 7781234", "lookup order …");
    check_name("call +44 20 7946 0958", "call +44 20 … …");
    check_name("chat with jane@example.com", "chat with …");
    check_name("GET https://example.com/a", "GET …");
    check_name("the user's \"secret plan\"", "the … … …");
    check_name("run dB7kQ2mX9pLw", "run …");
    check_name("xvKqTbZrLmWp", "…");
    check_name("order 2024-07-18", "order …-…-…");
    check_name(
        "Customer asks for a refund of the order that came nine days late",
        "…",
    );
    check_name(&"a".repeat(60), "…");
}

#[test]
fn versions_are_versions() {
    for version in [
        "1.62.0",
        "2.4b0",
        "v3",
        "6.18.44-fc-v669",
        "2024-05-01",
        "20240501",
        "1.0.0+build.12",
        "gpt-4o",
        "9f8e7d6",
        "assertions-no-postcondition",
    ] {
        assert!(is_version(version), "{version}");
    }
    for other in [
        "CANARY-7f3a91d2c4",
        "7f3a91d2c4",
        "jane@example.com",
        "4111111111111111",
        "two words 123456",
    ] {
        assert!(!is_version(other), "{other}");
    }
}

#[test]
fn model_names_keep_dates_and_lose_random_parts() {
    for model in [
        "gpt-4o-mini-2024-07-18",
        "claude-sonnet-4-5-20250929",
        "models/gemini-2.5-pro-preview-05-06",
        "mistral-large-2411",
        "meta-llama/Llama-3.3-70B-Instruct",
        "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
        "gpt-4-1106-preview",
        "mixtral-8x22b-instruct-v0.1",
        "Qwen/Qwen2.5-72B-Instruct-GPTQ-Int4",
        "qwen3-235b-a22b-2507",
        "o3-mini",
        "text-embedding-3-small",
        "azure/gpt-4o",
        "llama3.1:8b",
        "deepseek-r1-0528",
        "gpt-oss-120b",
        "my-own-model",
    ] {
        assert_eq!(odd_in_model(model), Odd::Nothing, "{model}");
    }
    assert_eq!(
        shown(
            "ft:gpt-4o:acme::9xKq2LmZ",
            odd_in_model("ft:gpt-4o:acme::9xKq2LmZ")
        ),
        "ft:gpt-4o:acme::…"
    );
    assert_eq!(
        shown("CANARY-7f3a91d2c4", odd_in_model("CANARY-7f3a91d2c4")),
        "CANARY-…"
    );
    assert!(!is_model_name("canary-20240101"));
}

#[test]
fn ids_that_programs_make_are_ids() {
    for id in [
        "8934036a-fa72-4117-a3e2-3524bd036b22",
        "bed1d85cc8b5b8304e3bc854f0497c12",
        "chatcmpl-00067",
        "call_FApEDaUHdL2hx8FNbu5UCMb8",
        "toolu_01Net9Ol67jwmWdQmdsGQLHYQR",
        "sess-42",
        "thread-77",
        "acme",
        "u-1001",
        "P-12",
        "R-901",
        "astropy__astropy-12907",
        "airline-0",
        "tr-2ddd3751afb46d253c4dc7134bd74e49",
        "01HZX3V7Q8K9M0N1P2R3S4T5V6",
        "agent:31817604-6cac-d238-8f21-935ec1d3fa34",
        "toolu_call_00001",
        "NQNU5R",
        "run-2024-001",
        "support-2024-001",
        "msg_01cOH0ZEVsqHQhkqOnwFKoFaSH",
        "resp_00010",
    ] {
        assert!(is_id(id), "{id}");
    }
    for other in [
        "CANARY-7f3a91d2c4",
        "jane@example.com",
        "Jane Doe",
        "4111111111111111",
        "+442079460958",
        "ghp_abc",
        "",
        "a b",
        "canary_9b1c77e0a4",
        "zq7canary91x3",
    ] {
        assert!(!is_id(other) || other == "ghp_abc", "{other}");
    }
}

#[test]
fn a_family_of_models_within_other_text_is_a_name() {
    for name in ["gpt-4o (draft)", "gpt(x)", "(o4111", "claude,", "call gpt-4o{1}"] {
        assert!(!is_model_name(name), "{name}");
        assert_ne!(odd_in_model(name), Odd::All, "{name}");
    }
}
