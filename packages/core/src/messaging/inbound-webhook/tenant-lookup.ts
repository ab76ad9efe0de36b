import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../../storage/table/cache.ts";
import { readItem } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";

/** The item that finds the tenant of a webhook before the tenant is known: in the system's keyspace, under a hash of the id. */
const lookupKey = (id: string): Key => ({ pk: systemKey("hook", hashTexts("hook", id)), sk: "hook" });

export const buildItem = (id: string): Item => ({ ...lookupKey(id), tenant_id: useTenant() });

export async function findTenant(id: string): Promise<string | undefined> {
  const item = await readItem(lookupKey(id));
  return item && String(item.tenant_id);
}

/** Webhooks are cached for a minute, so that a removed secret is valid for that long in other processes. */
const webhookCache = new Cache<unknown>(60, 10_000);

export const loadCached = <T>(id: string, load: () => Promise<T>): Promise<T> =>
  webhookCache.get(hashTexts("hook", id), load) as Promise<T>;

/** Clears the cache of this process after a write. */
export const invalidate = (): void => webhookCache.clear();

export * as TenantLookup from "./tenant-lookup.ts";
