import { timingSafeEqual } from "node:crypto";
import { invalid } from "../kernel/error.ts";
import { isId } from "../kernel/id.ts";
import { keyFor, mac } from "../storage/secret.ts";
import type { UserRecord } from "../user/user.entity.ts";

/**
 * Tokens of links in mails. One is a keyed hash over the user and the instant at which it was asked for, which stands
 * on the user: nothing secret is stored, the mail can be made again from the record, and a later request, or the use
 * of the link, ends it.
 */
export type Purpose = "activation" | "password_reset";

const VALID_FOR: Record<Purpose, number> = { activation: 7 * 24 * 60 * 60, password_reset: 60 * 60 };

const requestedAt = (purpose: Purpose, user: UserRecord): string | null =>
  purpose === "activation" ? user.activation_requested_at : user.password_reset_requested_at;

export const validFor = (purpose: Purpose): number => VALID_FOR[purpose];

export async function make(purpose: Purpose, tenantId: string, user: UserRecord): Promise<string> {
  const signature = mac(await keyFor("link"), purpose, tenantId, user.id, requestedAt(purpose, user) ?? "");
  return `${tenantId}.${user.id}.${signature}`;
}

/** Which user a token speaks of; that it is genuine is checked against the record. */
export function read(token: string): { tenant_id: string; user_id: string } {
  const [tenant_id = "", user_id = ""] = token.split(".");
  if (!isId(tenant_id, "tenant") || !isId(user_id, "user")) throw notGood();
  return { tenant_id, user_id };
}

export async function check(
  token: string,
  purpose: Purpose,
  tenantId: string,
  user: UserRecord | undefined,
  now: string,
): Promise<void> {
  const at = user && requestedAt(purpose, user);
  if (!user || !at || user.deleted_at) throw notGood();
  const wanted = Buffer.from(await make(purpose, tenantId, user));
  const given = Buffer.from(token);
  const genuine = wanted.length === given.length && timingSafeEqual(wanted, given);
  if (!genuine || Date.parse(now) > Date.parse(at) + VALID_FOR[purpose] * 1000) throw notGood();
}

const notGood = () => invalid("token", "The link is not valid, or no longer");

export * as Link from "./link.ts";
