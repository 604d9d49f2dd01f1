/** The colours of kinds stay apart for every reader, and words stay readable: measured on the tokens themselves. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrast, distance, seenAs, VISIONS } from "./palette";

const css = readFileSync("src/styles/tokens.css", "utf8");

function token(name: string, theme: "light" | "dark"): string {
  const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  const color = match?.[theme === "light" ? 1 : 2];
  if (color === undefined) throw new Error(`no colour --${name}`);
  return color;
}

/** The least distance of any two kinds; under tritan vision by this model it is 12.8, under the others above 14. */
const APART_MIN = 12.5;

const KINDS = ["kind-agent", "kind-model", "kind-tool", "kind-retrieval", "kind-policy", "kind-human", "bad"];

test.each(["light", "dark"] as const)("kinds differ under every vision in the %s theme", (theme) => {
  for (const vision of VISIONS) {
    for (const [place, one] of KINDS.entries()) {
      for (const other of KINDS.slice(place + 1)) {
        const apart = distance(seenAs(token(one, theme), vision), seenAs(token(other, theme), vision));
        expect(apart, `${one} and ${other}, ${vision}`).toBeGreaterThanOrEqual(APART_MIN);
      }
    }
  }
});

test.each(["light", "dark"] as const)("what is drawn and written stands out in the %s theme", (theme) => {
  const grounds = ["ground", "surface"].map((name) => token(name, theme));
  for (const ground of grounds) {
    for (const kind of KINDS) {
      expect(contrast(token(kind, theme), ground), kind).toBeGreaterThanOrEqual(theme === "light" ? 3.6 : 3.9);
    }
  }
  for (const ground of [...grounds, token("selected", theme), token("hover", theme), token("raised", theme)]) {
    for (const text of ["ink", "ink-soft", "bad-text", "good-text", "warn-text", "accent"]) {
      expect(contrast(token(text, theme), ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});
