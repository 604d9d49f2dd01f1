/** What spans said while they ran: their events, and the words of their errors, in the order of time. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Body, Span } from "@/api/client";
import { failureOf } from "@/api/failure";
import { spanQuery } from "@/api/queries";
import { KindChip } from "@/components/KindChip";
import { LongText } from "@/components/LongText";
import { Empty } from "@/components/States";
import { VirtualList } from "@/components/VirtualList";
import { Visible } from "@/components/Visible";
import { count, counted, duration } from "@/lib/format";
import type { SpanIndex } from "@/lib/spans";
import styles from "./Logs.module.css";

type Props = { readonly index: SpanIndex; readonly selected: number; readonly onSelect: (row: number) => void };

export function Logs({ index, selected, onSelect }: Props) {
  const rows = useMemo(() => sayingRows(index), [index]);
  if (rows.length === 0) {
    return (
      <Empty title="Nothing was logged in this run">
        <p>
          Events of spans and the words of errors stand here. Record events with your SDK's <code>add_event</code> and{" "}
          <code>record_exception</code>.
        </p>
      </Empty>
    );
  }
  return (
    <VirtualList
      label="Logs"
      count={rows.length}
      height={64}
      chosen={rows.indexOf(selected)}
      head={`${count(rows.length)} of ${counted(index.count, "span")} with events or an error`}
      item={(place) => {
        const row = rows[place] ?? 0;
        return <Entry index={index} row={row} isSelected={row === selected} onSelect={onSelect} />;
      }}
    />
  );
}

/** Rows that have events or ended in an error, in the order they began. */
function sayingRows(index: SpanIndex): readonly number[] {
  return Array.from({ length: index.count }, (_, row) => row)
    .filter((row) => index.isMarked("events", row) || index.isError[row] === 1)
    .sort((one, other) => (index.start[one] ?? 0) - (index.start[other] ?? 0) || one - other);
}

type EntryProps = Omit<Props, "selected"> & { readonly row: number; readonly isSelected: boolean };

function Entry({ index, row, isSelected, onSelect }: EntryProps) {
  const query = useQuery(spanQuery(index.traceId(row), index.spanId(row)));
  const isError = index.isError[row] === 1;
  return (
    <article className={styles["entry"]} data-selected={isSelected || undefined} data-error={isError || undefined}>
      <button type="button" className={styles["head"]} aria-current={isSelected || undefined} onClick={() => onSelect(row)}>
        <span className={styles["at"]}>{duration((index.start[row] ?? 0) / 1000)}</span>
        <KindChip kind={index.kind(row)} />
        <strong>
          <Visible text={index.name(row)} />
        </strong>
        {isError && (
          <span className={styles["bad"]}>
            ✕ <Visible text={index.text("error_class", row) ?? "error"} />
          </span>
        )}
      </button>
      {query.isError && <p className={styles["soft"]}>{failureOf(query.error).detail}</p>}
      {query.data !== undefined && <Lines span={query.data} spanAt={index.start[row] ?? 0} />}
    </article>
  );
}

const ERROR_ROLES = new Set(["error_message", "stack_trace"]);
const NANOS_PER_MICRO = 1_000n;

/** Microseconds from the start of the run to an event: the span's own start, and how long after it. */
function eventAt(span: Span, spanAt: number, nanos: string): number {
  return spanAt + Number((BigInt(nanos) - BigInt(span.start_unix_nanos)) / NANOS_PER_MICRO);
}

function Lines({ span, spanAt }: { readonly span: Span; readonly spanAt: number }) {
  const errors = span.content.filter((body) => ERROR_ROLES.has(body.role));
  if (span.events.length + errors.length === 0) {
    return <p className={styles["none"]}>an error without words: no message and no event was recorded</p>;
  }
  return (
    <ol className={styles["lines"]}>
      {span.events.map((event, place) => (
        <li key={place}>
          <span className={styles["at"]}>{duration(eventAt(span, spanAt, event.time_unix_nanos) / 1000)}</span>
          <span>
            <Visible text={event.name} />
            {event.attributes.map(({ key, value }) => (
              <span key={key} className={styles["soft"]}>
                {" "}
                <Visible text={`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`} />
              </span>
            ))}
          </span>
        </li>
      ))}
      {errors.map((body) => (
        <li key={`${body.role}${body.position}`}>
          <span className={styles["at"]} />
          <ErrorText body={body} />
        </li>
      ))}
    </ol>
  );
}

function ErrorText({ body }: { readonly body: Body }) {
  if (body.text === null) return <span className={styles["withheld"]}>▨ withheld by the policy</span>;
  return <LongText text={body.text} isCode={body.role === "stack_trace"} />;
}
