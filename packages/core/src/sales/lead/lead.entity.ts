import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { memoize } from "../../kernel/memoize.ts";
import { buildDisplayName } from "../../kernel/person-name.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { phoneNumberWords } from "../../kernel/phone-words.ts";
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
  tags,
  text,
  toStoredShape,
  url,
} from "../../kernel/schema.ts";
import { emailSearchWords, numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { daysBetween } from "../../kernel/time-zone.ts";
import { consentDueField, migrateOptOuts, optOutFields } from "../../people/consent/opt-out.schema.ts";
import { isLimited, personDisclosureField } from "../../people/person/disclosure.ts";
import { PERSON, personGrants } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import {
  CITIES,
  COMPANY_SIZES,
  COUNTRIES,
  INDUSTRIES,
  REVENUE_RANGES,
  STATES,
  TERRITORIES,
} from "../../platform/master-data/shared.masters.ts";
import { listDeclarations } from "../../platform/search-path/path-set.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, pad, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import type { Item } from "../../storage/table/item.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { buildCampaignLeadSums, buildNewLeadSums } from "../opportunity/campaign-sales.rules.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.kind.ts";
import {
  builtInLines,
  describeBuiltInLines,
  detailField,
  detailSchema,
  MAX_DOCUMENT_BYTES,
  sealings,
  upgradeDocument,
} from "../product-line/product-line.rules.ts";
import { scoreModels } from "../scoring/schemas.ts";
import { placementRule } from "../territory/territory.schema.ts";
import { LEAD } from "./lead.kind.ts";
import { INSURANCE_TYPES, LEAD_SOURCES, LEAD_STATUSES, PRODUCT_LINES } from "./lead.masters.ts";
import { ratings } from "./lead.rules.ts";
import { buildSummarySums } from "./summary.rules.ts";

export const followUpPriorities = ["LOW", "MEDIUM", "HIGH", "URGENT"] as const;

/** Fields of a lead that users write. */
export const fields = {
  first_name: personalData("identity", name(100).nullish()),
  last_name: personalData("identity", name(100).nullish()),
  email: email().nullish(),
  phone: phone().nullish(),
  mobile: phone().nullish(),

  company: personalData("employment", oneLine(255).nullish()),
  job_title: personalData("employment", oneLine(100).nullish()),
  industry_id: personalData("employment", master(INDUSTRIES).nullish()),
  company_size_id: personalData("employment", master(COMPANY_SIZES).nullish()),
  annual_revenue_range_id: personalData("financial", master(REVENUE_RANGES).nullish()),
  annual_revenue: money().nullish().describe("Annual revenue of the company, if you know more than its range"),
  employee_count: personalData("employment", z.number().int().min(0).max(100_000_000).nullish()),
  website: url().nullish(),

  street_address: personalData("location", oneLine(1000).nullish()),
  city_id: personalData("location", master(CITIES).nullish()),
  state_id: personalData("location", master(STATES).nullish()),
  country_id: personalData("location", master(COUNTRIES).nullish()),
  postal_code: personalData("location", oneLine(20).nullish()),

  lead_source_id: master(LEAD_SOURCES).nullish(),
  source_campaign_id: id(CAMPAIGN).nullish().describe("The campaign that the lead came from"),
  lead_status_id: master(LEAD_STATUSES).optional().describe("If empty, the status new"),
  territory_id: personalData("location", master(TERRITORIES).nullish()),
  insurance_type_id: personalData("insurance", master(INSURANCE_TYPES).nullish()),

  budget: money().nullish(),
  currency: currency().nullish().describe("If empty, the currency of the organization"),
  authority: personalData("employment", oneLine(100).nullish().describe("Name of the decision maker")),
  need: text(10_000).nullish(),
  timeline: personalData("relationship", oneLine(100).nullish()),
  is_qualified: personalData("relationship", z.boolean().default(false)),

  product_line: personalData(
    "insurance",
    master(PRODUCT_LINES, "code")
      .nullish()
      .describe(
        "Line of products: auto, home, specialty or one of the organization's own. If left out, that of the detail; `null` clears the detail",
      ),
  ),
  auto_data: personalData("insurance", detailSchema("auto").nullish().describe("Details of car insurance, replaced as a whole")),
  home_data: personalData("insurance", detailSchema("home").nullish().describe("Details of home insurance, replaced as a whole")),
  specialty_data: personalData(
    "insurance",
    detailSchema("specialty").nullish().describe("Details of specialty insurance, replaced as a whole"),
  ),

  product_data: personalData(
    "insurance",
    json(2 * MAX_DOCUMENT_BYTES)
      .nullish()
      .describe("The detail of one of the tenant's own lines, by its code: `{pet: {schema_version, …}}`; replaced as a whole"),
  ),

  umbrella_value: money().nullish(),
  premium: money().nullish(),

  ...optOutFields,
  marketing_settings: personalData("consent", json(8192).nullish()),

  last_contact_date: instant().nullish(),
  next_contact_date: instant().nullish(),
  follow_up_priority: personalData("relationship", oneOf(followUpPriorities).nullish()),

  description: text(50_000).nullish(),
  notes: text(50_000).nullish(),
  tags: tags().default([]),
  metadata: json(32_768).nullish().describe("Further data as JSON; a referral sets `referred_by` here"),
};

export const Stored = z.object({
  lead_number: personalData("identifier", z.string()),
  personal_key_id: id(PERSON),
  person_sight: personDisclosureField,
  owner_id: id(USER).nullable().describe("null if the lead is unassigned"),
  created_day: personalData("relationship", z.string().describe("The day of created_at in the tenant's time zone at that time")),
  ...toStoredShape(fields),
  consent_due: consentDueField,
  display_name: personalData(
    "identity",
    z.string().nullable().describe("Name to display: the name, or else the company, email or telephone number"),
  ),
  custom_fields: CustomFields.storedSchema(),
  /** The sealed parts of the detail by their path. The document holds masks in their place. */
  sealed: Sealed.nullable(),
  territory_rule: placementRule,
  lead_status_id: master(LEAD_STATUSES),
  currency: personalData("financial", z.string()),
  status_changed_at: instant(),
  lead_score: personalData("behavior", z.number().int().min(0).max(100)),
  rating: personalData(
    "behavior",
    oneOf(ratings).nullable().describe("Derived from the score; null on leads that were never scored"),
  ),
  score_model: personalData(
    "behavior",
    oneOf(scoreModels).nullable().describe("How the score was computed; manual: set by a person, until it is cleared"),
  ),
  score_rule_id: personalData("behavior", z.string().nullable().describe("The rule version that computed the score")),
  scored_at: personalData(
    "behavior",
    instant()
      .nullable()
      .describe(
        "null while the score depends only on the lead's own fields: the person's actions were not evaluated, or added nothing",
      ),
  ),
  rescore_at: personalData("none", instant().nullable().describe("When the score next changes because time passes")),
  qualified_date: instant().nullable(),
  qualified_day: personalData(
    "relationship",
    z
      .string()
      .nullable()
      .describe(
        "The day of qualified_date in the tenant's time zone at that time; null for leads that were qualified in earlier releases",
      ),
  ),
  last_activity_date: instant().nullable(),
  follow_up_reminded_at: personalData(
    "none",
    instant().nullable().describe("The next_contact_date for which the owner was reminded"),
  ),
  is_converted: personalData("relationship", z.boolean()),
  converted_date: instant().nullable(),
  converted_day: personalData(
    "relationship",
    z.string().nullable().describe("The day of converted_date in the tenant's time zone at that time"),
  ),
  converted_opportunity_id: id(OPPORTUNITY).nullable(),
  converted_contact_id: id(CONTACT).nullable(),
  converted_customer_id: id(CUSTOMER).nullable(),
  order_id: personalData("reference", z.string().nullable().describe("The first order that names the lead")),
});

export type LeadRecord = z.output<typeof Stored> & BaseRecord;

/** Imported on first use, because tenant-line.ts imports leads. */
const loadTenantLines = memoize(() => import("../product-line/tenant-line.ts"));

const priorityRank = (priority: LeadRecord["follow_up_priority"]): number => followUpPriorities.indexOf(priority ?? "LOW");

/** Upgrades details that an earlier release stored to the present version of their document. */
class LeadCollection extends Collection<LeadRecord> {
  override fromItem(item: Item): LeadRecord {
    const lead = super.fromItem(item);
    const details = builtInLines.flatMap((line) => {
      const field = detailField(line);
      return lead[field] ? [[field, upgradeDocument(line, lead[field])]] : [];
    });
    return details.length === 0 ? lead : { ...lead, ...Object.fromEntries(details) };
  }
}

export const Leads = new LeadCollection({
  kind: LEAD,
  schema: Stored,
  personalData: {
    purpose: "Win persons and companies as customers.",
    sharedFields: { sealed: "insurance" },
    subject: aboutPerson(reach("personal_key_id", PERSON)),
    sealedValues: { "auto_data.drivers[].date_of_birth": "birth", "auto_data.drivers[].license_number": "government_id" },
    recipients: ["webhook"],
  },
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
    "source_campaign_id",
  ],
  links: {
    below: ["activities", "score", "assignments"],
    names: {
      converted_customer_id: "customer",
      converted_contact_id: "contact",
      converted_opportunity_id: "opportunity",
      personal_key_id: "person",
    },
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("lead_status_id"),
    by_related: indexBy("lead_source_id", { sparse: true }),
    by_class: indexBy("rating", { sparse: true }),
    by_outcome: indexBy("is_converted"),
    by_rank: sortedIndexBy((lead) => pad(lead.lead_score, 3)),
    // Leads with the same instant are sorted by urgency, the most urgent first.
    by_date: sortedIndexBy(
      (lead) => lead.next_contact_date && `${lead.next_contact_date}.${9 - priorityRank(lead.follow_up_priority)}`,
    ),
  },
  owner: "owner_id",
  person: "personal_key_id",
  visibilityGrant: { field: "personal_key_id", except: isLimited },
  requiredReferences: ["personal_key_id"],
  filters: {
    status: { index: "by_status", field: "lead_status_id" },
    source: { index: "by_related", field: "lead_source_id" },
    rating: { index: "by_class", field: "rating" },
    is_converted: { index: "by_outcome", field: "is_converted" },
    product_line: { field: "product_line" },
    campaign: { extraIndex: "campaign", field: "source_campaign_id", hasOwnCounters: true },
  },
  computed: { display_name: buildDisplayName },
  sums: (lead) => joinSums(buildSummarySums(lead), buildCampaignLeadSums(lead), buildNewLeadSums(lead)),
  ranges: { min_score: { index: "by_rank", field: "lead_score" } },
  entryOrders: { converted_date: ["is_converted", "true"] },
  sorts: { lead_score: "by_rank", next_contact_date: "by_date" },
  searchWords: (lead) => [
    ...textSearchWords(lead.first_name),
    ...textSearchWords(lead.last_name),
    ...textSearchWords(lead.company),
    ...numberSearchWords(lead.lead_number),
    ...emailSearchWords(lead.email),
    ...phoneNumberWords(lead.phone),
    ...phoneNumberWords(lead.mobile),
  ],
  pathDeclarationSources: [CustomFields.listDeclarations, listDeclarations],
  customFields: CustomFields.ownFields,
  detail: {
    ...Object.fromEntries(
      describeBuiltInLines().map(({ field, schema }) => [field, { schema: () => schema, sealing: sealings[field] }]),
    ),
    product_data: { tenantDocuments: async () => (await loadTenantLines()).buildDetails() },
    metadata: {},
    marketing_settings: {},
  },
  migrations: [
    // Leads of earlier releases get the day in UTC.
    (stored) => ({ ...stored, created_day: String(stored.created_at).slice(0, 10) }),
    // Imported history was stored with the day of its import. A difference of more than a day cannot come from a time zone, so it is
    // corrected.
    (stored) => {
      const [day, storedDay] = [String(stored.created_at).slice(0, 10), String(stored.created_day)];
      return Math.abs(daysBetween(day, storedDay)) > 1 ? { ...stored, created_day: day } : stored;
    },
    // Leads of this shape were not counted by owner with source and line, and their rows lack fields that lists filter by. The stream
    // consumer adds both when it processes the migrated record. The day of conversion is the day in UTC.
    (stored) => ({
      ...migrateOptOuts(stored),
      converted_day: (stored.converted_date as string | null | undefined)?.slice(0, 10) ?? null,
    }),
    // Leads of this shape were summed in other counters, and their tags were not counted. The stream consumer moves the sums to the present
    // counters and counts the tags when it processes the migrated record.
    (stored) => stored,
    // Changes nothing: the write passes through the stream, whose consumer adds the search words for the ends of telephone numbers.
    (stored) => stored,
  ],
  missingValues: { qualified_day: null },
  extraIndex: {
    of: ({ source_campaign_id }) => (source_campaign_id ? [{ partition: ["campaign", source_campaign_id] }] : []),
    since: 6,
  },
  needsMigration: ({ consent_due }) => consent_due === true,
  migrateRecord: async (lead, tx) => (await import("../../people/person/consent.ts")).migrateRecord(LEAD, lead, tx),
  internal: ["consent_due"],
  sealed: "sealed",
  unsealPermission: personGrants.sensitive,
  clocks: {
    reminder: ({ is_converted, follow_up_reminded_at, next_contact_date }) =>
      is_converted || follow_up_reminded_at === next_contact_date ? null : next_contact_date,
    rescore: ({ is_converted, rescore_at }) => (is_converted ? null : rescore_at),
  },
  // A scoring model may change the scores of all leads at the same midnight.
  bulkClocks: ["rescore"],
  events: {
    score_due: (after, before) => before === undefined && after.scored_at === null,
    status_changed: fieldChanged("lead_status_id"),
    // What the lead shows of its person has changed, so the inputs of its score have changed.
    sight_changed: fieldChanged("person_sight"),
    assigned: fieldChanged("owner_id"),
    follow_up_due: ({ follow_up_reminded_at }, before) =>
      follow_up_reminded_at !== null && before?.follow_up_reminded_at !== follow_up_reminded_at,
    converted: (after, before) => before !== undefined && !before.is_converted && after.is_converted,
  },
});
