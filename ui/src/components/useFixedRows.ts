/**
 * Which rows of equal height are on the screen. Work per scroll does not grow with the list: no object per row
 * exists, and nothing renders while the same rows stay in view.
 */
import { useCallback, useLayoutEffect, useState, type RefObject } from "react";

type InView = { readonly first: number; readonly last: number };

export type FixedRows = InView & {
  /** First and last row to draw, some beyond the edges. */
  readonly drawn: InView;
  /** Scrolls the least that shows a row whole. */
  readonly reveal: (row: number) => void;
};

/** Rows drawn beyond each edge. */
const OVERSCAN = 6;

export function useFixedRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  height: number,
  headHeight = 0,
): FixedRows {
  const [view, setView] = useState<InView>({ first: 0, last: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      const top = Math.max(0, element.scrollTop);
      const first = Math.min(Math.floor(top / height), Math.max(0, count - 1));
      const room = element.clientHeight - headHeight;
      const last = Math.min(count - 1, Math.ceil((top + room) / height) - 1);
      setView((known) => (known.first === first && known.last === last ? known : { first, last }));
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
  const drawn = {
    first: Math.max(0, view.first - OVERSCAN),
    last: Math.min(count - 1, view.last + OVERSCAN),
  };
  return { ...view, drawn, reveal };
}
