import { createCipheriv, randomBytes, randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { Clock } from "../../kernel/clock.ts";
import { Cache } from "../../storage/table/cache.ts";
import { isConditionFailed, queryAll, send, tableName } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { systemKey } from "../../storage/table/key.ts";
import { decryptBytes, keyFor, keysFor } from "../../storage/vault/secret.ts";

/**
 * The keys that sign access tokens. They are numbered items in the system keyspace: of several processes that create the next key at the same time,
 * one succeeds. The private halves are encrypted. A new key is published before it signs. An old key verifies until long after the last token that it
 * signed has expired.
 */
export interface SigningKey {
  /** The key's number. */
  sk: string;
  kid: string;
  public: JWK;
  private: string;
  not_before: string;
}

type ImportedKey = Awaited<ReturnType<typeof importJWK>>;

const ROTATE_AFTER_SECONDS = 30 * 24 * 60 * 60;
/** Longer than any process caches the keys. */
const PUBLISH_AHEAD_SECONDS = 2 * 60;
/** The first key is valid from shortly before its creation, for requests that began just before it. */
const LEEWAY_SECONDS = 60;

const partitionKey = (): string => systemKey("signing_key", "all");

const keyCache = new Cache<readonly SigningKey[]>(60);
/** For unknown key ids: tokens of strangers cause at most one read in this many seconds. */
const missCache = new Cache<readonly SigningKey[]>(5);
const importedKeys = new Map<string, Promise<ImportedKey>>();

/** Returns all keys, ordered by the instant from which they sign. */
export const list = (): Promise<readonly SigningKey[]> => keyCache.get("all", load);

async function load(): Promise<readonly SigningKey[]> {
  const keys = (await queryAll(partitionKey())).map(fromItem);
  return keys.sort((a, b) => (a.not_before < b.not_before ? -1 : 1));
}

const fromItem = (item: Item): SigningKey => ({
  sk: String(item.sk),
  kid: String(item.kid),
  public: item.public as JWK,
  private: String(item.private),
  not_before: String(item.not_before),
});

/** Returns the newest key that signs at an instant. Creates the first key if there is none. */
export async function resolveAt(instant: string): Promise<SigningKey> {
  const signsAt = (keys: readonly SigningKey[]) => keys.findLast((key) => key.not_before <= instant);
  const keys = await list();
  const existingKey = signsAt(keys);
  if (existingKey) return existingKey;
  await create(keys, Clock.addSeconds(-LEEWAY_SECONDS, Date.parse(instant)));
  const createdKey = signsAt(await list());
  if (!createdKey) throw new Error("No signing key for access tokens");
  return createdKey;
}

/** Returns the key with this id, even if another process has just created it. */
export async function find(kid: string | undefined): Promise<SigningKey | undefined> {
  const findKey = (keys: readonly SigningKey[]) => keys.find((key) => key.kid === kid);
  const cachedKey = findKey(await list());
  if (cachedKey || kid === undefined) return cachedKey;
  const loadedKey = findKey(await missCache.get("all", load));
  if (loadedKey) keyCache.clear();
  return loadedKey;
}

/** Creates a key if the newest is a month old. A schedule calls this; calling it at any other time does no harm. */
export async function rotate(): Promise<void> {
  const keys = await load();
  const newest = keys.at(-1);
  if (newest && newest.not_before > Clock.addSeconds(-ROTATE_AFTER_SECONDS)) return;
  await create(keys, Clock.addSeconds(newest ? PUBLISH_AHEAD_SECONDS : -LEEWAY_SECONDS));
}

/** Creates the key after the given ones, unless another process has just created it. */
async function create(seen: readonly SigningKey[], not_before: string): Promise<void> {
  const last = Math.max(0, ...seen.map(({ sk }) => Number(sk)));
  const pair = await generateKeyPair("Ed25519", { extractable: true });
  const key: SigningKey = {
    sk: String(last + 1).padStart(6, "0"),
    kid: randomUUID(),
    public: await exportJWK(pair.publicKey),
    private: await encrypt(JSON.stringify(await exportJWK(pair.privateKey))),
    not_before,
  };
  // A key signs for a month, and for up to another month if the next one is late.
  const ttl = Clock.toEpochSeconds(not_before) + ROTATE_AFTER_SECONDS * 2;
  const Item = { pk: partitionKey(), ...key, ttl };
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
  keyCache.clear();
}

export const publicKey = (key: SigningKey): Promise<ImportedKey> => importOnce(`public ${key.kid}`, async () => key.public);

export const privateKey = (key: SigningKey): Promise<ImportedKey> =>
  importOnce(`private ${key.kid}`, async () => JSON.parse(await decrypt(key.private)) as JWK);

function importOnce(name: string, jwk: () => Promise<JWK>): Promise<ImportedKey> {
  const keyPromise = importedKeys.get(name) ?? jwk().then((key) => importJWK(key, "EdDSA"));
  importedKeys.set(name, keyPromise);
  keyPromise.catch(() => importedKeys.delete(name));
  return keyPromise;
}

async function encrypt(text: string): Promise<string> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await keyFor("signing", "signing_key"), nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

async function decrypt(text: string): Promise<string> {
  const jwk = decryptBytes(await keysFor("signing", "signing_key"), Buffer.from(text, "base64"));
  if (!jwk) throw new Error("A signing key for access tokens was encrypted by a key that the group signing no longer has");
  return jwk.toString();
}

export * as SigningKeys from "./signing-key.ts";
