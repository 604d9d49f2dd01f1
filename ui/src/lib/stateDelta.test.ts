import { expect, test } from "vitest";
import { changesOf } from "./stateDelta";

test("a change has what the latest earlier step put there, and nothing where none told", () => {
  const earlier = [`{"status": "new", "amount": 10}`, `{"status": "open"}`];
  expect(changesOf(`{"status": "resolved", "refund": {"id": 1}}`, earlier)).toEqual([
    { key: "status", before: { text: "open" }, after: { text: "resolved" } },
    { key: "refund", before: null, after: { text: `{"id": 1}` } },
  ]);
});

test("keys of any name stay keys, and what is no object has no changes", () => {
  expect(changesOf(`{"__proto__": 1}`, [`{"__proto__": 0}`])).toEqual([
    { key: "__proto__", before: { text: "0" }, after: { text: "1" } },
  ]);
  expect(changesOf(`[{"op": "replace"}]`, [])).toBeNull();
  expect(changesOf(`{"a": 1}`, ["not JSON"])).toEqual([{ key: "a", before: null, after: { text: "1" } }]);
});
