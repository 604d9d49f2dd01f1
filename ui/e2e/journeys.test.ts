/** What people do, from the first run to the why of a failed one, in a real browser against a real server. */
import { expect, test } from "vitest";
import { visit } from "./browser";
import { generatedRun, isRunThere, send, traceId, until } from "./server";
import { onStage } from "./stage";

const COMPARED = "/-/compare?a=demo-success&b=demo-stale-policy";

onStage("journeys", (stage) => {
  test("from an empty server to the first run", async () => {
    const { page, context, faults } = await visit(stage.browser, stage.empty.url);
    await page.getByRole("heading", { name: "Send the first run" }).waitFor();
    await page.getByRole("tab", { name: "curl" }).click();
    expect(await page.locator("#snippet").textContent()).toContain(`${stage.empty.url}/v1/traces`);
    await send(stage.empty, 0xa1, generatedRun(12));
    await page.getByRole("link", { name: /invoke_agent generated/ }).waitFor({ timeout: 30_000 });
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a failed run is found by facet and by text, peeked at and opened", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs`);
    await page.getByRole("checkbox", { name: /failure/ }).check();
    await page.waitForURL(/outcome/);
    await until("one row is left", async () => (await page.getByRole("row").count()) === 2);
    await page.getByRole("combobox", { name: "Filter" }).fill("stop_reason:tool_call_budget");
    await page.keyboard.press("Enter");
    await page.getByRole("row").filter({ hasText: "budget exhausted" }).waitFor();
    await page.getByRole("combobox", { name: "Filter" }).blur();
    await page.keyboard.press("Space");
    const peek = page.getByRole("complementary", { name: /Peek/ });
    await peek.getByText("Stop reason").waitFor();
    await peek.getByRole("link", { name: "Open the run" }).click();
    await page.getByRole("treegrid", { name: "Spans" }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a bar of the histogram becomes the range of time", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs`);
    const bar = page.getByRole("group", { name: /over time/ }).getByRole("button", { name: /: 1 run, 1 failed/ }).first();
    await bar.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/t=/);
    await until("one row is left", async () => (await page.getByRole("row").count()) === 2);
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a wrong filter says where and what was meant", async () => {
    const { page, context } = await visit(stage.browser, `${stage.demo.url}/-/runs?q=${encodeURIComponent("outcme:failure")}`);
    await page.getByRole("alert").getByText("^").waitFor();
    await context.close();
  });

  test("a failed run opens on its first wrong decision, and a link shows a colleague the same", async () => {
    const first = await visit(stage.browser, `${stage.demo.url}/-/runs/demo-stale-policy`);
    const panel = first.page.getByRole("complementary", { name: "Why" });
    await panel.getByText("First wrong decision, suggested").waitFor();
    await first.page.locator('[role=row][aria-selected="true"]').getByText("retrieval").first().waitFor();
    await first.page.getByRole("tab", { name: /Output/ }).click();
    await first.page.locator("#details").waitFor();
    await first.page.keyboard.press("Escape");
    await first.page.getByRole("treegrid").focus();
    await first.page.keyboard.press("j");
    await first.page.keyboard.press("k");
    await first.page.waitForURL(/span=/);
    const second = await visit(stage.browser, first.page.url());
    await second.page.locator('[role=row][aria-selected="true"]').getByText("retrieval").first().waitFor();
    const selected = (page: typeof first.page) => page.locator('[role=row][aria-selected="true"]').getAttribute("id");
    expect(await selected(second.page)).toBe(await selected(first.page));
    expect([...first.faults, ...second.faults]).toEqual([]);
    await first.context.close();
    await second.context.close();
  });

  test("the keyboard alone finds the error, reads why, replays and goes back to the same row", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs`);
    await page.getByRole("row").nth(2).waitFor();
    await page.keyboard.press("j");
    const name = await page.locator("[data-cursor] a").textContent();
    await page.keyboard.press("Enter");
    await page.getByRole("treegrid").waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("n");
    await page.locator('[role=row][aria-selected="true"][data-error]').waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("execute_tool");
    await page.keyboard.press("Enter");
    await page.locator('[role=row][aria-selected="true"]').getByText("execute_tool").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("2");
    await page.getByRole("region", { name: "Steps" }).waitFor();
    await page.keyboard.press("1");
    await page.keyboard.press("Home");
    await page.getByText("step 1 of").waitFor();
    await page.keyboard.press(".");
    await page.getByText("step 2 of").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find a command" }).fill("go to runs");
    await page.keyboard.press("Enter");
    await page.getByRole("grid", { name: "Runs" }).waitFor();
    await until("the cursor is back", async () => (await page.locator("[data-cursor] a").textContent()) === name);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Next error").waitFor();
    await page.keyboard.press("Escape");
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a live run grows while it is read, and what is selected stays", async () => {
    const spans = generatedRun(40);
    await send(stage.empty, 0xb2, spans.slice(0, 20));
    await until("the run is there", () => isRunThere(stage.empty, traceId(0xb2), 20));
    const { page, context } = await visit(stage.browser, `${stage.empty.url}/-/runs/${traceId(0xb2)}`);
    await page.getByRole("treegrid").waitFor();
    await page.keyboard.press("End");
    const selected = await page.locator('[role=row][aria-selected="true"]').textContent();
    await send(stage.empty, 0xb2, spans.slice(20));
    await until("it has grown", async () => (await page.getByText("40", { exact: true }).count()) > 0);
    expect(await page.locator('[role=row][aria-selected="true"]').textContent()).toBe(selected);
    await context.close();
  });

  test("an id of a log line leads to the run and the span", async () => {
    const { page, context } = await visit(stage.browser, `${stage.empty.url}/go/${traceId(0xb2)}/0000000000000003`);
    await page.waitForURL(/runs\/.*span=0000000000000003/);
    await page.getByRole("treegrid").waitFor();
    await context.close();
  });

  test("a conversation tells its turns", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/conversations/chat-1002`);
    await page.getByText("I want my money back").waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a person confirms what a rule suggests, and the run says so", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs/demo-loop`);
    const why = page.getByRole("complementary", { name: "Why" });
    await why.getByRole("button", { name: "Confirm" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Your name or id" }).fill("ada");
    await dialog.getByRole("button", { name: "Save" }).click();
    await why.getByText("◆ First wrong decision, confirmed by a person").waitFor();
    await why.getByText("What people said (1)").click();
    await why.getByText(/ada confirmed/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("the graph counts who called what and leads to the spans; the logs have the words of errors", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs/demo-retry?view=graph`);
    const graph = page.getByRole("region", { name: "Graph" });
    await graph.getByRole("button", { name: /^tool refund_order/ }).click();
    await page.getByRole("region", { name: "Details of the span" }).getByRole("heading", { name: /refund_order/ }).waitFor();
    await page.keyboard.press("5");
    await page.getByRole("region", { name: "Logs" }).getByText(/did not answer/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("two runs are compared from the list, and the words that changed are shown", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs?q=task:kettle*%20OR%20run_id:demo-success,demo-stale-policy`);
    await page.getByRole("row").nth(2).waitFor();
    for (const key of ["x", "j", "x"]) await page.keyboard.press(key);
    await page.getByRole("region", { name: "Selected runs" }).getByRole("heading", { name: "What do these share?" }).waitFor();
    await page.keyboard.press("c");
    await page.getByText("The runs part at row 3, after 2 steps alike.").waitFor();
    expect(await page.getByRole("region", { name: "Run A" }).textContent()).toContain("success");
    const diff = page.getByRole("region", { name: "The steps of this row" });
    await diff.locator("del").first().waitFor();
    await page.keyboard.press("d");
    await page.waitForURL(/at=3/);
    await diff.getByRole("link", { name: /of B/ }).click();
    await page.getByRole("treegrid", { name: "Spans" }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a figure opens exactly the runs it counts", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/metrics`);
    for (const name of ["Task success rate", "Failure rate", "Denial rate", "Retry rate"]) {
      const tile = page.getByRole("article").filter({ has: page.getByRole("heading", { name, exact: true }) });
      const counted = Number(/(\d+) of \d+/.exec((await tile.textContent()) ?? "")?.[1]);
      await tile.getByRole("link").click();
      await page.getByRole("row").nth(1).waitFor();
      expect((await page.getByRole("row").count()) - 1, name).toBe(counted);
      await page.goBack();
      await tile.waitFor();
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  test("a report needs no script and prints", async () => {
    const { page, context, faults } = await visit(stage.browser, `${stage.demo.url}/-/runs/demo-stale-policy/report`, {
      javaScriptEnabled: false,
    });
    await page.getByRole("heading", { name: /leaking kettle/ }).waitFor();
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.byteLength).toBeGreaterThan(10_000);
    expect(faults).toEqual([]);
    await context.close();
  });

  test("what is not there is said, and how to go on", async () => {
    const { page, context } = await visit(stage.browser, `${stage.demo.url}/-/runs/no-such-run`);
    await page.getByRole("alert").getByText("There is no such thing here").waitFor();
    await page.goto(`${stage.demo.url}/-/runs?q=tool:nothing-of-this-name`);
    await page.getByRole("heading", { name: "No run meets this" }).waitFor();
    await page.getByRole("button", { name: /tool:nothing/ }).click();
    await page.getByRole("row").nth(3).waitFor();
    await context.close();
  });

  test("320 px wide and at 200 % nothing is lost sideways", async () => {
    for (const viewport of [
      { width: 320, height: 640 },
      { width: 640, height: 400 },
    ]) {
      for (const path of ["/-/runs", "/-/runs/demo-stale-policy", "/-/conversations/chat-1002", "/settings", "/-/metrics?by=day", COMPARED]) {
        const { page, context } = await visit(stage.browser, `${stage.demo.url}${path}`, { viewport, reducedMotion: "reduce" });
        await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
        await page.waitForLoadState("networkidle");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide, `${path} at ${viewport.width} px`).toBeLessThanOrEqual(0);
        await context.close();
      }
    }
  });
});
