import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { type Client, createClient, type Schemas } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { makeWorld, type World } from "../invariants/registry/world.ts";
import { startTestApp } from "../support/app.ts";
import { type ConsoleDriver, driveConsole } from "./console-driver.ts";

/** Each kind of the schema has a list and a record in the console, without a line there. */
describe.skipIf(!hasBrowser())("the pages of each kind", () => {
  let app: App;
  let world: World;
  let server: Awaited<ReturnType<typeof startServer>>;
  let pages: ConsoleDriver;
  let kinds: readonly Schemas.SchemaKindSummary[];
  let crm: Client;

  beforeAll(async () => {
    app = await startTestApp();
    world = await makeWorld(app, "Sample");
    await app.settle();
    server = await startServer(app, 0);
    const { email, password } = world.tenant;
    crm = createClient({ baseUrl: server.url, auth: { email, password } });
    ({ kinds } = await crm.request<{ kinds: Schemas.SchemaKindSummary[] }>("GET", "/api/v1/schema/index"));
    const browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
    pages = await driveConsole(browser, server.url);
    await pages.signIn(world.tenant);
  });
  afterAll(async () => {
    await pages.browser.close();
    await server.close();
    await app.stop();
  });

  it("open without an error, and look sound", async () => {
    const findings: string[] = [];
    for (const kind of kinds.filter(({ operations }) => operations.includes("list"))) {
      const path = kind.path.replace("/api/v1", "/crm");
      await pages.goTo(path);
      findings.push(...[...(await pages.inspect()), ...pages.takeErrors()].map((finding) => `${path}: ${finding}`));
      const [record] = await crm.request<{ id: string }[]>("GET", kind.path, { query: { limit: 1 } });
      if (!record) continue;
      await pages.goTo(`${path}/view/${record.id}`);
      findings.push(...[...(await pages.inspect()), ...pages.takeErrors()].map((finding) => `${path}/view: ${finding}`));
    }
    expect(findings).toEqual([]);
  }, 300_000);
});
