import { randomBytes } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { type Failure, forbidden } from "../../kernel/error.ts";
import { put, readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";

/** One-time links with which a visitor may create a tenant. The table stores only the hashes of their tokens. */

const VALID_SECONDS = 24 * 60 * 60;

const linkKey = (token: string): Key => ({ pk: systemKey("tenants", "signup", hashTexts("signup", token)), sk: "link" });

/** Creates a link and returns its token, which cannot be read later. */
export async function create(): Promise<{ token: string; expires_at: string }> {
  const token = randomBytes(32).toString("base64url");
  const expires_at = Clock.addSeconds(VALID_SECONDS);
  await put({ ...linkKey(token), expires_at, ttl: Clock.toEpochSeconds(expires_at) });
  return { token, expires_at };
}

/** Returns when a link expires. Refuses a link that is unknown, used or expired, without saying which. */
export async function check(token: string): Promise<{ expires_at: string }> {
  const expires_at = String((await readItem(linkKey(token)))?.expires_at ?? "");
  if (expires_at <= Clock.now()) throw rejectLink();
  return { expires_at };
}

/** Uses a link up. Of two transactions with the same link, one is refused. */
export const use = (tx: Transaction, token: string): Transaction =>
  tx.delete(linkKey(token), {
    condition: "expires_at > :now",
    values: { ":now": Clock.now() },
    rejection: rejectLink,
  });

const rejectLink = (): Failure =>
  forbidden("The sign-up link was used before or has expired: ask the operator of the server for a new one", [
    { field: "token", message: "Used or expired" },
  ]);

export * as SignupLink from "./signup-link.ts";
