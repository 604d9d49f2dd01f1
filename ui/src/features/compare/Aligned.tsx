/** The steps of both runs side by side. Rows that are alike fold, and say how many they are. */
import { memo, useMemo, useState } from "react";
import type { Comparison, ComparisonRow, ComparisonStep } from "@/api/client";
import { Button } from "@/components/Button";
import { KindChip } from "@/components/KindChip";
import { Visible } from "@/components/Visible";
import { foldSame, standing } from "@/lib/alignment";
import { count, counted } from "@/lib/format";
import styles from "./RunsCompared.module.css";

/** Rows drawn at first, and more on asking. */
const SHOWN_FIRST = 120;

const MARKS = {
  same: { sign: "=", words: "the same" },
  differs: { sign: "≠", words: "differs" },
  "only-a": { sign: "−", words: "only in A" },
  "only-b": { sign: "+", words: "only in B" },
} as const;

type Props = {
  readonly comparison: Comparison;
  readonly chosen: number;
  readonly onChoose: (row: number) => void;
  readonly isOpen: boolean;
};

export function Aligned({ comparison, chosen, onChoose, isOpen }: Props) {
  const { rows, rows_left_out: leftOut } = comparison;
  const entries = useMemo(() => foldSame(rows, isOpen), [rows, isOpen]);
  const [asked, setShown] = useState(SHOWN_FIRST);
  const place = entries.findIndex((entry) =>
    entry.what === "row" ? entry.row === chosen : entry.from <= chosen && chosen < entry.from + entry.rows,
  );
  const shown = Math.max(asked, place + 1);
  return (
    <div className={styles["scroller"]} tabIndex={0} role="region" aria-label="Steps side by side" data-scrolls>
      <table className={styles["aligned"]}>
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">Differs in</th>
          </tr>
        </thead>
        <tbody>
          {entries.slice(0, shown).map((entry) => {
            if (entry.what === "same") {
              return (
                <tr key={entry.from} className={styles["folded"]}>
                  <td colSpan={4}>{counted(entry.rows, "step")} alike</td>
                </tr>
              );
            }
            const row = rows[entry.row];
            return (
              row && <Row key={entry.row} row={row} place={entry.row} isChosen={entry.row === chosen} onChoose={onChoose} />
            );
          })}
        </tbody>
      </table>
      {entries.length > shown && (
        <Button look="quiet" onClick={() => setShown(shown * 3)}>
          {count(shown)} of {count(entries.length)} rows shown: show more
        </Button>
      )}
      {leftOut > 0 && <p className={styles["soft"]}>{counted(leftOut, "row")} at the end are not listed.</p>}
    </div>
  );
}

type RowProps = {
  readonly row: ComparisonRow;
  readonly place: number;
  readonly isChosen: boolean;
  readonly onChoose: (row: number) => void;
};

const Row = memo(function Row({ row, place, isChosen, onChoose }: RowProps) {
  const mark = MARKS[standing(row)];
  return (
    <tr data-mark={standing(row)} aria-current={isChosen || undefined} onClick={() => onChoose(place)}>
      <td>
        <button type="button" onClick={() => onChoose(place)}>
          {count(place + 1)} <span aria-hidden="true">{mark.sign}</span>
          <span className="unseen">{mark.words}</span>
        </button>
      </td>
      <Step step={row.a} />
      <Step step={row.b} />
      <td className={styles["soft"]}>{row.differs.join(", ")}</td>
    </tr>
  );
});

function Step({ step }: { readonly step: ComparisonStep | null | undefined }) {
  if (step === null || step === undefined) return <td className={styles["absent"]}>– not there</td>;
  return (
    <td>
      <span className={styles["step"]}>
        <KindChip kind={step.kind} />
        {step.status === "error" && (
          <span className={styles["bad"]}>
            ✕<span className="unseen">error</span>
          </span>
        )}
        <span className={styles["name"]}>
          <Visible text={step.name} />
        </span>
        {step.times > 1 && <span className={styles["soft"]}>×{count(step.times)}</span>}
      </span>
    </td>
  );
}
