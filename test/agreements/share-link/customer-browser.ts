import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { type Browser, describeViolation, findViolations, startBrowser } from "../../../scripts/browser.ts";
import type { Client } from "../quote/support.ts";
import { BROWSER_AGENT, createSentQuote } from "./support.ts";

/** A customer with a browser that runs no scripts. */
export interface CustomerBrowser {
  browser: Browser;
  /** Opens a link from an email or an address of the system, and waits until the page contains the text. */
  openPage(link: string, text: string): Promise<void>;
  waitForText(text: string): Promise<void>;
  /** The violations that axe finds, and whether the page is wider than the window. */
  listFaults(): Promise<string[]>;
  /** A screenshot of the whole page, at most `highest` pixels high. */
  takePicture(width: number, highest: number, format?: "png" | "webp"): Promise<Buffer>;
  close(): Promise<void>;
}

/** The widths of a phone and of a desktop, in pixels. */
export const WIDTHS = [360, 1280] as const;
export const HEIGHT = 800;

/** Returns undefined if no browser is installed. */
export async function openCustomerBrowser(app: App): Promise<CustomerBrowser | undefined> {
  const browser = await startBrowser({ width: 1280, height: HEIGHT });
  if (!browser) return undefined;
  const server = await startServer(app, 0);
  await browser.setUserAgent(BROWSER_AGENT);
  await browser.enableScripts(false);
  const shows = (text: string): Promise<void> =>
    browser.waitFor(`document.readyState === "complete" && document.body.innerText.includes(${JSON.stringify(text)})`);
  return {
    browser,
    waitForText: shows,
    openPage: async (link, text) => {
      const { href, pathname, search } = new URL(link, server.url);
      await browser.open(href);
      await browser.waitFor(`location.pathname + location.search === ${JSON.stringify(pathname + search)}`);
      await shows(text);
    },
    listFaults: async () => {
      // The page has no scripts of its own. Only axe needs scripts, so they are enabled just for it.
      await browser.enableScripts(true);
      const found = await findViolations(browser);
      await browser.enableScripts(false);
      const wide = await browser.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
      const said = found.map(describeViolation);
      return wide > 0 ? [...said, `${wide} pixels wider than the window`] : said;
    },
    takePicture: async (width, highest, format) => {
      const height = await browser.evaluate<number>("document.documentElement.scrollHeight");
      await browser.resize(width, Math.min(height, highest));
      const taken = await browser.takeScreenshot(format);
      await browser.resize(width, HEIGHT);
      return taken;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

export const letterhead = {
  sender: ["Northwind Boats Ltd", "1 Harbour Street", "London E1 6AN"],
  footer: "Registered in England, 0123456",
};

const refitLines = [
  { description: "Each frame and plank, with a written report", name: "Hull survey", quantity: "12", unit_price: "85.00" },
  { name: "Mast and rigging", quantity: "1", unit_price: "1450.50", discount_percent: "5", section: "On board" },
  { name: "Sails", quantity: "2", unit_price: "640.00", section: "On board" },
  { name: "Cushions", quantity: "6", unit_price: "45.00", optional: true, bundle: "Comfort" },
  { name: "Lamps", quantity: "4", unit_price: "30.00", optional: true, bundle: "Comfort" },
  { name: "Winter storage", quantity: "1", unit_price: "900.00", optional: true },
].map((line) => ({ ...line, tax_percent: "20" }));

/** Sends the customer a quote with sections, a bundle and options. */
export const createSentRefitQuote = (app: App, as: Client, letter: Record<string, unknown> = {}) =>
  createSentQuote(
    app,
    as,
    { name: "Refit of the Argo", line_items: refitLines, payment_terms: "30 days", delivery_terms: "At our quay" },
    letter,
  );
