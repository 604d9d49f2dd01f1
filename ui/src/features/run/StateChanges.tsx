/** The state before and after a step, as far as the steps of the run told it. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Body, Span } from "@/api/client";
import { spanQuery } from "@/api/queries";
import { Diff } from "@/components/Diff";
import { LongText } from "@/components/LongText";
import { Visible } from "@/components/Visible";
import { fact } from "@/lib/runFacts";
import type { SpanIndex } from "@/lib/spans";
import { changesOf, type StateChange } from "@/lib/stateDelta";
import { BodyView } from "./BodyView";
import detailStyles from "./Details.module.css";
import styles from "./StateChanges.module.css";

/** Earlier steps that are asked for what stood before; the latest of them. */
const EARLIER_MAX = 40;
const STATE = new Set(["state"]);

type Props = { readonly span: Span; readonly deltas: readonly Body[]; readonly index: SpanIndex; readonly row: number };

export function StateChanges({ span, deltas, index, row }: Props) {
  const earlier = useEarlierDeltas(index, row, deltas.length > 0);
  const [from, to] = [fact(span, "state_from"), fact(span, "state_to")];
  if (deltas.length === 0 && from === null && to === null) {
    return <p className={detailStyles["none"]}>No state delta was recorded for this span.</p>;
  }
  return (
    <>
      {(from !== null || to !== null) && (
        <p className={styles["move"]}>
          <Visible text={from ?? "not recorded"} /> <span aria-hidden="true">→</span>
          <span className="unseen">to</span> <strong><Visible text={to ?? "not recorded"} /></strong>
        </p>
      )}
      {deltas.map((body) => {
        const changes = body.text === null ? null : changesOf(body.text, earlier);
        return changes === null ? (
          <BodyView key={body.position} body={body} />
        ) : (
          <Changes key={body.position} changes={changes} />
        );
      })}
    </>
  );
}

/** The deltas of the steps that began before this one, in the order of time, as far as they have loaded. */
function useEarlierDeltas(index: SpanIndex, row: number, isAsked: boolean): readonly string[] {
  const rows = useMemo(() => {
    if (!isAsked) return [];
    const start = index.start[row] ?? 0;
    return index
      .rowsOfKinds(STATE)
      .filter((other) => other !== row && (index.start[other] ?? 0) < start)
      .sort((one, other) => (index.start[one] ?? 0) - (index.start[other] ?? 0))
      .slice(-EARLIER_MAX);
  }, [index, row, isAsked]);
  const spans = useQueries({ queries: rows.map((other) => spanQuery(index.traceId(other), index.spanId(other))) });
  return spans.flatMap(({ data }) =>
    (data?.content ?? []).flatMap((body) => (body.role === "state_delta" && body.text !== null ? [body.text] : [])),
  );
}

function Changes({ changes }: { readonly changes: readonly StateChange[] }) {
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ key, before, after }) => (
          <tr key={key}>
            <th scope="row">
              <code>
                <Visible text={key} />
              </code>
            </th>
            <td>{before === null ? <span className={styles["soft"]}>not told before</span> : <LongText text={before.text} />}</td>
            <td>
              {before === null ? (
                <LongText text={after.text} />
              ) : before.text === after.text ? (
                <span className={styles["soft"]}>the same</span>
              ) : (
                <Diff one={before.text} other={after.text} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
