/** How to send a first run, for those whose server is still empty. Each works as it stands, with this server. */

export type Snippet = { readonly id: string; readonly title: string; readonly note: string; readonly code: string };

export function snippets(server: string): readonly Snippet[] {
  const now = "$(date +%s)";
  return [
    {
      id: "variables",
      title: "Any OpenTelemetry SDK",
      note: "Set these for the agent's process. Nothing else changes.",
      code: `export OTEL_EXPORTER_OTLP_ENDPOINT=${server}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_SERVICE_NAME=my-agent`,
    },
    {
      id: "python",
      title: "Python",
      note: "pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http",
      code: `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(
    BatchSpanProcessor(OTLPSpanExporter(endpoint="${server}/v1/traces"))
)
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("first-run")

with tracer.start_as_current_span("invoke_agent hello") as agent:
    agent.set_attribute("gen_ai.operation.name", "invoke_agent")
    agent.set_attribute("gen_ai.agent.name", "hello")
    with tracer.start_as_current_span("execute_tool greet") as tool:
        tool.set_attribute("gen_ai.operation.name", "execute_tool")
        tool.set_attribute("gen_ai.tool.name", "greet")

provider.shutdown()`,
    },
    {
      id: "typescript",
      title: "TypeScript",
      note: "npm install @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-proto",
      code: `import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const exporter = new OTLPTraceExporter({ url: "${server}/v1/traces" });
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
const tracer = provider.getTracer("first-run");

tracer.startActiveSpan("invoke_agent hello", (agent) => {
  agent.setAttributes({ "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "hello" });
  agent.end();
});
await provider.shutdown();`,
    },
    {
      id: "rust",
      title: "Rust",
      note: "cargo add opentelemetry opentelemetry_sdk; cargo add opentelemetry-otlp --features http-proto,reqwest-blocking-client",
      code: `use opentelemetry::{KeyValue, global, trace::{Span, Tracer}};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::trace::SdkTracerProvider;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint("${server}/v1/traces")
        .build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    global::set_tracer_provider(provider.clone());
    let mut agent = global::tracer("first-run").start("invoke_agent hello");
    agent.set_attribute(KeyValue::new("gen_ai.operation.name", "invoke_agent"));
    agent.set_attribute(KeyValue::new("gen_ai.agent.name", "hello"));
    agent.end();
    provider.shutdown()?;
    Ok(())
}`,
    },
    {
      id: "curl",
      title: "curl",
      note: "One span, by hand: a way to see that the server takes it.",
      code: `curl -sS ${server}/v1/traces -H 'content-type: application/json' -d @- <<EOF
{"resourceSpans": [{"resource": {"attributes": [
  {"key": "service.name", "value": {"stringValue": "my-agent"}}]},
  "scopeSpans": [{"spans": [{
    "traceId": "$(openssl rand -hex 16)", "spanId": "$(openssl rand -hex 8)",
    "name": "invoke_agent hello", "kind": 1,
    "startTimeUnixNano": "${now}000000000", "endTimeUnixNano": "${now}500000000",
    "attributes": [
      {"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}},
      {"key": "gen_ai.agent.name", "value": {"stringValue": "hello"}}]}]}]}]}
EOF`,
    },
  ];
}
