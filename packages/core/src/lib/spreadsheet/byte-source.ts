import { collectBytes } from "../../kernel/bytes.ts";

/** Bytes that can be read at any offset: of a file, a stored object, a buffer. */
export interface ByteSource {
  readonly size: number;
  /** Reads from `from` (default 0) up to `to` (default the end), exclusive, in pieces of any size. */
  read(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

export const toByteSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  async *read(from = 0, to = bytes.length) {
    if (to > from) yield bytes.subarray(from, to);
  },
});

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Returns a short range of the source; less if the source ends before. */
export const readRange = (source: ByteSource, from: number, to: number): Promise<Buffer> =>
  collectBytes(source.read(from, Math.min(to, source.size)));

const BLOCK_BYTES = 1 << 16;

/** Yields the same bytes in blocks of one size, so that results do not depend on how the input is divided. */
export async function* readBlocks(bytes: AsyncIterable<Uint8Array>, size = BLOCK_BYTES): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of bytes) {
    let rest = toBuffer(piece);
    while (length + rest.length >= size) {
      const missing = size - length;
      yield Buffer.concat([...pieces, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      pieces = [];
      length = 0;
    }
    if (rest.length > 0) pieces.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(pieces);
}
