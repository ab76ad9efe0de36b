import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import * as z from "zod";
import { usePorts, useTenant } from "../../kernel/context.ts";
import type { Keys } from "../../kernel/ports.ts";
import { computeMac as keyed, keyFor } from "./secret.ts";

/**
 * Values that lie encrypted in the table, under a key of each record. That data key is drawn from the port `Keys`,
 * stands beside the values wrapped by the master key, and is authenticated with the tenant and the record that it
 * belongs to. So is each value, with its field as well: a ciphertext that is moved to another tenant, record or field
 * cannot be opened there.
 */
export const Sealed = z.object({
  /** The wrapped data key. */
  key: z.string(),
  /** Ciphertexts by field: `v1.` and, in base64url, nonce (12 bytes), ciphertext, tag (16 bytes). */
  values: z.record(z.string(), z.string()),
});

export type Sealed = z.output<typeof Sealed>;

/** A sealed value, or the key of one, is not what was written for this tenant, record and field. */
export class UnsealError extends Error {
  override name = "NotOpened";
}

/**
 * What is stored after some values of the record `subject` change: a text is set, null removes. The first value draws a
 * data key; null when no value is left. A value that is set to what it was keeps its ciphertext, so that a change that
 * changes nothing stays one; unless it is sealed `fresh`, for who must not learn that nothing changed.
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

/** Values in the clear, by field: those named, or all. A field that has none is left out. */
export async function open(subject: string, sealed: Sealed | null, names?: readonly string[]): Promise<Record<string, string>> {
  const wanted = Object.entries(sealed?.values ?? {}).filter(([field]) => names?.includes(field) ?? true);
  if (!sealed || wanted.length === 0) return {};
  const fields = wanted.map(([field]) => field);
  const key = await unwrapDataKey(subject, sealed, fields);
  return Object.fromEntries(
    wanted.map(([field, text]) => {
      const value = decryptValue(key, subject, field, text);
      if (value === undefined)
        throw new UnsealError(`The field ${field} of ${subject} cannot be opened: it was not sealed there`);
      return [field, value];
    }),
  );
}

/** The same values under a new data key. */
export async function reseal(subject: string, sealed: Sealed): Promise<Sealed> {
  const { key, wrapped } = await generateDataKey(subject);
  const values = await open(subject, sealed);
  const fields = Object.entries(values).map(([field, value]) => [field, encryptValue(key, subject, field, value)]);
  return { key: wrapped, values: Object.fromEntries(fields) };
}

/** A keyed hash of a text, 22 characters: for looking up what is sealed. The same in every process of this tenant. */
export const computeMac = async (purpose: string, text: string): Promise<string> => (await buildMac(purpose))(text);

export async function computeMacs(purpose: string, texts: readonly string[]): Promise<string[]> {
  return texts.map(await buildMac(purpose));
}

/** As `mac`, for many texts. */
export async function buildMac(purpose: string): Promise<(text: string) => string> {
  const digest = createHmac("sha256", await keyFor("mac"))
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

/** Undefined when the text is not what was sealed here. */
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

/** The data key of a record, out of the cache or of the port; `fields` are named when it cannot be had. */
function unwrapDataKey(subject: string, sealed: Sealed, fields: readonly string[]): Promise<KeyObject> {
  const { keys } = usePorts();
  const cache = cacheFor(keys);
  const name = cacheName(subject, sealed.key);
  const kept = cache.get(name);
  if (kept !== undefined) return kept;
  const key = keys.unwrap(sealed.key, encryptionContext(subject)).then(toKeyObject, (cause) => {
    cache.delete(name);
    throw new UnsealError(`The key of ${subject} cannot be opened, and so not its ${fields.join(", ")}`, { cause });
  });
  cache.put(name, key);
  return key;
}

const encryptionContext = (subject: string): Record<string, string> => ({ tenant: useTenant(), subject });
const cacheName = (subject: string, wrapped: string): string => JSON.stringify([useTenant(), subject, wrapped]);

/** A key object shows nothing of its key to who prints it; the bytes it was made of are wiped. */
function toKeyObject(key: Uint8Array): KeyObject {
  const hidden = createSecretKey(key);
  key.fill(0);
  return hidden;
}

/** Opened data keys, for as long and as many as a process may keep them in its memory. */
const CACHE_LIMITS = { ms: 5 * 60 * 1000, keys: 1000 };

class DataKeyCache {
  /** In the order in which they were put, which is that of their ends. */
  readonly #kept = new Map<string, { key: Promise<KeyObject>; until: number }>();
  #sweeper: NodeJS.Timeout | undefined;

  get(name: string): Promise<KeyObject> | undefined {
    this.#sweep();
    return this.#kept.get(name)?.key;
  }

  put(name: string, key: Promise<KeyObject>): void {
    this.#kept.delete(name);
    // Not the system's clock, which people may set back.
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

  /** What nobody asks for any more goes too. */
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

/** How many data keys lie open in memory. */
export const countCachedKeys = (): number => cacheFor(usePorts().keys).size;

export * as Vault from "./vault.ts";
