import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { serve } from "@crm/local/server.ts";
import { BROWSER, sent } from "../test/offer/support.ts";
import { line } from "../test/quote/support.ts";
import { signUp, startTestApp } from "../test/support.ts";
import { startBrowser } from "./browser.ts";

/**
 * `node scripts/offer-browser.ts`: what a customer does with a quote, in a real browser without scripts, on a telephone and on a desk: opens
 * it, accepts with a choice, rejects, comes too late, by a wrong link. axe looks at every page. Leaves two pictures in docs.
 */
const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const DOCS = new URL("../docs/", import.meta.url);
/** Further pictures, for whoever looks. */
const BESIDE = new URL("../.data/offers/", import.meta.url);
const DAY = 24 * 60 * 60 * 1000;
const PORT = 3988;

const app = await startTestApp({ origin: `http://127.0.0.1:${PORT}` });
const server = await serve(app, PORT);
const letterhead = {
  sender: ["Northwind Boats Ltd", "1 Harbour Street", "London E1 6AN"],
  footer: "Registered in England, 0123456",
};
const { admin } = await signUp(app, { letterhead });

const started = await startBrowser({ width: 1280, height: 900 });
if (!started) {
  console.log("No browser is installed (chromium): nothing was looked at");
  await server.close();
  await app.stop();
  process.exit(0);
}
const browser = started;
let [passed, failed] = [0, 0];
const told = (what: string, isSo: boolean): void => {
  if (isSo) passed++;
  else failed++;
  console.log(`${isSo ? "✓" : "✗"} ${what}`);
};
const quoted = (text: string): string => JSON.stringify(text);
const type = (selector: string, value: string): Promise<unknown> =>
  browser.evaluate(`document.querySelector(${quoted(selector)}).value = ${quoted(value)}`);
const click = (selector: string): Promise<unknown> => browser.evaluate(`document.querySelector(${quoted(selector)}).click()`);
const shows = (text: string): Promise<void> =>
  browser.until(`document.readyState === "complete" && document.body.innerText.includes(${quoted(text)})`);

/** axe finds nothing, and nothing is wider than the window. */
async function isReadable(what: string): Promise<void> {
  // The page has none of its own; axe is one, and was not there when it was opened.
  await browser.scripts(true);
  await browser.evaluate(`${AXE}; true`);
  const found = await browser.evaluate<string[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => " +
      "id + ' ' + nodes.slice(0, 3).map(({ target, any }) => target.join(' ') + ' ' + (any[0]?.message ?? '')).join('; ')))",
  );
  await browser.scripts(false);
  told(`${what}: axe finds ${found.length === 0 ? "nothing" : found.join(", ")}`, found.length === 0);
  const wide = await browser.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
  told(`${what}: fits the window`, wide <= 0);
}

/** All of the page. */
async function picture(width: number, to: URL): Promise<void> {
  const height = await browser.evaluate<number>("document.documentElement.scrollHeight");
  await browser.resize(width, Math.min(height, 1400));
  writeFileSync(to, await browser.picture());
  await browser.resize(width, 800);
}

const lines = [
  { description: "Each frame and plank, with a written report", name: "Hull survey", quantity: "12", unit_price: "85.00" },
  { name: "Mast and rigging", quantity: "1", unit_price: "1450.50", discount_percent: "5", section: "On board" },
  { name: "Sails", quantity: "2", unit_price: "640.00", section: "On board" },
  { name: "Cushions", quantity: "6", unit_price: "45.00", optional: true, bundle: "Comfort" },
  { name: "Lamps", quantity: "4", unit_price: "30.00", optional: true, bundle: "Comfort" },
  { name: "Winter storage", quantity: "1", unit_price: "900.00", optional: true },
].map((each) => ({ ...each, tax_percent: "20" }));
const offered = { name: "Refit of the Argo", line_items: lines, payment_terms: "30 days", delivery_terms: "At our quay" };

/** As a customer at a window of this width. */
async function asCustomer(width: number): Promise<void> {
  await browser.resize(width, 800);
  await browser.open(`http://127.0.0.1:${PORT}/q/x`);
  await shows("Nothing is here");
  await isReadable(`a wrong link at ${width}`);

  const { id, link } = await sent(app, admin, offered);
  await browser.open(link);
  await shows("Refit of the Argo");
  await isReadable(`a quote at ${width}`);
  await picture(width, new URL(`offer-${width}.png`, DOCS));
  await new Promise((resolve) => setTimeout(resolve, 300));
  told(`it was viewed at ${width}`, (await admin.getQuote({ id })).data.status === "VIEWED");
  await click("button[value=accept]");
  told(`is not accepted without a name at ${width}`, (await admin.getQuote({ id })).data.status === "VIEWED");
  await click("input[name=chosen]");
  await type("#name", "Åsa Köper");
  await click("input[name=consent]");
  await click("button[value=accept]");
  await shows("Not accepted yet");
  await isReadable(`another total at ${width}`);
  await click("input[name=consent]");
  await click("button[value=accept]");
  await shows("Thank you");
  await isReadable(`an accepted one at ${width}`);
  told(`is accepted at ${width}`, (await admin.getQuote({ id })).data.status === "ACCEPTED");
  writeFileSync(new URL(`accepted-${width}.png`, BESIDE), await browser.picture());

  const rejected = await sent(app, admin, { line_items: [line] });
  await browser.open(rejected.link);
  await shows("Reject");
  await click("details:has(#reason) summary");
  await isReadable(`the form that rejects at ${width}`);
  await type("#reason", "Too late for the season");
  await click("button[value=reject]");
  await shows("You have rejected this");
  await isReadable(`a rejected one at ${width}`);

  const arabic = await sent(app, admin, offered, { language: "ar" });
  await browser.open(arabic.link);
  await shows("Refit of the Argo");
  await isReadable(`a quote in Arabic at ${width}`);
  await picture(width, new URL(`arabic-${width}.png`, BESIDE));

  const late = await sent(app, admin, { line_items: [line] });
  app.setClock({ advance: 40 * DAY });
  await browser.open(late.link);
  await shows("can no longer be answered");
  await isReadable(`an expired one at ${width}`);
  told(`is not answered any more at ${width}`, await browser.evaluate(`document.querySelector("form") === null`));
  app.setClock({ reset: true });
}

try {
  mkdirSync(BESIDE, { recursive: true });
  await browser.as(BROWSER);
  await browser.scripts(false);
  for (const width of [360, 1280]) await asCustomer(width);
} finally {
  await browser.close();
  await server.close();
  await app.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
