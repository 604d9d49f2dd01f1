/** One of two runs: how it ended, what it was to do, what it took. */
import { Link } from "@tanstack/react-router";
import type { RunSummary } from "@/api/client";
import { OutcomeMark } from "@/components/OutcomeMark";
import { Visible } from "@/components/Visible";
import { counted, dollars, duration } from "@/lib/format";
import { fact } from "@/lib/runFacts";
import styles from "./RunsCompared.module.css";

type Props = { readonly letter: "A" | "B"; readonly run: RunSummary | undefined; readonly project: string };

export function Side({ letter, run, project }: Props) {
  const version = run && fact(run, "agent_version");
  const prompt = run && fact(run, "prompt_version");
  return (
    <section className={styles["side"]} aria-label={`Run ${letter}`}>
      <span className={styles["letter"]} data-side={letter} aria-hidden="true">
        {letter}
      </span>
      {run !== undefined && (
        <div>
          <Link to="/$project/runs/$run" params={{ project, run: run.run_id }}>
            <Visible text={run.goal ?? run.name} />
          </Link>{" "}
          <OutcomeMark value={run.outcome.value} source={run.outcome.source} />
          <p className={styles["soft"]}>
            <Visible
              text={[
                run.run_id,
                counted(run.spans, "span"),
                duration(run.duration_millis),
                ...(run.cost === null ? [] : [dollars(run.cost)]),
                ...(version ? [`agent ${version}`] : []),
                ...(prompt ? [`prompt v${prompt}`] : []),
              ].join(" · ")}
            />
          </p>
        </div>
      )}
    </section>
  );
}
