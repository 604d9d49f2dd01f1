/** What most journeys stand on: a browser, a server with the sample runs, and one that is empty. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { isBrowserThere, launch } from "./browser";
import { isProgramThere, startServer, type Server } from "./server";

/** There while the tests run, not before. */
class Stage {
  browser!: Browser;
  demo!: Server;
  empty!: Server;
}

/** A suite on a stage; skipped where there is no browser or no build. */
export function onStage(name: string, suite: (stage: Stage) => void, isAsked = true): void {
  describe.skipIf(!isAsked || !isBrowserThere || !isProgramThere)(name, () => {
    const stage = new Stage();
    beforeAll(async () => {
      stage.browser = await launch();
      [stage.demo, stage.empty] = await Promise.all([startServer("demo"), startServer("serve")]);
    });
    afterAll(async () => {
      await stage.browser.close();
      await Promise.all([stage.demo.stop(), stage.empty.stop()]);
    });
    suite(stage);
  });
}
