import { mkdirSync, writeFileSync } from "node:fs";
import {
  createSentRefitQuote,
  HEIGHT,
  letterhead,
  openCustomerBrowser,
  WIDTHS,
} from "../test/agreements/share-link/customer-browser.ts";
import { BROWSER_AGENT } from "../test/agreements/share-link/support.ts";
import { createSentInvoice } from "../test/functions/pages/customer-pages.ts";
import { signUp, startTestApp } from "../test/support/app.ts";

/**
 * `node scripts/offer-pictures.ts`: takes pictures of the pages of customers, on a phone and on a desktop: those of an offer and of an invoice for docs.
 * `test/agreements/share-link/browser.test.ts` tests the page's function.
 */
const DOCS = new URL("../docs/images/", import.meta.url);
/** Further pictures for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/offers/", import.meta.url);
/** Maximum height of a picture, in pixels. */
const MAX_HEIGHT_PIXELS = 4000;
/** The width of a phone in the pictures of an invoice. */
const PHONE_WIDTH = 390;

const app = await startTestApp();
const { admin } = await signUp(app, { letterhead });
const customer = await openCustomerBrowser(app);
if (!customer) console.log("No browser (chromium) is installed, so no pictures were taken");
else await takePictures(customer).finally(customer.close);
await app.stop();

async function takePictures({
  browser,
  openPage: opens,
  waitForText: shows,
  takePicture: picture,
}: NonNullable<typeof customer>): Promise<void> {
  mkdirSync(EXTRA_PICTURES, { recursive: true });
  for (const width of WIDTHS) {
    const take = async (name: string, folder = EXTRA_PICTURES): Promise<void> =>
      writeFileSync(new URL(`${name}-${width}.png`, folder), await picture(width, MAX_HEIGHT_PIXELS));
    await browser.resize(width, HEIGHT);
    const { link } = await createSentRefitQuote(app, admin);
    await opens(link, "Refit of the Argo");
    await take("offer", DOCS);
    await browser.click("input[name=chosen]");
    await browser.click("button[value=total]");
    await shows("Option, chosen");
    await browser.type("#name", "Åsa Köper");
    await browser.click("input[name=consent]");
    await browser.click("button[value=accept]");
    await shows("Thank you");
    await take("accepted");
    const arabic = await createSentRefitQuote(app, admin, { language: "ar" });
    await opens(arabic.link, "Refit of the Argo");
    await take("arabic");
    await opens("/q/x", "Page not found");
    await take("wrong");
  }
  const invoice = await createSentInvoice(app, admin);
  for (const [language, width] of [
    ["en", PHONE_WIDTH],
    ["ar", 1280],
  ] as const) {
    await browser.setUserAgent(BROWSER_AGENT, language);
    await browser.resize(width, HEIGHT);
    await opens(invoice.link, "INV-");
    const name = language === "en" ? `invoice-${width}` : `invoice-${language}-${width}`;
    writeFileSync(new URL(`${name}.webp`, DOCS), await picture(width, MAX_HEIGHT_PIXELS, "webp"));
  }
}
