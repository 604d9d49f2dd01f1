import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Menu, MenuChoice, MenuItem } from "./Menu";

test("a menu opens on its button, moves by arrows and letters, and gives the focus back on Escape", async () => {
  render(
    <Menu label="Share">
      <MenuItem onClick={() => undefined}>Copy a link</MenuItem>
      <MenuItem onClick={() => undefined}>Open the report</MenuItem>
    </Menu>,
  );
  expect(screen.queryByRole("menu")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: /Share/ }));
  await userEvent.keyboard("o");
  expect(document.activeElement).toBe(screen.getByRole("menuitem", { name: "Open the report" }));
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement).toBe(screen.getByRole("menuitem", { name: "Copy a link" }));
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: /Share/ }));
});

test("a choice closes the menu and tells its value", async () => {
  const onChoose = vi.fn();
  render(
    <Menu label="Range">
      <MenuChoice value="any" onChoose={onChoose} choices={[{ value: "any", label: "Any time" }, { value: "1h", label: "Last hour" }]} />
    </Menu>,
  );
  await userEvent.click(screen.getByRole("button"));
  expect(screen.getByRole("menuitemradio", { checked: true }).textContent).toContain("Any time");
  await userEvent.click(screen.getByRole("menuitemradio", { name: /Last hour/ }));
  expect(onChoose).toHaveBeenCalledWith("1h");
  expect(screen.queryByRole("menu")).toBeNull();
});
