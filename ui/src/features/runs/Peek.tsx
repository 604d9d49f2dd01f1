/** A look into a run without leaving the list: why it did what it did, and what sets it apart. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RunSummary } from "@/api/client";
import { failureOf } from "@/api/failure";
import { whyQuery } from "@/api/queries";
import { Button } from "@/components/Button";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Failed, Loading } from "@/components/States";
import { Visible } from "@/components/Visible";
import { WhyRows } from "@/components/WhyRows";
import { percent } from "@/lib/format";
import { outcomeSource } from "@/lib/outcomes";
import { fact } from "@/lib/runFacts";
import styles from "./Peek.module.css";

type Props = { readonly run: RunSummary; readonly project: string; readonly onClose: () => void };

export function Peek({ run, project, onClose }: Props) {
  const why = useQuery(whyQuery(run.run_id, null));
  const prompt = [fact(run, "prompt_name"), fact(run, "prompt_version")].filter((part) => part !== null).join(" v");
  const rows: readonly (readonly [string, string])[] = [
    ["Agents", run.agents.join(", ")],
    ["Version", fact(run, "agent_version") ?? ""],
    ["Prompt", prompt],
    ["Models", (run.models.answered ?? run.models.requested ?? []).join(", ")],
    ["Tools", run.tools.join(", ")],
    ["Errors", run.error_classes.join(", ")],
    ["Task", fact(run, "task_id") ?? ""],
    ["Tenant", fact(run, "tenant_id") ?? ""],
  ];
  return (
    <aside className={styles["peek"]} aria-label={`Peek at run ${run.run_id}`} tabIndex={0} data-scrolls>
      <div className={styles["head"]}>
        <h2>
          <Visible text={run.goal ?? run.name} />
        </h2>
        <Button look="quiet" onClick={onClose} aria-label="Close the peek">
          ✕
        </Button>
      </div>
      <p>
        <OutcomeMark value={run.outcome.value} /> <span className={styles["soft"]}>{outcomeSource(run.outcome.source)}</span>
      </p>
      {run.first_wrong !== null && (
        <p>
          ◇ {run.first_wrong.rule.replaceAll("_", " ")}{" "}
          <span className={styles["soft"]}>suggested, confidence {percent(run.first_wrong.confidence)}</span>
        </p>
      )}
      <Link to="/$project/runs/$run" params={{ project, run: run.run_id }}>
        Open the run
      </Link>
      {why.isError ? (
        <Failed failure={failureOf(why.error)} onRetry={() => void why.refetch()} />
      ) : why.data === undefined || why.isPlaceholderData ? (
        <Loading what="why" rows={9} />
      ) : (
        <WhyRows rows={why.data.rows} />
      )}
      <dl className={styles["facts"]}>
        {rows
          .filter(([, value]) => value !== "")
          .map(([title, value]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <Visible text={value} />
              </dd>
            </div>
          ))}
      </dl>
    </aside>
  );
}
