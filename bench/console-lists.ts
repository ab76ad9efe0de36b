import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, startBrowser } from "../scripts/browser.ts";
import { type LoadedTenant, loadStore } from "../scripts/load-leads.ts";
import { type ConsoleDriver, driveConsole } from "../test/console/console-driver.ts";
import { type Journey, startJourney } from "../test/console/journey.ts";
import { launchServer, stopProcess } from "./server.ts";
import { formatTable, type Section } from "./stats.ts";

/** The lists of the console by pointer, over a store with many leads: how long a person waits after each press. */
export interface ConsoleListOptions {
  readonly leads: number;
  /** The folder of a store made by `npm run load`. */
  readonly data: string | undefined;
}

/** Milliseconds after which a person feels that they wait. */
const MAX_WAIT = 1000;

interface Wait {
  readonly name: string;
  readonly ms: number;
  readonly requests: number;
  readonly isBackground?: true;
}

interface Step {
  readonly name: string;
  /** The presses; none where the step only waits. */
  readonly act?: (journey: Journey, browser: Browser) => Promise<void>;
  /** What the page shows once the step is done. */
  readonly isDone: string;
  /** Where the step begins; where the last one ended if it is not given. */
  readonly from?: string;
  /** It goes on in the background while the page says so. */
  readonly isBackground?: true;
}

const LIST = "/crm/leads";
const IS_LISTED = `document.querySelector("main [aria-busy=true]") === null && document.querySelector("[role=grid] [role=row] a") !== null`;
const HAS_DIALOG = `document.querySelector("[role=dialog]") !== null`;
const EXPORT_BUTTON = "[aria-label='Export this list']";
const sees = (pattern: string, selector = "body"): string =>
  `new RegExp(${JSON.stringify(pattern)}).test(document.querySelector(${JSON.stringify(selector)})?.innerText ?? "")`;

/** The columns of the list, after the boxes that select rows. */
const columns = ["Name", "Company", "Status", "Score", "Source", "Owner", "Created at"];
const sorts = columns.map((name, index): Step => {
  const header = `[role=columnheader][data-column="${index + 1}"]`;
  return {
    name: `sorted by ${name}`,
    act: ({ clickAt }) => clickAt(`${header} [data-sort]`),
    isDone: `document.querySelector('${header}[aria-sort]') !== null && ${IS_LISTED}`,
  };
});

/** The list is filtered once its address says so and its number is another one. Filters of several choices stay open. */
const isFiltered = (field: string): string =>
  `location.search.includes("${field}") && !document.querySelector("h1").parentElement.innerText.includes(window.allRecords) && ${IS_LISTED}`;
const chooseFilter = (label: string, field: string, choice: string): Step => ({
  name: `${label}: ${choice}`,
  from: LIST,
  act: async ({ click }) => {
    await click("Filter");
    await click(label);
    await click(choice);
  },
  isDone: isFiltered(field),
});
const typeFilter = (label: string, field: string, words: string): Step => ({
  name: `${label} contains “${words}”`,
  from: LIST,
  act: async ({ click, wait, type, press }) => {
    await click("Filter");
    await click(label);
    await wait("document.activeElement.matches('[role=dialog] input')");
    await type(words);
    await press("Enter");
  },
  isDone: isFiltered(field),
});

const steps: readonly Step[] = [
  ...sorts,
  chooseFilter("Owner", "owner", "Me"),
  chooseFilter("Status", "status", "New"),
  chooseFilter("Source", "source", "Referral"),
  typeFilter("Last name", "last_name", "son"),
  typeFilter("Company", "company", "drech"),
  {
    name: "all that match selected",
    act: async ({ click, clickAt, wait }, browser) => {
      await clickAt('[aria-label="Select all rows"]');
      await wait(sees("Select all [\\d,]+ that match"));
      await click(await browser.evaluate<string>("/Select all [\\d,]+ that match/.exec(document.body.innerText)[0]"));
    },
    isDone: sees("\\d{3} selected"),
  },
  {
    name: "bulk change: preview of a tag for all that match",
    act: async ({ click, wait, type, press }) => {
      await click("Add tag");
      await wait("document.activeElement.matches('[role=dialog] input')");
      await type("fair");
      await press("Enter");
      await click("Preview");
    },
    isDone: sees("will change", "[role=dialog]"),
  },
  {
    name: "bulk change: started",
    act: async ({ click }, browser) =>
      click(await browser.evaluate<string>("[...document.querySelectorAll('[role=dialog] button')].at(-1).innerText")),
    isDone: sees("Changing leads", "[role=dialog]"),
  },
  { name: "bulk change: done", isDone: `!(${HAS_DIALOG})`, isBackground: true },
  {
    name: "export of the filtered list: started",
    from: `${LIST}?company%5Bcontains%5D=drech`,
    act: ({ click }) => click("Export this list"),
    isDone: `document.querySelector("${EXPORT_BUTTON}[data-pending]") !== null`,
  },
  {
    name: "export: file",
    isDone: `document.querySelector("${EXPORT_BUTTON}[data-pending]") === null`,
    isBackground: true,
  },
  {
    name: "board with its sums",
    from: LIST,
    act: ({ click }) => click("Board"),
    isDone: `location.search.includes("board") && document.querySelector("main [aria-busy=true]") === null`,
  },
];

export async function benchConsoleLists({ leads, data }: ConsoleListOptions): Promise<Section[]> {
  const browser = await startBrowser({ width: 1440, height: 900 });
  if (!browser) throw new Error("Install Chromium to measure the console");
  const directory = mkdtempSync(join(tmpdir(), "crm-console-"));
  const folder = data ?? join(directory, "store");
  const { loaded } = await loadStore(folder, leads);
  const server = await launchServer(folder);
  try {
    const driver = await driveConsole(browser, server.url);
    return [buildSection(await measureSteps(browser, driver, loaded), leads)];
  } finally {
    await browser.close();
    await stopProcess(server.process);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureSteps(browser: Browser, driver: ConsoleDriver, { email, password }: LoadedTenant): Promise<Wait[]> {
  await driver.signIn({ email, password }, LIST);
  const allRecords = await browser.evaluate<string>("/[\\d,]+/.exec(document.querySelector('h1').parentElement.innerText)[0]");
  const openList = async (path: string): Promise<void> => {
    await driver.open(path);
    await browser.evaluate(`window.allRecords = ${JSON.stringify(allRecords)}`);
  };
  const waits: Wait[] = [];
  const countRequests = () => browser.evaluate<number>("performance.getEntriesByType('resource').length");
  for (const { name, act, isDone, from, isBackground } of steps) {
    if (from) await openList(from);
    const journey = startJourney(driver, name);
    journey.step(name);
    const requests = await countRequests();
    await act?.(journey, browser);
    const earlier = journey.cost().waiting;
    await journey.wait(isDone);
    const ms = (journey.cost().waiting - earlier) * 1000;
    waits.push({ name, ms, requests: (await countRequests()) - requests, ...(isBackground ? { isBackground } : {}) });
  }
  return waits;
}

function buildSection(waits: readonly Wait[], leads: number): Section {
  const rows = waits.map(({ name, ms, requests }) => [name, ms.toFixed(0), String(requests)]);
  return {
    title: `The console at ${leads.toLocaleString("en")} leads, by pointer`,
    text: formatTable(["step", "wait, ms", "requests"], rows),
    missed: waits.flatMap(({ name, ms, isBackground }) =>
      ms > MAX_WAIT && !isBackground ? [`${name}: ${ms.toFixed(0)} ms, must be at most ${MAX_WAIT}`] : [],
    ),
  };
}
