/** Who called what, how often, and how it went. Nothing can be moved or edited: it is read. */
import { useMemo } from "react";
import { KindChip } from "@/components/KindChip";
import { Visible } from "@/components/Visible";
import { count, counted, dollars, duration } from "@/lib/format";
import { graphOf, layOut, type GraphEdge, type GraphNode, type Spot } from "@/lib/graph";
import { lookOf } from "@/lib/kinds";
import type { SpanIndex } from "@/lib/spans";
import styles from "./Graph.module.css";

const NODES_MAX = 60;
const [WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE] = [208, 46, 88, 10, 14];

type Props = { readonly index: SpanIndex; readonly selected: number; readonly onSelect: (row: number) => void };

const placeOf = ({ column, line }: Spot) => ({ x: EDGE + column * (WIDTH + GAP_X), y: EDGE + line * (HEIGHT + GAP_Y) });

export function Graph({ index, selected, onSelect }: Props) {
  const graph = useMemo(() => graphOf(index, NODES_MAX), [index]);
  const spots = useMemo(() => layOut(graph), [graph]);
  const columns = Math.max(0, ...[...spots.values()].map((spot) => spot.column)) + 1;
  const lines = Math.max(0, ...[...spots.values()].map((spot) => spot.line)) + 1;
  const [wide, high] = [EDGE + columns * (WIDTH + GAP_X), 2 * EDGE + lines * (HEIGHT + GAP_Y)];
  const select = (node: GraphNode) => {
    const next = node.rows.find((row) => row > selected) ?? node.rows[0];
    if (next !== undefined) onSelect(next);
  };
  return (
    <div className={styles["scroller"]} tabIndex={0} role="region" aria-label="Graph" data-scrolls>
      <p className={styles["head"]}>
        {counted(graph.nodes.length, "node")}: spans of one kind and name stand as one. Click one to go through its spans.
        {graph.leftOut > 0 &&
          ` ${counted(graph.leftOut, "more name")}, with ${counted(graph.spansLeftOut, "span")}, ${graph.leftOut === 1 ? "is" : "are"} not drawn.`}
      </p>
      <div className={styles["plane"]} style={{ width: wide, height: high }}>
        <svg width={wide} height={high} aria-hidden="true">
          {graph.edges.map((edge) => (
            <Edge key={`${edge.from} ${edge.to}`} edge={edge} spots={spots} />
          ))}
        </svg>
        <ul>
          {graph.nodes.map((node) => (
            <li key={node.id}>
              <Node
                node={node}
                spot={spots.get(node.id) ?? { column: 0, line: 0 }}
                selected={selected}
                calls={callsOf(graph.edges, node)}
                onSelect={() => select(node)}
              />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** What a node calls, in words: lines are for the eye only. */
function callsOf(edges: readonly GraphEdge[], node: GraphNode): string {
  const called = edges.filter((edge) => edge.from === node.id);
  if (called.length === 0) return "";
  return `, calls ${called.map((edge) => `${edge.to.slice(edge.to.indexOf(" ") + 1)} ${counted(edge.count, "time")}`).join(", ")}`;
}

type NodeProps = {
  readonly node: GraphNode;
  readonly spot: Spot;
  readonly selected: number;
  readonly calls: string;
  readonly onSelect: () => void;
};

function Node({ node, spot, selected, calls, onSelect }: NodeProps) {
  const { x, y } = placeOf(spot);
  const isSelected = node.rows.includes(selected);
  return (
    <button
      type="button"
      className={styles["node"]}
      data-tint={lookOf(node.kind).tint}
      aria-current={isSelected || undefined}
      style={{ transform: `translate(${x}px, ${y}px)`, width: WIDTH, height: HEIGHT }}
      onClick={onSelect}
    >
      <span className={styles["title"]}>
        <KindChip kind={node.kind} />
        <span className={styles["name"]}>
          <Visible text={node.label} />
        </span>
        {isSelected && node.rows.length > 1 && (
          <span className={styles["soft"]}>
            {count(node.rows.indexOf(selected) + 1)}/{count(node.rows.length)}
          </span>
        )}
      </span>
      <span className={styles["facts"]}>
        ×{count(node.rows.length)}
        {node.errors > 0 && <span className={styles["bad"]}> · ✕ {counted(node.errors, "error")}</span>}
        {node.cost !== null && ` · ${dollars(node.cost)}`} · {duration(node.took / 1000)}
        <span className="unseen">{calls}</span>
      </span>
    </button>
  );
}

function Edge({ edge, spots }: { readonly edge: GraphEdge; readonly spots: ReadonlyMap<string, Spot> }) {
  const [from, to] = [spots.get(edge.from), spots.get(edge.to)];
  if (from === undefined || to === undefined) return null;
  const [one, other] = [placeOf(from), placeOf(to)];
  const [x1, y1, x2, y2] = [one.x + WIDTH, one.y + HEIGHT / 2, other.x, other.y + HEIGHT / 2];
  const isAhead = to.column > from.column;
  const bend = isAhead ? (x2 - x1) / 2 : GAP_X;
  const path =
    edge.from === edge.to
      ? `M ${x1 - 40} ${one.y} C ${x1 - 40} ${one.y - 14}, ${x1 - 12} ${one.y - 14}, ${x1 - 12} ${one.y}`
      : `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
  const label = edge.from === edge.to ? { x: x1 - 26, y: one.y - 3 } : { x: x2 - 8, y: y2 - 5 };
  return (
    <g className={styles["edge"]} data-error={edge.errors > 0 || undefined} data-back={!isAhead || undefined}>
      <path d={path} style={{ strokeWidth: 1 + Math.min(4, Math.log2(edge.count) / 2) }} />
      {edge.count > 1 && (
        <text x={label.x} y={label.y}>
          ×{count(edge.count)}
        </text>
      )}
    </g>
  );
}
