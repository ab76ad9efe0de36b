import * as z from "zod";
import { Limits } from "../../kernel/limits.ts";
import { oneOf } from "../../kernel/schema.ts";
import { defaultSettings, Settings } from "../../kernel/settings.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { TENANT } from "./tenant.kind.ts";

export const plans = ["FREE", "STANDARD", "ENTERPRISE"] as const;

/** A tenant. */
export const Stored = z.object({
  name: z.string(),
  slug: z.string(),
  plan: oneOf(plans),
  /** Users of a SUSPENDED tenant can sign in, read and export; they cannot write. */
  status: oneOf(["ACTIVE", "SUSPENDED"]),
  status_reason: z.string().nullable(),
  settings: Settings,
  limits: Limits,
  sample_import_ids: z.array(z.string()).nullish().describe("Imports that created the sample data"),
});

export type TenantRecord = z.output<typeof Stored> & BaseRecord;

/**
 * Tenants that were stored before a setting or limit existed get its default. But no role of a stored tenant sees more records than before until an
 * administrator decides so.
 */
class TenantCollection extends Collection<TenantRecord> {
  override fromItem(item: Item): TenantRecord {
    const tenant = super.fromItem(item);
    return { ...tenant, settings: { ...storedDefaults, ...tenant.settings }, limits: { ...defaultLimits, ...tenant.limits } };
  }
}

const defaultLimits = Limits.parse({});
const storedDefaults: Settings = { ...defaultSettings, all_records_roles: [] };

export const Tenants = new TenantCollection({
  kind: TENANT,
  schema: Stored,
  personalData: { purpose: "Identify the organization that uses the system, and hold its settings." },
  row: [],
  indexes: {},
});
