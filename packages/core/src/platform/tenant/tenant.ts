import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { runIn, useContext, useTenant } from "../../kernel/context.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Limits } from "../../kernel/limits.ts";
import { name, patchSchema, text, toStoredPatch } from "../../kernel/schema.ts";
import { defaultSettings, Settings } from "../../kernel/settings.ts";
import { Cache } from "../../storage/table/cache.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { CredentialCache } from "../auth/credential-cache.ts";
import { SessionRules } from "../auth/session-rule.ts";
import { Stored, type TenantRecord, Tenants } from "./tenant.entity.ts";

/** The tenant of the actor: its name, plan and settings. */

export const Info = Stored;

/** The slug of a new tenant, which users type to name the tenant. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "Must be 2 to 63 lower case letters, digits and hyphens, beginning with a letter or digit");

export const get = fn(z.strictObject({}), () => Records.read(Tenants, useTenant()));

/** Limits the tenant's own request rate to the maximum that the operator allows. */
const clampRateLimit = (tenant: TenantRecord): TenantRecord => {
  const { settings, limits } = tenant;
  const rate_limit_per_minute = Math.min(settings.rate_limit_per_minute, limits.requests_per_minute);
  return { ...tenant, settings: { ...settings, rate_limit_per_minute } };
};

/** Changes single settings; `null` restores a default. */
export const update = fn(
  z.strictObject({ name: name(255).optional(), settings: patchSchema(Settings.shape).optional() }),
  async ({ name: renamed, settings = {} }) => {
    await checkCodes(settings);
    return change(async (current, tx) => {
      const next = { ...current.settings, ...toStoredPatch(Settings.shape, settings) };
      if (!isDeepStrictEqual(next.second_factor_required_for, current.settings.second_factor_required_for))
        SessionRules.requireUserSession(SessionRules.secondFactorRequirement);
      const { logo_upload_id } = next.letterhead;
      if (logo_upload_id && logo_upload_id !== current.settings.letterhead.logo_upload_id)
        await (await import("./letterhead.ts")).Letterhead.claimLogo(logo_upload_id, tx);
      return clampRateLimit({ ...current, name: renamed ?? current.name, settings: next });
    });
  },
);

/** Seconds for which another process may use outdated settings. */
export const CACHE_SECONDS = 60;
const settingsCache = new Cache<Settings>(CACHE_SECONDS, 10_000);

/** Runs work of the system with the settings of the context's tenant. */
export async function runWithSettings<T>(work: () => T): Promise<Awaited<T>> {
  const tenant = useTenant();
  const settings = await settingsCache.get(tenant, loadSettings);
  return await runIn({ ...useContext(), settings }, work);
}

/** Reads the current settings of the tenant. */
export const loadSettings = async (): Promise<Settings> =>
  (await Records.load(Tenants, useTenant()))?.settings ?? defaultSettings;

/** Returns the names of the tenant: name and slug. */
export async function listNames(): Promise<string[]> {
  const tenant = await Records.load(Tenants, useTenant());
  return tenant ? [tenant.name, tenant.slug] : [];
}

/** Suspends a tenant with a reason, or lets it write again; only for the operator of the system. */
export const setStatus = fn(z.strictObject({ status: Stored.shape.status, reason: text(500).optional() }), ({ status, reason }) =>
  change((current) => ({ ...current, status, status_reason: reason ?? null })),
);

export const setPlan = fn(z.strictObject({ plan: Stored.shape.plan }), ({ plan }) => change((current) => ({ ...current, plan })));

/** Sets the named limits; a tenant setting above a new limit is lowered to it. */
export const setLimits = fn(Limits.partial().strict(), (limits) =>
  change((current) => clampRateLimit({ ...current, limits: { ...current.limits, ...definedLimits(limits) } })),
);

const definedLimits = (limits: Partial<Limits>): Partial<Limits> =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));

async function change(
  edit: (current: TenantRecord, tx: Transaction) => TenantRecord | Promise<TenantRecord>,
): Promise<TenantRecord> {
  const tenant = await Records.change(Tenants, useTenant(), edit);
  CredentialCache.forget();
  settingsCache.invalidate(tenant.id);
  return tenant;
}

/** Refuses codes of countries or currencies that do not exist; the schema checks only their form. */
export async function checkCodes(
  settings: { currency?: string | null | undefined; default_country?: string | null | undefined },
  path = "settings.",
): Promise<void> {
  const { currency, default_country } = settings;
  if (!currency && !default_country) return;
  const { isCountry, isCurrency } = await import("../master-data/geography.ts");
  const details: ErrorDetail[] = [];
  if (currency && !isCurrency(currency)) details.push({ field: `${path}currency`, message: "Must be an ISO 4217 currency" });
  if (default_country && !isCountry(default_country)) {
    details.push({ field: `${path}default_country`, message: "Must be an ISO 3166-1 country" });
  }
  if (details.length > 0) throw invalidAll(details);
}

export * as Tenant from "./tenant.ts";
