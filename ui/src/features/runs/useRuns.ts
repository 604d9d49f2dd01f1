/** The runs of a question: pages loaded so far, and those that came in since and wait to be admitted. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { RunSummary } from "@/api/client";
import { newestRunsQuery, runsQuery, type RunsQuestion } from "@/api/queries";

export function useRuns(question: RunsQuestion, isLive: boolean) {
  const client = useQueryClient();
  const pages = useInfiniteQuery(runsQuery(question));
  const newest = useQuery(newestRunsQuery(question, isLive));
  const runs = useMemo(() => distinct(pages.data?.pages.flatMap((page) => page.runs) ?? []), [pages.data]);
  const known = useMemo(() => new Map(runs.map((run) => [run.run_id, run])), [runs]);
  const waiting = (newest.data?.runs ?? []).filter((run) => !known.has(run.run_id)).length;
  const changed = (newest.data?.runs ?? []).filter(
    (run) => known.has(run.run_id) && known.get(run.run_id)?.version !== run.version,
  ).length;
  const admit = useCallback(() => {
    void client.resetQueries({ queryKey: runsQuery(question).queryKey });
  }, [client, question]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { runs, waiting, changed, admit, more, isWhole: !pages.hasNextPage, pages };
}

/** A run that began while pages were loaded could come twice. */
function distinct(runs: readonly RunSummary[]): RunSummary[] {
  const seen = new Set<string>();
  return runs.filter((run) => !seen.has(run.run_id) && seen.add(run.run_id));
}
