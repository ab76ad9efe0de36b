import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import * as z from "zod";
import { usePorts, useTenant } from "../../kernel/context.ts";
import type { Keys } from "../../kernel/ports.ts";
import { mac as keyed, keyFor } from "./secret.ts";

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
export class NotOpened extends Error {
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
    ? { key: await opened(subject, before, Object.keys(changes)), wrapped: before.key }
    : await drawn(subject);
  for (const [field, value] of set) {
    const stored = values.get(field);
    if (fresh || stored === undefined || decrypted(key, subject, field, stored) !== value) {
      values.set(field, encrypted(key, subject, field, value));
    }
  }
  return { key: wrapped, values: Object.fromEntries(values) };
}

/** Values in the clear, by field: those named, or all. A field that has none is left out. */
export async function open(subject: string, sealed: Sealed | null, names?: readonly string[]): Promise<Record<string, string>> {
  const wanted = Object.entries(sealed?.values ?? {}).filter(([field]) => names?.includes(field) ?? true);
  if (!sealed || wanted.length === 0) return {};
  const fields = wanted.map(([field]) => field);
  const key = await opened(subject, sealed, fields);
  return Object.fromEntries(
    wanted.map(([field, text]) => {
      const value = decrypted(key, subject, field, text);
      if (value === undefined) throw new NotOpened(`The field ${field} of ${subject} cannot be opened: it was not sealed there`);
      return [field, value];
    }),
  );
}

/** The same values under a new data key. */
export async function renew(subject: string, sealed: Sealed): Promise<Sealed> {
  const { key, wrapped } = await drawn(subject);
  const values = await open(subject, sealed);
  const fields = Object.entries(values).map(([field, value]) => [field, encrypted(key, subject, field, value)]);
  return { key: wrapped, values: Object.fromEntries(fields) };
}

/** A keyed hash of a text, 22 characters: for looking up what is sealed. The same in every process of this tenant. */
export const mac = async (purpose: string, text: string): Promise<string> => (await macOf(purpose))(text);

export async function macs(purpose: string, texts: readonly string[]): Promise<string[]> {
  return texts.map(await macOf(purpose));
}

/** As `mac`, for many texts. */
export async function macOf(purpose: string): Promise<(text: string) => string> {
  const digest = createHmac("sha256", await keyFor("mac"))
    .update(JSON.stringify([useTenant(), purpose]))
    .digest();
  const key = createSecretKey(digest);
  return (text) => keyed(key, text).slice(0, 22);
}

const VERSION = "v1.";
const NONCE = 12;
const TAG = 16;

const about = (subject: string, field: string): Buffer => Buffer.from(JSON.stringify([useTenant(), subject, field]));

function encrypted(key: KeyObject, subject: string, field: string, value: string): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(about(subject, field));
  const text = Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return VERSION + text.toString("base64url");
}

/** Undefined when the text is not what was sealed here. */
function decrypted(key: KeyObject, subject: string, field: string, text: string): string | undefined {
  const bytes = Buffer.from(text.slice(VERSION.length), "base64url");
  if (!text.startsWith(VERSION) || bytes.length < NONCE + TAG) return undefined;
  const options = { authTagLength: TAG };
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), options).setAAD(about(subject, field));
  decipher.setAuthTag(bytes.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

async function drawn(subject: string): Promise<{ key: KeyObject; wrapped: string }> {
  const { keys } = usePorts();
  const { key, wrapped } = await keys.draw(contextOf(subject));
  const hidden = hide(key);
  cacheOf(keys).put(nameOf(subject, wrapped), Promise.resolve(hidden));
  return { key: hidden, wrapped };
}

/** The data key of a record, out of the cache or of the port; `fields` are named when it cannot be had. */
function opened(subject: string, sealed: Sealed, fields: readonly string[]): Promise<KeyObject> {
  const { keys } = usePorts();
  const cache = cacheOf(keys);
  const name = nameOf(subject, sealed.key);
  const kept = cache.get(name);
  if (kept !== undefined) return kept;
  const key = keys.open(sealed.key, contextOf(subject)).then(hide, (cause) => {
    cache.delete(name);
    throw new NotOpened(`The key of ${subject} cannot be opened, and so not its ${fields.join(", ")}`, { cause });
  });
  cache.put(name, key);
  return key;
}

const contextOf = (subject: string): Record<string, string> => ({ tenant: useTenant(), subject });
const nameOf = (subject: string, wrapped: string): string => JSON.stringify([useTenant(), subject, wrapped]);

/** A key object shows nothing of its key to who prints it; the bytes it was made of are wiped. */
function hide(key: Uint8Array): KeyObject {
  const hidden = createSecretKey(key);
  key.fill(0);
  return hidden;
}

/** Opened data keys, for as long and as many as a process may keep them in its memory. */
const KEPT = { ms: 5 * 60 * 1000, keys: 1000 };

class Cache {
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
    this.#kept.set(name, { key, until: performance.now() + KEPT.ms });
    if (this.#kept.size > KEPT.keys) this.delete(this.#kept.keys().next().value ?? "");
    this.#sweeper ??= setTimeout(() => this.#sweepOn(), KEPT.ms).unref();
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

const caches = new WeakMap<Keys, Cache>();

function cacheOf(keys: Keys): Cache {
  const cache = caches.get(keys) ?? new Cache();
  caches.set(keys, cache);
  return cache;
}

/** How many data keys lie open in memory. */
export const keptKeys = (): number => cacheOf(usePorts().keys).size;

export * as Vault from "./vault.ts";
