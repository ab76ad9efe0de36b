import { readFileSync } from "node:fs";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser } from "../../../scripts/browser.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { createPublishedArticle } from "./support.ts";

/** The public pages in a real browser without scripts; skipped if no browser is installed. */
const browser = await startBrowser({ width: 1280, height: 900 });
const AXE = readFileSync(new URL("../../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const BODY = `# Before you begin

You need **a key** and \`sudo\`.

#### Then

1. Open the hatch
   - slowly
2. Look at <https://boats.example/manual>

> Mind your head.

| Part | Price |
|---|--:|
| AVeryLongNameOfAPartThatDoesNotFitIntoATelephoneHoweverItIsTurned | 12.00 |

\`\`\`
${"averylonglinewithoutanyblank".repeat(8)}
\`\`\`
`;

let app: App;
let tenant: Tenant;
let server: Awaited<ReturnType<typeof startServer>>;
let articleId: string;
beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
  tenant = await signUp(app, { knowledge_is_public: true });
  const open = { is_public: true, category_id: "how_to", tags: ["engine"] };
  articleId = (
    await createPublishedArticle(app, tenant.admin, "Start the engine", { ...open, body: BODY, summary: "In any weather" })
  ).id;
  await createPublishedArticle(app, tenant.admin, "Stop the engine", { ...open, body: "Turn the key." });
  await createPublishedArticle(app, tenant.admin, "تشغيل المحرك", {
    ...open,
    language: "ar",
    translation_of: articleId,
    body: "# أولا\n\nافتح الباب",
  });
  app.setClock({ advance: 5000 });
});
afterAll(async () => {
  await browser?.close();
  await server.close();
  await app.stop();
});

const widths = selectSample([360, 1280], { name: String, kind: () => "width" });

describe.skipIf(!browser).each(widths)("at %i pixels", (width) => {
  const page = browser as NonNullable<typeof browser>;
  const shows = (text: string): Promise<void> =>
    page.waitFor(`document.readyState === "complete" && document.body.innerText.includes(${JSON.stringify(text)})`);
  const click = (selector: string): Promise<unknown> =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  const open = (path: string): Promise<void> => page.open(`${server.url}/kb/${tenant.slug}${path}`);

  /** axe finds no violation, and the page is not wider than the window. */
  async function isReadable(label: string): Promise<void> {
    await page.enableScripts(true);
    await page.evaluate(`${AXE}; true`);
    const violations = await page.evaluate<string[]>(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => " +
        "id + ' ' + nodes.slice(0, 3).map(({ target }) => target.join(' ')).join('; ')))",
    );
    await page.enableScripts(false);
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    expect([label, violations, overflow <= 0]).toEqual([label, [], true]);
  }

  it("can be read, searched and rated", async () => {
    await page.enableScripts(false);
    await page.resize(width, 800);
    await open("");
    await shows("Newest articles");
    await isReadable("the list");
    await click("a[href*='category=how_to']");
    await shows("Start the engine");
    await isReadable("a category");
    await page.evaluate("document.querySelector('#q').value = 'starting engines'");
    await click("form[role=search] button");
    await shows("Articles about “starting engines”");
    await isReadable("a search");
    await click(`a[href$='${articleId}']`);
    await shows("Before you begin");
    await isReadable("an article");
    await page.waitFor("document.querySelector('img.seen').complete");
    await page.evaluate("document.querySelector('#comment').value = 'Clear'");
    await click("button[value=yes]");
    await shows("Thank you for your feedback");
    await isReadable("what was told");
    await click("a[hreflang=ar]");
    await shows("هل كان هذا مفيدًا؟");
    await isReadable("an article from right to left");
    expect(await page.evaluate("getComputedStyle(document.querySelector('article')).direction")).toBe("rtl");
    await open("?language=ar");
    await shows("أحدث المقالات");
    await isReadable("a list from right to left");
    expect(await page.evaluate("getComputedStyle(document.body).direction")).toBe("rtl");
    await open("?q=%3Cb%3Ezeppelin");
    await shows("No articles found");
    await shows("<b>zeppelin");
    await isReadable("a search that finds nothing");
    // The text of the button fits on one line.
    expect(await page.evaluate("document.querySelector('form[role=search] button').offsetHeight < 60")).toBe(true);
    await open("/nothing");
    await shows("Page not found");
    await isReadable("nothing");
  });
});
