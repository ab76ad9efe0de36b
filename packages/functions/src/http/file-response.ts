import { collectBytes } from "@crm/core/kernel/bytes.ts";
import { contentDisposition } from "@crm/core/kernel/content-disposition.ts";
import { capToSession, usePorts } from "@crm/core/kernel/context.ts";
import { notFound } from "@crm/core/kernel/error.ts";
import { fn, type Verb } from "@crm/core/kernel/fn.ts";
import { Upload } from "@crm/core/platform/upload/upload.ts";
import type * as z from "zod";
import { RawResponse } from "./operation.ts";

/** Maximum bytes of a file in an answer: in base64, it still passes the gateway. Larger files are fetched by a link. */
export const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** Seconds within which a download by link must begin; it may end later. */
const LINK_SECONDS = 5 * 60;

interface FileDescription {
  file_name: string;
  content_type: string;
}

/**
 * Answers with a file: its bytes, or a 303 to a link that needs no sign-in. Bytes without a key are stored under a temporary key
 * until no client can still fetch them.
 */
export async function fileResponse(
  file: FileDescription & ({ key: string } | { bytes: Uint8Array | AsyncIterable<Uint8Array> }),
): Promise<RawResponse> {
  const { file_name, content_type } = file;
  const { objects } = usePorts();
  const headers = {
    "content-disposition": contentDisposition(file_name),
    "cache-control": "no-store",
  };
  const redirected = (key: string): Promise<RawResponse> => downloadLinkResponse({ file_name, content_type, key });
  if ("bytes" in file) {
    const { first, rest } = await readUpToLimit(file.bytes);
    if (!rest) return new RawResponse(content_type, first, headers);
    return redirected(await Upload.storeTemporary({ file_name, bytes: joinChunks(first, rest) }));
  }
  const object = await objects.open(file.key);
  if (!object) throw notFound();
  if (object.size > MAX_RESPONSE_BYTES) return redirected(file.key);
  return new RawResponse(content_type, await collectBytes(object.read()), headers);
}

interface StoredFile {
  file_name: string;
  /** A PDF if left out. */
  content_type?: string;
  key: string;
  bytes: Uint8Array;
  /** Hexadecimal digits. */
  sha256: string;
  missing_fonts?: readonly string[];
}

/**
 * Answers with bytes that are stored under a key. Their checksum is the ETag, so a client that has the same bytes gets a 304.
 * `X-Missing-Fonts` names the font families that a PDF lacks.
 */
export async function storedFileResponse(file: StoredFile): Promise<RawResponse> {
  const { key, bytes, sha256, file_name, content_type = "application/pdf", missing_fonts = [] } = file;
  const missing: Record<string, string> = missing_fonts.length > 0 ? { "x-missing-fonts": missing_fonts.join(", ") } : {};
  if (bytes.length > MAX_RESPONSE_BYTES) return downloadLinkResponse({ key, file_name, content_type }, missing);
  return new RawResponse(content_type, bytes, {
    ...missing,
    "content-disposition": contentDisposition(file_name),
    "cache-control": "private, no-cache",
    etag: `"${sha256}"`,
    "repr-digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
  });
}

/** Turns a verb that returns a stored file into one that answers with it. */
export const toFileVerb = <S extends z.ZodType>(read: Verb<S, StoredFile>): Verb<S, RawResponse> =>
  fn(read.schema, async (input) => storedFileResponse(await read(input as z.input<S>)));

/** Answers with a 303 to a short-lived link that downloads the file. */
export async function downloadLinkResponse(
  { key, file_name, content_type }: FileDescription & { key: string },
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  const location = await usePorts().objects.links.download(key, { file_name, content_type, seconds: capToSession(LINK_SECONDS) });
  return new RawResponse("text/plain; charset=utf-8", "", { ...headers, location, "cache-control": "no-store" }, 303);
}

/** Reads the bytes that fit into an answer. `rest` gives the remaining bytes if there are more. */
async function readUpToLimit(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ first: Uint8Array; rest: AsyncIterator<Uint8Array> | undefined }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const source = bytes instanceof Uint8Array ? toChunks(bytes) : bytes;
  const rest = source[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await rest.next();
    if (done) return { first: Buffer.concat(chunks), rest: undefined };
    chunks.push(value);
    length += value.length;
    if (length > MAX_RESPONSE_BYTES) return { first: Buffer.concat(chunks), rest };
  }
}

async function* toChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* joinChunks(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
