/** What the run is, how it ended, what it took. */
import { Link } from "@tanstack/react-router";
import type { Run } from "@/api/client";
import { Menu, MenuItem } from "@/components/Menu";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Visible } from "@/components/Visible";
import { compact, count, counted, dollars, duration, moment } from "@/lib/format";
import { outcomeSource } from "@/lib/outcomes";
import { fact } from "@/lib/runFacts";
import styles from "./RunHeader.module.css";

type Props = {
  readonly run: Run;
  readonly project: string;
  readonly goal: string | null;
  readonly onCopyLink: () => void;
  readonly onCopyJson: () => void;
};

export function RunHeader({ run, project, goal, onCopyLink, onCopyJson }: Props) {
  const stop = fact(run, "stop_reason");
  const session = fact(run, "session_id");
  return (
    <header className={styles["header"]}>
      <div className={styles["line"]}>
        <Link to="/$project/runs" params={{ project }} className={styles["back"]}>
          ← Runs
        </Link>
        <h1 className={styles["title"]}>
          <Visible text={goal ?? run.name} />
        </h1>
        <span className={styles["share"]}>
          <Menu label="Share">
            <MenuItem onClick={onCopyLink}>Copy a link to this view</MenuItem>
            <MenuItem onClick={onCopyJson}>Copy as JSON</MenuItem>
            <MenuItem
              onClick={() => {
                window.open(
                  `/${encodeURIComponent(project)}/runs/${encodeURIComponent(run.run_id)}/report`,
                  "_blank",
                  "noopener",
                );
              }}
            >
              Open the report, to print or keep
            </MenuItem>
            <MenuItem
              onClick={() => {
                window.open(`/api/v1/runs/${encodeURIComponent(run.run_id)}`, "_blank", "noopener");
              }}
            >
              Open as JSON
            </MenuItem>
          </Menu>
        </span>
      </div>
      <dl className={styles["facts"]}>
        <Fact title="Outcome" hint={outcomeSource(run.outcome.source)}>
          <OutcomeMark value={run.outcome.value} />
        </Fact>
        <Fact title="Stop reason" isUnknown={stop === null}>
          {stop === null ? "not recorded" : <Visible text={stop.replaceAll("_", " ")} />}
        </Fact>
        <Fact title="Duration">{run.duration_millis === null ? "still running" : duration(run.duration_millis)}</Fact>
        <Fact title="Spans">
          {count(run.spans)}
          {run.errors > 0 && <span className={styles["bad"]}> · {counted(run.errors, "error")}</span>}
        </Fact>
        <Fact title="Calls" isUnknown={run.model_calls === null && run.tool_call_count === null}>
          {run.model_calls === null ? "models not recorded" : `${count(run.model_calls)} model`}
          {run.tool_call_count !== null && ` · ${count(run.tool_call_count)} tool`}
        </Fact>
        <Fact
          title="Tokens"
          isUnknown={run.tokens.input === null}
          hint={`${count(run.tokens.input)} in, of which ${count(run.tokens.cache_read)} from cache; ${count(run.tokens.output)} out`}
        >
          {run.tokens.input === null ? "not recorded" : `${compact(run.tokens.input)} in · ${compact(run.tokens.output)} out`}
        </Fact>
        <Fact
          title="Cost"
          isUnknown={run.cost === null}
          hint={run.price_version === null ? "" : `by price table ${run.price_version}`}
        >
          {run.cost === null
            ? "not known"
            : `${run.calls_without_cost > 0 ? "at least " : ""}${dollars(run.cost)}`}
        </Fact>
        <Fact title="Began">{moment(run.start)}</Fact>
        {session !== null && (
          <Fact title="Conversation">
            <Link to="/$project/conversations/$session" params={{ project, session }}>
              <Visible text={session} />
            </Link>
          </Fact>
        )}
        {!run.settled && <Fact title="State">still open, more may arrive</Fact>}
      </dl>
    </header>
  );
}

type FactProps = {
  readonly title: string;
  readonly hint?: string;
  readonly isUnknown?: boolean;
  readonly children: React.ReactNode;
};

function Fact({ title, hint, isUnknown = false, children }: FactProps) {
  return (
    <div title={hint}>
      <dt>{title}</dt>
      <dd data-unknown={isUnknown || undefined}>{children}</dd>
    </div>
  );
}
