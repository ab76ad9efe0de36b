import { listTenants } from "../read/tenants.ts";
import { put, queryAll } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { systemKey } from "../table/key.ts";

/**
 * Lists the tenants for which scheduled work is due by an instant, the most overdue first. Needs the keyspaces `tenants` and `watermark`.
 */
export async function listDueTenants(work: string, instant: string): Promise<string[]> {
  const [tenants, done] = await Promise.all([listTenants(), queryAll(systemKey("watermark", work))]);
  const dueAt = new Map(done.map(({ sk, due_at }) => [String(sk), String(due_at)]));
  const due = tenants.map((tenant) => [dueAt.get(tenant) ?? "", tenant] as const).filter(([dueTime]) => dueTime <= instant);
  return due.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tenant]) => tenant);
}

/** Stores when the work is due again for a tenant. */
export const scheduleTenant = (work: string, tenant: string, due_at: string, more: Item = {}): Promise<unknown> =>
  put({ pk: systemKey("watermark", work), sk: tenant, due_at, ...more });
