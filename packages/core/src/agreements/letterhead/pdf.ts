import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { language } from "../../kernel/language.ts";
import { text } from "../../kernel/schema.ts";
import { sha256 as computeSha256 } from "../../kernel/sha256.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import type { Outline } from "./outline.ts";

/** PDFs of documents. Each is rendered once for the same content, and cached. */

export interface Pdf {
  bytes: Uint8Array;
  /** Key of the object in the store. */
  key: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  sha256: string;
  file_name: string;
  /** Font families that the document needs and the installation lacks, such as `NotoSansJP`. Empty for a complete document. */
  missing_fonts: readonly string[];
}

/** Input of the verbs that render the PDF of a record. */
export const FileInput = z.strictObject({
  id: text(64),
  language: language().optional().describe("Defaults to the language of the letterhead"),
});

/**
 * Returns the cached PDF of an outline, or renders it. A PDF with missing fonts has a key of its own, so that it is rendered again once they are
 * installed.
 */
export async function renderCached(outline: Outline): Promise<Pdf> {
  const { record_id, digest, file_name } = outline;
  const key = objectKey("documents", record_id, `${digest}.pdf`);
  const stored = await readCached(key);
  if (stored) return { ...stored, key, file_name, missing_fonts: [] };
  const { renderWithInstalledFonts } = await import("../../lib/pdf/renderer.ts");
  const { bytes, missing } = await renderWithInstalledFonts(await outline.render());
  const drawnKey = missing ? objectKey("documents", record_id, `${digest}-incomplete.pdf`) : key;
  const sha256 = await store(drawnKey, bytes);
  return { bytes, key: drawnKey, sha256, file_name, missing_fonts: missing?.families ?? [] };
}

/** Reads a cached PDF. If its checksum is missing or wrong, it is rendered again. */
export async function readCached(key: string): Promise<Pick<Pdf, "bytes" | "sha256"> | undefined> {
  const [bytes, checksum] = await Promise.all([readObject(key), readObject(toChecksumKey(key))]);
  if (!bytes || !checksum) return undefined;
  const sha256 = computeSha256(bytes);
  if (sha256 === Buffer.from(checksum).toString("latin1")) return { bytes, sha256 };
  usePorts().log.write("error", "Stored PDF does not match its checksum", { key });
  return undefined;
}

/** Writes the checksum last: if the process dies before that, the PDF is rendered again. */
async function store(key: string, bytes: Uint8Array): Promise<string> {
  const { objects } = usePorts();
  const sha256 = computeSha256(bytes);
  await objects.write(key, bytes);
  await objects.write(toChecksumKey(key), Buffer.from(sha256, "latin1"));
  return sha256;
}

const toChecksumKey = (key: string): string => `${key}.sha256`;

async function readObject(key: string): Promise<Uint8Array | undefined> {
  const object = await usePorts().objects.open(key);
  return object && collectBytes(object.read());
}
