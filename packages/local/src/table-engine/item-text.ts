import type { AttributeValue, Item } from "./attribute-value.ts";

/** Items, and values that contain items, as JSON texts. Bytes, the values of `B` and `BS`, are base64, because JSON has no bytes. */

export const serializeText = (value: unknown): string => JSON.stringify(value, containsBytes(value) ? encodeBytes : undefined);

export function parseText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (containsEncodedBytes(text)) decodeBytes(value);
  return value;
}

export const serializeItem = (item: Item): string => serializeText(item);
export const parseItem = (text: string): Item => parseText(text) as Item;

function containsBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Uint8Array) return true;
  for (const name in value) if (containsBytes((value as Record<string, unknown>)[name])) return true;
  return false;
}

/** A replacer of JSON. `this` holds the value before `toJSON`, which Node's buffers have. */
function encodeBytes(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const member = this[name];
  return member instanceof Uint8Array ? toBase64(member) : value;
}

/** Whether a text has bytes. Few have; the others are not searched. Inside of a string value, a quotation mark has a backslash before it. */
export const containsEncodedBytes = (text: string): boolean => text.includes('"B":"') || text.includes('"BS":[');

/** Decodes base64 to bytes in place: a parsed value has no other owner. An attribute of the name `B` has an object as its value. */
export function decodeBytes(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === "B" && typeof member === "string") Object.assign(value, { B: toBytes(member) });
    else if (name === "BS" && Array.isArray(member)) Object.assign(value, { BS: member.map(toBytes) });
    else decodeBytes(member);
  }
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

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** Copies the bytes: Node's small buffers share one block. */
const toBytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
