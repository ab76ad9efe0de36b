import { gunzipSync } from "node:zlib";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Failure } from "../../kernel/error.ts";
import { get } from "../table/database.ts";
import { hashed, type Key, tenantKey } from "../table/key.ts";

/**
 * Keyed requests. The answer is written in the operation's own transaction (so the happy path pays no read), and
 * looked up only when the operation fails: its transaction was refused by the answer that is there already, or a
 * rule refused the repeat ("converted already") that the first request itself brought about.
 */
export const answerKey = (tenant: string, key: string): Key => ({ pk: tenantKey(tenant, "ANSWER", key), sk: "answer" });

/** Under which key an answer is kept: a caller's key is theirs, and counts for one method and path. */
export const scopeOf = (actor: string, method: string, path: string, key: string): string => hashed(actor, method, path, key);

/** The answer kept for the key, wrapped because it may be null; undefined where there is none. */
export async function answerOf(keyed: { key: string; hash: string }): Promise<{ answer: unknown } | undefined> {
  const item = await get(answerKey(useTenant(), keyed.key));
  if (!item || Number(item.ttl) < Clock.ms() / 1000) return undefined;
  if (item.hash !== keyed.hash) throw mismatch();
  const answer = typeof item.answer === "string" ? item.answer : gunzipSync(item.answer as Uint8Array).toString();
  return { answer: JSON.parse(answer) };
}

export const mismatch = (): Failure => new Failure("IDEMPOTENCY_MISMATCH", "This Idempotency-Key was used with another request");
