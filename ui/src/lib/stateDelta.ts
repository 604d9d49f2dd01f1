/** What a step changed of the state, key by key, and what stood there before. */
import { entriesOf, rootOf, stringOf } from "./lazyJson";

/** A key of the state with a value as it was written; a text without its quotes. */
export type StateValue = { readonly text: string };

export type StateChange = {
  readonly key: string;
  /** What an earlier step of the run put there; none where no earlier step told. */
  readonly before: StateValue | null;
  readonly after: StateValue;
};

/** A delta as its keys and values, or null where it has no such form. */
export function valuesOf(delta: string): ReadonlyMap<string, StateValue> | null {
  const root = rootOf(delta);
  if (root?.kind !== "object") return null;
  const entries = entriesOf(delta, root);
  if (entries === null) return null;
  return new Map(
    entries.map(({ key, value }) => [
      key ?? "",
      { text: value.kind === "string" ? stringOf(delta, value) : delta.slice(value.from, value.to) },
    ]),
  );
}

/** The changes of a delta, given the earlier deltas of the run in the order of time. */
export function changesOf(delta: string, earlier: readonly string[]): readonly StateChange[] | null {
  const values = valuesOf(delta);
  if (values === null) return null;
  const known = new Map<string, StateValue>();
  for (const one of earlier) valuesOf(one)?.forEach((value, key) => known.set(key, value));
  return [...values].map(([key, after]) => ({ key, before: known.get(key) ?? null, after }));
}
