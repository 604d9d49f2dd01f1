/**
 * JSON read only as deep as it is looked at. A container is scanned for where its entries begin and end; what lies
 * inside them is not parsed until it is opened. Keys stay texts and numbers stay as written, so no key becomes a
 * property and no large integer loses digits.
 */

export type JsonKind = "object" | "array" | "string" | "number" | "literal";

/** A value as a stretch of the text. */
export type JsonValue = { readonly kind: JsonKind; readonly from: number; readonly to: number };

export type JsonEntry = { readonly key: string | null; readonly value: JsonValue };

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The place after a text that begins at a quote, or -1. */
function endOfString(text: string, at: number): number {
  for (let place = text.indexOf('"', at + 1); place !== -1; place = text.indexOf('"', place + 1)) {
    let slashes = 0;
    while (text.charCodeAt(place - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return place + 1;
  }
  return -1;
}

/** The place after a value, or -1 where it does not end. */
function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return endOfString(text, at);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    const match = /[\s,\]}]|$/g;
    match.lastIndex = at;
    return match.exec(text)?.index ?? -1;
  }
  let depth = 0;
  for (let place = at; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === QUOTE) {
      place = endOfString(text, place) - 1;
      if (place < 0) return -1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) return place + 1;
    }
  }
  return -1;
}

function kindAt(text: string, from: number, to: number): JsonKind | null {
  const code = text.charCodeAt(from);
  if (code === OPEN_BRACE) return "object";
  if (code === OPEN_BRACKET) return "array";
  if (code === QUOTE) return "string";
  const word = text.slice(from, Math.min(to, from + 64));
  if (/^(?:true|false|null)$/.test(word)) return "literal";
  return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word) ? "number" : null;
}

/** Above this a container is taken to end where its text does; whether it is well formed shows as it is read. */
const LARGE = 1_000_000;

/** The whole text as one value, or null where it is none. */
export function rootOf(text: string): JsonValue | null {
  const from = skipSpace(text, 0);
  if (text.length > LARGE) {
    const to = text.trimEnd().length;
    const [first, last] = [text.charCodeAt(from), text.charCodeAt(to - 1)];
    if (first === OPEN_BRACE && last === CLOSE_BRACE) return { kind: "object", from, to };
    if (first === OPEN_BRACKET && last === CLOSE_BRACKET) return { kind: "array", from, to };
  }
  const to = endOfValue(text, from);
  if (to === -1 || skipSpace(text, to) !== text.length) return null;
  const kind = kindAt(text, from, to);
  return kind === null ? null : { kind, from, to };
}

/** The entries of an object or array, or null where it is not well formed. */
export function entriesOf(text: string, value: JsonValue): readonly JsonEntry[] | null {
  return firstEntries(text, value, Infinity)?.entries ?? null;
}

export type FirstEntries = { readonly entries: readonly JsonEntry[]; readonly isWhole: boolean };

/** The first entries of an object or array, and whether those are all; null where they are not well formed. */
export function firstEntries(text: string, value: JsonValue, most: number): FirstEntries | null {
  const isObject = value.kind === "object";
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  const found: JsonEntry[] = [];
  let at = skipSpace(text, value.from + 1);
  if (text.charCodeAt(at) === close) return { entries: found, isWhole: true };
  for (;;) {
    if (found.length >= most) return { entries: found, isWhole: false };
    let key: string | null = null;
    if (isObject) {
      const end = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : -1;
      if (end === -1) return null;
      key = unquoted(text.slice(at, end));
      at = skipSpace(text, end);
      if (key === null || text.charCodeAt(at) !== COLON) return null;
      at = skipSpace(text, at + 1);
    }
    const to = endOfValue(text, at);
    const kind = to === -1 ? null : kindAt(text, at, to);
    if (kind === null) return null;
    found.push({ key, value: { kind, from: at, to } });
    at = skipSpace(text, to);
    if (text.charCodeAt(at) === close) return { entries: found, isWhole: true };
    if (text.charCodeAt(at) !== COMMA) return null;
    at = skipSpace(text, at + 1);
  }
}

function unquoted(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

/** The characters of a text value; as written where it cannot be read. */
export function stringOf(text: string, value: JsonValue): string {
  const raw = text.slice(value.from, value.to);
  return unquoted(raw) ?? raw;
}

/** Entries that are read to tell whether a text is JSON. */
const SAMPLE = 1_000;

/** A text that holds JSON itself: an object or an array. */
export function nestedJson(text: string): JsonValue | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const root = rootOf(text);
  return root === null || firstEntries(text, root, SAMPLE) === null ? null : root;
}
