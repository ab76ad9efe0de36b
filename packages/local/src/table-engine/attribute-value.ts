/** Bytes that are base64 in JSON, which has no bytes. */
export class Bytes extends Uint8Array {
  /** Copies the bytes: Node's small buffers share one block. */
  static fromBase64Text(base64: string): Bytes {
    return new Bytes(Buffer.from(base64, "base64"));
  }

  toJSON(): string {
    return Buffer.from(this.buffer, this.byteOffset, this.byteLength).toString("base64");
  }
}

/** Values as DynamoDB's API has them. Numbers are decimal texts in normal form (`normalizeNumber`). */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: Bytes }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: Item }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Bytes[] };

export type Item = { [name: string]: AttributeValue };

export type AttributeType = "S" | "N" | "B" | "BOOL" | "NULL" | "L" | "M" | "SS" | "NS" | "BS";

/** Sets an attribute, also one of the name `__proto__`, whose assignment would change the object's prototype. */
export function setAttribute<T>(item: { [name: string]: T }, name: string, value: T): void {
  if (name === "__proto__") Object.defineProperty(item, name, { value, configurable: true, enumerable: true, writable: true });
  else item[name] = value;
}

export const attributeType = (value: AttributeValue): AttributeType => Object.keys(value)[0] as AttributeType;
