/** Values beside the list. They edit the same text as the bar, and say of which runs they are counted. */
import { useState } from "react";
import type { RunSummary } from "@/api/client";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Visible } from "@/components/Visible";
import { count, counted } from "@/lib/format";
import { chosenValues, toggled } from "@/lib/queryText";
import { FACETS, seenValues, type Seen } from "./values";
import styles from "./Facets.module.css";

const SHOWN = 6;

type Props = {
  readonly runs: readonly RunSummary[];
  readonly isWhole: boolean;
  readonly text: string;
  readonly onText: (text: string) => void;
};

export function Facets({ runs, isWhole, text, onText }: Props) {
  const [isFolded, setFolded] = useState(true);
  return (
    <aside className={styles["facets"]} aria-label="Facets" tabIndex={0} data-scrolls data-folded={isFolded || undefined}>
      <button type="button" className={styles["unfold"]} aria-expanded={!isFolded} onClick={() => setFolded(!isFolded)}>
        Facets <span aria-hidden="true">{isFolded ? "▸" : "▾"}</span>
      </button>
      <p className={styles["of"]}>
        {runs.length === 0
          ? "No run to count in"
          : `Counted in ${isWhole ? "all" : "the"} ${counted(runs.length, "run")} ${isWhole ? "found" : "loaded so far"}`}
      </p>
      {FACETS.map((facet) => (
        <Facet key={facet.field} {...facet} seen={seenValues(runs, facet.field)} text={text} onText={onText} />
      ))}
    </aside>
  );
}

type FacetProps = Pick<Props, "text" | "onText"> & {
  readonly field: string;
  readonly title: string;
  readonly seen: readonly Seen[];
};

function Facet({ field, title, seen, text, onText }: FacetProps) {
  const [isWhole, setWhole] = useState(false);
  const chosen = chosenValues(text, field);
  const missing = [...chosen].filter((value) => !seen.some((entry) => entry.value === value));
  const values = [...missing.map((value) => ({ value, count: 0 })), ...seen.filter((entry) => entry.count > 0 || chosen.has(entry.value))];
  if (values.length === 0) return null;
  const shown = isWhole ? values : values.slice(0, SHOWN);
  return (
    <fieldset className={styles["facet"]}>
      <legend>{title}</legend>
      {shown.map((entry) => (
        <label key={entry.value} className={styles["value"]}>
          <input
            type="checkbox"
            checked={chosen.has(entry.value)}
            onChange={() => onText(toggled(text, field, entry.value))}
          />
          <span className={styles["word"]}>
            {field === "outcome" ? <OutcomeMark value={entry.value} /> : <Visible text={entry.value} />}
          </span>
          <span className={styles["count"]}>{count(entry.count)}</span>
        </label>
      ))}
      {values.length > SHOWN && (
        <button type="button" className={styles["more"]} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Fewer" : `${values.length - SHOWN} more`}
        </button>
      )}
    </fieldset>
  );
}
