import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { ATTRIBUTION_RUN } from "./attribution.kind.ts";

/** The job that computes all conversions of a tenant again. Its progress is a separate item. */
export const Stored = z.object({
  window_days: z
    .number()
    .int()
    .describe("Days before a sale in which touches count. All computations of conversions read it here"),
  number: z.number().int().describe("The number of runs so far"),
  status: oneOf(["running", "completed"]),
  started_at: personalData("none", instant()),
  finished_at: personalData("none", instant().nullable()),
  turn: z.number(),
  attention_at: personalData("none", instant().nullable()),
});

export type RunRecord = z.output<typeof Stored> & BaseRecord;

export const isOpen = ({ status }: Pick<RunRecord, "status">): boolean => status === "running";

export const Runs = new Collection<RunRecord>({
  kind: ATTRIBUTION_RUN,
  schema: Stored,
  personalData: { purpose: "Compute which campaigns, channels and sources brought the sales.", subject: aboutPerson() },
  row: ["window_days", "number", "status", "started_at", "finished_at"],
  indexes: { by_time: indexBy() },
  ...Job.resumableDefinition<RunRecord>(isOpen),
});
