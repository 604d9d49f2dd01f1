/** Why: nine rows in a fixed order, each with the span it comes from, or an honest gap. */
import { Visible } from "@/components/Visible";
import { percent } from "@/lib/format";
import { NO_ROW } from "@/lib/spans";
import { WHY_TITLES, type WhyRow } from "./why";
import styles from "./WhyPanel.module.css";

export type Candidate = { readonly row: number; readonly rule: string; readonly confidence: number };

type Props = {
  readonly rows: readonly WhyRow[];
  readonly about: string;
  readonly candidate: Candidate | null;
  readonly hasFailed: boolean;
  readonly onSource: (row: number) => void;
};

export function WhyPanel({ rows, about, candidate, hasFailed, onSource }: Props) {
  return (
    <aside className={styles["panel"]} aria-label="Why" tabIndex={0} data-scrolls>
      <h2>
        Why <span className={styles["about"]}>{about}</span>
      </h2>
      <FirstWrong candidate={candidate} hasFailed={hasFailed} onSource={onSource} />
      <dl>
        {rows.map((row) => (
          <div key={row.row} className={styles["row"]} data-state={row.state}>
            <dt>{WHY_TITLES[row.row] ?? row.row}</dt>
            <dd>
              <Value row={row} />
              {row.source !== NO_ROW && (
                <button type="button" className={styles["source"]} onClick={() => onSource(row.source)}>
                  span {row.source + 1}
                </button>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function Value({ row }: { readonly row: WhyRow }) {
  return (
    <>
      {row.value !== null && (
        <span>
          <Visible text={row.value} />{" "}
        </span>
      )}
      {row.texts.map((text, place) => (
        <q key={place} className={styles["text"]}>
          <Visible text={text} />
        </q>
      ))}
      {row.state === "withheld" && <span className={styles["withheld"]}>▨ withheld by policy</span>}
      {row.state === "not_recorded" && (
        <span className={styles["gap"]}>
          not recorded{row.hint !== null && <span className={styles["hint"]}>{row.hint.replaceAll("`", "")}</span>}
        </span>
      )}
      {row.state === "not_needed" && row.value === null && <span className={styles["gap"]}>none up to here</span>}
    </>
  );
}

function FirstWrong({ candidate, hasFailed, onSource }: Pick<Props, "candidate" | "hasFailed" | "onSource">) {
  if (candidate === null) {
    return hasFailed ? (
      <p className={styles["none"]}>No candidate for the first wrong decision was found by a rule.</p>
    ) : null;
  }
  return (
    <div className={styles["wrong"]}>
      <strong>◇ First wrong decision, suggested</strong>
      <span>
        {candidate.rule.replaceAll("_", " ")}, confidence {percent(candidate.confidence)}
      </span>
      <button type="button" className={styles["source"]} onClick={() => onSource(candidate.row)}>
        span {candidate.row + 1}
      </button>
    </div>
  );
}
