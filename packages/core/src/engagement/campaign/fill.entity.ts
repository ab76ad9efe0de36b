import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { id, instant, json, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { CAMPAIGN, CAMPAIGN_FILL } from "./campaign.kind.ts";

export const statuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** The audience of a fill. */
export const fields = {
  segment_id: personalData(
    "none",
    id(SEGMENT)
      .nullish()
      .describe("Adds the customers of this segment; a business is added through its contacts. Name one audience"),
  ),
  contact_list_id: personalData("none", id(CONTACT_LIST).nullish().describe("Adds the contacts of this list")),
  lead_filter: json(16_384)
    .nullish()
    .describe("Adds leads: the input of `POST /leads/query` without order and paging. {} selects all leads that you can see"),
};

/** A fill: a background job that adds persons to a campaign. Its progress is a separate item. */
export const Stored = z.object({
  ...toStoredShape(fields),
  lead_filter: z.record(z.string(), z.json()).nullable(),
  campaign_id: personalData("none", id(CAMPAIGN)),
  owner_id: actor().describe("User who started the fill; only persons whom this user can see are found"),
  status: oneOf(statuses),
  as_of: personalData("none", instant().describe("Records created after this time are not included")),
  found: z.number().int().describe("Persons found so far"),
  added: z.number().int().describe("New members so far"),
  skipped: z.number().int().describe("Persons so far whose data are restricted"),
  error: personalData("none", z.string().nullable()),
  started_at: personalData("none", instant().nullable()),
  finished_at: personalData("none", instant().nullable()),
  filter_revisions: personalData(
    "none",
    z.record(z.string(), z.number().int()).describe("The filter of the audience when the fill was started"),
  ),
  turn: z.number(),
  attention_at: personalData("none", instant().nullable()),
});

export type FillRecord = z.output<typeof Stored> & BaseRecord;

export const isOpen = ({ status }: Pick<FillRecord, "status">): boolean => status === "queued" || status === "running";

const jobDefinition = Job.resumableDefinition<FillRecord>(isOpen);

export const Fills = new Collection<FillRecord>({
  kind: CAMPAIGN_FILL,
  schema: Stored,
  personalData: { purpose: "Select the persons of a marketing campaign.", subject: aboutPerson() },
  row: ["campaign_id", "owner_id", "status", "found", "added", "skipped", "started_at", "finished_at"],
  indexes: { by_time: indexBy() },
  visibleWith: "campaign_id",
  ...jobDefinition,
  missingValues: { filter_revisions: {} },
  internal: [...jobDefinition.internal, "filter_revisions"],
});
