import { mkdirSync, writeFileSync } from "node:fs";
import { published } from "../test/knowledge/support.ts";
import { customerAt, HEIGHT, WIDTHS } from "../test/offer/customer.ts";
import { signUp, startTestApp } from "../test/support.ts";
import { surveyed } from "../test/ticket/survey/support.ts";

/**
 * `node scripts/survey-pictures.ts`: pictures of the page of a survey and of a knowledge base, on a telephone and on a desk, of which four go
 * into docs. That the pages do what they are for is the matter of `test/ticket/survey/browser.test.ts` and `test/knowledge/browser.test.ts`.
 */
const DOCS = new URL("../docs/", import.meta.url);
/** Further pictures, for whoever looks. */
const BESIDE = new URL("../.data/surveys/", import.meta.url);
/** Pixels of the highest picture. */
const HIGHEST = 2000;

const BODY = `Open the hatch and look at the key.

1. Turn it to the right
2. Wait until the lamp is **green**

| Part | Price |
|---|--:|
| Key | 12.00 |
`;

const app = await startTestApp();
const { admin, slug } = await signUp(app, { survey_asks_nps: true, knowledge_is_public: true });
await admin.updateTenant({ name: "Northwind Boats" });
const open = { is_public: true, category_id: "how_to", tags: ["engine"] };
const article = await published(app, admin, "Start the engine", { ...open, body: BODY, summary: "In any weather" });
await published(app, admin, "Stop the engine", { ...open, summary: "Before you leave the boat" });
await published(app, admin, "What a survey costs", {
  is_public: true,
  category_id: "billing",
  summary: "By the length of your boat",
});
await published(app, admin, "تشغيل المحرك", { ...open, language: "ar", translation_of: article.id, summary: "في أي طقس" });

const reader = await customerAt(app);
if (!reader) console.log("No browser is installed (chromium): there are no pictures");
else await takeAll(reader).finally(reader.leaves);
await app.stop();

async function takeAll({ browser, opens, shows, picture }: NonNullable<typeof reader>): Promise<void> {
  mkdirSync(BESIDE, { recursive: true });
  for (const width of WIDTHS) {
    const take = async (name: string, folder = BESIDE): Promise<void> =>
      writeFileSync(new URL(`${name}-${width}.png`, folder), await picture(width, HIGHEST));
    await browser.resize(width, HEIGHT);
    const { link } = await surveyed(app, admin);
    await opens(link, "How did we do?");
    await take("survey", DOCS);
    await browser.press("input[name=rating][value='5']");
    await browser.press("button");
    await shows("Thank you");
    await take("answered");
    const arabic = await surveyed(app, admin, {}, { language: "ar" });
    await opens(arabic.link, "ما مدى رضاك؟");
    await take("arabic");
    await opens("/survey/x", "Nothing is here");
    await take("wrong");
    await opens(`/kb/${slug}`, "Newest articles");
    await take("knowledge", DOCS);
    await opens(`/kb/${slug}/${article.id}`, "Was this helpful?");
    await take("article");
    await opens(`/kb/${slug}?language=ar`, "أحدث المقالات");
    await take("knowledge-arabic");
    await opens(`/kb/${slug}?q=zeppelin`, "Nothing was found");
    await take("nothing-found");
  }
}
