import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Failure } from "../../kernel/error.ts";
import { get } from "../table/database.ts";
import { hashTexts, type Key, tenantKey } from "../table/key.ts";
import { keyFor } from "../vault/secret.ts";

/**
 * Keyed requests. The answer is written in the operation's own transaction (so the happy path pays no read), and
 * looked up only when the operation fails: its transaction was refused by the answer that is there already, or a
 * rule refused the repeat ("converted already") that the first request itself brought about.
 */
export const answerKey = (tenant: string, key: string): Key => ({ pk: tenantKey(tenant, "ANSWER", key), sk: "answer" });

/** Under which key an answer is kept: a caller's key is theirs, and counts for one method and path. */
export const scopeKey = (actor: string, method: string, path: string, key: string): string => hashTexts(actor, method, path, key);

/** What a request says, as it is kept to tell its repeat from another request. */
export interface KeyedRequest {
  key: string;
  /** Under a key of the house and the tenant: a hash that anybody can make lets what was said be guessed at. */
  hash: string;
  /** As the release before kept it; of a day, so nothing is written with it any more. */
  formerHash: () => string;
  /** What of an answer is kept; all of it unless told otherwise. */
  toStoredAnswer?: (answer: unknown) => unknown;
}

export async function buildKeyedRequest(key: string, said: readonly (string | Uint8Array)[]): Promise<KeyedRequest> {
  const secret = await keyFor("request");
  const keyed = createHmac("sha256", secret).update(JSON.stringify([useTenant(), key]));
  const plain = (): Hash => said.reduce<Hash>((hash, each) => hash.update(each), createHash("sha256"));
  const hash = KEYED_HASH_PREFIX + said.reduce<Hmac>((hmac, each) => hmac.update(each), keyed).digest("base64url");
  return { key, hash, formerHash: () => plain().digest("base64url") };
}

/** Tells hashes under a key from those that had none. */
const KEYED_HASH_PREFIX = "k1.";

/** Whether a request is the one that left this hash. */
export const isRepeat = ({ hash, formerHash: former }: KeyedRequest, kept: unknown): boolean =>
  String(kept).startsWith(KEYED_HASH_PREFIX) ? kept === hash : kept === former();

/** The answer kept for the key, wrapped because it may be null; undefined where there is none. */
export async function findAnswer(keyed: KeyedRequest): Promise<{ answer: unknown } | undefined> {
  const item = await get(answerKey(useTenant(), keyed.key));
  if (!item || Number(item.ttl) < Clock.ms() / 1000) return undefined;
  if (!isRepeat(keyed, item.hash)) throw idempotencyMismatch();
  const answer = typeof item.answer === "string" ? item.answer : gunzipSync(item.answer as Uint8Array).toString();
  return { answer: JSON.parse(answer) };
}

export const idempotencyMismatch = (): Failure =>
  new Failure("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with another request");
