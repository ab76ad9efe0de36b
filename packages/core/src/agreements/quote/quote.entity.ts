import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, name, oneOf, reference, tags, text, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords, textSearchWords } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { PRICE_BOOK } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { ApprovalSummary as Summary } from "../approval/approval-summary.ts";
import { CONTRACT } from "../contract/contract.kind.ts";
import { DEAL } from "../deal/deal.kind.ts";
import { Letter } from "../letterhead/letter.schema.ts";
import { answerFields, offerClocks, offerEvents, seriesFields } from "../versioned-offer/offer-fields.ts";
import { saleId } from "../versioned-offer/sale-id.rules.ts";
import { offerStatuses } from "../versioned-offer/status.rules.ts";
import { Line } from "./line.schema.ts";
import { QUOTE, QUOTE_TEMPLATE } from "./quote.kind.ts";

/** Fields of a quote that a caller writes. */
export const fields = {
  name: name(255).nullish().describe("If empty, the name of the opportunity"),
  description: text(10_000).nullish(),
  opportunity_id: id(OPPORTUNITY).nullish().describe("An opportunity of the customer"),
  customer_id: id(CUSTOMER),
  contact_id: id(CONTACT).nullish().describe("A contact of the customer"),
  quote_date: date().nullish().describe("Date of the prices. If empty, today"),
  expiration_date: date().nullish().describe("Last day of the quote. If empty, 30 days after its date"),
  currency: currency().nullish().describe("If empty, the currency of the opportunity, or else of the organization"),
  price_book_id: personalData("none", id(PRICE_BOOK).nullish().describe("If empty, the default price book of the currency")),
  discount_percent: personalData("financial", LineItems.discountPercent().default("0").describe("Discount on the whole quote")),
  fixed_discount: amount().nullish().describe("Discount on the whole quote as an amount, in place of a percentage"),
  shipping_amount: amount().default("0"),
  payment_terms: personalData("financial", text(255).nullish()),
  delivery_terms: personalData("relationship", text(255).nullish()),
  requires_signature: z.boolean().default(false),
  notes: text(10_000).nullish().describe("Internal; not shown to the customer"),
  tags: tags().default([]),
};

/** The approval that was determined at the submission. */
export const ApprovalSummary = Summary.extend({
  highest_line_percent: personalData("none", z.string()),
  whole_percent: personalData("none", z.string()),
});

export const Stored = z.object({
  quote_number: personalData("identifier", z.string()),
  ...toStoredShape(fields),
  name: z.string(),
  custom_fields: CustomFields.storedSchema(),
  owner_id: id(USER).nullable().describe("null: unassigned"),
  status: personalData("relationship", oneOf(offerStatuses)),
  status_changed_at: instant(),
  quote_date: date(),
  expiration_date: date(),
  expires_at: instant().describe("End of expiration_date in the tenant's time zone at the time of writing"),
  currency: personalData("financial", z.string()),
  subtotal: amount().describe("Sum of gross_amount of the lines that count"),
  discount_amount: amount().describe("Discounts on the lines and on the whole quote"),
  net_amount: amount().describe("subtotal − discount_amount"),
  tax_amount: amount(),
  total_amount: amount().describe("net_amount + tax_amount + shipping_amount"),
  line_items: personalData("financial", z.array(Line)),
  template_id: personalData("none", id(QUOTE_TEMPLATE).nullable()),
  template_revision: z.number().int().nullable(),
  ...seriesFields(QUOTE),
  approval: ApprovalSummary.nullable(),
  approval_round: z.number().int(),
  priced_by: personalData(
    "staff",
    z
      .array(z.string())
      .describe("Users who changed lines, prices or discounts since the last approval; they may not approve the quote"),
  ),
  letter: Letter.nullable().describe("null: the customer has not received the quote yet"),
  ...answerFields,
  signature_url: personalData("signer:relationship", z.string().nullable()),
  signed_by: personalData("signer:identity", z.string().nullable()),
  signed_date: personalData("signer:relationship", instant().nullable()),
  deal_id: id(DEAL).nullable(),
  is_converted_to_order: personalData("relationship", z.boolean()),
  order_id: reference(ORDER).nullable(),
  sale_id: personalData("reference", saleId()),
  is_converted_to_contract: personalData("relationship", z.boolean()),
  contract_id: reference(CONTRACT).nullable(),
  last_activity_date: instant().nullable(),
});

export type QuoteRecord = z.output<typeof Stored> & BaseRecord;

export const Quotes = new Collection<QuoteRecord>({
  kind: QUOTE,
  schema: Stored,
  personalData: {
    purpose: "Offer prices to customers.",
    subject: aboutPerson(reach("contact_id", CONTACT), reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
    others: { signer: aboutPerson(reach("contact_id", CONTACT)) },
    recipients: ["link", "mail", "signature", "webhook"],
  },
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
    "sale_id",
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
  computed: { sale_id: ({ opportunity_id, series_id }) => opportunity_id ?? series_id },
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
