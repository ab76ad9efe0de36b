import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Refusal } from "@crm/local/store/state.ts";
import { requireOption, runCommand } from "@crm/local/terminal-command.ts";
import { type Client, createClient } from "@crm/sdk/index.ts";
import { type ConsoleDriver, driveConsole } from "../test/console/console-driver.ts";
import { type Browser, startBrowser } from "./browser.ts";
import { DEMO_PASSWORD } from "./demo/year.ts";

/**
 * Takes pictures of the same pages from another checkout and from this one, each with its own server and its own demo, for a comparison side by side.
 * The other checkout needs its node_modules.
 */
const USAGE = "npm run compared-pictures -- --beside=DIR [--out docs/console/pictures/first-hour] [--page home-rep]";

const OUT = "docs/console/pictures/first-hour";
const SCREEN = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const MAX_PICTURE_BYTES = 90_000;
const START_TRIES = 120;
const TRY_MS = 500;
/** Whether the page shows words below its head. A part whose code loads later shows nothing, so that the page looks complete before. */
const HAS_CONTENT = `[...(document.querySelector("main") ?? document.body).querySelectorAll("*")].some(
  (part) => part.getBoundingClientRect().top > 120 && part.innerText?.trim())`;

type Visitor = "thea" | "yuki" | "omar" | "ines" | "saskia";

interface ComparedPage {
  readonly name: string;
  /** The user of the demo who sees the page. Undefined: the page has no user. */
  readonly user?: Visitor;
  readonly isOnPhone?: boolean;
  /** The address, or what it is made from. */
  readonly path: string | ((crm: Client) => Promise<string>);
}

/** Returns the address of the first record of a list. */
const findRecord =
  (list: string, address: string, query: Readonly<Record<string, string | number | boolean>>) =>
  async (crm: Client): Promise<string> => {
    const [record] = await crm.request<{ id: string }[]>("GET", `/api/v1/${list}`, { query: { ...query, limit: 1 } });
    if (!record) throw new Refusal(`The demo has no record in ${list} for this picture.`);
    return `${address}/${record.id}`;
  };

const comparedPages: readonly ComparedPage[] = [
  { name: "home-admin", user: "thea", path: "" },
  { name: "home-rep", user: "yuki", path: "" },
  { name: "home-rep-phone", user: "yuki", isOnPhone: true, path: "" },
  { name: "home-agent", user: "omar", path: "" },
  { name: "home-manager-phone", user: "ines", isOnPhone: true, path: "" },
  { name: "approvals", user: "ines", path: "approvals" },
  { name: "import", user: "thea", path: "imports/add?kind=lead" },
  { name: "users-phone", user: "thea", isOnPhone: true, path: "settings/users" },
  { name: "tickets", user: "omar", path: "support/tickets?mode=desk" },
  { name: "lead", user: "yuki", path: findRecord("leads", "leads/view", { is_qualified: true, sort: "-lead_score" }) },
  { name: "lead-sources", user: "thea", path: "leads/sources" },
  { name: "sign-in", path: "" },
];

/** Returns a port of this machine that is free. */
async function findPort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

const runNode = (checkout: string, script: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, ["--max-semi-space-size=16", join("scripts", script), ...args], {
    cwd: checkout,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });

async function waitForServer(url: string): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, TRY_MS));
  }
  throw new Refusal(`The server at ${url} did not start.`);
}

/** Starts the server of a checkout, fills its demo, and hands its address over. The data are removed afterwards. */
async function withDemo(checkout: string, use: (url: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "compared-"));
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const server = runNode(checkout, "start.js", [], { CRM_DATA: data, PORT: String(port) });
  try {
    await waitForServer(url);
    const demo = runNode(checkout, "demo.ts", ["--url", url], { CRM_DATA: data });
    const [code] = await once(demo, "exit");
    if (code !== 0) throw new Refusal(`The demo of ${checkout} could not be filled.`);
    await use(url);
  } finally {
    server.kill();
    if (server.exitCode === null) await once(server, "exit");
    rmSync(data, { recursive: true, force: true });
  }
}

async function openPage({ user, path }: ComparedPage, pages: ConsoleDriver, url: string): Promise<void> {
  await pages.browser.clearCookies();
  if (user === undefined) return pages.open(`/crm/${typeof path === "string" ? path : ""}`);
  const credentials = { email: `${user}@demo.example`, password: DEMO_PASSWORD };
  await pages.signIn(credentials, "/crm/profile");
  const crm = createClient({ baseUrl: url, auth: credentials });
  // A user of the demo has an own density. The pictures show the one that people begin with.
  await crm.request("PATCH", "/api/v1/me/preferences", { body: { density: "default" } });
  return pages.open(`/crm/${typeof path === "string" ? path : await path(crm)}`);
}

/** Takes the pictures of a checkout. */
async function takePictures(browser: Browser, url: string, shown: readonly ComparedPage[]): Promise<Map<string, Buffer>> {
  const pages = await driveConsole(browser, url);
  const taken = new Map<string, Buffer>();
  for (const page of shown) {
    const { width, height } = page.isOnPhone ? PHONE : SCREEN;
    await pages.setScreen({ width });
    await browser.resize(width, height);
    await openPage(page, pages, url);
    await browser.waitFor(HAS_CONTENT);
    await pages.waitUntilComplete();
    const picture = await browser.takeScreenshot("webp");
    if (picture.length > MAX_PICTURE_BYTES)
      throw new Refusal(`The picture ${page.name} has ${picture.length} bytes, more than ${MAX_PICTURE_BYTES}.`);
    taken.set(page.name, picture);
  }
  return taken;
}

await runCommand(USAGE, ["beside", "out", "page"], async ({ beside, out = OUT, page: onlyPage }) => {
  const other = resolve(requireOption(beside, USAGE));
  const shown = comparedPages.filter(({ name }) => onlyPage === undefined || name === onlyPage);
  const browser = await startBrowser(SCREEN);
  if (!browser) throw new Refusal("No browser (chromium) is installed, so no pictures were taken.");
  mkdirSync(out, { recursive: true });
  for (const [side, checkout] of [
    ["before", other],
    ["after", resolve(".")],
  ] as const)
    await withDemo(checkout, async (url) => {
      for (const [name, picture] of await takePictures(browser, url, shown))
        writeFileSync(join(out, `${name}-${side}.webp`), picture);
    });
  await browser.close();
  console.log(`${shown.length} pages were taken twice into ${out}.`);
  process.exit(0);
});
