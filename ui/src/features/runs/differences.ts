/** Which values set some runs apart from others, by counts alone. It names no cause. */
import type { RunSummary } from "@/api/client";
import { seenValues } from "./values";

export type Difference = {
  readonly field: string;
  readonly value: string;
  readonly within: number;
  readonly outside: number;
};

const FIELDS = [
  "outcome",
  "stop_reason",
  "error",
  "signal",
  "agent",
  "agent_version",
  "model",
  "tool",
  "prompt_version",
  "workflow_version",
  "instructions_hash",
  "tenant",
  "task",
  "task_type",
  "environment",
  "service",
];

/** Values by how much more often the chosen runs have them: the difference of shares, largest first. */
export function differences(chosen: readonly RunSummary[], rest: readonly RunSummary[]): Difference[] {
  if (chosen.length === 0 || rest.length === 0) return [];
  const weight = (entry: Difference) => entry.within / chosen.length - entry.outside / rest.length;
  return FIELDS.flatMap((field) => {
    const outside = new Map(seenValues(rest, field).map((seen) => [seen.value, seen.count]));
    return seenValues(chosen, field)
      .filter((seen) => seen.count > 0)
      .map((seen) => ({ field, value: seen.value, within: seen.count, outside: outside.get(seen.value) ?? 0 }));
  })
    .filter((entry) => entry.within > 1 && weight(entry) > 0.2)
    .sort((one, other) => weight(other) - weight(one));
}
