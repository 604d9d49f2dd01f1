/** Two groups of runs: which values tell them apart, by counts on both sides. It names no cause. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CohortDifference, Cohorts } from "@/api/client";
import { failureOf } from "@/api/failure";
import { RUN_FIELDS } from "@/api/fields";
import { groupsQuery } from "@/api/queries";
import { useActions } from "@/components/Actions";
import { Button } from "@/components/Button";
import { Empty, Failed, Loading } from "@/components/States";
import { Visible } from "@/components/Visible";
import { count, counted, percent } from "@/lib/format";
import { amount } from "@/lib/amounts";
import { both, quoted } from "@/lib/queryText";
import { ALL_PROJECTS, parseRange } from "@/lib/search";
import styles from "./GroupsCompared.module.css";

const route = getRouteApi("/$project/compare");

type Props = {
  readonly project: string;
  readonly these: string;
  readonly others: string;
  readonly range: string | undefined;
};

export function GroupsCompared({ project, these, others, range }: Props) {
  const navigate = route.useNavigate();
  const [now] = useState(() => Date.now());
  const { from, to, label } = parseRange(range, now);
  const query = useQuery(groupsQuery({ these, others, project: project === ALL_PROJECTS ? null : project, from, to }));
  const swap = () => void navigate({ search: (known) => ({ ...known, these: others, others: these }) });
  useActions({ swap });
  const data = query.data;
  return (
    <main id="main" className={styles["page"]}>
      <h1>What tells these runs apart</h1>
      <div className={styles["sides"]}>
        <GroupSide title="These" filter={these} runs={data?.bad} project={project} range={range} />
        <Button look="quiet" onClick={swap} hint="x">
          Swap
        </Button>
        <GroupSide title="The others" filter={others} runs={data?.good} project={project} range={range} />
      </div>
      <p className={styles["soft"]}>
        {label}. Differences are counted, not explained: what comes with an outcome need not be its cause.
        {data?.is_complete === false && " Only the newest runs of each side were looked at."}
      </p>
      {query.isError ? (
        <Failed failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      ) : data === undefined ? (
        <Loading what="the comparison" rows={10} />
      ) : data.good === 0 || data.bad === 0 ? (
        <Empty title={`No run is on the side of ${data.bad === 0 ? "these" : "the others"}`}>
          <p>A side needs at least one settled run.</p>
        </Empty>
      ) : (
        <Table data={data} project={project} these={these} range={range} />
      )}
    </main>
  );
}

type SideProps = {
  readonly title: string;
  readonly filter: string;
  readonly runs: number | undefined;
  readonly project: string;
  readonly range: string | undefined;
};

function GroupSide({ title, filter, runs, project, range }: SideProps) {
  return (
    <section className={styles["side"]} aria-label={title}>
      <h2>
        {title}
        {runs !== undefined && <span className={styles["soft"]}> {counted(runs, "run")}</span>}
      </h2>
      <Link to="/$project/runs" params={{ project }} search={{ q: filter, ...(range !== undefined && { t: range }) }}>
        <code>
          <Visible text={filter} />
        </code>
      </Link>
    </section>
  );
}

type TableProps = {
  readonly data: Cohorts;
  readonly project: string;
  readonly these: string;
  readonly range: string | undefined;
};

function Table({ data, project, these, range }: TableProps) {
  if (data.differences.length === 0) {
    return <Empty title="Nothing that was recorded tells them apart">Both sides have the same values as often.</Empty>;
  }
  const clear = data.differences.filter((entry) => entry.is_significant).length;
  return (
    <>
      <p role="status">
        {counted(data.differences.length, "difference")}
        {clear === 0
          ? "; with so few runs each of them may be chance"
          : clear < data.differences.length
            ? `; ${count(clear)} of them hardly by chance, the others may be`
            : ", none of them likely by chance"}
        .
      </p>
      <div className={styles["wide"]} tabIndex={0} role="region" aria-label="Differences" data-scrolls>
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">These</th>
              <th scope="col">The others</th>
              <th scope="col" title="Chance of a difference as large where there is none, corrected for how many were looked at">
                Chance
              </th>
              <th scope="col">Look</th>
            </tr>
          </thead>
          <tbody>
            {data.differences.map((entry) => (
              <Row key={`${entry.name} ${entry.value ?? ""}`} entry={entry} project={project} these={these} range={range} />
            ))}
          </tbody>
        </table>
      </div>
      {data.differences_left_out > 0 && (
        <p className={styles["soft"]}>{counted(data.differences_left_out, "difference")} more, all likelier by chance, are left out.</p>
      )}
    </>
  );
}

type RowProps = Omit<TableProps, "data"> & { readonly entry: CohortDifference };

function Row({ entry, project, these, range }: RowProps) {
  const term = filterOf(entry);
  return (
    <tr data-clear={entry.is_significant || undefined}>
      <th scope="row">
        <span className={styles["soft"]}>{entry.name.replaceAll("_", " ")}</span>{" "}
        {entry.value === null ? "size" : <Visible text={entry.value} />}
      </th>
      <SideCell entry={entry} side={entry.bad} />
      <SideCell entry={entry} side={entry.good} />
      <td>{entry.corrected < 0.001 ? "< 0.1 %" : entry.corrected < 0.1 ? `${(entry.corrected * 100).toFixed(1)} %` : percent(entry.corrected)}</td>
      <td>
        {entry.example_bad !== null && entry.example_good !== null && (
          <Link to="/$project/compare" params={{ project }} search={{ a: entry.example_good, b: entry.example_bad }}>
            one of each
          </Link>
        )}
        {term !== null && entry.bad.runs > 0 && (
          <Link
            to="/$project/runs"
            params={{ project }}
            search={{ q: both(these, term), ...(range !== undefined && { t: range }) }}
          >
            {counted(entry.bad.runs, "run")}
          </Link>
        )}
      </td>
    </tr>
  );
}

/** A share with a bar of its length, or a median. */
function SideCell({ entry, side }: { readonly entry: CohortDifference; readonly side: CohortDifference["bad"] }) {
  if (entry.value === null) return <td>{side.runs === 0 ? "not known" : `median ${amount(entry.name, side.median)}`}</td>;
  const share = side.of === 0 ? 0 : side.runs / side.of;
  return (
    <td>
      <span className={styles["share"]}>
        <span className={styles["track"]} aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
        {count(side.runs)} of {count(side.of)}
      </span>
    </td>
  );
}

/** The filter that finds runs with a value; none where it is not a field of runs. */
function filterOf(entry: CohortDifference): string | null {
  const field = RUN_FIELDS.find(({ name, aliases }) => name === entry.name || aliases.includes(entry.name));
  return field === undefined || entry.value === null ? null : `${entry.name}:${quoted(entry.value)}`;
}
