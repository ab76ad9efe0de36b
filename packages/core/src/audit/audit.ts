import * as z from "zod";
import { seesPrivate } from "../kernel/context.ts";
import { notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Render } from "../render/render.ts";
import { AuditEntry, AuditTrail, type StoredEntry } from "../storage/project/audit.ts";
import { loadEntries, type WholeEntry, wholeEntries } from "../storage/project/audit-values.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { Visible } from "../storage/read/visibility.ts";
import { rowOf } from "../storage/table/collection.ts";
import { collectionNamed } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";

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

/** Entries with their values, as the caller may see them by what their fields are today; without, where the record is private to others. */
export async function shown(entries: readonly StoredEntry[]): Promise<WholeEntry[]> {
  const [whole, hidden] = await Promise.all([wholeEntries(entries), hiddenAmong(entries)]);
  return Promise.all(
    whole.map((entry) => (hidden.has(entry.record_id) ? { ...entry, old_values: null, new_values: null } : inHistory(entry))),
  );
}

/** The records of entries that are private to others. */
async function hiddenAmong(entries: readonly StoredEntry[]): Promise<ReadonlySet<string>> {
  if (seesPrivate()) return new Set();
  const hidden = await Promise.all(
    [...Map.groupBy(entries, ({ record_type }) => record_type)].map(async ([kind, some]) => {
      const collection = await collectionNamed(kind);
      if (!collection.definition.private) return [];
      const records = await Records.loadMany(collection, [...new Set(some.map(({ record_id }) => record_id))]);
      return records.flatMap((record) => (record && !Visible.isOpen(collection, record) ? [record.id] : []));
    }),
  );
  return new Set(hidden.flat());
}

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
