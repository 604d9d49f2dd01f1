/**
 * Where a list was left: the row with the cursor, by its run, and what stood at the top. Coming back puts the same
 * rows under the reader's eyes, whatever was added above them since.
 */
import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import type { RunSummary } from "@/api/client";
import type { RunsQuestion } from "@/api/queries";
import { rememberRuns } from "@/lib/listRuns";

type Place = { readonly runId: string; readonly scrollTop: number };

const KEY = "everyframe.list";

export function useListPlace(
  scroller: RefObject<HTMLDivElement | null>,
  question: RunsQuestion,
  runs: readonly RunSummary[],
  cursor: number,
  onCursor: (row: number) => void,
): void {
  const key = `${KEY}:${JSON.stringify(question)}`;
  const restored = useRef("");
  const last = useRef<Place | null>(null);
  useLayoutEffect(() => {
    if (runs.length === 0 || restored.current === key) return;
    const isFirst = restored.current === "";
    restored.current = key;
    const stored = isFirst ? sessionStorage.getItem(key) : null;
    if (stored === null) {
      if (!isFirst) onCursor(0);
      return;
    }
    const place = parse(stored);
    if (place === null) return;
    const row = runs.findIndex((run) => run.run_id === place.runId);
    if (row >= 0) onCursor(row);
    if (scroller.current !== null) scroller.current.scrollTop = place.scrollTop;
  }, [key, runs, onCursor, scroller]);

  useEffect(() => {
    const element = scroller.current;
    const run = runs[cursor];
    if (run === undefined) return;
    const note = () => {
      last.current = { runId: run.run_id, scrollTop: scroller.current?.scrollTop ?? 0 };
    };
    note();
    element?.addEventListener("scroll", note, { passive: true });
    return () => element?.removeEventListener("scroll", note);
  }, [scroller, runs, cursor]);

  useEffect(() => {
    const leave = () => {
      if (last.current === null) return;
      sessionStorage.setItem(key, JSON.stringify(last.current));
    };
    window.addEventListener("pagehide", leave);
    return () => {
      leave();
      window.removeEventListener("pagehide", leave);
    };
  }, [key]);

  useEffect(() => {
    rememberRuns(runs.map((run) => run.run_id));
  }, [runs]);
}

function parse(stored: string): Place | null {
  const value: unknown = JSON.parse(stored);
  if (typeof value !== "object" || value === null || !("runId" in value) || !("scrollTop" in value)) return null;
  return typeof value.runId === "string" && typeof value.scrollTop === "number"
    ? { runId: value.runId, scrollTop: value.scrollTop }
    : null;
}
