/** The list of runs: only rows in view exist, the row with the cursor keeps it, selection is by run. */
import { Link } from "@tanstack/react-router";
import { memo, useEffect, useMemo, useRef, type RefObject } from "react";
import type { RunSummary } from "@/api/client";
import { useFixedRows } from "@/components/useFixedRows";
import { tracksOf, type Column } from "./columns";
import styles from "./RunsTable.module.css";

const ROW_HEIGHT = 32;
const HEAD_HEIGHT = 30;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 30;

type Props = {
  readonly runs: readonly RunSummary[];
  readonly columns: readonly Column[];
  /** Whether the reader chose none: on a phone only the first of them are shown. */
  readonly areColumnsUsual: boolean;
  readonly project: string;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly cursor: number;
  readonly onCursor: (row: number) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (runId: string) => void;
  readonly onEnd: () => void;
  readonly nowMillis: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly isOld: boolean;
};

export function RunsTable(props: Props) {
  const { runs, columns, cursor, onEnd, scroller } = props;
  const rows = useFixedRows(scroller, runs.length, ROW_HEIGHT, HEAD_HEIGHT);
  const { template, minWidth } = useMemo(() => tracksOf(columns), [columns]);
  const { reveal, last } = rows;
  const isFirst = useRef(true);
  useEffect(() => {
    // Coming to the page moves nothing: where it was left is put back by the page.
    if (!isFirst.current) reveal(cursor);
    isFirst.current = false;
  }, [cursor, reveal]);
  useEffect(() => {
    if (last + AHEAD >= runs.length) onEnd();
  }, [last, runs.length, onEnd]);
  const drawn = runs.slice(rows.drawn.first, rows.drawn.last + 1);
  return (
    <div ref={scroller} className={styles["scroller"]} data-old={props.isOld || undefined} data-testid="runs-scroller">
      <div
        role="grid"
        aria-label="Runs"
        aria-rowcount={runs.length + 1}
        className={styles["table"]}
        data-usual={props.areColumnsUsual || undefined}
        style={
          {
            height: runs.length * ROW_HEIGHT + HEAD_HEIGHT,
            "--tracks": template,
            "--least": `${minWidth}px`,
          } as React.CSSProperties
        }
      >
        <Head {...props} />
        {drawn.map((run, place) => {
          const row = rows.drawn.first + place;
          return (
            <Row
              key={run.run_id}
              run={run}
              row={row}
              columns={columns}
              project={props.project}
              hasCursor={row === cursor}
              isSelected={props.selected.has(run.run_id)}
              onSelect={props.onSelect}
              onCursor={props.onCursor}
              nowMillis={props.nowMillis}
            />
          );
        })}
      </div>
    </div>
  );
}

function Head({ columns, sort, onSort }: Props) {
  return (
    <div role="row" aria-rowindex={1} className={styles["head"]}>
      <span role="columnheader">
        <span className="unseen">Selected</span>
      </span>
      {columns.map((column) => {
        const direction = sort === column.sort ? "ascending" : sort === `-${column.sort}` ? "descending" : "none";
        return (
          <span
            key={column.id}
            role="columnheader"
            data-column={column.id}
            aria-sort={column.sort === undefined ? undefined : direction}
            data-number={column.isNumber}
          >
            {column.sort === undefined ? (
              column.title
            ) : (
              <button
                type="button"
                className={styles["sort"]}
                onClick={() => onSort(direction === "descending" ? (column.sort ?? "") : `-${column.sort ?? ""}`)}
              >
                {column.title}
                <span aria-hidden="true">{{ ascending: " ↑", descending: " ↓", none: "" }[direction]}</span>
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
}

type RowProps = {
  readonly run: RunSummary;
  readonly row: number;
  readonly columns: readonly Column[];
  readonly project: string;
  readonly hasCursor: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (runId: string) => void;
  readonly onCursor: (row: number) => void;
  readonly nowMillis: number;
};

const Row = memo(function Row(props: RowProps) {
  const { run, row, columns } = props;
  const link = useRef<HTMLAnchorElement>(null);
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      aria-selected={props.isSelected}
      className={styles["row"]}
      data-cursor={props.hasCursor || undefined}
      style={{ transform: `translateY(${row * ROW_HEIGHT + HEAD_HEIGHT}px)` }}
      onClick={(event) => {
        props.onCursor(row);
        const isOwn = event.target instanceof Element && event.target.closest("a,label,button") !== null;
        if (!isOwn) link.current?.click();
      }}
    >
      <span role="gridcell" className={styles["check"]}>
        <label>
          <input
            type="checkbox"
            checked={props.isSelected}
            onChange={() => props.onSelect(run.run_id)}
            aria-label={`Select run ${run.run_id}`}
          />
        </label>
      </span>
      {columns.map((column) => (
        <span key={column.id} role="gridcell" className={styles["cell"]} data-column={column.id} data-number={column.isNumber}>
          {column.id === "name" ? (
            <Link
              ref={link}
              to="/$project/runs/$run"
              params={{ project: props.project, run: run.run_id }}
              className={styles["name"]}
              preload={false}
            >
              {column.show(run, props.nowMillis)}
            </Link>
          ) : (
            column.show(run, props.nowMillis)
          )}
        </span>
      ))}
    </div>
  );
});
