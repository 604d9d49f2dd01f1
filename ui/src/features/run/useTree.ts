/** What is open on the tree, which row is selected, and moving between rows. */
import { useCallback, useMemo, useState } from "react";
import {
  findGroups,
  placeOf,
  revealing,
  rowOfEntry,
  visibleEntries,
  type Folds,
  type Groups,
} from "@/lib/folding";
import { NO_ROW, type SpanIndex } from "@/lib/spans";

export type TreeState = {
  readonly groups: Groups;
  readonly folds: Folds;
  readonly entries: Int32Array;
  readonly selected: number;
  readonly place: number;
  readonly select: (row: number) => void;
  readonly move: (step: number) => void;
  readonly open: () => void;
  readonly close: () => void;
  readonly toggle: (entry: number) => void;
  readonly setNoiseFolded: (isFolded: boolean) => void;
};

export function useTree(index: SpanIndex, initialRow: number, isNoiseFolded: boolean): TreeState {
  const groups = useMemo(() => findGroups(index), [index]);
  const [selected, setSelected] = useState(initialRow);
  const [folds, setFolds] = useState<Folds>(() =>
    revealing(index, groups, { closed: new Set(), isNoiseFolded, openGroups: new Set() }, Math.max(initialRow, 0)),
  );
  const entries = useMemo(() => visibleEntries(index, groups, folds), [index, groups, folds]);
  const place = selected === NO_ROW ? NO_ROW : placeOf(entries, groups, selected);

  const select = useCallback(
    (row: number) => {
      if (row < 0 || row >= index.count) return;
      setSelected(row);
      setFolds((known) => revealing(index, groups, known, row));
    },
    [index, groups],
  );
  const move = useCallback(
    (step: number) => {
      const next = Math.max(0, Math.min(place + step, entries.length - 1));
      const entry = entries[next];
      if (entry !== undefined) setSelected(rowOfEntry(entry, groups));
    },
    [entries, groups, place],
  );
  const toggle = useCallback((entry: number) => {
    setFolds((known) => {
      if (entry < 0) return { ...known, openGroups: new Set([...known.openGroups, ~entry]) };
      const closed = new Set(known.closed);
      if (!closed.delete(entry)) closed.add(entry);
      return { ...known, closed };
    });
  }, []);
  const open = useCallback(() => {
    const entry = entries[place];
    if (entry === undefined) return;
    if (entry < 0 || folds.closed.has(entry)) toggle(entry);
    else if (index.hasChildren(entry)) move(1);
  }, [entries, place, folds, index, move, toggle]);
  const close = useCallback(() => {
    const entry = entries[place];
    if (entry === undefined) return;
    if (entry >= 0 && index.hasChildren(entry) && !folds.closed.has(entry)) toggle(entry);
    else select(index.parent[rowOfEntry(entry, groups)] ?? NO_ROW);
  }, [entries, place, folds, index, groups, select, toggle]);
  const setNoiseFolded = useCallback((isFolded: boolean) => {
    setFolds((known) => ({ ...known, isNoiseFolded: isFolded, openGroups: new Set() }));
  }, []);
  return { groups, folds, entries, selected, place, select, move, open, close, toggle, setNoiseFolded };
}
