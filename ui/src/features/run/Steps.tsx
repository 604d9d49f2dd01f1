/** One readable card for each decision and what came of it, in the order things happened. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Body, Span } from "@/api/client";
import { spanQuery } from "@/api/queries";
import { KindChip } from "@/components/KindChip";
import { VirtualList } from "@/components/VirtualList";
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
  const rows = useMemo(() => stepsOf(index), [index]);
  return (
    <VirtualList
      label="Steps"
      count={rows.length}
      height={96}
      chosen={rows.indexOf(selected)}
      head={`${counted(rows.length, "step")} of ${counted(index.count, "span")}: those that decide, act or look something up`}
      item={(place) => {
        const row = rows[place] ?? 0;
        return <Step index={index} row={row} number={place + 1} isSelected={row === selected} onSelect={onSelect} />;
      }}
    />
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
