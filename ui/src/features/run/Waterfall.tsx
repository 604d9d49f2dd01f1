/**
 * The spans as a tree on time. Rows are elements, so that they can be read, focused and copied; only those in view
 * exist. The window of time is two numbers on the container: moving it restyles bars and renders nothing.
 */
import { memo, useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { KindChip } from "@/components/KindChip";
import { useFixedRows } from "@/components/useFixedRows";
import { Visible } from "@/components/Visible";
import { count, duration } from "@/lib/format";
import { rowOfEntry } from "@/lib/folding";
import { lookOf } from "@/lib/kinds";
import type { SpanIndex } from "@/lib/spans";
import { rowsOnScreen, ticks, type Window } from "@/lib/timeScale";
import type { TreeState } from "./useTree";
import styles from "./Waterfall.module.css";

const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 24;
const TICKS_MOST = 5;
const OVERVIEW_AFTER_MILLIS = 90;

type Props = {
  readonly index: SpanIndex;
  readonly tree: TreeState;
  /** The window of time; none follows the rows on the screen. */
  readonly window: Window | null;
  readonly firstWrong: number;
  readonly onWindow: (window: Window) => void;
  readonly onOpenDetails: () => void;
};

export function Waterfall({ index, tree, window, firstWrong, onWindow, onOpenDetails }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { entries, groups } = tree;
  const rows = useFixedRows(scroller, entries.length, ROW_HEIGHT, HEAD_HEIGHT);
  const { reveal } = rows;
  useEffect(() => reveal(tree.place), [reveal, tree.place, tree.selected]);
  const shown = window ?? rowsOnScreen(index, groups, entries, rows.first, rows.last);
  useEffect(() => {
    // The overview follows once scrolling rests: at every frame it would render the page around the rows.
    const timer = setTimeout(() => onWindow(shown), OVERVIEW_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, [shown.from, shown.to]); // eslint-disable-line react-hooks/exhaustive-deps
  const drawn = entries.subarray(rows.drawn.first, rows.drawn.last + 1);
  return (
    <div
      ref={scroller}
      className={styles["scroller"]}
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={entries.length}
      aria-activedescendant={tree.place >= 0 ? `span-row-${tree.selected}` : undefined}
      tabIndex={0}
      data-testid="waterfall"
    >
      <TimeWindow scroller={scroller} window={shown} />
      <Axis window={shown} />
      <div className={styles["rows"]} style={{ height: entries.length * ROW_HEIGHT }} role="rowgroup">
        {Array.from(drawn, (entry, offset) => {
          const place = rows.drawn.first + offset;
          const row = rowOfEntry(entry, groups);
          const isSelected = place === tree.place;
          return (
            <Row
              key={entry}
              index={index}
              entry={entry}
              row={row}
              place={place}
              groupSize={entry < 0 ? (groups.groups[~entry]?.rows.length ?? 0) : 0}
              groupErrors={entry < 0 ? (groups.groups[~entry]?.errors ?? 0) : 0}
              groupEnd={entry < 0 ? lastEnd(index, tree, entry) : 0}
              isOpen={entry >= 0 && index.hasChildren(entry) ? !tree.folds.closed.has(entry) : undefined}
              isSelected={isSelected}
              isFirstWrong={row === firstWrong}
              onSelect={tree.select}
              onToggle={tree.toggle}
              onOpen={onOpenDetails}
            />
          );
        })}
      </div>
    </div>
  );
}

function lastEnd(index: SpanIndex, tree: TreeState, entry: number): number {
  const rows = tree.groups.groups[~entry]?.rows;
  const last = rows?.[rows.length - 1] ?? 0;
  return (index.start[last] ?? 0) + (index.duration[last] || 0);
}

/** Puts the window on the container as two numbers; bars compute their place from them. */
function TimeWindow({ scroller, window }: { readonly scroller: RefObject<HTMLElement | null>; readonly window: Window }) {
  useLayoutEffect(() => {
    scroller.current?.style.setProperty("--from", String(window.from));
    scroller.current?.style.setProperty("--scale", String(100 / (window.to - window.from)));
  }, [scroller, window.from, window.to]);
  return null;
}

function Axis({ window }: { readonly window: Window }) {
  const width = window.to - window.from;
  return (
    <div className={styles["axis"]} role="row">
      <span role="columnheader">Span</span>
      <span role="columnheader" className={styles["ticks"]}>
        <span className="unseen">Time</span>
        {ticks(window, TICKS_MOST)
          .filter((at) => (at - window.from) / width < 0.94)
          .map((at) => (
            <span key={at} className={styles["tick"]} style={{ left: `${(100 * (at - window.from)) / width}%` }}>
              {duration(at / 1000)}
            </span>
          ))}
      </span>
      <span role="columnheader" className={styles["took"]}>
        Duration
      </span>
    </div>
  );
}

type RowProps = {
  readonly index: SpanIndex;
  readonly entry: number;
  readonly row: number;
  readonly place: number;
  readonly groupSize: number;
  readonly groupErrors: number;
  readonly groupEnd: number;
  readonly isOpen: boolean | undefined;
  readonly isSelected: boolean;
  readonly isFirstWrong: boolean;
  readonly onSelect: (row: number) => void;
  readonly onToggle: (entry: number) => void;
  readonly onOpen: () => void;
};

const INDENT_PX = 14;
/** Deeper rows are not moved further to the right: their level is still told. */
const INDENT_DEPTH_MAX = 12;

const Row = memo(function Row(props: RowProps) {
  const { index, entry, row, isOpen } = props;
  const depth = index.depth[row] ?? 0;
  const isError = (index.isError[row] ?? 0) === 1 || props.groupErrors > 0;
  const took = index.duration[row] ?? NaN;
  const isRunning = Number.isNaN(took) && props.groupSize === 0;
  const start = index.start[row] ?? 0;
  const length = props.groupSize > 0 ? props.groupEnd - start : isRunning ? Math.max(0, index.to - start) : took;
  return (
    <div
      id={`span-row-${row}`}
      role="row"
      aria-level={depth + 1}
      aria-rowindex={props.place + 1}
      aria-selected={props.isSelected}
      aria-expanded={entry < 0 ? false : isOpen}
      className={styles["row"]}
      data-error={isError || undefined}
      style={{ transform: `translateY(${props.place * ROW_HEIGHT}px)` }}
      onClick={() => props.onSelect(row)}
      onDoubleClick={props.onOpen}
    >
      <span
        role="gridcell"
        className={styles["label"]}
        style={{ paddingLeft: Math.min(depth, INDENT_DEPTH_MAX) * INDENT_PX + 4 }}
      >
        <span
          className={styles["fold"]}
          aria-hidden="true"
          onClick={(event) => {
            if (isOpen === undefined && entry >= 0) return;
            event.stopPropagation();
            props.onToggle(entry);
          }}
        >
          {entry < 0 ? "▸" : isOpen === undefined ? "" : isOpen ? "▾" : "▸"}
        </span>
        {props.isFirstWrong && (
          <span className={styles["wrong"]} title="suggested first wrong decision">
            ◇
          </span>
        )}
        <KindChip kind={index.kind(row)} />
        {isError && (
          <span className={styles["error"]} title="ended with an error">
            ✕<span className="unseen">error</span>
          </span>
        )}
        <span className={styles["name"]}>
          <Visible text={index.name(row)} />
        </span>
        <Notes {...props} />
      </span>
      <span role="gridcell" className={styles["time"]}>
        <span
          className={styles["bar"]}
          data-tint={lookOf(index.kind(row)).tint}
          data-running={isRunning || undefined}
          data-error={isError || undefined}
          style={{ "--at": start, "--for": length } as React.CSSProperties}
        />
      </span>
      <span role="gridcell" className={styles["took"]}>
        {isRunning ? "running" : duration(length / 1000)}
      </span>
    </div>
  );
});

/** What a row says beside its name: repetition, retries, and what is odd about it. */
function Notes({ index, row, entry, groupSize, groupErrors, isOpen }: RowProps) {
  const below = isOpen === false ? (index.end[row] ?? 0) - row - 1 : 0;
  const merged = index.number("merged_into", row);
  const retry = index.number("retry_of", row) !== null;
  const error = index.text("error_class", row);
  const verdict = index.text("policy_verdict", row);
  const approval = index.text("approval_decision", row);
  const notes: string[] = [];
  if (entry < 0) notes.push(`×${count(groupSize)}${groupErrors > 0 ? `, ${count(groupErrors)} failed` : ""}`);
  if (below > 0) notes.push(`${count(below)} below`);
  if (retry) notes.push("↻ retry");
  if (verdict !== null) notes.push(verdict);
  if (approval !== null) notes.push(approval);
  if (error !== null && entry >= 0) notes.push(error);
  if (merged !== null) notes.push("same call as another span");
  if (index.isMarked("orphan", row)) notes.push("parent never arrived");
  if (index.isMarked("conflict", row)) notes.push("conflicting records");
  if (notes.length === 0) return null;
  return (
    <span className={styles["notes"]}>
      <Visible text={notes.join(" · ")} />
    </span>
  );
}
