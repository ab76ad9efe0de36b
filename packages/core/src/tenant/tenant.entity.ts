import * as z from "zod";
import { Settings } from "../kernel/settings.ts";
import { type BaseRecord, Collection } from "../storage/table/collection.ts";
import type { Item } from "../storage/table/item.ts";
import { TENANT } from "./tenant.domain.ts";

export const plans = ["FREE", "STANDARD", "ENTERPRISE"] as const;

/** What a tenant may use up, as the operator of the system sets it, and nobody in the tenant. */
export const Limits = z.object({
  requests_per_minute: z
    .number()
    .int()
    .min(10)
    .max(10_000_000)
    .default(100_000)
    .describe("The most that a tenant may set for each user or API key"),
  records_per_minute: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(60_000)
    .describe("Requests a minute that make something, of all users and keys together"),
  api_keys: z.number().int().min(0).max(1000).default(50).describe("API keys at a time"),
});
export type Limits = z.output<typeof Limits>;

/** A tenant (seed 000, sys_tenants). */
export const Stored = z.object({
  name: z.string(),
  slug: z.string(),
  plan: z.enum(plans),
  /** A SUSPENDED tenant signs in, reads and exports; it writes nothing. */
  status: z.enum(["ACTIVE", "SUSPENDED"]),
  status_reason: z.string().nullable(),
  settings: Settings,
  limits: Limits,
});

export type TenantRecord = z.output<typeof Stored> & BaseRecord;

/** A tenant stored before there was a setting or a limit has its default. */
class TenantCollection extends Collection<TenantRecord> {
  override fromItem(item: Item): TenantRecord {
    const tenant = super.fromItem(item);
    return { ...tenant, settings: { ...defaults, ...tenant.settings }, limits: { ...usual, ...tenant.limits } };
  }
}

const defaults = Settings.parse({});
const usual = Limits.parse({});

export const Tenants = new TenantCollection({
  kind: TENANT,
  schema: Stored,
  row: [],
  indexes: {},
});
