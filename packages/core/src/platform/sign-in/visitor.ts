import { actAs, runIn, useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import { hashTexts } from "../../storage/table/key.ts";
import { RateLimit } from "../auth/rate-limit.ts";
import { callerAddress } from "../auth/throttle.ts";
import { buildBrand } from "../tenant/brand.ts";
import type { TenantRecord } from "../tenant/tenant.entity.ts";
import { TENANT } from "../tenant/tenant.kind.ts";

/**
 * Access without an account: by a private link, or to something that a tenant publishes. The system acts in that tenant, under the name of the link,
 * and within rate limits.
 */
interface Visit {
  /** The authority that a manifest declares for the link or the page. */
  authority: string;
  /** The actor in the audit trail: `offer:ofr_…`. */
  actor: string;
  /** The key under which requests are rate-limited. */
  rateLimitKey: string;
  /** Requests a minute: from one address, and from all together. */
  limits: readonly [ofAddress: number, ofAll: number];
}

type VisitedTenant = Pick<TenantRecord, "id" | "name" | "status" | "settings">;

/**
 * Runs `work` in the tenant of the context. The page that follows has the brand of the tenant. Throws NOT_FOUND if the tenant is suspended, and
 * RATE_LIMITED beyond the limits.
 */
export function runAsVisitor<T>(
  tenant: VisitedTenant,
  { authority, actor, rateLimitKey, limits }: Visit,
  work: () => Promise<T>,
): Promise<T> {
  const { status, settings } = tenant;
  if (status === "SUSPENDED") throw notFound();
  useRequest().brand = buildBrand(tenant);
  const acting = { type: "system", tenant_id: useTenant(), id: actor } as const;
  return runIn(actAs(authority, acting, { settings }), async () => {
    const [ofAddress, ofAll] = limits;
    // The limit of the address is checked first, so that one address cannot use up the shared limit.
    await RateLimit.take(`${rateLimitKey}.${visitorHash()}`, ofAddress);
    await RateLimit.take(rateLimitKey, ofAll);
    return work();
  });
}

/** Returns the hash of the caller's address, for rate limits and marks. */
export const visitorHash = (): string => hashTexts(callerAddress());

/** The parts of a private link's token. Nothing is stored for it; the tenant's code checks the signature. */
export interface LinkToken {
  tenant: string;
  id: string;
  signature: string;
}

export const buildLinkToken = (id: string, signature: string): string => `${useTenant()}.${id}.${signature}`;

/** Parses the token for a record of a kind; undefined if it is malformed. */
export function parseLinkToken(token: string, kind: Kind): LinkToken | undefined {
  const [tenant = "", id = "", signature = "", ...more] = token.split(".");
  return isId(tenant, TENANT) && isId(id, kind) && more.length === 0 ? { tenant, id, signature } : undefined;
}
