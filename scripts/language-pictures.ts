import { mkdirSync, writeFileSync } from "node:fs";
import { HEIGHT, letterhead, openCustomerBrowser, WIDTHS } from "../test/agreements/share-link/customer-browser.ts";
import { BROWSER_AGENT } from "../test/agreements/share-link/support.ts";
import { createCustomerPages } from "../test/functions/pages/customer-pages.ts";
import { postalSettings, signUp, startTestApp } from "../test/support/app.ts";

/**
 * `npm run language-pictures`: takes pictures of the pages for customers in German, Arabic and Japanese, as the browser asks for them, on a phone for docs and on
 * a desktop for manual inspection, and fails if a page breaks a rule of accessibility or is wider than the window. `test/functions/pages/languages.test.ts`
 * tests the texts. Japanese needs a font, such as that of Debian's fonts-noto-cjk.
 */
const DOCS = new URL("../docs/images/customer-pages/", import.meta.url);
/** Further pictures for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/languages/", import.meta.url);
/** Maximum height of a picture, in pixels. */
const MAX_HEIGHT_PIXELS = 1500;
/** Pages whose pictures are in docs. */
const documentedPages: readonly string[] = [
  "quote",
  "signing",
  "survey",
  "booking",
  "knowledge",
  "preferences",
  "order",
  "invoice",
];
const languages = ["de", "ar", "ja"];

const app = await startTestApp();
const tenant = await signUp(app, { ...postalSettings, letterhead, mail_opt_in_required: false, knowledge_is_public: true });
await tenant.admin.updateTenant({ name: "Northwind Boats" });
// The links in mails lead to the server that the browser starts.
const customer = await openCustomerBrowser(app);
const pages = await createCustomerPages(app, tenant);
if (customer) {
  await takePictures(customer).finally(() => customer.close());
} else console.log("No browser (chromium) is installed, so no pictures were taken");
await app.stop();

async function takePictures({ browser, openPage, listFaults, takePicture }: NonNullable<typeof customer>): Promise<void> {
  for (const folder of [DOCS, EXTRA_PICTURES]) mkdirSync(folder, { recursive: true });
  for (const language of languages) {
    await browser.setUserAgent(BROWSER_AGENT, `${language},en;q=0.5`);
    for (const width of WIDTHS) {
      await browser.resize(width, HEIGHT);
      for (const [name, link] of Object.entries(pages)) {
        await openPage(link, "");
        const faults = await listFaults();
        if (faults.length > 0) {
          console.error(name, language, width, faults);
          process.exitCode = 1;
        }
        const isDocumented = width < 1000 && documentedPages.includes(name);
        const file = isDocumented
          ? new URL(`${name}-${language}.webp`, DOCS)
          : new URL(`${name}-${language}-${width}.webp`, EXTRA_PICTURES);
        writeFileSync(file, await takePicture(width, MAX_HEIGHT_PIXELS, "webp"));
      }
    }
  }
}
