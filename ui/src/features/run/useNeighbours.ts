/** The runs before and after this one on the list the reader came from. */
import { useState } from "react";

/** Written by the list of runs. */
const LIST_RUNS = "everyframe.list-runs";

export function useNeighbours(runId: string): { readonly previous?: string | undefined; readonly next?: string | undefined } {
  const [runs] = useState(readList);
  const at = runs.indexOf(runId);
  return at === -1 ? {} : { previous: runs[at - 1], next: runs[at + 1] };
}

function readList(): readonly string[] {
  const value: unknown = JSON.parse(sessionStorage.getItem(LIST_RUNS) ?? "[]");
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
