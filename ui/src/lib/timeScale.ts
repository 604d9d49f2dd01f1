/** Windows of time on a run, in microseconds from its start. */
import { NO_ROW, type SpanIndex } from "./spans";
import type { Groups } from "./folding";

export type Window = { readonly from: number; readonly to: number };

/** Share of a window that is left free on each side, so that no bar touches the edge. */
const MARGIN = 0.02;
/** Nothing is looked at closer than this. */
const WIDTH_MIN_MICROS = 10;

/** A window with some room on both sides. */
export function padded(window: Window): Window {
  const room = Math.max((window.to - window.from) * MARGIN, WIDTH_MIN_MICROS / 2);
  return { from: window.from - room, to: window.to + room };
}

/** The whole of a run. */
export function wholeRun(index: SpanIndex): Window {
  return padded({ from: index.from, to: index.to });
}

/**
 * The time the rows on the screen took. A row with rows below it spans them all, so only rows without count: at the
 * scale of a root among thousands of rows, every bar would be a line.
 */
export function rowsOnScreen(
  index: SpanIndex,
  groups: Groups,
  entries: Int32Array,
  first: number,
  last: number,
): Window {
  let [from, to] = [Infinity, -Infinity];
  const include = (row: number) => {
    const began = index.start[row] ?? 0;
    const took = index.duration[row] ?? NaN;
    const ended = Number.isNaN(took) ? began : began + took;
    if (began < from) from = began;
    if (ended > to) to = ended;
  };
  for (let place = first; place <= last && place < entries.length; place++) {
    const entry = entries[place] ?? NO_ROW;
    if (entry < 0) {
      const rows = groups.groups[~entry]?.rows;
      if (rows === undefined) continue;
      include(rows[0] ?? 0);
      include(rows[rows.length - 1] ?? 0);
      continue;
    }
    const isOpen = place + 1 < entries.length && isBelow(index, groups, entries[place + 1] ?? 0, entry);
    if (!isOpen) include(entry);
  }
  if (from === Infinity) return wholeRun(index);
  return padded({ from, to: Math.max(to, from + WIDTH_MIN_MICROS) });
}

function isBelow(index: SpanIndex, groups: Groups, entry: number, row: number): boolean {
  const other = entry >= 0 ? entry : (groups.groups[~entry]?.rows[0] ?? NO_ROW);
  return index.parent[other] === row;
}

/** A window moved closer to, or away from, its middle; never beyond the run. */
export function zoomed(window: Window, factor: number, limits: Window): Window {
  const middle = (window.from + window.to) / 2;
  const half = Math.max(((window.to - window.from) / 2) * factor, WIDTH_MIN_MICROS / 2);
  return {
    from: Math.max(middle - half, limits.from),
    to: Math.min(middle + half, limits.to),
  };
}

/** Round instants within a window, for an axis: at most `most` of them. */
export function ticks(window: Window, most: number): number[] {
  const width = window.to - window.from;
  if (width <= 0 || most < 1) return [];
  const step = roundStep(width / most);
  const found: number[] = [];
  for (let at = Math.ceil(window.from / step) * step; at <= window.to; at += step) found.push(at + 0);
  return found;
}

const MINUTE_MICROS = 60_000_000;
/** Steps people count time by, in microseconds, above seconds. */
const LONG_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1440].map((minutes) => minutes * MINUTE_MICROS);

function roundStep(least: number): number {
  if (least > MINUTE_MICROS / 2) return LONG_STEPS.find((step) => step >= least) ?? Math.ceil(least / 864e8) * 864e8;
  if (least > 5_000_000) return [10, 15, 30, 60].map((seconds) => seconds * 1e6).find((step) => step >= least) ?? 6e7;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}
