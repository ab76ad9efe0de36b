import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Letter } from "../../agreements/letterhead/letter.schema.ts";
import { language } from "../../kernel/language.ts";
import { Money } from "../../kernel/money.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, date, id, instant, oneLine, oneOf, storedDate, text, toStoredShape } from "../../kernel/schema.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { ORDER, ORDER_LINE } from "../order/order.kind.ts";
import { documentTypes } from "./document-number.rules.ts";
import { INVOICE } from "./invoice.kind.ts";
import { invoicePaymentStates } from "./settlement.rules.ts";

export const invoiceStatuses = ["DRAFT", "ISSUED"] as const;

/** Mails of an invoice that are kept. */
export const MAX_MAILS = 20;

/** Fields of a draft that a caller writes. */
export const fields = {
  contact_id: id(CONTACT)
    .nullish()
    .describe(
      "The contact who gets the invoice. If empty, the contact of the customer with the role Billing, or else that of the order",
    ),
  supply_date: date().nullish().describe("Day of the delivery or service. If empty, the date of the invoice"),
  due_date: personalData(
    "financial",
    date().nullish().describe("If empty, the date of the invoice and the days of the rule `invoice_reminders`"),
  ),
  payment_terms: personalData("financial", text(255).nullish()),
  buyer_tax_id: personalData(
    "government_id",
    oneLine(50).nullish().describe("If empty, the tax id of the customer when the invoice is issued"),
  ),
  text: text(5000).nullish().describe("Text above the lines"),
  language: personalData(
    "preference",
    language().nullish().describe("Language of the document. If empty, that of the letterhead"),
  ),
};

const quantityText = () => z.string().meta({ "x-type": "number" });

export const Line = z
  .object({
    order_line_id: id(ORDER_LINE).nullable().describe("null: an amount that belongs to no single line"),
    name: z.string(),
    description: text(2000).nullable(),
    quantity: quantityText(),
    unit_price: amount(),
    gross_amount: amount().describe("Before discounts"),
    discount_amount: z.string().meta({ "x-type": "money" }).describe("gross_amount − net_amount"),
    net_amount: amount(),
    tax_percent: quantityText(),
    tax_amount: amount(),
    is_difference: z.boolean().describe("true: a change of the price of a line whose quantity is invoiced"),
  })
  .meta({ id: "InvoiceLine" });
export type LineRecord = z.output<typeof Line>;

export const Tax = z
  .object({ tax_percent: quantityText(), net_amount: amount(), tax_amount: amount() })
  .meta({ id: "InvoiceTax" });

/** What credit notes took back of a line. */
const CreditedLine = z.object({
  order_line_id: z.string(),
  quantity: quantityText(),
  gross_amount: amount(),
  net_amount: amount(),
  tax_amount: amount(),
});

export const mailTypes = ["INVOICE", "REMINDER"] as const;

/** A mail to the customer. It is sent by the consumer of the event of this version. */
const Mail = z.object({
  version: z.number().int(),
  mail_type: oneOf(mailTypes),
  level: z.number().int().nullable(),
  to: z.string().nullable().describe("null: the billing contact at the time of sending"),
  cc: z.array(z.string()).optional(),
  subject: z.string().nullable(),
  message: z.string().nullable(),
  language: z.string().nullable(),
});

export const Stored = z.object({
  document_type: personalData("relationship", oneOf(documentTypes)),
  status: personalData("relationship", oneOf(invoiceStatuses)),
  invoice_number: personalData("identifier", z.string().nullable().describe("null: a draft")),
  order_id: id(ORDER),
  customer_id: id(CUSTOMER),
  invoice_id: id(INVOICE).nullable().describe("For a credit note: the invoice that it corrects"),
  invoice_date: personalData("financial", storedDate().nullable()),
  issued_at: personalData("financial", instant().nullable()),
  ...toStoredShape(fields),
  currency: personalData("financial", z.string()),
  line_items: personalData("financial", z.array(Line)),
  net_amount: amount(),
  shipping_amount: amount(),
  tax_amount: amount(),
  taxes: personalData("financial", z.array(Tax).describe("Net amounts and taxes by rate. Shipping has no tax")),
  total: amount().describe("net_amount + tax_amount + shipping_amount"),
  reason: text(2000).nullable().describe("Why a credit note was issued"),
  seller: personalData("none", z.array(z.string()).nullable().describe("Lines of the letterhead when it was issued")),
  buyer: personalData("contact", z.array(z.string()).nullable().describe("Name and address of the customer when it was issued")),
  letterhead: personalData("none", Letter.omit({ from: true, to: true }).nullable()),
  seller_tax_id: personalData("none", z.string().nullable()),
  order_number: personalData("identifier", z.string()),
  customer_reference: personalData("identifier", z.string().nullable()),
  corrected_number: personalData("identifier", z.string().nullable().describe("For a credit note: the number of the invoice")),
  corrected_date: personalData("financial", storedDate().nullable()),
  content_hash: personalData(
    "none",
    z.string().nullable().describe("SHA-256 of the content from which the PDF is made, in hexadecimal"),
  ),
  pdf_sha256: personalData("none", z.string().nullable().describe("SHA-256 of the stored PDF, in hexadecimal")),
  credited_amount: amount().describe("Sum of the credit notes of the invoice"),
  credited_taxes: personalData("financial", z.array(Tax)),
  credited_lines: personalData("financial", z.array(CreditedLine)),
  settled_amount: amount().describe("Settled by the net payment of the order, invoices in the order of issue"),
  open_amount: amount().describe("total − credited_amount − settled_amount. Follows the order moments later"),
  payment_state: personalData("financial", oneOf(invoicePaymentStates).nullable().describe("null: a draft or a credit note")),
  reminder_level: personalData("financial", z.number().int().min(0).describe("The level of the last reminder; 0: none")),
  reminded_at: personalData("financial", instant().nullable()),
  next_reminder_at: personalData("financial", instant().nullable()),
  sent_at: personalData("communication", instant().nullable()),
  sent_to: personalData("contact", z.string().nullable()),
  mails: personalData("communication", z.array(Mail)),
});

export type InvoiceRecord = z.output<typeof Stored> & BaseRecord;

const isOpen = ({ status, document_type, open_amount }: InvoiceRecord): boolean =>
  status === "ISSUED" && document_type === "INVOICE" && Money.compare(open_amount, 0) > 0;

/** An invoice or a credit note. The content of an issued one never changes; what is open of it and its reminders do. */
export const Invoices = new Collection<InvoiceRecord>({
  kind: INVOICE,
  schema: Stored,
  personalData: {
    purpose: "Claim what customers owe, and keep the books that tax law requires.",
    subject: aboutPerson(reach("contact_id", CONTACT), reach("customer_id", CUSTOMER), reach("order_id", ORDER)),
    retention:
      "Issued invoices and credit notes, with their PDFs, are never changed or deleted: tax law requires them for up to ten years. An erasure keeps them. Drafts are kept until a user deletes them.",
    recipients: ["link", "mail", "webhook"],
  },
  row: [
    "document_type",
    "status",
    "invoice_number",
    "order_id",
    "customer_id",
    "invoice_id",
    "invoice_date",
    "due_date",
    "currency",
    "total",
    "credited_amount",
    "open_amount",
    "payment_state",
    "reminder_level",
    "sent_at",
  ],
  links: { below: ["pdf"] },
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("order_id"),
    by_class: indexBy("customer_id"),
    by_status: indexBy("status"),
    by_outcome: indexBy("payment_state", { sparse: true }),
    // Open invoices by customer, the oldest due date first: the ageing reads them.
    by_rank: sortedIndexBy((invoice) => (isOpen(invoice) ? `${invoice.customer_id}/${invoice.due_date}` : null)),
    by_date: sortedIndexBy(({ invoice_date }) => invoice_date),
  },
  filters: {
    customer: { index: "by_class", field: "customer_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
    payment_state: { index: "by_outcome", field: "payment_state" },
    document_type: { field: "document_type" },
  },
  sorts: { invoice_date: "by_date" },
  visibleWith: "order_id",
  parent: "order_id",
  internal: ["credited_taxes", "credited_lines", "mails", "letterhead", "order_number", "customer_reference"],
  searchWords: ({ invoice_number }) => (invoice_number ? numberSearchWords(invoice_number) : []),
  clocks: { reminder: ({ next_reminder_at }) => next_reminder_at },
  events: {
    issued: changedTo("status", "ISSUED"),
    mail_added: (after) => after.mails.at(-1)?.version === after.version,
    reminded: (after, before) => after.reminder_level > (before?.reminder_level ?? 0),
    paid: changedTo("payment_state", "PAID"),
    payment_state_changed: fieldChanged("payment_state"),
  },
  sensitivity: "confidential",
});
