/** Which bodies of a span stand under which tab, and in which order. */
import type { Body } from "@/api/client";

const OUTPUT = new Set([
  "output_message",
  "result",
  "output",
  "document",
  "decision_summary",
  "decision_alternatives",
  "reason",
  "explanation",
  "error_message",
  "stack_trace",
]);

export type Bodies = { readonly input: Body[]; readonly output: Body[]; readonly state: Body[] };

/** The bodies by tab, in the order the sender gave them. Errors come first among outputs. */
export function byTab(bodies: readonly Body[]): Bodies {
  const found: Bodies = { input: [], output: [], state: [] };
  for (const body of bodies) {
    if (body.role === "state_delta") found.state.push(body);
    else if (OUTPUT.has(body.role)) found.output.push(body);
    else found.input.push(body);
  }
  const rank = (body: Body) => ({ error_message: 0, decision_summary: 1 })[body.role] ?? 2;
  found.output.sort((one, other) => rank(one) - rank(other));
  return found;
}
