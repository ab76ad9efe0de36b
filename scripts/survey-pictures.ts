import { mkdirSync, writeFileSync } from "node:fs";
import { HEIGHT, openCustomerBrowser, WIDTHS } from "../test/agreements/share-link/customer-browser.ts";
import { createPublishedArticle } from "../test/service/knowledge/support.ts";
import { createSurvey } from "../test/service/survey/support.ts";
import { signUp, startTestApp } from "../test/support/app.ts";

/**
 * `node scripts/survey-pictures.ts`: takes pictures of the pages of a survey and of a knowledge base, on a phone and on a desktop, four of them for
 * docs. `test/service/survey/browser.test.ts` and `test/service/knowledge/browser.test.ts` test the pages' function.
 */
const DOCS = new URL("../docs/images/", import.meta.url);
/** Further pictures for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/surveys/", import.meta.url);
/** Maximum height of a picture, in pixels. */
const MAX_HEIGHT_PIXELS = 2000;

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
const articleFields = { is_public: true, category_id: "how_to", tags: ["engine"] };
const article = await createPublishedArticle(app, admin, "Start the engine", {
  ...articleFields,
  body: BODY,
  summary: "In any weather",
});
await createPublishedArticle(app, admin, "Stop the engine", { ...articleFields, summary: "Before you leave the boat" });
await createPublishedArticle(app, admin, "What a survey costs", {
  is_public: true,
  category_id: "billing",
  summary: "By the length of your boat",
});
await createPublishedArticle(app, admin, "تشغيل المحرك", {
  ...articleFields,
  language: "ar",
  translation_of: article.id,
  summary: "في أي طقس",
});

const reader = await openCustomerBrowser(app);
if (!reader) console.log("No browser (chromium) is installed, so no pictures were taken");
else await takePictures(reader).finally(reader.close);
await app.stop();

async function takePictures({
  browser,
  openPage: opens,
  waitForText: shows,
  takePicture: picture,
}: NonNullable<typeof reader>): Promise<void> {
  mkdirSync(EXTRA_PICTURES, { recursive: true });
  for (const width of WIDTHS) {
    const take = async (name: string, folder = EXTRA_PICTURES): Promise<void> =>
      writeFileSync(new URL(`${name}-${width}.png`, folder), await picture(width, MAX_HEIGHT_PIXELS));
    await browser.resize(width, HEIGHT);
    const { link } = await createSurvey(app, admin);
    await opens(link, "How did we do?");
    await take("survey", DOCS);
    await browser.click("input[name=rating][value='5']");
    await browser.click("button");
    await shows("Thank you");
    await take("answered");
    const arabic = await createSurvey(app, admin, {}, { language: "ar" });
    await opens(arabic.link, "ما مدى رضاك؟");
    await take("arabic");
    await opens("/survey/x", "Page not found");
    await take("wrong");
    await opens(`/kb/${slug}`, "Newest articles");
    await take("knowledge", DOCS);
    await opens(`/kb/${slug}/${article.id}`, "Was this helpful?");
    await take("article");
    await opens(`/kb/${slug}?language=ar`, "أحدث المقالات");
    await take("knowledge-arabic");
    await opens(`/kb/${slug}?q=zeppelin`, "No articles found");
    await take("nothing-found");
  }
}
