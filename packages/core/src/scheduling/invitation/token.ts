import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";

/**
 * Tokens of links by which a participant answers an invitation without signing in. The token is signed over the activity, the participant,
 * the SEQUENCE of the message and the expiry. Nothing is stored for it, and it gives access to this answer only.
 */
export interface TokenClaims {
  activity: string;
  participant: string;
  /** The SEQUENCE of the message, to tell what changed since. */
  sequence: number;
}

/** Builds a token that is valid until an instant. */
export async function build({ activity, participant, sequence }: TokenClaims, until: string): Promise<string> {
  const body = [useTenant(), activity, participant, sequence.toString(36), Date.parse(until).toString(36)];
  return [...body, computeMac(await keyFor("links", "link"), "invitation", ...body)].join(".");
}

/** Runs `work` as the system in the tenant of a valid token. NOT_FOUND for any other token, without a reason. */
export async function withLink<T>(token: string, work: (claims: TokenClaims) => Promise<T>): Promise<T> {
  const parts = token.split(".");
  const [tenant = "", activity = "", participant = "", sequence = "", until = ""] = parts;
  if (parts.length !== 6 || !isId(tenant, TENANT) || !isId(activity, ACTIVITY)) throw notFound();
  return runAsTenant(tenant, async () => {
    const isGood = isMac(parts[5] ?? "", await keysFor("links", "link"), "invitation", ...parts.slice(0, 5));
    if (!isGood || Number.parseInt(until, 36) <= Clock.ms()) throw notFound();
    return work({ activity, participant, sequence: Number.parseInt(sequence, 36) });
  });
}

export * as InvitationToken from "./token.ts";
