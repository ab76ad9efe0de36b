import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { render } from "@crm/core/document/renderer.ts";
import { packagedFonts } from "@crm/local/fonts.ts";
import { call } from "../test/export/files.ts";
import { signUp, startTestApp } from "../test/support.ts";
import { arabic, latin } from "./document-samples.ts";
import * as quoteSamples from "./quote-samples.ts";

/** `npm run docs:pdf`: pictures of documents into docs. Asks for `pdftoppm`, of Debian's poppler-utils. */
const docs = fileURLToPath(new URL("../docs", import.meta.url));
const samples = { latin: quoteSamples.latin, arabic: quoteSamples.arabic, japanese: quoteSamples.japanese };
const folder = mkdtempSync(join(tmpdir(), "documents-"));
try {
  for (const [name, document] of Object.entries({ latin, arabic }))
    pictured(`document-${name}`, await render(document, packagedFonts()));
  for (const [name, bytes] of Object.entries(await quotes())) pictured(`quote-${name}`, bytes);
} finally {
  rmSync(folder, { recursive: true });
}

function pictured(name: string, bytes: Uint8Array): void {
  const file = join(folder, `${name}.pdf`);
  writeFileSync(file, bytes);
  const picture = join(docs, name);
  execFileSync("pdftoppm", ["-png", "-r", "72", "-gray", "-singlefile", file, picture]);
  process.stdout.write(`${picture}.png\n`);
}

/** As a running system answers them. */
async function quotes(): Promise<Record<string, Uint8Array>> {
  let now = Date.parse("2026-01-31T09:00:00.000Z");
  const app = await startTestApp({ time: () => now++ });
  try {
    const { admin, token } = await signUp(app);
    const drawn: Record<string, Uint8Array> = {};
    for (const [name, sample] of Object.entries(samples)) {
      const id = await quoteSamples.written(admin, sample);
      await admin.submitQuote({ id });
      const { body } = await call(app, token, "getQuotePdf", { id });
      drawn[name] = Buffer.from(body, "base64");
    }
    const { fonts } = app.ports;
    app.ports.fonts = { load: async (name) => (/^NotoSans[A-Z]/.test(name) ? undefined : fonts.load(name)) };
    const id = await quoteSamples.written(admin, samples.japanese);
    const { body } = await call(app, token, "getQuotePdf", { id });
    drawn["japanese-without-fonts"] = Buffer.from(body, "base64");
    return drawn;
  } finally {
    await app.stop();
  }
}
