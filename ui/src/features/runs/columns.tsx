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
  /** Width as a grid track. */
  readonly width: string;
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
    width: "140px",
    isUsual: true,
    show: (run) => <OutcomeMark value={run.outcome.value} source={run.outcome.source} />,
  },
  {
    id: "name",
    title: "Goal or name",
    width: "minmax(220px, 4fr)",
    isUsual: true,
    sort: "name",
    show: (run) => <RunName run={run} />,
  },
  {
    id: "first_wrong",
    title: "First wrong",
    width: "minmax(92px, 1fr)",
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
    width: "minmax(92px, 1fr)",
    isUsual: true,
    show: (run) => words(fact(run, "stop_reason")?.replaceAll("_", " ") ?? null),
  },
  {
    id: "error",
    title: "Errors",
    width: "52px",
    isNumber: true,
    isUsual: true,
    sort: "errors",
    show: (run) => (
      <span title={run.error_classes.join(", ") || undefined} data-bad={run.errors > 0 || undefined}>
        {count(run.errors)}
      </span>
    ),
  },
  { id: "spans", title: "Spans", width: "56px", isNumber: true, isUsual: false, sort: "spans", show: (run) => count(run.spans) },
  {
    id: "tools",
    title: "Tools",
    width: "56px",
    isNumber: true,
    isUsual: false,
    sort: "tool_call_count",
    show: (run) => count(run.tool_call_count),
  },
  {
    id: "tokens",
    title: "Tokens",
    width: "64px",
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
    width: "72px",
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
    width: "88px",
    isNumber: true,
    isUsual: true,
    sort: "duration_millis",
    show: (run) => duration(run.duration_millis),
  },
  {
    id: "start",
    title: "Started",
    width: "92px",
    isNumber: true,
    isUsual: true,
    sort: "start",
    show: (run, now) => <time dateTime={run.start} title={moment(run.start)}>{ago(run.start, now)}</time>,
  },
  { id: "agent", title: "Agents", width: "minmax(100px, 1fr)", isUsual: false, show: (run) => list(run.agents) },
  { id: "version", title: "Agent version", width: "96px", isUsual: false, show: (run) => words(fact(run, "agent_version")) },
  { id: "model", title: "Model", width: "minmax(110px, 1fr)", isUsual: false, show: (run) => list(run.models.answered ?? run.models.requested ?? []) },
  { id: "task", title: "Task", width: "minmax(110px, 1fr)", isUsual: false, show: (run) => words(fact(run, "task_id")) },
  { id: "tenant", title: "Tenant", width: "minmax(90px, 1fr)", isUsual: false, show: (run) => words(fact(run, "tenant_id")) },
  { id: "session", title: "Conversation", width: "minmax(110px, 1fr)", isUsual: false, show: (run) => words(fact(run, "session_id")) },
  { id: "environment", title: "Environment", width: "96px", isUsual: false, show: (run) => words(fact(run, "environment")) },
  { id: "signals", title: "Signals", width: "minmax(110px, 1fr)", isUsual: false, show: (run) => list(run.signals) },
  {
    id: "evidence",
    title: "Evidence",
    width: "76px",
    isNumber: true,
    isUsual: false,
    sort: "evidence_score",
    show: (run) => (run.evidence_score === null ? none(UNKNOWN) : percent(run.evidence_score)),
  },
  { id: "id", title: "Run id", width: "minmax(120px, 1fr)", isUsual: false, show: (run) => <Visible text={run.run_id} /> },
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

/** The columns an address asks for, in the order of the table; the usual ones where it asks for none. */
export function chosenColumns(cols: string | undefined): readonly Column[] {
  if (cols === undefined) return COLUMNS.filter((column) => column.isUsual);
  const ids = new Set(cols.split(","));
  const chosen = COLUMNS.filter((column) => ids.has(column.id));
  return chosen.length === 0 ? COLUMNS.filter((column) => column.isUsual) : chosen;
}
