import * as z from "zod";
import { Settings } from "../kernel/settings.ts";
import { type BaseRecord, Collection } from "../storage/table/collection.ts";
import type { Item } from "../storage/table/item.ts";
import { TENANT } from "./tenant.domain.ts";

/** A tenant (seed 000, sys_tenants). */
export const Stored = z.object({
  name: z.string(),
  slug: z.string(),
  plan: z.enum(["FREE", "STANDARD", "ENTERPRISE"]),
  /** A SUSPENDED tenant signs in, reads and exports; it writes nothing. */
  status: z.enum(["ACTIVE", "SUSPENDED"]),
  status_reason: z.string().nullable(),
  settings: Settings,
});

export type TenantRecord = z.output<typeof Stored> & BaseRecord;

/** A tenant stored before there was a setting has its default. */
class TenantCollection extends Collection<TenantRecord> {
  override fromItem(item: Item): TenantRecord {
    const tenant = super.fromItem(item);
    return { ...tenant, settings: { ...defaults, ...tenant.settings } };
  }
}

const defaults = Settings.parse({});

export const Tenants = new TenantCollection({
  kind: TENANT,
  schema: Stored,
  row: [],
  indexes: {},
});
