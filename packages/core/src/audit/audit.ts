import * as z from "zod";
import { CustomFields } from "../custom-field/values.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { AuditEntry, AuditTrail } from "../storage/project/audit.ts";
import { list as listRecords, listSchema, paging } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";

/** The audit trail: who changed what, from where, with the values before and after. Written from the stream, never by hand. */

export const Info = AuditEntry;
export const Row = rowOf(AuditEntry, AuditTrail.definition.row);

const Query = listSchema(AuditTrail, { record_id: text(64).optional().describe("Only the history of this record") });

export const list = fn(Query, async (input) => listRecords(AuditTrail, await asked(input)));

/** What a list of entries is asked for. */
export const asked = async ({ record_id, ...query }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...paging(query),
  filters: {},
  ranges: {},
  ...(record_id ? { parent: record_id } : {}),
});

/** Values of custom fields are left out for whom they are not. */
export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const entry = await Records.read(AuditTrail, id);
  const seen = async (values: AuditEntry["old_values"]): Promise<AuditEntry["old_values"]> =>
    values?.custom_fields
      ? { ...values, custom_fields: await CustomFields.inHistory(entry.record_type, values.custom_fields) }
      : values;
  return { ...entry, old_values: await seen(entry.old_values), new_values: await seen(entry.new_values) };
});

/** What a timeline shows of a change. */
export const moments = momentsOf(AuditTrail, {
  index: "by_related",
  title: ({ operation, changed }) => (operation === "UPDATE" ? `Changed: ${changed.join(", ")}` : titles[operation]),
  by: (entry) => entry.user_id,
});

const titles = { INSERT: "Created", UPDATE: "Changed", DELETE: "Deleted" };

export * as Audit from "./audit.ts";
