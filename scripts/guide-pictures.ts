import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connectToServer } from "@crm/local/server/running-server.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { runCommand } from "@crm/local/terminal-command.ts";
import { type Client, createClient } from "@crm/sdk/index.ts";
import { type ConsoleDriver, driveConsole } from "../test/console/console-driver.ts";
import { startBrowser } from "./browser.ts";
import { startDemo } from "./demo/demo-server.ts";
import { DEMO_PASSWORD } from "./demo/year.ts";

/** Takes the pictures of the user guide (docs/guide) from the console, with the data of the demo. `--picture` takes one of them. */
const USAGE = "npm run guide-pictures [-- --url http://127.0.0.1:3000 --slug demo] [--picture board]";

const PICTURES = new URL("../docs/guide/pictures/", import.meta.url);
const LEADS = 70;
const MAX_PICTURE_BYTES = 90_000;
const SCREEN = { width: 1280, height: 800 };

interface Visit {
  readonly pages: ConsoleDriver;
  readonly crm: Client;
}

interface Picture {
  readonly name: string;
  /** The first name of the user of the demo who sees the page. */
  readonly user: "thea" | "ines" | "yuki" | "omar" | "saskia";
  open(visit: Visit): Promise<void>;
}

/** Returns the id of the first record of a list. */
async function findRecord(
  crm: Client,
  path: string,
  query: Readonly<Record<string, string | number | boolean>>,
): Promise<string> {
  const [record] = await crm.request<{ id: string }[]>("GET", `/api/v1/${path}`, { query: { ...query, limit: 1 } });
  if (!record) throw new Refusal(`The demo has no record in ${path} for this picture.`);
  return record.id;
}

const findQualifiedLead = (crm: Client): Promise<string> =>
  findRecord(crm, "leads", { is_qualified: true, is_converted: false, sort: "-lead_score" });

const openPath =
  (path: string) =>
  ({ pages }: Visit): Promise<void> =>
    pages.open(path);

const pictures: readonly Picture[] = [
  { name: "home", user: "yuki", open: openPath("/crm/") },
  { name: "list", user: "yuki", open: openPath("/crm/leads?lead_status_id[in]=new,contacted") },
  {
    ...{ name: "lead", user: "yuki" },
    open: async ({ pages, crm }) => pages.open(`/crm/leads/view/${await findQualifiedLead(crm)}`),
  },
  {
    ...{ name: "convert", user: "yuki" },
    open: async ({ pages, crm }) => {
      await pages.open(`/crm/leads/view/${await findQualifiedLead(crm)}`);
      await pages.press("Convert");
      await pages.browser.waitFor("document.querySelector('[role=dialog] form') !== null");
    },
  },
  { name: "board", user: "ines", open: openPath("/crm/opportunities?mode=board") },
  { name: "forecast", user: "ines", open: openPath("/crm/opportunities/forecast") },
  {
    ...{ name: "quote", user: "ines" },
    open: async ({ pages, crm }) =>
      pages.open(`/crm/quotes/create?opportunity_id=${await findRecord(crm, "opportunities", { is_closed: false })}`),
  },
  { name: "tickets", user: "omar", open: openPath("/crm/support/tickets?mode=desk") },
  {
    ...{ name: "campaign", user: "saskia" },
    open: async ({ pages, crm }) => pages.open(`/crm/campaigns/view/${await findRecord(crm, "campaigns", {})}?tab=sends`),
  },
  {
    ...{ name: "workflow", user: "thea" },
    open: async ({ pages, crm }) => pages.open(`/crm/workflows/view/${await findRecord(crm, "workflows", {})}`),
  },
  { name: "report", user: "ines", open: openPath("/crm/analytics/reports/add?kind=opportunity") },
];

await runCommand(USAGE, ["url", "slug", "picture"], async ({ url, slug = "demo", picture: onlyPicture }) => {
  const browser = await startBrowser(SCREEN);
  if (!browser) throw new Refusal("No browser (chromium) is installed, so no pictures were taken.");
  const demo = url === undefined ? await startDemo(slug, LEADS) : { ...connectToServer(url), stop: async () => undefined };
  const pages = await driveConsole(browser, demo.url);
  const taken = new Map<string, Buffer>();
  for (const { name, user, open } of pictures.filter((picture) => onlyPicture === undefined || picture.name === onlyPicture)) {
    const credentials = { email: `${user}@${slug}.example`, password: DEMO_PASSWORD };
    await pages.signIn(credentials, "/crm/profile");
    await open({ pages, crm: createClient({ baseUrl: demo.url, auth: credentials }) });
    await pages.waitUntilComplete();
    const picture = await browser.takeScreenshot("webp");
    if (picture.length > MAX_PICTURE_BYTES)
      throw new Refusal(`The picture ${name} has ${picture.length} bytes, more than ${MAX_PICTURE_BYTES}.`);
    taken.set(name, picture);
  }
  await browser.close();
  await demo.stop();
  mkdirSync(PICTURES, { recursive: true });
  if (onlyPicture === undefined) for (const file of readdirSync(PICTURES)) rmSync(new URL(file, PICTURES));
  for (const [name, picture] of taken) writeFileSync(new URL(`${name}.webp`, PICTURES), picture);
  console.log(`${taken.size} pictures are written.`);
  process.exit(0);
});
