import { expect, test } from "vitest";
import { diff } from "./diff";

const shown = (one: string, other: string) =>
  diff(one, other)
    .map(({ what, text }) => ({ same: text, gone: `[-${text}-]`, new: `{+${text}+}` })[what])
    .join("");

test("says which words were taken out and which were put in", () => {
  expect(shown("Refund within 30 days.", "Refund within 60 days.")).toBe("Refund within [-30-]{+60+} days.");
  expect(shown("a b c", "a c")).toBe("a [-b -]c");
  expect(shown("refund from day 31 to day 90", "refund to the card")).toBe("refund [-from day 31 to day 90-]{+to the card+}");
  expect(shown("", "new")).toBe("{+new+}");
  expect(shown("same", "same")).toBe("same");
});

test("both texts can be read back from the parts, whatever they are", () => {
  const texts = ["", "a", "a\nb\n", "{\"x\": 1}", "Größe 東京 👩‍💻", "one two  three\tfour", "two one three", "x".repeat(50)];
  for (const one of texts) {
    for (const other of texts) {
      const parts = diff(one, other);
      const read = (skip: string) => parts.filter((part) => part.what !== skip).map((part) => part.text).join("");
      expect([read("new"), read("gone")]).toEqual([one, other]);
    }
  }
});

test("texts too long for words are compared by lines, and beyond that as wholes", () => {
  const lines = (size: number, odd: string) =>
    Array.from({ length: size }, (_, line) => (line === size / 2 ? odd : `${odd} line number ${line}`)).join("\n");
  const began = performance.now();
  const parts = diff(lines(3_000, "a"), lines(3_000, "b"));
  expect(parts.filter((part) => part.what === "gone").length).toBeGreaterThan(0);
  expect(performance.now() - began).toBeLessThan(5_000);
});
