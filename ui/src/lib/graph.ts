/**
 * A run as a graph: who called what, how often, and how it went. Spans of one kind and one name are one node; spans
 * that only hold others together are passed through. Every span of a node is counted, whether it is drawn or not.
 */
import { NO_ROW, type SpanIndex } from "./spans";

export type GraphNode = {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  /** Its spans, in the order of the tree. */
  readonly rows: number[];
  errors: number;
  /** US dollars of the spans whose cost is known; none where no cost is. */
  cost: number | null;
  /** Microseconds of all its spans together. */
  took: number;
};

export type GraphEdge = { readonly from: string; readonly to: string; count: number; errors: number };

export type Graph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Nodes that are not drawn as there are too many, and their spans. */
  readonly leftOut: number;
  readonly spansLeftOut: number;
};

/** Kinds that hold others together, and say nothing of their own. */
const PASSED = new Set(["chain", "state", "other"]);
/** The field that names a span of a kind, where its own name is of the call. */
const NAMES: Readonly<Record<string, string>> = {
  agent: "agent_name",
  model: "model_requested",
  tool: "tool_name",
  mcp: "tool_name",
  policy: "policy_id",
};

export function graphOf(index: SpanIndex, nodesMax: number): Graph {
  const nodes = new Map<string, GraphNode>();
  const nodeOfRow = new Array<GraphNode | null>(index.count).fill(null);
  const edges = new Map<string, GraphEdge>();
  for (let row = 0; row < index.count; row++) {
    const parent = index.parent[row] ?? NO_ROW;
    const above = parent === NO_ROW ? null : (nodeOfRow[parent] ?? null);
    const kind = index.kind(row);
    // A span that recorded the same call as another one does not count again.
    if (PASSED.has(kind) || index.number("merged_into", row) !== null) {
      nodeOfRow[row] = above;
      continue;
    }
    const node = nodeFor(nodes, index, row, kind);
    nodeOfRow[row] = node;
    add(node, index, row);
    if (above !== null) addEdge(edges, above, node, index.isError[row] ?? 0);
  }
  const kept = [...nodes.values()]
    .sort((one, other) => other.rows.length - one.rows.length)
    .slice(0, nodesMax)
    .sort((one, other) => (one.rows[0] ?? 0) - (other.rows[0] ?? 0));
  const ids = new Set(kept.map((node) => node.id));
  const spans = [...nodes.values()].reduce((sum, node) => sum + (ids.has(node.id) ? 0 : node.rows.length), 0);
  return {
    nodes: kept,
    edges: [...edges.values()].filter((edge) => ids.has(edge.from) && ids.has(edge.to)),
    leftOut: nodes.size - kept.length,
    spansLeftOut: spans,
  };
}

function nodeFor(nodes: Map<string, GraphNode>, index: SpanIndex, row: number, kind: string): GraphNode {
  const field = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined;
  const label = (field === undefined ? null : index.text(field, row)) ?? index.name(row);
  const id = `${kind} ${label}`;
  const known = nodes.get(id);
  if (known !== undefined) return known;
  const node = { id, kind, label, rows: [], errors: 0, cost: null, took: 0 };
  nodes.set(id, node);
  return node;
}

function add(node: GraphNode, index: SpanIndex, row: number): void {
  node.rows.push(row);
  node.errors += index.isError[row] ?? 0;
  node.took += index.duration[row] || 0;
  const cost = index.number("cost", row);
  if (cost !== null) node.cost = (node.cost ?? 0) + cost;
}

function addEdge(edges: Map<string, GraphEdge>, from: GraphNode, to: GraphNode, errors: number): void {
  const key = `${from.id}\n${to.id}`;
  const edge = edges.get(key) ?? { from: from.id, to: to.id, count: 0, errors: 0 };
  edge.count += 1;
  edge.errors += errors;
  edges.set(key, edge);
}

export type Spot = { readonly column: number; readonly line: number };

/**
 * Where nodes stand: each in the column after the one it was first called from, and in a column near those that
 * call it, so that few lines cross.
 */
export function layOut({ nodes, edges }: Pick<Graph, "nodes" | "edges">): ReadonlyMap<string, Spot> {
  const column = new Map<string, number>();
  const callers = new Map<string, string[]>();
  for (const edge of edges) {
    if (edge.from !== edge.to) callers.set(edge.to, [...(callers.get(edge.to) ?? []), edge.from]);
  }
  // Nodes come in the order of their first span: whoever called first stands before.
  for (const node of nodes) {
    const before = (callers.get(node.id) ?? []).flatMap((caller) => column.get(caller) ?? []);
    column.set(node.id, before.length === 0 ? 0 : Math.min(...before) + 1);
  }
  const columns: string[][] = [];
  for (const node of nodes) (columns[column.get(node.id) ?? 0] ??= []).push(node.id);
  const spots = new Map<string, Spot>();
  for (const [place, ids] of columns.entries()) {
    const middle = (id: string) => {
      const lines = (callers.get(id) ?? []).flatMap((caller) => spots.get(caller)?.line ?? []);
      return lines.length === 0 ? 0 : lines.reduce((sum, line) => sum + line, 0) / lines.length;
    };
    const sorted = place === 0 ? ids : ids.toSorted((one, other) => middle(one) - middle(other));
    sorted.forEach((id, line) => spots.set(id, { column: place, line }));
  }
  return spots;
}
