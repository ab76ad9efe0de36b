import { mkdirSync, writeFileSync } from "node:fs";
import { HEIGHT, letterhead, openCustomerBrowser, WIDTHS } from "../test/agreements/share-link/customer-browser.ts";
import { findSigningLink, newMailbox, readMailedCode, requestSignatures } from "../test/agreements/signature/support.ts";
import { signUp, startTestApp } from "../test/support/app.ts";

/**
 * `node scripts/signature-pictures.ts`: takes pictures of a signer's page, on a phone and on a desktop, two of them for docs.
 * `test/agreements/signature/browser.test.ts` tests the page's function.
 */
const DOCS = new URL("../docs/images/", import.meta.url);
/** Further pictures for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/signatures/", import.meta.url);
/** Maximum height of a picture, in pixels. */
const MAX_HEIGHT_PIXELS = 2400;

/** A curve that looks like a signature. */
const SIGNATURE_POINTS = Array.from({ length: 60 }, (_, index): [number, number] => [
  0.1 + index / 80,
  0.5 + 0.3 * Math.sin(index / 3) * Math.cos(index / 17),
]);

const app = await startTestApp();
const { admin } = await signUp(app, { letterhead });
const signer = await openCustomerBrowser(app);
if (!signer) console.log("No browser (chromium) is installed, so no pictures were taken");
else await takePictures(signer).finally(signer.close);
await app.stop();

async function takePictures({
  browser,
  openPage: opens,
  waitForText: shows,
  takePicture: picture,
}: NonNullable<typeof signer>): Promise<void> {
  mkdirSync(EXTRA_PICTURES, { recursive: true });
  for (const width of WIDTHS) {
    const take = async (name: string, folder = EXTRA_PICTURES): Promise<void> =>
      writeFileSync(new URL(`${name}-${width}.png`, folder), await picture(width, MAX_HEIGHT_PIXELS));
    await browser.resize(width, HEIGHT);
    await browser.enableScripts(true);
    const email = newMailbox();
    await requestSignatures(admin, [{ name: "Åsa Köper", email }]);
    await opens(await findSigningLink(app, email), "Send code");
    await take("signature-asked");
    await browser.click("button[value=code]");
    await shows("Code from the email");
    await browser.type("#code", await readMailedCode(app, email));
    await browser.click("button[value=enter]");
    await shows("Your signature");
    await browser.type("#name", "Åsa Köper");
    await browser.drag("#pad", SIGNATURE_POINTS);
    await take("signing", DOCS);
    await browser.click("input[name=consent]");
    await browser.click("button[value=sign]");
    await shows("You have signed");
    await take("signature-signed");
  }
}
