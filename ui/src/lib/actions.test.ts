import { expect, test } from "vitest";
import { ACTION_NAMES, ACTIONS, keyName, shownKey } from "./actions";

test("no key means two things on one page", () => {
  for (const page of ["Runs", "Run"] as const) {
    const keys = ACTION_NAMES.filter((name) => [page, "Everywhere"].includes(ACTIONS[name].group)).flatMap(
      (name) => ACTIONS[name].keys,
    );
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
  }
});

test("a key is named alike on every system", () => {
  const plain = { ctrlKey: false, metaKey: false, altKey: false };
  expect(keyName({ ...plain, key: "K", ctrlKey: true })).toBe("Mod+k");
  expect(keyName({ ...plain, key: "k", metaKey: true })).toBe("Mod+k");
  expect(keyName({ ...plain, key: "N" })).toBe("N");
  expect(shownKey("N")).toBe("Shift N");
});
