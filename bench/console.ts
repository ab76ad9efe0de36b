import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, startBrowser } from "../scripts/browser.ts";
import { formatReport, type LoadedTenant, loadStore } from "../scripts/load-leads.ts";
import { launchServer, stopProcess } from "./server.ts";
import { formatTable, type Section } from "./stats.ts";

/** The console in a browser with a slow processor and a slow network, over a store with many leads. */
export interface ConsoleBenchOptions {
  leads: number;
  /** The folder of a store made by `npm run load`. */
  data: string | undefined;
  /** Rows through which the list is scrolled. */
  rows: number;
}

/** A laptop of some years ago at home: a quarter of this processor, and 10 Mbit a second. */
export const CPU_SLOWDOWN = 4;
export const NETWORK_BYTES = 1_250_000;

interface Figure {
  name: string;
  value: number;
  bound: number;
  unit: string;
}

export async function benchConsole({ leads, data, rows }: ConsoleBenchOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-console-"));
  const folder = data ?? join(directory, "store");
  const browser = await startBrowser({ width: 1280, height: 800 });
  if (!browser) throw new Error("Install Chromium to measure the console");
  const { loaded, report } = await loadStore(folder, leads);
  console.error(formatReport(report));
  const server = await launchServer(folder);
  try {
    await browser.throttle(NETWORK_BYTES);
    await browser.slowDown(CPU_SLOWDOWN);
    const figures = [
      await measureSignIn(browser, server.url, loaded),
      ...(await measureScroll(browser, server.url, rows)),
      ...(await measureRecord(browser)),
    ];
    return [buildSection(figures, report.leads)];
  } finally {
    await browser.close();
    await stopProcess(server.process);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureSignIn(browser: Browser, url: string, { email, password }: LoadedTenant): Promise<Figure> {
  await browser.open(`${url}/crm/leads`);
  await browser.waitFor("document.querySelector('input[type=password]') !== null");
  const value = await browser.evaluate<number>("new Promise((done) => requestIdleCallback(() => done(performance.now())))");
  await browser.type("input[type=email]", email);
  await browser.type("input[type=password]", password);
  await browser.pressKey("Enter");
  await browser.waitFor("document.querySelector('[role=grid] [role=row] a') !== null");
  return { name: "sign-in page is interactive, empty cache", value, bound: 2000, unit: "ms" };
}

/** What the page reports of a scroll through the rows. */
interface ScrollReport {
  longTasks: number[];
  maxRows: number;
  longestBlank: number;
  heapBytes: number;
  seen: number;
}

/** Rows a second while the wheel turns: twice as fast as a hand turns one without pause. */
const SCROLL_SPEED = 60;

async function measureScroll(browser: Browser, url: string, rows: number): Promise<Figure[]> {
  await browser.open(`${url}/crm/leads`);
  await browser.waitFor("document.querySelector('[role=grid] [role=row] a') !== null");
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const height = await browser.evaluate<number>(`(${watchRows.toString()})(${rows})`);
  await browser.scroll("[role=grid]", (rows - 5) * height, SCROLL_SPEED * height);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const report = await browser.evaluate<ScrollReport>("window.endWatch()");
  console.error(report);
  return [
    { name: `longest task while ${rows} rows are scrolled`, value: Math.max(0, ...report.longTasks), bound: 50, unit: "ms" },
    { name: "tasks over 50 ms", value: report.longTasks.length, bound: 0, unit: "" },
    { name: "longest time that a visible row is blank", value: report.longestBlank, bound: 300, unit: "ms" },
    { name: "rows in the document", value: report.maxRows, bound: 120, unit: "" },
    { name: "heap", value: report.heapBytes / 1024 / 1024, bound: 150, unit: "MB" },
    { name: "rows that were not reached", value: rows - report.seen, bound: 0, unit: "" },
  ];
}

/** Runs in the page: watches what the user sees of the rows, until `endWatch` is called. Returns the height of a row. */
function watchRows(rows: number): number {
  // biome-ignore lint/suspicious/noExplicitAny: the types of the browser are not known here.
  const page = globalThis as any;
  const grid = page.document.querySelector("[role=grid]");
  const height = grid.querySelector("[role=row][aria-rowindex='2']").offsetHeight;
  const longTasks: number[] = [];
  const observer = new page.PerformanceObserver((list: { getEntries(): { duration: number }[] }) => {
    for (const { duration } of list.getEntries()) longTasks.push(Math.round(duration));
  });
  observer.observe({ type: "longtask" });
  const blankSince = new Map<number, number>();
  let [maxRows, longestBlank, heapBytes, seen] = [0, 0, 0, 0];
  const look = (): void => {
    const now = performance.now();
    const all = [...grid.querySelectorAll("[role=row]")];
    maxRows = Math.max(maxRows, all.length);
    heapBytes = Math.max(heapBytes, page.performance.memory.usedJSHeapSize);
    const shown = new Set<number>();
    for (const row of all) if (row.getAttribute("aria-busy") !== "true") shown.add(Number(row.getAttribute("aria-rowindex")) - 2);
    // A row that is not in the document at all is as blank as one that loads.
    const blank = new Set<number>();
    const last = Math.min(rows - 1, Math.floor((grid.scrollTop + grid.clientHeight - height) / height));
    for (let index = Math.ceil(grid.scrollTop / height); index < last; index++) {
      seen = Math.max(seen, index + 2);
      if (shown.has(index)) continue;
      blank.add(index);
      if (!blankSince.has(index)) blankSince.set(index, now);
    }
    for (const [index, since] of blankSince) {
      longestBlank = Math.max(longestBlank, now - since);
      if (!blank.has(index)) blankSince.delete(index);
    }
  };
  const timer = setInterval(look, 50);
  page.endWatch = (): ScrollReport => {
    clearInterval(timer);
    observer.disconnect();
    return { longTasks, maxRows, longestBlank, heapBytes, seen: Math.min(seen, rows) };
  };
  return height;
}

const RECORD_OPENINGS = 5;

/** Opens the row that is on top, goes back, and opens it again several times. The median counts. */
async function measureRecord(browser: Browser): Promise<Figure[]> {
  const position = await browser.evaluate<number>("document.querySelector('[role=grid]').scrollTop");
  const openRow = async (): Promise<number> => {
    await browser.waitFor(`[...document.querySelectorAll("[role=grid] [role=row]")].some((one) =>
      one.querySelector("a") && one.getBoundingClientRect().top > document.querySelector("[role=grid]").getBoundingClientRect().top + 40)`);
    await browser.evaluate(`(() => {
      const grid = document.querySelector("[role=grid]");
      const { top } = grid.getBoundingClientRect();
      const row = [...grid.querySelectorAll("[role=row]")].find((one) => one.querySelector("a") && one.getBoundingClientRect().top > top + 40);
      const link = row.querySelector("a");
      window.openedTitle = link.innerText;
      window.openedAt = performance.now();
      link.click();
      window.contentAt = new Promise((done) => {
        const check = () => document.querySelector("h1")?.innerText === window.openedTitle && document.querySelector("[aria-label]") ? done(performance.now()) : requestAnimationFrame(check);
        check();
      });
    })()`);
    return browser.evaluate<number>("window.contentAt.then((at) => at - window.openedAt)");
  };
  const goBack = async (): Promise<number> => {
    await browser.evaluate("history.back()");
    await browser.waitFor("document.querySelector('[role=grid] [role=row] a') !== null");
    await new Promise((resolve) => setTimeout(resolve, 500));
    return browser.evaluate<number>("document.querySelector('[role=grid]').scrollTop");
  };
  await openRow();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const returned = await goBack();
  const times: number[] = [];
  for (let time = 0; time < RECORD_OPENINGS; time++) {
    times.push(await openRow());
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await goBack();
  }
  console.error({ times });
  const warm = times.sort((a, b) => a - b)[Math.floor(RECORD_OPENINGS / 2)] ?? Number.POSITIVE_INFINITY;
  return [
    { name: "pixels between the row before and after going back", value: Math.abs(returned - position), bound: 0, unit: "px" },
    { name: "record from click to content, warm cache", value: warm, bound: 300, unit: "ms" },
  ];
}

function buildSection(figures: readonly Figure[], leads: number): Section {
  const rows = figures.map(({ name, value, bound, unit }) => [name, `${Math.round(value)} ${unit}`, `${bound} ${unit}`]);
  return {
    title: `The console over ${leads.toLocaleString("en")} leads, with ${CPU_SLOWDOWN} times slower processor and 10 Mbit a second`,
    text: formatTable(["figure", "measured", "bound"], rows),
    missed: figures
      .filter(({ value, bound }) => Math.round(value) > bound)
      .map(({ name, value, bound, unit }) => `${name}: ${Math.round(value)} ${unit}, at most ${bound}`),
  };
}
