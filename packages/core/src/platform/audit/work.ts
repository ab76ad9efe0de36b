import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { anyId } from "../../kernel/schema.ts";
import { findKindById, loadCollectionById } from "../../storage/table/collection-registry.ts";
import { readItems } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { findOpenable } from "../../storage/write/readable-records.ts";
import { buildEntries } from "../profile/record-entry.ts";

/** The work by which a change was made for a user: a workflow, a send, a batch, an import or a bulk change (docs/platform/audit.md). */
export const Work = z.object({
  kind: z.string().describe("Kind of the work: workflow, email_send, import, bulk_change, campaign or reengagement_batch"),
  id: anyId(),
  title: z.string().nullable().describe("null: the caller does not see it, or it was deleted"),
});
export type Work = z.output<typeof Work>;

/** Returns the work of requests, by the ids of the requests. Requests of people are absent. */
export async function loadWork(requests: readonly string[]): Promise<ReadonlyMap<string, Work>> {
  const ids = [...new Set(requests)].filter((id) => findKindById(id)?.work !== undefined);
  if (ids.length === 0) return new Map();
  const named = await Promise.all((await loadRows(ids)).map(readNamedId));
  const visible = await findOpenable(named);
  const entries = new Map((await buildEntries([...visible.values()])).map((entry) => [entry.id, entry]));
  return new Map(
    ids.flatMap((id, index) => {
      const namedId = named[index] ?? id;
      const kind = findKindById(namedId);
      return kind ? [[id, { kind: kind.name, id: namedId, title: entries.get(namedId)?.title || null }] as const] : [];
    }),
  );
}

interface WorkRow {
  id: string;
  row: unknown;
}

async function loadRows(ids: readonly string[]): Promise<WorkRow[]> {
  const tenant = useTenant();
  const keys = ids.map((id) => recordKey(tenant, id));
  const items = await readItems(keys, { consistent: false, only: "row", stubs: true });
  return ids.map((id, index) => ({ id, row: items[index]?.row }));
}

/** Returns the id of the record by which people know the work: the workflow of an enrollment, the batch of its fill. */
async function readNamedId({ id, row }: WorkRow): Promise<string> {
  const field = findKindById(id)?.work?.namedBy;
  const collection = field === undefined || row === undefined ? undefined : await loadCollectionById(id);
  const record: Readonly<Record<string, unknown>> = { ...collection?.fromRow({ key: id, row }) };
  return field !== undefined && typeof record[field] === "string" ? record[field] : id;
}
