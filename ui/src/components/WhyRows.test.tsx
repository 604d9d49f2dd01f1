import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { WhyRows, type WhyRowShape } from "./WhyRows";

const row = (part: Partial<WhyRowShape>): WhyRowShape => ({
  row: "decision",
  state: "recorded",
  value: null,
  bodies: [],
  sources: [],
  hint: null,
  ...part,
});

const shown = (part: Partial<WhyRowShape>) => {
  render(<WhyRows rows={[row(part)]} />);
  return within(screen.getByRole("definition"));
};

test("a value that was withheld is drawn as withheld, never as blank", () => {
  expect(shown({ state: "withheld" }).getByText("▨ withheld by policy")).toBeDefined();
});

test("a gap says how to fill it", () => {
  const hint = { attribute: "everyframe.decision.summary", says: "record `everyframe.decision.summary`" };
  expect(shown({ state: "not_recorded", hint }).getByText("everyframe.decision.summary").tagName).toBe("CODE");
});

test("what was not needed is not called missing", () => {
  expect(shown({ state: "not_needed" }).getByText("none, and none needed")).toBeDefined();
});

test("a row leads to the spans it comes from, and counts those it does not list", async () => {
  const onSource = vi.fn();
  const sources = [0, 1, 2, 3, 4].map((step) => ({ trace_id: "t", span_id: `s${step}`, step }));
  render(<WhyRows rows={[row({ value: "refund", sources })]} onSource={onSource} />);
  await userEvent.click(screen.getByRole("button", { name: "span 2" }));
  expect(onSource).toHaveBeenCalledWith(sources[1]);
  expect(screen.getByText(/and 2 more/)).toBeDefined();
});
