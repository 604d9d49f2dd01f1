/** What a run says of itself, as texts: for columns, facets and completion. */

export type FactsOf = { readonly facts: Readonly<Record<string, unknown>> };

/** A fact of a run as text, or null where it is not known. */
export function fact(run: FactsOf, name: string): string | null {
  const value = Object.hasOwn(run.facts, name) ? run.facts[name] : undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.join(", ");
  return null;
}
