/** Every page, dialog and state, in both themes, for what axe can find against WCAG 2.2 A and AA. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { axe, visit } from "./browser";
import { onStage } from "./stage";

/** All places, one after the other, on a slow machine. */
const PLACES_MILLIS = 180_000;

type Place = { readonly path: string; readonly prepare?: (page: Page) => Promise<void> };

const PLACES: Readonly<Record<string, Place>> = {
  runs: { path: "/-/runs" },
  "runs, peeked and selected": {
    path: "/-/runs",
    prepare: async (page) => {
      for (const key of ["x", "j", "x", "Space"]) await page.keyboard.press(key);
      await page.getByRole("complementary", { name: /Peek/ }).getByText("Stop reason").waitFor();
    },
  },
  "runs, menu": { path: "/-/runs", prepare: (page) => page.getByRole("button", { name: "Columns" }).click() },
  "runs, completing": {
    path: "/-/runs",
    prepare: async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("ou");
    },
  },
  "runs, none": { path: "/-/runs?q=tool:none" },
  "runs, wrong filter": { path: "/-/runs?q=outcme:failure" },
  run: { path: "/-/runs/demo-stale-policy" },
  "run, steps": { path: "/-/runs/demo-stale-policy?view=steps" },
  "run, conversation": { path: "/-/runs/demo-stale-policy?view=conversation" },
  "run, graph": { path: "/-/runs/demo-retry?view=graph" },
  "run, logs": { path: "/-/runs/demo-retry?view=logs" },
  "run, nothing logged": { path: "/-/runs/demo-success?view=logs" },
  "run, a person's word": {
    path: "/-/runs/demo-stale-policy",
    prepare: async (page) => {
      await page.getByRole("complementary", { name: "Why" }).getByRole("button", { name: "Dispute" }).first().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  "run, attributes": { path: "/-/runs/demo-loop?tab=attributes" },
  "run, privacy": { path: "/-/runs/demo-stale-policy?tab=privacy" },
  "run, raw": { path: "/-/runs/demo-retry?tab=raw" },
  "no such run": { path: "/-/runs/none" },
  "two runs": { path: "/-/compare?a=demo-success&b=demo-stale-policy" },
  "two groups": { path: "/-/compare?these=outcome:failure,denied&others=outcome:success" },
  "nothing to compare": { path: "/-/compare" },
  metrics: { path: "/-/metrics?by=tenant_id" },
  "metrics, none": { path: "/-/metrics?q=tool:none" },
  conversation: { path: "/-/conversations/chat-1002" },
  settings: { path: "/settings" },
  shortcuts: { path: "/settings/shortcuts" },
  report: { path: "/-/runs/demo-stale-policy/report" },
  palette: {
    path: "/-/runs",
    prepare: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
    },
  },
  keys: {
    path: "/-/runs",
    prepare: async (page) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
};

onStage("access", (stage) => {
  const check = async (url: string, colorScheme: "light" | "dark", prepare?: Place["prepare"]) => {
    const { page, context } = await visit(stage.browser, url, { colorScheme, reducedMotion: "reduce" });
    await page.waitForLoadState("networkidle");
    await prepare?.(page);
    const found = await axe(page);
    await context.close();
    return found;
  };

  test.each(["light", "dark"] as const)("no page breaks a rule in the %s theme", async (theme) => {
    const found: string[] = [];
    for (const [name, place] of Object.entries(PLACES)) {
      const faults = await check(`${stage.demo.url}${place.path}`, theme, place.prepare);
      found.push(...faults.map((fault) => `${name}: ${fault}`));
    }
    found.push(...(await check(`${stage.empty.url}/`, theme)).map((fault) => `first use: ${fault}`));
    expect(found).toEqual([]);
  }, PLACES_MILLIS);
});
