import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connectToServer } from "@crm/local/server/running-server.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { runCommand } from "@crm/local/terminal-command.ts";
import { type Client, createClient } from "@crm/sdk/index.ts";
import { type ConsoleDriver, driveConsole } from "../test/console/console-driver.ts";
import {
  formatFindings,
  loadCatalog,
  type Variant,
  type VariantName,
  variantColumns,
  variantRule,
  variants,
} from "../test/console/variants.ts";
import { startBrowser } from "./browser.ts";
import { startDemo } from "./demo/demo-server.ts";
import { DEMO_PASSWORD } from "./demo/year.ts";

/**
 * Opens pages of the console with the data of the demo, each in six variants, and checks what they look like. It writes a picture of each
 * page for docs, and the results. It fails if a page has a fault.
 */
const USAGE = 'npm run console-pictures [-- --url http://127.0.0.1:3000 --slug demo] [--page lead-list] [--variant "360 dark"]';

const PICTURES = new URL("../docs/console/pictures/", import.meta.url);
const RESULTS = new URL("../docs/console/pictures.md", import.meta.url);
/** Pictures of all variants for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/console/", import.meta.url);
const LEADS = 70;
const MAX_PICTURE_BYTES = 120_000;
const PHONE_WIDTH = 360;
/** Rows that a list shows at 1,280 × 800 pixels. */
const MIN_ROWS = 16;

/** The faults of each page and variant. */
type Results = ReadonlyMap<string, Map<string, readonly string[]>>;

/** What a page needs in order to be opened. */
interface Visit {
  readonly pages: ConsoleDriver;
  readonly crm: Client;
  readonly variant: Variant;
  /** Returns a message of the console in the language of the variant. */
  translate(english: string): string;
}

interface Page {
  readonly name: string;
  readonly title: string;
  /** The variant of the picture in docs. */
  readonly picture: VariantName;
  /** A phone has no such page. */
  readonly isForScreens?: boolean;
  readonly isPublic?: boolean;
  readonly hasRows?: boolean;
  open(visit: Visit): Promise<void>;
}

const QUALIFIED = "lead_status_id[in]=qualified";

/** Returns the id of the lead with the highest score among those that colleagues have qualified. */
async function findLead(crm: Client): Promise<string> {
  const query = { limit: 1, is_qualified: true, is_converted: false, sort: "-lead_score" };
  const [lead] = await crm.request<{ id: string }[]>("GET", "/api/v1/leads", { query });
  if (!lead) throw new Refusal("The demo has no qualified lead.");
  return lead.id;
}

/** Returns the id of an order with invoices. */
async function findOrder(crm: Client): Promise<string> {
  const [invoice] = await crm.request<{ order_id: string }[]>("GET", "/api/v1/invoices", { query: { limit: 1 } });
  if (!invoice) throw new Refusal("The demo has no order with an invoice.");
  return invoice.order_id;
}

const wait = (pages: ConsoleDriver, selector: string): Promise<void> =>
  pages.browser.waitFor(`document.querySelector(${JSON.stringify(selector)}) !== null`);

const pages: readonly Page[] = [
  {
    ...{ name: "sign-in", title: "Sign-in", picture: "360 light", isPublic: true },
    open: ({ pages }) => pages.open("/crm/"),
  },
  {
    ...{ name: "home", title: "Home", picture: "1280 light" },
    open: ({ pages }) => pages.open("/crm/"),
  },
  {
    ...{ name: "lead-list", title: "List of leads", picture: "1280 light", hasRows: true },
    open: ({ pages }) => pages.open("/crm/leads"),
  },
  {
    ...{ name: "lead-preview", title: "List of leads with a preview", picture: "1280 light", isForScreens: true },
    open: async ({ pages, crm }) => pages.open(`/crm/leads?${QUALIFIED}&preview=${await findLead(crm)}`),
  },
  {
    ...{ name: "lead-record", title: "Record of a lead", picture: "1280 light" },
    open: async ({ pages, crm }) => pages.open(`/crm/leads/view/${await findLead(crm)}`),
  },
  {
    ...{ name: "create-drawer", title: "Drawer that creates a lead", picture: "1280 light" },
    open: async ({ pages, translate }) => {
      await pages.open("/crm/leads");
      await pages.browser.pressKey("c");
      await wait(pages, "[role=dialog] form");
      await pages.see(translate("Show all fields"));
      for (const text of ["Nora", "Lindgren", "Bluestone Hotels", "nora.lindgren@bluestone.example"]) {
        await pages.browser.insertText(text);
        await pages.browser.pressKey("Tab");
      }
    },
  },
  {
    ...{ name: "opportunity-board", title: "Board of opportunities", picture: "1280 light" },
    open: ({ pages }) => pages.open("/crm/opportunities?mode=board"),
  },
  {
    ...{ name: "activity-calendar", title: "Calendar of activities", picture: "1280 Arabic light" },
    open: ({ pages }) => pages.open("/crm/activities?mode=calendar"),
  },
  {
    ...{ name: "command-palette", title: "Command palette", picture: "1280 dark" },
    open: async ({ pages }) => {
      await pages.open("/crm/leads");
      await pages.browser.pressKey("k", "Control");
      await wait(pages, "[role=dialog] input");
      await pages.browser.insertText("birch");
      await pages.waitUntilComplete();
    },
  },
  {
    ...{ name: "bulk-change", title: "Preview of a bulk change", picture: "1280 light", isForScreens: true },
    open: async ({ pages, translate }) => {
      await pages.open("/crm/leads");
      await pages.browser.evaluate(
        `[...document.querySelectorAll("[role=row] input[type=checkbox]")].slice(1, 6).forEach((box) => box.click()); true`,
      );
      await pages.see(translate("Assign owner"));
      await pages.press(translate("Add tag"));
      await wait(pages, "[role=dialog] form input");
      await pages.browser.click("[role=dialog] form input");
      await pages.browser.insertText("spring offer");
      await pages.browser.pressKey("Enter");
      await pages.press(translate("Preview"));
      await pages.see(translate("Back"));
    },
  },
  {
    ...{ name: "saved-view", title: "Filters, saved as a view", picture: "360 dark" },
    open: async ({ pages, translate }) => {
      await pages.open("/crm/leads?lead_status_id[in]=new,contacted&budget[gte]=5000");
      await pages.press(translate("Save as a new view…"));
      await wait(pages, "[role=dialog] input");
      await pages.browser.insertText("Worth a call this week");
      await pages.waitUntilComplete();
    },
  },
  {
    ...{ name: "order-record", title: "Record of an order", picture: "1280 light" },
    open: async ({ pages, crm }) => pages.open(`/crm/orders/view/${await findOrder(crm)}`),
  },
  {
    ...{ name: "invoice-ageing", title: "Ageing of invoices", picture: "1280 light" },
    open: ({ pages }) => pages.open("/crm/invoices/ageing"),
  },
  {
    ...{ name: "profile", title: "Profile", picture: "1280 dark" },
    open: ({ pages }) => pages.open("/crm/profile"),
  },
];

/** A page has all its data when so many looks in a row find no new request. */
const QUIET_LOOKS = 12;

/** Waits until the page asks for nothing more, such as the next activities of cards. */
const waitForRequests = (pages: ConsoleDriver): Promise<void> =>
  pages.browser.waitFor(`(() => {
    const requests = performance.getEntriesByType("resource").length;
    if (window.seenRequests !== requests) { window.seenRequests = requests; window.quietPictureLooks = 0; }
    return ++window.quietPictureLooks > ${QUIET_LOOKS};
  })()`);

/** Opens a page in a variant. Returns one sentence for each fault. */
async function checkPage(page: Page, visit: Visit): Promise<string[]> {
  const { pages, variant } = visit;
  await page.open(visit);
  await waitForRequests(pages);
  const findings = [...(await pages.inspect()), ...pages.takeErrors()];
  if (page.hasRows && variant.width === 1280) {
    const rows = await pages.browser.evaluate<number>(
      `[...document.querySelectorAll("[role=grid] [role=row][aria-rowindex]")].filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        const foot = row.closest("[role=grid]").getBoundingClientRect().bottom;
        return row.querySelector("[role=gridcell]") !== null && top > 0 && bottom <= Math.min(foot, innerHeight);
      }).length`,
    );
    if (rows < MIN_ROWS) findings.push(`the list shows ${rows} rows, less than ${MIN_ROWS}`);
  }
  return findings;
}

function formatResults(results: Results): string {
  return [
    "# Pictures of the console",
    "",
    "This page shows pages of the console with the data of the demo, and which variants pass the checks of",
    "`test/console/page/inspect-page.ts`: no sideways scrolling, no cut or overlapping texts, sizes and gaps of the design, targets of 24 pixels (44 on a",
    "phone), contrast, no movement while a page loads, no raw values, and no untranslated messages. `npm run console-pictures` writes it.",
    "",
    "✓ means no fault, a number is the count of faults, and an empty cell is a page that a phone does not have.",
    "",
    `| page | ${variantColumns} |`,
    `| --- | ${variantRule} |`,
    ...pages.map(
      ({ name, title }) =>
        `| [${title}](pictures/${name}.webp) | ${variants.map((variant) => formatFindings(results.get(name)?.get(variant.name))).join(" | ")} |`,
    ),
    "",
    ...pages.flatMap(({ name, title, picture }) => [`## ${title}`, "", `![${title}, ${picture}](pictures/${name}.webp)`, ""]),
  ].join("\n");
}

/** Writes the pictures and the results, in place of the former ones. */
function writeDocs(pictures: ReadonlyMap<string, Buffer>, results: Results): void {
  mkdirSync(PICTURES, { recursive: true });
  for (const file of readdirSync(PICTURES).filter((name) => name.endsWith(".webp"))) rmSync(new URL(file, PICTURES));
  for (const [name, picture] of pictures) {
    if (picture.length > MAX_PICTURE_BYTES)
      throw new Refusal(`The picture of ${name} has ${picture.length} bytes, more than ${MAX_PICTURE_BYTES}.`);
    writeFileSync(new URL(`${name}.webp`, PICTURES), picture);
  }
  writeFileSync(RESULTS, formatResults(results));
}

await runCommand(
  USAGE,
  ["url", "slug", "page", "variant"],
  async ({ url, slug = "demo", page: onlyPage, variant: onlyVariant }) => {
    const browser = await startBrowser({ width: 1280, height: 800 });
    if (!browser) throw new Refusal("No browser (chromium) is installed, so no pictures were taken.");
    const demo = url === undefined ? await startDemo(slug, LEADS) : { ...connectToServer(url), stop: async () => undefined };
    const credentials = { email: `ines@${slug}.example`, password: DEMO_PASSWORD };
    const crm = createClient({ baseUrl: demo.url, auth: credentials });
    const driver = await driveConsole(browser, demo.url);
    const chosenPages = pages.filter(({ name }) => onlyPage === undefined || name === onlyPage);
    const chosenVariants = variants.filter(({ name }) => onlyVariant === undefined || name === onlyVariant);
    const results: Results = new Map(chosenPages.map(({ name }) => [name, new Map()]));
    const pictures = new Map<string, Buffer>();
    mkdirSync(EXTRA_PICTURES, { recursive: true });
    for (const variant of chosenVariants) {
      const messages = loadCatalog("console", variant.language);
      const visit: Visit = { pages: driver, crm, variant, translate: (english) => messages[english] ?? english };
      const shown = chosenPages.filter(({ isForScreens }) => !isForScreens || variant.width > PHONE_WIDTH);
      await driver.setScreen(variant);
      await browser.clearCookies();
      let isSignedIn = false;
      for (const page of shown.toSorted((one, other) => Number(other.isPublic ?? false) - Number(one.isPublic ?? false))) {
        if (!page.isPublic && !isSignedIn) {
          await driver.signIn(credentials);
          isSignedIn = true;
        }
        const findings = await checkPage(page, visit);
        results.get(page.name)?.set(variant.name, findings);
        for (const finding of findings) console.log(`${page.name}, ${variant.name}: ${finding}`);
        if (page.picture === variant.name) pictures.set(page.name, await browser.takeScreenshot("webp"));
        const file = `${page.name}-${variant.name.replaceAll(" ", "-")}.png`;
        writeFileSync(new URL(file, EXTRA_PICTURES), await browser.takeScreenshot());
        // A draft of this picture is none of the next one.
        await browser.evaluate("sessionStorage.clear(); true");
      }
    }
    await browser.close();
    await demo.stop();
    if (onlyPage === undefined && onlyVariant === undefined) writeDocs(pictures, results);
    const count = [...results.values()].flatMap((found) => [...found.values()]).flat().length;
    console.log(count === 0 ? "All pages pass." : `${count} faults`);
    process.exit(count === 0 ? 0 : 1);
  },
);
