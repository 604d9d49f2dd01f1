/** One readable card for each decision and what came of it, in the order things happened. */
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { Body, Span } from "@/api/client";
import { spanQuery } from "@/api/queries";
import { KindChip } from "@/components/KindChip";
import { Visible } from "@/components/Visible";
import { count, counted, dollars, duration } from "@/lib/format";
import { readable } from "@/lib/messages";
import type { SpanIndex } from "@/lib/spans";
import { roleTitle } from "@/lib/roles";
import styles from "./Steps.module.css";

/** Kinds that say what happened; the others only hold them together. */
const TELLING = new Set([
  "model",
  "tool",
  "retrieval",
  "policy",
  "approval",
  "handoff",
  "state",
  "evaluator",
  "memory",
  "reranker",
  "mcp",
  "other",
]);

type Props = { readonly index: SpanIndex; readonly selected: number; readonly onSelect: (row: number) => void };

export function Steps({ index, selected, onSelect }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => stepsOf(index), [index]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 96,
    overscan: 4,
  });
  const at = rows.indexOf(selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at]); // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <div ref={scroller} className={styles["scroller"]} tabIndex={0} role="region" aria-label="Steps">
      <p className={styles["count"]}>
        {counted(rows.length, "step")} of {counted(index.count, "span")}: those that decide, act or look something up
      </p>
      <ol style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index] ?? 0;
          return (
            <li
              key={row}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles["item"]}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Step index={index} row={row} number={item.index + 1} isSelected={row === selected} onSelect={onSelect} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function stepsOf(index: SpanIndex): number[] {
  return index
    .rowsOfKinds(TELLING)
    .filter((row) => index.number("merged_into", row) === null)
    .sort((one, other) => (index.start[one] ?? 0) - (index.start[other] ?? 0) || one - other);
}

type StepProps = {
  readonly index: SpanIndex;
  readonly row: number;
  readonly number: number;
  readonly isSelected: boolean;
  readonly onSelect: (row: number) => void;
};

function Step({ index, row, number, isSelected, onSelect }: StepProps) {
  const query = useQuery(spanQuery(index.traceId(row), index.spanId(row)));
  const error = index.text("error_class", row);
  const cost = index.number("cost", row);
  const tokens = index.number("output_tokens", row);
  return (
    <article className={styles["step"]} data-selected={isSelected || undefined} data-error={index.isError[row] === 1 || undefined}>
      <button type="button" className={styles["head"]} aria-current={isSelected || undefined} onClick={() => onSelect(row)}>
        <span className={styles["number"]}>{number}</span>
        <KindChip kind={index.kind(row)} />
        <strong>
          <Visible text={index.name(row)} />
        </strong>
        {index.isError[row] === 1 && (
          <span className={styles["bad"]}>
            ✕ <Visible text={error ?? "error"} />
          </span>
        )}
        {index.number("retry_of", row) !== null && <span>↻ retry</span>}
        <span className={styles["facts"]}>
          {tokens !== null && `${count(tokens)} tokens out · `}
          {cost !== null && `${dollars(cost)} · `}
          {duration((index.duration[row] ?? NaN) / 1000)}
        </span>
      </button>
      {query.data !== undefined && <Summary span={query.data} />}
    </article>
  );
}

/** What a span was given that is new, and what came out of it; both shortened. */
function Summary({ span }: { readonly span: Span }) {
  const shown = telling(span.content);
  if (span.content.length === 0) return <p className={styles["none"]}>no content was recorded</p>;
  return (
    <dl className={styles["bodies"]}>
      {shown.map((body) => (
        <div key={`${body.role}${body.position}`}>
          <dt>{roleTitle(body.role)}</dt>
          <dd>{body.text === null ? <span className={styles["withheld"]}>▨ withheld by the policy</span> : <Visible text={shortened(body)} />}</dd>
        </div>
      ))}
    </dl>
  );
}

const EXCERPT = 420;
const SHOWN_MOST = 4;

function telling(bodies: readonly Body[]): Body[] {
  const inputs = bodies.filter((body) => body.role === "input_message");
  const rest = bodies.filter((body) => !["input_message", "instructions", "tool_definitions", "prompt"].includes(body.role));
  const last = inputs.at(-1);
  return [...(last === undefined ? [] : [last]), ...rest].slice(0, SHOWN_MOST);
}

function shortened(body: Body): string {
  const text = readable(body.text ?? "");
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)} …` : text;
}
