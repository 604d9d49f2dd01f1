/** The list of runs: which of them need me, and what do they have in common? */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RunSummary } from "@/api/client";
import { failureOf } from "@/api/failure";
import { statsQuery, type RunsQuestion } from "@/api/queries";
import { useActions } from "@/components/Actions";
import { Button } from "@/components/Button";
import { Menu, MenuCheck } from "@/components/Menu";
import { RangeMenu } from "@/components/RangeMenu";
import { Empty, Failed, Loading } from "@/components/States";
import { count, counted } from "@/lib/format";
import { ALL_PROJECTS, parseRange, type RunsSearch } from "@/lib/search";
import { both, terms } from "@/lib/queryText";
import { chosenColumns, COLUMNS } from "./columns";
import { Facets } from "./Facets";
import { FirstUse } from "./FirstUse";
import { Histogram } from "./Histogram";
import { Peek } from "./Peek";
import { QueryBar } from "./QueryBar";
import { RunsTable } from "./RunsTable";
import styles from "./RunsPage.module.css";
import { SelectionBar } from "./SelectionBar";
import { useHistogram } from "./useHistogram";
import { useListPlace } from "./useListPlace";
import { useNow } from "./useNow";
import { useRuns } from "./useRuns";
import { seenValues } from "./values";

const route = getRouteApi("/$project/runs");
/** Outcomes in which the goal was missed. */
const FAILED = "outcome:failure,denied,budget_exhausted,timed_out";
const SORT_USUAL = "-start";

export function RunsPage() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow();
  const [minute] = useState(() => Date.now());
  const question = useMemo<RunsQuestion>(() => {
    const range = parseRange(search.t, minute);
    return {
      q: search.q ?? "",
      project: project === ALL_PROJECTS ? null : project,
      from: range.from,
      to: range.to,
      sort: search.sort ?? SORT_USUAL,
    };
  }, [search.q, search.t, search.sort, project, minute]);
  const { runs, waiting, changed, admit, more, isWhole, pages } = useRuns(question, search.live === true);
  const stats = useQuery(statsQuery());
  const histogram = useHistogram(question, now, runs, isWhole && pages.isSuccess && !pages.isPlaceholderData);
  const change = useCallback(
    (next: Partial<{ [K in keyof RunsSearch]: RunsSearch[K] | undefined }>, isStep = true) =>
      void navigate({ search: (known) => ({ ...known, ...next }) as RunsSearch, replace: !isStep }),
    [navigate],
  );
  const peeked = runs.find((run) => run.run_id === search.peek);
  const columns = chosenColumns(search.cols, peeked !== undefined);
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const select = useCallback((runId: string) => {
    setSelected((known) => {
      const next = new Set(known);
      if (!next.delete(runId)) next.add(runId);
      return next;
    });
  }, []);
  const scroller = useRef<HTMLDivElement>(null);
  useListPlace(scroller, question, runs, cursor, setCursor);
  useEffect(() => {
    document.title = "Runs · Everyframe";
  }, []);

  const at = runs[Math.min(cursor, runs.length - 1)];
  const open = (runId: string) => void navigate({ to: "/$project/runs/$run", params: { project, run: runId } });
  const pair = runs.filter((run) => selected.has(run.run_id)).sort(goodFirst);
  const compare = () => {
    const [a, b] = pair.map((run) => run.run_id);
    if (a !== undefined && b !== undefined) void navigate({ to: "/$project/compare", params: { project }, search: { a, b } });
  };
  useActions({
    nextRow: () => setCursor(Math.min(cursor + 1, runs.length - 1)),
    previousRow: () => setCursor(Math.max(cursor - 1, 0)),
    openRun: () => at && open(at.run_id),
    peek: () => at && change({ peek: search.peek === at.run_id ? undefined : at.run_id }, false),
    select: () => at && select(at.run_id),
    ...(pair.length === 2 && { compare }),
    admit,
    live: () => change({ live: search.live === true ? undefined : true }),
  });

  const storedRuns = stats.data?.runs ?? 0;
  const isListEmpty = pages.isSuccess && runs.length === 0;
  useEffect(() => {
    // The first run has arrived while the list was known to be empty.
    if (storedRuns > 0 && isListEmpty) admit();
  }, [storedRuns]); // eslint-disable-line react-hooks/exhaustive-deps
  const isFiltered = question.q !== "" || question.from !== null || question.to !== null || question.project !== null;
  if (stats.data?.runs === 0 && stats.data.spans === 0 && runs.length === 0) return <FirstUse />;
  const failure = pages.isError ? failureOf(pages.error) : null;
  return (
    <main id="main" className={styles["page"]}>
      <h1 className="unseen">Runs</h1>
      <div className={styles["filter"]}>
        <QueryBar
          value={question.q}
          onSubmit={(q) => change({ q: q === "" ? undefined : q })}
          valuesOf={(field) => seenValues(runs, field)}
          isInvalid={failure?.caret !== undefined}
        />
        <RangeMenu range={search.t} nowMillis={minute} onRange={(t) => change({ t })} />
        <Button aria-pressed={search.live === true} onClick={() => change({ live: search.live === true ? undefined : true })}>
          <span aria-hidden="true">●</span> Live
        </Button>
      </div>
      <div className={styles["body"]}>
        <Facets runs={runs} isWhole={isWhole && pages.isSuccess} text={question.q} onText={(q) => change({ q: q === "" ? undefined : q })} />
        <section className={styles["list"]} aria-label="List of runs">
          <div className={styles["summary"]}>
            <span role="status">
              {pages.isPending ? "Loading" : failure !== null && runs.length === 0 ? "No answer" : `${counted(runs.length, "run")}${isWhole ? "" : " loaded, more below"}`}
              {stats.data !== undefined && isFiltered && ` · ${count(stats.data.runs)} stored in all`}
            </span>
            {waiting + changed > 0 && (
              <Button onClick={admit} hint=".">
                <span aria-hidden="true">●</span>
                {waiting > 0 ? counted(waiting, "new run") : `${count(changed)} changed`}
              </Button>
            )}
            <span className={styles["right"]}>
              <Link
                to="/$project/metrics"
                params={{ project }}
                search={{ ...(question.q !== "" && { q: question.q }), ...(search.t !== undefined && { t: search.t }) }}
              >
                Metrics of these
              </Link>
              <Link
                to="/$project/compare"
                params={{ project }}
                search={{
                  these: both(question.q, FAILED),
                  others: both(question.q, "outcome:success"),
                  ...(search.t !== undefined && { t: search.t }),
                }}
              >
                Failed against successful
              </Link>
              <Menu label="Columns" isQuiet>
                {COLUMNS.map((column) => (
                  <MenuCheck
                    key={column.id}
                    isOn={columns.includes(column)}
                    onChange={(isOn) => {
                      const next = COLUMNS.filter((other) => (other === column ? isOn : columns.includes(other)));
                      const isUsual = next.every((other) => other.isUsual) && next.length === COLUMNS.filter((other) => other.isUsual).length;
                      change({ cols: isUsual || next.length === 0 ? undefined : next.map(({ id }) => id).join(",") }, false);
                    }}
                  >
                    {column.title}
                  </MenuCheck>
                ))}
              </Menu>
            </span>
          </div>
          {histogram !== null && runs.length > 0 && <Histogram histogram={histogram} onRange={(t) => change({ t })} />}
          {failure !== null && runs.length === 0 ? (
            <Failed failure={failure} onRetry={failure.caret === undefined ? () => void pages.refetch() : undefined} />
          ) : pages.isPending ? (
            <Loading what="runs" rows={14} />
          ) : runs.length === 0 ? (
            <NothingFound q={question.q} onText={(q) => change({ q: q === "" ? undefined : q })} hasRange={question.from !== null} onAnyTime={() => change({ t: undefined })} />
          ) : (
            <RunsTable
              runs={runs}
              columns={columns}
              areColumnsUsual={search.cols === undefined}
              project={project}
              sort={question.sort}
              onSort={(sort) => change({ sort: sort === SORT_USUAL ? undefined : sort })}
              cursor={cursor}
              onCursor={setCursor}
              selected={selected}
              onSelect={select}
              onEnd={more}
              nowMillis={now}
              scroller={scroller}
              isOld={pages.isPlaceholderData}
            />
          )}
          {selected.size > 0 && (
            <SelectionBar
              runs={runs}
              selected={selected}
              question={question}
              project={project}
              range={search.t}
              onCompare={compare}
              onClear={() => setSelected(new Set())}
            />
          )}
        </section>
        {peeked !== undefined && (
          <Peek run={peeked} project={project} onClose={() => change({ peek: undefined }, false)} />
        )}
      </div>
    </main>
  );
}

/** The run that met its goal stands on the left, where both are compared; else the older one. */
function goodFirst(one: RunSummary, other: RunSummary): number {
  const rank = (run: RunSummary) => (run.outcome.value === "success" ? 0 : 1);
  return rank(one) - rank(other) || one.start.localeCompare(other.start);
}

type NothingProps = {
  readonly q: string;
  readonly onText: (q: string) => void;
  readonly hasRange: boolean;
  readonly onAnyTime: () => void;
};

function NothingFound({ q, onText, hasRange, onAnyTime }: NothingProps) {
  const parts = terms(q);
  return (
    <Empty title="No run meets this">
      <p>Take a term out to see more:</p>
      <div className={styles["terms"]}>
        {parts.map((term) => (
          <Button
            key={term.from}
            onClick={() => onText(parts.filter((other) => other !== term).map((other) => other.text).join(" "))}
          >
            <code>{term.text}</code>
            <span aria-hidden="true">✕</span>
            <span className="unseen">take out</span>
          </Button>
        ))}
        {hasRange && <Button onClick={onAnyTime}>Look at any time</Button>}
        {parts.length > 1 && (
          <Button look="quiet" onClick={() => onText("")}>
            Clear the filter
          </Button>
        )}
      </div>
    </Empty>
  );
}
