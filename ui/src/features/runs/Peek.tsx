/** A look into a run without leaving the list. */
import { Link } from "@tanstack/react-router";
import type { RunSummary } from "@/api/client";
import { Button } from "@/components/Button";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Visible } from "@/components/Visible";
import { count, dollars, duration, moment, percent } from "@/lib/format";
import { outcomeSource } from "@/lib/outcomes";
import { fact } from "@/lib/runFacts";
import styles from "./Peek.module.css";

type Props = { readonly run: RunSummary; readonly project: string; readonly onClose: () => void };

export function Peek({ run, project, onClose }: Props) {
  const rows: readonly (readonly [string, string | null])[] = [
    ["Stop reason", fact(run, "stop_reason")],
    ["First wrong", run.first_wrong === null ? null : `${run.first_wrong.rule} (${percent(run.first_wrong.confidence)})`],
    ["Task", fact(run, "task_id")],
    ["Agents", run.agents.join(", ") || null],
    ["Version", fact(run, "agent_version")],
    ["Prompt", [fact(run, "prompt_name"), fact(run, "prompt_version")].filter((part) => part !== null).join(" v") || null],
    ["Models", (run.models.answered ?? run.models.requested)?.join(", ") ?? null],
    ["Tools", run.tools.join(", ") || null],
    ["Errors", run.errors === 0 ? "none" : `${count(run.errors)}: ${run.error_classes.join(", ")}`],
    ["Model calls", run.model_calls === null ? null : count(run.model_calls)],
    ["Tokens", run.tokens.input === null ? null : `${count(run.tokens.input)} in, ${count(run.tokens.output)} out`],
    ["Cost", run.cost === null ? null : dollars(run.cost)],
    ["Duration", run.duration_millis === null ? null : duration(run.duration_millis)],
    ["Started", moment(run.start)],
    ["Conversation", fact(run, "session_id")],
    ["Tenant", fact(run, "tenant_id")],
  ];
  return (
    <aside className={styles["peek"]} aria-label={`Peek at run ${run.run_id}`} tabIndex={0} data-scrolls>
      <div className={styles["head"]}>
        <h2>
          <Visible text={run.name} />
        </h2>
        <Button look="quiet" onClick={onClose} aria-label="Close the peek">
          ✕
        </Button>
      </div>
      <p>
        <OutcomeMark value={run.outcome.value} /> <span className={styles["source"]}>{outcomeSource(run.outcome.source)}</span>
      </p>
      <dl>
        {rows.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd data-none={value === null || undefined}>{value === null ? "not recorded" : <Visible text={value} />}</dd>
          </div>
        ))}
      </dl>
      <Link to="/$project/runs/$run" params={{ project, run: run.run_id }}>
        Open the run
      </Link>
    </aside>
  );
}
