import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { amount, currency, date, id, instant, name, oneOf, reference, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { PRICE_BOOK, PRODUCT } from "../../sales/product/product.kind.ts";
import { PRODUCT_CATEGORIES } from "../../sales/product/product.masters.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { AskedApprover } from "../approval/approvable.ts";
import { approverKinds } from "../approval/approver.rules.ts";
import { DEAL } from "../deal/deal.kind.ts";
import { Letter } from "../letterhead/letter.schema.ts";
import { answerFields, offerClocks, offerEvents, seriesFields } from "../versioned-offer/offer-fields.ts";
import { offerStatuses } from "../versioned-offer/status.rules.ts";
import { PriceExplanation } from "./list-prices.ts";
import { QUOTE, QUOTE_LINE, QUOTE_TEMPLATE } from "./quote.kind.ts";

export const MAX_LINES = 300;

/** Fields of a line that a caller writes. */
export const lineFields = {
  product_id: id(PRODUCT).nullish(),
  name: name(255).nullish().describe("That of the product unless told otherwise"),
  description: text(2000).nullish(),
  quantity: LineItems.quantity().default("1"),
  unit_price: amount().nullish().describe("What price book and pricing rules give unless told otherwise"),
  discount_percent: LineItems.discountPercent().default("0"),
  tax_percent: LineItems.percent("a tax").default("0"),
  section: name(100).nullish().describe("The heading that it stands below"),
  bundle: name(100).nullish().describe("Optional lines of one bundle are chosen together"),
  optional: z.boolean().default(false).describe("Counts once it is chosen"),
  chosen: z.boolean().default(false).describe("Of an optional line"),
};

/** Fields of a quote that a caller writes. */
export const fields = {
  name: name(255).nullish().describe("That of the opportunity unless told otherwise"),
  description: text(10_000).nullish(),
  opportunity_id: id(OPPORTUNITY).nullish().describe("Of the customer"),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("Of the customer"),
  quote_date: date().nullish().describe("Today unless told otherwise; prices are those of this day"),
  expiration_date: date().nullish().describe("The last day; 30 days after quote_date unless told otherwise"),
  currency: currency().nullish().describe("That of the opportunity, or the tenant's, unless told otherwise"),
  price_book_id: id(PRICE_BOOK).nullish().describe("The default of the currency unless told otherwise"),
  discount_percent: LineItems.discountPercent().default("0").describe("Off the whole"),
  fixed_discount: amount().nullish().describe("Off the whole, in place of discount_percent"),
  shipping_amount: amount().default("0"),
  payment_terms: text(255).nullish(),
  delivery_terms: text(255).nullish(),
  requires_signature: z.boolean().default(false),
  notes: text(10_000).nullish().describe("Not for the customer"),
  tags: tags().default([]),
};

export const Line = z.object({
  ...toStoredShape(lineFields),
  id: id(QUOTE_LINE),
  sequence: z.number().int().describe("From 1 on"),
  created_at: instant(),
  unit_price: amount(),
  unit_price_is_manual: z.boolean().describe("Typed: it does not follow list_price"),
  list_price: amount().nullable().describe("What price book and rules give; discounts are measured against it"),
  price_explanation: PriceExplanation.nullable().describe("null: of no product"),
  product_category_id: z.string().nullable().meta({ "x-master": PRODUCT_CATEGORIES.name }),
  gross_amount: amount().describe("unit_price × quantity, half up"),
  discount_amount: amount().describe("Of its own discount_percent"),
  allocated_discount: amount().describe("Its share of the discount of the whole"),
  line_total: amount().describe("Net: gross_amount − discount_amount − allocated_discount"),
  tax_amount: amount().describe("tax_percent of line_total, half up"),
});

export type LineRecord = z.output<typeof Line>;

/** The approval that was determined at the submission. */
export const ApprovalSummary = z.object({
  round: z.number().int().describe("Rises with each submission: an answer to an earlier one decides nothing"),
  rule: z.object({ kind: z.string(), id: z.string(), number: z.number().int() }),
  level: z.string().nullable().describe("null: none was needed"),
  approvers: z.array(oneOf(approverKinds)),
  side_by_side: z.boolean(),
  highest_line_percent: z.string(),
  whole_percent: z.string(),
  reasons: z.array(z.string()),
  submitted_by: z.string(),
  submitted_at: instant(),
  outcome: oneOf(["APPROVED", "REJECTED", "EXPIRED"]).nullable().describe("null while it waits"),
  decided_at: instant().nullable(),
  comment: text(2000).nullable(),
  approvals: z
    .array(AskedApprover)
    .describe("Those asked, as of the submission, and once it is decided as they ended; `/approvals` has them as they are"),
});

export const Stored = z.object({
  quote_number: z.string(),
  ...toStoredShape(fields),
  name: z.string(),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: waits to be taken"),
  status: oneOf(offerStatuses),
  status_changed_at: instant(),
  quote_date: date(),
  expiration_date: date(),
  expires_at: instant().describe("The end of expiration_date in the tenant's time zone, as that was when it was written"),
  currency: z.string(),
  subtotal: amount().describe("The gross amounts of the lines that count"),
  discount_amount: amount().describe("Those of the lines, and of the whole"),
  net_amount: amount().describe("subtotal − discount_amount"),
  tax_amount: amount(),
  total_amount: amount().describe("net_amount + tax_amount + shipping_amount"),
  line_items: z.array(Line),
  template_id: id(QUOTE_TEMPLATE).nullable(),
  template_revision: z.number().int().nullable(),
  ...seriesFields(QUOTE),
  approval: ApprovalSummary.nullable(),
  approval_round: z.number().int(),
  priced_by: z
    .array(z.string())
    .describe("Who has changed lines, prices or discounts since it was approved: they do not approve it"),
  letter: Letter.nullable().describe("null: the customer does not have it yet"),
  ...answerFields,
  signature_url: z.string().nullable(),
  signed_by: z.string().nullable(),
  signed_date: instant().nullable(),
  deal_id: id(DEAL).nullable(),
  is_converted_to_order: z.boolean(),
  order_id: reference().nullable(),
  is_converted_to_contract: z.boolean(),
  contract_id: reference().nullable(),
  last_activity_date: instant().nullable(),
});

export type QuoteRecord = z.output<typeof Stored> & BaseRecord;

export const Quotes = new Collection<QuoteRecord>({
  kind: QUOTE,
  schema: Stored,
  row: [
    "quote_number",
    "name",
    "customer_id",
    "opportunity_id",
    "contact_id",
    "owner_id",
    "status",
    "status_changed_at",
    "net_amount",
    "total_amount",
    "currency",
    "quote_date",
    "expiration_date",
    "accepted_date",
    "version_number",
    "is_primary",
    "series_id",
    "previous_version_id",
    "template_id",
    "last_activity_date",
    "tags",
  ],
  links: {
    below: ["line_items", "pdf", "activities"],
    except: ["price_book_id", "series_id"],
    more: { versions: "/quotes?series={series_id}" },
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("customer_id"),
    by_class: indexBy("opportunity_id", { sparse: true }),
    by_outcome: indexBy("series_id"),
    by_rank: sortedIndexBy(({ total_amount }) => toSortKey("money", total_amount)),
    by_date: sortedIndexBy(({ expiration_date }) => expiration_date),
  },
  owner: "owner_id",
  requiredReferences: ["customer_id"],
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    opportunity: { index: "by_class", field: "opportunity_id", hasOwnCounters: true },
    series: { index: "by_outcome", field: "series_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
  },
  sorts: { total_amount: "by_rank", expiration_date: "by_date" },
  internal: ["versions_made", "approval_round", "priced_by", "letter"],
  pathDeclarationSources: [CustomFields.listDeclarations],
  customFields: CustomFields.ownFields,
  seriesField: "series_id",
  searchWords: (quote) => [...textSearchWords(quote.name), ...numberSearchWords(quote.quote_number)],
  clocks: offerClocks,
  events: {
    ...offerEvents,
    converted_to_order: (after, before) => after.is_converted_to_order && before?.is_converted_to_order === false,
    converted_to_contract: (after, before) => after.is_converted_to_contract && before?.is_converted_to_contract === false,
  },
  sensitivity: "confidential",
});
