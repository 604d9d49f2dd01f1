import { describe, expect, test } from "vitest";
import { bytes, compact, counted, dollars, duration } from "./format";
import { entriesOf, firstEntries, nestedJson, rootOf, stringOf } from "./lazyJson";
import { messageOf, wordsOf } from "./messages";
import { both, butRuns, chosenValues, ofRuns, quoted, terms, toggled, writingAt } from "./queryText";
import { parseRange, parseZoom, runSearch, runsSearch } from "./search";

describe("numbers", () => {
  test("durations have at most two units, and unknown is not nought", () => {
    const cases: [number | null, string][] = [
      [null, "–"],
      [0, "0 ms"],
      [0.25, "250 µs"],
      [4.2, "4.2 ms"],
      [999, "999 ms"],
      [5_040, "5.04 s"],
      [59_900, "59.9 s"],
      [97_081, "1 min 37 s"],
      [3_600_000, "1 h"],
      [90_000_000, "1 d 1 h"],
    ];
    for (const [millis, text] of cases) expect(duration(millis)).toBe(text);
  });

  test("small amounts do not vanish, and large counts stay short", () => {
    expect([0, 0.00001, 0.0009, 0.21, null].map(dollars)).toEqual(["$0", "< $0.0001", "$0.0009", "$0.21", "–"]);
    expect([9_999, 12_345, 3_354_221].map(compact)).toEqual(["9,999", "12.3 k", "3.4 M"]);
    expect([812, 4_100, 15_369_794].map(bytes)).toEqual(["812 B", "4.1 kB", "15.4 MB"]);
    expect([counted(1, "run"), counted(2, "run")]).toEqual(["1 run", "2 runs"]);
  });
});

describe("the text of a filter", () => {
  test("is cut at spaces outside quotes and parentheses", () => {
    const text = `outcome:failure name:"Refund order" has(tool:pay after policy:limits) cost>0.1`;
    expect(terms(text).map((term) => term.text)).toEqual([
      "outcome:failure",
      `name:"Refund order"`,
      "has(tool:pay after policy:limits)",
      "cost>0.1",
    ]);
    expect(terms(`  name:"open`).map((term) => term.text)).toEqual([`name:"open`]);
  });

  test("facets add, widen and take away a field's values and leave the rest", () => {
    expect(toggled("", "outcome", "failure")).toBe("outcome:failure");
    expect(toggled("cost>1 outcome:failure", "outcome", "denied")).toBe("cost>1 outcome:failure,denied");
    expect(toggled("outcome:failure,denied cost>1", "outcome", "failure")).toBe("outcome:denied cost>1");
    expect(toggled("outcome:denied cost>1", "outcome", "denied")).toBe("cost>1");
    expect(toggled("", "name", `Say "hi", or not`)).toBe(`name:"Say \\"hi\\", or not"`);
    expect([...chosenValues(`name:"Say \\"hi\\"",b`, "name")]).toEqual([`Say "hi"`, "b"]);
  });

  test("two texts are joined so that each keeps its meaning", () => {
    expect(both("", "a:b")).toBe("a:b");
    expect(both("a:b c:d", "e:f")).toBe("a:b c:d e:f");
    expect(both("a:b OR c:d", "e:f")).toBe("(a:b OR c:d) e:f");
    expect(ofRuns(["r1", "r 2"])).toBe(`run_id:r1,"r 2"`);
    expect(butRuns("a:b or c:d", ["r1"])).toBe("(a:b or c:d) -run_id:r1");
    expect(butRuns("", ["r1"])).toBe("-run_id:r1");
  });

  test("words of the language are quoted", () => {
    expect(["or", "-x", "a b", "refund.create", "*"].map(quoted)).toEqual([`"or"`, `"-x"`, `"a b"`, "refund.create", `"*"`]);
  });

  test("what is being written is known at the cursor", () => {
    expect(writingAt("out", 3)).toMatchObject({ what: "field", begun: "out", from: 0, to: 3 });
    expect(writingAt("a:b outcome:fa", 14)).toMatchObject({ what: "value", field: "outcome", begun: "fa", from: 12 });
    expect(writingAt("-outcome:failure,de", 19)).toMatchObject({ field: "outcome", begun: "de", from: 17 });
    expect(writingAt("has(tool:re", 11)).toMatchObject({ field: "tool", begun: "re", from: 9 });
  });
});

describe("JSON that is read only where it is open", () => {
  const list = (text: string) => {
    const root = rootOf(text);
    return root === null ? null : entriesOf(text, root)?.map(({ key, value }) => [key, text.slice(value.from, value.to)]);
  };

  test("keeps the order of keys, all digits, and keys of any name", () => {
    expect(list(`{"b": 9007199254740993, "a": [1,{"x":"]}"}], "__proto__": {"polluted": true}, "b": null}`)).toEqual([
      ["b", "9007199254740993"],
      ["a", `[1,{"x":"]}"}]`],
      ["__proto__", `{"polluted": true}`],
      ["b", "null"],
    ]);
    expect("polluted" in {}).toBe(false);
  });

  test("is not made of what is none", () => {
    for (const text of ["", "hello", "{", "[1,]x", "{a:1}", "[1", `"open`]) {
      const root = rootOf(text);
      expect(root === null || (root.kind === "object" && entriesOf(text, root) === null) || (root.kind === "array" && entriesOf(text, root) === null)).toBe(true);
    }
  });

  test("opens texts that hold JSON, and reads quoted characters", () => {
    expect(nestedJson(`{"a":1}`)?.kind).toBe("object");
    expect(nestedJson("{not json}")).toBeNull();
    const text = `"a\\u00e9\\"b"`;
    const root = rootOf(text);
    expect(root && stringOf(text, root)).toBe(`aé"b`);
  });

  test("a large container is read as far as it is asked for", () => {
    const text = ` [${Array.from({ length: 300_000 }, (_, place) => place).join(",")}] `;
    const root = rootOf(text);
    expect(root).toMatchObject({ kind: "array", from: 1, to: text.length - 1 });
    expect(root && firstEntries(text, root, 2)).toMatchObject({ isWhole: false, entries: [{ key: null }, { key: null }] });
    expect(root && firstEntries(text, root, 300_000)?.isWhole).toBe(true);
    expect(root && firstEntries(text, { kind: "array", from: 0, to: 3 }, 2)).toBeNull();
  });

  test("finds the top of 20 MB in one pass", () => {
    const large = `{"rows":[${Array.from({ length: 200_000 }, (_, row) => `{"id":${row},"text":"${"x".repeat(80)}"}`).join(",")}]}`;
    const began = performance.now();
    expect(list(large)).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("messages", () => {
  test("have parts, and what has no such form stays text", () => {
    const message = messageOf(
      `{"role":"assistant","parts":[{"type":"text","content":"hi"},{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}]}`,
    );
    expect(message?.parts.map((part) => part.what)).toEqual(["text", "call"]);
    expect(message && wordsOf(message)).toBe("hi");
    expect(messageOf("hello")).toBeNull();
    expect(messageOf(`{"a":1}`)).toBeNull();
  });
});

describe("addresses", () => {
  test("hold only what differs, and a bad part is left out", () => {
    expect(runsSearch({ q: "", sort: "-cost", live: "yes", other: 1 })).toEqual({ sort: "-cost" });
    expect(runSearch({ view: "steps", tab: "nothing", zoom: "9..1", fold: 0, step: 2.7 })).toEqual({
      view: "steps",
      fold: 0,
    });
    expect(parseZoom("-5..20")).toEqual({ from: -5, to: 20 });
  });

  test("relative times begin at a whole minute, fixed ones stand as they are", () => {
    const now = Date.parse("2026-01-05T10:00:30Z");
    expect(parseRange("1h", now)).toMatchObject({ from: "2026-01-05T09:00:00.000Z", to: null });
    expect(parseRange("2026-01-01..2026-01-02", now)).toMatchObject({ from: "2026-01-01", to: "2026-01-02" });
    expect(parseRange("nonsense", now)).toMatchObject({ from: null, to: null });
  });
});
