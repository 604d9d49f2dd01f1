/**
 * The spans as a tree on time. Rows are elements, so that they can be read, focused and copied; only those in view
 * exist. Bars lie in a layer of their own, with the window of time as two numbers on it: moving the window restyles
 * the bars, and nothing else.
 */
import { memo, useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { KindChip } from "@/components/KindChip";
import { useFixedRows } from "@/components/useFixedRows";
import { Visible } from "@/components/Visible";
import { count, duration } from "@/lib/format";
import { rowOfEntry, type Group, type Groups } from "@/lib/folding";
import type { SpanIndex } from "@/lib/spans";
import { rowsOnScreen, ticks, type Window } from "@/lib/timeScale";
import { barOf, type Bar } from "./bars";
import type { TreeState } from "./useTree";
import styles from "./Waterfall.module.css";

const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 24;
const BAR_TOP = 6;
const TICKS_MOST = 5;
/** The share of the axis after which the words of a tick would not fit. */
const TICK_LAST = 0.87;
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
  const layer = useRef<HTMLDivElement>(null);
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
  const drawn = Array.from(entries.subarray(rows.drawn.first, rows.drawn.last + 1), (entry, offset) => {
    const place = rows.drawn.first + offset;
    return { entry, place, slot: rows.slot(place), row: rowOfEntry(entry, groups), bar: barOf(index, groups, entry) };
  });
  return (
    <div
      ref={scroller}
      className={styles["scroller"]}
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={entries.length}
      aria-colcount={3}
      aria-activedescendant={tree.place >= 0 ? `span-row-${tree.selected}` : undefined}
      tabIndex={0}
      data-testid="waterfall"
    >
      <TimeWindow layer={layer} window={shown} />
      <Axis window={shown} />
      <div className={styles["rows"]} style={{ height: entries.length * ROW_HEIGHT }} role="rowgroup">
        {drawn.map(({ entry, place, slot, row, bar }) => (
          <Row
            key={slot}
            index={index}
            entry={entry}
            row={row}
            place={place}
            groups={groups}
            took={bar.isRunning ? null : bar.length}
            isError={bar.isError}
            isOpen={entry >= 0 && index.hasChildren(entry) ? !tree.folds.closed.has(entry) : undefined}
            isSelected={place === tree.place}
            isFirstWrong={row === firstWrong}
            onSelect={tree.select}
            onToggle={tree.toggle}
            onOpen={onOpenDetails}
          />
        ))}
        <div ref={layer} className={styles["bars"]} role="presentation">
          {drawn.toSorted(bySlot).map(({ place, slot, bar }) => (
            <TimeBar key={slot} place={place} {...bar} />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Bars are not read out, so they may stand in any order: in this one no element ever moves. */
const bySlot = (one: { readonly slot: number }, other: { readonly slot: number }) => one.slot - other.slot;

const TimeBar = memo(function TimeBar({ place, start, length, tint, isRunning, isError }: Bar & { readonly place: number }) {
  return (
    <span
      className={styles["bar"]}
      data-tint={tint}
      data-running={isRunning || undefined}
      data-error={isError || undefined}
      style={{ "--at": start, "--for": length, top: place * ROW_HEIGHT + BAR_TOP } as React.CSSProperties}
    />
  );
});

/** Puts the window on the layer as two numbers; bars compute their place from them. */
function TimeWindow({ layer, window }: { readonly layer: RefObject<HTMLElement | null>; readonly window: Window }) {
  useLayoutEffect(() => {
    layer.current?.style.setProperty("--from", String(window.from));
    layer.current?.style.setProperty("--scale", String(100 / (window.to - window.from)));
  }, [layer, window.from, window.to]);
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
          .filter((at) => (at - window.from) / width < TICK_LAST)
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
  readonly groups: Groups;
  /** Microseconds; none while it runs. */
  readonly took: number | null;
  readonly isError: boolean;
  readonly isOpen: boolean | undefined;
  readonly isSelected: boolean;
  readonly isFirstWrong: boolean;
  readonly onSelect: (row: number) => void;
  readonly onToggle: (entry: number) => void;
  readonly onOpen: () => void;
};

const INDENT_PX = 14;
const INDENT_FIRST_PX = 12;
/** Deeper rows are not moved further to the right: their level is still told. */
const INDENT_DEPTH_MAX = 12;

const Row = memo(function Row(props: RowProps) {
  const { index, entry, row, isOpen, isError } = props;
  const depth = index.depth[row] ?? 0;
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
        aria-colindex={1}
        className={styles["label"]}
        style={{ paddingLeft: Math.min(depth, INDENT_DEPTH_MAX) * INDENT_PX + INDENT_FIRST_PX }}
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
      <span role="gridcell" aria-colindex={3} className={styles["took"]}>
        {props.took === null ? "running" : duration(props.took / 1000)}
      </span>
    </div>
  );
});

/** What a row says beside its name: repetition, retries, and what is odd about it. */
function Notes({ index, row, entry, groups, isOpen }: RowProps) {
  const group = entry < 0 ? groups.groups[~entry] : undefined;
  const below = isOpen === false ? (index.end[row] ?? 0) - row - 1 : 0;
  const merged = index.number("merged_into", row);
  const retry = index.number("retry_of", row) !== null;
  const error = index.text("error_class", row);
  const verdict = index.text("policy_verdict", row);
  const approval = index.text("approval_decision", row);
  const notes: string[] = [];
  if (group !== undefined) notes.push(...groupNotes(group));
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

/** How many stand as one row, how many of them failed, and the spread of their times. */
function groupNotes({ rows, errors, shortest, longest }: Group): string[] {
  const spread = Number.isFinite(shortest) ? [`${duration(shortest / 1000)} to ${duration(longest / 1000)}`] : [];
  return [`×${count(rows.length)}`, ...(errors > 0 ? [`${count(errors)} failed`] : []), ...spread];
}
