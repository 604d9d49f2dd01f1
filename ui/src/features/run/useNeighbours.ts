/** The runs before and after this one on the list the reader came from. */
import { useState } from "react";
import { rememberedRuns } from "@/lib/listRuns";

export function useNeighbours(runId: string): { readonly previous?: string | undefined; readonly next?: string | undefined } {
  const [runs] = useState(rememberedRuns);
  const at = runs.indexOf(runId);
  return at === -1 ? {} : { previous: runs[at - 1], next: runs[at + 1] };
}
