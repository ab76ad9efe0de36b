/**
 * Messages between the table thread and its users, as JSON texts: a structured clone of many small objects takes longer. Bytes, the values of `B`
 * and `BS`, are base64.
 */

export function serializeMessage(message: unknown): string {
  return JSON.stringify(message, containsBytes(message) ? encodeBytes : undefined);
}

export function parseMessage(text: string): unknown {
  const message: unknown = JSON.parse(text);
  // Few messages have bytes; the others are not searched. Inside of a string value, a quotation mark has a backslash before it.
  if (text.includes('"B":"') || text.includes('"BS":[')) decodeBytes(message);
  return message;
}

function containsBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Uint8Array) return true;
  for (const name in value) if (containsBytes((value as Record<string, unknown>)[name])) return true;
  return false;
}

/** `this` holds the value before `toJSON`, which Node's buffers have. */
function encodeBytes(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const member = this[name];
  return member instanceof Uint8Array ? Buffer.from(member).toString("base64") : value;
}

/** Decodes in place: a parsed message has no other owner. An attribute of the name `B` has an object as its value. */
function decodeBytes(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === "B" && typeof member === "string") Object.assign(value, { B: parseBytes(member) });
    else if (name === "BS" && Array.isArray(member)) Object.assign(value, { BS: member.map(parseBytes) });
    else decodeBytes(member);
  }
}

const parseBytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
