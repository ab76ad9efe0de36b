import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { People, type PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { newLead, type Tenant } from "../../support/app.ts";

/** Runs work in the system context of a tenant, without permission checks. */
export const runInTenant = <T>(app: App, tenant: Tenant, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), work);

/** Creates a person with a lead. */
export async function createPerson(
  tenant: Tenant,
  more: Record<string, unknown> = {},
): Promise<{ person: string; lead: string; name: string }> {
  const { data } = await tenant.admin.createLead(newLead(more));
  return { person: data.personal_key_id, lead: data.id, name: String(data.last_name) };
}

/** Stores persons in the state after a merge: `others` refer to `survivor`, which lists their ids. */
export const storeMerge = (app: App, tenant: Tenant, survivor: string, others: readonly string[]): Promise<void> =>
  runInTenant(app, tenant, async () => {
    const edited = async (id: string, edit: Partial<PersonRecord>): Promise<void> => {
      const current = (await Records.load(People, id)) as PersonRecord;
      const next = Records.nextVersion(current, { ...current, ...edit });
      await transaction().replace(People, current, next).commit(undefined);
    };
    for (const id of others) await edited(id, { merged_into: survivor });
    const { merged_ids } = (await Records.load(People, survivor)) as PersonRecord;
    await edited(survivor, { merged_ids: [...merged_ids, ...others] });
  });

interface ListPage {
  data: readonly Record<string, unknown>[];
  meta: { next_cursor: string | null; total: number; total_is_lower_bound?: true };
}

/** Reads every row of a list page by page; `between` runs after each page. */
export async function readAllPages(
  list: (page: { cursor?: string }) => Promise<ListPage>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const page: ListPage = await list(cursor === null ? {} : { cursor });
    rows.push(...page.data);
    cursor = page.meta.next_cursor;
    await between();
  } while (cursor !== null);
  return rows;
}
