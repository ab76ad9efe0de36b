import { mkdirSync, writeFileSync } from "node:fs";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { createClient, type Schemas } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { makeWorld, type World } from "../invariants/registry/world.ts";
import { startTestApp, type Tenant } from "../support/app.ts";
import { selectSample } from "../support/sample.ts";
import { type ConsoleDriver, driveConsole } from "./console-driver.ts";
import { type ListedPage, listedPages } from "./page-list.ts";

/**
 * Each address that users know opens the page that it names, without a redirect. The test opens a sample of them; `npm run console-pages` opens all, and
 * writes the table in docs/console/pages.md with a picture of each.
 */
const isAll = process.env.CRM_PAGES === "all";
const DOCS = new URL("../../docs/console/", import.meta.url);
const ID = /\[(\w+)\]/;

interface AreaPage extends ListedPage {
  readonly area: string;
}

const pages: readonly AreaPage[] = Object.entries(listedPages).flatMap(([area, listed]) =>
  listed.map((page) => ({ ...page, area })),
);

/** The name of the picture of a page: `leads-add`. */
const namePicture = ({ path }: ListedPage): string =>
  path
    .replaceAll(/\/|\[|\]/g, "-")
    .replaceAll(/-+/g, "-")
    .replace(/-$/, "");

describe.skipIf(!hasBrowser())("the pages of the console by their addresses", () => {
  let app: App;
  let world: World;
  let server: Awaited<ReturnType<typeof startServer>>;
  let driver: ConsoleDriver;
  let kinds: readonly Schemas.SchemaKindSummary[];
  let findId: (kind: string) => Promise<string | undefined>;

  beforeAll(async () => {
    app = await startTestApp();
    world = await makeWorld(app, "Pages");
    await createMissing(world.tenant);
    await app.settle();
    server = await startServer(app, 0);
    const { email, password } = world.tenant;
    const crm = createClient({ baseUrl: server.url, auth: { email, password } });
    ({ kinds } = await crm.request<{ kinds: Schemas.SchemaKindSummary[] }>("GET", "/api/v1/schema/index"));
    findId = async (name) => {
      const path = kinds.find(({ kind }) => kind === name)?.path ?? expect.fail(`There is no kind ${name}`);
      const [found] = await crm.request<{ id: string }[]>("GET", path, { query: { limit: 1 } });
      return found?.id;
    };
    const browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
    driver = await driveConsole(browser, server.url);
    await driver.setScreen({ width: 1280 });
    await driver.signIn({ email, password }, "/crm/profile");
  });
  afterAll(async () => {
    await driver.browser.close();
    await server.close();
    await app.stop();
  });

  /** Opens the address. Returns whether the page has loaded in time. */
  const opens = (address: string): Promise<boolean> =>
    driver.goTo(address).then(
      () => true,
      () => false,
    );

  /** Opens the page. Returns one sentence for each fault. */
  async function inspect({ path, title, words = "" }: ListedPage): Promise<string[]> {
    const [, kind] = ID.exec(path) ?? [];
    const id = kind === undefined ? "" : await findId(kind);
    if (id === undefined) return [`${path}: there is no record of the kind ${kind}`];
    const address = `/crm/${path.replace(ID, id)}`;
    if (!(await opens(address))) return [`${address}: does not load`];
    const read = (script: string): Promise<string> => driver.browser.evaluate<string>(script);
    const [heading, place] = [await read("document.querySelector('h1')?.innerText ?? ''"), await read("location.pathname")];
    const isShown = (await read("document.body.innerText")).includes(words);
    return [
      ...(place === address ? [] : [`leads to ${place}`]),
      ...((title === undefined ? heading !== "" : heading === title) ? [] : [`has the heading “${heading}”`]),
      ...(isShown ? [] : [`does not show “${words}”`]),
      // How far a page moves while it loads depends on the machine, so only the long form checks it.
      ...(await driver.inspect()).filter((finding) => isAll || !finding.startsWith("the page moved by")),
      ...driver.takeErrors(),
    ].map((finding) => `${address}: ${finding}`);
  }

  it.skipIf(isAll)("open what they name", async () => {
    const findings: string[] = [];
    for (const page of selectSample(pages, { name: ({ path }) => path, kind: () => "page" }))
      findings.push(...(await inspect(page)));
    expect(findings).toEqual([]);
  });

  it.runIf(isAll)("open what they name, all of them", async () => {
    const findings: string[] = [];
    mkdirSync(new URL("pictures/pages/", DOCS), { recursive: true });
    for (const page of pages) {
      findings.push(...(await inspect(page)));
      writeFileSync(new URL(`pictures/pages/${namePicture(page)}.webp`, DOCS), await driver.browser.takeScreenshot("webp"));
    }
    writeFileSync(new URL("pages.md", DOCS), formatTable());
    expect(findings).toEqual([]);
  });
});

/** Creates records of the kinds that the world lacks. */
async function createMissing({ admin }: Tenant): Promise<void> {
  const { data: lead } = await admin.createLead({ last_name: "Berg", email: "berg@pages.example" } as never);
  const of = { personal_key_id: lead.personal_key_id };
  await admin.createInteraction({ ...of, interaction_type_id: "call", subject: "First call" } as never);
  await admin.createSegment({ name: "Sailors" } as never);
}

function formatTable(): string {
  const rows = pages.map((page) => {
    const picture = `[picture](pictures/pages/${namePicture(page)}.webp)`;
    return `| ${page.area} | \`/crm/${page.path}\` | ${page.engine} | ${picture} |`;
  });
  return [
    "# Pages of the console by address",
    "",
    "This page lists the addresses that users know, and what draws each page: an engine of the schema (`list`, `board`, `calendar`, `record`, `form`) or",
    "a component below `packages/console/src`. `test/console/page-list.test.ts` opens a sample of them in a browser, and checks the address, the heading and",
    "the looks; `npm run console-pages` opens all, and writes this page. The customer portal and AI scoring come later.",
    "",
    "| area | address | drawn by | picture |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
