import { timingSafeEqual } from "node:crypto";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { isId } from "../kernel/id.ts";
import { keyFor, mac } from "../storage/vault/secret.ts";
import { TENANT } from "../tenant/tenant.domain.ts";
import { USER } from "../user/user.domain.ts";
import type { UserRecord } from "../user/user.entity.ts";

/**
 * Tokens of links in mails. One is a keyed hash over the user and the instant at which it was asked for, which stands
 * on the user: nothing secret is stored, the mail can be made again from the record, and a later request, or the use
 * of the link, ends it.
 */
export type Purpose = "activation" | "password_reset";

/** How long a link is good, and for a user in which status. */
export const terms: Record<Purpose, { seconds: number; words: string; status: UserRecord["status"] }> = {
  activation: { seconds: 7 * 24 * 60 * 60, words: "7 days", status: "PENDING_ACTIVATION" },
  password_reset: { seconds: 60 * 60, words: "an hour", status: "ACTIVE" },
};

export const requestedAt = (purpose: Purpose, user: UserRecord): string | null =>
  purpose === "activation" ? user.activation_requested_at : user.password_reset_requested_at;

export async function make(purpose: Purpose, user: UserRecord): Promise<string> {
  const signature = mac(await keyFor("link"), purpose, useTenant(), user.id, requestedAt(purpose, user) ?? "");
  return `${useTenant()}.${user.id}.${signature}`;
}

/** Which user a token speaks of; that it is genuine is checked against the record. */
export function read(token: string): { tenant_id: string; user_id: string } {
  const [tenant_id = "", user_id = ""] = token.split(".");
  if (!isId(tenant_id, TENANT) || !isId(user_id, USER)) throw notGood();
  return { tenant_id, user_id };
}

/** Holds where the token is that of the user's last request, in time; for use inside the change that ends it. */
export async function check(token: string, purpose: Purpose, user: UserRecord | undefined): Promise<void> {
  const at = user && requestedAt(purpose, user);
  if (!at || user.status !== terms[purpose].status) throw notGood();
  const wanted = Buffer.from(await make(purpose, user));
  const given = Buffer.from(token);
  const genuine = wanted.length === given.length && timingSafeEqual(wanted, given);
  if (!genuine || Clock.ms() >= Date.parse(at) + terms[purpose].seconds * 1000) throw notGood();
}

const notGood = () => invalid("token", "The link is not valid, or no longer");

export * as Link from "./link.ts";
