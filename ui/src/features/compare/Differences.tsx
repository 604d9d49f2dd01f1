/** What differs, in the order of the run. It names no cause. */
import type { Comparison } from "@/api/client";
import { Visible } from "@/components/Visible";
import { count, UNKNOWN } from "@/lib/format";
import styles from "./RunsCompared.module.css";

type Props = { readonly comparison: Comparison; readonly onRow: (row: number) => void };

export function Differences({ comparison, onRow }: Props) {
  const { differences, differences_left_out: leftOut } = comparison;
  return (
    <section className={styles["differences"]} aria-label="What differs" tabIndex={0} data-scrolls>
      <h2>What differs</h2>
      {differences.length === 0 && <p className={styles["soft"]}>Nothing that was recorded.</p>}
      <ol>
        {differences.map((entry, place) => (
          <li key={place}>
            <h3>
              {entry.aspect}
              <span className={styles["of"]}>
                <Visible text={entry.of.replaceAll("_", " ")} />
              </span>
              {entry.row !== null && (
                <button type="button" onClick={() => onRow(entry.row ?? 0)}>
                  row {count(entry.row + 1)}
                </button>
              )}
            </h3>
            {entry.a === null && entry.b === null && entry.arguments.length === 0 ? (
              <p className={styles["soft"]}>only the content says how</p>
            ) : (
              <dl className={styles["pair"]}>
                <dt>A</dt>
                <dd>{entry.a === null ? UNKNOWN : <Visible text={entry.a} />}</dd>
                <dt>B</dt>
                <dd>{entry.b === null ? UNKNOWN : <Visible text={entry.b} />}</dd>
              </dl>
            )}
            {entry.arguments.length > 0 && (
              <p className={styles["soft"]}>
                at <Visible text={entry.arguments.join(", ")} />
              </p>
            )}
          </li>
        ))}
      </ol>
      {leftOut > 0 && <p className={styles["soft"]}>and {count(leftOut)} more differences that are not listed</p>}
    </section>
  );
}
