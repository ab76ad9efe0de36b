import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { lazily } from "../kernel/once.ts";
import { displayNameOf } from "../kernel/person-name.ts";
import {
  currency,
  email,
  id,
  instant,
  json,
  master,
  money,
  name,
  oneLine,
  oneOf,
  phone,
  storedOf,
  tags,
  text,
  url,
} from "../kernel/schema.ts";
import { wordsOf, wordsOfEmail, wordsOfNumber } from "../kernel/text.ts";
import { daysBetween } from "../kernel/zone.ts";
import { CITIES, COMPANY_SIZES, COUNTRIES, INDUSTRIES, REVENUE_RANGES, STATES, TERRITORIES } from "../masters/shared.masters.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { consentDue, optOuts, optOutsOfRelease } from "../person/consent.schema.ts";
import { wordsOfPhone } from "../person/contact.ts";
import { PERSON, personGrants } from "../person/person.domain.ts";
import { isLimited, personSight } from "../person/person-sight.ts";
import { scoreModels } from "../score/shapes.ts";
import { declarations } from "../search-path/set.ts";
import { type BaseRecord, by, Collection, orderedBy, pad } from "../storage/table/collection.ts";
import type { Item } from "../storage/table/item.ts";
import { changed } from "../storage/table/turn.ts";
import { Sealed } from "../storage/vault/vault.ts";
import { byRule } from "../territory/territory.schema.ts";
import { USER } from "../user/user.domain.ts";
import { LEAD } from "./lead.domain.ts";
import { INSURANCE_TYPES, LEAD_SOURCES, LEAD_STATUSES, PRODUCT_LINES } from "./lead.masters.ts";
import { ratings } from "./lead.rules.ts";
import { described, detail, fieldOf, LARGEST, lines, sealings, upgraded } from "./product-line.rules.ts";
import { summed } from "./summary.rules.ts";

export const followUpPriorities = ["LOW", "MEDIUM", "HIGH", "URGENT"] as const;

/** What people write on a lead: the columns of 001, and what 000 and 004 add. */
export const fields = {
  first_name: name(100).nullish(),
  last_name: name(100).nullish(),
  email: email().nullish(),
  phone: phone().nullish(),
  mobile: phone().nullish(),

  company: oneLine(255).nullish(),
  job_title: oneLine(100).nullish(),
  industry_id: master(INDUSTRIES).nullish(),
  company_size_id: master(COMPANY_SIZES).nullish(),
  annual_revenue_range_id: master(REVENUE_RANGES).nullish(),
  annual_revenue: money().nullish().describe("What the company turns over a year, where it is known better than by its range"),
  employee_count: z.number().int().min(0).max(100_000_000).nullish(),
  website: url().nullish(),

  street_address: oneLine(1000).nullish(),
  city_id: master(CITIES).nullish(),
  state_id: master(STATES).nullish(),
  country_id: master(COUNTRIES).nullish(),
  postal_code: oneLine(20).nullish(),

  lead_source_id: master(LEAD_SOURCES).nullish(),
  lead_status_id: master(LEAD_STATUSES).optional().describe("`new` unless told otherwise"),
  territory_id: master(TERRITORIES).nullish(),
  insurance_type_id: master(INSURANCE_TYPES).nullish(),

  budget: money().nullish(),
  currency: currency().nullish().describe("The tenant's unless told otherwise"),
  authority: oneLine(100).nullish().describe("Name of the decision maker"),
  need: text(10_000).nullish(),
  timeline: text(100).nullish(),
  is_qualified: z.boolean().default(false),

  product_line: master(PRODUCT_LINES, "code")
    .nullish()
    .describe(
      "By code: auto, home, specialty or the tenant's own. That of the detail, where it is left out; `null` clears the detail",
    ),
  auto_data: detail("auto").nullish().describe("The detail of the line `auto`, replaced as a whole"),
  home_data: detail("home").nullish().describe("The detail of the line `home`, replaced as a whole"),
  specialty_data: detail("specialty").nullish().describe("The detail of the line `specialty`, replaced as a whole"),

  product_data: json(2 * LARGEST)
    .nullish()
    .describe("The detail of a line of the tenant's own, by its code: `{pet: {schema_version, …}}`; replaced as a whole"),

  umbrella_value: money().nullish(),
  premium: money().nullish(),

  ...optOuts,
  marketing_settings: json(8192).nullish(),

  last_contact_date: instant().nullish(),
  next_contact_date: instant().nullish(),
  follow_up_priority: oneOf(followUpPriorities).nullish(),

  description: text(50_000).nullish(),
  notes: text(50_000).nullish(),
  tags: tags().default([]),
  metadata: json(32_768).nullish().describe("Free; a referral says `referred_by` here"),
};

export const Stored = z.object({
  lead_number: z.string(),
  personal_key_id: id(PERSON),
  person_sight: personSight,
  owner_id: id(USER).nullable().describe("null: waits to be taken"),
  created_day: z.string().describe("The day of created_at in the tenant's time zone, as that was then"),
  ...storedOf(fields),
  consent_due: consentDue,
  display_name: z.string().nullable().describe("What to call it: the name, or else company, email or telephone number"),
  custom_fields: CustomFields.stored(),
  /** What of the detail is sealed, by its place; masks stand there. */
  sealed: Sealed.nullable(),
  territory_rule: byRule,
  lead_status_id: master(LEAD_STATUSES),
  currency: z.string(),
  status_changed_at: instant(),
  lead_score: z.number().int().min(0).max(100),
  rating: oneOf(ratings).nullable().describe("From the score; null on leads that were never scored"),
  score_model: oneOf(scoreModels).nullable().describe("How the score was made; manual: by a person, until it is cleared"),
  score_rule_id: z.string().nullable().describe("The version of the rule that it was made by"),
  scored_at: instant()
    .nullable()
    .describe("null while nothing but its own fields has made it: what its person did has not been looked at, or added nothing"),
  rescore_at: instant().nullable().describe("When the score changes because time passes"),
  qualified_date: instant().nullable(),
  last_activity_date: instant().nullable(),
  follow_up_reminded_at: instant().nullable().describe("The next_contact_date of which the owner has been reminded"),
  is_converted: z.boolean(),
  converted_date: instant().nullable(),
  converted_day: z.string().nullable().describe("The day of converted_date in the tenant's time zone, as that was then"),
  converted_opportunity_id: id(OPPORTUNITY).nullable(),
  converted_contact_id: id(CONTACT).nullable(),
  converted_customer_id: id(CUSTOMER).nullable(),
  order_id: z.string().nullable(),
});

export type LeadRecord = z.output<typeof Stored> & BaseRecord;

/** They read leads. */
const ownLines = lazily(() => import("./own-lines.ts"));

const rank = (priority: LeadRecord["follow_up_priority"]): number => followUpPriorities.indexOf(priority ?? "LOW");

/** A detail that an earlier release stored is read in the present version of its document. */
class LeadCollection extends Collection<LeadRecord> {
  override fromItem(item: Item): LeadRecord {
    const lead = super.fromItem(item);
    const details = lines.flatMap((line) => {
      const field = fieldOf(line);
      return lead[field] ? [[field, upgraded(line, lead[field])]] : [];
    });
    return details.length === 0 ? lead : { ...lead, ...Object.fromEntries(details) };
  }
}

export const Leads = new LeadCollection({
  kind: LEAD,
  schema: Stored,
  row: [
    "lead_number",
    "personal_key_id",
    "person_sight",
    "display_name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "company",
    "job_title",
    "lead_status_id",
    "lead_source_id",
    "owner_id",
    "lead_score",
    "rating",
    "is_qualified",
    "is_converted",
    "product_line",
    "budget",
    "currency",
    "tags",
    "insurance_type_id",
    "territory_id",
    "status_changed_at",
    "converted_date",
    "next_contact_date",
    "follow_up_priority",
    "last_activity_date",
  ],
  indexes: {
    by_time: by(),
    by_owner: by("owner_id"),
    by_status: by("lead_status_id"),
    by_related: by("lead_source_id", { sparse: true }),
    by_class: by("rating", { sparse: true }),
    by_outcome: by("is_converted"),
    by_rank: orderedBy((lead) => pad(lead.lead_score, 3)),
    // The most urgent first among those of the same instant.
    by_date: orderedBy((lead) => lead.next_contact_date && `${lead.next_contact_date}.${9 - rank(lead.follow_up_priority)}`),
  },
  owner: "owner_id",
  reveals: { field: "personal_key_id", unless: isLimited },
  needs: ["personal_key_id"],
  filters: {
    status: { index: "by_status", field: "lead_status_id" },
    source: { index: "by_related", field: "lead_source_id" },
    rating: { index: "by_class", field: "rating" },
    is_converted: { index: "by_outcome", field: "is_converted" },
    product_line: { field: "product_line" },
  },
  computed: { display_name: displayNameOf },
  sums: summed,
  ranges: { min_score: { index: "by_rank", field: "lead_score" } },
  orders: { converted_date: ["is_converted", "true"] },
  sorts: { lead_score: "by_rank", next_contact_date: "by_date" },
  words: (lead) => [
    ...wordsOf(lead.first_name),
    ...wordsOf(lead.last_name),
    ...wordsOf(lead.company),
    ...wordsOfNumber(lead.lead_number),
    ...wordsOfEmail(lead.email),
    ...wordsOfPhone(lead.phone),
    ...wordsOfPhone(lead.mobile),
  ],
  declares: [CustomFields.declarations, declarations],
  own: CustomFields.own,
  detail: {
    ...Object.fromEntries(described().map(({ field, schema }) => [field, { schema: () => schema, sealing: sealings[field] }])),
    product_data: { own: async () => (await ownLines()).documents() },
    metadata: {},
    marketing_settings: {},
  },
  migrations: [
    // Those of earlier releases say the day in UTC.
    (stored) => ({ ...stored, created_day: String(stored.created_at).slice(0, 10) }),
    // What came in as history said the day on which it came in: then no time zone makes up for the difference.
    (stored) => {
      const [day, said] = [String(stored.created_at).slice(0, 10), String(stored.created_day)];
      return Math.abs(daysBetween(day, said)) > 1 ? { ...stored, created_day: day } : stored;
    },
    // They were not counted by owner with source and line, and their rows have not all that lists ask for: the stream does both as
    // it passes them. Of when they were converted they say the day in UTC.
    (stored) => ({
      ...optOutsOfRelease(stored),
      converted_day: (stored.converted_date as string | null | undefined)?.slice(0, 10) ?? null,
    }),
    // They were summed up in other counters: the stream takes them out of these, and adds them to those of this release, as it passes them.
    // So it does with their tags, which were not counted.
    (stored) => stored,
  ],
  owes: ({ consent_due }) => consent_due === true,
  carry: async (lead, tx) => (await import("../person/consent.ts")).carried(LEAD, lead, tx),
  internal: ["consent_due"],
  sealed: "sealed",
  opens: personGrants.sensitive,
  clocks: {
    reminder: ({ is_converted, follow_up_reminded_at, next_contact_date }) =>
      is_converted || follow_up_reminded_at === next_contact_date ? null : next_contact_date,
    rescore: ({ is_converted, rescore_at }) => (is_converted ? null : rescore_at),
  },
  // A model may change the scores of all leads at one midnight.
  bulk: ["rescore"],
  events: {
    score_due: (after, before) => before === undefined && after.scored_at === null,
    status_changed: changed("lead_status_id"),
    // What its score goes by has changed with what it shows.
    sight_changed: changed("person_sight"),
    assigned: changed("owner_id"),
    follow_up_due: ({ follow_up_reminded_at: at }, before) => at !== null && before?.follow_up_reminded_at !== at,
    converted: (after, before) => before !== undefined && !before.is_converted && after.is_converted,
  },
});
