/** The runs of the list that was left last, for going to the next one from within a run. */

const KEY = "everyframe.list-runs";
/** More than anyone steps through. */
const RUNS_MAX = 1_000;

export function rememberRuns(ids: readonly string[]): void {
  sessionStorage.setItem(KEY, JSON.stringify(ids.slice(0, RUNS_MAX)));
}

export function rememberedRuns(): readonly string[] {
  const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
