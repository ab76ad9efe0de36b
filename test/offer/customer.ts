import type { App } from "@crm/local/app.ts";
import { serve } from "@crm/local/server.ts";
import { type Browser, faultsIn, faultText, startBrowser } from "../../scripts/browser.ts";
import type { Client } from "../quote/support.ts";
import { BROWSER, sent } from "./support.ts";

/** A customer at a browser that runs no scripts. */
export interface Customer {
  browser: Browser;
  /** Opens a link of a mail, or an address of the system, until the page says this. */
  opens(link: string, text: string): Promise<void>;
  shows(text: string): Promise<void>;
  /** What axe finds in the page, and whether it is wider than the window. */
  faults(): Promise<string[]>;
  /** All of the page, as wide as it is and at most so high. */
  picture(width: number, highest: number): Promise<Buffer>;
  leaves(): Promise<void>;
}

/** The widths of a telephone and of a desk, in pixels. */
export const WIDTHS = [360, 1280] as const;
export const HEIGHT = 800;

/** Undefined where no browser is installed. */
export async function customerAt(app: App): Promise<Customer | undefined> {
  const browser = await startBrowser({ width: 1280, height: HEIGHT });
  if (!browser) return undefined;
  const server = await serve(app, 0);
  await browser.as(BROWSER);
  await browser.scripts(false);
  const shows = (text: string): Promise<void> =>
    browser.until(`document.readyState === "complete" && document.body.innerText.includes(${JSON.stringify(text)})`);
  return {
    browser,
    shows,
    opens: async (link, text) => {
      const { href, pathname, search } = new URL(link, server.url);
      await browser.open(href);
      await browser.until(`location.pathname + location.search === ${JSON.stringify(pathname + search)}`);
      await shows(text);
    },
    faults: async () => {
      // The page has no scripts of its own; axe is one, and was not there when it was opened.
      await browser.scripts(true);
      const found = await faultsIn(browser);
      await browser.scripts(false);
      const wide = await browser.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
      const said = found.map(faultText);
      return wide > 0 ? [...said, `${wide} pixels wider than the window`] : said;
    },
    picture: async (width, highest) => {
      const height = await browser.evaluate<number>("document.documentElement.scrollHeight");
      await browser.resize(width, Math.min(height, highest));
      const taken = await browser.picture();
      await browser.resize(width, HEIGHT);
      return taken;
    },
    leaves: async () => {
      await browser.close();
      await server.close();
    },
  };
}

export const letterhead = {
  sender: ["Northwind Boats Ltd", "1 Harbour Street", "London E1 6AN"],
  footer: "Registered in England, 0123456",
};

const lines = [
  { description: "Each frame and plank, with a written report", name: "Hull survey", quantity: "12", unit_price: "85.00" },
  { name: "Mast and rigging", quantity: "1", unit_price: "1450.50", discount_percent: "5", section: "On board" },
  { name: "Sails", quantity: "2", unit_price: "640.00", section: "On board" },
  { name: "Cushions", quantity: "6", unit_price: "45.00", optional: true, bundle: "Comfort" },
  { name: "Lamps", quantity: "4", unit_price: "30.00", optional: true, bundle: "Comfort" },
  { name: "Winter storage", quantity: "1", unit_price: "900.00", optional: true },
].map((each) => ({ ...each, tax_percent: "20" }));

/** A quote with sections, a bundle and options, which the customer was sent. */
export const refitSent = (app: App, as: Client, letter: Record<string, unknown> = {}) =>
  sent(
    app,
    as,
    { name: "Refit of the Argo", line_items: lines, payment_terms: "30 days", delivery_terms: "At our quay" },
    letter,
  );
