import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { Refusal } from "../store/state.ts";

/**
 * The header of a backup file. The file is the header as a line of JSON, a zstd stream of entries, and the SHA-256 of both. An entry is a line of
 * JSON; the bytes of a file follow its entry. Files are written and read as streams, so memory does not grow with the store.
 */
export interface BackupHeader {
  format: "crm-backup";
  /** 1, or 2 for a whole store whose table is a file of the table engine. */
  version: 1 | 2;
  scope: "store" | "tenant" | "kind";
  tenant?: { id: string; slug: string };
  kind?: string;
  made_at: string;
  /** The day up to which due work has been done; an instant in files of earlier releases. */
  due?: string | undefined;
}

/** An item in DynamoDB's notation (`{"pk":{"S":…}}`). */
export type MarshalledItem = Record<string, AttributeValue>;

export type BackupEntry =
  | { file: string; bytes: number; content: AsyncIterable<Buffer> }
  | { item: MarshalledItem }
  /** A record of the table's stream that was not yet processed. */
  | { change: object };

/** A part of a backup to write: a file on disk, or an entry as JSON. */
export type BackupPart = { file: string; path: string } | string;

const MAX_FORMAT_VERSION = 2;
const TRAILER = /^\nsha256 ([0-9a-f]{64})\n$/;
const TRAILER_BYTES = 73;
const CHUNK_BYTES = 256 * 1024;

/** Writes the whole backup. If it fails, it leaves no file of that name. */
export async function writeBackup(
  path: string,
  header: BackupHeader,
  parts: AsyncIterable<BackupPart> | Iterable<BackupPart>,
): Promise<number> {
  const partial = `${path}.partial`;
  const hash = createHash("sha256");
  try {
    await pipeline(
      async function* () {
        yield Buffer.from(`${JSON.stringify(header)}\n`);
        yield* compress(serializeParts(parts));
      },
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
        yield Buffer.from(`\nsha256 ${hash.digest("hex")}\n`);
      },
      // The backup contains secrets, so only its owner may read it.
      createWriteStream(partial, { mode: 0o600, flush: true }),
    );
    await rename(partial, path);
    return (await stat(path)).size;
  } catch (error) {
    await rm(partial, { force: true });
    const { code, path: failedPath, message } = error as NodeJS.ErrnoException;
    if (failedPath === partial)
      throw new Refusal(`${path} cannot be written (${code ?? message}): name another file with --out.`);
    throw error;
  }
}

async function* compress(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const zstd = createZstdCompress();
  const fed = pipeline(bytes, zstd);
  fed.catch(() => undefined);
  yield* zstd as AsyncIterable<Buffer>;
  await fed;
}

async function* serializeParts(parts: AsyncIterable<BackupPart> | Iterable<BackupPart>): AsyncGenerator<Buffer> {
  let lines = "";
  for await (const part of parts) {
    if (typeof part === "string") {
      lines += `${part}\n`;
      if (lines.length < CHUNK_BYTES) continue;
    } else {
      const { size } = await stat(part.path);
      lines += `${JSON.stringify({ file: part.file, bytes: size })}\n`;
    }
    yield Buffer.from(lines);
    lines = "";
    if (typeof part !== "string") yield* createReadStream(part.path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  }
  yield Buffer.from(`${lines}{"end":true}\n`);
}

/** Returns the header once the whole file matches its checksum. Call it before any other use of a backup. */
export async function verifyBackup(path: string): Promise<BackupHeader> {
  const { size } = await stat(path).catch(() => {
    throw new Refusal(`The file ${path} does not exist.`);
  });
  const handle = await open(path);
  try {
    const head = Buffer.alloc(Math.min(size, 4096));
    await handle.read(head, 0, head.length, 0);
    const header = parseHeader(head);
    if (!header) throw new Refusal(`${path} is not a backup made by "npm run backup"; nothing was changed.`);
    if (header.version > MAX_FORMAT_VERSION)
      throw new Refusal(`${path} was made by a later release (format ${header.version}): restore it with that release.`);
    const tail = Buffer.alloc(TRAILER_BYTES);
    const end = size - TRAILER_BYTES;
    if (end > 0) await handle.read(tail, 0, TRAILER_BYTES, end);
    const [, expectedHash] = TRAILER.exec(tail.toString()) ?? [];
    const hash = createHash("sha256");
    if (expectedHash)
      for await (const chunk of createReadStream(path, { end: end - 1, highWaterMark: CHUNK_BYTES })) hash.update(chunk);
    if (hash.digest("hex") !== expectedHash)
      throw new Refusal(`${path} is damaged (its checksum does not match); nothing was changed: use another backup.`);
    return header;
  } finally {
    await handle.close();
  }
}

function parseHeader(head: Buffer): BackupHeader | undefined {
  try {
    const header = JSON.parse(head.toString().split("\n")[0] ?? "") as BackupHeader;
    return header.format === "crm-backup" ? header : undefined;
  } catch {
    return undefined;
  }
}

/** Yields the entries in order. The bytes of a file are skipped unless the caller reads them before the next entry. */
export async function* readEntries(path: string): AsyncGenerator<BackupEntry> {
  const { size } = await stat(path);
  const source = createReadStream(path, { end: size - TRAILER_BYTES - 1, highWaterMark: CHUNK_BYTES });
  const raw = new ByteReader(source);
  await raw.readLine();
  const zstd = createZstdDecompress();
  const fed = pipeline(raw.readRest(), zstd);
  fed.catch(() => undefined);
  try {
    const bytes = new ByteReader(zstd);
    for (;;) {
      const entry = JSON.parse((await bytes.readLine()).toString()) as BackupEntry | { end: true };
      if ("end" in entry) return;
      if (!("file" in entry)) yield entry;
      else {
        const content = bytes.readBytes(entry.bytes);
        yield { ...entry, content };
        for await (const _unread of content);
      }
    }
  } finally {
    zstd.destroy();
    if (!source.closed) {
      source.destroy();
      await once(source, "close");
    }
  }
}

/** Reads a stream by lines and by numbers of bytes. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #readChunk(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return true;
  }

  async readLine(): Promise<Buffer> {
    let from = 0;
    for (;;) {
      const end = this.#buffer.indexOf(10, from);
      if (end !== -1) {
        const line = this.#buffer.subarray(0, end);
        this.#buffer = this.#buffer.subarray(end + 1);
        return line;
      }
      from = this.#buffer.length;
      if (!(await this.#readChunk())) throw new Error("The backup ends in the middle of a line");
    }
  }

  async *readBytes(count: number): AsyncGenerator<Buffer> {
    for (let remainingBytes = count; remainingBytes > 0; ) {
      if (this.#buffer.length === 0 && !(await this.#readChunk())) throw new Error("The backup ends in the middle of a file");
      const chunk = this.#buffer.subarray(0, remainingBytes);
      this.#buffer = this.#buffer.subarray(chunk.length);
      remainingBytes -= chunk.length;
      yield chunk;
    }
  }

  async *readRest(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#buffer.length > 0) {
        const chunk = this.#buffer;
        this.#buffer = Buffer.alloc(0);
        yield chunk;
      }
      if (!(await this.#readChunk())) return;
    }
  }
}
