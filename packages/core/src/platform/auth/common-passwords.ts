import { brotliDecompressSync } from "node:zlib";
import { COMMON_PASSWORDS } from "./common-passwords.data.ts";

/** Returns the passwords that attackers try first, and the words that these are made of. */
export const loadCommonPasswords = (): ReadonlySet<string> =>
  new Set(brotliDecompressSync(Buffer.from(COMMON_PASSWORDS, "base64")).toString().split("\n"));
