import { createHash } from "node:crypto";
import * as z from "zod";
import { collected } from "../kernel/bytes.ts";
import { usePorts } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { language } from "../kernel/language.ts";
import { text } from "../kernel/schema.ts";
import type { Pdf } from "../offer/offered.ts";
import { objectKey } from "../storage/table/object.ts";
import { type Outline, outlineOf } from "./document.ts";
import type { QuoteRecord } from "./quote.entity.ts";
import { Quote } from "./quote.ts";

/** The PDF of a quote: drawn once for all that it says, and kept. */

const asked = z.strictObject({
  id: text(64),
  language: language().optional().describe("That of the letterhead unless told otherwise"),
});

export const file = fn(asked, async ({ id, language: wanted }) => pdfOf(await Quote.read(id), wanted));

/** For who sees the quote. What says the same is the same bytes. */
export async function pdfOf(quote: QuoteRecord, wanted?: string | null): Promise<Pdf> {
  return kept(quote.id, await outlineOf(quote, wanted));
}

/** The PDF of what a record says. One that lacks fonts is stored apart, so that it is drawn again once they are installed. */
export async function kept(record: string, outline: Outline): Promise<Pdf> {
  const key = objectKey("documents", record, `${outline.digest}.pdf`);
  const stored = await keptAt(key);
  if (stored) return { ...stored, key, file_name: outline.file_name, missing_fonts: [] };
  const { drawDocument } = await import("../document/renderer.ts");
  const { bytes, missing } = await drawDocument(await outline.whole());
  const drawnKey = missing ? objectKey("documents", record, `${outline.digest}-incomplete.pdf`) : key;
  const sha256 = await store(drawnKey, bytes);
  return { bytes, key: drawnKey, sha256, file_name: outline.file_name, missing_fonts: missing?.families ?? [] };
}

/** Beside the bytes lies their checksum: what does not have it is drawn again. */
async function keptAt(key: string): Promise<Pick<Pdf, "bytes" | "sha256"> | undefined> {
  const [bytes, checksum] = await Promise.all([read(key), read(checksumOf(key))]);
  if (!bytes || !checksum) return undefined;
  const sha256 = digestOf(bytes);
  if (sha256 === Buffer.from(checksum).toString("latin1")) return { bytes, sha256 };
  usePorts().log.write("error", "A kept document is not what was kept", { key });
  return undefined;
}

/** The checksum goes last: what was killed before it is drawn again. */
async function store(key: string, bytes: Uint8Array): Promise<string> {
  const { objects } = usePorts();
  const sha256 = digestOf(bytes);
  await objects.write(key, bytes);
  await objects.write(checksumOf(key), Buffer.from(sha256, "latin1"));
  return sha256;
}

const checksumOf = (key: string): string => `${key}.sha256`;
const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function read(key: string): Promise<Uint8Array | undefined> {
  const object = await usePorts().objects.open(key);
  return object && collected(object.read());
}

export * as QuotePdf from "./pdf.ts";
