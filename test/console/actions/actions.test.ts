import { mkdirSync, writeFileSync } from "node:fs";
import type { Kind } from "@crm/console/data/kind.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { createClient } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser } from "../../../scripts/browser.ts";
import { findOperation, inputFor, makeWorld, type World } from "../../invariants/registry/world.ts";
import { startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { driveConsole } from "../console-driver.ts";
import { type ActionCase, findException, findRecordId, listCases, nameCase } from "./action-cases.ts";
import { type ActionPage, driveActions } from "./action-page.ts";
import { runAction } from "./run-action.ts";

/**
 * Each action of each kind is opened in its dialog in a browser, and carried out once with what the dialog requires. `npm test` runs a sample.
 * `npm run console-actions` runs all, in processes side by side, and writes the list in docs/console/actions.md. `CRM_ACTIONS="ticket,quote send"`
 * runs those whose names begin like this.
 */
const choice = process.env.CRM_ACTIONS;
const [shard = 1, shards = 1] = (process.env.CRM_SHARD ?? "1/1").split("/").map(Number);
const RESULTS = new URL("../../../.data/actions/", import.meta.url);

describe.skipIf(!hasBrowser())("the dialogs of actions", () => {
  let app: App;
  let world: World;
  let server: Awaited<ReturnType<typeof startServer>>;
  let page: ActionPage;
  let cases: readonly ActionCase[];

  beforeAll(async () => {
    app = await startTestApp();
    world = await makeWorld(app, "Harbour");
    await app.settle();
    server = await startServer(app, 0);
    const browser = (await startBrowser({ width: 1280, height: 900 })) ?? expect.fail("The browser does not start");
    page = await driveActions(await driveConsole(browser, server.url));
    const { email, password } = world.tenant;
    await page.pages.signIn({ email, password }, "/crm/profile");
    const crm = createClient({ baseUrl: server.url, auth: { email, password } });
    const { kinds } = await crm.request<{ kinds: Kind[] }>("GET", "/api/v1/schema");
    const all = listCases(kinds);
    cases = all.filter((one) => findException(one, all) === undefined);
  });
  afterAll(async () => {
    await page.pages.browser.close();
    await server.close();
    await app.stop();
  });

  const isChosen = (one: ActionCase, index: number): boolean =>
    index % shards === shard - 1 &&
    (choice === "all" || (choice ?? "").split(",").some((start) => nameCase(one).startsWith(start)));

  /** Carries out an action on a record in a state that allows it. */
  async function carryOut(one: ActionCase): Promise<string> {
    const operation = findOperation(one.action.name);
    const input = await inputFor(app, world, operation);
    await app.settle();
    const id = findRecordId(operation, one.action, input);
    await page.open(`${one.kind.path.replace("/api/v1", "/crm")}/view/${id}`);
    const told = await runAction(page, one, {
      fields: one.action.fields as never,
      input,
      today: new Date().toISOString().slice(0, 10),
    });
    const errors = page.pages.takeErrors();
    if (errors.length > 0) throw new Error(`The browser's console: ${errors.join(" | ").slice(0, 300)}`);
    return told;
  }

  it("carry out what they say", async () => {
    const results: Record<string, string> = {};
    const chosen = choice === undefined ? selectSample(cases, { name: nameCase, kind: () => "action" }) : cases.filter(isChosen);
    const faults: string[] = [];
    for (const one of chosen) {
      const begin = Date.now();
      const outcome = await carryOut(one).then(
        (told) => ({ told }),
        (error: Error) => ({ fault: error.message }),
      );
      if ("fault" in outcome) {
        faults.push(`${nameCase(one)}: ${outcome.fault}`);
        page.pages.takeErrors();
        if (process.env.CRM_PICTURES) {
          mkdirSync(RESULTS, { recursive: true });
          writeFileSync(new URL(`${nameCase(one).replace(" ", "-")}.png`, RESULTS), await page.pages.browser.takeScreenshot());
        }
      }
      if (choice) console.log(nameCase(one), Date.now() - begin, JSON.stringify(outcome));
      results[nameCase(one)] = "told" in outcome ? outcome.told : `FAULT ${outcome.fault}`;
    }
    if (choice) {
      mkdirSync(RESULTS, { recursive: true });
      writeFileSync(new URL(`${shard}.json`, RESULTS), JSON.stringify(results, null, 1));
    }
    expect(faults).toEqual([]);
  });
});
