/** Finds the run of a trace that stands in a log line, and goes there. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";
import { failureOf } from "@/api/failure";
import { runQuery } from "@/api/queries";
import { Failed, Loading } from "@/components/States";
import { ALL_PROJECTS } from "@/lib/search";

export function GoPage() {
  const { trace = "", span } = useParams({ strict: false });
  // A run is found by the ids of its traces, too.
  const run = useQuery(runQuery(trace.toLowerCase()));
  if (run.data !== undefined) {
    return (
      <Navigate
        to="/$project/runs/$run"
        params={{ project: ALL_PROJECTS, run: run.data.run_id }}
        search={span === undefined ? {} : { span: span.toLowerCase() }}
        replace
      />
    );
  }
  return (
    <main id="main">
      <h1 className="unseen">Trace {trace}</h1>
      {run.isError ? (
        <Failed failure={failureOf(run.error)} onRetry={() => void run.refetch()} />
      ) : (
        <Loading what="the run of this trace" />
      )}
    </main>
  );
}
