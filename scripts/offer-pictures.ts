import { mkdirSync, writeFileSync } from "node:fs";
import { customerAt, HEIGHT, letterhead, refitSent, WIDTHS } from "../test/offer/customer.ts";
import { signUp, startTestApp } from "../test/support.ts";

/**
 * `node scripts/offer-pictures.ts`: pictures of the page of a customer, on a telephone and on a desk, of which two go into docs. That
 * the page does what it is for is the matter of `test/offer/browser.test.ts`.
 */
const DOCS = new URL("../docs/", import.meta.url);
/** Further pictures, for whoever looks. */
const BESIDE = new URL("../.data/offers/", import.meta.url);
/** Pixels of the highest picture. */
const HIGHEST = 4000;

const app = await startTestApp();
const { admin } = await signUp(app, { letterhead });
const customer = await customerAt(app);
if (!customer) console.log("No browser is installed (chromium): there are no pictures");
else await takeAll(customer).finally(customer.leaves);
await app.stop();

async function takeAll({ browser, opens, shows, picture }: NonNullable<typeof customer>): Promise<void> {
  mkdirSync(BESIDE, { recursive: true });
  for (const width of WIDTHS) {
    const take = async (name: string, folder = BESIDE): Promise<void> =>
      writeFileSync(new URL(`${name}-${width}.png`, folder), await picture(width, HIGHEST));
    await browser.resize(width, HEIGHT);
    const { link } = await refitSent(app, admin);
    await opens(link, "Refit of the Argo");
    await take("offer", DOCS);
    await browser.press("input[name=chosen]");
    await browser.press("button[value=total]");
    await shows("Option, chosen");
    await browser.type("#name", "Åsa Köper");
    await browser.press("input[name=consent]");
    await browser.press("button[value=accept]");
    await shows("Thank you");
    await take("accepted");
    const arabic = await refitSent(app, admin, { language: "ar" });
    await opens(arabic.link, "Refit of the Argo");
    await take("arabic");
    await opens("/q/x", "Nothing is here");
    await take("wrong");
  }
}
