import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { packagedFonts } from "@crm/local/ports/fonts.ts";
import { callOperation } from "../test/platform/export/export-client.ts";
import { signUp, startTestApp } from "../test/support/app.ts";
import { arabic, latin } from "./samples/documents.ts";
import * as quoteSamples from "./samples/quotes.ts";

/** `npm run docs:pdf`: draws pictures of documents for docs. Requires `pdftoppm`, from Debian's poppler-utils. */
const images = fileURLToPath(new URL("../docs/images", import.meta.url));
const samples = { latin: quoteSamples.latin, arabic: quoteSamples.arabic, japanese: quoteSamples.japanese };
const folder = mkdtempSync(join(tmpdir(), "documents-"));
try {
  for (const [name, document] of Object.entries({ latin, arabic }))
    drawPicture(`document-${name}`, await renderBytes(document, packagedFonts()));
  for (const [name, bytes] of Object.entries(await drawQuotes())) drawPicture(`quote-${name}`, bytes);
} finally {
  rmSync(folder, { recursive: true });
}

function drawPicture(name: string, bytes: Uint8Array): void {
  const file = join(folder, `${name}.pdf`);
  writeFileSync(file, bytes);
  const picture = join(images, name);
  execFileSync("pdftoppm", ["-png", "-r", "72", "-singlefile", file, picture]);
  process.stdout.write(`${picture}.png\n`);
}

/** Returns PDFs of quotes from a running system. */
async function drawQuotes(): Promise<Record<string, Uint8Array>> {
  let now = Date.parse("2026-01-31T09:00:00.000Z");
  const app = await startTestApp({ time: () => now++ });
  try {
    const { admin, token } = await signUp(app, { brand_color: "#0f766e" });
    const pdfByName: Record<string, Uint8Array> = {};
    for (const [name, sample] of Object.entries(samples)) {
      const id = await quoteSamples.createQuoteSample(admin, sample);
      await admin.submitQuote({ id });
      const { body } = await callOperation(app, token, "getQuotePdf", { id });
      pdfByName[name] = Buffer.from(body, "base64");
    }
    const { fonts } = app.ports;
    app.ports.fonts = { load: async (name) => (/^NotoSans[A-Z]/.test(name) ? undefined : fonts.load(name)) };
    const id = await quoteSamples.createQuoteSample(admin, samples.japanese);
    const { body } = await callOperation(app, token, "getQuotePdf", { id });
    pdfByName["japanese-without-fonts"] = Buffer.from(body, "base64");
    return pdfByName;
  } finally {
    await app.stop();
  }
}
