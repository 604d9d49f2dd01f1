/** What an entry of the waterfall draws on the axis of time. */
import type { Groups } from "@/lib/folding";
import { rowOfEntry } from "@/lib/folding";
import { lookOf, type Tint } from "@/lib/kinds";
import type { SpanIndex } from "@/lib/spans";

export type Bar = {
  /** Microseconds from the start of the run. */
  readonly start: number;
  /** Microseconds; of what still runs, until the latest known moment. */
  readonly length: number;
  readonly tint: Tint;
  readonly isRunning: boolean;
  readonly isError: boolean;
};

/** The bar of a row, or of a group: from its first start to the end of its last. */
export function barOf(index: SpanIndex, groups: Groups, entry: number): Bar {
  const row = rowOfEntry(entry, groups);
  const start = index.start[row] ?? 0;
  const tint = lookOf(index.kind(row)).tint;
  const group = entry < 0 ? groups.groups[~entry] : undefined;
  if (group !== undefined) {
    const last = group.rows[group.rows.length - 1] ?? row;
    const end = (index.start[last] ?? 0) + (index.duration[last] || 0);
    return { start, length: end - start, tint, isRunning: false, isError: group.errors > 0 };
  }
  const took = index.duration[row] ?? NaN;
  const isRunning = Number.isNaN(took);
  const length = isRunning ? Math.max(0, index.to - start) : took;
  return { start, length, tint, isRunning, isError: index.isError[row] === 1 };
}
