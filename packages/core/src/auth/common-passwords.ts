import { brotliDecompressSync } from "node:zlib";
import { COMMON } from "./common-passwords.data.ts";

/** The passwords that are tried first, and the words that they are made of. */
export const listOf = (): ReadonlySet<string> =>
  new Set(brotliDecompressSync(Buffer.from(COMMON, "base64")).toString().split("\n"));
