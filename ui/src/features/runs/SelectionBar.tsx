/** What can be done with selected runs, and what sets them apart from the others that meet the filter. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunSummary } from "@/api/client";
import { failureOf } from "@/api/failure";
import { groupsQuery, type GroupsQuestion, type RunsQuestion } from "@/api/queries";
import { Button } from "@/components/Button";
import { Copy } from "@/components/Copy";
import { Visible } from "@/components/Visible";
import { counted } from "@/lib/format";
import { butRuns, ofRuns } from "@/lib/queryText";
import styles from "./SelectionBar.module.css";

/** More would make an address longer than some programs carry. */
export const SELECTED_MAX = 100;
const SHOWN = 4;

type Props = {
  readonly runs: readonly RunSummary[];
  readonly selected: ReadonlySet<string>;
  readonly question: RunsQuestion;
  readonly project: string;
  readonly range: string | undefined;
  readonly onCompare: () => void;
  readonly onClear: () => void;
};

export function SelectionBar({ runs, selected, question, project, range, onCompare, onClear }: Props) {
  const chosen = useMemo(() => runs.filter((run) => selected.has(run.run_id)), [runs, selected]);
  const ids = chosen.map((run) => run.run_id).sort();
  return (
    <section className={styles["bar"]} aria-label="Selected runs">
      <div className={styles["actions"]}>
        <strong>{counted(chosen.length, "run")} selected</strong>
        <Button look={chosen.length === 2 ? "plain" : "quiet"} onClick={onCompare} hint="c" disabled={chosen.length !== 2}>
          {chosen.length === 2 ? "Compare" : "Compare two"}
        </Button>
        <Copy label="Copy as JSON" text={() => JSON.stringify(chosen, null, 2)} />
        <Button look="quiet" onClick={onClear}>
          Clear
        </Button>
      </div>
      {ids.length > 1 && (
        <div className={styles["shared"]}>
          <h2>What do these share?</h2>
          {ids.length > SELECTED_MAX ? (
            <p>Select at most {SELECTED_MAX} runs to see it.</p>
          ) : (
            <Shared question={{ ...question, these: ofRuns(ids), others: butRuns(question.q, ids) }} project={project} range={range} />
          )}
        </div>
      )}
    </section>
  );
}

type SharedProps = { readonly question: GroupsQuestion; readonly project: string; readonly range: string | undefined };

function Shared({ question, project, range }: SharedProps) {
  const query = useQuery(groupsQuery(question));
  if (query.isError) return <p>{failureOf(query.error).detail}</p>;
  if (query.data === undefined) return <p role="status">Counting …</p>;
  const { differences, good, bad } = query.data;
  if (good === 0 || bad === 0) return <p>There is no {bad === 0 ? "settled run among these" : "other settled run"} to set them against.</p>;
  const found = differences.filter((entry) => entry.value !== null && entry.effect > 0);
  return (
    <>
      {found.length === 0 && <p>Nothing that the others do not have as often.</p>}
      <ul data-old={query.isPlaceholderData || undefined}>
        {found.slice(0, SHOWN).map((entry) => (
          <li key={`${entry.name} ${entry.value ?? ""}`}>
            <span className={styles["field"]}>{entry.name.replaceAll("_", " ")}</span> <Visible text={entry.value ?? ""} />
            <span className={styles["counts"]}>
              {entry.bad.runs} of {entry.bad.of} · {entry.good.runs} of {entry.good.of} others
              {!entry.is_significant && " · may be chance"}
            </span>
          </li>
        ))}
      </ul>
      {differences.length > 0 && (
        <Link
          to="/$project/compare"
          params={{ project }}
          search={{ these: question.these, others: question.others, ...(range !== undefined && { t: range }) }}
        >
          All {counted(differences.length, "difference")}
        </Link>
      )}
    </>
  );
}
