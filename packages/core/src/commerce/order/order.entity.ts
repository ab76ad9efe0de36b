import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { buildSaleSums } from "../../accounts/customer/sale-totals.rules.ts";
import { CONTRACT } from "../../agreements/contract/contract.kind.ts";
import { DEAL } from "../../agreements/deal/deal.kind.ts";
import { Line as QuoteLine, lineFields as quoteLineFields } from "../../agreements/quote/line.schema.ts";
import { QUOTE } from "../../agreements/quote/quote.kind.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import {
  amount,
  currency,
  date,
  id,
  instant,
  json,
  oneLine,
  oneOf,
  reference,
  storedDate,
  tags,
  text,
  toStoredShape,
} from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { joinSums } from "../../platform/daily-figures/counter-cells.rules.ts";
import { listDeclarations } from "../../platform/search-path/path-set.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import { buildSaleDaySums } from "../../sales/figures/sale-days.rules.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { buildCampaignOrderSums } from "../../sales/opportunity/campaign-sales.rules.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { POTENTIAL } from "../../sales/potential/potential.kind.ts";
import { PRICE_BOOK } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection, indexBy, noCounterSums, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { AFTER_SALES_CASE } from "../after-sales/after-sales.kind.ts";
import { INVOICE } from "../invoice/invoice.kind.ts";
import { PAYMENT_ACCOUNT } from "../payment-account/payment-account.kind.ts";
import { PRE_ORDER } from "../pre-order/pre-order.kind.ts";
import { OrderAddress } from "./address.schema.ts";
import { paymentStates, reviewReasons } from "./ledger.rules.ts";
import { ORDER, ORDER_LINE } from "./order.kind.ts";
import { orderStatuses } from "./order.rules.ts";

export const MAX_LINES = 300;
const MAX_PROPERTY_BYTES = 4096;

const { optional: _optional, chosen: _chosen, bundle: _bundle, ...sharedLineFields } = quoteLineFields;

/** Fields of a line that a caller writes. */
export const lineFields = {
  ...sharedLineFields,
  requires_delivery: z.boolean().default(true).describe("false: nothing is delivered, as for a fee"),
  properties: json(MAX_PROPERTY_BYTES).default({}).describe("Free details of the line, such as size and color"),
  is_preorder: z.boolean().default(false).describe("true: delivered only after its release"),
  preorder_release_at: instant().nullish(),
  preorder_notes: text(2000).nullish(),
};

const { optional: _storedOptional, chosen: _storedChosen, bundle: _storedBundle, ...quotedLine } = QuoteLine.shape;

const quantityText = () => z.string().meta({ "x-type": "number" });

/** The part of a line that is in invoices, drafts included. */
const InvoicedPart = z
  .object({ quantity: quantityText(), gross_amount: amount(), net_amount: amount(), tax_amount: amount() })
  .meta({ id: "InvoicedPart" });

export const Line = z.object({
  ...quotedLine,
  ...toStoredShape(lineFields),
  id: id(ORDER_LINE),
  unit_price: amount(),
  fulfilled_quantity: quantityText().describe("In fulfilments that were not cancelled"),
  delivered_quantity: quantityText(),
  preorder_released_at: instant().nullable().describe("When the pre-order became ready to be delivered"),
  claimed_quantity: quantityText().describe(
    "In after-sales cases that are open, or that took back, refunded, credited or exchanged it",
  ),
  returned_quantity: quantityText().describe("Sent back by the customer, and kept"),
  settled_quantity: quantityText().describe("Refunded, credited or exchanged by after-sales cases"),
  pre_order_id: id(PRE_ORDER).nullable().describe("The pre-order of the line, once the order is confirmed"),
  invoiced: InvoicedPart.nullable().describe("The part in invoices, drafts included; null: none"),
});
export type LineRecord = z.output<typeof Line>;

/** Records that the order came of. They are set when the order is made. */
export const sourceFields = {
  quote_id: id(QUOTE).nullish().describe("An accepted quote. A quote becomes an order once"),
  deal_id: id(DEAL).nullish().describe("A deal becomes an order once"),
  contract_id: id(CONTRACT).nullish().describe("A contract becomes an order once"),
  potential_id: id(POTENTIAL).nullish().describe("A potential becomes an order once"),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An opportunity of the customer"),
  lead_id: id(LEAD).nullish().describe("The lead that the order came of"),
};

/** A page of a payment provider on which the customer pays the balance. */
const PaymentLink = personalData(
  "financial",
  z
    .object({
      url: z.url(),
      amount: amount().describe("The balance when the link was made"),
      status: oneOf(["ACTIVE", "EXPIRED"]).describe("EXPIRED: the balance has changed, and the provider is being told"),
      payment_account_id: id(PAYMENT_ACCOUNT),
      external_id: z.string().describe("The provider's id of the link"),
      created_at: instant(),
    })
    .meta({ id: "OrderPaymentLink" }),
);

/** Fields of an order that a caller writes. */
export const fields = {
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  campaign_id: reference(CAMPAIGN, { wasText: true }).nullish(),
  customer_reference: personalData("identifier", oneLine(100).nullish().describe("The customer's own number of the order")),
  order_date: date().nullish().describe("Date of the order and of its prices. If empty, today"),
  currency: currency().nullish().describe("If empty, the currency of the source, or else of the organization"),
  price_book_id: personalData("none", id(PRICE_BOOK).nullish().describe("If empty, the default price book of the currency")),
  discount_percent: personalData("financial", LineItems.discountPercent().default("0").describe("Discount on the whole order")),
  fixed_discount: amount().nullish().describe("Discount on the whole order as an amount, in place of a percentage"),
  shipping_amount: amount().default("0"),
  payment_terms: personalData("financial", text(255).nullish()),
  delivery_terms: personalData("relationship", text(255).nullish()),
  notes: text(10_000).nullish().describe("Internal; not shown to the customer"),
  project_id: personalData("none", id(PROJECT).nullish().describe("The project that the order belongs to")),
  tags: tags().default([]),
};

export const Instalment = z
  .object({ number: z.number().int().describe("Starts at 1"), due_date: storedDate(), amount: amount() })
  .meta({ id: "OrderInstalment" });

/** An invoice of the order: what it claims, and what credit notes took back. Invoices that are issued come last, in the order of issue. */
const InvoiceClaim = z.object({
  id: id(INVOICE),
  total: amount(),
  credited_amount: amount(),
  is_issued: z.boolean(),
});

const signedAmount = () => z.string().meta({ "x-type": "money" });

export const Stored = z.object({
  order_number: personalData("identifier", z.string()),
  ...toStoredShape(fields),
  ...toStoredShape(sourceFields),
  after_sales_id: id(AFTER_SALES_CASE).nullable().describe("The case whose exchange the order is, at no charge"),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  order_date: date(),
  currency: personalData("financial", z.string()),
  billing_address: OrderAddress.nullable().describe("As it was when the order was made"),
  shipping_address: OrderAddress.nullable().describe("As it was when the order was made"),
  line_items: personalData("financial", z.array(Line)),
  subtotal: amount().describe("Sum of gross_amount of the lines"),
  discount_amount: amount().describe("Discounts on the lines and on the whole order"),
  net_amount: amount().describe("subtotal − discount_amount"),
  tax_amount: amount(),
  total: amount().describe("net_amount + tax_amount + shipping_amount"),
  status: personalData("relationship", oneOf(orderStatuses)),
  status_changed_at: instant(),
  confirmed_at: instant().nullable(),
  confirmed_day: storedDate().nullable().describe("The day of confirmed_at in the tenant's time zone at that time"),
  completed_at: instant().nullable(),
  cancelled_at: instant().nullable(),
  cancellation_reason: text(2000).nullable(),
  cancellation_fee: amount().describe("Amount that the customer owes for a CANCELLED order"),
  credited: signedAmount().describe(
    "Amount that the customer no longer owes: credits and adjustments. Below 0 if adjustments raise the claim",
  ),
  due: signedAmount().describe("total − credited; for a CANCELLED order, the cancellation fee"),
  paid: signedAmount().describe("Payments and deposits less their reversals"),
  refunded: signedAmount().describe("Refunds less their reversals"),
  net_payment: signedAmount().describe("paid − refunded"),
  balance: signedAmount().describe("due − net_payment. Below 0: the customer has paid too much"),
  payment_state: personalData("financial", oneOf(paymentStates)),
  first_paid_at: personalData("financial", instant().nullable().describe("When the confirmed order was first paid in full")),
  needs_review: personalData(
    "financial",
    z.boolean().describe("true: a provider reported what does not fit; see review_reasons"),
  ),
  review_reasons: personalData("financial", z.array(oneOf(reviewReasons))),
  instalments: personalData("financial", z.array(Instalment)),
  invoiced_shipping_amount: amount().describe("The part of shipping_amount in invoices, drafts included"),
  invoices: personalData("reference", z.array(InvoiceClaim)),
  next_due_date: personalData(
    "financial",
    storedDate().nullable().describe("Due date of the oldest unpaid instalment of an order in force"),
  ),
  next_due_at: personalData(
    "financial",
    instant().nullable().describe("End of next_due_date in the tenant's time zone at the time of writing"),
  ),
  reminded_for: personalData("none", storedDate().nullable().describe("The due date that the owner was reminded of")),
  sale_id: personalData(
    "reference",
    z.string().describe("Shared by the opportunity, quote, deal, contract and orders of one sale"),
  ),
  sale_day: storedDate().nullable().describe("The day of its revenue: closed_date of its won opportunity, or else confirmed_day"),
  revision: z.number().int().describe("Rises with each change of a confirmed order"),
  revised_at: instant(),
  revision_reason: text(2000).nullable(),
  entry_count: z.number().int(),
  reversed_entries: z.array(z.number().int()),
  fulfilment_count: z.number().int(),
  payment_link: PaymentLink.nullable(),
  payment_link_count: z.number().int(),
  sent_at: instant().nullable().describe("When the confirmation was last sent to the customer"),
  last_activity_date: instant().nullable(),
});

export type OrderRecord = z.output<typeof Stored> & BaseRecord;

/** Fields from which it follows what is open of the invoices. */
const claimFields = ["invoices", "status", "total", "due", "credited", "net_payment"] as const;

export const Orders = new Collection<OrderRecord>({
  kind: ORDER,
  schema: Stored,
  personalData: {
    purpose: "Deliver what customers ordered, and collect what they owe.",
    subject: aboutPerson(
      reach("contact_id", CONTACT),
      reach("customer_id", CUSTOMER),
      reach("opportunity_id", OPPORTUNITY),
      reach("lead_id", LEAD),
    ),
    recipients: ["webhook"],
  },
  row: [
    "order_number",
    "customer_id",
    "contact_id",
    "owner_id",
    "order_date",
    "status",
    "status_changed_at",
    "currency",
    "net_amount",
    "total",
    "paid",
    "balance",
    "payment_state",
    "needs_review",
    "next_due_date",
    "opportunity_id",
    "quote_id",
    "deal_id",
    "contract_id",
    "sale_id",
    "campaign_id",
    "customer_reference",
    "confirmed_at",
    "last_activity_date",
    "tags",
    "project_id",
    "sale_day",
  ],
  links: {
    below: [
      "line_items",
      "ledger",
      "invoices",
      "payments",
      "refunds",
      "fulfilments",
      "pre_orders",
      "after-sales",
      "instalments",
      "activities",
    ],
    except: ["price_book_id"],
  },
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("owner_id"),
    by_status: indexBy("status"),
    by_related: indexBy("customer_id"),
    by_class: indexBy("sale_id"),
    by_outcome: indexBy("payment_state"),
    by_rank: sortedIndexBy(({ total }) => toSortKey("money", total)),
    by_date: sortedIndexBy(({ order_date }) => order_date),
  },
  owner: "owner_id",
  requiredReferences: ["customer_id"],
  filters: {
    customer: { index: "by_related", field: "customer_id", hasOwnCounters: true },
    sale: { index: "by_class", field: "sale_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
    payment_state: { index: "by_outcome", field: "payment_state" },
    needs_review: { field: "needs_review" },
    project: { extraIndex: "project", field: "project_id", hasOwnCounters: true },
    campaign: { extraIndex: "campaign", field: "campaign_id", hasOwnCounters: true },
  },
  sorts: { total: "by_rank", order_date: "by_date" },
  extraIndex: {
    of: ({ project_id, campaign_id }) => [
      ...(project_id ? [{ partition: ["project", project_id] }] : []),
      ...(campaign_id ? [{ partition: ["campaign", campaign_id] }] : []),
    ],
    since: 1,
  },
  // An exchange at no charge is no sale.
  sums: (order) =>
    order.after_sales_id === null
      ? joinSums(buildSaleSums(order), buildSaleDaySums(order), buildCampaignOrderSums(order))
      : noCounterSums,
  internal: ["entry_count", "reversed_entries", "fulfilment_count", "payment_link_count", "reminded_for", "invoices"],
  detail: { line_items: {} },
  pathDeclarationSources: [CustomFields.listDeclarations, listDeclarations],
  customFields: CustomFields.ownFields,
  searchWords: (order) => [...numberSearchWords(order.order_number), ...textSearchWords(order.customer_reference)],
  clocks: {
    instalment: ({ next_due_at, next_due_date, reminded_for }) => (next_due_date === reminded_for ? null : next_due_at),
  },
  events: {
    status_changed: fieldChanged("status"),
    confirmed: changedTo("status", "CONFIRMED"),
    completed: changedTo("status", "COMPLETED"),
    cancelled: changedTo("status", "CANCELLED"),
    revised: fieldChanged("revision"),
    assigned: fieldChanged("owner_id"),
    paid: (after, before) => after.after_sales_id === null && after.first_paid_at !== null && !before?.first_paid_at,
    // The revenue of the sale begins when the order is confirmed, and changes with payments and refunds.
    revenue_changed: (after, before) =>
      after.after_sales_id === null &&
      after.confirmed_at !== null &&
      (!before?.confirmed_at || before.net_payment !== after.net_payment),
    review_needed: (after, before) => after.needs_review && !before?.needs_review,
    payment_link_expired: (after, before) =>
      after.payment_link?.status === "EXPIRED" && before?.payment_link?.status !== "EXPIRED",
    claims_changed: (after, before) =>
      after.invoices.length > 0 && claimFields.some((field) => !isDeepStrictEqual(after[field], before?.[field])),
    instalment_overdue: (after, before) => after.reminded_for !== null && before?.reminded_for !== after.reminded_for,
  },
  sensitivity: "confidential",
});
