import { createHash, createHmac, type Hash, type Hmac, type KeyObject } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Failure } from "../../kernel/error.ts";
import { readItem } from "../table/database.ts";
import { hashTexts, type Key, tenantKey } from "../table/key.ts";
import { keysFor } from "../vault/secret.ts";

/**
 * Keyed requests. The answer is written in the transaction of the operation, so that a successful request needs no extra read. It is looked
 * up only if the operation fails: because the transaction found the stored answer, or because a rule refused the repeat ("converted
 * already") after the effect of the first request.
 */
export const answerKey = (tenant: string, key: string): Key => ({ pk: tenantKey(tenant, "ANSWER", key), sk: "answer" });

/** Builds the key of an answer: a caller's key counts only for this caller, method and path. */
export const scopeKey = (actor: string, method: string, path: string, key: string): string => hashTexts(actor, method, path, key);

/** A keyed request with the hash by which a repeat is recognized. */
export interface KeyedRequest {
  key: string;
  /** An HMAC with a secret and the tenant: an unkeyed hash would allow guessing the content of the request. */
  hash: string;
  /** The hashes by former keys, and that of earlier releases. Answers live for a day, and no new ones are written with them. */
  formerHashes: () => readonly string[];
  /** Returns the part of an answer to store; all of it by default. */
  toStoredAnswer?: (answer: unknown) => unknown;
}

export async function buildKeyedRequest(key: string, parts: readonly (string | Uint8Array)[]): Promise<KeyedRequest> {
  const [secret, ...formerSecrets] = await keysFor("requests", "request");
  const plain = (): Hash => parts.reduce<Hash>((hash, part) => hash.update(part), createHash("sha256"));
  const scope = JSON.stringify([useTenant(), key]);
  const computeHash = (withKey: KeyObject): string =>
    KEYED_HASH_PREFIX +
    parts.reduce<Hmac>((hmac, part) => hmac.update(part), createHmac("sha256", withKey).update(scope)).digest("base64url");
  return {
    key,
    hash: computeHash(secret),
    formerHashes: () => [...formerSecrets.map(computeHash), plain().digest("base64url")],
  };
}

/** Marks keyed hashes. */
const KEYED_HASH_PREFIX = "k1.";

/** Returns whether a request is a repeat of the one with the stored hash. */
export const isRepeat = ({ hash, formerHashes }: KeyedRequest, storedHash: unknown): boolean =>
  storedHash === hash || formerHashes().includes(String(storedHash));

/** Finds the stored answer, wrapped because it may be null; undefined if there is none. */
export async function findAnswer(keyed: KeyedRequest): Promise<{ answer: unknown } | undefined> {
  const item = await readItem(answerKey(useTenant(), keyed.key));
  // In whole seconds, as the condition under which a new answer may replace this one.
  if (!item || Number(item.ttl) < Math.floor(Clock.ms() / 1000)) return undefined;
  if (!isRepeat(keyed, item.hash)) throw idempotencyMismatch();
  const answer = typeof item.answer === "string" ? item.answer : gunzipSync(item.answer as Uint8Array).toString();
  return { answer: JSON.parse(answer) };
}

export const idempotencyMismatch = (): Failure =>
  new Failure("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was already used with a different request");
