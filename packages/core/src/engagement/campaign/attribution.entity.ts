import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { currency, id, oneOf, outputInstant, storedDate } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { CAMPAIGN_ATTRIBUTION } from "./attribution.kind.ts";
import { buildAttributionSums } from "./attribution-counters.rules.ts";
import { CAMPAIGN } from "./campaign.kind.ts";

export const conversionKinds = ["opportunity", "order"] as const;

/** A touch of a conversion, as it is stored. */
export const StoredTouch = z.object({
  id: personalData("reference", z.string().describe("The interaction, step of a journey, or response")),
  at: personalData("behavior", outputInstant()),
  campaign_id: personalData("behavior", z.string().nullable()),
  channel_id: personalData("behavior", z.string().nullable().describe("A marketing channel, or the code of another channel")),
  source: personalData("behavior", z.string().nullable()),
  person_id: id(PERSON),
});
export type StoredTouch = z.output<typeof StoredTouch>;

export const Stored = z.object({
  conversion_kind: oneOf(conversionKinds),
  record_id: personalData("reference", z.string().describe("The opportunity or order")),
  sale_id: personalData("reference", z.string().describe("Shared by the records of one sale")),
  customer_id: id(CUSTOMER).nullable(),
  owner_id: id(USER).nullable().describe("The owner of the sale"),
  converted_at: outputInstant().describe("End of closed_date, or when the order was confirmed. Later touches do not count"),
  converted_day: storedDate().describe("The day on which the revenue counts"),
  currency: personalData("none", currency()),
  value: personalData("relationship", z.string().meta({ "x-type": "money", examples: ["1200.00"] })),
  is_attributed: z.boolean().describe("Whether the conversion has a touch"),
  person_ids: z.array(id(PERSON)).describe("Persons whose touches count"),
  campaign_ids: personalData("behavior", z.array(id(CAMPAIGN)).describe("Campaigns of the touches, the latest first")),
  channels: personalData("behavior", z.array(z.string()).describe("Channels of the touches, the latest first")),
  sources: personalData("behavior", z.array(z.string()).describe("Sources of the touches, the latest first")),
  touches: z.array(StoredTouch).describe("From the earliest to the latest"),
});

export type AttributionRecord = z.output<typeof Stored> & BaseRecord;

/** Conversions. Entries by person and by campaign are in order of the instant of the conversion, those by month in order of the day. */
export const Attributions = new Collection<AttributionRecord>({
  kind: CAMPAIGN_ATTRIBUTION,
  schema: Stored,
  personalData: {
    purpose: "Know which campaigns, channels and sources brought a sale.",
    subject: aboutPerson(reach("person_ids", PERSON), reach("customer_id", CUSTOMER)),
  },
  row: [
    "conversion_kind",
    "record_id",
    "sale_id",
    "customer_id",
    "owner_id",
    "converted_at",
    "converted_day",
    "currency",
    "value",
    "is_attributed",
    "person_ids",
    "campaign_ids",
    "channels",
    "sources",
  ],
  links: { more: { self: "/campaigns/attributions/{id}" } },
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id") },
  owner: "owner_id",
  filters: {
    conversion_kind: { field: "conversion_kind" },
    is_attributed: { field: "is_attributed" },
  },
  sums: buildAttributionSums,
  extraIndex: {
    of: ({ person_ids, campaign_ids, converted_at, converted_day }) => [
      { partition: ["month", converted_day.slice(0, "YYYY-MM".length)], sortKey: converted_day },
      ...person_ids.map((person) => ({ partition: ["person", person], sortKey: converted_at })),
      ...campaign_ids.map((campaign) => ({ partition: ["campaign", campaign], sortKey: converted_at })),
    ],
    since: 1,
  },
  missingValues: { person_ids: [], campaign_ids: [], channels: [], sources: [], touches: [] },
  sensitivity: "confidential",
});
