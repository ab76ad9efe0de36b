import { Bytes, type Item } from "./attribute-value.ts";

/** Items, and values that contain items, as JSON texts. Bytes, the values of `B` and `BS`, are base64 in them (`Bytes.toJSON`). */

export function parseText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (containsEncodedBytes(text)) decodeBytes(value);
  return value;
}

export const serializeItem = (item: Item): string => JSON.stringify(item);
export const parseItem = (text: string): Item => parseText(text) as Item;

/** Whether a text has bytes. Few have; the others are not searched. Inside of a string value, a quotation mark has a backslash before it. */
export const containsEncodedBytes = (text: string): boolean => text.includes('"B":"') || text.includes('"BS":[');

/** Decodes base64 to bytes in place: a parsed value has no other owner. An attribute of the name `B` has an object as its value. */
export function decodeBytes(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === "B" && typeof member === "string") Object.assign(value, { B: Bytes.fromBase64Text(member) });
    else if (name === "BS" && Array.isArray(member)) Object.assign(value, { BS: member.map(Bytes.fromBase64Text) });
    else decodeBytes(member);
  }
}
