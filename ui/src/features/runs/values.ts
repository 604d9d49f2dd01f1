/** Values seen in the runs that are loaded, by field: what facets list and completion offers. */
import type { RunSummary } from "@/api/client";
import { OUTCOMES } from "@/lib/outcomes";
import { fact } from "@/lib/runFacts";

export type Seen = { readonly value: string; readonly count: number };

const LISTS: Readonly<Record<string, (run: RunSummary) => readonly string[]>> = {
  outcome: (run) => [run.outcome.value],
  signal: (run) => run.signals,
  first_wrong: (run) => (run.first_wrong === null ? [] : [run.first_wrong.rule]),
  agent: (run) => run.agents,
  tool: (run) => run.tools,
  model: (run) => run.models.answered ?? [],
  models_requested: (run) => run.models.requested ?? [],
  error: (run) => run.error_classes,
  project: (run) => [run.project_id],
  name: (run) => [run.name],
  settled: (run) => [String(run.settled)],
  outcome_source: (run) => [run.outcome.source],
};

/** Other names of facts. */
const ALIASES: Readonly<Record<string, string>> = {
  task: "task_id",
  session: "session_id",
  conversation: "session_id",
  tenant: "tenant_id",
  user: "user_id",
  service: "service_name",
  workflow: "workflow_name",
  prompt: "prompt_name",
  agents: "agent",
  tools: "tool",
  models_answered: "model",
  error_classes: "error",
  signals: "signal",
  first_wrong_rule: "first_wrong",
  project_id: "project",
};

/** Values of a field, most frequent first. Closed lists are whole even where no run has a value. */
export function seenValues(runs: readonly RunSummary[], field: string): Seen[] {
  const name = Object.hasOwn(ALIASES, field) ? (ALIASES[field] ?? field) : field;
  const counts = new Map<string, number>();
  for (const run of runs) {
    const list = Object.hasOwn(LISTS, name) ? LISTS[name]?.(run) : undefined;
    const values = list ?? [fact(run, name)].filter((value) => value !== null);
    for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (name === "outcome") OUTCOMES.forEach((value) => counts.has(value) || counts.set(value, 0));
  return [...counts].map(([value, count]) => ({ value, count })).sort((one, other) => other.count - one.count);
}

/** The facets beside the list, in order; those without a value are left out. */
export const FACETS: readonly { readonly field: string; readonly title: string }[] = [
  { field: "outcome", title: "Outcome" },
  { field: "first_wrong", title: "First wrong decision" },
  { field: "signal", title: "Signal" },
  { field: "error", title: "Error" },
  { field: "agent", title: "Agent" },
  { field: "agent_version", title: "Agent version" },
  { field: "model", title: "Model" },
  { field: "tool", title: "Tool" },
  { field: "prompt_version", title: "Prompt version" },
  { field: "tenant", title: "Tenant" },
  { field: "task_type", title: "Task type" },
  { field: "environment", title: "Environment" },
];
