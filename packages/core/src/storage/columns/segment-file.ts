import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { allocateCodes, type Codes, Column, type ColumnType } from "./column.ts";
import { TextList } from "./text-list.ts";

/**
 * The bytes of a segment: a directory, and then the blocks of the ids and of each column, compressed one by one, so that a reader fetches the columns that
 * it needs. All numbers are little-endian.
 */
interface SegmentDirectory {
  readonly rows: number;
  /** Ids of records that are gone: rows of earlier segments that have no successor here. */
  readonly gone: readonly string[];
  readonly ids: Block;
  readonly columns: Readonly<Record<string, ColumnEntry>>;
}

/** Where a block stands behind the directory, and its length after decompression. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

interface ColumnEntry extends Block {
  readonly type: ColumnType;
  readonly isJson: boolean;
  readonly values: number;
  readonly ties: number;
  readonly hasFolded: boolean;
}

/** Bytes of the length of the directory. */
const HEAD_BYTES = 4;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Parts of a block stand at multiples of four, for arrays of 32 bits. */
const padTo4 = (length: number): number => (length + 3) & ~3;

const toBytes = (array: Codes | Buffer): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

function joinParts(parts: readonly (Codes | Buffer)[]): Buffer {
  const joined = Buffer.alloc(parts.reduce((sum, part) => sum + padTo4(part.byteLength), 0));
  let at = 0;
  for (const part of parts) {
    toBytes(part).copy(joined, at);
    at += padTo4(part.byteLength);
  }
  return joined;
}

/** Reads the parts of a block one after the other. */
class BlockReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    // Arrays of 32 bits begin at multiples of four of the memory.
    this.#bytes = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(bytes);
  }

  bytes(length: number): Buffer {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += padTo4(length);
    return part;
  }

  uint32(length: number): Uint32Array {
    const { buffer, byteOffset } = this.bytes(4 * length);
    return new Uint32Array(buffer, byteOffset, length);
  }

  codes(rows: number, values: number): Codes {
    const like = allocateCodes(0, values);
    const { buffer, byteOffset } = this.bytes(rows * like.BYTES_PER_ELEMENT);
    return new (like.constructor as Uint32ArrayConstructor)(buffer, byteOffset, rows);
  }

  texts(length: number): TextList {
    const offsets = this.uint32(length + 1);
    return new TextList(this.bytes(offsets[length] ?? 0), offsets);
  }
}

interface SegmentContent {
  readonly ids: TextList;
  readonly gone: readonly string[];
  readonly columns: AsyncIterable<Column> | Iterable<Column>;
}

/** Returns the bytes of a segment. Columns may be built one by one. */
export async function encodeSegment({ ids, gone, columns }: SegmentContent): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let end = 0;
  const add = async (parts: readonly (Codes | Buffer)[]): Promise<Block> => {
    const joined = joinParts(parts);
    const block = await compress(joined);
    const from = end;
    end += block.length;
    blocks.push(block);
    return { from, to: end, size: joined.length };
  };
  const idBlock = await add([ids.offsets, ids.bytes]);
  const entries: Record<string, ColumnEntry> = {};
  for await (const { type, codes, values, isJson, ties, folded } of columns) {
    const block = await add([codes, values.offsets, values.bytes, ties, ...(folded ? [folded] : [])]);
    entries[type.name] = { ...block, type, isJson, values: values.length, ties: ties.length, hasFolded: folded !== undefined };
  }
  const directory: SegmentDirectory = { rows: ids.length, gone, ids: idBlock, columns: entries };
  const text = Buffer.from(JSON.stringify(directory));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text, ...blocks]);
}

/** Reads bytes of a segment: from, and to exclusive. */
type RangeReader = (from: number, to: number) => Promise<Buffer>;

/** A segment whose blocks are read on demand. */
export class SegmentFile {
  readonly directory: SegmentDirectory;
  readonly #start: number;
  readonly #read: RangeReader;

  private constructor(directory: SegmentDirectory, start: number, read: RangeReader) {
    this.directory = directory;
    this.#start = start;
    this.#read = read;
  }

  static async open(read: RangeReader): Promise<SegmentFile> {
    const first = await read(0, FIRST_BYTES);
    const length = first.readUInt32LE(0);
    const start = HEAD_BYTES + length;
    const text = start <= first.length ? first.subarray(HEAD_BYTES, start) : await read(HEAD_BYTES, start);
    return new SegmentFile(JSON.parse(text.toString()) as SegmentDirectory, start, read);
  }

  async readIds(): Promise<TextList> {
    const { ids, rows } = this.directory;
    return (await this.#open(ids)).texts(rows);
  }

  /** Returns a column; undefined if the segment was written without it. */
  async readColumn(name: string): Promise<Column | undefined> {
    const entry = this.directory.columns[name];
    if (!entry) return undefined;
    const block = await this.#open(entry);
    const codes = block.codes(this.directory.rows, entry.values + 1);
    const values = block.texts(entry.values);
    const ties = block.uint32(entry.ties);
    const folded = entry.hasFolded ? block.uint32(entry.values) : undefined;
    return new Column({ type: entry.type, codes, values, isJson: entry.isJson, ties, folded });
  }

  async #open({ from, to }: Block): Promise<BlockReader> {
    return new BlockReader(await decompress(await this.#read(this.#start + from, this.#start + to)));
  }
}

/** The directory of a kind with forty columns is about this long. */
const FIRST_BYTES = 8192;
