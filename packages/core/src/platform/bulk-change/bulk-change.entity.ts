import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { BULK_CHANGE } from "./bulk-change.kind.ts";

export const actions = ["update", "delete", "restore", "undo"] as const;
export const statuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** One change of many records of a kind. Until it ends, its live progress is in an item beside it (row-log.ts). */
export const Stored = z.object({
  kind: registryName("bulk").describe("Of which kind the records are"),
  action: oneOf(actions),
  owner_id: actor().describe("Who asked, and as whom each record is changed"),
  query: z.record(z.string(), z.json()).nullable().describe("What their list was asked for; null where ids were named"),
  fields: z.array(z.string()).describe("Names of the fields that are set"),
  add_tags: z.array(z.string()),
  remove_tags: z.array(z.string()),
  dry_run: z.boolean(),
  undoes_id: id(BULK_CHANGE).nullable().describe("Of an undo: what it takes back"),
  undone_by_id: id(BULK_CHANGE).nullable().describe("What takes it back"),
  reason: z.string().nullable().describe("Why, in the words of who asked"),
  status: oneOf(statuses),
  as_of: instant().describe("Records that were made later are not among them"),
  found: z.number().nullable().describe("Records that are meant; null until all are found"),
  done: z.number(),
  failed: z.number().describe("Refused, each with its reason"),
  skipped: z.number().describe("Had nothing to be changed; of an undo, those that were changed since"),
  error: z.string().nullable().describe("Why the whole has failed"),
  started_at: instant().nullable(),
  finished_at: instant().nullable(),
  turn: z.number().describe("Workers that have been called for it"),
  attention_at: instant().nullable().describe("When it is looked after, if its worker has not come back by then"),
});
export type BulkChangeRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the bulk change has not ended yet. */
export const isOpen = ({ status }: Pick<BulkChangeRecord, "status">): boolean => status === "queued" || status === "running";

export const BulkChanges = new Collection<BulkChangeRecord>({
  kind: BULK_CHANGE,
  schema: Stored,
  row: [
    "kind",
    "action",
    "owner_id",
    "fields",
    "add_tags",
    "remove_tags",
    "dry_run",
    "status",
    "found",
    "done",
    "failed",
    "skipped",
    "started_at",
    "finished_at",
  ],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id"), by_status: indexBy("status"), by_class: indexBy("kind") },
  owner: "owner_id",
  filters: { status: { index: "by_status", field: "status" }, kind: { index: "by_class", field: "kind" } },
  ...Job.resumableDefinition<BulkChangeRecord>(isOpen),
});
