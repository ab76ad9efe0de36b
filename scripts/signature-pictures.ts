import { mkdirSync, writeFileSync } from "node:fs";
import { customerAt, HEIGHT, letterhead, WIDTHS } from "../test/offer/customer.ts";
import { asked, codeIn, linkOf, mailbox } from "../test/signature/support.ts";
import { signUp, startTestApp } from "../test/support.ts";

/**
 * `node scripts/signature-pictures.ts`: pictures of the page of whoever signs, on a telephone and on a desk, of which two go into docs. That the
 * page does what it is for is the matter of `test/signature/browser.test.ts`.
 */
const DOCS = new URL("../docs/", import.meta.url);
/** Further pictures, for whoever looks. */
const BESIDE = new URL("../.data/signatures/", import.meta.url);
/** Pixels of the highest picture. */
const HIGHEST = 2400;

/** Something like a name. */
const SWUNG = Array.from({ length: 60 }, (_, at): [number, number] => [
  0.1 + at / 80,
  0.5 + 0.3 * Math.sin(at / 3) * Math.cos(at / 17),
]);

const app = await startTestApp();
const { admin } = await signUp(app, { letterhead });
const signer = await customerAt(app);
if (!signer) console.log("No browser is installed (chromium): there are no pictures");
else await takeAll(signer).finally(signer.leaves);
await app.stop();

async function takeAll({ browser, opens, shows, picture }: NonNullable<typeof signer>): Promise<void> {
  mkdirSync(BESIDE, { recursive: true });
  for (const width of WIDTHS) {
    const take = async (name: string, folder = BESIDE): Promise<void> =>
      writeFileSync(new URL(`${name}-${width}.png`, folder), await picture(width, HIGHEST));
    await browser.resize(width, HEIGHT);
    await browser.scripts(true);
    const email = mailbox();
    await asked(admin, [{ name: "Åsa Köper", email }]);
    await opens(await linkOf(app, email), "Send me a code");
    await take("signature-asked");
    await browser.press("button[value=code]");
    await shows("Code from the mail");
    await browser.type("#code", await codeIn(app, email));
    await browser.press("button[value=enter]");
    await shows("Your signature");
    await browser.type("#name", "Åsa Köper");
    await browser.drag("#pad", SWUNG);
    await take("signing", DOCS);
    await browser.press("input[name=consent]");
    await browser.press("button[value=sign]");
    await shows("You have signed");
    await take("signature-signed");
  }
}
