import { brotliDecompressSync } from "node:zlib";
import { COMMON_PASSWORDS } from "./common-passwords.data.ts";

/** The passwords that are tried first, and the words that they are made of. */
export const loadCommonPasswords = (): ReadonlySet<string> =>
  new Set(brotliDecompressSync(Buffer.from(COMMON_PASSWORDS, "base64")).toString().split("\n"));
