import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Diff } from "./Diff";

test("what is gone and what is new are marked as such, not by colour alone", () => {
  render(<Diff one="refund within 30 days" other="refund within 60 days" />);
  expect(screen.getByText("30").closest("del")).not.toBeNull();
  expect(screen.getByText("60").closest("ins")).not.toBeNull();
});

test("characters that hide are marked on both sides", () => {
  render(<Diff one={"a\u202Eb"} other="a b" />);
  expect(screen.getByText("RLO")).toBeDefined();
});

test("texts too long to compare say how long they are", () => {
  render(<Diff one={"a".repeat(150_000)} other={"b".repeat(150_000)} />);
  expect(screen.getByText(/150,000 and 150,000 characters/)).toBeDefined();
});
