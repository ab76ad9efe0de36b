import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { ACTIVITY } from "../../people/activity/activity.domain.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { TENANT } from "../../platform/tenant/tenant.domain.ts";
import { computeMac, isSameSecret, keyFor } from "../../storage/vault/secret.ts";

/**
 * Tokens of links by which somebody who is no user answers an invitation: keyed hashes of whose answer to what it is, of the message
 * in which the link stood and of its end. Nothing is stored for them, and they reach this one answer.
 */
export interface TokenClaims {
  activity: string;
  participant: string;
  /** Of the message: what has changed since is told. */
  sequence: number;
}

/** A token that is good until an instant. */
export async function build({ activity, participant, sequence }: TokenClaims, until: string): Promise<string> {
  const body = [useTenant(), activity, participant, sequence.toString(36), Date.parse(until).toString(36)];
  return [...body, await signBody(body)].join(".");
}

const signBody = async (body: readonly string[]): Promise<string> => computeMac(await keyFor("link"), "invitation", ...body);

/** Runs as the system in the tenant of a token that is good now: another is no token at all, whatever is wrong with it. */
export async function withLink<T>(token: string, work: (asked: TokenClaims) => Promise<T>): Promise<T> {
  const parts = token.split(".");
  const [tenant = "", activity = "", participant = "", sequence = "", until = ""] = parts;
  if (parts.length !== 6 || !isId(tenant, TENANT) || !isId(activity, ACTIVITY)) throw notFound();
  return runAsTenant(tenant, async () => {
    const isGood = isSameSecret(await signBody(parts.slice(0, 5)), parts[5] ?? "");
    if (!isGood || Number.parseInt(until, 36) <= Clock.ms()) throw notFound();
    return work({ activity, participant, sequence: Number.parseInt(sequence, 36) });
  });
}

export * as InvitationToken from "./token.ts";
