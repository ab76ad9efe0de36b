import { createHash } from "node:crypto";

/**
 * A Bloom filter: bytes that tell which values a set may contain. A value of the set is always found; another value is found in one of a
 * hundred cases.
 */
const BITS_PER_VALUE = 10;
const HASHES = 7;

export function build(values: Iterable<string>): Uint8Array {
  const distinct = new Set(values);
  const bytes = new Uint8Array(Math.max(8, Math.ceil((distinct.size * BITS_PER_VALUE) / 8)));
  for (const value of distinct) for (const bit of listBits(value, bytes.length)) setBit(bytes, bit);
  return bytes;
}

/** Returns whether the set may contain a value. Without a filter, it may contain any. */
export function mayContain(filter: unknown, value: string): boolean {
  if (!(filter instanceof Uint8Array)) return true;
  return listBits(value, filter.length).every((bit) => ((filter[bit >> 3] as number) & (1 << (bit & 7))) !== 0);
}

const setBit = (bytes: Uint8Array, bit: number): void => {
  bytes[bit >> 3] = (bytes[bit >> 3] as number) | (1 << (bit & 7));
};

/** Returns the bits of a value: two hashes give all of them. */
function listBits(value: string, length: number): number[] {
  const hash = createHash("sha256").update(value).digest();
  const [start, step] = [hash.readUInt32BE(0), (hash.readUInt32BE(4) | 1) >>> 0];
  return Array.from({ length: HASHES }, (_, index) => (start + index * step) % (length * 8));
}

export * as LookupFilter from "./lookup-filter.ts";
