import { useTenant } from "../kernel/context.ts";
import { Cache } from "../storage/table/cache.ts";
import { get } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { hashed, type Key, systemKey } from "../storage/table/key.ts";

/** Where the id of a webhook leads before a tenant is known: its tenant stands in the system's keyspace, under a hash of the id. */
const keyOf = (id: string): Key => ({ pk: systemKey("hook", hashed("hook", id)), sk: "hook" });

export const itemOf = (id: string): Item => ({ ...keyOf(id), tenant_id: useTenant() });

export async function tenantOf(id: string): Promise<string | undefined> {
  const item = await get(keyOf(id));
  return item && String(item.tenant_id);
}

/** What a webhook is, is read at most once a minute for each: a secret that was taken away is good for that long elsewhere. */
const cached = new Cache<unknown>(60, 10_000);

export const remembered = <T>(id: string, load: () => Promise<T>): Promise<T> =>
  cached.get(hashed("hook", id), load) as Promise<T>;

/** After a write, in this process at once. */
export const forget = (): void => cached.clear();

export * as Doorway from "./doorway.ts";
