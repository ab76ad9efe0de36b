import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MailBlock } from "@crm/core/messaging/template/mail-block.ts";
import { renderMail } from "@crm/core/messaging/template/mail-renderer.rules.ts";
import { type MailStarter, mailStarters } from "@crm/core/messaging/template/mail-starters.data.ts";
import { fillMergeFields, sampleValues } from "@crm/core/messaging/template/merge-fields.rules.ts";
import { type Browser, startBrowser } from "./browser.ts";

/**
 * `node scripts/mail-pictures.ts`: takes a picture of each layout of a mail for docs: 600 and 320 pixels wide, in the dark scheme, and with images blocked.
 * `test/messaging/template/mail-renderer.test.ts` tests what can be tested without a browser.
 */
const DOCS = new URL("../docs/messaging/pictures/", import.meta.url);
/** The same pictures for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/mails/", import.meta.url);
const GAP = 16;

const brand = {
  name: "Northwind Boats",
  address: ["1 Harbour Street", "London E1 6AN", "United Kingdom"],
  footer: "Company no. 01234567",
  logo_path: null,
  color: "#0f766e",
};

/** The views of a mail: title, width in pixels, and what a mail program does with it. */
const views: readonly (readonly [title: string, width: number, show: (html: string) => string])[] = [
  ["600 pixels", 600, (html) => html],
  ["600 pixels, dark", 600, (html) => html.replaceAll("(prefers-color-scheme:dark)", "all")],
  ["320 pixels", 320, (html) => html],
  ["320 pixels, images blocked", 320, blockImages],
];

/** Stands for the pictures of a company, which no layout has. */
function drawImage(name: string): string {
  const isSquare = /charger|case|battery|speaker|guide|customer/.test(name);
  const [width, height] = isSquare ? [400, 400] : [1104, 480];
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
  const shape = `<rect width="${width}" height="${height}" fill="hsl(${hue} 35% 70%)"/><circle cx="${width * 0.7}" cy="${height * 0.35}" r="${height * 0.16}" fill="hsl(${hue} 45% 85%)"/><path d="M0 ${height} L${width * 0.3} ${height * 0.45} L${width * 0.5} ${height * 0.75} L${width * 0.75} ${height * 0.5} L${width} ${height} Z" fill="hsl(${hue} 30% 45%)"/>`;
  return `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shape}</svg>`).toString("base64")}`;
}

const showImages = (html: string): string =>
  html.replaceAll(/https:\/\/www\.example\.com\/images\/([\w-]+)\.jpg/g, (_, name: string) => drawImage(name));

function blockImages(html: string): string {
  return html.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="img-src 'none'">`);
}

const escapeAttribute = (html: string): string => html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

function buildSheet({ subject, blocks }: MailStarter): string {
  const { html } = renderMail(
    blocks.map((block) => MailBlock.parse(block)),
    { subject, brand, language: "en", origin: "https://crm.example.com" },
  );
  const filled = showImages(fillMergeFields(html, "html", { ...sampleValues, "tenant.name": brand.name }).text);
  const frames = views.map(
    ([title, width, show]) =>
      `<figure><figcaption>${title}</figcaption><iframe width="${width}" srcdoc="${escapeAttribute(show(filled))}"></iframe></figure>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>
body{margin:0;padding:${GAP}px;display:flex;gap:${GAP}px;align-items:flex-start;background:#d4d4d8;font:14px/20px sans-serif}
figure{margin:0}iframe{border:0;display:block}figcaption{padding-bottom:8px}
</style>${frames.join("")}`;
}

const WIDTH = views.reduce((sum, [, width]) => sum + width + GAP, GAP);
const ARE_FRAMES_LOADED = `(() => {
  const frames = [...document.querySelectorAll("iframe")];
  return frames.length === ${views.length} && frames.every(({ contentDocument: page }) => page?.readyState === "complete" && page.querySelector("table"));
})()`;
const FIT_FRAMES = `[...document.querySelectorAll("iframe")].map((frame) => {
  frame.style.height = frame.contentDocument.documentElement.scrollHeight + "px";
  return [frame.contentDocument.documentElement.scrollWidth, frame.clientWidth];
})`;

async function takePicture(browser: Browser, folder: string, starter: MailStarter): Promise<void> {
  const file = join(folder, `${starter.key}.html`);
  writeFileSync(file, buildSheet(starter));
  await browser.resize(WIDTH, 400);
  await browser.open(pathToFileURL(file).href);
  await browser.waitFor(ARE_FRAMES_LOADED);
  const widths = await browser.evaluate<[number, number][]>(FIT_FRAMES);
  for (const [content, frame] of widths)
    if (content > frame) throw new Error(`${starter.key} scrolls sideways at ${frame} pixels`);
  await browser.resize(WIDTH, await browser.evaluate<number>("Math.ceil(document.body.getBoundingClientRect().height)"));
  writeFileSync(new URL(`${starter.key}.webp`, DOCS), await browser.takeScreenshot("webp"));
  writeFileSync(new URL(`${starter.key}.png`, EXTRA_PICTURES), await browser.takeScreenshot("png"));
}

const browser = await startBrowser({ width: WIDTH, height: 400 });
if (!browser) console.log("No browser (chromium) is installed, so no pictures were taken");
else {
  const folder = mkdtempSync(join(tmpdir(), "crm-mails-"));
  for (const pictures of [DOCS, EXTRA_PICTURES]) mkdirSync(pictures, { recursive: true });
  try {
    for (const starter of mailStarters) await takePicture(browser, folder, starter);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
