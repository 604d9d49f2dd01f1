import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { JsonTree } from "./JsonTree";

test("the order of keys and the digits of numbers are as they were written", () => {
  const { container } = render(<JsonTree text={`{"b": 9007199254740993, "__proto__": 1.10, "a": null}`} />);
  expect(container.textContent).toMatch(/b: 9007199254740993.*__proto__: 1\.10.*a: null/);
});

test("what lies deep is read when it is opened", async () => {
  render(<JsonTree text={`{"a": {"b": {"c": {"d": "deep"}}}}`} />);
  expect(screen.queryByText("deep")).toBeNull();
  for (const name of [/^b/, /^c/]) await userEvent.click(screen.getByRole("button", { name }));
  expect(screen.getByText("deep")).toBeDefined();
});

test("long lists say how many of them are shown, and show more", async () => {
  render(<JsonTree text={JSON.stringify(Array.from({ length: 250 }, (_, place) => place))} />);
  await userEvent.click(screen.getByRole("button", { name: /100 of 250 shown/ }));
  expect(screen.queryByRole("button", { name: /shown/ })).toBeNull();
});

test("what is no JSON is shown as the text it is", () => {
  render(<JsonTree text={`{"a": `} />);
  expect(screen.getByText(/\{"a":/)).toBeDefined();
});
