import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Definition } from "./definition.ts";
import { lineKindNames, REPORT, REPORT_RUN, REPORT_SCHEDULE } from "./report.kind.ts";

/** Formats of a report's file. */
export const formats = ["csv", "xlsx", "pdf"] as const;
export type FileFormat = (typeof formats)[number];

export const runStatuses = ["queued", "running", "completed", "failed"] as const;

/**
 * The run of a report for one reader. There is at most one whose rows are read for each report and reader: a new run takes its place. Runs with a
 * file are further records, one for each export and each delivery.
 */
export const Stored = z.object({
  report_id: personalData("none", id(REPORT)),
  owner_id: id(USER).describe("The reader, whose rights decide the rows"),
  kind: personalData("none", registryName("kinds", lineKindNames)),
  definition: Definition,
  report_version: z.number().describe("Version of the report that was run"),
  rights: personalData("none", z.string().describe("Digest of the roles and the visible owners of the reader")),
  data: personalData(
    "none",
    z.string().describe("The instant up to which changes of the kind were counted when the run started"),
  ),
  timezone: personalData("none", z.string().describe("Time zone of relative dates")),
  number: z.number().describe("Number of the run; the objects of a run are under it"),
  status: oneOf(runStatuses),
  rows_read: z.number(),
  row_count: z.number(),
  parts: z.number().describe("Objects with the rows of the result"),
  worker: personalData("none", z.string().nullable().describe("The worker that wrote the result")),
  totals: z.record(z.string(), z.json()).nullable(),
  unconverted: personalData("none", z.array(z.object({ currency: z.string(), rows: z.number() }))),
  as_of: personalData("none", instant().describe("Records created later are not included")),
  error: personalData("none", z.string().nullable()),
  started_at: personalData("none", instant().nullable()),
  finished_at: personalData("none", instant().nullable()),
  format: oneOf(formats).nullable().describe("Format of the file; null for a run whose rows are read"),
  file_name: z.string().nullable(),
  size: z.number().nullable().describe("Bytes of the file; null until it exists"),
  object_key: personalData("none", z.string().nullable()),
  expires_at: personalData("none", instant().nullable().describe("Until when the file can be downloaded")),
  schedule_id: personalData("none", id(REPORT_SCHEDULE).nullable().describe("The schedule that delivers the file to the reader")),
  due_at: personalData("none", instant().nullable().describe("The instant of the schedule")),
  turn: z.number(),
  attention_at: personalData("none", instant().nullable()),
});

export type RunRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the run has not ended yet. */
export const isOpen = ({ status }: Pick<RunRecord, "status">): boolean => status === "queued" || status === "running";

const resumable = Job.resumableDefinition<RunRecord>(isOpen);

export const ReportRuns = new Collection<RunRecord>({
  kind: REPORT_RUN,
  schema: Stored,
  personalData: {
    purpose: "Keep the result of a large report, and the files of reports, for their reader.",
    subject: aboutPerson(),
    retention:
      "The rows of the result and the file are deleted after 7 days. There is one record for each report and reader, and one for each file.",
  },
  row: ["report_id", "owner_id", "kind", "status", "as_of", "finished_at"],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id") },
  owner: "owner_id",
  ...resumable,
  internal: [...resumable.internal, "object_key"],
  events: {
    ...resumable.events,
    delivered: (after, before) => after.schedule_id !== null && after.status === "completed" && before?.status !== "completed",
  },
});
