import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import * as z from "zod";
import { usePorts, useTenant } from "../../kernel/context.ts";
import type { Keys } from "../../kernel/ports.ts";
import { computeMac as keyed, keyFor } from "./secret.ts";

/**
 * Values that are stored encrypted, under a data key for each record. The port `Keys` creates the data key, which is stored with the
 * values, wrapped by the master key. It is authenticated with its tenant and record, and each value also with its field. A ciphertext that
 * is moved to another tenant, record or field cannot be decrypted there.
 */
export const Sealed = z.object({
  /** The wrapped data key. */
  key: z.string(),
  /** Ciphertexts by field: `v1.` and, in base64url, nonce (12 bytes), ciphertext, tag (16 bytes). */
  values: z.record(z.string(), z.string()),
});

export type Sealed = z.output<typeof Sealed>;

/** A sealed value or data key was not written for this tenant, record and field. */
export class UnsealError extends Error {
  override name = "NotOpened";
}

/**
 * Applies changes to the sealed values of the record `subject`: a text sets a value, null removes it. The first value creates a data key;
 * returns null if no value is left. A value that is set to its current text keeps its ciphertext, so that the record counts as unchanged.
 * `fresh` encrypts it again, for callers who must not learn that it was equal.
 */
export async function seal(
  subject: string,
  before: Sealed | null,
  changes: Readonly<Record<string, string | null>>,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<Sealed | null> {
  const values = new Map(Object.entries(before?.values ?? {}));
  const set = Object.entries(changes).filter((change): change is [string, string] => change[1] !== null);
  for (const [field, value] of Object.entries(changes)) if (value === null) values.delete(field);
  if (set.length === 0) return before && values.size > 0 ? { key: before.key, values: Object.fromEntries(values) } : null;
  const { key, wrapped } = before
    ? { key: await unwrapDataKey(subject, before, Object.keys(changes)), wrapped: before.key }
    : await generateDataKey(subject);
  for (const [field, value] of set) {
    const stored = values.get(field);
    if (fresh || stored === undefined || decryptValue(key, subject, field, stored) !== value) {
      values.set(field, encryptValue(key, subject, field, value));
    }
  }
  return { key: wrapped, values: Object.fromEntries(values) };
}

/** Decrypts values by field: the named ones or all. Fields without a value are left out. */
export async function open(subject: string, sealed: Sealed | null, names?: readonly string[]): Promise<Record<string, string>> {
  const selectedValues = Object.entries(sealed?.values ?? {}).filter(([field]) => names?.includes(field) ?? true);
  if (!sealed || selectedValues.length === 0) return {};
  const fields = selectedValues.map(([field]) => field);
  const key = await unwrapDataKey(subject, sealed, fields);
  return Object.fromEntries(
    selectedValues.map(([field, text]) => {
      const value = decryptValue(key, subject, field, text);
      if (value === undefined)
        throw new UnsealError(
          `The field ${field} of ${subject} cannot be decrypted: it was not sealed for this record and field`,
        );
      return [field, value];
    }),
  );
}

/** Encrypts the same values under a new data key. */
export async function reseal(subject: string, sealed: Sealed): Promise<Sealed> {
  const { key, wrapped } = await generateDataKey(subject);
  const values = await open(subject, sealed);
  const fields = Object.entries(values).map(([field, value]) => [field, encryptValue(key, subject, field, value)]);
  return { key: wrapped, values: Object.fromEntries(fields) };
}

/** Returns a keyed hash of a text, 22 characters, for lookups of sealed values. It is the same in every process of the tenant. */
export const computeMac = async (purpose: string, text: string): Promise<string> => (await buildMac(purpose))(text);

export async function computeMacs(purpose: string, texts: readonly string[]): Promise<string[]> {
  return texts.map(await buildMac(purpose));
}

/** Returns a function like `computeMac`, for many texts. */
export async function buildMac(purpose: string): Promise<(text: string) => string> {
  const digest = createHmac("sha256", await keyFor("lookups", "mac"))
    .update(JSON.stringify([useTenant(), purpose]))
    .digest();
  const key = createSecretKey(digest);
  return (text) => keyed(key, text).slice(0, 22);
}

const CIPHERTEXT_VERSION = "v1.";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const buildAad = (subject: string, field: string): Buffer => Buffer.from(JSON.stringify([useTenant(), subject, field]));

function encryptValue(key: KeyObject, subject: string, field: string, value: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(buildAad(subject, field));
  const text = Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return CIPHERTEXT_VERSION + text.toString("base64url");
}

/** Returns undefined if the ciphertext was not sealed for this subject and field. */
function decryptValue(key: KeyObject, subject: string, field: string, text: string): string | undefined {
  const bytes = Buffer.from(text.slice(CIPHERTEXT_VERSION.length), "base64url");
  if (!text.startsWith(CIPHERTEXT_VERSION) || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), options).setAAD(buildAad(subject, field));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

async function generateDataKey(subject: string): Promise<{ key: KeyObject; wrapped: string }> {
  const { keys } = usePorts();
  const { key, wrapped } = await keys.generate(encryptionContext(subject));
  const hidden = toKeyObject(key);
  cacheFor(keys).put(cacheName(subject, wrapped), Promise.resolve(hidden));
  return { key: hidden, wrapped };
}

/** Returns the data key of a record from the cache or the port. The error names `fields`. */
function unwrapDataKey(subject: string, sealed: Sealed, fields: readonly string[]): Promise<KeyObject> {
  const { keys } = usePorts();
  const cache = cacheFor(keys);
  const name = cacheName(subject, sealed.key);
  const cachedKey = cache.get(name);
  if (cachedKey !== undefined) return cachedKey;
  const key = keys.unwrap(sealed.key, encryptionContext(subject)).then(toKeyObject, (cause) => {
    cache.delete(name);
    throw new UnsealError(`The key of ${subject} cannot be decrypted, and therefore not its fields ${fields.join(", ")}`, {
      cause,
    });
  });
  cache.put(name, key);
  return key;
}

const encryptionContext = (subject: string): Record<string, string> => ({ tenant: useTenant(), subject });
const cacheName = (subject: string, wrapped: string): string => JSON.stringify([useTenant(), subject, wrapped]);

/** Converts a key to a key object, whose bytes are never printed, and wipes the original bytes. */
function toKeyObject(key: Uint8Array): KeyObject {
  const hidden = createSecretKey(key);
  key.fill(0);
  return hidden;
}

/** Limits of the cache of unwrapped data keys: their age and their number. */
const CACHE_LIMITS = { ms: 5 * 60 * 1000, keys: 1000 };

class DataKeyCache {
  /** In order of insertion, which is also the order of expiry. */
  readonly #kept = new Map<string, { key: Promise<KeyObject>; until: number }>();
  #sweeper: NodeJS.Timeout | undefined;

  get(name: string): Promise<KeyObject> | undefined {
    this.#sweep();
    return this.#kept.get(name)?.key;
  }

  put(name: string, key: Promise<KeyObject>): void {
    this.#kept.delete(name);
    // A monotonic clock: the system's clock may be set back.
    this.#kept.set(name, { key, until: performance.now() + CACHE_LIMITS.ms });
    if (this.#kept.size > CACHE_LIMITS.keys) this.delete(this.#kept.keys().next().value ?? "");
    this.#sweeper ??= setTimeout(() => this.#sweepOn(), CACHE_LIMITS.ms).unref();
  }

  delete(name: string): void {
    this.#kept.delete(name);
  }

  get size(): number {
    return this.#kept.size;
  }

  #sweep(): void {
    const now = performance.now();
    for (const [name, { until }] of this.#kept) {
      if (until > now) return;
      this.#kept.delete(name);
    }
  }

  /** Removes expired keys even if no more keys are requested. */
  #sweepOn(): void {
    this.#sweep();
    const [first] = this.#kept.values();
    this.#sweeper = first && setTimeout(() => this.#sweepOn(), first.until - performance.now()).unref();
  }
}

const cachesByKeys = new WeakMap<Keys, DataKeyCache>();

function cacheFor(keys: Keys): DataKeyCache {
  const cache = cachesByKeys.get(keys) ?? new DataKeyCache();
  cachesByKeys.set(keys, cache);
  return cache;
}

export const countCachedKeys = (): number => cacheFor(usePorts().keys).size;

export * as Vault from "./vault.ts";
