import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type ImportRecord, Imports, isOpen, KEEP_SECONDS, Stored, statuses } from "./import.entity.ts";
import { buildRevertProgress, completeOptions, type Progress, toCounts } from "./row-log.ts";

/** Imports, as the user who started them sees them; worker.ts runs them. */

export const Info = Stored.omit({ object_key: true, conventions: true, attention_at: true, turn: true });
export const Row = rowSchema(Stored, Imports.definition.row);

/** Returns the fields of every ended import; at `attention_at`, what is left of its file is deleted. */
export const buildEndFields = (): Pick<ImportRecord, "finished_at" | "attention_at"> => ({
  finished_at: Clock.now(),
  attention_at: Clock.addSeconds(KEEP_SECONDS),
});

export const get = fn(IdInput, async ({ id }) => {
  const record = await Records.read(Imports, id);
  const [shown = record] = await withProgress([record]);
  return shown;
});

export const list = fn(
  listSchema(Imports, { status: oneOf(statuses).optional(), entity: registryName("imports").optional() }),
  async (input) => {
    const { rows, meta } = await listRecords(Imports, buildListQuery(Imports, input));
    return new Page(await withProgress(rows), meta);
  },
);

/** Cancels an import. Written rows stay, and can be reverted. */
export const cancel = fn(IdInput, async ({ id }) => {
  const progress = await Job.readProgress<Progress>(id);
  const cancelled = (current: ImportRecord): ImportRecord => {
    if (current.status === "cancelled") return current;
    if (current.status !== "queued" && current.status !== "running")
      throw ruleViolation(`An import that is ${current.status} cannot be cancelled`);
    const options = completeOptions(current.options, progress);
    return { ...current, ...toCounts(progress), options, status: "cancelled", ...buildEndFields() };
  };
  return Records.change(Imports, id, cancelled);
});

/** Starts a revert of what the import has written, except for records that others have changed since. A worker does it in the caller's name. */
export const revert = fn(IdInput, async ({ id }) => {
  const startRevert = async (current: ImportRecord, tx: Transaction): Promise<ImportRecord> => {
    if (current.status === "reverting" || current.status === "reverted") return current;
    if (isOpen(current)) throw ruleViolation("The import is in progress: cancel it first");
    if (current.options.dry_run) throw ruleViolation("A dry run has no changes to revert");
    tx.put(Job.initialProgressItem(id, buildRevertProgress(await Job.readProgress<Progress>(id))));
    return { ...current, ...Job.requestWorker(current.turn), status: "reverting", reverted_by: useActorId(), finished_at: null };
  };
  return Records.change(Imports, id, startRevert);
});

/** Adds the current progress to the imports that are running. */
async function withProgress(records: readonly ImportRecord[]): Promise<ImportRecord[]> {
  const running = records.filter(({ status }) => status === "running").map(({ id }) => id);
  const progress = running.length === 0 ? [] : await Job.readAllProgress<Progress>(running);
  const countsById = new Map(running.map((id, index) => [id, toCounts(progress[index])]));
  return records.map((record) => (countsById.has(record.id) ? { ...record, ...countsById.get(record.id) } : record));
}

export {
  type ImportRecord,
  Imports,
  isOpen,
  KEEP_SECONDS,
  Mapping,
  NewValues,
  Options,
  ValueMap,
} from "./import.entity.ts";
export * as Import from "./import.ts";
