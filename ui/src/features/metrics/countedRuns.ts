/** The way from a figure to the runs it counts. */
import type { MetricFigure } from "@/api/client";
import { both, quoted } from "@/lib/queryText";
import type { RunsSearch } from "@/lib/search";

/** Metrics look at nothing else. */
const SETTLED = "settled:true";

/** The address of the list that has exactly the runs a figure counts. */
export function countedRuns(filter: string, q: string, range: string | undefined): RunsSearch {
  return { q: both(both(q, filter), SETTLED), ...(range !== undefined && { t: range }) };
}

/** The filter of a group; runs without a value are a group, too. */
export function groupFilter(by: string, key: string | null): string {
  const field = by === "day" ? "start" : by;
  return key === null ? `-${field}:*` : `${field}:${quoted(key)}`;
}

/** Whether a figure is a count of what it measures among all of it, and not a mean. */
export function isCount({ unit, value, numerator, denominator }: MetricFigure): boolean {
  return unit === "share" && value !== null && Math.abs(value * denominator - numerator) < 1e-6;
}

/** `task_success_rate` as words. */
export function title(id: string): string {
  const words = id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
