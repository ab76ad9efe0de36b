import { sha256 } from "../../kernel/sha256.ts";

/** Pure rules: the hash by which a document is recognized as the same. */

/** Returns the hash of a document, or of what is shown with it. */
export const hashDocument = (parts: readonly unknown[]): string => sha256(JSON.stringify(parts, toHashable));

/** Replaces binary values, such as pictures, by their hash. Facts are left out, because the text beside them is the same. */
const toHashable = (field: string, value: unknown): unknown =>
  value instanceof Uint8Array ? sha256(value) : field === "facts" ? undefined : value;
