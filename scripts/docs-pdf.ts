import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { render } from "@crm/core/document/renderer.ts";
import { packagedFonts } from "@crm/local/fonts.ts";
import { arabic, latin } from "./document-samples.ts";

/** `npm run docs:pdf`: pictures of two documents into docs. Asks for `pdftoppm`, of Debian's poppler-utils. */
const docs = fileURLToPath(new URL("../docs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "documents-"));
try {
  for (const [name, document] of Object.entries({ latin, arabic })) {
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, await render(document, packagedFonts()));
    const picture = join(docs, `document-${name}`);
    execFileSync("pdftoppm", ["-png", "-r", "72", "-gray", "-singlefile", file, picture]);
    process.stdout.write(`${picture}.png\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
