import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { USER } from "../user/user.kind.ts";
import { EXPORT } from "./export.kind.ts";

export const formats = ["csv", "xlsx"] as const;
export const statuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** One export of a list. Until it ends, its live progress is in an item beside it (storage/write/job.ts). */
export const Stored = z.object({
  entity: personalData("none", registryName("exports")),
  owner_id: id(USER).describe("The user who started it; the file contains only records that this user can see"),
  file_name: personalData("none", z.string()),
  format: oneOf(formats),
  query: z.record(z.string(), z.json()).describe("The parameters of the list"),
  ids: personalData(
    "none",
    z.array(z.string()).nullable().describe("The records that were chosen; null: all records of the list"),
  ),
  columns: personalData("none", z.array(z.string()).describe("Fields, in the order of the file")),
  labels: z.boolean(),
  status: oneOf(statuses),
  rows: z.number(),
  left_out: z.number().describe("Records that are not in the file because the data of their person are restricted"),
  size: z.number().nullable().describe("Bytes of the file; null until it exists"),
  as_of: personalData("none", instant().describe("Records created later are not included")),
  error: personalData("none", z.string().nullable().describe("Why the export failed")),
  expires_at: personalData("none", instant().nullable().describe("Until when the file can be downloaded")),
  started_at: personalData("none", instant().nullable()),
  finished_at: personalData("none", instant().nullable()),
  object_key: personalData("none", z.string().nullable()),
  turn: z.number().describe("Number of workers that were started for it"),
  attention_at: personalData(
    "none",
    instant().nullable().describe("When recovery checks it, because its worker has not returned or its objects must be deleted"),
  ),
});
export type ExportRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the export has not ended yet. */
export const isOpen = ({ status }: Pick<ExportRecord, "status">): boolean => status === "queued" || status === "running";

const resumable = Job.resumableDefinition<ExportRecord>(isOpen);

export const Exports = new Collection<ExportRecord>({
  kind: EXPORT,
  schema: Stored,
  personalData: {
    purpose: "Give users their records as a file.",
    subject: aboutPerson(),
    retention: "The file is deleted after 7 days. The record of the export stays until a user deletes it.",
  },
  row: [
    "entity",
    "owner_id",
    "file_name",
    "format",
    "status",
    "rows",
    "size",
    "as_of",
    "expires_at",
    "started_at",
    "finished_at",
  ],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id"), by_status: indexBy("status"), by_class: indexBy("entity") },
  owner: "owner_id",
  missingValues: { left_out: 0, ids: null },
  filters: { status: { index: "by_status", field: "status" }, entity: { index: "by_class", field: "entity" } },
  ...resumable,
  internal: [...resumable.internal, "object_key"],
});
