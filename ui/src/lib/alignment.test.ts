import { expect, test } from "vitest";
import { foldSame, nextDifference, standing, type AlignedRow } from "./alignment";

/** One letter a row: `=` alike, `!` with differences, `-` on the first side only, `+` on the second only. */
const rowsOf = (text: string): AlignedRow[] =>
  text.split("").map((sign) => ({
    a: sign === "+" ? null : {},
    b: sign === "-" ? null : {},
    differs: sign === "=" ? [] : ["decision"],
  }));

const folded = (text: string, isOpen = false) =>
  foldSame(rowsOf(text), isOpen).map((entry) => (entry.what === "row" ? entry.row : `${entry.from}×${entry.rows}`));

test("a row says on which sides it is", () => {
  expect(rowsOf("=!-+").map(standing)).toEqual(["same", "differs", "only-a", "only-b"]);
});

test("same rows fold, but for those beside a difference", () => {
  expect(folded("=====!==")).toEqual(["0×4", 4, 5, 6, 7]);
  expect(folded("==!==+======")).toEqual([0, 1, 2, 3, 4, 5, 6, "7×5"]);
  expect(folded("======")).toEqual(["0×6"]);
  expect(folded("=====!==", true)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(folded("")).toEqual([]);
});

test("the next difference goes round", () => {
  const rows = rowsOf("==!=+=");
  expect(nextDifference(rows, undefined, 1)).toBe(2);
  expect(nextDifference(rows, 2, 1)).toBe(4);
  expect(nextDifference(rows, 4, 1)).toBe(2);
  expect(nextDifference(rows, 2, -1)).toBe(4);
  expect(nextDifference(rowsOf("=="), 0, 1)).toBeUndefined();
});
