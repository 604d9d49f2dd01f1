/**
 * Which rows of equal height are on the screen. Work per scroll does not grow with the list: no object per row
 * exists, and nothing renders while the same rows stay in view.
 */
import { useCallback, useLayoutEffect, useState, type RefObject } from "react";

type InView = { readonly first: number; readonly last: number };
type Measured = InView & { readonly room: number };

export type FixedRows = InView & {
  /** First and last row to draw, some beyond the edges. */
  readonly drawn: InView;
  /** The element that draws a row, as a key: one that left the list draws the next that comes. */
  readonly slot: (row: number) => number;
  /** Scrolls the least that shows a row whole. */
  readonly reveal: (row: number) => void;
};

/** Rows drawn beyond each edge. */
const OVERSCAN = 4;

export function useFixedRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  height: number,
  headHeight = 0,
): FixedRows {
  const [view, setView] = useState<Measured>({ first: 0, last: 0, room: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      const top = Math.max(0, element.scrollTop);
      const first = Math.min(Math.floor(top / height), Math.max(0, count - 1));
      const room = element.clientHeight - headHeight;
      const last = Math.min(count - 1, Math.ceil((top + room) / height) - 1);
      setView((known) =>
        known.first === first && known.last === last && known.room === room ? known : { first, last, room },
      );
    };
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      observer.disconnect();
    };
  }, [scroller, count, height, headHeight]);

  const reveal = useCallback(
    (row: number) => {
      const element = scroller.current;
      if (element === null || row < 0) return;
      const top = row * height;
      const room = element.clientHeight - headHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room;
    },
    [scroller, height, headHeight],
  );
  // As many wherever the list stands, so that rows that leave lend their elements to rows that come.
  const size = Math.min(count, Math.ceil(view.room / height) + 1 + 2 * OVERSCAN);
  const top = Math.max(0, Math.min(view.first - OVERSCAN, count - size));
  const slot = useCallback((row: number) => row % Math.max(1, size), [size]);
  return { first: view.first, last: view.last, drawn: { first: top, last: top + size - 1 }, slot, reveal };
}
