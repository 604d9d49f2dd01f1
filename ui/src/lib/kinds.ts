/** Kinds of spans: their letters (those of `everyframe show`) and the colour each is drawn in. */

export const KINDS = [
  "agent",
  "model",
  "tool",
  "retrieval",
  "embedding",
  "reranker",
  "policy",
  "approval",
  "handoff",
  "state",
  "evaluator",
  "memory",
  "chain",
  "mcp",
  "other",
] as const;

export type Kind = (typeof KINDS)[number];
/** The six colours kinds share; the letter tells those of one colour apart. */
export type Tint = "agent" | "model" | "tool" | "retrieval" | "policy" | "human";

type Look = { readonly letter: string; readonly tint: Tint };

const LOOKS: Record<Kind, Look> = {
  agent: { letter: "A", tint: "agent" },
  model: { letter: "M", tint: "model" },
  tool: { letter: "T", tint: "tool" },
  retrieval: { letter: "R", tint: "retrieval" },
  embedding: { letter: "E", tint: "retrieval" },
  reranker: { letter: "K", tint: "retrieval" },
  policy: { letter: "P", tint: "policy" },
  approval: { letter: "V", tint: "human" },
  handoff: { letter: "H", tint: "agent" },
  state: { letter: "S", tint: "agent" },
  evaluator: { letter: "U", tint: "policy" },
  memory: { letter: "Y", tint: "retrieval" },
  chain: { letter: "C", tint: "agent" },
  mcp: { letter: "I", tint: "tool" },
  other: { letter: "O", tint: "agent" },
};

export function isKind(word: string): word is Kind {
  return Object.hasOwn(LOOKS, word);
}

/** How a kind is drawn; a word this page does not know is drawn as `other`. */
export function lookOf(word: string): Look {
  return isKind(word) ? LOOKS[word] : LOOKS.other;
}
