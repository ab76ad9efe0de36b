import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { currency, date, id, instant, master, money, name, oneOf, reference, storedOf, tags, text } from "../kernel/schema.ts";
import { wordsOf, wordsOfNumber } from "../kernel/text.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { TERRITORIES } from "../masters/shared.masters.ts";
import { forecastCategories } from "../masters/stage.rules.ts";
import { PERSON } from "../person/person.domain.ts";
import { isLimited, personSight } from "../person/person-sight.ts";
import { type BaseRecord, by, Collection, orderedBy } from "../storage/table/collection.ts";
import { USER } from "../user/user.domain.ts";
import { counted } from "./counted.rules.ts";
import { OPPORTUNITY } from "./opportunity.domain.ts";
import { OPPORTUNITY_STAGES } from "./opportunity.masters.ts";

export const types = ["NEW_BUSINESS", "UPSELL", "RENEWAL", "CROSS_SELL"] as const;

/** What people write on an opportunity: the columns of 001. */
export const fields = {
  name: name(255),
  description: text(50_000).nullish(),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  stage_id: master(OPPORTUNITY_STAGES).optional().describe("The first open stage unless told otherwise"),
  probability: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullish()
    .describe("Percent. That of the stage unless set by hand; `null` lets it follow the stage again"),
  amount: money().nullish(),
  currency: currency().nullish().describe("The tenant's unless told otherwise"),
  close_date: date().nullish().describe("When it is expected to close"),
  next_step: text(255).nullish(),
  next_step_date: date().nullish(),
  territory_id: master(TERRITORIES).nullish(),
  type: oneOf(types).nullish(),
  source_campaign_id: reference().nullish(),
  has_competition: z.boolean().default(false),
  tags: tags().default([]),
};

export const Stored = z.object({
  opportunity_number: z.string(),
  ...storedOf(fields),
  custom_fields: CustomFields.stored(),
  personal_key_id: id(PERSON).nullable().describe("The person of the contact"),
  person_sight: personSight,
  owner_id: id(USER).nullable().describe("null: waits to be taken"),
  stage_id: master(OPPORTUNITY_STAGES),
  stage_changed_at: instant(),
  probability: z.number().int(),
  probability_is_manual: z.boolean().describe("Set by hand: it does not follow the stage while that is open"),
  currency: z.string(),
  expected_revenue: money().nullable().describe("amount × probability / 100, half up to the cent"),
  lead_id: id(LEAD).nullable().describe("The lead that it was converted from"),
  is_closed: z.boolean(),
  is_won: z.boolean().nullable().describe("null while it is open"),
  closed_date: date().nullable(),
  win_loss_reason_id: z.string().nullable(),
  win_loss_notes: z.string().nullable(),
  forecast_category: oneOf(forecastCategories).describe("That of the stage"),
  last_activity_date: instant().nullable(),
});

export type OpportunityRecord = z.output<typeof Stored> & BaseRecord;

/** Characters of an amount: at most 13 digits, the point and two more. */
const AMOUNT = 16;
/** Sorts before every amount, and behind every date. */
const [NOTHING, NEVER] = ["-", "~"];

export const Opportunities = new Collection<OpportunityRecord>({
  kind: OPPORTUNITY,
  schema: Stored,
  row: [
    "opportunity_number",
    "name",
    "customer_id",
    "contact_id",
    "personal_key_id",
    "person_sight",
    "owner_id",
    "stage_id",
    "stage_changed_at",
    "probability",
    "amount",
    "currency",
    "expected_revenue",
    "close_date",
    "next_step_date",
    "type",
    "is_closed",
    "is_won",
    "closed_date",
    "forecast_category",
    "last_activity_date",
    "tags",
  ],
  indexes: {
    by_time: by(),
    by_owner: by("owner_id"),
    by_status: by("stage_id"),
    by_related: by("customer_id", { splitBy: { field: "is_closed", values: ["false", "true"] } }),
    by_class: by("personal_key_id", { sparse: true }),
    by_outcome: by("is_closed"),
    by_rank: orderedBy(({ amount }) => amount?.padStart(AMOUNT, "0") ?? NOTHING),
    by_date: orderedBy(({ close_date }) => close_date ?? NEVER),
  },
  owner: "owner_id",
  reveals: { field: "personal_key_id", unless: isLimited },
  filters: {
    customer: { index: "by_related", field: "customer_id", separate: true },
    contact: { field: "contact_id", separate: true },
    person: { index: "by_class", field: "personal_key_id", separate: true },
    stage: { index: "by_status", field: "stage_id" },
    is_closed: { index: "by_outcome", field: "is_closed" },
  },
  sorts: { amount: "by_rank", close_date: "by_date" },
  sums: counted,
  declares: [CustomFields.declarations],
  own: CustomFields.own,
  needs: ["customer_id"],
  words: (opportunity) => [...wordsOf(opportunity.name), ...wordsOfNumber(opportunity.opportunity_number)],
  events: {
    stage_changed: (after, before) => before !== undefined && before.stage_id !== after.stage_id,
    assigned: (after, before) => before !== undefined && before.owner_id !== after.owner_id,
  },
  sensitivity: "confidential",
  // Those of earlier releases add nothing to the figures of their customers: the stream counts them as it passes them.
  migrations: [(stored) => stored],
});
