import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { hasRole, useActorId } from "../kernel/context.ts";
import { notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { nameOf } from "../kernel/names.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Job } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { type ExportRecord, Exports, isOpen, Stored, statuses } from "./export.entity.ts";

/** Exports as who asked for them follows them; what they do is in jobs/export. */

export const Info = Stored.omit({ object_key: true, attention_at: true, turn: true });
export const Row = rowOf(Stored, Exports.definition.row);

const One = z.strictObject({ id: text(64) });

/** Seconds after which a worker may still be writing for an export that has ended meanwhile; then its objects go. */
export const LEFTOVERS = 20 * 60;

export const get = fn(One, async ({ id }) => {
  const record = await own(id);
  return record.status === "running" ? { ...record, rows: await rowsSoFar(id) } : record;
});

/** The caller's own; administrators see those of all. */
export const list = fn(
  listSchema(Exports, { status: oneOf(statuses).optional(), entity: nameOf("exports").optional() }),
  (input) => {
    const query = queryOf(Exports, input);
    return listRecords(Exports, hasRole("ADMIN") ? query : { ...query, filters: { ...query.filters, owner: useActorId() } });
  },
);

/** Ends it where it is; there is no file of it. */
export const cancel = fn(One, async ({ id }) => {
  await own(id);
  const rows = await rowsSoFar(id);
  const edit = (current: ExportRecord): ExportRecord => {
    if (current.status === "cancelled") return current;
    if (!isOpen(current)) throw ruleViolation(`An export that is ${current.status} cannot be cancelled`);
    return { ...current, rows, status: "cancelled", finished_at: Clock.now(), attention_at: Clock.after(LEFTOVERS) };
  };
  return Records.change(Exports, id, edit);
});

/** For who asked, and administrators; to everybody else, whatever records they see, it does not exist. */
export async function own(id: string): Promise<ExportRecord> {
  const record = await Records.read(Exports, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return record;
}

const rowsSoFar = async (id: string): Promise<number> => (await Job.progress<{ rows: number }>(id))?.rows ?? 0;

export type { ExportRecord } from "./export.entity.ts";
export { Exports, formats, isOpen } from "./export.entity.ts";
export * as Export from "./export.ts";
