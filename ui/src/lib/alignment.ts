/** Two runs side by side: rows that are the same fold, so that what differs is seen. */

export type AlignedRow = { readonly a: unknown; readonly b: unknown; readonly differs: readonly string[] };

/** A row by its place, or several rows in a row that are the same on both sides. */
export type AlignedEntry =
  | { readonly what: "row"; readonly row: number }
  | { readonly what: "same"; readonly from: number; readonly rows: number };

/** Fewest same rows that fold, besides those beside a difference. */
const FOLD_MIN = 3;

/** How a row stands: on both sides alike, on both with differences, or on one side only. */
export function standing(row: AlignedRow): "same" | "differs" | "only-a" | "only-b" {
  if (row.b === null) return "only-a";
  if (row.a === null) return "only-b";
  return row.differs.length > 0 ? "differs" : "same";
}

/** Entries in order. A same row stays where it stands beside a difference, so that a change has its surroundings. */
export function foldSame(rows: readonly AlignedRow[], isOpen: boolean): readonly AlignedEntry[] {
  const isSame = (row: number) => {
    const known = rows[row];
    return known === undefined || standing(known) === "same";
  };
  const found: AlignedEntry[] = [];
  let row = 0;
  while (row < rows.length) {
    let end = row;
    while (!isOpen && end < rows.length && isSame(end - 1) && isSame(end) && isSame(end + 1)) end++;
    if (end - row >= FOLD_MIN) {
      found.push({ what: "same", from: row, rows: end - row });
      row = end;
    } else {
      found.push({ what: "row", row });
      row++;
    }
  }
  return found;
}

/** The next row that differs, after the last the first one again; none where nothing does. */
export function nextDifference(rows: readonly AlignedRow[], from: number | undefined, step: 1 | -1): number | undefined {
  const places = rows.flatMap((row, place) => (standing(row) === "same" ? [] : [place]));
  if (from === undefined) return step === 1 ? places[0] : places.at(-1);
  return step === 1
    ? (places.find((place) => place > from) ?? places[0])
    : (places.findLast((place) => place < from) ?? places.at(-1));
}
