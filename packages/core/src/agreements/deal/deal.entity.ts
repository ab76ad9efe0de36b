import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, name, oneOf, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { saleId } from "../versioned-offer/sale-id.rules.ts";
import { DEAL, DEAL_ITEM } from "./deal.kind.ts";
import { dealStatuses } from "./deal.rules.ts";

/** Fields of a deal that a caller writes. */
export const fields = {
  name: name(255).nullish().describe("If empty, the name of the opportunity"),
  customer_id: id(CUSTOMER),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An opportunity of the customer"),
  deal_status: oneOf(dealStatuses)
    .optional()
    .describe("Changes only along the allowed transitions")
    .meta(createHelp("Default: DRAFT")),
  status_reason: text(2000).nullish().describe("Required reason of a cancellation or reopening"),
  final_amount: amount().nullish().describe("If empty, the sum of the priced items"),
  currency: currency().nullish().describe("If empty, the currency of the opportunity, or else of the organization"),
  start_date: date().nullish(),
  end_date: date().nullish().describe("Not before the start date"),
  campaign_manager_id: id(USER).nullish(),
  deliverables: text(50_000).nullish(),
  terms: text(50_000).nullish(),
  tags: tags().default([]),
};

/** Fields of a service or package in a deal. */
export const itemFields = {
  product_id: id(PRODUCT).nullish(),
  ...LineItems.lineFields,
  unit_price: LineItems.lineFields.unit_price.describe("Default: the price of the product"),
};

export const Item = z.object({
  ...toStoredShape(itemFields),
  id: id(DEAL_ITEM),
  total_price: amount()
    .nullable()
    .describe("unit_price × quantity × (100 − discount_percent) / 100, rounded half up to the minor unit"),
});

export const Stored = z.object({
  deal_number: personalData("identifier", z.string()),
  ...toStoredShape(fields),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  deal_status: personalData("relationship", oneOf(dealStatuses)),
  status_changed_at: instant(),
  currency: personalData("financial", z.string()),
  final_amount_is_manual: personalData(
    "financial",
    z.boolean().describe("true: final_amount was set by hand and does not follow the items"),
  ),
  items: personalData("financial", z.array(Item)),
  is_additional: personalData(
    "relationship",
    z.boolean().describe("true: created in addition to another live deal of the opportunity"),
  ),
  quote_id: id(QUOTE).nullable().describe("The quote from whose acceptance the deal was created"),
  quote_series_id: personalData("reference", z.string().nullable().describe("The first version of the quote")),
  order_id: id(ORDER).nullable().describe("The order that the deal became"),
  sale_id: personalData("reference", saleId().nullable()),
  order_reference: personalData(
    "identifier",
    z.string().nullable().describe("Number of the quote from which the deal was created; unique among deals"),
  ),
  signed_at: instant().nullable(),
  paid_at: instant().nullable(),
  completed_at: instant().nullable(),
  cancelled_at: instant().nullable(),
  last_activity_date: instant().nullable(),
  has_end: personalData("relationship", z.boolean()),
});

export type DealRecord = z.output<typeof Stored> & BaseRecord;

/** Sort keys for missing values: before every amount, and after every date. */
const [MIN_SORT_KEY, MAX_SORT_KEY] = ["-", "~"];

export const Deals = new Collection<DealRecord>({
  kind: DEAL,
  schema: Stored,
  personalData: {
    purpose: "Deliver what customers bought.",
    subject: aboutPerson(reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
    recipients: ["webhook"],
  },
  row: [
    "deal_number",
    "name",
    "customer_id",
    "opportunity_id",
    "owner_id",
    "deal_status",
    "status_changed_at",
    "final_amount",
    "currency",
    "start_date",
    "end_date",
    "campaign_manager_id",
    "signed_at",
    "paid_at",
    "completed_at",
    "cancelled_at",
    "last_activity_date",
    "tags",
    "has_end",
    "order_reference",
  ],
  links: { below: ["items", "activities"] },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("deal_status"),
    by_related: indexBy("customer_id"),
    by_class: indexBy("opportunity_id", { sparse: true }),
    by_outcome: indexBy("campaign_manager_id", { sparse: true }),
    by_rank: sortedIndexBy(({ final_amount }) => (final_amount === null ? MIN_SORT_KEY : toSortKey("money", final_amount))),
    by_date: sortedIndexBy(({ start_date }) => start_date ?? MAX_SORT_KEY),
  },
  owner: "owner_id",
  requiredReferences: ["customer_id"],
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    opportunity: { index: "by_class", field: "opportunity_id", hasOwnCounters: true },
    campaign_manager: { index: "by_outcome", field: "campaign_manager_id" },
    status: { index: "by_status", field: "deal_status" },
    has_end: { field: "has_end" },
  },
  sorts: { final_amount: "by_rank", start_date: "by_date" },
  entryOrders: { end_date: ["has_end", "true"] },
  computed: { has_end: ({ end_date }) => end_date !== null },
  internal: ["has_end", "quote_series_id"],
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (deal) => [...textSearchWords(deal.name), ...numberSearchWords(deal.deal_number)],
  events: {
    status_changed: fieldChanged("deal_status"),
    assigned: fieldChanged("owner_id"),
  },
  sensitivity: "confidential",
});
