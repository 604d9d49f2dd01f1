/** What two texts have in common and what not, word by word. */

export type DiffPart = { readonly what: "same" | "gone" | "new"; readonly text: string };

/** Cells of the table of common words; beyond it whole lines are compared, and beyond that nothing. */
const CELLS_MAX = 4_000_000;

const WORDS = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const LINES = /[^\n]*\n|[^\n]+$/g;

/** The parts of both texts in order: what only the first has is gone, what only the second has is new. */
export function diff(one: string, other: string): readonly DiffPart[] {
  if (one === other) return one === "" ? [] : [{ what: "same", text: one }];
  return byTokens(one, other, WORDS) ?? byTokens(one, other, LINES) ?? joined([["gone", one], ["new", other]]);
}

function byTokens(one: string, other: string, pattern: RegExp): readonly DiffPart[] | null {
  const [before, after] = [one.match(pattern) ?? [], other.match(pattern) ?? []];
  let [head, tail] = [0, 0];
  const least = Math.min(before.length, after.length);
  while (head < least && before[head] === after[head]) head++;
  while (tail < least - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const middle = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)] as const;
  if (middle[0].length * middle[1].length > CELLS_MAX) return null;
  return joined([
    ["same", before.slice(0, head).join("")],
    ...between(...middle),
    ["same", before.slice(before.length - tail).join("")],
  ]);
}

type Piece = readonly [DiffPart["what"], string];

/** The longest common subsequence, read back from its table of lengths. */
function between(before: readonly string[], after: readonly string[]): Piece[] {
  const wide = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * wide);
  const at = (row: number, column: number) => lengths[row * wide + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * wide + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const found: Piece[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [was, is] = [before[row], after[column]];
    if (was !== undefined && was === is) {
      found.push(["same", was]);
      row++;
      column++;
    } else if (was !== undefined && (is === undefined || at(row + 1, column) >= at(row, column + 1))) {
      found.push(["gone", was]);
      row++;
    } else if (is !== undefined) {
      found.push(["new", is]);
      column++;
    }
  }
  return found;
}

/** Characters between two changes that are too few to read as a text that stayed. */
const ISLAND_MAX = 4;

/**
 * Neighbours of one sort become one part, and within a change what is gone comes before what is new. A word or two
 * that two changes have in common by chance joins them: it would be read as noise.
 */
function joined(pieces: readonly Piece[]): readonly DiffPart[] {
  const found: DiffPart[] = [];
  let [gone, added, same] = ["", "", ""];
  const close = () => {
    if (gone !== "") found.push({ what: "gone", text: gone });
    if (added !== "") found.push({ what: "new", text: added });
    if (same !== "") found.push({ what: "same", text: same });
    [gone, added, same] = ["", "", ""];
  };
  for (const [what, text] of pieces) {
    if (what === "same") {
      same += text;
      continue;
    }
    if (same !== "") {
      const isIsland = gone + added !== "" && same.trim().length <= ISLAND_MAX && !same.includes("\n");
      if (isIsland) [gone, added, same] = [gone + same, added + same, ""];
      else close();
    }
    if (what === "gone") gone += text;
    else added += text;
  }
  close();
  return found;
}
