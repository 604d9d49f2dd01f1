/** Candidates for the first wrong decision, what they rest on, and what people said of them. */
import { Link } from "@tanstack/react-router";
import type { Candidate, Explanation } from "@/api/client";
import { Button } from "@/components/Button";
import { Ticked } from "@/components/Ticked";
import { Visible } from "@/components/Visible";
import type { WhySource } from "@/components/WhyRows";
import { count, counted, moment, percent } from "@/lib/format";
import styles from "./WhyPanel.module.css";

/** What a person is about to say, and of which span; of none where nothing was wrong. */
export type WordAbout = {
  readonly label: "confirm" | "dispute" | "nothing";
  readonly traceId: string | null;
  readonly spanId: string | null;
};

type Props = {
  readonly explanation: Explanation;
  readonly project: string;
  readonly selected: { readonly traceId: string; readonly spanId: string } | null;
  readonly onSource: (source: WhySource) => void;
  readonly onSay: (word: WordAbout) => void;
};

export function FirstWrong({ explanation, project, selected, onSource, onSay }: Props) {
  const [best, ...others] = explanation.candidates;
  if (best === undefined) {
    return explanation.verdict === "nothing" && explanation.words.length === 0 ? null : (
      <div className={styles["none"]}>
        <p>
          ◇ No step stands out as the first wrong decision.
          {explanation.missing.map((line) => (
            <span key={line}>
              <Ticked text={line} />
            </span>
          ))}
        </p>
        {selected !== null && (
          <Button onClick={() => onSay({ label: "confirm", ...selected })} hint="m">
            Say that this span was the first wrong
          </Button>
        )}
        <Words explanation={explanation} onSource={onSource} />
      </div>
    );
  }
  return (
    <section className={styles["wrong"]} data-level={best.standing === "confirmed" ? "high" : best.level} aria-label="First wrong decision">
      <h3>{headingOf(best)}</h3>
      <Suggestion candidate={best} onSource={onSource} runId={explanation.run_id} onSay={onSay} />
      {others.length > 0 && (
        <details>
          <summary>
            {others.length === 1 ? "One other candidate" : `${others.length} other candidates`}
          </summary>
          {others.map((candidate) => (
            <Suggestion key={candidate.span_id} candidate={candidate} onSource={onSource} runId={explanation.run_id} onSay={onSay} />
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
      <Words explanation={explanation} onSource={onSource} />
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
  readonly onSay: (word: WordAbout) => void;
};

function Suggestion({ candidate, runId, onSource, onSay }: SuggestionProps) {
  const about = { traceId: candidate.trace_id, spanId: candidate.span_id };
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
        {candidate.confirmed_by > 0 && ` · confirmed by ${counted(candidate.confirmed_by, "person", "people")}`}
        {candidate.disputed_by > 0 && ` · disputed by ${counted(candidate.disputed_by, "person", "people")}`}
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
      <p className={styles["say"]}>
        <Button onClick={() => onSay({ label: "confirm", ...about })}>Confirm</Button>
        <Button onClick={() => onSay({ label: "dispute", ...about })}>Dispute</Button>
      </p>
    </div>
  );
}

const SAID: Readonly<Record<string, string>> = {
  confirm: "confirmed",
  dispute: "disputed",
  nothing: "said that no decision was wrong",
  withdraw: "took back what they had said",
};

/** What people said, oldest first. Nothing of it is ever overwritten. */
function Words({ explanation, onSource }: Pick<Props, "explanation" | "onSource">) {
  const { words } = explanation;
  if (words.length === 0) return null;
  return (
    <details>
      <summary>What people said ({count(words.length)})</summary>
      <ol>
        {words.map((word, place) => (
          <li key={place} className={styles["soft"]}>
            <Visible text={word.reviewer ?? "someone"} /> {SAID[word.verdict] ?? word.verdict}{" "}
            {word.span_id !== null && word.trace_id !== null && (
              <button
                type="button"
                onClick={() => onSource({ trace_id: word.trace_id ?? "", span_id: word.span_id ?? "", step: 0 })}
              >
                this span
              </button>
            )}
            , <time dateTime={word.time}>{moment(word.time)}</time>
          </li>
        ))}
      </ol>
    </details>
  );
}
