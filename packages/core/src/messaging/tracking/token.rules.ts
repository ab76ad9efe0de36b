import { createCipheriv, type KeyObject } from "node:crypto";
import * as z from "zod";
import { parseJsonBody } from "../../lib/provider-http/http.rules.ts";
import { computeMac, decryptBytes, type Keyring } from "../../storage/vault/secret.ts";

/**
 * Pure rules: the encrypted token in tracked URLs, with the message and the target of the link. Other parties can neither read nor
 * create one. The same content gives the same token, so that a mail is the same at each try.
 */

const claimsSchema = z.tuple([
  z.enum(["open", "click"]),
  z.string(),
  z.string(),
  z.number().int().nonnegative(),
  z.string(),
  z.number(),
]);

export interface TokenClaims {
  kind: "open" | "click";
  tenant: string;
  message: string;
  /** The number of the link, from 1 on; 0 for the hidden link and for opens. */
  link: number;
  /** Empty for opens and for the hidden link. */
  address: string;
  /** When the mail was written, in milliseconds. */
  issuedAt: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
export const LIFETIME_MS = 400 * DAY_MS;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function encryptToken({ kind, tenant, message, link, address, issuedAt }: TokenClaims, key: KeyObject): string {
  const text = JSON.stringify([kind, tenant, message, link, address, issuedAt]);
  // The nonce is derived from the text, so that different texts have different nonces.
  const nonce = Buffer.from(computeMac(key, "nonce", text), "base64url").subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

/** Decrypts a token; undefined if it is invalid, of another kind, or expired. */
export function decryptToken(token: string, kind: TokenClaims["kind"], keys: Keyring, now: number): TokenClaims | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== token) return undefined;
  const text = decryptBytes(keys, bytes);
  const data = text && claimsSchema.safeParse(parseJsonBody(text)).data;
  if (!data) return undefined;
  const [tokenKind, tenant, message, link, address, issuedAt] = data;
  return tokenKind === kind && issuedAt + LIFETIME_MS > now ? { kind, tenant, message, link, address, issuedAt } : undefined;
}
