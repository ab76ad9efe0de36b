export { isDeeperThan } from "@crm/core/kernel/schema.ts";

import { invalid } from "@crm/core/kernel/error.ts";

/** Levels that what people send may be nested. */
export const DEEPEST = 32;

/** The text of bytes; what is none is refused in the name of a field, or of the whole body. */
export function utf8(bytes: Uint8Array, field = ""): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid(field, field === "" ? "The body is not UTF-8" : "Not UTF-8");
  }
}
