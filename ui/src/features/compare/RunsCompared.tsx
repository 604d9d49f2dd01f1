/** Two runs, aligned by what their steps do: where they part, what differs, and each pair of steps side by side. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import type { Comparison, RunSummary } from "@/api/client";
import { failureOf } from "@/api/failure";
import { comparisonQuery, listedQuery } from "@/api/queries";
import { useActions } from "@/components/Actions";
import { Button } from "@/components/Button";
import { Failed, Loading } from "@/components/States";
import { nextDifference } from "@/lib/alignment";
import { count } from "@/lib/format";
import { Aligned } from "./Aligned";
import { Differences } from "./Differences";
import styles from "./RunsCompared.module.css";
import { Side } from "./Side";
import { StepDiff } from "./StepDiff";

const route = getRouteApi("/$project/compare");

type Props = { readonly project: string; readonly a: string; readonly b: string };

export function RunsCompared({ project, a, b }: Props) {
  const navigate = route.useNavigate();
  const comparison = useQuery(comparisonQuery(a, b));
  const runs = useQuery(listedQuery([a, b]));
  const failed = comparison.error ?? runs.error;
  const swap = () => void navigate({ search: { a: b, b: a } });
  useActions({ swap });
  const [one, other] = [a, b].map((id) => runs.data?.runs.find((run) => run.run_id === id));
  return (
    <main id="main" className={styles["page"]}>
      <header className={styles["header"]}>
        <h1 className="unseen">Two runs compared</h1>
        <Side letter="A" run={one} project={project} />
        <Button look="quiet" onClick={swap} hint="x">
          Swap
        </Button>
        <Side letter="B" run={other} project={project} />
      </header>
      {comparison.data !== undefined && one !== undefined && other !== undefined ? (
        <Body project={project} comparison={comparison.data} runs={[one, other]} />
      ) : failed !== null ? (
        <Failed
          failure={failureOf(failed)}
          onRetry={() => {
            void comparison.refetch();
            void runs.refetch();
          }}
        />
      ) : (
        <Loading what="the comparison" rows={12} />
      )}
    </main>
  );
}

type BodyProps = {
  readonly project: string;
  readonly comparison: Comparison;
  readonly runs: readonly [RunSummary, RunSummary];
};

function Body({ project, comparison, runs }: BodyProps) {
  const { at } = route.useSearch();
  const navigate = route.useNavigate();
  const [isOpen, setOpen] = useState(false);
  const { rows, first_divergence: divergence } = comparison;
  const chosen = at ?? divergence ?? 0;
  const choose = useCallback(
    (row: number) => void navigate({ search: (known) => ({ ...known, at: row }), replace: true }),
    [navigate],
  );
  const go = (step: 1 | -1) => {
    const next = nextDifference(rows, chosen, step);
    if (next !== undefined) choose(next);
  };
  useActions({
    nextDifference: () => go(1),
    previousDifference: () => go(-1),
    unfoldSame: () => setOpen(!isOpen),
  });
  const row = rows[chosen];
  return (
    <>
      <div className={styles["bar"]}>
        <p role="status">{divergenceWords(comparison)}</p>
        <span className={styles["tools"]}>
          <Button look="quiet" onClick={() => go(1)} hint="d">
            Next difference
          </Button>
          <Button look="quiet" aria-pressed={isOpen} onClick={() => setOpen(!isOpen)} hint="u">
            Show same steps
          </Button>
        </span>
      </div>
      <div className={styles["body"]}>
        <Differences comparison={comparison} onRow={choose} />
        <div className={styles["steps"]}>
          <Aligned comparison={comparison} chosen={chosen} onChoose={choose} isOpen={isOpen} />
          {row !== undefined && <StepDiff row={row} runs={runs} project={project} />}
        </div>
      </div>
    </>
  );
}

function divergenceWords({ rows, first_divergence: divergence, differences }: Comparison): string {
  if (rows.length === 0) return "Neither run has a step.";
  if (divergence === null) {
    return differences.length === 0 ? "The runs do the same." : "The steps are the same; what differs is below.";
  }
  if (divergence === 0) return "The runs part at their first step.";
  return `The runs part at row ${count(divergence + 1)}, after ${divergence === 1 ? "one step" : `${count(divergence)} steps`} alike.`;
}
