/** Why, at the selected span: candidates for the first wrong decision, the nine rows, and what is missing. */
import { useQuery } from "@tanstack/react-query";
import { failureOf } from "@/api/failure";
import { explanationQuery, whyQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/States";
import { WhyRows, type WhySource } from "@/components/WhyRows";
import { count, percent } from "@/lib/format";
import { NO_ROW, type SpanIndex } from "@/lib/spans";
import { FirstWrong, type WordAbout } from "./FirstWrong";
import styles from "./WhyPanel.module.css";

type Props = {
  readonly runId: string;
  readonly project: string;
  readonly index: SpanIndex;
  readonly row: number;
  readonly onSource: (row: number) => void;
  readonly onSay: (word: WordAbout) => void;
};

export function WhyPanel({ runId, project, index, row, onSource, onSay }: Props) {
  const isRun = row === 0;
  const span = isRun ? null : { traceId: index.traceId(row), spanId: index.spanId(row) };
  const why = useQuery(whyQuery(runId, span));
  const explanation = useQuery(explanationQuery(runId));
  const go = (source: WhySource) => {
    const found = index.rowOf(source.span_id);
    if (found !== NO_ROW) onSource(found);
  };
  const evidence = why.data?.evidence;
  return (
    <aside className={styles["panel"]} aria-label="Why" tabIndex={0} data-scrolls>
      <h2>
        Why{" "}
        <span className={styles["about"]}>{isRun ? "the run as a whole" : `span ${count(row + 1)} of ${count(index.total)}`}</span>
      </h2>
      {explanation.data !== undefined && (
        <FirstWrong explanation={explanation.data} project={project} selected={span} onSource={go} onSay={onSay} />
      )}
      {why.isError ? (
        <Failed failure={failureOf(why.error)} onRetry={() => void why.refetch()} />
      ) : why.data === undefined ? (
        <Loading what="why" rows={9} />
      ) : (
        <div data-old={why.isPlaceholderData || undefined} className={styles["rows"]}>
          <WhyRows rows={why.data.rows} onSource={go} />
        </div>
      )}
      {evidence !== undefined && evidence.needed > 0 && (
        <p className={styles["evidence"]}>
          Evidence {percent(evidence.score)}: {count(evidence.filled)} of {count(evidence.needed)} fields that explain{" "}
          {isRun ? "this run" : "this span"} are recorded.
        </p>
      )}
    </aside>
  );
}
