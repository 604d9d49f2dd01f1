/** What addresses carry: read leniently, written short. An unknown parameter is left alone, a bad one is its default. */

/** All projects, where an address names one. No project has this name: ids begin with a letter or digit. */
export const ALL_PROJECTS = "-";

export type RunsSearch = {
  readonly q?: string;
  readonly t?: string;
  readonly sort?: string;
  readonly cols?: string;
  readonly peek?: string;
  readonly live?: boolean;
};

export const VIEWS = ["waterfall", "steps", "conversation", "graph", "logs"] as const;
export type View = (typeof VIEWS)[number];

export const DETAIL_TABS = ["input", "output", "state", "attributes", "privacy", "links", "raw"] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];

export type RunSearch = {
  readonly view?: View;
  readonly span?: string;
  readonly tab?: DetailTab;
  /** A window of time in microseconds from the start of the run: `from..to`. */
  readonly zoom?: string;
  /** Repeated spans are shown one by one. */
  readonly fold?: 0;
};

type Raw = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

const oneOf = <T extends string>(words: readonly T[], value: unknown): T | undefined =>
  words.find((word) => word === value);

/** Leaves out what has no value, so that an address holds only what differs from the usual. */
function without<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

export function runsSearch(raw: Raw): RunsSearch {
  return without<RunsSearch>({
    q: text(raw["q"]),
    t: text(raw["t"]),
    sort: text(raw["sort"]),
    cols: text(raw["cols"]),
    peek: text(raw["peek"]),
    live: raw["live"] === true || raw["live"] === 1 ? true : undefined,
  });
}

export function runSearch(raw: Raw): RunSearch {
  const zoom = text(raw["zoom"]);
  return without<RunSearch>({
    view: oneOf(VIEWS, raw["view"]),
    span: text(raw["span"]),
    tab: oneOf(DETAIL_TABS, raw["tab"]),
    zoom: zoom !== undefined && parseZoom(zoom) !== null ? zoom : undefined,
    fold: raw["fold"] === 0 ? 0 : undefined,
  });
}

/** Two runs, `a` and `b`, or two groups of runs, each by a filter: `these` against `others`. */
export type CompareSearch = {
  readonly a?: string;
  readonly b?: string;
  /** The row that is looked at, from 0. */
  readonly at?: number;
  readonly these?: string;
  readonly others?: string;
  readonly t?: string;
};

export function compareSearch(raw: Raw): CompareSearch {
  const at = raw["at"];
  return without<CompareSearch>({
    a: text(raw["a"]),
    b: text(raw["b"]),
    at: typeof at === "number" && Number.isInteger(at) && at >= 0 ? at : undefined,
    these: text(raw["these"]),
    others: text(raw["others"]),
    t: text(raw["t"]),
  });
}

/** Which runs are measured, and by what they are grouped. */
export type MetricsSearch = { readonly q?: string; readonly t?: string; readonly by?: string };

export function metricsSearch(raw: Raw): MetricsSearch {
  return without<MetricsSearch>({ q: text(raw["q"]), t: text(raw["t"]), by: text(raw["by"]) });
}

export function parseZoom(zoom: string): { from: number; to: number } | null {
  const match = /^(-?\d+)\.\.(-?\d+)$/.exec(zoom);
  if (match === null) return null;
  const [from, to] = [Number(match[1]), Number(match[2])];
  return from < to ? { from, to } : null;
}

/** Ranges of time that are counted back from now. */
export const RANGES = [
  { value: "any", label: "Any time", millis: null },
  { value: "15m", label: "Last 15 minutes", millis: 15 * 60_000 },
  { value: "1h", label: "Last hour", millis: 3_600_000 },
  { value: "24h", label: "Last 24 hours", millis: 86_400_000 },
  { value: "7d", label: "Last 7 days", millis: 7 * 86_400_000 },
  { value: "30d", label: "Last 30 days", millis: 30 * 86_400_000 },
] as const;

export type Range = { readonly from: string | null; readonly to: string | null; readonly label: string };

/** A range as an address has it: `24h`, or two instants as `from..to`. Relative ones begin at a whole minute. */
export function parseRange(t: string | undefined, nowMillis: number): Range {
  const known = RANGES.find((range) => range.value === t);
  if (known !== undefined && known.millis !== null) {
    const from = Math.floor((nowMillis - known.millis) / 60_000) * 60_000;
    return { from: new Date(from).toISOString(), to: null, label: known.label };
  }
  const [from, to] = t?.includes("..") === true ? t.split("..") : [];
  const isInstant = (part: string | undefined): part is string => part !== undefined && !Number.isNaN(Date.parse(part));
  if (isInstant(from) || isInstant(to)) {
    return {
      from: isInstant(from) ? from : null,
      to: isInstant(to) ? to : null,
      label: `${isInstant(from) ? from.slice(0, 16).replace("T", " ") : "…"} to ${isInstant(to) ? to.slice(0, 16).replace("T", " ") : "…"} UTC`,
    };
  }
  return { from: null, to: null, label: "Any time" };
}
