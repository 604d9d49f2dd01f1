import { expect, test } from "vitest";
import { graphOf, layOut } from "./graph";
import { SpanIndex } from "./spans";

type Row = readonly [kind: string, name: string, parent: number | null, isError?: boolean];

function indexOf(rows: readonly Row[], merged: Readonly<Record<number, number>> = {}): SpanIndex {
  const texts: string[] = [];
  const place = (text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1);
  const columns = {
    trace: rows.map(() => 0),
    span_id: rows.map((_, row) => `s${row}`),
    parent: rows.map(([, , parent]) => parent),
    name: rows.map(([, name]) => place(name)),
    kind: rows.map(([kind]) => place(kind)),
    status: rows.map(([, , , isError]) => place(isError === true ? "error" : "ok")),
    start_micros: rows.map((_, row) => row * 10),
    duration_micros: rows.map(() => 5),
  };
  const twins = Object.entries(merged);
  return new SpanIndex({
    total: rows.length,
    trace_ids: ["t"],
    texts,
    columns,
    text_columns: {},
    number_columns: {
      cost: { rows: [1], values: [0.5] },
      merged_into: { rows: twins.map(([row]) => Number(row)), values: twins.map(([, row]) => row) },
    },
    marks: {},
  });
}

const RUN: readonly Row[] = [
  ["agent", "planner", null],
  ["model", "gpt", 0],
  ["chain", "turn", 0],
  ["tool", "search", 2],
  ["tool", "search", 2, true],
  ["agent", "writer", 0],
  ["tool", "search", 5],
];

test("spans of one kind and name are one node, with their counts", () => {
  const { nodes } = graphOf(indexOf(RUN), 10);
  expect(nodes.map((node) => [node.id, node.rows.length, node.errors, node.cost])).toEqual([
    ["agent planner", 1, 0, null],
    ["model gpt", 1, 0, 0.5],
    ["tool search", 3, 1, null],
    ["agent writer", 1, 0, null],
  ]);
});

test("what only holds others together is passed through", () => {
  const { edges } = graphOf(indexOf(RUN), 10);
  expect(edges.find((edge) => edge.from === "agent planner" && edge.to === "tool search")).toMatchObject({ count: 2, errors: 1 });
  expect(edges.some((edge) => edge.to === "chain turn")).toBe(false);
});

test("two records of one call count once", () => {
  const { nodes } = graphOf(indexOf(RUN, { 4: 3 }), 10);
  expect(nodes.find((node) => node.id === "tool search")?.rows).toEqual([3, 6]);
});

test("what is not drawn is counted", () => {
  const graph = graphOf(indexOf(RUN), 2);
  expect([graph.nodes.length, graph.leftOut, graph.spansLeftOut]).toEqual([2, 2, 2]);
});

test("a node stands in the column after the first that calls it, even where calls go round", () => {
  const graph = graphOf(indexOf(RUN), 10);
  const round = { ...graph, edges: [...graph.edges, { from: "tool search", to: "agent planner", count: 1, errors: 0 }] };
  const spots = layOut(round);
  expect(graph.nodes.map((node) => spots.get(node.id)?.column)).toEqual([0, 1, 1, 1]);
  expect(new Set([...spots.values()].map(({ column, line }) => `${column} ${line}`)).size).toBe(4);
});
