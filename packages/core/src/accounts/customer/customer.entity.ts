import * as z from "zod";
import { REENGAGEMENT_BATCH } from "../../engagement/reengagement/reengagement.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { phoneNumberWords } from "../../kernel/phone-words.ts";
import {
  currency,
  date,
  email,
  id,
  instant,
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
import { emailSearchWords, numberSearchWords, textSearchWords, textSortKey } from "../../kernel/text.ts";
import { Preference } from "../../people/consent/preference.schema.ts";
import { isLimited, personDisclosureField } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { COMPANY_SIZES, INDUSTRIES, REVENUE_RANGES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { INSURANCE_TYPES } from "../../sales/lead/lead.masters.ts";
import { placementRule } from "../../sales/territory/territory.schema.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { Address, flatFields } from "./address.schema.ts";
import { buildChurnedSums } from "./churned-days.rules.ts";
import { buildCreatedSums } from "./created-days.rules.ts";
import { CUSTOMER } from "./customer.kind.ts";
import { CHURN_REASONS, CUSTOMER_TYPES } from "./customer.masters.ts";
import {
  accountTypes,
  companySizes,
  customerStatuses,
  customerTypes,
  lifecycleStages,
  riskLevels,
  taxKey,
  tiers,
  toCompanySize,
} from "./customer.rules.ts";
import { amounts, figureFields, noFigures } from "./figures.schema.ts";
import { buildRollUpSums } from "./roll-up.rules.ts";

/** Fields of a customer that users write. */
export const fields = {
  name: name(255).optional().describe("Name of the company. If empty for an individual, the name of the person"),
  customer_type_id: master(CUSTOMER_TYPES).nullish(),
  website: url(500).nullish(),
  phone: phone().nullish(),
  fax: phone().nullish(),
  email: email().nullish(),
  industry_id: personalData("employment", master(INDUSTRIES).nullish()),
  industry_code: personalData(
    "employment",
    oneLine(20).nullish().describe("Code in an industry classification, such as NAICS 541511"),
  ),

  legal_name: personalData("identity", oneLine(255).nullish()),
  tax_id: personalData(
    "government_id",
    name(50)
      .refine((typed) => taxKey(typed) !== "", "Must contain letters or digits")
      .nullish()
      .describe("Unique among customers, regardless of spaces and punctuation"),
  ),
  founding_year: personalData(
    "employment",
    z
      .number()
      .int()
      .min(1500)
      .max(9999)
      .meta({ examples: [1987] })
      .nullish()
      .describe("Not later than this year"),
  ),
  company_size_id: personalData("employment", master(COMPANY_SIZES).nullish()),
  annual_revenue_range_id: personalData("financial", master(REVENUE_RANGES).nullish()),
  annual_revenue: money().nullish(),
  employee_count: personalData("employment", z.number().int().min(0).max(100_000_000).nullish()),
  sector: personalData("employment", oneLine(100).nullish()),
  is_public_company: z.boolean().default(false),
  is_startup: z.boolean().default(false),
  target_market: text(1000).nullish(),
  mission_statement: text(2000).nullish(),
  parent_customer_id: id(CUSTOMER).nullish(),
  account_type: personalData(
    "relationship",
    oneOf(accountTypes).nullish().describe("Role of the customer among those above and below it"),
  ),

  currency: currency().nullish().describe("Currency of annual revenue and credit limit. If empty, that of the organization"),
  credit_limit: money().nullish(),
  payment_terms: personalData("financial", text(100).nullish()),

  status: personalData("relationship", oneOf(customerStatuses).default("PROSPECT")),
  churn_reason_id: master(CHURN_REASONS)
    .nullish()
    .describe("Why the customer left. Needed for customers that left, and only for them"),
  churn_notes: text(10_000).nullish().describe("Only for customers that left"),
  lifecycle_stage: oneOf(lifecycleStages)
    .nullish()
    .describe("If empty, the stage by the rule of the organization, which it then follows"),
  tier: personalData("relationship", oneOf(tiers).nullish()),
  customer_rank: personalData(
    "relationship",
    oneLine(50).nullish().describe("Empty or a rank of the rule `customer_rank`: it follows the sales of the customer"),
  ),
  vip_status: personalData("relationship", z.boolean().default(false)),
  territory_id: personalData("location", master(TERRITORIES).nullish()),
  customer_since: date().nullish().describe("If empty, the day on which the customer became active"),
  last_contact_date: instant().nullish(),
  next_contact_date: instant().nullish(),

  insurance_type_id: personalData("insurance", master(INSURANCE_TYPES).nullish()),
  source: personalData(
    "relationship",
    oneLine(100).nullish().describe("Origin of the customer. If empty, the source of its first lead"),
  ),

  description: text(50_000).nullish(),
  notes: text(50_000).nullish(),
  tags: tags().default([]),
};

export const Stored = z.object({
  customer_number: personalData("identifier", z.string()),
  created_day: personalData(
    "relationship",
    z
      .string()
      .nullable()
      .describe(
        "The day of created_at in the tenant's time zone at that time; null for customers of earlier releases, whose day is in UTC",
      ),
  ),
  customer_type: personalData("relationship", oneOf(customerTypes).describe("Cannot be changed")),
  personal_key_id: id(PERSON).nullable().describe("The person of an individual"),
  person_sight: personDisclosureField,
  owner_id: id(USER).nullable(),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  ...toStoredShape(flatFields),
  addresses: personalData("location", z.array(Address)),
  name: personalData("identity", z.string()),
  lifecycle_stage: personalData("relationship", oneOf(lifecycleStages)),
  lifecycle_is_manual: z.boolean().describe("Whether it was set manually and does not follow the rule"),
  currency: personalData("financial", z.string()),
  territory_rule: placementRule,
  first_lead_id: id(LEAD).nullable().describe("The first lead that was converted to it"),
  preferences: personalData(
    "consent",
    z
      .array(Preference)
      .nullable()
      .describe("Business only: consent to messages, by channel and purpose. For an individual, the person's consent applies"),
  ),
  company_size: personalData(
    "employment",
    oneOf(companySizes).nullable().describe("Derived from employee_count; null if unknown"),
  ),
  lead_score: personalData("behavior", z.number().int().min(0).max(100).nullable()),
  health_score: personalData("behavior", z.number().int().min(0).max(100).nullable()),
  risk_level: personalData("behavior", oneOf(riskLevels).nullable()),
  health_due_at: personalData("none", instant().nullable().describe("When the health next changes because time passes")),
  last_activity_date: instant().nullable(),
  churned_at: instant().nullable(),
  churned_day: personalData(
    "relationship",
    z
      .string()
      .nullable()
      .describe(
        "The day of churned_at in the tenant's time zone at that time; null for customers that churned in earlier releases",
      ),
  ),
  merged_into: id(CUSTOMER).nullable().describe("The customer that this one was merged into"),
  merge_id: personalData("reference", z.string().nullable()),
  merged_ids: z.array(id(CUSTOMER)).describe("Customers that were merged into this one; their ids lead to it"),
  hierarchy_level: z.number().int().min(0).describe("Number of customers above it; updated moments after a move"),
  ancestor_ids: z.array(id(CUSTOMER)).describe("Customers above it whose totals include it, nearest first"),
  ...figureFields,
  amounts,
  lead_status: personalData(
    "relationship",
    z.string().nullable().describe("Individual only: code of the status of the person's newest unconverted lead"),
  ),
  potential_status: personalData(
    "relationship",
    z.string().nullable().describe("Individual only: code of the status of the person's newest potential that is not final"),
  ),
  id_batch: personalData(
    "identifier",
    id(REENGAGEMENT_BATCH)
      .nullable()
      .describe("Individual only: the re-engagement batch to which the person was last added, until it is over for the person"),
  ),
});

export type CustomerRecord = z.output<typeof Stored> & BaseRecord;

/** Amounts of an earlier release have no lifetime value. */
const addLifetimeValues = (stored: unknown): unknown[] =>
  ((stored ?? []) as { won_amount: string }[]).map((amount) => ({ lifetime_value: amount.won_amount, ...amount }));

export const Customers = new Collection<CustomerRecord>({
  kind: CUSTOMER,
  schema: Stored,
  personalData: {
    purpose: "Serve customers, who are persons or companies, and keep the history of the relationship.",
    subject: aboutPerson(reach("personal_key_id", PERSON), reach("first_lead_id", LEAD)),
    recipients: ["webhook", "geocoder"],
  },
  row: [
    "customer_number",
    "customer_type",
    "personal_key_id",
    "person_sight",
    "owner_id",
    "name",
    "customer_type_id",
    "website",
    "phone",
    "email",
    "industry_id",
    "parent_customer_id",
    "status",
    "lifecycle_stage",
    "tier",
    "customer_rank",
    "vip_status",
    "territory_id",
    "lead_score",
    "health_score",
    "risk_level",
    "tags",
    "customer_since",
    "last_contact_date",
    "next_contact_date",
    "last_activity_date",
    "account_type",
    "hierarchy_level",
    "churn_reason_id",
    "churned_at",
    "currency",
    "total_opportunities",
    "open_opportunities",
    "won_opportunities",
    "won_amount",
    "pipeline_value",
    "lifetime_value",
    "paid_orders_count",
    "last_won_at",
    "last_order_at",
    "lead_status",
    "potential_status",
    "id_batch",
  ],
  links: {
    below: ["contacts", "leads", "hierarchy", "opportunities", "deals", "activities"],
    names: { personal_key_id: "person", parent_customer_id: "parent" },
    except: ["first_lead_id", "merged_into", "id_batch"],
    more: { all: "/customers/{id}/360" },
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("parent_customer_id", { sparse: true }),
    by_class: indexBy("industry_id", { sparse: true }),
    by_outcome: indexBy("customer_type_id", { sparse: true }),
    by_rank: sortedIndexBy((customer) => textSortKey(customer.name)),
    by_date: sortedIndexBy((customer) => customer.last_contact_date),
  },
  owner: "owner_id",
  person: "personal_key_id",
  visibilityGrant: { field: "personal_key_id", except: isLimited },
  requiredReferences: ["personal_key_id"],
  filters: {
    status: { index: "by_status", field: "status" },
    customer_type: { field: "customer_type" },
    type: { index: "by_outcome", field: "customer_type_id" },
    industry: { index: "by_class", field: "industry_id" },
    parent: { index: "by_related", field: "parent_customer_id", hasOwnCounters: true },
    lifecycle_stage: { field: "lifecycle_stage" },
    tier: { field: "tier" },
    vip_status: { field: "vip_status" },
    risk_level: { field: "risk_level" },
    id_batch: { extraIndex: "batch", field: "id_batch", hasOwnCounters: true },
  },
  // All ten indexes of the table have another use, and few customers are in a batch.
  extraIndex: { of: ({ id_batch }) => (id_batch ? [{ partition: ["batch", id_batch] }] : []), since: 6 },
  sorts: { name: "by_rank", last_contact_date: "by_date" },
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (customer) => [
    ...textSearchWords(customer.name),
    ...numberSearchWords(customer.customer_number),
    ...emailSearchWords(customer.email),
    ...phoneNumberWords(customer.phone),
  ],
  events: {
    status_changed: fieldChanged("status"),
    // The position in the hierarchy changed. The subscriber `customer-levels` then corrects the customer and its children.
    moved: (after, before) =>
      after.parent_customer_id !== (after.ancestor_ids[0] ?? null) ||
      String(after.ancestor_ids) !== String(before?.ancestor_ids ?? []) ||
      after.hierarchy_level !== (before?.hierarchy_level ?? 0) ||
      (before !== undefined && before.deleted_at !== after.deleted_at),
    assigned: fieldChanged("owner_id"),
  },
  clocks: { health: ({ health_due_at }) => health_due_at },
  // Customers whose last activity was on the same day become due at the same midnight.
  bulkClocks: ["health"],
  sums: (customer) => joinSums(buildRollUpSums(customer), buildCreatedSums(customer), buildChurnedSums(customer)),
  sensitivity: "confidential",
  internal: ["ancestor_ids"],
  missingValues: {
    created_day: null,
    churned_day: null,
    ...{ merged_ids: [], lifecycle_is_manual: false, hierarchy_level: 0, ancestor_ids: [], addresses: [], amounts: [] },
    ...noFigures,
  },
  migrations: [
    (stored) => ({ ...stored, company_size: toCompanySize((stored.employee_count as number | undefined) ?? null) }),
    // Rewrites the index key of the name order: a name now sorts before the names that start with it.
    (stored) => stored,
    // Releases themselves set only PROSPECT and OPPORTUNITY, so a user set any other stage. Tags of older records were neither counted nor
    // searchable; the stream consumer adds both when it processes the migrated record.
    (stored) => ({ ...stored, lifecycle_is_manual: !["PROSPECT", "OPPORTUNITY"].includes(String(stored.lifecycle_stage)) }),
    // The rewrite makes the stream consumer compute the status of each individual's newest open lead.
    (stored) => stored,
    // Rows had no id_batch; it was neither counted nor in the extra index. Risk levels, days of creation and churned customers were not counted. There were no orders, so won amounts are the lifetime value.
    (stored) => ({ ...stored, amounts: addLifetimeValues(stored.amounts) }),
  ],
});
