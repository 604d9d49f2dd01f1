/**
 * Text from outside, made honest: characters that hide, reorder or steer become marks that can be seen.
 * A browser runs none of it; this is so that what is read is what is there.
 */

/** A run of ordinary text, or a mark in place of one character. */
export type Piece = { readonly text: string; readonly hidden: string | null };

// Controls but tab and line breaks; soft hyphen, zero-width and bidirectional characters, tags, variation fillers.
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc]|[\u{e0000}-\u{e007f}]/gu;

const NAMES = new Map<number, string>([
  [0x1b, "ESC"],
  [0x00, "NUL"],
  [0x200b, "ZWSP"],
  [0x200c, "ZWNJ"],
  [0x200d, "ZWJ"],
  [0x200e, "LRM"],
  [0x200f, "RLM"],
  [0x202a, "LRE"],
  [0x202b, "RLE"],
  [0x202c, "PDF"],
  [0x202d, "LRO"],
  [0x202e, "RLO"],
  [0x2066, "LRI"],
  [0x2067, "RLI"],
  [0x2068, "FSI"],
  [0x2069, "PDI"],
  [0xad, "SHY"],
  [0xfeff, "BOM"],
]);

/** Whether anything in the text needs a mark. */
export function hasHidden(text: string): boolean {
  HIDDEN.lastIndex = 0;
  return HIDDEN.test(text);
}

/** The text in pieces, each hidden character one of its own with its name. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  // A search before may have left its place, from which the next one would begin.
  HIDDEN.lastIndex = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (isJoinedPicture(text, match.index, match[0])) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), hidden: null });
    found.push({ text: match[0], hidden: nameOf(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), hidden: null });
  return found;
}

/** A joiner between two pictures makes one picture of them: that is what it is for. */
function isJoinedPicture(text: string, index: number, character: string): boolean {
  if (character !== "\u200d") return false;
  return /\p{Extended_Pictographic}\ufe0f?$/u.test(text.slice(Math.max(0, index - 4), index))
    && /^\p{Extended_Pictographic}/u.test(text.slice(index + 1, index + 3));
}

function nameOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return NAMES.get(point) ?? `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The text with marks written out, for places that take plain text only, such as titles. */
export function visible(text: string): string {
  if (!hasHidden(text)) return text;
  return pieces(text)
    .map((piece) => (piece.hidden === null ? piece.text : `⟨${piece.hidden}⟩`))
    .join("");
}
