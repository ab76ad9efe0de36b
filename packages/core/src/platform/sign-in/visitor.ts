import { runIn, useContext, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import type { Settings } from "../../kernel/settings.ts";
import { hashTexts } from "../../storage/table/key.ts";
import { RateLimit } from "../auth/rate-limit.ts";
import { callerAddress } from "../auth/throttle.ts";
import { TENANT } from "../tenant/tenant.domain.ts";

/**
 * How somebody who is no user comes in: by a private link, or to what a tenant shows to everybody. What they do is done by the system in that
 * tenant, under the name of what they came by, and within its limits.
 */
interface Visit {
  /** As the audit trail says who it was: `offer:ofr_…`. */
  actor: string;
  /** Under which requests are counted. */
  rateLimitKey: string;
  /** Requests a minute: of one address, and of everybody together. */
  limits: readonly [ofAddress: number, ofAll: number];
}

interface VisitedTenant {
  status: string;
  settings: Settings;
}

/** Does `work` within the tenant that the context names; NOT_FOUND while that is suspended, RATE_LIMITED beyond the limits. */
export function runAsVisitor<T>(
  { status, settings }: VisitedTenant,
  { actor, rateLimitKey: counted, limits }: Visit,
  work: () => Promise<T>,
): Promise<T> {
  if (status === "SUSPENDED") throw notFound();
  const acting = { type: "system", tenant_id: useTenant(), id: actor } as const;
  return runIn({ ...useContext(), actor: acting, settings }, async () => {
    const [ofAddress, ofAll] = limits;
    // One address first: what it has too much does not use up what all have together.
    await RateLimit.take(`${counted}.${visitorHash()}`, ofAddress);
    await RateLimit.take(counted, ofAll);
    return work();
  });
}

/** Where whoever asks is, as limits and marks know it. */
export const visitorHash = (): string => hashTexts(callerAddress());

/** What the token of a private link says: nothing is stored for it, and whether it is genuine is asked within the tenant. */
export interface LinkToken {
  tenant: string;
  id: string;
  signature: string;
}

export const buildLinkToken = (id: string, signature: string): string => `${useTenant()}.${id}.${signature}`;

/** Of which record of a kind a token speaks; undefined for what is none. */
export function parseLinkToken(token: string, kind: Kind): LinkToken | undefined {
  const [tenant = "", id = "", signature = "", ...more] = token.split(".");
  return isId(tenant, TENANT) && isId(id, kind) && more.length === 0 ? { tenant, id, signature } : undefined;
}
