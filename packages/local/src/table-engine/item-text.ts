import type { AttributeValue, Item } from "./attribute-value.ts";

/** Items as JSON texts. Bytes are base64, because JSON has no bytes. */

export const serializeItem = (item: Item): string => JSON.stringify(containsBytes(item) ? encodeItem(item) : item);

export function parseItem(text: string): Item {
  const item = JSON.parse(text) as Item;
  // Few items have bytes; the others are not searched.
  if (text.includes('"B":') || text.includes('"BS":')) decodeItem(item);
  return item;
}

/** Whether a value in the item is binary, at any depth. */
const containsBytes = (item: Item): boolean => Object.values(item).some(isOrContainsBytes);

function isOrContainsBytes(value: AttributeValue): boolean {
  if ("B" in value || "BS" in value) return true;
  if ("M" in value) return containsBytes(value.M);
  return "L" in value && value.L.some(isOrContainsBytes);
}

/** A copy in which bytes are base64. `fromEntries`, because an attribute may have the name `__proto__`. */
export const encodeItem = (item: Item): object =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, encodeValue(value)]));

function encodeValue(value: AttributeValue): object {
  if ("B" in value) return { B: toBase64(value.B) };
  if ("BS" in value) return { BS: value.BS.map(toBase64) };
  if ("M" in value) return { M: encodeItem(value.M) };
  if ("L" in value) return { L: value.L.map(encodeValue) };
  return { ...value };
}

/** Decodes base64 to bytes in place: a parsed item has no other owner. */
export function decodeItem(item: Item): void {
  for (const value of Object.values(item)) decodeValue(value);
}

function decodeValue(value: AttributeValue): void {
  if ("B" in value) value.B = toBytes(value.B);
  else if ("BS" in value) value.BS = value.BS.map(toBytes);
  else if ("M" in value) decodeItem(value.M);
  else if ("L" in value) value.L.forEach(decodeValue);
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** Copies the bytes: Node's small buffers share one block. */
const toBytes = (base64: unknown): Uint8Array => new Uint8Array(Buffer.from(String(base64), "base64"));
