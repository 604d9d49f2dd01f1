import { expect, test } from "vitest";
import { hasHidden, pieces, visible } from "./visible";

test("ordinary text in any script is left as it is", () => {
  for (const text of ["", "plain", "tab\tand\nline", "Grüße, 東京, مرحبا", "👩‍💻 at work"]) {
    expect(visible(text)).toBe(text);
  }
});

test("what hides, reorders or steers becomes a mark, however often it is looked for", () => {
  expect(hasHidden("\u202Egnp.exe")).toBe(true);
  expect(pieces("\u202Egnp.exe")).toEqual([
    { text: "\u202E", hidden: "RLO" },
    { text: "gnp.exe", hidden: null },
  ]);
  expect(visible("a\u200Bb\u001b[31m")).toBe("a⟨ZWSP⟩b⟨ESC⟩[31m");
  expect(visible("\u{e0041}")).toBe("⟨U+E0041⟩");
});
