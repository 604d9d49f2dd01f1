/** A run on the screen: one selection that all views share, one window of time, one address. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import type { Run } from "@/api/client";
import { explanationQuery, spanQuery } from "@/api/queries";
import { useActions } from "@/components/Actions";
import { Loading } from "@/components/States";
import { Tabs } from "@/components/Tabs";
import { count } from "@/lib/format";
import { parseZoom, type DetailTab, type RunSearch, type View } from "@/lib/search";
import { NO_ROW, type SpanIndex } from "@/lib/spans";
import { wholeRun, zoomed, type Window } from "@/lib/timeScale";
import { Details } from "./Details";
import type { WordAbout } from "./FirstWrong";
import { firstRow, useAddress, useFirstWrong } from "./landing";
import { Overview } from "./Overview";
import { Replay } from "./Replay";
import { RunHeader } from "./RunHeader";
import { RunTools } from "./RunTools";
import styles from "./RunView.module.css";
import { useNeighbours } from "./useNeighbours";
import { useTree } from "./useTree";
import { Waterfall } from "./Waterfall";
import { WhyPanel } from "./WhyPanel";

const Steps = lazy(() => import("./Steps").then((module) => ({ default: module.Steps })));
const Conversation = lazy(() => import("./Conversation").then((module) => ({ default: module.Conversation })));
const Graph = lazy(() => import("./Graph").then((module) => ({ default: module.Graph })));
const Logs = lazy(() => import("./Logs").then((module) => ({ default: module.Logs })));
const SayWord = lazy(() => import("./SayWord").then((module) => ({ default: module.SayWord })));
/** The views that load when they are looked at. */
const OTHER_VIEWS = { steps: Steps, conversation: Conversation, graph: Graph, logs: Logs } as const;

const route = getRouteApi("/$project/runs/$run");
const ZOOM_STEP = 0.6;
/** The address has followed by then. */
const COPY_AFTER_MILLIS = 50;

const VIEW_TABS = [
  { id: "waterfall", label: "Waterfall", hint: "1" },
  { id: "steps", label: "Steps", hint: "2" },
  { id: "conversation", label: "Conversation", hint: "3" },
  { id: "graph", label: "Graph", hint: "4" },
  { id: "logs", label: "Logs", hint: "5" },
] as const;

type Props = {
  readonly run: Run;
  readonly index: SpanIndex;
  readonly project: string;
  readonly staleError: Error | null;
};

export function RunView({ run, index, project, staleError }: Props) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const explanation = useQuery(explanationQuery(run.run_id));
  const candidate = explanation.data?.candidates[0]?.span_id ?? run.first_wrong?.span_id;
  const firstWrong = candidate === undefined ? NO_ROW : index.rowOf(candidate);
  const [initial] = useState(() => firstRow(index, search.span, firstWrong));
  const tree = useTree(index, initial, search.fold !== 0);
  const selected = Math.min(tree.selected, index.count - 1);
  const whole = useMemo(() => wholeRun(index), [index]);
  const fixed = search.zoom === undefined ? null : parseZoom(search.zoom);
  const [rowsWindow, setRowsWindow] = useState<Window>(whole);
  const details = useRef<HTMLElement>(null);
  const [word, setWord] = useState<WordAbout | null>(null);
  const view: View = search.view ?? "waterfall";
  const Other = view === "waterfall" ? null : OTHER_VIEWS[view];

  const change = useCallback(
    (next: Partial<{ [K in keyof RunSearch]: RunSearch[K] | undefined }>, isStep = false) =>
      void navigate({ search: (known) => ({ ...known, ...next }) as RunSearch, replace: !isStep }),
    [navigate],
  );
  useAddress(index, selected, search.span, change);
  useFirstWrong(search.span, firstWrong, tree.select);
  const neighbours = useNeighbours(run.run_id);
  const setZoom = useCallback(
    (window: Window | null) =>
      change({ zoom: window === null ? undefined : `${Math.round(window.from)}..${Math.round(window.to)}` }),
    [change],
  );
  const errorFrom = (step: 1 | -1) => {
    const errors = step === 1 ? index.errors : index.errors.toReversed();
    const next = errors.find((row) => (step === 1 ? row > selected : row < selected)) ?? errors[0];
    if (next !== undefined) tree.select(next);
  };
  const toNeighbour = (runId: string | undefined) =>
    runId !== undefined && void navigate({ to: "/$project/runs/$run", params: { project, run: runId }, search: {} });
  const isWholeShown = fixed !== null && fixed.from <= whole.from + 1 && fixed.to >= whole.to - 1;
  const toggleZoom = () => setZoom(isWholeShown ? null : { from: Math.floor(whole.from), to: Math.ceil(whole.to) });
  const zoomBy = (factor: number) => setZoom(zoomed(fixed ?? rowsWindow, factor, whole));
  const toggleNoise = () => {
    tree.setNoiseFolded(!tree.folds.isNoiseFolded);
    change({ fold: tree.folds.isNoiseFolded ? 0 : undefined });
  };
  const openDetails = useCallback(() => details.current?.focus(), []);
  const copyJson = () => void navigator.clipboard.writeText(JSON.stringify(run, null, 2));
  const copyLink = () => {
    // The link names the span on the screen, even where that is the one a run opens on today.
    change({ span: index.spanId(selected) });
    setTimeout(() => void navigator.clipboard.writeText(window.location.href), COPY_AFTER_MILLIS);
  };
  useActions({
    viewWaterfall: () => change({ view: undefined }, true),
    viewSteps: () => change({ view: "steps" }, true),
    viewConversation: () => change({ view: "conversation" }, true),
    viewGraph: () => change({ view: "graph" }, true),
    viewLogs: () => change({ view: "logs" }, true),
    nextSpan: () => tree.move(1),
    previousSpan: () => tree.move(-1),
    firstSpan: () => tree.move(-index.count),
    lastSpan: () => tree.move(index.count),
    unfold: tree.open,
    fold: tree.close,
    ...(firstWrong !== NO_ROW && { firstWrong: () => tree.select(firstWrong) }),
    ...(index.errors.length > 0 && { nextError: () => errorFrom(1), previousError: () => errorFrom(-1) }),
    sayWrong: () => setWord({ label: "confirm", traceId: index.traceId(selected), spanId: index.spanId(selected) }),
    zoomMode: toggleZoom,
    zoomIn: () => zoomBy(ZOOM_STEP),
    zoomOut: () => zoomBy(1 / ZOOM_STEP),
    foldNoise: toggleNoise,
    openBody: openDetails,
    copyJson,
    copyLink,
    ...(neighbours.next !== undefined && { nextRun: () => toNeighbour(neighbours.next) }),
    ...(neighbours.previous !== undefined && { previousRun: () => toNeighbour(neighbours.previous) }),
  });

  const goal = useGoal(index);
  return (
    <main id="main" className={styles["page"]}>
      <RunHeader run={run} project={project} goal={goal} onCopyLink={copyLink} onCopyJson={copyJson} />
      <div className={styles["bar"]}>
        <Tabs label="Views" panelId="view" tabs={VIEW_TABS} chosen={view} onChoose={(id) => change({ view: id === "waterfall" ? undefined : id }, true)} />
        <RunTools
          index={index}
          tree={tree}
          selected={selected}
          zoomLabel={isWholeShown ? "Zoom: whole run" : fixed === null ? "Zoom: rows on screen" : "Zoom: window"}
          onFirstWrong={firstWrong === NO_ROW ? undefined : () => tree.select(firstWrong)}
          onNextError={index.errors.length === 0 ? undefined : () => errorFrom(1)}
          onNoise={toggleNoise}
          onZoom={toggleZoom}
        />
      </div>
      {(index.total > index.count || staleError !== null) && (
        <p className={styles["notice"]} role="status">
          {index.total > index.count && `${count(index.count)} of ${count(index.total)} spans are shown. `}
          {staleError !== null && "The server does not answer: what is on screen may be old."}
        </p>
      )}
      <Overview
        index={index}
        whole={whole}
        shown={fixed ?? rowsWindow}
        onDrag={setZoom}
        onClick={(micros) => tree.select(rowAt(index, micros))}
      />
      <div className={styles["body"]}>
        <div className={styles["main"]}>
          <section id="view" role="tabpanel" aria-labelledby={`view-${view}`} className={styles["view"]}>
            {Other === null ? (
              <Waterfall
                index={index}
                tree={tree}
                window={fixed}
                firstWrong={firstWrong}
                onWindow={setRowsWindow}
                onOpenDetails={openDetails}
              />
            ) : (
              <Suspense fallback={<Loading what="the view" />}>
                <Other index={index} selected={selected} onSelect={tree.select} />
              </Suspense>
            )}
          </section>
          <Replay index={index} selected={selected} onSelect={tree.select} />
          <Details
            ref={details}
            index={index}
            row={selected}
            tab={search.tab}
            onTab={(tab: DetailTab) => change({ tab })}
            onSelect={tree.select}
          />
        </div>
        <WhyPanel runId={run.run_id} project={project} index={index} row={selected} onSource={tree.select} onSay={setWord} />
      </div>
      {word !== null && (
        <Suspense>
          <SayWord run={run} word={word} spanName={spanName(index, word)} onClose={() => setWord(null)} />
        </Suspense>
      )}
    </main>
  );
}

function spanName(index: SpanIndex, { spanId }: WordAbout): string | null {
  const row = spanId === null ? NO_ROW : index.rowOf(spanId);
  return row === NO_ROW ? null : index.name(row);
}

/** A span with its bodies; nothing while it loads or where there is no such row. */
function useSpan(index: SpanIndex, row: number) {
  const query = useQuery({ ...spanQuery(index.traceId(row), index.spanId(row)), enabled: row !== NO_ROW });
  return query.data;
}

function useGoal(index: SpanIndex): string | null {
  const root = useSpan(index, 0);
  return root?.content.find((body) => body.role === "goal")?.text ?? null;
}

/** The deepest span that was at work at an instant, or the last one before it. */
function rowAt(index: SpanIndex, micros: number): number {
  let [found, start] = [0, -Infinity];
  for (let row = 0; row < index.count; row++) {
    const began = index.start[row] ?? 0;
    if (began <= micros && began >= start) [found, start] = [row, began];
  }
  return found;
}
