/** Everything known of the selected span, by tab. Nothing is blank: what is not there says why. */
import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent, type PointerEvent, type Ref } from "react";
import type { Span } from "@/api/client";
import { failureOf } from "@/api/failure";
import { spanQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/States";
import { KindChip } from "@/components/KindChip";
import { Tabs, type Tab } from "@/components/Tabs";
import { Visible } from "@/components/Visible";
import { duration } from "@/lib/format";
import { DETAIL_TABS, type DetailTab } from "@/lib/search";
import type { SpanIndex } from "@/lib/spans";
import { byTab, type Bodies } from "./bodies";
import { BodyView } from "./BodyView";
import styles from "./Details.module.css";
import { Attributes, Links, Privacy, Raw } from "./Facts";
import { StateChanges } from "./StateChanges";

type Props = {
  readonly ref: Ref<HTMLElement>;
  readonly index: SpanIndex;
  readonly row: number;
  readonly tab: DetailTab | undefined;
  readonly onTab: (tab: DetailTab) => void;
  readonly onSelect: (row: number) => void;
};

const TITLES: Record<DetailTab, string> = {
  input: "Input",
  output: "Output",
  state: "State",
  attributes: "Attributes",
  privacy: "Privacy",
  links: "Links",
  raw: "Raw",
};

const HEIGHT = "everyframe.details-height";
const [HEIGHT_MIN, HEIGHT_USUAL, HEIGHT_STEP] = [120, 300, 40];

export function Details({ ref, index, row, tab, onTab, onSelect }: Props) {
  const query = useQuery(spanQuery(index.traceId(row), index.spanId(row)));
  const [height, setHeight] = useState(() => Number(localStorage.getItem(HEIGHT)) || HEIGHT_USUAL);
  const resize = (next: number) => {
    const bounded = Math.round(Math.max(HEIGHT_MIN, Math.min(next, window.innerHeight * 0.7)));
    setHeight(bounded);
    localStorage.setItem(HEIGHT, String(bounded));
  };
  const bodies = query.data === undefined ? null : byTab(query.data.content);
  const chosen = tab ?? usualTab(bodies);
  return (
    <>
      <Splitter height={height} onResize={resize} />
      <section ref={ref} className={styles["details"]} style={{ "--height": `${height}px` } as React.CSSProperties} tabIndex={-1} aria-label="Details of the span">
        <header className={styles["head"]}>
          <h2>
            <KindChip kind={index.kind(row)} />
            <Visible text={index.name(row)} />
          </h2>
          <span className={styles["facts"]}>
            {index.status(row)} · {duration((index.duration[row] ?? NaN) / 1000)} · at {duration((index.start[row] ?? 0) / 1000)}
          </span>
        </header>
        <Tabs label="Details" panelId="details" tabs={tabsOf(query.data, bodies)} chosen={chosen} onChoose={onTab} />
        <div id="details" role="tabpanel" aria-labelledby={`details-${chosen}`} className={styles["panel"]} tabIndex={0} data-scrolls>
          {query.isError ? (
            <Failed failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
          ) : query.data === undefined || bodies === null ? (
            <Loading what="the span" rows={4} />
          ) : (
            <Panel span={query.data} bodies={bodies} tab={chosen} index={index} row={row} onSelect={onSelect} />
          )}
        </div>
      </section>
    </>
  );
}

/** What a span is looked at for first: what came out of it, unless only its input is there. */
function usualTab(bodies: Bodies | null): DetailTab {
  if (bodies === null || bodies.output.length > 0) return "output";
  if (bodies.state.length > 0) return "state";
  return bodies.input.length > 0 ? "input" : "attributes";
}

function tabsOf(span: Span | undefined, bodies: Bodies | null): readonly Tab<DetailTab>[] {
  const sizes: Partial<Record<DetailTab, number>> =
    span === undefined || bodies === null
      ? {}
      : {
          input: bodies.input.length,
          output: bodies.output.length,
          state: bodies.state.length,
          attributes: Object.keys(span.facts).length + span.attributes.length,
          privacy: span.withheld.length + span.content.filter((body) => body.clearance !== "kept").length,
          links: span.links.length + span.events.length,
        };
  return DETAIL_TABS.map((id) => ({
    id,
    label: TITLES[id],
    ...(sizes[id] !== undefined && sizes[id] > 0 && { badge: sizes[id] }),
  }));
}

type PanelProps = {
  readonly span: Span;
  readonly bodies: Bodies;
  readonly tab: DetailTab;
  readonly index: SpanIndex;
  readonly row: number;
  readonly onSelect: (row: number) => void;
};

function Panel({ span, bodies, tab, index, row, onSelect }: PanelProps) {
  switch (tab) {
    case "state":
      return <StateChanges span={span} deltas={bodies.state} index={index} row={row} />;
    case "input":
    case "output":
      return bodies[tab].length === 0 ? (
        <p className={styles["none"]}>No {tab} was recorded for this span.</p>
      ) : (
        bodies[tab].map((body) => <BodyView key={`${body.role}-${body.position}`} body={body} />)
      );
    case "attributes":
      return <Attributes span={span} />;
    case "privacy":
      return <Privacy span={span} />;
    case "links":
      return <Links span={span} index={index} onSelect={onSelect} />;
    case "raw":
      return <Raw span={span} />;
  }
}

function Splitter({ height, onResize }: { readonly height: number; readonly onResize: (height: number) => void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: HEIGHT_STEP, ArrowDown: -HEIGHT_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onResize(height + step);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onResize(height - event.movementY);
  };
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the details"
      aria-valuenow={height}
      aria-valuemin={HEIGHT_MIN}
      aria-valuemax={2000}
      tabIndex={0}
      className={styles["splitter"]}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
