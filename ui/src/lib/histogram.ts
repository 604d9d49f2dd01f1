/** Runs over time: how long a bucket is, and how many runs began in each and failed. */
import { outcomeLook } from "./outcomes";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths of buckets that people count by, as the server names them. */
const STEPS: readonly (readonly [millis: number, name: string])[] = [
  [1_000, "1s"],
  [5_000, "5s"],
  [15_000, "15s"],
  [MINUTE, "1m"],
  [5 * MINUTE, "5m"],
  [15 * MINUTE, "15m"],
  [HOUR, "1h"],
  [3 * HOUR, "3h"],
  [6 * HOUR, "6h"],
  [DAY, "1d"],
  [7 * DAY, "7d"],
  [28 * DAY, "28d"],
  [364 * DAY, "364d"],
];
const BUCKETS_MAX = 72;

export type Step = { readonly millis: number; readonly name: string };

/** The shortest step that needs no more buckets than fit. */
export function stepFor(fromMillis: number, toMillis: number): Step {
  const [millis, name] = STEPS.find(([step]) => (toMillis - fromMillis) / step <= BUCKETS_MAX) ?? [364 * DAY, "364d"];
  return { millis, name };
}

/** The end of time that the server's buckets hold, from the first and the last of them. */
export function extentOf(groups: readonly CountedGroup[], stepMillis: number): { from: number; to: number } | null {
  const starts = groups.flatMap(({ start }) => (start === null ? [] : [Date.parse(start)]));
  if (starts.length === 0) return null;
  return { from: Math.min(...starts), to: Math.max(...starts) + stepMillis };
}

/** What the server counted: runs of one outcome that began in one bucket. */
export type CountedGroup = { readonly start: string | null; readonly key: string | null; readonly runs: number };

export type Bucket = { readonly start: number; readonly runs: number; readonly failed: number };

/** All buckets of a window, the empty ones too. They begin at whole multiples of the step since 1970. */
export function bucketsOf(groups: readonly CountedGroup[], from: number, to: number, stepMillis: number): readonly Bucket[] {
  const first = Math.floor(from / stepMillis) * stepMillis;
  const buckets = Array.from({ length: Math.max(1, Math.ceil((to - first) / stepMillis)) }, (_, place) => ({
    start: first + place * stepMillis,
    runs: 0,
    failed: 0,
  }));
  for (const { start, key, runs } of groups) {
    const bucket = start === null ? undefined : buckets[Math.round((Date.parse(start) - first) / stepMillis)];
    if (bucket === undefined) continue;
    bucket.runs += runs;
    if (key !== null && outcomeLook(key).tone === "bad") bucket.failed += runs;
  }
  return buckets;
}

/** A range of time as an address has it. */
export function rangeText(from: number, to: number): string {
  return `${new Date(from).toISOString()}..${new Date(to).toISOString()}`;
}
