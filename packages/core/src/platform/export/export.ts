import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { type ExportRecord, Exports, isOpen, Stored, statuses } from "./export.entity.ts";

/** Exports as who asked for them follows them; what they do is in jobs/export. */

export const Info = Stored.omit({ object_key: true, attention_at: true, turn: true });
export const Row = rowSchema(Stored, Exports.definition.row);

const IdInput = z.strictObject({ id: text(64) });

/** Seconds after which a worker may still be writing for an export that has ended meanwhile; then its objects go. */
export const LEFTOVER_SECONDS = 20 * 60;

export const get = fn(IdInput, async ({ id }) => {
  const record = await readOwn(id);
  return record.status === "running" ? { ...record, rows: await readRowCount(id) } : record;
});

/** The caller's own; administrators see those of all. */
export const list = fn(
  listSchema(Exports, { status: oneOf(statuses).optional(), entity: registryName("exports").optional() }),
  (input) => {
    const query = buildListQuery(Exports, input);
    return listRecords(Exports, hasRole("ADMIN") ? query : { ...query, filters: { ...query.filters, owner: useActorId() } });
  },
);

/** Ends it where it is; there is no file of it. */
export const cancel = fn(IdInput, async ({ id }) => {
  await readOwn(id);
  const rows = await readRowCount(id);
  const edit = (current: ExportRecord): ExportRecord => {
    if (current.status === "cancelled") return current;
    if (!isOpen(current)) throw ruleViolation(`An export that is ${current.status} cannot be cancelled`);
    return { ...current, rows, status: "cancelled", finished_at: Clock.now(), attention_at: Clock.addSeconds(LEFTOVER_SECONDS) };
  };
  return Records.change(Exports, id, edit);
});

/** For who asked, and administrators; to everybody else, whatever records they see, it does not exist. */
export async function readOwn(id: string): Promise<ExportRecord> {
  const record = await Records.read(Exports, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return record;
}

const readRowCount = async (id: string): Promise<number> => (await Job.readProgress<{ rows: number }>(id))?.rows ?? 0;

export type { ExportRecord } from "./export.entity.ts";
export { Exports, formats, isOpen } from "./export.entity.ts";
export * as Export from "./export.ts";
