import * as z from "zod";
import { notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Render } from "../render/render.ts";
import { AuditEntry, AuditTrail, type StoredEntry } from "../storage/project/audit.ts";
import { loadEntries, type WholeEntry, wholeEntries } from "../storage/project/audit-values.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { rowOf } from "../storage/table/collection.ts";

/** The audit trail: who changed what, from where, with the values before and after. Written from the stream, never by hand. */

export const Info = AuditEntry.extend({
  unknown: z
    .array(z.string())
    .describe("Changed fields of whose value before or after nothing is known: entries between are missing, or under way"),
});
export const Row = rowOf(AuditEntry, AuditTrail.definition.row);

const Query = listSchema(AuditTrail, { record_id: text(64).optional().describe("Only the history of this record") });

export const list = fn(Query, async (input) => listRecords(AuditTrail, await asked(input)));

/** What a list of entries is asked for. */
export const asked = async ({ record_id, ...query }: z.output<typeof Query>): Promise<ListQuery> => ({
  ...queryOf(AuditTrail, query),
  ...(record_id ? { parent: record_id } : {}),
});

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const [found] = await loadEntries([id]);
  if (!found) throw notFound();
  return (await shown([found]))[0];
});

/** Entries with their values, as the caller may see them by what their fields are today. */
export const shown = async (entries: readonly StoredEntry[]): Promise<WholeEntry[]> =>
  Promise.all((await wholeEntries(entries)).map(inHistory));

async function inHistory(entry: WholeEntry): Promise<WholeEntry> {
  const [old_values, new_values] = await Promise.all(
    [entry.old_values, entry.new_values].map((values) => Render.inHistory(entry.record_type, values)),
  );
  return { ...entry, old_values: old_values ?? null, new_values: new_values ?? null };
}

/** What a timeline shows of a change. */
export const moments = momentsOf(AuditTrail, {
  partitions: (person) => AuditTrail.below(person),
  title: ({ operation, changed }) => (operation === "UPDATE" ? `Changed: ${changed.join(", ")}` : titles[operation]),
  by: (entry) => entry.user_id,
});

const titles = { INSERT: "Created", UPDATE: "Changed", DELETE: "Deleted" };

export { loadEntries as load } from "../storage/project/audit-values.ts";

export * as Audit from "./audit.ts";
