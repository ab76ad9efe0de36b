import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { Clock } from "../../kernel/clock.ts";
import { Cache } from "../../storage/table/cache.ts";
import { isConditionFailed, queryAll, send, tableName } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { systemKey } from "../../storage/table/key.ts";
import { keyFor } from "../../storage/vault/secret.ts";

/**
 * The keys that sign access tokens. They lie in the system keyspace, numbered, so that of all who make the next one at
 * the same time one does; their private halves are encrypted. A new one is published before it signs, and an old one
 * verifies until long after the last token that it signed has expired.
 */
export interface SigningKey {
  /** Its number. */
  sk: string;
  kid: string;
  public: JWK;
  private: string;
  not_before: string;
}

type ImportedKey = Awaited<ReturnType<typeof importJWK>>;

const ROTATE_AFTER_SECONDS = 30 * 24 * 60 * 60;
/** Longer than any process remembers the keys. */
const PUBLISH_AHEAD_SECONDS = 2 * 60;
/** The first of all is good for what was begun just before it was made. */
const LEEWAY_SECONDS = 60;

const partitionKey = (): string => systemKey("signing_key", "all");

const keyCache = new Cache<readonly SigningKey[]>(60);
/** For a key that is not among those remembered: strangers' tokens cause no more than one read in these seconds. */
const missCache = new Cache<readonly SigningKey[]>(5);
const importedKeys = new Map<string, Promise<ImportedKey>>();

/** All keys, those first that signed first. */
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

/** The newest key that signs at an instant; the first of all is made when it is asked for. */
export async function resolveAt(instant: string): Promise<SigningKey> {
  const signsAt = (keys: readonly SigningKey[]) => keys.findLast((key) => key.not_before <= instant);
  const keys = await list();
  const known = signsAt(keys);
  if (known) return known;
  await create(keys, Clock.addSeconds(-LEEWAY_SECONDS, Date.parse(instant)));
  const made = signsAt(await list());
  if (!made) throw new Error("No key signs access tokens");
  return made;
}

/** The key of this name, if there is one, also when another process has just made it. */
export async function find(kid: string | undefined): Promise<SigningKey | undefined> {
  const named = (keys: readonly SigningKey[]) => keys.find((key) => key.kid === kid);
  const known = named(await list());
  if (known || kid === undefined) return known;
  const made = named(await missCache.get("all", load));
  if (made) keyCache.clear();
  return made;
}

/** A new key when the newest is a month old; run by schedule, harmless at any time. */
export async function rotate(): Promise<void> {
  const keys = await load();
  const newest = keys.at(-1);
  if (newest && newest.not_before > Clock.addSeconds(-ROTATE_AFTER_SECONDS)) return;
  await create(keys, Clock.addSeconds(newest ? PUBLISH_AHEAD_SECONDS : -LEEWAY_SECONDS));
}

/** Makes the key that comes behind those that were seen, unless somebody else has just done so. */
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
  // It signs for a month, until the next does; if that one is late, for another.
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
  const found = importedKeys.get(name) ?? jwk().then((key) => importJWK(key, "EdDSA"));
  importedKeys.set(name, found);
  found.catch(() => importedKeys.delete(name));
  return found;
}

async function encrypt(text: string): Promise<string> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await keyFor("signing_key"), nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

async function decrypt(text: string): Promise<string> {
  const bytes = Buffer.from(text, "base64");
  const decipher = createDecipheriv("aes-256-gcm", await keyFor("signing_key"), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
}

export * as SigningKeys from "./signing-key.ts";
