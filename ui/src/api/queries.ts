/** One factory of query options per endpoint: keys, fetching and freshness stand together, and nowhere else. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ofRuns } from "@/lib/queryText";
import { ask, client } from "./client";

/** What a list of runs is asked by. */
export type RunsQuestion = {
  readonly q: string;
  readonly project: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly sort: string;
};

/** Rows of one page of a list. */
const PAGE_SIZE = 100;
/** How often something that is still going on is asked for again. */
const LIVE_MILLIS = 2_000;
/** How often what seems to be over is. */
const SETTLED_MILLIS = 15_000;

function filterParameters(question: Omit<RunsQuestion, "sort">) {
  return {
    ...(question.q && { q: question.q }),
    ...(question.project && { project: question.project }),
    ...(question.from && { from: question.from }),
    ...(question.to && { to: question.to }),
  };
}

function parameters(question: RunsQuestion) {
  return { ...filterParameters(question), sort: question.sort };
}

export function runsQuery(question: RunsQuestion) {
  return infiniteQueryOptions({
    queryKey: ["runs", question],
    queryFn: ({ pageParam, signal }) =>
      ask(
        client.GET("/api/v1/runs", {
          params: {
            query: { ...parameters(question), limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** Rows of the list for these runs, in no order; those that are not there are left out. */
export function listedQuery(ids: readonly string[]) {
  return queryOptions({
    queryKey: ["listed", ids],
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/runs", { params: { query: { q: ofRuns(ids), limit: ids.length } }, signal })),
    staleTime: 30_000,
  });
}

/** The newest rows of a list, asked for again and again; they wait until the reader admits them. */
export function newestRunsQuery(question: RunsQuestion, isLive: boolean) {
  return queryOptions({
    queryKey: ["runs-newest", question],
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/runs", { params: { query: { ...parameters(question), limit: PAGE_SIZE } }, signal })),
    enabled: isLive,
    refetchInterval: LIVE_MILLIS,
    staleTime: 0,
  });
}

export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId],
    queryFn: ({ signal }) => ask(client.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
    // What has settled is opened again by a span that comes late.
    refetchInterval: (query) => (query.state.data?.settled === false ? LIVE_MILLIS : SETTLED_MILLIS),
    staleTime: 30_000,
  });
}

export function spansQuery(runId: string, isOpen: boolean) {
  return queryOptions({
    queryKey: ["spans", runId],
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/runs/{run_id}/spans", { params: { path: { run_id: runId } }, signal })),
    refetchInterval: isOpen ? LIVE_MILLIS : false,
    staleTime: 60_000,
    // Columns of a large run are compared by their log position, not value by value.
    structuralSharing: false,
  });
}

export function spanQuery(traceId: string, spanId: string) {
  return queryOptions({
    queryKey: ["span", traceId, spanId],
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/spans/{trace_id}/{span_id}", {
          params: { path: { trace_id: traceId, span_id: spanId } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
}

/** The nine rows of why: of a span, or of the run as a whole. */
export function whyQuery(runId: string, span: { readonly traceId: string; readonly spanId: string } | null) {
  return queryOptions({
    queryKey: ["why", runId, span?.traceId ?? null, span?.spanId ?? null],
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/runs/{run_id}/why", {
          params: {
            path: { run_id: runId },
            query: span === null ? {} : { span_id: span.spanId, trace_id: span.traceId },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export function explanationQuery(runId: string) {
  return queryOptions({
    queryKey: ["explanation", runId],
    queryFn: ({ signal }) =>
      ask(client.GET("/api/v1/runs/{run_id}/explanation", { params: { path: { run_id: runId } }, signal })),
    staleTime: 60_000,
  });
}

export function statsQuery(isLive = false) {
  return queryOptions({
    queryKey: ["stats"],
    queryFn: ({ signal }) => ask(client.GET("/api/v1/stats", { signal })),
    refetchInterval: isLive ? LIVE_MILLIS : false,
    staleTime: 5_000,
  });
}

export function ledgerQuery(isLive = false) {
  return queryOptions({
    queryKey: ["ledger"],
    queryFn: ({ signal }) => ask(client.GET("/api/v1/ledger", { signal })),
    refetchInterval: isLive ? LIVE_MILLIS : false,
    staleTime: 5_000,
  });
}

/** Two runs, step by step. */
export function comparisonQuery(a: string, b: string) {
  return queryOptions({
    queryKey: ["comparison", a, b],
    queryFn: ({ signal }) => ask(client.GET("/api/v1/compare", { params: { query: { a, b } }, signal })),
    staleTime: 60_000,
  });
}

/** Two groups of runs, each by a filter. */
export type GroupsQuestion = {
  readonly these: string;
  readonly others: string;
  readonly project: string | null;
  readonly from: string | null;
  readonly to: string | null;
};

/** What tells `these` from `others`; the server calls them the bad and the good side. */
export function groupsQuery({ these, others, project, from, to }: GroupsQuestion) {
  return queryOptions({
    queryKey: ["groups", these, others, project, from, to],
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/cohorts", {
          params: {
            query: {
              good: others,
              bad: these,
              ...(project !== null && { project }),
              ...(from !== null && { from }),
              ...(to !== null && { to }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** Which runs are measured; `by` groups them. */
export type MetricsQuestion = Omit<RunsQuestion, "sort"> & { readonly by: string | null };

export function metricsQuery({ by, ...question }: MetricsQuestion) {
  return queryOptions({
    queryKey: ["metrics", question, by],
    queryFn: ({ signal }) =>
      ask(
        client.GET("/api/v1/metrics", {
          params: { query: { ...filterParameters(question), ...(by !== null && { by }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** A person's word on the first wrong decision of a run. */
export type Word = {
  readonly runId: string;
  readonly project: string;
  /** `confirm` or `dispute` of a span, `nothing` of the run, `withdraw` of all the same person said before. */
  readonly label: "confirm" | "dispute" | "nothing" | "withdraw";
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly reviewer: string;
  readonly note: string;
};

export function sayWord({ runId, project, label, traceId, spanId, reviewer, note }: Word) {
  const score = {
    name: "first_wrong_decision",
    source: "human",
    run_id: runId,
    label,
    trace_id: traceId,
    span_id: spanId,
    reviewer: reviewer === "" ? null : reviewer,
    note: note === "" ? null : note,
    value: null,
    time: null,
    id: null,
  };
  return ask(client.POST("/api/v1/scores", { params: { query: { project } }, body: { scores: [score] } }));
}

/** Runs of a question counted in groups: by time (`every`, such as `1h`), by a field (`by`), or by both. */
export function groupsOfRunsQuery(
  question: RunsQuestion,
  groups: { readonly every?: string; readonly by?: string; readonly limit?: number },
) {
  const query = { ...filterParameters(question), ...groups };
  return queryOptions({
    queryKey: ["groups-of-runs", query],
    queryFn: ({ signal }) => ask(client.GET("/api/v1/groups", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
