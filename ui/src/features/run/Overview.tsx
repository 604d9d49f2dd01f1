/** The whole run on one line per kind: always all of it, however closely the rows below are looked at. */
import { useEffect, useMemo, useRef, useState } from "react";
import { lookOf, type Tint } from "@/lib/kinds";
import type { SpanIndex } from "@/lib/spans";
import type { Window } from "@/lib/timeScale";
import styles from "./Overview.module.css";

type Lane = { readonly id: Tint | "errors"; readonly title: string };

const LANES: readonly Lane[] = [
  { id: "agent", title: "agent" },
  { id: "model", title: "model" },
  { id: "tool", title: "tool" },
  { id: "retrieval", title: "retrieval" },
  { id: "policy", title: "policy" },
  { id: "human", title: "approval" },
  { id: "errors", title: "errors" },
];

const LANE_HEIGHT = 12;
/** A drag shorter than this is a click. */
const DRAG_MIN_PX = 4;

type Props = {
  readonly index: SpanIndex;
  readonly whole: Window;
  readonly shown: Window | null;
  readonly onDrag: (window: Window) => void;
  readonly onClick: (micros: number) => void;
};

export function Overview({ index, whole, shown, onDrag, onClick }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const lanes = useMemo(() => lanesOf(index), [index]);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const draw = () => paint(element, index, whole, lanes);
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    window.addEventListener("everyframe:theme", draw);
    return () => {
      observer.disconnect();
      scheme.removeEventListener("change", draw);
      window.removeEventListener("everyframe:theme", draw);
    };
  }, [index, whole, lanes]);

  const width = whole.to - whole.from;
  const at = (clientX: number) => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return whole.from;
    return whole.from + width * Math.max(0, Math.min(1, (clientX - box.left) / box.width));
  };
  const percent = (micros: number) => (100 * (micros - whole.from)) / width;
  const marked = drag === null ? shown : { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) };
  return (
    <div className={styles["overview"]} aria-hidden="true">
      <div className={styles["titles"]}>
        {lanes.map((lane) => (
          <span key={lane.id}>{lane.title}</span>
        ))}
      </div>
      <div
        ref={frame}
        className={styles["frame"]}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: at(event.clientX), to: at(event.clientX) });
        }}
        onPointerMove={(event) => drag !== null && setDrag({ ...drag, to: at(event.clientX) })}
        onPointerUp={() => {
          if (drag === null) return;
          setDrag(null);
          const box = frame.current?.getBoundingClientRect();
          const pixels = (Math.abs(drag.to - drag.from) / width) * (box?.width ?? 1);
          if (pixels < DRAG_MIN_PX) onClick(drag.to);
          else onDrag({ from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) });
        }}
      >
        <canvas ref={canvas} style={{ height: lanes.length * LANE_HEIGHT }} />
        {marked !== null && (
          <div
            className={styles["window"]}
            style={{
              left: `${Math.max(0, percent(marked.from))}%`,
              right: `${Math.max(0, 100 - percent(marked.to))}%`,
            }}
          />
        )}
      </div>
    </div>
  );
}

function lanesOf(index: SpanIndex): readonly Lane[] {
  const tints = new Set<string>();
  for (let row = 0; row < index.count; row++) tints.add(lookOf(index.kind(row)).tint);
  return LANES.filter((lane) => (lane.id === "errors" ? index.errors.length > 0 : tints.has(lane.id)));
}

/** Marks pixels first and paints them after, so that a run of any size takes the same strokes. */
function paint(canvas: HTMLCanvasElement, index: SpanIndex, whole: Window, lanes: readonly Lane[]): void {
  const ratio = window.devicePixelRatio || 1;
  const wide = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const high = Math.max(1, Math.round(lanes.length * LANE_HEIGHT * ratio));
  canvas.width = wide;
  canvas.height = high;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const laneOf = new Map(lanes.map((lane, place) => [lane.id, place]));
  const marks = lanes.map(() => new Uint8Array(wide));
  const scale = wide / (whole.to - whole.from);
  const errors = laneOf.get("errors");
  for (let row = 0; row < index.count; row++) {
    const start = index.start[row] ?? 0;
    const from = Math.max(0, Math.floor((start - whole.from) * scale));
    const end = start + (index.duration[row] || 0);
    const to = Math.min(wide, Math.max(from + ratio, Math.ceil((end - whole.from) * scale)));
    marks[laneOf.get(lookOf(index.kind(row)).tint) ?? -1]?.fill(1, from, to);
    if (errors !== undefined && index.isError[row] === 1) marks[errors]?.fill(1, from, Math.max(to, from + 2 * ratio));
  }
  const style = getComputedStyle(canvas);
  const probe = (lane: Lane) => colorOf(canvas, lane.id === "errors" ? "--bad" : `--kind-${lane.id}`, style.color);
  lanes.forEach((lane, place) => {
    context.fillStyle = probe(lane);
    const [top, height] = [(place * LANE_HEIGHT + 3) * ratio, (LANE_HEIGHT - 5) * ratio];
    const pixels = marks[place];
    if (pixels === undefined) return;
    for (let from = 0; from < wide; from++) {
      if (pixels[from] === 0) continue;
      let to = from;
      while (to < wide && pixels[to] === 1) to++;
      context.fillRect(from, top, to - from, height);
      from = to;
    }
  });
}

/** A token's colour under the theme in force: computed styles resolve `light-dark()`, the token itself does not. */
function colorOf(near: HTMLElement, token: string, fallback: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  near.parentElement?.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color || fallback;
}
