/** How many runs of the list began when, over its range of time or over all there is. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RunSummary } from "@/api/client";
import { groupsOfRunsQuery, type RunsQuestion } from "@/api/queries";
import { bucketsOf, extentOf, stepFor, type Bucket } from "@/lib/histogram";

/** By what the extent of all runs is found. */
const COARSE = { name: "28d", millis: 28 * 86_400_000 } as const;

export type Histogram = { readonly buckets: readonly Bucket[]; readonly stepMillis: number };

/** Nothing until it is known. */
export function useHistogram(
  question: RunsQuestion,
  nowMillis: number,
  loaded: readonly RunSummary[],
  isWhole: boolean,
): Histogram | null {
  const seen = useMemo(() => (isWhole ? extentOfRuns(loaded) : null), [loaded, isWhole]);
  const from = question.from ?? seen?.from ?? null;
  const to = question.to ?? (question.from === null ? seen?.to : null) ?? null;
  const isOpen = from === null;
  // Where no range is chosen: first when there are runs at all, then those buckets in finer ones, twice.
  const coarse = useQuery({ ...groupsOfRunsQuery(question, { every: COARSE.name }), enabled: isOpen });
  const rough = coarse.data === undefined ? null : extentOf(coarse.data.groups, COARSE.millis);
  const roughStep = rough === null ? null : stepFor(rough.from, rough.to);
  const middle = useQuery({
    ...groupsOfRunsQuery(question, { every: roughStep?.name ?? COARSE.name }),
    enabled: isOpen && roughStep !== null && roughStep.millis < COARSE.millis,
  });
  const close = middle.data !== undefined && roughStep !== null ? extentOf(middle.data.groups, roughStep.millis) : rough;
  const start = from === null ? (close?.from ?? null) : Date.parse(from);
  const end = to === null ? (isOpen ? (close?.to ?? null) : nowMillis) : Date.parse(to);
  const step = start === null || end === null ? null : stepFor(start, end);
  const counted = useQuery({
    ...groupsOfRunsQuery(question, { every: step?.name ?? COARSE.name, by: "outcome" }),
    enabled: step !== null && (!isOpen || (coarse.data !== undefined && !middle.isLoading)),
  });
  return useMemo(() => {
    if (counted.data === undefined || start === null || end === null || step === null) return null;
    return { buckets: bucketsOf(counted.data.groups, start, end, step.millis), stepMillis: step.millis };
  }, [counted.data, start, end, step?.millis]); // eslint-disable-line react-hooks/exhaustive-deps
}

/** From the first run to after the last, where all of them are loaded. */
function extentOfRuns(runs: readonly RunSummary[]): { readonly from: string; readonly to: string } | null {
  const starts = runs.map((run) => Date.parse(run.start));
  if (starts.length === 0) return null;
  return { from: new Date(Math.min(...starts)).toISOString(), to: new Date(Math.max(...starts) + 1).toISOString() };
}
