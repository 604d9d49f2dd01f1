/** What the two steps of a row were given and gave, word by word. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Body, ComparisonRow, ComparisonStep, RunSummary, Span } from "@/api/client";
import { failureOf } from "@/api/failure";
import { spanQuery } from "@/api/queries";
import { Diff } from "@/components/Diff";
import { Failed, Loading } from "@/components/States";
import { LongText } from "@/components/LongText";
import { readable } from "@/lib/messages";
import { roleTitle } from "@/lib/roles";
import styles from "./StepDiff.module.css";

type Props = { readonly row: ComparisonRow; readonly runs: readonly [RunSummary, RunSummary]; readonly project: string };

export function StepDiff({ row, runs, project }: Props) {
  const one = useStep(row.a);
  const other = useStep(row.b);
  const failed = one.error ?? other.error;
  const isLoading = one.isLoading || other.isLoading;
  return (
    <section className={styles["panel"]} aria-label="The steps of this row" tabIndex={0} data-scrolls>
      <header className={styles["head"]}>
        <h2>The steps of this row</h2>
        <Opened letter="A" step={row.a} run={runs[0]} project={project} />
        <Opened letter="B" step={row.b} run={runs[1]} project={project} />
      </header>
      {failed !== null ? (
        <Failed failure={failureOf(failed)} />
      ) : isLoading ? (
        <Loading what="the steps" rows={4} />
      ) : (
        <Bodies one={one.data} other={other.data} />
      )}
    </section>
  );
}

function useStep(step: ComparisonStep | null | undefined) {
  return useQuery({ ...spanQuery(step?.trace_id ?? "", step?.span_id ?? ""), enabled: step !== null && step !== undefined });
}

type OpenedProps = {
  readonly letter: string;
  readonly step: ComparisonStep | null | undefined;
  readonly run: RunSummary;
  readonly project: string;
};

function Opened({ letter, step, run, project }: OpenedProps) {
  if (step === null || step === undefined) return null;
  return (
    <Link to="/$project/runs/$run" params={{ project, run: run.run_id }} search={{ span: step.span_id }}>
      Open span {step.step + 1} of {letter}
    </Link>
  );
}

type Pair = { readonly key: string; readonly role: string; readonly a: Body | undefined; readonly b: Body | undefined };

/** Bodies of one role stand in the order they were recorded; equal places are pairs. */
function pairsOf(one: Span | undefined, other: Span | undefined): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [side, span] of [["a", one], ["b", other]] as const) {
    for (const body of span?.content ?? []) {
      const key = `${body.role} ${body.position}`;
      const known = pairs.get(key) ?? { key, role: body.role, a: undefined, b: undefined };
      pairs.set(key, { ...known, [side]: body });
    }
  }
  return [...pairs.values()];
}

function Bodies({ one, other }: { readonly one: Span | undefined; readonly other: Span | undefined }) {
  const pairs = useMemo(() => pairsOf(one, other), [one, other]);
  const isPair = one !== undefined && other !== undefined;
  const same = pairs.filter((pair) => isPair && pair.a?.text === pair.b?.text && pair.a?.state === pair.b?.state);
  const shown = pairs.filter((pair) => !same.includes(pair));
  return (
    <>
      {pairs.length === 0 && <p className={styles["soft"]}>No content was recorded for this row.</p>}
      {shown.map((pair) => (
        <article key={pair.key} className={styles["body"]}>
          <h3>{roleTitle(pair.role)}</h3>
          {isPair ? <PairView pair={pair} /> : <Alone body={pair.a ?? pair.b} />}
        </article>
      ))}
      {same.length > 0 && (
        <p className={styles["soft"]}>
          The same on both sides: {[...new Set(same.map((pair) => roleTitle(pair.role).toLowerCase()))].join(", ")}.
        </p>
      )}
    </>
  );
}

function PairView({ pair: { a, b } }: { readonly pair: Pair }) {
  if (a?.text == null || b?.text == null) {
    return (
      <dl className={styles["pair"]}>
        <dt>A</dt>
        <dd>
          <Alone body={a} />
        </dd>
        <dt>B</dt>
        <dd>
          <Alone body={b} />
        </dd>
      </dl>
    );
  }
  return <Diff one={readable(a.text)} other={readable(b.text)} />;
}

function Alone({ body }: { readonly body: Body | undefined }) {
  if (body === undefined) return <p className={styles["soft"]}>not recorded</p>;
  if (body.text === null) return <p className={styles["withheld"]}>▨ withheld by the policy</p>;
  return <LongText text={readable(body.text)} />;
}
