import { expect, test } from "vitest";
import { bucketsOf, extentOf, rangeText, stepFor } from "./histogram";

const HOUR = 3_600_000;
const at = (hour: number) => new Date(hour * HOUR).toISOString();

test("a step is one that people count by, and no more buckets come of it than fit", () => {
  expect(stepFor(0, HOUR).name).toBe("1m");
  expect(stepFor(0, 24 * HOUR).name).toBe("1h");
  expect(stepFor(0, 30 * 24 * HOUR).name).toBe("1d");
  expect(stepFor(0, 20 * 365 * 24 * HOUR).name).toBe("364d");
});

test("empty buckets stand between full ones, and failed runs are counted among all", () => {
  const groups = [
    { start: at(1), key: "success", runs: 3 },
    { start: at(1), key: "budget_exhausted", runs: 2 },
    { start: at(3), key: null, runs: 1 },
  ];
  expect(bucketsOf(groups, 0.5 * HOUR, 4 * HOUR, HOUR)).toEqual([
    { start: 0, runs: 0, failed: 0 },
    { start: HOUR, runs: 5, failed: 2 },
    { start: 2 * HOUR, runs: 0, failed: 0 },
    { start: 3 * HOUR, runs: 1, failed: 0 },
  ]);
  expect(extentOf(groups, HOUR)).toEqual({ from: HOUR, to: 4 * HOUR });
  expect(extentOf([], HOUR)).toBeNull();
});

test("a window becomes a fixed range", () => {
  expect(rangeText(0, HOUR)).toBe("1970-01-01T00:00:00.000Z..1970-01-01T01:00:00.000Z");
});
