import { Clock } from "../../kernel/clock.ts";
import { type Actor, runIn, useContext, useTenant } from "../../kernel/context.ts";
import { unauthenticated } from "../../kernel/error.ts";
import type { Limits } from "../../kernel/limits.ts";
import type { Role } from "../../kernel/permission.ts";
import type { Settings } from "../../kernel/settings.ts";
import { readItems } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { ApiKey } from "../auth/api-key.ts";
import { CredentialCache } from "../auth/credential-cache.ts";
import { runAsTenant } from "../auth/session.ts";
import { type Claims, Token } from "../auth/token.ts";
import { isSecondFactorRequired } from "../second-factor/requirement.rules.ts";
import { type TenantRecord, Tenants } from "../tenant/tenant.entity.ts";
import { type UserRecord, Users } from "../user/user.entity.ts";

/** The actor behind a credential, with the tenant data that each request needs. */
export interface Principal {
  actor: Extract<Actor, { type: "user" | "api_key" }>;
  settings: Settings;
  limits: Limits;
  /** Why the tenant may not write; undefined if it may. */
  suspended: string | undefined;
  /** When the session or API key expires; null for a key without an end. */
  expires_at: string | null;
  /** Set if the tenant requires a second factor that the user has not set up. */
  mustSetUpSecondFactor?: true;
  /** Set if an administrator views the data as a role. The actor then has only this role. */
  view?: { role: Role; administrator: Actor };
}

/**
 * Returns the principal of a bearer token; throws UNAUTHENTICATED if the token is invalid or expired. `viewAs` names the role as which an
 * administrator views the data, and narrows the principal to it.
 */
export async function fromToken(token: string, viewAs?: string): Promise<Principal> {
  const principal = token.startsWith(ApiKey.SECRET_PREFIX) ? await fromApiKey(token) : await fromAccessToken(token);
  const expired = principal?.expires_at && principal.expires_at <= Clock.now();
  if (!principal || expired) throw unauthenticated("The token is not valid");
  // Loaded on demand: few requests name a role.
  return viewAs ? (await import("./view-as.ts")).narrowToRole(principal, viewAs) : principal;
}

/**
 * Requests a minute that a person in a browser has at least. A quick person who writes a quote sends about 300: five keys a second, each with a
 * search. Four times as many leave room for several tabs.
 */
const MIN_BROWSER_REQUESTS = 1200;

async function fromAccessToken(token: string): Promise<Principal | undefined> {
  const claims = await Token.verify(token);
  const principal = claims && (await loadPrincipal(claims));
  return principal && claims.is_browser ? withBrowserLimit(principal) : principal;
}

/** The limit that the operator has set for the tenant counts for persons too. */
function withBrowserLimit(principal: Principal): Principal {
  const { settings, limits } = principal;
  const limit = Math.max(settings.rate_limit_per_minute, MIN_BROWSER_REQUESTS);
  return { ...principal, settings: { ...settings, rate_limit_per_minute: Math.min(limit, limits.requests_per_minute) } };
}

async function loadPrincipal(claims: Claims): Promise<Principal | undefined> {
  const { tenant_id, user_id, session_id } = claims;
  const principal = await CredentialCache.resolve<Principal | undefined>(session_id, () =>
    readInTenant(tenant_id, async () => {
      const [session, userItem, tenantItem] = await readItems(
        [session_id, user_id, tenant_id].map((id) => recordKey(tenant_id, id)),
      );
      if (!session?.is_active || !userItem || !tenantItem) return undefined;
      const user = Users.fromItem(userItem);
      if (user.status !== "ACTIVE") return undefined;
      const fields = tenantFields(Tenants.fromItem(tenantItem));
      const isMissing = user.second_factor_at === null && isSecondFactorRequired(fields.settings, listRoles(user));
      return {
        actor: { type: "user", tenant_id, id: user_id, session_id, roles: listRoles(user) },
        ...fields,
        expires_at: String(session.expires_at),
        ...(isMissing ? { mustSetUpSecondFactor: true } : {}),
      };
    }),
  );
  if (!principal?.mustSetUpSecondFactor) return principal;
  // Another process may have answered the set-up: this one must not refuse the user until its cache expires.
  const user = await readInTenant(tenant_id, () => Records.load(Users, user_id));
  const { mustSetUpSecondFactor: _, ...setUp } = principal;
  return user && user.second_factor_at !== null ? setUp : principal;
}

/**
 * Reads records of a tenant with the tenant's keys alone, without the keyspaces of authentication: most operations of the tenant need
 * the same credentials, so that a process requests them once and not twice.
 */
const readInTenant = <T>(tenant: string, read: () => Promise<T>): Promise<T> =>
  runIn({ ...useContext(), keyspaces: [] }, () => runAsTenant(tenant, read));

async function fromApiKey(secret: string): Promise<Principal | undefined> {
  return CredentialCache.resolve(ApiKey.cacheKey(secret), async () => {
    const match = await ApiKey.lookup(secret);
    if (!match) return undefined;
    const { tenant_id } = match;
    return readInTenant(tenant_id, async () => {
      const [key, tenant] = await Promise.all([ApiKey.load(match.id), Records.load(Tenants, tenant_id)]);
      if (!key || !tenant) return undefined;
      const actor = { type: "api_key", tenant_id, id: key.id, roles: [key.role] } as const;
      return { actor, ...tenantFields(tenant), expires_at: key.expires_at };
    });
  });
}

/** Returns the user as the actor of background work; undefined if they may not sign in any more. */
export async function forUser(id: string): Promise<(Pick<Principal, "settings" | "suspended"> & { actor: Actor }) | undefined> {
  const tenant_id = useTenant();
  const [userItem, tenantItem] = await readItems([id, tenant_id].map((recordId) => recordKey(tenant_id, recordId)));
  if (!userItem || !tenantItem) return undefined;
  const user = Users.fromItem(userItem);
  if (user.status !== "ACTIVE" || user.deleted_at) return undefined;
  return {
    actor: { type: "user", tenant_id, id, session_id: "", roles: listRoles(user) },
    ...tenantFields(Tenants.fromItem(tenantItem)),
  };
}

/** Returns the same as `forUser`, for an API key. */
export async function forApiKey(id: string): Promise<(Pick<Principal, "settings" | "suspended"> & { actor: Actor }) | undefined> {
  const tenant_id = useTenant();
  const [key, tenant] = await Promise.all([ApiKey.load(id), Records.load(Tenants, tenant_id)]);
  if (!key || !tenant || (key.expires_at && key.expires_at <= Clock.now())) return undefined;
  return { actor: { type: "api_key", tenant_id, id, roles: [key.role] }, ...tenantFields(tenant) };
}

export const listRoles = (user: UserRecord): Role[] => [user.role, ...user.extra_roles];

const tenantFields = (tenant: TenantRecord) => ({
  settings: tenant.settings,
  limits: tenant.limits,
  suspended: tenant.status === "SUSPENDED" ? (tenant.status_reason ?? "The tenant is suspended") : undefined,
});

export * as Principal from "./principal.ts";
