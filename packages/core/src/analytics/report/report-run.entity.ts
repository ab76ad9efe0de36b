import * as z from "zod";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Definition } from "./definition.ts";
import { REPORT, REPORT_RUN } from "./report.kind.ts";

export const runStatuses = ["queued", "running", "completed", "failed"] as const;

/** The run of a report for one reader. There is at most one for each report and reader: a new run takes its place. */
export const Stored = z.object({
  report_id: id(REPORT),
  owner_id: id(USER).describe("The reader, whose rights decide the rows"),
  kind: registryName("kinds"),
  definition: Definition,
  report_version: z.number().describe("Version of the report that was run"),
  rights: z.string().describe("Digest of the roles and the visible owners of the reader"),
  data: z.string().describe("The instant up to which changes of the kind were counted when the run started"),
  timezone: z.string().describe("Time zone of relative dates"),
  number: z.number().describe("Number of the run; the objects of a run are under it"),
  status: oneOf(runStatuses),
  rows_read: z.number(),
  row_count: z.number(),
  parts: z.number().describe("Objects with the rows of the result"),
  worker: z.string().nullable().describe("The worker that wrote the result"),
  totals: z.record(z.string(), z.json()).nullable(),
  unconverted: z.array(z.object({ currency: z.string(), rows: z.number() })),
  as_of: instant().describe("Records created later are not included"),
  error: z.string().nullable(),
  started_at: instant().nullable(),
  finished_at: instant().nullable(),
  turn: z.number(),
  attention_at: instant().nullable(),
});

export type RunRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the run has not ended yet. */
export const isOpen = ({ status }: Pick<RunRecord, "status">): boolean => status === "queued" || status === "running";

export const ReportRuns = new Collection<RunRecord>({
  kind: REPORT_RUN,
  schema: Stored,
  row: ["report_id", "owner_id", "kind", "status", "as_of", "finished_at"],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id") },
  owner: "owner_id",
  ...Job.resumableDefinition<RunRecord>(isOpen),
});
