/** Where a run opens, and the address that follows the selection. */
import { useEffect, useRef } from "react";
import { NO_ROW, type SpanIndex } from "@/lib/spans";

/** How long the selection rests before the address follows it. */
const ADDRESS_AFTER_MILLIS = 150;

/** Where a run opens: the span of the address, else the first wrong decision, else the first error, else the top. */
export function firstRow(index: SpanIndex, spanId: string | undefined, firstWrong: number): number {
  const asked = spanId === undefined ? NO_ROW : index.rowOf(spanId);
  if (asked !== NO_ROW) return asked;
  if (firstWrong !== NO_ROW) return firstWrong;
  return index.errors.find((row) => !index.hasChildren(row)) ?? index.errors[0] ?? 0;
}

/** A failed run opens on its first wrong decision, unless the address or the reader has chosen another span. */
export function useFirstWrong(stated: string | undefined, firstWrong: number, select: (row: number) => void): void {
  const isOpen = useRef(stated === undefined);
  useEffect(() => {
    if (stated !== undefined) isOpen.current = false;
    if (!isOpen.current || firstWrong === NO_ROW) return;
    isOpen.current = false;
    select(firstWrong);
  }, [stated, firstWrong, select]);
}

/** Keeps the address at the selection, once that rests. */
export function useAddress(
  index: SpanIndex,
  selected: number,
  stated: string | undefined,
  change: (next: { span: string }) => void,
): void {
  const spanId = index.spanId(selected);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (spanId === "" || spanId === stated) return;
    const timer = setTimeout(() => change({ span: spanId }), ADDRESS_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, [spanId, stated, change]);
}
