import * as z from "zod";
import { REENGAGEMENT_BATCH } from "../../engagement/reengagement/reengagement.kind.ts";
import {
  currency,
  date,
  email,
  id,
  instant,
  master,
  money,
  name,
  oneOf,
  phone,
  tags,
  text,
  toStoredShape,
  url,
} from "../../kernel/schema.ts";
import { emailSearchWords, numberSearchWords, textSearchWords, textSortKey } from "../../kernel/text.ts";
import { Preference } from "../../people/consent/preference.schema.ts";
import { phoneNumberWords } from "../../people/person/contact-point-parser.ts";
import { isLimited, personDisclosureField } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { COMPANY_SIZES, INDUSTRIES, REVENUE_RANGES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { INSURANCE_TYPES } from "../../sales/lead/lead.masters.ts";
import { placementRule } from "../../sales/territory/territory.schema.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { Address, flatFields } from "./address.schema.ts";
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
  name: name(255).optional().describe("Of the company; an individual is called as the person unless told otherwise"),
  customer_type_id: master(CUSTOMER_TYPES).nullish(),
  website: url(500).nullish(),
  phone: phone().nullish(),
  fax: phone().nullish(),
  email: email().nullish(),
  industry_id: master(INDUSTRIES).nullish(),

  legal_name: text(255).nullish(),
  tax_id: name(50)
    .refine((typed) => taxKey(typed) !== "", "Has neither letters nor digits")
    .nullish()
    .describe("Of one customer alone, whatever its spaces and points"),
  founding_year: z
    .number()
    .int()
    .min(1500)
    .max(9999)
    .meta({ examples: [1987] })
    .nullish()
    .describe("Up to this year"),
  company_size_id: master(COMPANY_SIZES).nullish(),
  annual_revenue_range_id: master(REVENUE_RANGES).nullish(),
  annual_revenue: money().nullish(),
  employee_count: z.number().int().min(0).max(100_000_000).nullish(),
  sector: text(100).nullish(),
  is_public_company: z.boolean().default(false),
  is_startup: z.boolean().default(false),
  target_market: text(1000).nullish(),
  mission_statement: text(2000).nullish(),
  parent_customer_id: id(CUSTOMER).nullish(),
  account_type: oneOf(accountTypes).nullish().describe("What it is among the customers above and below it"),

  currency: currency().nullish().describe("Of annual_revenue and credit_limit; the tenant's unless told otherwise"),
  credit_limit: money().nullish(),
  payment_terms: text(100).nullish(),

  status: oneOf(customerStatuses).default("PROSPECT"),
  churn_reason_id: master(CHURN_REASONS).nullish().describe("Of a CHURNED customer, which has one"),
  churn_notes: text(10_000).nullish().describe("Of a CHURNED customer"),
  lifecycle_stage: oneOf(lifecycleStages)
    .nullish()
    .describe("By the tenant's rule, unless set by hand; `null` lets it follow the rule again"),
  tier: oneOf(tiers).nullish(),
  customer_rank: text(50).nullish(),
  vip_status: z.boolean().default(false),
  territory_id: master(TERRITORIES).nullish(),
  customer_since: date().nullish().describe("The day on which it became ACTIVE, unless told otherwise"),
  last_contact_date: instant().nullish(),
  next_contact_date: instant().nullish(),

  insurance_type_id: master(INSURANCE_TYPES).nullish(),
  source: text(100)
    .nullish()
    .describe("Where the customer came from: the code of the source of its first lead, unless told otherwise"),

  description: text(50_000).nullish(),
  notes: text(50_000).nullish(),
  tags: tags().default([]),
};

export const Stored = z.object({
  customer_number: z.string(),
  customer_type: oneOf(customerTypes).describe("It stays"),
  personal_key_id: id(PERSON).nullable().describe("The person of an individual"),
  person_sight: personDisclosureField,
  owner_id: id(USER).nullable(),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  ...toStoredShape(flatFields),
  addresses: z.array(Address),
  name: z.string(),
  lifecycle_stage: oneOf(lifecycleStages),
  lifecycle_is_manual: z.boolean().describe("Set by hand: it does not follow the rule"),
  currency: z.string(),
  territory_rule: placementRule,
  first_lead_id: id(LEAD).nullable().describe("The first lead that became it"),
  preferences: z
    .array(Preference)
    .nullable()
    .describe("Of a business: whether it may be written to, by channel and purpose. Of an individual those of the person hold"),
  company_size: oneOf(companySizes).nullable().describe("From employee_count; null where that is not known"),
  lead_score: z.number().int().min(0).max(100).nullable(),
  health_score: z.number().int().min(0).max(100).nullable(),
  risk_level: oneOf(riskLevels).nullable(),
  health_due_at: instant().nullable().describe("When time alone changes the health"),
  last_activity_date: instant().nullable(),
  churned_at: instant().nullable(),
  merged_into: id(CUSTOMER).nullable().describe("The one that this one was joined to"),
  merge_id: z.string().nullable(),
  merged_ids: z.array(id(CUSTOMER)).describe("Those that were joined to it: their ids lead to it"),
  hierarchy_level: z.number().int().min(0).describe("How many customers stand above it; follows a move within moments"),
  ancestor_ids: z.array(id(CUSTOMER)).describe("Those above it, nearest first, as far as it counts at them"),
  ...figureFields,
  amounts,
  lead_status: z
    .string()
    .nullable()
    .describe("Of an individual: the status of the newest lead of the person that is not converted, by its code"),
  potential_status: z
    .string()
    .nullable()
    .describe("Of an individual: the status of the newest potential of the person that is not final, by its code"),
  id_batch: id(REENGAGEMENT_BATCH)
    .nullable()
    .describe("Of an individual: the re-engagement batch that the person was added to last, until that is over for them"),
});

export type CustomerRecord = z.output<typeof Stored> & BaseRecord;

export const Customers = new Collection<CustomerRecord>({
  kind: CUSTOMER,
  schema: Stored,
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
  },
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
  sums: buildRollUpSums,
  sensitivity: "confidential",
  internal: ["ancestor_ids"],
  missingValues: {
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
  ],
});
