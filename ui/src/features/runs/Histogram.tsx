/** Runs over time, the failed ones among them. A drag, a click or Enter on a bar takes its time as the range. */
import { useRef, useState, type KeyboardEvent } from "react";
import { count, counted, moment } from "@/lib/format";
import { rangeText } from "@/lib/histogram";
import styles from "./Histogram.module.css";
import type { Histogram as Counted } from "./useHistogram";

type Props = { readonly histogram: Counted; readonly onRange: (range: string) => void };

export function Histogram({ histogram: { buckets, stepMillis }, onRange }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const [focused, setFocused] = useState(0);
  const most = Math.max(1, ...buckets.map((bucket) => bucket.runs));
  const at = (clientX: number) => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.max(0, Math.min(buckets.length - 1, Math.floor(((clientX - box.left) / box.width) * buckets.length)));
  };
  const take = (one: number, other: number) => {
    const [first, last] = [buckets[Math.min(one, other)], buckets[Math.max(one, other)]];
    if (first !== undefined && last !== undefined) onRange(rangeText(first.start, last.start + stepMillis));
  };
  const place = Math.min(focused, buckets.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: buckets.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const bounded = Math.max(0, Math.min(next, buckets.length - 1));
    setFocused(bounded);
    frame.current?.querySelectorAll("button")[bounded]?.focus();
  };
  const total = buckets.reduce((sum, bucket) => sum + bucket.runs, 0);
  const [first, last] = [buckets[0], buckets.at(-1)];
  return (
    <figure className={styles["figure"]}>
      <div
        ref={frame}
        className={styles["frame"]}
        role="group"
        aria-label={`${counted(total, "run")} over time; arrows move, Enter takes a bar as the range`}
        data-scrolls
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: at(event.clientX), to: at(event.clientX) });
        }}
        onPointerMove={(event) => drag !== null && setDrag({ ...drag, to: at(event.clientX) })}
        onPointerUp={() => {
          if (drag !== null) take(drag.from, drag.to);
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
      >
        {buckets.map((bucket, number) => {
          const words = `${moment(new Date(bucket.start).toISOString())}: ${counted(bucket.runs, "run")}, ${count(bucket.failed)} failed`;
          const isDragged = drag !== null && number >= Math.min(drag.from, drag.to) && number <= Math.max(drag.from, drag.to);
          return (
            <button
              key={bucket.start}
              type="button"
              className={styles["bucket"]}
              tabIndex={number === place ? 0 : -1}
              aria-label={words}
              title={words}
              data-dragged={isDragged || undefined}
              onFocus={() => setFocused(number)}
              // A pointer has taken the range already when it was lifted.
              onClick={(event) => event.detail === 0 && take(number, number)}
            >
              <span className={styles["runs"]} style={{ height: `${(100 * bucket.runs) / most}%` }}>
                <span className={styles["failed"]} style={{ height: `${bucket.runs === 0 ? 0 : (100 * bucket.failed) / bucket.runs}%` }} />
              </span>
            </button>
          );
        })}
      </div>
      <figcaption>
        <span>{first !== undefined && moment(new Date(first.start).toISOString())}</span>
        <span>{last !== undefined && moment(new Date(last.start + stepMillis).toISOString())}</span>
      </figcaption>
    </figure>
  );
}
