/** Steps through what was recorded. Nothing is run again: it moves the selection in the order things happened. */
import { useEffect, useMemo, useState } from "react";
import { useActions } from "@/components/Actions";
import { Button } from "@/components/Button";
import { count, duration } from "@/lib/format";
import type { SpanIndex } from "@/lib/spans";
import styles from "./Replay.module.css";

const STEP_MILLIS = 900;
const DECIDING = new Set(["model", "policy", "approval", "handoff"]);

type Props = { readonly index: SpanIndex; readonly selected: number; readonly onSelect: (row: number) => void };

export function Replay({ index, selected, onSelect }: Props) {
  const order = useMemo(() => inTime(index), [index]);
  const [isPlaying, setPlaying] = useState(false);
  const at = useMemo(() => order.indexOf(selected), [order, selected]);
  const go = (place: number) => {
    const row = order[Math.max(0, Math.min(place, order.length - 1))];
    if (row !== undefined) onSelect(row);
  };
  const goDecision = (step: 1 | -1) => {
    for (let place = at + step; place >= 0 && place < order.length; place += step) {
      if (DECIDING.has(index.kind(order[place] ?? 0))) { go(place); return; }
    }
  };
  useActions({
    nextStep: () => go(at + 1),
    previousStep: () => go(at - 1),
    nextDecision: () => goDecision(1),
    previousDecision: () => goDecision(-1),
    play: () => setPlaying(!isPlaying),
  });
  const isAtEnd = at >= order.length - 1;
  const isRunning = isPlaying && !isAtEnd;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => go(at + 1), STEP_MILLIS);
    return () => clearTimeout(timer);
  });
  return (
    <div className={styles["replay"]} role="group" aria-label="Replay">
      <Button look="quiet" onClick={() => goDecision(-1)} aria-label="Previous decision" disabled={at <= 0}>
        |◂
      </Button>
      <Button look="quiet" onClick={() => go(at - 1)} aria-label="Previous step" disabled={at <= 0}>
        ◂
      </Button>
      <Button
        look="quiet"
        onClick={() => {
          if (isAtEnd) go(0);
          setPlaying(!isRunning);
        }}
        aria-label={isRunning ? "Stop the replay" : "Play the replay"}
      >
        {isRunning ? "❚❚" : "▶"}
      </Button>
      <Button look="quiet" onClick={() => go(at + 1)} aria-label="Next step" disabled={isAtEnd}>
        ▸
      </Button>
      <Button look="quiet" onClick={() => goDecision(1)} aria-label="Next decision" disabled={isAtEnd}>
        ▸|
      </Button>
      <input
        type="range"
        aria-label="Step of the replay"
        aria-valuetext={`step ${at + 1} of ${order.length}`}
        min={0}
        max={Math.max(0, order.length - 1)}
        value={Math.max(0, at)}
        onChange={(event) => go(Number(event.target.value))}
        data-scrolls
      />
      <span className={styles["place"]}>
        step {count(at + 1)} of {count(order.length)} · {duration((index.start[selected] ?? 0) / 1000)} after the start
      </span>
    </div>
  );
}

/** Rows in the order they began; what began together stays in the order of the tree. */
function inTime(index: SpanIndex): Int32Array {
  const rows = Int32Array.from({ length: index.count }, (_, row) => row);
  return rows.sort((one, other) => (index.start[one] ?? 0) - (index.start[other] ?? 0) || one - other);
}
