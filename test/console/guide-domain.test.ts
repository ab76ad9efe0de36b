import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, describeViolation, findViolations, hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { copyProject } from "../../scripts/project-copy.ts";
import { killProcess, type ServerProcess, spawnServer } from "../invariants/crash/server-process.ts";
import { applyBlocks, parseBlocks } from "../invariants/domain-template/guide-blocks.ts";

/** The boats of docs/adding-a-domain.md in the console: their pages come from the schema, and no file of the console knows them. */
const PASSWORD = "Correct-Horse-9000";

describe.skipIf(!hasBrowser())("the domain of the guide in the console", () => {
  let copy: string;
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    const blocks = parseBlocks(readFileSync("docs/adding-a-domain.md", "utf8"));
    expect(blocks.filter(({ file }) => file.startsWith("packages/console"))).toEqual([]);
    copy = copyProject(process.cwd(), "crm-boats-");
    applyBlocks(blocks, copy);
    server = await spawnServer("memory", {}, join(copy, "scripts/start.js"));
    const credentials = { email: "ada@kelp.example", password: PASSWORD };
    const tenant = { tenant_name: "Kelp", tenant_slug: "kelp", first_name: "Ada", last_name: "Quist" };
    await createClient({ baseUrl: server.url }).request("POST", "/api/v1/auth/signup", { body: { ...tenant, ...credentials } });
    browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
    const link = await fetch(`${server.url}/_local/sign-in-links`, { method: "POST", body: JSON.stringify(credentials) });
    const { data } = (await link.json()) as { data: { code: string } };
    await browser.open(`${server.url}/_local/sign-in/${data.code}`);
  });
  afterAll(async () => {
    await browser?.close();
    if (server) await killProcess(server.process);
    if (copy) rmSync(copy, { recursive: true, force: true });
  });

  const has = (words: string): Promise<void> => browser.waitFor(`document.body.innerText.includes(${JSON.stringify(words)})`);
  const press = (name: string): Promise<void> =>
    browser.evaluate(
      `[...document.querySelectorAll("button")].find((button) => button.innerText.trim() === ${JSON.stringify(name)}).click()`,
    );
  const expectAccessible = async () => expect((await findViolations(browser)).map(describeViolation)).toEqual([]);

  it("has an entry among all pages, a form and a list", async () => {
    await browser.open(`${server.url}/crm/pages`);
    await browser.waitFor("document.querySelector('main a[href=\"/crm/boats\"]') !== null");
    await browser.evaluate("document.querySelector('main a[href=\"/crm/boats\"]').click()");
    await browser.waitFor("location.pathname === '/crm/boats'");
    await has("New boat");
    await press("New boat");
    await browser.waitFor("document.querySelector('[role=dialog] form input') !== null");
    await has("Skipper");
    await browser.type("[role=dialog] form input", "Argo");
    await expectAccessible();
    await press("Create");
    await browser.waitFor("[...document.querySelectorAll('[role=grid] a')].some((link) => link.innerText === 'Argo')");
    // The status of a board or a tag, by its words.
    await has("Licensed");
    await expectAccessible();
  });

  it("has a board by its status in the schema", async () => {
    const crm = createClient({ baseUrl: server.url, auth: { email: "ada@kelp.example", password: PASSWORD } });
    const { kinds } = await crm.request<{ kinds: { board?: object }[] }>("GET", "/api/v1/schema", { query: { kind: "boat" } });
    expect(kinds.map(({ board }) => board)).toEqual([expect.objectContaining({ field: "status" })]);
  });

  it("has a page of each record", async () => {
    await browser.evaluate("[...document.querySelectorAll('[role=grid] a')].find((link) => link.innerText === 'Argo').click()");
    await browser.waitFor("location.pathname.startsWith('/crm/boats/view/boa_')");
    await has("Argo");
    await has("Licensed");
    await expectAccessible();
  });

  it("is found by the search over pages and actions, and its records by the search of the list", async () => {
    await browser.pressKey("k", "Control");
    await browser.waitFor("document.querySelector('[role=dialog] input') !== null");
    await browser.insertText("boat");
    for (const command of ["Boats", "New boat"])
      await browser.waitFor(
        `[...document.querySelectorAll('[role=option]')].some(({ innerText }) => innerText.trim().startsWith("${command}"))`,
      );
    await browser.open(`${server.url}/crm/boats?search=argo`);
    await has("Argo");
    await browser.open(`${server.url}/crm/boats?search=beagle`);
    await has("Nothing matches");
  });
});
