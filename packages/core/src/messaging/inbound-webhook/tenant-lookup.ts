import { useTenant } from "../../kernel/context.ts";
import { Cache } from "../../storage/table/cache.ts";
import { get } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";

/** Where the id of a webhook leads before a tenant is known: its tenant stands in the system's keyspace, under a hash of the id. */
const lookupKey = (id: string): Key => ({ pk: systemKey("hook", hashTexts("hook", id)), sk: "hook" });

export const buildItem = (id: string): Item => ({ ...lookupKey(id), tenant_id: useTenant() });

export async function findTenant(id: string): Promise<string | undefined> {
  const item = await get(lookupKey(id));
  return item && String(item.tenant_id);
}

/** What a webhook is, is read at most once a minute for each: a secret that was taken away is good for that long elsewhere. */
const webhookCache = new Cache<unknown>(60, 10_000);

export const loadCached = <T>(id: string, load: () => Promise<T>): Promise<T> =>
  webhookCache.get(hashTexts("hook", id), load) as Promise<T>;

/** After a write, in this process at once. */
export const invalidate = (): void => webhookCache.clear();

export * as TenantLookup from "./tenant-lookup.ts";
