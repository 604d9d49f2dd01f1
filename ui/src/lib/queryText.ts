/**
 * The text of a filter, as the bar and the facets edit it. It is cut into terms only as far as editing needs; what a
 * filter means, and whether it is one, the server says.
 */

export type Term = { readonly text: string; readonly from: number; readonly to: number };

/** Terms outside parentheses, parted by spaces; a quoted text is one piece, an open quote goes to the end. */
export function terms(text: string): Term[] {
  const found: Term[] = [];
  let [from, depth, isQuoted] = [-1, 0, false];
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at];
    const isGap = letter === undefined || (!isQuoted && depth === 0 && /\s/.test(letter));
    if (isGap) {
      if (from !== -1) found.push({ text: text.slice(from, at), from, to: at });
      from = -1;
      continue;
    }
    if (from === -1) from = at;
    if (isQuoted && letter === "\\") at++;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && letter === "(") depth++;
    else if (!isQuoted && letter === ")") depth = Math.max(0, depth - 1);
  }
  return found;
}

/** Words of the language: a value that reads like one is quoted. */
const WORDS = new Set(["and", "or", "not", "after"]);

/** A value as it stands in a filter: bare where that is enough, quoted where not. */
export function quoted(value: string): string {
  if (/^[\p{L}\p{N}_./@+-]+$/u.test(value) && !value.startsWith("-") && !WORDS.has(value.toLowerCase())) return value;
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Values that a field is asked to have, by the terms of the text: `outcome:failure,denied` are two. */
export function chosenValues(text: string, field: string): ReadonlySet<string> {
  const chosen = new Set<string>();
  for (const term of terms(text)) {
    const value = valueOf(term.text, field);
    if (value !== null) splitValues(value).forEach((part) => chosen.add(part));
  }
  return chosen;
}

function valueOf(term: string, field: string): string | null {
  return term.startsWith(`${field}:`) ? term.slice(field.length + 1) : null;
}

function splitValues(value: string): string[] {
  const parts = value.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replace(/\\(.)/g, "$1") : part));
}

/** The text with a value of a field asked for, or no longer asked for. Values of one field are alternatives. */
export function toggled(text: string, field: string, value: string): string {
  const chosen = new Set(chosenValues(text, field));
  if (!chosen.delete(value)) chosen.add(value);
  const wanted = chosen.size === 0 ? "" : `${field}:${[...chosen].map(quoted).join(",")}`;
  const all = terms(text);
  const kept = all.filter((term) => valueOf(term.text, field) === null);
  const place = all.findIndex((term) => valueOf(term.text, field) !== null);
  const parts = kept.map((term) => term.text);
  if (wanted !== "") parts.splice(place === -1 ? parts.length : place, 0, wanted);
  return parts.join(" ");
}

/** What is being written at the cursor: a field's name, or a value of a field. */
export type Writing =
  | { readonly what: "field"; readonly begun: string; readonly from: number; readonly to: number }
  | {
      readonly what: "value";
      readonly field: string;
      readonly begun: string;
      readonly from: number;
      readonly to: number;
    };

export function writingAt(text: string, cursor: number): Writing {
  // Inside `has( … )` the term being written begins after the last space or bracket.
  const before = text.slice(0, cursor);
  const from = Math.max(before.search(/[^\s()]*$/), 0);
  const word = before.slice(from).replace(/^-/, "");
  const shift = before.slice(from).length - word.length;
  const rest = /^[^\s()]*/.exec(text.slice(cursor))?.[0].length ?? 0;
  const split = /^([a-z_]+)(:|>=|<=|!=|>|<)(.*)$/i.exec(word);
  if (split === null) return { what: "field", begun: word, from: from + shift, to: cursor + rest };
  const [, field = "", operator = "", all = ""] = split;
  const begun = all.slice(all.lastIndexOf(",") + 1).replace(/^"/, "");
  const start = from + shift + field.length + operator.length + all.lastIndexOf(",") + 1;
  return { what: "value", field, begun, from: start, to: cursor + rest };
}

/** Runs that meet both texts. */
export function both(text: string, other: string): string {
  if (text === "" || other === "") return text + other;
  return [text, other].map((part) => (/\bor\b/i.test(part) ? `(${part})` : part)).join(" ");
}

/** These runs and no others. */
export function ofRuns(ids: readonly string[]): string {
  return `run_id:${ids.map(quoted).join(",")}`;
}

/** Those that meet a text, without these. */
export function butRuns(text: string, ids: readonly string[]): string {
  return both(text, `-${ofRuns(ids)}`);
}
