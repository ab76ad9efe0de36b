import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { formNoun } from "@crm/console/ui/i18n/noun-form.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { createClient, type Schemas } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { startDemo } from "../../scripts/demo/demo-server.ts";
import { DEMO_PASSWORD } from "../../scripts/demo/year.ts";
import { makeWorld } from "../invariants/registry/world.ts";
import { startTestApp, type Tenant } from "../support/app.ts";
import { sample, selectSample } from "../support/sample.ts";
import { type ConsoleDriver, driveConsole } from "./console-driver.ts";
import { findExcess, readPageCost } from "./page-cost.ts";
import { type ListedPage, listedPages } from "./page-list.ts";
import { formatFindings, loadCatalog, type Variant, variantColumns, variantRule, variants } from "./variants.ts";

/**
 * Each address that users know opens the page that it names, without a redirect. The test opens a sample of them in one variant with few records.
 * `npm run console-pages` opens all in all variants with the data of the demo, and writes the table in docs/console/pages.md with a picture of each.
 * `CRM_PAGES=settings,Leads` opens those whose address or area begins like this, and `CRM_VARIANTS="360 dark,1280 light"` opens them in these variants alone.
 */
const choice = process.env.CRM_PAGES;
const isLong = choice !== undefined;
const DOCS = new URL("../../docs/console/", import.meta.url);
/** Pictures of all variants for manual inspection, and all findings. */
const EXTRA_PICTURES = new URL("../../.data/console/pages/", import.meta.url);
const MAX_PICTURE_BYTES = 60_000;
const LEADS = 70;
/** A usual screen and a usual phone. */
const USED_WIDTHS = [1440, 390];
const demoAdmin = { email: "thea@demo.example", password: DEMO_PASSWORD };
/** An administrator, a sales representative, a support agent, a manager and a marketer of the demo. */
const HOME_USERS = ["thea", "yuki", "omar", "ines", "saskia"];
/** Of so many records, the one that was changed most often shows most. */
const MAX_CANDIDATES = 50;
const ID = /\[(\w+)\]/;

interface AreaPage extends ListedPage {
  readonly area: string;
}

/** The findings of each page, by path, and variant. */
type Results = ReadonlyMap<string, Map<string, readonly string[]>>;

interface Session {
  readonly driver: ConsoleDriver;
  /** Returns the id of a record of the kind, if there is one. */
  findId(kind: string): Promise<string | undefined>;
}

const pages: readonly AreaPage[] = Object.entries(listedPages).flatMap(([area, listed]) =>
  listed.map((page) => ({ ...page, area })),
);

const isChosen = ({ area, path }: AreaPage): boolean =>
  choice === "all" || (choice ?? "").split(",").some((start) => area.startsWith(start) || path.startsWith(start));

const chosenVariants: readonly Variant[] = variants.filter(
  ({ name }) => process.env.CRM_VARIANTS?.split(",").includes(name) ?? true,
);

/** The name of the picture of a page: `leads-add`. */
const namePicture = ({ path }: ListedPage): string =>
  path
    .replaceAll(/\/|\[|\]/g, "-")
    .replaceAll(/-+/g, "-")
    .replace(/-$/, "");

describe.skipIf(!hasBrowser())("the pages of the console by their addresses", () => {
  let session: Session;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const { url, credentials, stop: stopServer } = await (isLong ? startDemoServer() : startWorld());
    const crm = createClient({ baseUrl: url, auth: credentials });
    const { kinds } = await crm.request<{ kinds: Schemas.SchemaKindSummary[] }>("GET", "/api/v1/schema/index");
    const browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
    const driver = await driveConsole(browser, url);
    await driver.signIn(credentials, "/crm/profile");
    const ids = new Map<string, string | undefined>();
    session = {
      driver,
      findId: async (name) => {
        if (ids.has(name)) return ids.get(name);
        const path = kinds.find(({ kind }) => kind === name)?.path ?? expect.fail(`There is no kind ${name}`);
        const found = await crm.request<{ id: string; version?: number }[]>("GET", path, { query: { limit: MAX_CANDIDATES } });
        const [richest] = found.toSorted((one, other) => (other.version ?? 0) - (one.version ?? 0));
        ids.set(name, richest?.id);
        return richest?.id;
      },
    };
    stop = async () => {
      await browser.close();
      await stopServer();
    };
  });
  afterAll(() => stop());

  it.skipIf(isLong)("open what they name", async () => {
    const variant = variants[sample === "all" ? 0 : sample % variants.length] ?? variants[0];
    await begin(session, variant);
    const findings: string[] = [];
    for (const page of selectSample(pages, { name: ({ path }) => path, kind: () => "page" }))
      findings.push(...(await inspect(session, page, variant)));
    expect(findings).toEqual([]);
  });

  it.skipIf(isLong)(
    "are refused with a hidden primary action, covered or cut controls, empty cards in a row, or a long sentence",
    async () => {
      const { driver } = session;
      await driver.open("/crm/profile");
      await driver.browser.evaluate(plantFaults);
      const findings = (await driver.inspect()).map((finding) => finding.replaceAll(/<\w+> /g, ""));
      expect(findings).toEqual(
        expect.arrayContaining([
          "the primary action “planted primary” is not in view without scrolling",
          "“planted wide” is cut at the side",
          "“planted under” is covered by “planted over”",
          "a row has 3 empty cards: “planted 1”, “planted 2”, “planted 3”",
          `a sentence has 16 words: “planted${" word".repeat(15)}”`,
        ]),
      );
    },
  );

  it.runIf(isLong)("open what they name, all of them in all variants", async () => {
    const results: Results = new Map(pages.map(({ path }) => [path, new Map()]));
    const all: string[] = [];
    for (const alike of Map.groupBy(chosenVariants, ({ language }) => language).values()) {
      const [first = variants[0], ...others] = alike;
      await begin(session, first);
      for (const page of pages.filter(isChosen)) {
        const record = async (variant: Variant, findings: readonly string[]): Promise<void> => {
          const found = [...findings, ...(await takePictures(session, page, variant))];
          results.get(page.path)?.set(variant.name, found);
          all.push(...found.map((finding) => `${page.path}, ${variant.name}: ${finding}`));
          writeFileSync(new URL("findings.txt", EXTRA_PICTURES), all.join("\n"));
        };
        await change(session, first);
        await record(first, [...(await inspect(session, page, first)), ...(await findViolations(session, first))]);
        for (const variant of others) {
          await change(session, variant);
          await record(variant, [...(await inspectLooks(session)), ...(await findViolations(session, variant))]);
        }
      }
    }
    writeFileSync(new URL("pages.md", DOCS), formatTable(results));
    expect(all).toEqual([]);
  });

  it.runIf(isLong).each(USED_WIDTHS)("can be used at %i pixels, as can the home page of each role", async (width) => {
    const { driver } = session;
    const variant = { ...variants[0], width };
    await begin(session, variant);
    const findings: string[] = [];
    for (const page of pages.filter(isChosen)) findings.push(...(await inspect(session, page, variant)));
    for (const user of HOME_USERS) {
      await driver.signIn({ email: `${user}@demo.example`, password: DEMO_PASSWORD }, "/crm/");
      findings.push(...(await inspectLooks(session)).map((finding) => `home of ${user}: ${finding}`));
    }
    await driver.signIn(demoAdmin, "/crm/profile");
    expect(findings).toEqual([]);
  });
});

/** A script that puts one fault of each kind into the page. The policy of the page allows no styles in HTML. */
const plantFaults = `(() => {
  const put = (parent, name, style, text = "") => {
    const element = parent.appendChild(document.createElement(name));
    element.style.cssText = style;
    element.textContent = text;
    return element;
  };
  const main = document.querySelector("main");
  put(main, "button", "position:absolute;top:3000px;height:40px", "planted primary").className = "bg-accent text-on-accent";
  main.prepend(main.lastChild);
  const box = put(main, "div", "position:fixed;z-index:99;top:100px;left:8px");
  const row = put(box, "div", "display:flex");
  for (const place of [1, 2, 3])
    put(put(row, "section", "border:1px solid;border-radius:8px;width:80px;height:40px"), "h2", "", "planted " + place);
  put(box, "p", "", "planted" + " word".repeat(15));
  put(put(box, "div", "overflow:hidden;width:40px"), "button", "width:120px;height:40px", "planted wide");
  const pile = put(box, "div", "position:relative;height:60px");
  put(pile, "button", "position:absolute;width:120px;height:40px", "planted under");
  put(pile, "span", "position:absolute;width:120px;height:40px", "planted over");
  return true;
})()`;

/** Takes the pictures of the page that is open. Returns one sentence if the one for docs is too large. */
async function takePictures({ driver: { browser } }: Session, page: ListedPage, { name }: Variant): Promise<string[]> {
  const folder = new URL(`${name.replaceAll(" ", "-")}/`, EXTRA_PICTURES);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${namePicture(page)}.png`, folder), await browser.takeScreenshot());
  if (name !== "1280 light") return [];
  const picture = await browser.takeScreenshot("webp");
  writeFileSync(new URL(`pictures/pages/${namePicture(page)}.webp`, DOCS), picture);
  const { length } = picture;
  return length > MAX_PICTURE_BYTES ? [`the picture has ${length} bytes, more than ${MAX_PICTURE_BYTES}`] : [];
}

interface PagesServer {
  readonly url: string;
  readonly credentials: { readonly email: string; readonly password: string };
  stop(): Promise<void>;
}

/** Starts a server with few records. */
async function startWorld(): Promise<PagesServer> {
  const app = await startTestApp();
  const { tenant } = await makeWorld(app, "Pages");
  await createMissing(tenant);
  await app.settle();
  const server = await startServer(app, 0);
  const stop = async (): Promise<void> => {
    await server.close();
    await app.stop();
  };
  return { url: server.url, credentials: { email: tenant.email, password: tenant.password }, stop };
}

/** Creates records of the kinds that the world lacks. */
async function createMissing({ admin }: Tenant): Promise<void> {
  const { data: lead } = await admin.createLead({ last_name: "Berg", email: "berg@pages.example" });
  const of = { personal_key_id: lead.personal_key_id };
  await admin.createInteraction({ ...of, interaction_type_id: "call", subject: "First call" });
  await admin.createSegment({ name: "Sailors" });
}

/** Starts a server with the demo. Its administrator is Thea. */
async function startDemoServer(): Promise<PagesServer> {
  const { url, stop } = await startDemo("demo", LEADS);
  return { url, stop, credentials: demoAdmin };
}

/** Shows the pages that follow in the variant. A new document takes its language. */
async function begin({ driver }: Session, variant: Variant): Promise<void> {
  await driver.setScreen(variant);
  await driver.open("/crm/profile");
}

/** Shows the page that is open in another variant of its language. */
async function change({ driver }: Session, variant: Variant): Promise<void> {
  await driver.setScreen(variant);
  // What moves because the window is another is no fault.
  await driver.browser.evaluate('performance.mark("opened"); true');
  await driver.waitUntilComplete();
}

/** axe's findings on the page that is open, if it is light and in English: in all variants the looks have the contrast. */
const findViolations = async ({ driver }: Session, { language, isDark }: Variant): Promise<string[]> =>
  language === "en" && !isDark ? driver.findViolations() : [];

/** Returns one sentence for each fault in the looks of the page that is open. */
const inspectLooks = async ({ driver }: Session): Promise<string[]> => [...(await driver.inspect()), ...driver.takeErrors()];

/** Returns the translations of an English text, with which the console or the API may show it. */
function listTranslations(english: string, language: Variant["language"]): string[] {
  const [messages, labels] = [loadCatalog("console", language), loadCatalog("api", language)];
  const [, noun = ""] = /^New (\w+)$/.exec(english) ?? [];
  const label = labels[noun.charAt(0).toUpperCase() + noun.slice(1)];
  const created = label && messages["New {kind}"]?.replace("{kind}", formNoun(label, language));
  const found = [messages[english], labels[english], created].filter((text) => text !== undefined);
  return found.length === 0 ? [english] : found;
}

/** Opens the page. Returns one sentence for each fault. */
async function inspect(session: Session, { path, title, words = "" }: ListedPage, { language }: Variant) {
  const { driver, findId } = session;
  const [, kind] = ID.exec(path) ?? [];
  const id = kind === undefined ? "" : await findId(kind);
  if (id === undefined) return [`${path}: there is no record of the kind ${kind}`];
  const address = `/crm/${path.replace(ID, id)}`;
  const isOpened = await (isLong ? driver.goTo : driver.open)(address).then(
    () => true,
    () => false,
  );
  if (!isOpened) return [`${address}: does not load`];
  const read = (script: string): Promise<string> => driver.browser.evaluate<string>(script);
  const [heading, place] = [await read("document.querySelector('h1')?.innerText ?? ''"), await read("location.pathname")];
  const body = await read("document.body.innerText");
  const isShown = (english: string): boolean => listTranslations(english, language).some((text) => body.includes(text));
  const isNamed = title === undefined ? heading !== "" : listTranslations(title, language).includes(heading);
  return [
    ...(place === address ? [] : [`leads to ${place}`]),
    ...(isNamed ? [] : [`has the heading “${heading}”`]),
    ...(isShown(words) ? [] : [`does not show “${words}”`]),
    ...(isShown("Try again") ? ["could not load a part"] : []),
    // With few records and a new document, what a page loads is the least that it needs.
    ...(isLong ? [] : findExcess(await readPageCost(driver.browser))),
    // How far a page moves while it loads depends on the machine, so only the long form checks it.
    ...(await inspectLooks(session)).filter((finding) => isLong || !finding.startsWith("the page moved by")),
  ].map((finding) => `${address}: ${finding}`);
}

/** Reads the cells of each page from the table of the last run, for pages and variants that this run does not open. */
function readCells(): ReadonlyMap<string, readonly string[]> {
  const file = new URL("pages.md", DOCS);
  const rows = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return new Map(
    rows.flatMap((row) => {
      const [, , address, , , ...cells] = row.split("|").map((cell) => cell.trim());
      return address?.startsWith("`") ? [[address, cells.slice(0, variants.length)] as const] : [];
    }),
  );
}

function formatTable(results: Results): string {
  const former = readCells();
  const rows = pages.map((page) => {
    const address = `\`/crm/${page.path}\``;
    const picture = `[picture](pictures/pages/${namePicture(page)}.webp)`;
    const cells = variants.map(
      ({ name }, index) => formatFindings(results.get(page.path)?.get(name)) || former.get(address)?.[index] || "",
    );
    return `| ${[page.area, address, page.engine, picture, ...cells].join(" | ")} |`;
  });
  return [
    "# Pages of the console by address",
    "",
    "This page lists the addresses that users know, and what draws each page: an engine of the schema (`list`, `board`, `calendar`, `record`, `form`) or",
    "a component below `packages/console/src`. `test/console/page-list.test.ts` opens a sample of them in a browser, and checks the address, the heading and",
    "the looks; `npm run console-pages` opens all with the data of the demo, and writes this page. The customer portal and AI scoring come later.",
    "",
    "The last columns show which variants pass the checks of `test/console/page/inspect-page.ts` and of axe (light, in English), without an error in the browser's",
    "console: ✓ means no finding, and a number is the count of findings.",
    "",
    `| area | address | drawn by | picture | ${variantColumns} |`,
    `| --- | --- | --- | --- | ${variantRule} |`,
    ...rows,
    "",
  ].join("\n");
}
