/** What can be done with selected runs, and what sets them apart from the others that are loaded. */
import { useMemo } from "react";
import type { RunSummary } from "@/api/client";
import { Button } from "@/components/Button";
import { Copy } from "@/components/Copy";
import { Visible } from "@/components/Visible";
import { counted } from "@/lib/format";
import { differences } from "./differences";
import styles from "./SelectionBar.module.css";

type Props = {
  readonly runs: readonly RunSummary[];
  readonly selected: ReadonlySet<string>;
  readonly onClear: () => void;
};

const SHOWN = 4;

export function SelectionBar({ runs, selected, onClear }: Props) {
  const chosen = useMemo(() => runs.filter((run) => selected.has(run.run_id)), [runs, selected]);
  const rest = useMemo(() => runs.filter((run) => !selected.has(run.run_id)), [runs, selected]);
  const found = useMemo(() => differences(chosen, rest).slice(0, SHOWN), [chosen, rest]);
  return (
    <section className={styles["bar"]} aria-label="Selected runs">
      <div className={styles["actions"]}>
        <strong>{counted(chosen.length, "run")} selected</strong>
        <Copy label="Copy as JSON" text={() => JSON.stringify(chosen, null, 2)} />
        <Button look="quiet" onClick={onClear}>
          Clear
        </Button>
      </div>
      {chosen.length > 1 && (
        <div className={styles["shared"]}>
          <h2>What do these share?</h2>
          {found.length === 0 ? (
            <p>Nothing that the other loaded runs do not have as often.</p>
          ) : (
            <ul>
              {found.map((entry) => (
                <li key={`${entry.field}:${entry.value}`}>
                  <span className={styles["field"]}>{entry.field}</span> <Visible text={entry.value} />
                  <span className={styles["counts"]}>
                    {entry.within} of {chosen.length} · {entry.outside} of the other {rest.length} loaded
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </section>
  );
}
