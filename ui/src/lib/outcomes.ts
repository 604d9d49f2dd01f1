/** Outcomes of runs: a shape and words for each, so that colour is never the only sign. */

export type Tone = "good" | "bad" | "warn" | "quiet" | "live";
export type OutcomeLook = { readonly sign: string; readonly label: string; readonly tone: Tone };

const LOOKS = new Map<string, OutcomeLook>([
  ["success", { sign: "✓", label: "success", tone: "good" }],
  ["partial", { sign: "◒", label: "partial", tone: "warn" }],
  ["failure", { sign: "✕", label: "failure", tone: "bad" }],
  ["escalated", { sign: "⚠", label: "escalated", tone: "warn" }],
  ["abandoned", { sign: "↩", label: "abandoned", tone: "warn" }],
  ["denied", { sign: "⊘", label: "denied", tone: "bad" }],
  ["budget_exhausted", { sign: "■", label: "budget exhausted", tone: "bad" }],
  ["timed_out", { sign: "⧗", label: "timed out", tone: "bad" }],
  ["cancelled", { sign: "⊖", label: "cancelled", tone: "quiet" }],
  ["waiting", { sign: "◐", label: "waiting", tone: "warn" }],
  ["running", { sign: "●", label: "running", tone: "live" }],
  ["unknown", { sign: "○", label: "unknown", tone: "quiet" }],
]);

export const OUTCOMES: readonly string[] = [...LOOKS.keys()];

export function outcomeLook(value: string): OutcomeLook {
  return LOOKS.get(value) ?? { sign: "○", label: value, tone: "quiet" };
}

/** Who says how a run ended, in words. */
export function outcomeSource(source: string): string {
  switch (source) {
    case "stated":
      return "stated by the sender";
    case "score":
      return "from a score";
    case "inferred":
      return "inferred from the spans";
    default:
      return source;
  }
}
