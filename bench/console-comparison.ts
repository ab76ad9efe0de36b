import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, startBrowser } from "../scripts/browser.ts";
import type * as loads from "../scripts/load-leads.ts";
import { CPU_SLOWDOWN, NETWORK_BYTES } from "./console.ts";
import { launchServer, root, stopProcess } from "./server.ts";
import { formatTable, median, type Section } from "./stats.ts";

/** Compares how two releases of the console start, in one run: this checkout and another one, each with its own server and a copy of one store. */
interface ConsoleComparisonOptions {
  rounds: number;
  leads: number;
  /** The folder of the other checkout, with its packages installed. */
  otherCheckout: string;
}

/** Figures of one start of the console. */
interface ConsoleStart {
  /** Milliseconds until the browser shows the sign-in page. */
  readonly paint: number;
  readonly files: number;
  readonly kilobytes: number;
  /** Milliseconds until a user who signs in sees the list of leads. */
  readonly signIn: number;
  /** Milliseconds of a signed-in user until the list of leads is there. */
  readonly emptyCache: number;
  readonly fullCache: number;
}

/** A start that takes as long as that of the other release may be measured as a little longer. */
const MAX_RATIO = 1.05;

const figures: readonly (readonly [name: string, figure: keyof ConsoleStart, unit: string])[] = [
  ["first paint of the sign-in page, empty cache", "paint", "ms"],
  ["files before it", "files", ""],
  ["bytes before it, as sent", "kilobytes", "kB"],
  ["list of leads after a sign-in, empty cache", "signIn", "ms"],
  ["list of leads of a signed-in user, empty cache", "emptyCache", "ms"],
  ["list of leads of a signed-in user, full cache", "fullCache", "ms"],
];

/** The time in which a person types email and password. */
const TYPING_MS = 3000;

export async function benchConsoleComparison({ rounds, leads, otherCheckout }: ConsoleComparisonOptions): Promise<Section[]> {
  const directory = mkdtempSync(join(tmpdir(), "crm-console-"));
  const browser = await startBrowser({ width: 1280, height: 800 });
  if (!browser) throw new Error("Install Chromium to measure the console");
  const [folder, otherFolder] = [join(directory, "store"), join(directory, "other-store")];
  // The other release cannot read a store of this one, and this one migrates a store of the other.
  const { loadStore } = (await import(join(otherCheckout, "scripts/load-leads.ts"))) as typeof loads;
  const { loaded } = await loadStore(folder, leads);
  cpSync(folder, otherFolder, { recursive: true });
  const servers = [await launchServer(otherFolder, otherCheckout), await launchServer(folder, root)] as const;
  try {
    await browser.throttle(NETWORK_BYTES);
    await browser.slowDown(CPU_SLOWDOWN);
    const starts: [ConsoleStart, ConsoleStart][] = [];
    // The first round is a warm-up.
    for (let round = 0; round <= rounds; round++) {
      const [other, own] = servers;
      starts.push([await measureStart(browser, other.url, loaded), await measureStart(browser, own.url, loaded)]);
      console.error(starts.at(-1));
    }
    return [buildSection(starts.slice(1))];
  } finally {
    await browser.close();
    for (const server of servers) await stopProcess(server.process);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Waits for the list of leads, and returns the milliseconds since the page was opened. */
const waitForList = (browser: Browser): Promise<number> =>
  browser.evaluate<number>(`new Promise((resolve) => {
    const look = () =>
      document.querySelector("[role=grid] [role=row] a") === null ? requestAnimationFrame(look) : resolve(performance.now());
    look();
  })`);

async function measureStart(browser: Browser, url: string, { email, password }: loads.LoadedTenant): Promise<ConsoleStart> {
  const address = `${url}/crm/leads`;
  await browser.clearCookies();
  await browser.clearCache();
  await browser.open(address);
  const entry = await browser.evaluate<Pick<ConsoleStart, "paint" | "files" | "kilobytes">>(`(async () => {
    const paint = await new Promise((resolve) =>
      new PerformanceObserver((list) => {
        for (const { startTime } of list.getEntriesByName("first-contentful-paint")) resolve(startTime);
      }).observe({ type: "paint", buffered: true }));
    const loads = performance.getEntries().filter(({ responseEnd }) => responseEnd > 0 && responseEnd <= paint);
    return { paint, files: loads.length, kilobytes: loads.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000 };
  })()`);
  // A person needs a while to type.
  await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
  await browser.type("input[type=email]", email);
  await browser.type("input[type=password]", password);
  await browser.pressKey("Enter");
  const signIn = await waitForList(browser);
  await browser.open(address);
  const fullCache = await waitForList(browser);
  await browser.clearCache();
  await browser.open(address);
  return { ...entry, signIn, fullCache, emptyCache: await waitForList(browser) };
}

function buildSection(starts: readonly (readonly [ConsoleStart, ConsoleStart])[]): Section {
  const measured = figures.map(([name, figure, unit]) => ({
    name,
    unit,
    other: median(starts.map(([other]) => other[figure])),
    own: median(starts.map(([, own]) => own[figure])),
    ratio: median(starts.map(([other, own]) => own[figure] / other[figure])),
  }));
  const rows = measured.map(({ name, unit, other, own, ratio }) => [
    name,
    `${Math.round(other)} ${unit}`,
    `${Math.round(own)} ${unit}`,
    ratio.toFixed(2),
  ]);
  return {
    title: `The start of the console beside another release, with ${CPU_SLOWDOWN} times slower processor and 10 Mbit a second`,
    text: formatTable(["figure", "other release", "this release", "ratio"], rows),
    missed: measured
      .filter(({ ratio }) => ratio > MAX_RATIO)
      .map(({ name, ratio }) => `${name}: ${ratio.toFixed(2)} of the other release, at most ${MAX_RATIO}`),
  };
}
