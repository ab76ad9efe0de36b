import { randomBytes } from "node:crypto";
import { isSameSecret } from "../../storage/vault/secret.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { encodeBase32 } from "./totp.rules.ts";

/** Codes for users who have lost their authenticator app. Each is valid once, and only its keyed hash is stored. */
export const RECOVERY_CODES = 10;
const BYTES = 10;

/** Creates codes such as `ABCD-EFGH-IJKL-MNOP`. */
export const createCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () => (encodeBase32(randomBytes(BYTES)).match(/.{4}/g) ?? []).join("-"));

/** Returns the hashes of codes of a user. Users may write a code in lower case, without dashes or with spaces. */
export const hashCodes = (userId: string, codes: readonly string[]): Promise<string[]> =>
  Vault.computeMacs(
    "recovery_code",
    codes.map((code) => `${userId} ${code.replace(/[\s-]/g, "").toUpperCase()}`),
  );

/** Returns the hashes without that of a code; undefined if the code is not among them. Compares all in constant time. */
export async function removeCode(userId: string, hashes: readonly string[], code: string): Promise<string[] | undefined> {
  const [hash = ""] = await hashCodes(userId, [code]);
  const rest = hashes.filter((candidate) => !isSameSecret(candidate, hash));
  return rest.length < hashes.length ? rest : undefined;
}

export * as RecoveryCode from "./recovery-code.ts";
