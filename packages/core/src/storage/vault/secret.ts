import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { usePorts } from "../../kernel/context.ts";
import type { KeyGroup, KeyPurpose } from "../../kernel/key-groups.ts";
import type { Secrets } from "../../kernel/ports.ts";
import type { StoredKeys } from "./key-derivation.ts";

/** The key of a purpose that signs and encrypts, and then the keys that only verify and decrypt what was made before. */
export type Keyring = readonly [KeyObject, ...KeyObject[]];

const keyringsBySecrets = new WeakMap<Secrets, Map<string, { text: string; keyring: Keyring }>>();

/** Returns the keys of one purpose. No two purposes share a key. */
export async function keysFor<G extends KeyGroup>(group: G, purpose: KeyPurpose<G>): Promise<Keyring> {
  const { secrets } = usePorts();
  const keyrings = keyringsBySecrets.get(secrets) ?? new Map<string, { text: string; keyring: Keyring }>();
  keyringsBySecrets.set(secrets, keyrings);
  const text = await secrets.get(group);
  const cached = keyrings.get(purpose);
  if (cached?.text === text) return cached.keyring;
  const keyring = parseKeyring(text, group, purpose);
  keyrings.set(purpose, { text, keyring });
  return keyring;
}

/** Returns the key of one purpose that signs and encrypts. */
export const keyFor = async <G extends KeyGroup>(group: G, purpose: KeyPurpose<G>): Promise<KeyObject> =>
  (await keysFor(group, purpose))[0];

function parseKeyring(text: string, group: KeyGroup, purpose: KeyPurpose): Keyring {
  const [key, ...formerKeys] = (JSON.parse(text) as StoredKeys).map((generation) => generation[purpose]);
  if (!key) throw new Error(`The keys of the group ${group} have none for ${purpose}: derive the keys again`);
  const createKey = (encodedKey: string): KeyObject => createSecretKey(Buffer.from(encodedKey, "base64url"));
  return [createKey(key), ...formerKeys.flatMap((formerKey) => (formerKey ? [createKey(formerKey)] : []))];
}

export const computeMac = (key: KeyObject, ...texts: readonly string[]): string =>
  createHmac("sha256", key).update(JSON.stringify(texts)).digest("base64url");

/** Compares secrets in constant time. */
export function isSameSecret(expectedSecret: string, secret: string): boolean {
  const [left, right] = [Buffer.from(expectedSecret), Buffer.from(secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether one of the keys gives this MAC. */
export const isMac = (mac: string, keys: Keyring, ...texts: readonly string[]): boolean =>
  keys.some((key) => isSameSecret(computeMac(key, ...texts), mac));

const [NONCE_BYTES, TAG_BYTES] = [12, 16];

/** Encrypts a text for use outside of the system, bound to its `context`: AES-256-GCM in base64url. */
export function encryptText(key: KeyObject, context: readonly string[], text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(JSON.stringify(context)));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

/** Decrypts such a text by one of the keys; undefined if it was forged, changed, truncated, or encrypted for another context. */
export function decryptText(keys: Keyring, context: readonly string[], box: string): string | undefined {
  const bytes = Buffer.from(box, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== box) return undefined;
  return decryptBytes(keys, bytes, Buffer.from(JSON.stringify(context)))?.toString();
}

/** Decrypts nonce, tag and ciphertext by one of the keys; undefined if none is right. */
export function decryptBytes(keys: Keyring, bytes: Buffer, context = Buffer.alloc(0)): Buffer | undefined {
  for (const key of keys) {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), options);
    decipher.setAAD(context).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      // It was encrypted by another key, or forged.
    }
  }
  return undefined;
}
