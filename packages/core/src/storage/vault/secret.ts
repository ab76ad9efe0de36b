import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { usePorts } from "../../kernel/context.ts";
import type { Secrets } from "../../kernel/ports.ts";

const keysBySecrets = new WeakMap<Secrets, Map<string, Promise<KeyObject>>>();

/** Part of the derivation of each key. Never rename a purpose: what was encrypted or signed for it could no longer be read. */
export const keyPurposes = [
  "booking",
  "cursor",
  "intake",
  "knowledge",
  "link",
  "mac",
  "mail_thread",
  "offer",
  "password",
  "reach",
  "refresh",
  "request",
  "signature",
  "signing_key",
  "survey",
  "tracking",
] as const;

type Purpose = (typeof keyPurposes)[number];

/** Derives the key of one purpose from the application's secret. No two purposes share a key. */
export function keyFor(purpose: Purpose): Promise<KeyObject> {
  const { secrets } = usePorts();
  const keyByPurpose = keysBySecrets.get(secrets) ?? new Map<string, Promise<KeyObject>>();
  keysBySecrets.set(secrets, keyByPurpose);
  let key = keyByPurpose.get(purpose);
  if (!key) {
    key = secrets.get("app").then((secret) => createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", `crm:${purpose}`, 32))));
    key.catch(() => keyByPurpose.delete(purpose));
    keyByPurpose.set(purpose, key);
  }
  return key;
}

export const computeMac = (key: KeyObject, ...texts: readonly string[]): string =>
  createHmac("sha256", key).update(JSON.stringify(texts)).digest("base64url");

/** Compares secrets in constant time. */
export function isSameSecret(expectedSecret: string, secret: string): boolean {
  const [left, right] = [Buffer.from(expectedSecret), Buffer.from(secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const [NONCE_BYTES, TAG_BYTES] = [12, 16];

/** Encrypts a text for use outside of the system, bound to its context `about`: AES-256-GCM in base64url. */
export function encryptText(key: KeyObject, context: readonly string[], text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(JSON.stringify(context)));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

/** Decrypts such a text; undefined if it was forged, changed, truncated, or encrypted for another context. */
export function decryptText(key: KeyObject, context: readonly string[], box: string): string | undefined {
  const bytes = Buffer.from(box, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== box) return undefined;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), options);
  decipher.setAAD(Buffer.from(JSON.stringify(context))).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
