//! The sender's own attributes that are kept by default: documented keys of public conventions whose values are
//! numbers, words, versions or ids. Every other key is dropped and never named.

/// The form a value must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A number or a flag, as such or written as text.
    Number,
    /// A word of a closed vocabulary, or several.
    Word,
    /// A name that a developer chose.
    Name,
    /// A version.
    Version,
    /// A model's name.
    Model,
    /// An id that a program made.
    Id,
}

use Form::{Id, Model, Name, Number, Version, Word};

/// The keys, sorted, with the form of their values. Source: OpenTelemetry semantic conventions 1.37 and the
/// generative AI ones, OpenInference, OpenLLMetry, Vercel AI SDK.
pub(crate) static ALLOWED: &[(&str, Form)] = &[
    ("ai.model.id", Model),
    ("ai.model.provider", Name),
    ("ai.operationId", Name),
    ("ai.response.avgOutputTokensPerSecond", Number),
    ("ai.response.msToFinish", Number),
    ("ai.response.msToFirstChunk", Number),
    ("ai.settings.maxRetries", Number),
    ("ai.telemetry.functionId", Name),
    ("ai.usage.tokens", Number),
    ("cloud.platform", Word),
    ("cloud.provider", Word),
    ("cloud.region", Word),
    ("code.function.name", Name),
    ("container.runtime", Word),
    ("deployment.environment", Name),
    ("event_loop.cycle_id", Id),
    ("event_loop.parent_cycle_id", Id),
    ("faas.coldstart", Number),
    ("gen_ai.embeddings.dimension.count", Number),
    ("gen_ai.memory.record.count", Number),
    ("gen_ai.output.type", Word),
    ("gen_ai.request.choice.count", Number),
    ("gen_ai.request.frequency_penalty", Number),
    ("gen_ai.request.presence_penalty", Number),
    ("gen_ai.request.seed", Number),
    ("gen_ai.request.top_k", Number),
    ("gen_ai.request.top_p", Number),
    ("gen_ai.response.status", Word),
    ("gen_ai.token.type", Word),
    ("gen_ai.usage.audio.input_tokens", Number),
    ("gen_ai.usage.audio.output_tokens", Number),
    ("gen_ai.usage.image.input_tokens", Number),
    ("gen_ai.usage.image.output_tokens", Number),
    ("gen_ai.usage.text.input_tokens", Number),
    ("gen_ai.usage.text.output_tokens", Number),
    ("gen_ai.usage.total_tokens", Number),
    ("graph.node.id", Name),
    ("graph.node.name", Name),
    ("graph.node.parent_id", Name),
    ("host.arch", Word),
    ("http.request.method", Word),
    ("http.response.status_code", Number),
    ("interaction.sequence", Number),
    ("k8s.cluster.name", Name),
    ("k8s.deployment.name", Name),
    ("k8s.namespace.name", Name),
    ("langgraph_node", Name),
    ("langgraph_step", Number),
    ("llm.token_count.total", Number),
    ("mcp.protocol.version", Version),
    ("network.protocol.name", Word),
    ("network.protocol.version", Version),
    ("network.transport", Word),
    ("openai.request.service_tier", Word),
    ("openai.response.service_tier", Word),
    ("openinference.span.kind", Word),
    ("os.type", Word),
    ("otel.status_code", Word),
    ("process.runtime.name", Word),
    ("process.runtime.version", Version),
    ("rpc.method", Name),
    ("rpc.response.status_code", Word),
    ("rpc.service", Name),
    ("rpc.system", Word),
    ("server.port", Number),
    ("service.namespace", Name),
    ("session.previous_id", Id),
    ("smolagents.max_steps", Number),
    ("telemetry.auto.version", Version),
    ("telemetry.distro.name", Name),
    ("telemetry.distro.version", Version),
    ("telemetry.sdk.language", Word),
    ("telemetry.sdk.name", Name),
    ("telemetry.sdk.version", Version),
    ("terminal.type", Word),
    ("thread.id", Number),
    ("url.scheme", Word),
];

/// The form of this word, as a policy has it.
pub(crate) fn parse_form(word: &str) -> Option<Form> {
    match word {
        "number" => Some(Number),
        "word" => Some(Word),
        "name" => Some(Name),
        "version" => Some(Version),
        "model" => Some(Model),
        "id" => Some(Id),
        _ => None,
    }
}

/// The form of a key's value, if the key is kept at all.
pub(crate) fn form(key: &str) -> Option<(&'static str, Form)> {
    let index = ALLOWED.binary_search_by_key(&key, |(known, _)| known).ok()?;
    ALLOWED.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_found() {
        assert!(ALLOWED.is_sorted_by_key(|(key, _)| *key));
        assert_eq!(form("server.port"), Some(("server.port", Number)));
        assert_eq!(form("server.address"), None);
    }
}
