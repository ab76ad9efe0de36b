import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { Money } from "../../kernel/money.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import {
  amount,
  currency,
  date,
  id,
  instant,
  master,
  name,
  oneOf,
  reference,
  tags,
  text,
  toStoredShape,
} from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { isLimited, personDisclosureField } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { buildCellSums, joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { forecastCategories } from "../../platform/master-data/stage.rules.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import type { Item } from "../../storage/table/item.ts";
import { LEAD } from "../lead/lead.kind.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { PRODUCT } from "../product/product.kind.ts";
import { buildCampaignOpportunitySums } from "./campaign-sales.rules.ts";
import { buildSums } from "./customer-totals.rules.ts";
import { buildLeadCohortSums } from "./lead-cohort.rules.ts";
import { COMPETITOR, OPPORTUNITY, OPPORTUNITY_LINE } from "./opportunity.kind.ts";
import { OPPORTUNITY_STAGES, WIN_LOSS_REASONS } from "./opportunity.masters.ts";
import { opportunityTypes } from "./opportunity.rules.ts";

/** Fields of an opportunity that users write. */
export const fields = {
  name: name(255),
  description: text(50_000).nullish(),
  customer_id: id(CUSTOMER).nullish().describe("Needed at the latest when the opportunity is won"),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer, or of the lead"),
  stage_id: master(OPPORTUNITY_STAGES).optional().describe("If empty, the first open stage"),
  probability: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullish()
    .describe("In percent. If empty, the probability of the stage, which it then follows"),
  amount: amount().nullish().describe("If empty, the sum of the priced products, which it then follows"),
  currency: currency().nullish().describe("If empty, the currency of the organization"),
  close_date: date().nullish().describe("Expected closing date"),
  next_step: text(255).nullish(),
  next_step_date: date().nullish(),
  territory_id: master(TERRITORIES).nullish(),
  type: personalData("relationship", oneOf(opportunityTypes).nullish()),
  lead_source_id: master(LEAD_SOURCES).nullish(),
  source_campaign_id: personalData("relationship", reference(CAMPAIGN, { wasText: true }).nullish()),
  win_loss_reason_id: master(WIN_LOSS_REASONS).nullish().describe("Only for a closed opportunity"),
  win_loss_notes: text(5000).nullish(),
  has_competition: z.boolean().default(false).describe("Always yes if the opportunity has competitors"),
  tags: tags().default([]),
};

/** A line of an opportunity: a product or service. */
export const lineFields = {
  product_id: id(PRODUCT).nullish(),
  ...LineItems.lineFields,
  unit_price: amount().nullish().describe("Defaults to the price of the product; `null`: unknown"),
};

export const Line = z.object({
  ...toStoredShape(lineFields),
  id: id(OPPORTUNITY_LINE),
  total_price: amount()
    .nullable()
    .describe("unit_price × quantity × (100 − discount_percent) / 100, rounded half up to the minor unit"),
});

/** A competitor for the same opportunity. */
export const competitorFields = {
  competitor_name: name(255),
  strengths: text(5000).nullish(),
  weaknesses: text(5000).nullish(),
  is_primary_competitor: z.boolean().default(false).describe("At most one competitor is primary"),
};

export const Competitor = z.object({ ...toStoredShape(competitorFields), id: id(COMPETITOR) });

export const Stored = z.object({
  opportunity_number: personalData("identifier", z.string()),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  personal_key_id: id(PERSON).nullable().describe("The person of the contact"),
  person_sight: personDisclosureField,
  owner_id: id(USER).nullable().describe("null if the opportunity is unassigned"),
  stage_id: master(OPPORTUNITY_STAGES),
  stage_changed_at: instant(),
  amount_is_manual: z.boolean().describe("Whether the amount was set manually, regardless of the products"),
  products: personalData("financial", z.array(Line)),
  competitors: personalData("none", z.array(Competitor)),
  created_day: personalData("relationship", z.string().describe("The day of created_at in the tenant's time zone at that time")),
  probability: personalData("relationship", z.number().int()),
  probability_is_manual: z
    .boolean()
    .describe("Whether it was set manually and does not follow the stage while the stage is open"),
  currency: personalData("financial", z.string()),
  expected_revenue: amount().nullable().describe("amount × probability / 100, rounded half up to the minor unit"),
  lead_id: id(LEAD).nullable().describe("The lead that it came from"),
  lead_created_day: personalData(
    "relationship",
    z
      .string()
      .nullable()
      .describe(
        "The day on which that lead was created; null for opportunities of earlier releases, for which the id of the lead tells it in UTC",
      ),
  ),
  is_closed: personalData("relationship", z.boolean()),
  is_won: personalData("relationship", z.boolean().nullable().describe("null while the opportunity is open")),
  closed_date: date().nullable(),
  competitor_id: personalData("none", z.string().nullable().describe("The competitor that won, one of those of the opportunity")),
  forecast_category: personalData("relationship", oneOf(forecastCategories).describe("Forecast category of the stage")),
  last_activity_date: instant().nullable(),
  ordered_at: instant()
    .nullable()
    .describe("When an order of the opportunity was first confirmed. Its orders then state the revenue of the sale"),
});

export type OpportunityRecord = z.output<typeof Stored> & BaseRecord;

/** Sort keys before every amount, and after every date. */
const [LOWEST_AMOUNT_KEY, HIGHEST_DATE_KEY] = ["-", "~"];

/** Rounds the amounts of an earlier release to the decimals of their currency, half up. */
function normalizeAmounts({ amount, expected_revenue, currency }: Item): Item {
  const formed = (value: unknown): unknown =>
    typeof value === "string" ? Money.convert(value, "1", Money.currencyDecimals(String(currency))) : value;
  return { amount: formed(amount), expected_revenue: formed(expected_revenue) };
}

export const Opportunities = new Collection<OpportunityRecord>({
  kind: OPPORTUNITY,
  schema: Stored,
  personalData: {
    purpose: "Pursue sales with customers and persons.",
    subject: aboutPerson(
      reach("personal_key_id", PERSON),
      reach("contact_id", CONTACT),
      reach("customer_id", CUSTOMER),
      reach("lead_id", LEAD),
    ),
    recipients: ["webhook"],
  },
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
    "lead_id",
    "territory_id",
    "lead_source_id",
    "win_loss_reason_id",
    "created_day",
    "has_competition",
    "ordered_at",
  ],
  links: {
    below: ["activities"],
    names: { personal_key_id: "person" },
    more: { stage: "/masters/opportunity-stages/{stage_id}" },
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("stage_id"),
    by_related: indexBy("customer_id", { sparse: true, splitBy: { field: "is_closed", values: ["false", "true"] } }),
    by_class: indexBy("personal_key_id", { sparse: true }),
    by_outcome: indexBy("is_closed"),
    by_rank: sortedIndexBy(({ amount }) => (amount === null ? LOWEST_AMOUNT_KEY : toSortKey("money", amount))),
    by_date: sortedIndexBy(({ close_date }) => close_date ?? HIGHEST_DATE_KEY),
  },
  owner: "owner_id",
  person: "personal_key_id",
  visibilityGrant: { field: "personal_key_id", except: isLimited },
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    contact: { field: "contact_id", hasOwnCounters: true },
    person: { index: "by_class", field: "personal_key_id", hasOwnCounters: true },
    lead: { field: "lead_id", hasOwnCounters: true },
    stage: { index: "by_status", field: "stage_id" },
    is_closed: { index: "by_outcome", field: "is_closed" },
    has_competition: { field: "has_competition" },
    campaign: { extraIndex: "campaign", field: "source_campaign_id", hasOwnCounters: true },
  },
  sorts: { amount: "by_rank", close_date: "by_date" },
  sums: (opportunity) =>
    joinSums(
      buildSums(opportunity),
      buildCellSums(opportunity),
      buildLeadCohortSums(opportunity),
      buildCampaignOpportunitySums(opportunity),
    ),
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  requiredReferences: ["customer_id"],
  searchWords: (opportunity) => [...textSearchWords(opportunity.name), ...numberSearchWords(opportunity.opportunity_number)],
  events: {
    stage_changed: fieldChanged("stage_id"),
    assigned: fieldChanged("owner_id"),
  },
  sensitivity: "confidential",
  extraIndex: {
    of: ({ source_campaign_id }) => (source_campaign_id ? [{ partition: ["campaign", source_campaign_id] }] : []),
    since: 4,
  },
  missingValues: { products: [], competitors: [], amount_is_manual: false, has_competition: false, lead_created_day: null },
  migrations: [
    // Opportunities of this shape are not in the figures of their customers; the stream consumer counts them when it processes the migrated
    // record.
    (stored) => stored,
    // Amounts had two decimal places in every currency.
    (stored) => ({ ...stored, ...normalizeAmounts(stored), created_day: String(stored.created_at).slice(0, 10) }),
    // Rows had no has_competition, and it was not counted. The days until a loss and the months of leads were not counted.
    (stored) => stored,
  ],
});
