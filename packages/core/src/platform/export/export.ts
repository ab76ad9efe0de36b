import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { type ExportRecord, Exports, isOpen, Stored, statuses } from "./export.entity.ts";

/** Exports, as the user who started them sees them; worker.ts runs them. */

export const Info = Stored.omit({ object_key: true, attention_at: true, turn: true });
export const Row = rowSchema(Stored, Exports.definition.row);

/** Seconds for which a worker may still write for an export that has ended; its objects are deleted after that. */
export const LEFTOVER_SECONDS = 20 * 60;

export const get = fn(IdInput, async ({ id }) => {
  const record = await readOwn(id);
  return record.status === "running" ? { ...record, rows: await readRowCount(id) } : record;
});

/** Lists the caller's own exports; administrators see those of all users. */
export const list = fn(
  listSchema(Exports, { status: oneOf(statuses).optional(), entity: registryName("exports").optional() }),
  (input) => {
    const query = buildListQuery(Exports, input);
    return listRecords(Exports, hasRole("ADMIN") ? query : { ...query, filters: { ...query.filters, owner: useActorId() } });
  },
);

/** Cancels an export; it gets no file. */
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

/** Reads an export that the caller started; administrators may read every one. For all other users it does not exist. */
export async function readOwn(id: string): Promise<ExportRecord> {
  const record = await Records.read(Exports, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return record;
}

const readRowCount = async (id: string): Promise<number> => (await Job.readProgress<{ rows: number }>(id))?.rows ?? 0;

export type { ExportRecord } from "./export.entity.ts";
export { Exports, formats, isOpen } from "./export.entity.ts";
export * as Export from "./export.ts";
