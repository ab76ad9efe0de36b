import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import * as yauzl from "yauzl";
import { isFailure } from "../../kernel/error.ts";
import { bounds } from "./bounds.ts";
import { type ByteSource, readRange } from "./byte-source.ts";
import { damagedWorkbook, unsupportedFile, zipBomb } from "./file-rejection.ts";

/** The parts of a zip archive, read from any source; only requested parts are unpacked. */
export interface Archive {
  /** Names are compared in lower case, as the format requires. */
  has(name: string): boolean;
  /** Refuses if one of these parts is missing, or if the sizes that they claim exceed the limits. */
  requireParts(names: readonly string[]): void;
  /** Yields the unpacked bytes of a part. */
  read(name: string): AsyncGenerator<Buffer>;
}

const BLOCK_BYTES = 1 << 17;
const MAX_CACHED_BLOCKS = 4;

/** Reads the source in blocks: the library reads the directory in steps of some bytes, and each would be a request to remote storage. */
class BlockReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;
  readonly #blocks = new Map<number, Promise<Buffer>>();
  /** An error of the source, which is not the file's fault. */
  fault: unknown;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void): void {
    this.#copyRange(buffer, offset, length, position).then(
      () => done(null),
      (error: unknown) => {
        done(error as Error);
      },
    );
  }

  async #copyRange(buffer: Buffer, offset: number, length: number, position: number): Promise<void> {
    if (position < 0 || position + length > this.#source.size) throw damagedWorkbook();
    for (let copied = 0; copied < length; ) {
      const sourceOffset = position + copied;
      const block = await this.#loadBlock(Math.floor(sourceOffset / BLOCK_BYTES));
      const count = block.copy(
        buffer,
        offset + copied,
        sourceOffset % BLOCK_BYTES,
        Math.min(block.length, (sourceOffset % BLOCK_BYTES) + length - copied),
      );
      if (count === 0) throw damagedWorkbook();
      copied += count;
    }
  }

  #loadBlock(index: number): Promise<Buffer> {
    const cachedBlock = this.#blocks.get(index);
    if (cachedBlock !== undefined) return cachedBlock;
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size >= MAX_CACHED_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    const block = readRange(this.#source, index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES).catch((error: unknown) => {
      this.fault = error;
      throw error;
    });
    this.#blocks.set(index, block);
    return block;
  }
}

interface Entry {
  name: string;
  method: number;
  crc: number;
  packed: number;
  unpacked: number;
  /** The offset of its header; the offset at which the next header or the directory begins. */
  from: number;
  endLimit: number;
  raw: yauzl.Entry;
}

export async function openZip(source: ByteSource): Promise<Archive> {
  const reader = new BlockReader(source);
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(reader, source.size, { autoClose: false, decodeStrings: false });
    return buildArchive(source, reader, zip, await listEntries(zip));
  } catch (error) {
    throw toRejection(error, reader);
  }
}

/** Converts errors of yauzl and zlib, which are for programmers, into a message that the workbook is damaged. */
function toRejection(error: unknown, reader: BlockReader): unknown {
  if (reader.fault !== undefined) return reader.fault;
  if (isFailure(error)) return error;
  return /encrypt/.test((error as Error).message) ? encryptedWorkbook() : damagedWorkbook();
}

const encryptedWorkbook = () => unsupportedFile("The workbook is encrypted: remove its password and upload it again");

async function listEntries(zip: yauzl.ZipFile): Promise<Entry[]> {
  if (zip.entryCount > bounds.zipEntries) throw zipBomb(`it has more than ${bounds.zipEntries} parts`);
  if (zip.comment.length > bounds.zipComment) throw zipBomb("its comment is too long");
  const entries: Entry[] = [];
  // Declared as a boolean, but it is the offset of the directory.
  const from = Number(zip.readEntryCursor);
  let directory = 0;
  for await (const raw of zip.eachEntry()) {
    directory += 46 + raw.fileNameLength + raw.extraFieldLength + raw.fileCommentLength;
    if (directory > bounds.zipDirectory) throw zipBomb("its directory is too long");
    if (raw.isEncrypted()) throw encryptedWorkbook();
    entries.push({
      name: yauzl.getFileNameLowLevel(raw.generalPurposeBitFlag, raw.fileNameRaw, raw.extraFields, false),
      method: raw.compressionMethod,
      crc: raw.crc32,
      packed: raw.compressedSize,
      unpacked: raw.uncompressedSize,
      from: raw.relativeOffsetOfLocalHeader,
      endLimit: from,
      raw,
    });
  }
  return requireDisjoint(entries);
}

/** Refuses parts that share bytes, as efficient zip bombs do. */
function requireDisjoint(entries: Entry[]): Entry[] {
  const sorted = entries.toSorted((entry, otherEntry) => entry.from - otherEntry.from);
  for (const [index, entry] of sorted.entries()) {
    entry.endLimit = sorted[index + 1]?.from ?? entry.endLimit;
    if (entry.from + 30 + entry.packed > entry.endLimit) throw zipBomb("its parts overlap");
  }
  return sorted;
}

const maxUnpackedSize = (packed: number): number => Math.max(bounds.ratioFrom, packed * bounds.ratio);

function buildArchive(source: ByteSource, reader: BlockReader, zip: yauzl.ZipFile, entries: readonly Entry[]): Archive {
  const byName = new Map(entries.map((entry) => [entry.name.replace(/^\/+/, "").toLowerCase(), entry]));
  if (byName.size < entries.length) throw zipBomb("two of its parts have the same name");
  let unpacked = 0;

  const findEntry = (name: string): Entry => {
    const entry = byName.get(name.toLowerCase());
    if (!entry) throw damagedWorkbook();
    return entry;
  };

  const requireRatio = (entry: Entry): void => {
    if (entry.unpacked > maxUnpackedSize(entry.packed))
      throw zipBomb(`a part unpacks to more than ${bounds.ratio} times its size`);
  };

  /** Returns where the packed bytes begin, which only the part's own header tells; they must end before the next part. */
  async function findDataStart(entry: Entry): Promise<number> {
    const start = await new Promise<number>((resolve, reject) =>
      zip.readLocalFileHeader(entry.raw, { minimal: true }, (error, header) =>
        error ? reject(toRejection(error, reader)) : resolve(header.fileDataStart),
      ),
    );
    if (start + entry.packed > entry.endLimit) throw zipBomb("its parts overlap");
    return start;
  }

  async function* read(name: string): AsyncGenerator<Buffer> {
    const entry = findEntry(name);
    requireRatio(entry);
    const start = await findDataStart(entry);
    const limit = Math.min(entry.unpacked, maxUnpackedSize(entry.packed));
    let [length, sum] = [0, 0];
    for await (const bytes of inflateEntry(source.read(start, start + entry.packed), entry.method)) {
      length += bytes.length;
      unpacked += bytes.length;
      if (length > limit) throw zipBomb("a part unpacks to more than its declared size");
      if (unpacked > bounds.unpacked) throw zipBomb("its unpacked size is too large");
      sum = crc32(bytes, sum);
      yield bytes;
    }
    if (length !== entry.unpacked || sum !== entry.crc) throw damagedWorkbook();
  }

  return {
    has: (name) => byName.has(name.toLowerCase()),
    requireParts(names) {
      const claimed = names.map(findEntry);
      claimed.forEach(requireRatio);
      if (claimed.reduce((total, part) => total + part.unpacked, 0) > bounds.unpacked)
        throw zipBomb("its unpacked size is too large");
    },
    read,
  };
}

async function* inflateEntry(packed: AsyncIterable<Uint8Array>, method: number): AsyncGenerator<Buffer> {
  if (method === 0) {
    for await (const bytes of packed) yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return;
  }
  if (method !== 8) throw damagedWorkbook();
  const input = Readable.from(packed, { objectMode: false, highWaterMark: 1 << 16 });
  const inflate = createInflateRaw({ chunkSize: 1 << 16 });
  // An error of the source is thrown unchanged; an error in the packed bytes means a damaged workbook.
  input.on("error", (error) => inflate.destroy(error));
  try {
    for await (const bytes of input.pipe(inflate)) yield bytes;
  } catch (error) {
    throw /^Z_|^ERR_.*(ZLIB|BUFFER)/.test(String((error as { code?: unknown }).code)) ? damagedWorkbook() : error;
  } finally {
    input.destroy();
    inflate.destroy();
  }
}
