/** A list of items of any height: only those in view exist, and the chosen one is brought into it. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";
import styles from "./VirtualList.module.css";

type Props = {
  readonly label: string;
  readonly count: number;
  /** Pixels an item takes, about. */
  readonly height: number;
  /** The item to bring into view, or -1. */
  readonly chosen: number;
  /** What stands above the list, such as how many there are. */
  readonly head: ReactNode;
  readonly item: (place: number) => ReactNode;
};

export function VirtualList({ label, count, height, chosen, head, item }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 4,
  });
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [chosen]); // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <div ref={scroller} className={styles["scroller"]} tabIndex={0} role="region" aria-label={label}>
      <p className={styles["head"]}>{head}</p>
      <ol style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((entry) => (
          <li
            key={entry.key}
            ref={virtual.measureElement}
            data-index={entry.index}
            className={styles["item"]}
            style={{ transform: `translateY(${entry.start}px)` }}
          >
            {item(entry.index)}
          </li>
        ))}
      </ol>
    </div>
  );
}
