import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Tabs } from "./Tabs";

const TABS = [
  { id: "one", label: "One" },
  { id: "two", label: "Two", badge: 3 },
  { id: "three", label: "Three" },
] as const;

test("arrows move to the next tab, round the end, and choose it", async () => {
  const onChoose = vi.fn();
  const { rerender } = render(<Tabs label="Views" tabs={TABS} chosen="three" onChoose={onChoose} panelId="view" />);
  screen.getByRole("tab", { name: "Three" }).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(onChoose).toHaveBeenLastCalledWith("one");
  rerender(<Tabs label="Views" tabs={TABS} chosen="one" onChoose={onChoose} panelId="view" />);
  expect(document.activeElement).toBe(screen.getByRole("tab", { name: "One" }));
  await userEvent.keyboard("{End}");
  expect(onChoose).toHaveBeenLastCalledWith("three");
});

test("only the chosen tab is in the order of the tab key", () => {
  render(<Tabs label="Views" tabs={TABS} chosen="two" onChoose={() => undefined} panelId="view" />);
  expect(screen.getAllByRole("tab").map((tab) => tab.tabIndex)).toEqual([-1, 0, -1]);
  expect(screen.getByRole("tab", { selected: true }).textContent).toBe("Two3");
});
