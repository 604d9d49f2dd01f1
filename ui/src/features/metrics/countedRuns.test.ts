import { expect, test } from "vitest";
import { countedRuns, groupFilter, title } from "./countedRuns";

test("a figure opens the runs it counts, within the filter of the page", () => {
  expect(countedRuns("", "", undefined)).toEqual({ q: "settled:true" });
  expect(countedRuns("outcome:failure OR outcome:timed_out", "agent:a OR agent:b", "24h")).toEqual({
    q: "((agent:a OR agent:b) (outcome:failure OR outcome:timed_out)) settled:true",
    t: "24h",
  });
});

test("a group is found by its value, and runs without one by that", () => {
  expect(groupFilter("agent_version", "2.4.0")).toBe("agent_version:2.4.0");
  expect(groupFilter("day", "2026-01-05")).toBe("start:2026-01-05");
  expect(groupFilter("tenant_id", null)).toBe("-tenant_id:*");
});

test("names of metrics become words", () => {
  expect(title("latency_p95")).toBe("Latency p95");
});
