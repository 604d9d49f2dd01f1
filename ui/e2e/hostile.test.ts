/** Content of a trace is written by strangers: nothing of it runs, nothing of it leaves, all of it can be read. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBrowserThere, launch, visit } from "./browser";
import { isProgramThere, isRunThere, send, startServer, traceId, until, type SentSpan, type Server } from "./server";

/** Texts that have become scripts elsewhere. Each would set `window.hit` or ask another host. */
const STRINGS = [
  `<script>window.hit=1</script>`,
  `"><img src=x onerror="window.hit=1">`,
  `<svg/onload=window.hit=1>`,
  `<iframe srcdoc="<script>parent.hit=1</script>">`,
  `javascript:window.hit=1`,
  `<a href="javascript:window.hit=1">click</a>`,
  `[click](javascript:window.hit=1) ![x](https://elsewhere.example/leak.png)`,
  `<img src="https://elsewhere.example/leak.png">`,
  `<link rel=stylesheet href=https://elsewhere.example/a.css>`,
  `<style>@import 'https://elsewhere.example/b.css';</style>`,
  `{{constructor.constructor('window.hit=1')()}}`,
  "${window.hit=1}",
  `</textarea><script>window.hit=1</script>`,
  `<math><mtext></p><script>window.hit=1</script>`,
  `data:text/html,<script>window.hit=1</script>`,
  `<object data="https://elsewhere.example/c">`,
  `\u202Egnp.exe`,
  `a\u200Bb\u2066c`,
  `\u001b[31mred\u001b]0;title\u0007`,
  `\u0000nul`,
];

const KEYS = ["__proto__", "__proto__.polluted", "constructor", "constructor.prototype.x", "toString", "hasOwnProperty", ...STRINGS];

function hostileRun(): SentSpan[] {
  const root: SentSpan = {
    id: 1,
    parent: null,
    name: STRINGS[1] ?? "",
    startMillis: 0,
    endMillis: 1_000,
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": `<b onmouseover="window.hit=1">agent</b>`,
      "gen_ai.conversation.id": "hostile-talk",
      "everyframe.run.goal": STRINGS.join("\n"),
    },
  };
  const tools = STRINGS.map((text, place) => ({
    id: place + 2,
    parent: 1,
    name: text,
    startMillis: place * 10,
    endMillis: place * 10 + 9,
    isError: place % 3 === 0,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": text,
      "gen_ai.tool.call.arguments": JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, { [key]: text }]))),
      "gen_ai.tool.call.result": text,
      "error.type": text,
      "exception.stacktrace": text,
      [KEYS[place] ?? "x"]: text,
    },
  }));
  const model: SentSpan = {
    id: 90,
    parent: 1,
    name: "chat",
    startMillis: 500,
    endMillis: 600,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": `<img src=x onerror=window.hit=1>`,
      "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: STRINGS.join("\n") }] }]),
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "tool_call", id: STRINGS[0], name: STRINGS[2], arguments: { __proto__x: STRINGS[3] } }] },
      ]),
    },
  };
  return [root, ...tools, model];
}

describe.skipIf(!isBrowserThere || !isProgramThere)("hostile content", () => {
  let browser: Browser;
  let server: Server;
  const run = traceId(0xbad);

  beforeAll(async () => {
    browser = await launch();
    server = await startServer("serve");
    const spans = hostileRun();
    await send(server, 0xbad, spans);
    await until("the run is there", () => isRunThere(server, run, spans.length));
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  test("nothing runs and nothing leaves, on any page, under any tab", async () => {
    const paths = [
      "/-/runs",
      `/-/runs?q=${encodeURIComponent(STRINGS[1] ?? "")}`,
      `/-/runs/${run}`,
      `/-/runs/${run}?view=steps`,
      `/-/runs/${run}?view=conversation`,
      `/-/runs/${run}?view=graph`,
      `/-/runs/${run}?view=logs`,
      ...["input", "output", "attributes", "privacy", "links", "raw"].map((tab) => `/-/runs/${run}?tab=${tab}&span=0000000000000004`),
      `/-/compare?a=${run}&b=${run}`,
      `/-/compare?these=${encodeURIComponent(`tool:"${STRINGS[4] ?? ""}"`)}&others=agent:x`,
      `/-/metrics?q=${encodeURIComponent(STRINGS[1] ?? "")}&by=agent_name`,
      `/-/conversations/hostile-talk`,
      `/-/conversations/${encodeURIComponent(STRINGS[1] ?? "")}`,
      `/-/runs/${run}/report`,
      `/go/${encodeURIComponent(STRINGS[0] ?? "")}`,
    ];
    for (const path of paths) {
      const { page, context, faults } = await visit(browser, `${server.url}${path}`);
      await page.waitForLoadState("networkidle");
      for (let step = 0; step < 6; step++) await page.keyboard.press("j");
      const hit = await page.evaluate(() => "hit" in window || "polluted" in {} || "x" in {});
      expect(hit, path).toBe(false);
      const expected = faults.filter((fault) => !/status of (400|404)/.test(fault));
      expect(expected, path).toEqual([]);
      await context.close();
    }
  });

  test("what would hide or reorder is marked, and markup is read as it was written", async () => {
    const { page, context } = await visit(browser, `${server.url}/-/runs/${run}?tab=output&span=0000000000000002`);
    const details = page.locator("#details");
    await details.getByText("<script>window.hit=1</script>").first().waitFor();
    for (const [place, mark] of [
      [STRINGS.findIndex((text) => text.includes("\u202E")), "RLO"],
      [STRINGS.findIndex((text) => text.includes("\u001b")), "ESC"],
    ] as const) {
      await page.goto(`${server.url}/-/runs/${run}?tab=output&span=${(place + 2).toString(16).padStart(16, "0")}`);
      await details.getByText(mark, { exact: true }).first().waitFor();
    }
    await context.close();
  });
});
