/** Why, at the selected span: candidates for the first wrong decision, the nine rows, and what is missing. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Candidate, Explanation } from "@/api/client";
import { failureOf } from "@/api/failure";
import { explanationQuery, whyQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/States";
import { Ticked } from "@/components/Ticked";
import { WhyRows, type WhySource } from "@/components/WhyRows";
import { count, counted, percent } from "@/lib/format";
import { NO_ROW, type SpanIndex } from "@/lib/spans";
import styles from "./WhyPanel.module.css";

type Props = {
  readonly runId: string;
  readonly project: string;
  readonly index: SpanIndex;
  readonly row: number;
  readonly onSource: (row: number) => void;
};

export function WhyPanel({ runId, project, index, row, onSource }: Props) {
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
      {explanation.data !== undefined && <FirstWrong explanation={explanation.data} project={project} onSource={go} />}
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

type FirstWrongProps = {
  readonly explanation: Explanation;
  readonly project: string;
  readonly onSource: (source: WhySource) => void;
};

function FirstWrong({ explanation, project, onSource }: FirstWrongProps) {
  const [best, ...others] = explanation.candidates;
  if (best === undefined) {
    return explanation.verdict === "nothing" ? null : (
      <p className={styles["none"]}>
        ◇ No step stands out as the first wrong decision.
        {explanation.missing.map((line) => (
          <span key={line}>
            <Ticked text={line} />
          </span>
        ))}
      </p>
    );
  }
  return (
    <section className={styles["wrong"]} data-level={best.standing === "confirmed" ? "high" : best.level} aria-label="First wrong decision">
      <h3>{headingOf(best)}</h3>
      <Suggestion candidate={best} onSource={onSource} runId={explanation.run_id} />
      {others.length > 0 && (
        <details>
          <summary>
            {others.length === 1 ? "One other candidate" : `${others.length} other candidates`}
          </summary>
          {others.map((candidate) => (
            <Suggestion key={candidate.span_id} candidate={candidate} onSource={onSource} runId={explanation.run_id} />
          ))}
        </details>
      )}
      {explanation.compared_with.length > 0 && (
        <p className={styles["soft"]}>
          Compared with {counted(explanation.compared_with.length, "successful run")} of the same task.{" "}
          <Link
            to="/$project/compare"
            params={{ project }}
            search={{ a: explanation.compared_with[0] ?? "", b: explanation.run_id }}
          >
            See them side by side
          </Link>
        </p>
      )}
    </section>
  );
}

/** How sure it is, and what people said of it; a shape for each, so that colour is never the only sign. */
function headingOf({ standing, level }: Candidate): string {
  if (standing === "confirmed") return "◆ First wrong decision, confirmed by a person";
  if (standing === "disputed") return "⬖ First wrong decision, suggested and disputed";
  return level === "low" ? "◇ A weak hint, and no more" : "◇ First wrong decision, suggested";
}

type SuggestionProps = {
  readonly candidate: Candidate;
  readonly runId: string;
  readonly onSource: (source: WhySource) => void;
};

function Suggestion({ candidate, runId, onSource }: SuggestionProps) {
  return (
    <div className={styles["suggestion"]}>
      <p>
        <Ticked text={candidate.reason} />
      </p>
      <p className={styles["soft"]}>
        <button type="button" onClick={() => onSource(candidate)}>
          span {candidate.step + 1}
        </button>{" "}
        · {candidate.rule.replaceAll("_", " ")} · confidence {candidate.level} ({percent(candidate.confidence)})
      </p>
      <ul>
        {candidate.evidence.map((entry) => (
          <li key={`${entry.span_id}${entry.shows}`} className={styles["soft"]}>
            <Ticked text={entry.shows} />{" "}
            {entry.run_id !== runId ? (
              <a href={`/go/${entry.trace_id}/${entry.span_id}`}>span {entry.step + 1} of another run</a>
            ) : (
              entry.span_id !== candidate.span_id && (
                <button type="button" onClick={() => onSource(entry)}>
                  span {entry.step + 1}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
