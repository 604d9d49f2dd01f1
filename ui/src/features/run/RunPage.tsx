/** One run: why did the agent do that, and where did it first go wrong? */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { failureOf } from "@/api/failure";
import { runQuery, spansQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/States";
import { SpanIndex } from "@/lib/spans";
import { visible } from "@/lib/visible";
import { RunView } from "./RunView";

const route = getRouteApi("/$project/runs/$run");

export function RunPage() {
  const { project, run: runId } = route.useParams();
  const run = useQuery(runQuery(runId));
  const spans = useQuery(spansQuery(runId, run.data?.settled === false));
  const index = useMemo(() => (spans.data === undefined ? null : new SpanIndex(spans.data)), [spans.data]);
  useNewVersion(run.data?.version, () => void spans.refetch());
  useEffect(() => {
    document.title = `${visible(run.data?.name ?? "Run")} · Everyframe`;
  }, [run.data?.name]);
  const failed = run.error ?? spans.error;
  if (run.data !== undefined && index !== null) {
    return <RunView key={runId} run={run.data} index={index} project={project} staleError={failed} />;
  }
  return (
    <main id="main">
      {failed === null ? (
        <Loading what="the run" rows={16} />
      ) : (
        <Failed
          failure={failureOf(failed)}
          onRetry={() => {
            void run.refetch();
            void spans.refetch();
          }}
        />
      )}
    </main>
  );
}

/** Tells when the row of the run was made anew: it has other spans than those on the screen. */
function useNewVersion(version: number | undefined, onNew: () => void): void {
  const known = useRef(version);
  useEffect(() => {
    const isNew = known.current !== undefined && version !== known.current;
    known.current = version;
    if (isNew) onNew();
  }, [version]); // eslint-disable-line react-hooks/exhaustive-deps
}
