/** Answers of the API for a run of any size, made here: what is measured is the page, not how fast a server loads. */
import type { BrowserContext } from "playwright-core";
import { generatedRun, spanId, traceId } from "./server";

/** A run of so many spans, column by column, as the server sends it. */
export function columnsOf(size: number): string {
  const spans = generatedRun(size);
  const texts: string[] = [];
  const places = new Map<string, number>();
  const place = (text: string) => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const kindOf = (operation: unknown) =>
    ({ invoke_agent: "agent", chat: "model", execute_tool: "tool" })[String(operation)] ?? "chain";
  const text = { rows: [] as number[], values: [] as number[] };
  const rows = spans.map((span, row) => {
    const tool = span.attributes?.["gen_ai.tool.name"];
    if (typeof tool === "string") {
      text.rows.push(row);
      text.values.push(place(tool));
    }
    return {
      name: place(span.name),
      kind: place(kindOf(span.attributes?.["gen_ai.operation.name"])),
      status: place(span.isError === true ? "error" : "ok"),
    };
  });
  return JSON.stringify({
    run_id: traceId(size),
    start: "2026-01-05T09:00:00Z",
    start_unix_nanos: "1767603600000000000",
    total: size,
    shown: size,
    trace_ids: [traceId(size)],
    texts,
    columns: {
      trace: rows.map(() => 0),
      span_id: spans.map((span) => spanId(span.id)),
      parent: spans.map((span) => (span.parent === null ? null : span.parent - 1)),
      name: rows.map((row) => row.name),
      kind: rows.map((row) => row.kind),
      status: rows.map((row) => row.status),
      start_micros: spans.map((span) => span.startMillis * 1000),
      duration_micros: spans.map((span) => (span.endMillis - span.startMillis) * 1000),
    },
    text_columns: { tool_name: text },
    number_columns: {},
    marks: {},
  });
}

/** Answers for the run of this size in place of the server's, whose own run lends everything but its spans. */
export async function answerFor(context: BrowserContext, size: number, lentFrom: string): Promise<string> {
  const body = columnsOf(size);
  const lent: unknown = await (await fetch(lentFrom)).json();
  const run = JSON.stringify({ ...(lent as object), run_id: traceId(size), spans: size, settled: true });
  const json = (text: string) => ({ status: 200, contentType: "application/json", body: text });
  await context.route(/\/api\/v1\/runs\/[^/]+$/, (route) => route.fulfill(json(run)));
  await context.route(/\/api\/v1\/runs\/[^/]+\/spans$/, (route) => route.fulfill(json(body)));
  await context.route(/\/api\/v1\/runs\/[^/]+\/(why|explanation)/, (route) => route.fulfill({ status: 404 }));
  await context.route(/\/api\/v1\/spans\//, (route) => route.fulfill({ status: 404 }));
  return `/-/runs/${traceId(size)}?span=${spanId(1)}`;
}
