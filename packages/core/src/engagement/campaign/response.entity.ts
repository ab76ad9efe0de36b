import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { completeUrl, id, instant, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CAMPAIGN, CAMPAIGN_MEMBER, CAMPAIGN_RESPONSE } from "./campaign.kind.ts";
import { buildResponseSums } from "./campaign-counters.rules.ts";
import { responseKinds } from "./response.rules.ts";

export const fields = {
  kind: personalData("behavior", oneOf(responseKinds)),
  source: personalData(
    "reference",
    oneLine(200)
      .min(1)
      .describe(
        "Identifies what the person did, such as the id of a message, a form's submission, or a call. The same source counts once for a kind",
      ),
  ),
  link: personalData("behavior", completeUrl(2000).nullish().describe("The address that the person followed")),
};

/** An opportunity or order of the sale that a PURCHASED response is about, and when it was won or confirmed. */
const SalePart = z.object({ record_id: personalData("reference", z.string()), at: personalData("behavior", instant()) });
export type SalePart = z.output<typeof SalePart>;

export const Stored = z.object({
  campaign_id: personalData("none", id(CAMPAIGN)),
  member_id: id(CAMPAIGN_MEMBER),
  personal_key_id: id(PERSON),
  ...toStoredShape(fields),
  occurred_at: personalData("behavior", instant().describe("When the person responded. Cannot be changed later")),
  sales: z.array(SalePart),
});

export type ResponseRecord = z.output<typeof Stored> & BaseRecord;

/** Responses belong to the collection of the person. Their ids are in order of the instant of the response. */
export const Responses = new Collection<ResponseRecord>({
  kind: CAMPAIGN_RESPONSE,
  schema: Stored,
  personalData: {
    purpose: "Know how persons respond to a marketing campaign.",
    subject: aboutPerson(reach("personal_key_id", PERSON)),
  },
  row: ["campaign_id", "member_id", "personal_key_id", "kind", "source", "link", "occurred_at", "sales"],
  links: { names: { personal_key_id: "person" } },
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("campaign_id", { splitBy: { field: "kind", values: responseKinds } }),
    by_class: indexBy("member_id"),
  },
  timeField: "occurred_at",
  subject: { groups: [{ personal_key_id: PERSON, campaign_id: CAMPAIGN }], every: true },
  filters: {
    campaign: { index: "by_related", field: "campaign_id", hasOwnCounters: true },
    kind: { field: "kind" },
    member: { index: "by_class", field: "member_id", hasOwnCounters: true },
  },
  // The response of a sale is found by the id of the sale and of each of its records.
  extraIndex: {
    of: ({ source, sales }) =>
      sales.length === 0
        ? []
        : [...new Set([source, ...sales.map(({ record_id }) => record_id)])].map((id) => ({ partition: ["sale", id] })),
    since: 1,
  },
  missingValues: { sales: [] },
  internal: ["sales"],
  sums: buildResponseSums,
  sensitivity: "confidential",
});
