/**
 * Which rows of a tree are on the list: those below a closed row are not, and repeated siblings stand as one row
 * that says how many they are. Nothing is left out uncounted.
 */
import { NO_ROW, type SpanIndex } from "./spans";

/** Fewest equal siblings in a row that become one. */
const REPEATS_MIN = 4;

/** Siblings with the same kind and name, one after the other. */
export type Group = {
  readonly rows: Int32Array;
  readonly errors: number;
  /** Microseconds: the shortest and the longest of them. */
  readonly shortest: number;
  readonly longest: number;
};

export type Groups = {
  readonly groups: readonly Group[];
  /** The group of each row, or {@link NO_ROW}. */
  readonly of: Int32Array;
};

/** Finds repeated siblings. One pass: each row is compared with the sibling before it. */
export function findGroups(index: SpanIndex): Groups {
  const of = new Int32Array(index.count).fill(NO_ROW);
  const groups: Group[] = [];
  const lastChild = new Map<number, number[]>();
  const close = (rows: readonly number[]) => {
    if (rows.length < REPEATS_MIN) return;
    let [errors, shortest, longest] = [0, Infinity, 0];
    for (const row of rows) {
      of[row] = groups.length;
      errors += index.isError[row] ?? 0;
      const took = index.duration[row] ?? NaN;
      if (took < shortest) shortest = took;
      if (took > longest) longest = took;
    }
    groups.push({ rows: Int32Array.from(rows), errors, shortest, longest });
  };
  for (let row = 0; row < index.count; row++) {
    const parent = index.parent[row] ?? NO_ROW;
    const repeated = lastChild.get(parent);
    const last = repeated?.[repeated.length - 1];
    if (repeated !== undefined && last !== undefined && isAlike(index, last, row)) {
      repeated.push(row);
      continue;
    }
    if (repeated !== undefined) close(repeated);
    lastChild.set(parent, [row]);
  }
  for (const rows of lastChild.values()) close(rows);
  return { groups, of };
}

function isAlike(index: SpanIndex, one: number, other: number): boolean {
  return index.nameKey(one) === index.nameKey(other) && index.kindKey(one) === index.kindKey(other);
}

/** What is closed and open on the list. */
export type Folds = {
  /** Rows whose children are not shown. */
  readonly closed: ReadonlySet<number>;
  /** Whether repeated siblings stand as one row. */
  readonly isNoiseFolded: boolean;
  /** Groups that are shown row by row all the same. */
  readonly openGroups: ReadonlySet<number>;
};

/** An entry of the list: a row, or a group as `~group`, which is below nought. */
type Entry = number;

/** The entries on the list, in order. */
export function visibleEntries(index: SpanIndex, groups: Groups, folds: Folds): Int32Array {
  const entries = new Int32Array(index.count);
  let size = 0;
  let row = 0;
  while (row < index.count) {
    const group = groups.of[row] ?? NO_ROW;
    if (folds.isNoiseFolded && group !== NO_ROW && !folds.openGroups.has(group)) {
      const rows = groups.groups[group]?.rows;
      const last = rows?.[rows.length - 1] ?? row;
      entries[size++] = ~group;
      row = index.end[last] ?? row + 1;
      continue;
    }
    entries[size++] = row;
    row = folds.closed.has(row) ? (index.end[row] ?? row + 1) : row + 1;
  }
  return entries.slice(0, size);
}

/** Where a row stands on the list, or the entry that hides it. Entries are in order of their first row. */
export function placeOf(entries: Int32Array, groups: Groups, row: number): number {
  const firstRow = (entry: Entry) => (entry >= 0 ? entry : (groups.groups[~entry]?.rows[0] ?? 0));
  let [low, high] = [0, entries.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (firstRow(entries[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return entries.length === 0 ? NO_ROW : low;
}

/** The row an entry stands for: itself, or the first of its group. */
export function rowOfEntry(entry: Entry, groups: Groups): number {
  return entry >= 0 ? entry : (groups.groups[~entry]?.rows[0] ?? NO_ROW);
}

/** Folds under which a row is on the list: what lies above it opens. */
export function revealing(index: SpanIndex, groups: Groups, folds: Folds, row: number): Folds {
  const closed = new Set(folds.closed);
  const openGroups = new Set(folds.openGroups);
  let above = index.parent[row] ?? NO_ROW;
  const own = groups.of[row] ?? NO_ROW;
  if (own !== NO_ROW && (groups.groups[own]?.rows[0] ?? NO_ROW) !== row) openGroups.add(own);
  while (above !== NO_ROW) {
    closed.delete(above);
    const group = groups.of[above] ?? NO_ROW;
    if (group !== NO_ROW) openGroups.add(group);
    above = index.parent[above] ?? NO_ROW;
  }
  const isSame = closed.size === folds.closed.size && openGroups.size === folds.openGroups.size;
  return isSame ? folds : { ...folds, closed, openGroups };
}
