import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { date, id, instant, money, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { REENGAGEMENT_BATCH, REENGAGEMENT_FILL } from "./reengagement.kind.ts";

export const statuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** The criteria of a fill: which persons it adds to the batch. */
export const fields = {
  contact_list_id: id(CONTACT_LIST).nullish().describe("Adds the contacts of this list; cannot be combined with other criteria"),
  segment_id: id(SEGMENT).nullish().describe("Only customers of this segment. Default: all customers"),
  last_activity_before: date().nullish().describe("Only customers without activity since the start of this day"),
  last_order_before: date().nullish().describe("Only customers whose last purchase was before this day"),
  value_min: money().nullish().describe("Minimum lifetime_value of the customer, in the customer's own currency"),
  value_max: money().nullish(),
};

/** A fill: a background job that adds persons to a batch. Its progress is a separate item. */
export const Stored = z.object({
  ...toStoredShape(fields),
  batch_id: id(REENGAGEMENT_BATCH),
  owner_id: actor().describe("User who started the fill; only persons whom this user can see are found"),
  status: oneOf(statuses),
  as_of: instant().describe("Records created after this time are not included"),
  found: z.number().int().describe("Persons found so far"),
  added: z.number().int().describe("New members so far, not counting persons who were already members"),
  error: z.string().nullable(),
  started_at: instant().nullable(),
  finished_at: instant().nullable(),
  filter_revisions: z.record(z.string(), z.number().int()).describe("The filter of the audience when the fill was started"),
  turn: z.number(),
  attention_at: instant().nullable(),
});

export type FillRecord = z.output<typeof Stored> & BaseRecord;

export const isOpen = ({ status }: Pick<FillRecord, "status">): boolean => status === "queued" || status === "running";

const jobDefinition = Job.resumableDefinition<FillRecord>(isOpen);

export const Fills = new Collection<FillRecord>({
  kind: REENGAGEMENT_FILL,
  schema: Stored,
  personalData: { purpose: "Select the persons of a win-back campaign." },
  row: ["batch_id", "owner_id", "status", "found", "added", "started_at", "finished_at"],
  indexes: { by_time: indexBy() },
  visibleWith: "batch_id",
  ...jobDefinition,
  missingValues: { filter_revisions: {} },
  internal: [...jobDefinition.internal, "filter_revisions"],
});
