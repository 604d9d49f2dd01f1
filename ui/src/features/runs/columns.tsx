/** Columns of the list of runs: what each shows, and the field it is sorted by. */
import type { ReactNode } from "react";
import type { RunSummary } from "@/api/client";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Visible } from "@/components/Visible";
import { ago, compact, count, dollars, duration, moment, percent, UNKNOWN } from "@/lib/format";
import { fact } from "@/lib/runFacts";
import styles from "./RunsTable.module.css";

export type Column = {
  readonly id: string;
  readonly title: string;
  /** Field of the server to sort by; none where it cannot. */
  readonly sort?: string;
  /** Pixels it needs. */
  readonly min: number;
  /** Its share of what is left over. */
  readonly grow?: number;
  readonly isNumber?: boolean;
  /** Shown unless the reader chose otherwise. */
  readonly isUsual: boolean;
  readonly show: (run: RunSummary, nowMillis: number) => ReactNode;
};

const none = (words: string) => <span className={styles["none"]}>{words}</span>;
const words = (value: string | null, absent = UNKNOWN) => (value === null ? none(absent) : <Visible text={value} />);
const list = (values: readonly string[]) => (values.length === 0 ? none(UNKNOWN) : <Visible text={values.join(", ")} />);

export const COLUMNS: readonly Column[] = [
  {
    id: "outcome",
    title: "Outcome",
    min: 140,
    isUsual: true,
    show: (run) => <OutcomeMark value={run.outcome.value} source={run.outcome.source} />,
  },
  {
    id: "name",
    title: "Goal or name",
    min: 220, grow: 4,
    isUsual: true,
    sort: "name",
    show: (run) => <RunName run={run} />,
  },
  {
    id: "first_wrong",
    title: "First wrong",
    min: 92, grow: 1,
    isUsual: true,
    show: (run) =>
      run.first_wrong === null ? (
        none(UNKNOWN)
      ) : (
        <span title={`${run.first_wrong.rule.replaceAll("_", " ")}: suggested by a rule, confidence ${percent(run.first_wrong.confidence)}`}>
          <span aria-hidden="true">◇ </span>
          {run.first_wrong.rule.replaceAll("_", " ")}
        </span>
      ),
  },
  {
    id: "stop",
    title: "Stop reason",
    min: 92, grow: 1,
    isUsual: true,
    show: (run) => words(fact(run, "stop_reason")?.replaceAll("_", " ") ?? null),
  },
  {
    id: "error",
    title: "Errors",
    min: 52,
    isNumber: true,
    isUsual: true,
    sort: "errors",
    show: (run) => (
      <span title={run.error_classes.join(", ") || undefined} data-bad={run.errors > 0 || undefined}>
        {count(run.errors)}
      </span>
    ),
  },
  { id: "spans", title: "Spans", min: 56, isNumber: true, isUsual: false, sort: "spans", show: (run) => count(run.spans) },
  {
    id: "tools",
    title: "Tools",
    min: 56,
    isNumber: true,
    isUsual: false,
    sort: "tool_call_count",
    show: (run) => count(run.tool_call_count),
  },
  {
    id: "tokens",
    title: "Tokens",
    min: 64,
    isNumber: true,
    isUsual: false,
    sort: "input_tokens",
    show: (run) =>
      run.tokens.input === null && run.tokens.output === null ? (
        none(UNKNOWN)
      ) : (
        <span title={`${count(run.tokens.input)} in, ${count(run.tokens.output)} out`}>
          {compact((run.tokens.input ?? 0) + (run.tokens.output ?? 0))}
        </span>
      ),
  },
  {
    id: "cost",
    title: "Cost",
    min: 72,
    isNumber: true,
    isUsual: true,
    sort: "cost",
    show: (run) => (
      <span title={run.calls_without_cost > 0 ? `${run.calls_without_cost} calls have no known cost` : undefined}>
        {run.cost !== null && run.calls_without_cost > 0 ? "≥ " : ""}
        {dollars(run.cost)}
      </span>
    ),
  },
  {
    id: "duration",
    title: "Duration",
    min: 88,
    isNumber: true,
    isUsual: true,
    sort: "duration_millis",
    show: (run) => duration(run.duration_millis),
  },
  {
    id: "start",
    title: "Started",
    min: 92,
    isNumber: true,
    isUsual: true,
    sort: "start",
    show: (run, now) => <time dateTime={run.start} title={moment(run.start)}>{ago(run.start, now)}</time>,
  },
  { id: "agent", title: "Agents", min: 100, grow: 1, isUsual: false, show: (run) => list(run.agents) },
  { id: "version", title: "Agent version", min: 96, isUsual: false, show: (run) => words(fact(run, "agent_version")) },
  { id: "model", title: "Model", min: 110, grow: 1, isUsual: false, show: (run) => list(run.models.answered ?? run.models.requested ?? []) },
  { id: "task", title: "Task", min: 110, grow: 1, isUsual: false, show: (run) => words(fact(run, "task_id")) },
  { id: "tenant", title: "Tenant", min: 90, grow: 1, isUsual: false, show: (run) => words(fact(run, "tenant_id")) },
  { id: "session", title: "Conversation", min: 110, grow: 1, isUsual: false, show: (run) => words(fact(run, "session_id")) },
  { id: "environment", title: "Environment", min: 96, isUsual: false, show: (run) => words(fact(run, "environment")) },
  { id: "signals", title: "Signals", min: 110, grow: 1, isUsual: false, show: (run) => list(run.signals) },
  {
    id: "evidence",
    title: "Evidence",
    min: 76,
    isNumber: true,
    isUsual: false,
    sort: "evidence_score",
    show: (run) => (run.evidence_score === null ? none(UNKNOWN) : percent(run.evidence_score)),
  },
  { id: "id", title: "Run id", min: 120, grow: 1, isUsual: false, show: (run) => <Visible text={run.run_id} /> },
];

/** What the run was to do; where nobody said, what it is called. */
function RunName({ run }: { readonly run: RunSummary }) {
  const beside = run.goal === null ? fact(run, "task_id") : null;
  return (
    <>
      <Visible text={run.goal ?? run.name} />
      {beside !== null && (
        <span className={styles["task"]}>
          <Visible text={beside} />
        </span>
      )}
    </>
  );
}

/** What the peek beside the list says anyway. */
const SAID_BY_PEEK = new Set(["stop", "error"]);

/** The columns an address asks for, in the order of the table; the usual ones where it asks for none. */
export function chosenColumns(cols: string | undefined, isPeeking: boolean): readonly Column[] {
  const ids = new Set(cols?.split(","));
  const chosen = COLUMNS.filter((column) => ids.has(column.id));
  if (chosen.length > 0) return chosen;
  return COLUMNS.filter((column) => column.isUsual && !(isPeeking && SAID_BY_PEEK.has(column.id)));
}

const CHECK_PX = 28;
const GAP_PX = 10;
const EDGES_PX = 24;

/** The tracks of a row, and the least width at which they all fit. */
export function tracksOf(columns: readonly Column[]): { readonly template: string; readonly minWidth: number } {
  const tracks = columns.map(({ min, grow }) => (grow === undefined ? `${min}px` : `minmax(${min}px, ${grow}fr)`));
  const minWidth = columns.reduce((sum, column) => sum + column.min + GAP_PX, CHECK_PX + EDGES_PX);
  return { template: [`${CHECK_PX}px`, ...tracks].join(" "), minWidth };
}
