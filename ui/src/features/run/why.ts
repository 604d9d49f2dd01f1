/** The nine rows of why, as far as the run and the selected span alone say them. */
import type { Run, Span } from "@/api/client";
import { dollars, duration } from "@/lib/format";
import { outcomeLook } from "@/lib/outcomes";
import { fact } from "@/lib/runFacts";
import { NO_ROW, type SpanIndex } from "@/lib/spans";

export type RowState = "recorded" | "withheld" | "not_recorded" | "not_needed";

export type WhyRow = {
  readonly row: string;
  readonly state: RowState;
  readonly value: string | null;
  readonly texts: readonly string[];
  /** Row of the span it comes from. */
  readonly source: number;
  readonly hint: string | null;
};

export const WHY_TITLES: Readonly<Record<string, string>> = {
  goal: "Goal",
  selected_context: "Context",
  decision: "Decision",
  tool_call: "Tool call",
  guardrail: "Guardrail",
  approval: "Approval",
  cost: "Cost",
  latency: "Latency",
  stop_reason: "Stop reason",
};

type Nearby = { readonly root: Span | undefined; readonly decider: Span | undefined; readonly context: Span | undefined };

/** The last row of one of these kinds at or before a row. */
export function lastOf(index: SpanIndex, kinds: readonly string[], row: number): number {
  for (let at = row; at >= 0; at--) if (kinds.includes(index.kind(at))) return at;
  return NO_ROW;
}

export function whyRows(run: Run, index: SpanIndex, row: number, near: Nearby): readonly WhyRow[] {
  return [
    goal(near.root),
    context(index, row, near.context),
    decision(index, row, near.decider),
    fromColumn(index, row, "tool_call", ["tool"], "tool_name", "gen_ai.tool.name"),
    fromColumn(index, row, "guardrail", ["policy"], "policy_verdict", "everyframe.policy.verdict"),
    fromColumn(index, row, "approval", ["approval"], "approval_decision", "everyframe.approval.decision"),
    cost(run, index, row),
    latency(run, index, row),
    stop(run, index, row),
  ];
}

function bodyRow(name: string, span: Span | undefined, roles: readonly string[], source: number, hint: string): WhyRow {
  const bodies = (span?.content ?? []).filter((body) => roles.includes(body.role));
  const texts = bodies.flatMap((body) => (body.text === null ? [] : [body.text]));
  if (texts.length > 0) return { row: name, state: "recorded", value: null, texts, source, hint: null };
  const state: RowState = bodies.length > 0 ? "withheld" : "not_recorded";
  return { row: name, state, value: null, texts: [], source, hint: state === "withheld" ? null : hint };
}

function goal(root: Span | undefined): WhyRow {
  return bodyRow("goal", root, ["goal"], 0, "Send `everyframe.run.goal` on the run's root span.");
}

function context(index: SpanIndex, row: number, span: Span | undefined): WhyRow {
  const at = lastOf(index, ["retrieval", "memory"], row);
  if (at === NO_ROW || span === undefined) {
    return gap("selected_context", "Send a span for each retrieval, with `everyframe.evidence.document_ids`.");
  }
  const list = (name: string) => {
    const value = Object.hasOwn(span.facts, name) ? span.facts[name] : undefined;
    return Array.isArray(value) ? value.map(String) : [];
  };
  const versions = list("document_versions");
  const documents = list("document_ids").map((id, place) => [id, versions[place]].filter(Boolean).join(" v"));
  return {
    row: "selected_context",
    state: "recorded",
    value: documents.length > 0 ? documents.join(", ") : index.name(at),
    texts: [],
    source: at,
    hint: null,
  };
}

function decision(index: SpanIndex, row: number, span: Span | undefined): WhyRow {
  const at = lastOf(index, ["model", "agent"], row);
  const said = bodyRow("decision", span, ["decision_summary"], at, "Send `everyframe.decision.summary`.");
  if (said.state !== "not_recorded" || span === undefined) return said;
  const called = Object.hasOwn(span.facts, "called_tool_names") ? span.facts["called_tool_names"] : undefined;
  if (!Array.isArray(called) || called.length === 0) return said;
  return { ...said, state: "recorded", value: `called ${called.join(", ")}`, hint: null };
}

function fromColumn(
  index: SpanIndex,
  row: number,
  name: string,
  kinds: readonly string[],
  field: string,
  attribute: string,
): WhyRow {
  const at = lastOf(index, kinds, row);
  if (at === NO_ROW) return { ...gap(name, `Send a span of this kind, with \`${attribute}\`.`), state: "not_needed" };
  const parts = [index.text(field, at), index.status(at) === "error" ? (index.text("error_class", at) ?? "failed") : null];
  const value = parts.filter((part) => part !== null).join(" · ");
  return { row: name, state: "recorded", value: value === "" ? index.name(at) : value, texts: [], source: at, hint: null };
}

function cost(run: Run, index: SpanIndex, row: number): WhyRow {
  const own = index.number("cost", row);
  const parts = [own === null ? null : `${dollars(own)} here`, run.cost === null ? null : `${dollars(run.cost)} in all`];
  const known = parts.filter((part) => part !== null);
  if (known.length === 0) return gap("cost", "Send token counts and a model whose price is known.");
  const open = run.calls_without_cost > 0 ? `, ${run.calls_without_cost} calls not known` : "";
  return { row: "cost", state: "recorded", value: known.join(", ") + open, texts: [], source: row, hint: null };
}

function latency(run: Run, index: SpanIndex, row: number): WhyRow {
  const own = duration((index.duration[row] ?? NaN) / 1000);
  return {
    row: "latency",
    state: "recorded",
    value: `${own} here, ${duration(run.duration_millis)} in all`,
    texts: [],
    source: row,
    hint: null,
  };
}

function stop(run: Run, index: SpanIndex, row: number): WhyRow {
  const stated = fact(run, "stop_reason");
  const failed = index.isError[row] === 1 ? `this span: ${index.text("error_class", row) ?? "error"}; ` : "";
  const outcome = outcomeLook(run.outcome.value).label;
  if (stated === null) return { ...gap("stop_reason", "Send `everyframe.run.stop_reason`."), value: `${failed}run: ${outcome}` };
  return {
    row: "stop_reason",
    state: "recorded",
    value: `${failed}run: ${outcome}, ${stated.replaceAll("_", " ")}`,
    texts: [],
    source: 0,
    hint: null,
  };
}

function gap(row: string, hint: string): WhyRow {
  return { row, state: "not_recorded", value: null, texts: [], source: NO_ROW, hint };
}
