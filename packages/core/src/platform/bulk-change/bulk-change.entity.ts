import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { BULK_CHANGE } from "./bulk-change.kind.ts";

export const actions = ["update", "delete", "restore", "undo"] as const;
export const statuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** One change of many records of a kind. Until it ends, its live progress is in an item beside it (row-log.ts). */
export const Stored = z.object({
  kind: personalData("none", registryName("bulk").describe("Kind of the records")),
  action: oneOf(actions),
  owner_id: actor().describe("The user who started it; each record is changed with this user's permissions"),
  query: z
    .record(z.string(), z.json())
    .nullable()
    .describe("Parameters of the list that selects the records; null if ids were given"),
  fields: personalData("none", z.array(z.string()).describe("Names of the fields to set")),
  add_tags: personalData("none", z.array(z.string())),
  remove_tags: personalData("none", z.array(z.string())),
  dry_run: z.boolean(),
  undoes_id: personalData("none", id(BULK_CHANGE).nullable().describe("Undo only: the bulk change that is undone")),
  undone_by_id: personalData("none", id(BULK_CHANGE).nullable().describe("The bulk change that undoes this one")),
  reason: z.string().nullable().describe("Reason given by the user who started it"),
  status: oneOf(statuses),
  as_of: personalData("none", instant().describe("Records created later are not included")),
  found: z.number().nullable().describe("Number of selected records; null until all are found"),
  done: z.number(),
  failed: z.number().describe("Rejected records, each with its reason"),
  skipped: z.number().describe("Records that needed no change; for an undo, records that were changed since"),
  error: personalData("none", z.string().nullable().describe("Why the bulk change failed as a whole")),
  started_at: personalData("none", instant().nullable()),
  finished_at: personalData("none", instant().nullable()),
  turn: z.number().describe("Number of workers that were started for it"),
  attention_at: personalData(
    "none",
    instant().nullable().describe("When recovery checks it, if its worker has not returned by then"),
  ),
});
export type BulkChangeRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the bulk change has not ended yet. */
export const isOpen = ({ status }: Pick<BulkChangeRecord, "status">): boolean => status === "queued" || status === "running";

export const BulkChanges = new Collection<BulkChangeRecord>({
  kind: BULK_CHANGE,
  schema: Stored,
  personalData: {
    purpose: "Change many records in one job.",
    subject: aboutPerson(),
    retention: "The row log is deleted after 30 days. The record of the job stays until a user deletes it.",
  },
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
