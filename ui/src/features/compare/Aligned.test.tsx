import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Comparison, ComparisonRow, ComparisonStep } from "@/api/client";
import { Aligned } from "./Aligned";

const step = (name: string): ComparisonStep => ({
  trace_id: "t",
  span_id: name,
  step: 0,
  kind: "tool",
  name,
  status: "ok",
  times: 1,
});

const comparisonOf = (rows: readonly ComparisonRow[]): Comparison => ({
  a: "a",
  b: "b",
  rows: [...rows],
  rows_left_out: 0,
  first_divergence: null,
  differences: [],
  differences_left_out: 0,
});

const alike = Array.from({ length: 6 }, (_, place) => ({ a: step(`s${place}`), b: step(`s${place}`), differs: [] }));
const only = { a: null, b: step("refund"), differs: ["decision"] };

test("steps alike fold and are counted, and a step of one side says that the other has none", async () => {
  const onChoose = vi.fn();
  const comparison = comparisonOf([...alike, only]);
  const { rerender } = render(<Aligned comparison={comparison} chosen={6} onChoose={onChoose} isOpen={false} />);
  expect(screen.getByText("5 steps alike")).toBeDefined();
  expect(screen.queryByText("s0")).toBeNull();
  expect(screen.getByText("– not there")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: /7 only in B/ }));
  expect(onChoose).toHaveBeenCalledWith(6);
  rerender(<Aligned comparison={comparison} chosen={6} onChoose={onChoose} isOpen />);
  expect(screen.getAllByText("s0")).toHaveLength(2);
});
