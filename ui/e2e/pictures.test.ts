/**
 * Pictures of every page and state, for people to look at: `EVERYFRAME_PICTURES=1 npm run journeys -- pictures`.
 * They are references for the eye; nothing compares them by the pixel, as fonts differ between machines.
 */
import type { Page } from "playwright-core";
import { test } from "vitest";
import { visit } from "./browser";
import { onStage } from "./stage";

const FOLDER = "pictures";
const isAsked = process.env["EVERYFRAME_PICTURES"] === "1";

type Theme = "light" | "dark";
type Shot = {
  readonly name: string;
  readonly path: string;
  readonly size?: readonly [number, number];
  readonly themes?: readonly Theme[];
  readonly isEmpty?: boolean;
  readonly prepare?: (page: Page) => Promise<void>;
};

const press =
  (...keys: readonly string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key);
    await page.waitForTimeout(500);
  };

const SHOTS: readonly Shot[] = [
  { name: "runs", path: "/-/runs" },
  { name: "runs-peek", path: "/-/runs", prepare: press("j", "Space"), size: [1440, 900] },
  { name: "runs-selected", path: "/-/runs", prepare: press("x", "j", "x"), themes: ["light"] },
  { name: "runs-none", path: "/-/runs?q=tool:none", themes: ["dark"] },
  { name: "runs-wrong-filter", path: "/-/runs?q=outcme:failure", themes: ["light"] },
  { name: "runs-completing", path: "/-/runs", prepare: press("/", "o", "u", "t"), themes: ["dark"] },
  { name: "runs-phone", path: "/-/runs", size: [360, 740] },
  { name: "first-use", path: "/", isEmpty: true },
  { name: "run", path: "/-/runs/demo-stale-policy", size: [1440, 900] },
  { name: "run-wide", path: "/-/runs/demo-loop", size: [1920, 1080], themes: ["dark"] },
  { name: "run-steps", path: "/-/runs/demo-approval-rejected?view=steps" },
  { name: "run-conversation", path: "/-/runs/demo-stale-policy?view=conversation", themes: ["light"] },
  { name: "run-graph", path: "/-/runs/demo-retry?view=graph", size: [1440, 900] },
  { name: "run-logs", path: "/-/runs/demo-retry?view=logs", themes: ["light"] },
  { name: "run-word", path: "/-/runs/demo-stale-policy", prepare: press("m"), themes: ["dark"] },
  { name: "run-privacy", path: "/-/runs/demo-stale-policy?tab=privacy", themes: ["dark"] },
  { name: "run-attributes", path: "/-/runs/demo-retry?tab=attributes", themes: ["light"] },
  { name: "run-phone", path: "/-/runs/demo-stale-policy", size: [360, 740] },
  { name: "run-missing", path: "/-/runs/none", themes: ["light"] },
  { name: "compare", path: "/-/compare?a=demo-success&b=demo-stale-policy", size: [1440, 900] },
  { name: "compare-phone", path: "/-/compare?a=demo-success&b=demo-stale-policy", size: [390, 844], themes: ["light"] },
  { name: "compare-groups", path: "/-/compare?these=outcome:failure,denied,budget_exhausted&others=outcome:success" },
  { name: "metrics", path: "/-/metrics?by=tenant_id", size: [1440, 900] },
  { name: "conversation", path: "/-/conversations/chat-1002" },
  { name: "settings", path: "/settings" },
  { name: "commands", path: "/-/runs", prepare: press("Control+k"), themes: ["dark"] },
  { name: "keys", path: "/-/runs", prepare: press("?"), themes: ["light"] },
  { name: "report", path: "/-/runs/demo-stale-policy/report", size: [900, 1200], themes: ["light"] },
];

onStage("pictures", (stage) => {
  test.each(SHOTS.flatMap((shot) => (shot.themes ?? (["light", "dark"] as const)).map((theme) => ({ ...shot, theme }))))(
    "$name in the $theme theme",
    async ({ name, path, size = [1280, 800], theme, isEmpty, prepare }) => {
      const [width, height] = size;
      const options = { viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" } as const;
      const { page, context } = await visit(stage.browser, `${isEmpty === true ? stage.empty.url : stage.demo.url}${path}`, options);
      await page.waitForLoadState("networkidle");
      await prepare?.(page);
      await page.screenshot({ path: `${FOLDER}/${name}-${theme}.png` });
      await context.close();
    },
  );
}, isAsked);
