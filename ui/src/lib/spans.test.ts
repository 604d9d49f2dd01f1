import { describe, expect, test } from "vitest";
import { findGroups, placeOf, revealing, rowOfEntry, visibleEntries, type Folds } from "./folding";
import { findRows, SpanIndex, type Columns } from "./spans";
import { rowsOnScreen, ticks, wholeRun, zoomed } from "./timeScale";

type Row = readonly [parent: number | null, name: string, start: number, duration: number | null, status?: string];

function columns(rows: readonly Row[]): Columns {
  const texts = [...new Set(rows.flatMap(([, name, , , status]) => [name, status ?? "ok"])), "tool"];
  const place = (text: string) => texts.indexOf(text);
  return {
    total: rows.length,
    trace_ids: ["t"],
    texts,
    columns: {
      trace: rows.map(() => 0),
      span_id: rows.map((_, row) => `s${row}`),
      parent: rows.map(([parent]) => parent),
      name: rows.map(([, name]) => place(name)),
      kind: rows.map(() => place("tool")),
      status: rows.map(([, , , , status]) => place(status ?? "ok")),
      start_micros: rows.map(([, , start]) => start),
      duration_micros: rows.map(([, , , duration]) => duration),
    },
    text_columns: { tool_name: { rows: [1], values: [0] } },
    number_columns: {},
    marks: { orphan: [2] },
  };
}

const open: Folds = { closed: new Set(), isNoiseFolded: true, openGroups: new Set() };

const tree = new SpanIndex(
  columns([
    [null, "root", 0, 100],
    [0, "a", 0, 40],
    [1, "b", 5, 10],
    [0, "c", 50, 20, "error"],
    [null, "other", 200, null],
  ]),
);

describe("the index of spans", () => {
  test("knows what lies below a row by its end", () => {
    expect([...tree.end]).toEqual([4, 3, 3, 4, 5]);
    expect([...tree.depth]).toEqual([0, 1, 2, 1, 0]);
    expect(tree.hasChildren(1)).toBe(true);
    expect(tree.hasChildren(2)).toBe(false);
  });

  test("keeps what runs apart from what took no time", () => {
    expect(tree.duration[4]).toBeNaN();
    expect([tree.from, tree.to]).toEqual([0, 200]);
    expect([...tree.errors]).toEqual([3]);
  });

  test("gives sparse values only where there are some, whatever the field is called", () => {
    expect(tree.text("tool_name", 1)).toBe("root");
    expect(tree.text("tool_name", 2)).toBeNull();
    expect(tree.text("__proto__", 1)).toBeNull();
    expect(tree.isMarked("orphan", 2)).toBe(true);
    expect(tree.isMarked("constructor", 2)).toBe(false);
    expect(tree.rowOf("s3")).toBe(3);
    expect(tree.rowOf("nowhere")).toBe(-1);
  });

  test("finds rows by name, status and words, in any case", () => {
    expect(findRows(tree, " ERROR ")).toEqual([3]);
    expect(findRows(tree, "root")).toEqual([0, 1]);
    expect(findRows(tree, "")).toEqual([]);
    expect(findRows(tree, "__proto__")).toEqual([]);
  });

  test("of no spans at all is no error", () => {
    const empty = new SpanIndex(columns([]));
    expect(visibleEntries(empty, findGroups(empty), open)).toHaveLength(0);
    expect(wholeRun(empty).to).toBeGreaterThan(wholeRun(empty).from);
  });
});

describe("folding", () => {
  const repeated = new SpanIndex(
    columns([
      [null, "root", 0, 100],
      ...Array.from({ length: 6 }, (_, row): Row => [0, "poll", row * 10, 5 + row, row === 2 ? "error" : "ok"]),
      [0, "end", 90, 5],
    ]),
  );
  const groups = findGroups(repeated);

  test("a closed row hides what lies below it", () => {
    expect([...visibleEntries(tree, findGroups(tree), { ...open, closed: new Set([1]) })]).toEqual([0, 1, 3, 4]);
  });

  test("repeated siblings stand as one row that counts them and their errors", () => {
    expect(groups.groups).toHaveLength(1);
    expect(groups.groups[0]).toMatchObject({ errors: 1, shortest: 5, longest: 10 });
    expect([...visibleEntries(repeated, groups, open)]).toEqual([0, ~0, 7]);
    expect([...visibleEntries(repeated, groups, { ...open, isNoiseFolded: false })]).toHaveLength(8);
  });

  test("a row within a group is found at the group, and revealed by opening it", () => {
    const entries = visibleEntries(repeated, groups, open);
    expect(placeOf(entries, groups, 4)).toBe(1);
    expect(rowOfEntry(entries[1] ?? 0, groups)).toBe(1);
    const revealed = revealing(repeated, groups, open, 4);
    expect([...visibleEntries(repeated, groups, revealed)]).toContain(4);
    expect(revealing(repeated, groups, revealed, 4)).toBe(revealed);
  });

  test("takes 100,000 rows in one go", () => {
    const large = new SpanIndex(
      columns([[null, "root", 0, 1], ...Array.from({ length: 99_999 }, (_, row): Row => [0, row % 2 ? "a" : "b", row, 1])]),
    );
    const found = findGroups(large);
    expect(visibleEntries(large, found, open)).toHaveLength(100_000);
  });
});

describe("time", () => {
  test("follows the rows on the screen, not the row that spans them all", () => {
    const groups = findGroups(tree);
    const entries = visibleEntries(tree, groups, open);
    const shown = rowsOnScreen(tree, groups, entries, 0, 2);
    expect(shown.to).toBeLessThan(40);
    expect(shown.from).toBeLessThanOrEqual(5);
  });

  test("is never looked at from beyond the run", () => {
    const whole = wholeRun(tree);
    expect(zoomed(whole, 4, whole)).toEqual(whole);
    const closer = zoomed(whole, 0.5, whole);
    expect(closer.to - closer.from).toBeCloseTo((whole.to - whole.from) / 2);
  });

  test("is marked at round instants", () => {
    expect(ticks({ from: -10, to: 1_050_000 }, 5)).toEqual([0, 500_000, 1_000_000].map((at) => at));
    expect(ticks({ from: 0, to: 600_000_000 }, 5)).toEqual([0, 120, 240, 360, 480, 600].map((at) => at * 1e6));
    expect(ticks({ from: 0, to: 0 }, 5)).toEqual([]);
  });
});
