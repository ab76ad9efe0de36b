import { formatAddressLines } from "../../accounts/customer/letter.rules.ts";
import { buildHeading, plainParagraph, strongParagraph } from "../../agreements/letterhead/blocks.rules.ts";
import type { Locale } from "../../agreements/letterhead/locale.ts";
import { buildOfferBlocks, type PricedLines } from "../../agreements/quote/document.rules.ts";
import type { PageSummary } from "../../agreements/share-link/offerable.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import type { Block, Column, Fact, Row, Total } from "../../lib/pdf/document.ts";
import type { CaseRecord } from "../after-sales/after-sales.entity.ts";
import type { Translations as AfterSalesTranslations } from "../after-sales/i18n.ts";
import type { InvoiceRecord } from "../invoice/invoice.entity.ts";
import type { Settlement } from "../invoice/settlement.rules.ts";
import type { FulfilmentRecord } from "../order/fulfilment.entity.ts";
import { settleInstalments } from "../order/instalment.rules.ts";
import type { LineRecord, OrderRecord } from "../order/order.entity.ts";
import type { Translations } from "./i18n.ts";

/**
 * An order as blocks of a document for the customer: the confirmation has what was agreed, the page also has deliveries and payments. Amounts are taken
 * as stored. Notes, properties of lines, list prices and their explanations, tags and own fields are internal and left out.
 */

export interface OrderLocale extends Locale {
  order: Translations;
  afterSales: AfterSalesTranslations;
  /** The time zone of the tenant. */
  zone: string;
}

/** What the customer has agreed to. */
export const buildConfirmation = (order: OrderRecord, locale: OrderLocale): Block[] => [
  ...buildNotice(order, locale),
  buildFacts([...listFacts(order, locale)], locale),
  ...buildOfferBlocks(toPricedLines(order, locale), locale),
  ...buildInstalments(order, locale),
  ...buildShippingAddress(order, locale),
];

/** What happened with an order after its confirmation. */
export interface OrderProgress {
  fulfilments: readonly FulfilmentRecord[];
  cases: readonly CaseRecord[];
  /** The newest first. */
  invoices: readonly OrderInvoice[];
}

/** An issued invoice, with what is open of it now. */
export interface OrderInvoice
  extends Pick<InvoiceRecord, "invoice_number" | "invoice_date" | "due_date" | "total" | "currency">,
    Pick<Settlement, "open_amount" | "payment_state"> {
  /** The path of its page, if it was shared. */
  href: string | undefined;
}

/** What the customer has agreed to, and what became of it. */
export const buildPage = (order: OrderRecord, { fulfilments, cases, invoices }: OrderProgress, locale: OrderLocale): Block[] => [
  ...buildNotice(order, locale),
  buildFacts([...listFacts(order, locale), ...listStates(order, locale)], locale),
  ...buildOfferBlocks(toPricedLines(order, locale), locale),
  ...buildPayments(order, locale),
  ...buildInstalments(order, locale),
  ...buildInvoices(invoices, locale),
  ...buildDeliveries(order, fulfilments, locale),
  ...buildCases(cases, locale),
  ...buildShippingAddress(order, locale),
];

/** Says first what is open of an order, and when the next payment is due. */
export function summarizeOrder(
  { status, balance, currency, next_due_date }: OrderRecord,
  { order, words, speech }: OrderLocale,
): PageSummary | undefined {
  if (status === "DRAFT" || Money.compare(balance, 0) <= 0) return undefined;
  const due = next_due_date === null ? {} : { note: `${order.due_on}${words.colon}${speech.day(next_due_date)}` };
  return { label: order.balance, value: speech.money(balance, currency), ...due };
}

function buildNotice({ status, cancelled_at }: OrderRecord, { order, speech, zone }: OrderLocale): Block[] {
  if (status === "DRAFT") return [strongParagraph(order.draft)];
  if (cancelled_at === null) return [];
  return [strongParagraph(fillPlaceholders(order.cancelled_on, { day: speech.day(instantToDay(zone, cancelled_at)) }))];
}

const listFacts = ({ order_date, customer_reference }: OrderRecord, { order, words, speech }: OrderLocale): Fact[] => [
  [words.date, speech.day(order_date)],
  ...(customer_reference ? [[order.reference, customer_reference] as const] : []),
];

const listStates = (order: OrderRecord, { order: words }: OrderLocale): Fact[] => {
  const status = {
    DRAFT: null,
    CONFIRMED: words.confirmed,
    IN_FULFILLMENT: words.in_fulfillment,
    COMPLETED: words.completed,
    CANCELLED: words.cancelled,
  }[order.status];
  const payment = {
    UNPAID: words.unpaid,
    PARTLY_PAID: words.partly_paid,
    PAID: words.paid_in_full,
    OVERPAID: words.overpaid,
    PARTLY_REFUNDED: words.partly_refunded,
    REFUNDED: words.refunded_in_full,
  }[order.payment_state];
  return [...(status === null ? [] : [[words.status, status] as const]), [words.payment_status, payment]];
};

const buildFacts = (facts: readonly Fact[], { words }: OrderLocale): Block => ({
  ...plainParagraph(facts.map(([label, value]) => `${label}${words.colon}${value}`).join("\n")),
  facts,
});

const toPricedLines = (order: OrderRecord, locale: OrderLocale): PricedLines => ({
  ...order,
  total_amount: order.total,
  line_items: order.line_items.map((line) => ({
    ...line,
    description: [line.description, describePreorder(line, locale)].filter(Boolean).join("\n") || null,
    optional: false,
    chosen: false,
    bundle: null,
  })),
});

function describePreorder(
  { is_preorder, preorder_released_at, preorder_release_at }: LineRecord,
  { order, speech, zone }: OrderLocale,
): string | null {
  if (!is_preorder || preorder_released_at !== null) return null;
  if (preorder_release_at === null) return order.preorder;
  return fillPlaceholders(order.preorder_from, { day: speech.day(instantToDay(zone, preorder_release_at)) });
}

/** What is to be paid and was paid, from the stored sums of the ledger. */
function buildPayments(order: OrderRecord, { order: words, speech }: OrderLocale): Block[] {
  const money = (amount: Amount): string => speech.money(amount, order.currency);
  const line = (label: string, amount: Amount): Total[] => (Money.isZero(amount) ? [] : [{ label, amount: money(amount) }]);
  const claim: Total[] =
    order.status === "CANCELLED"
      ? line(words.fee, order.due)
      : [...line(words.credits, Money.negate(order.credited)), { label: words.to_pay, amount: money(order.due) }];
  const isOverpaid = Money.isNegative(order.balance);
  const balance = isOverpaid
    ? { label: words.credit_balance, amount: money(Money.negate(order.balance)) }
    : { label: words.balance, amount: money(order.balance) };
  const lines = [
    ...claim,
    ...line(words.paid, Money.negate(order.paid)),
    ...line(words.refunds, order.refunded),
    { ...balance, strong: true },
  ];
  return [buildHeading(words.payment_status), { kind: "totals", lines }];
}

function buildInstalments({ instalments, net_payment, currency }: OrderRecord, { order, speech }: OrderLocale): Block[] {
  if (instalments.length === 0) return [];
  const rows = settleInstalments(instalments, net_payment).map(
    ({ due_date, amount }): Row => [speech.day(due_date), speech.money(amount, currency)],
  );
  const columns: Column[] = [
    { head: order.due_on, share: 1 },
    { head: order.amount, share: 1, align: "end" },
  ];
  return [buildHeading(order.instalments), { kind: "table", columns, rows }];
}

function buildInvoices(invoices: readonly OrderInvoice[], { order, words, speech }: OrderLocale): Block[] {
  if (invoices.length === 0) return [];
  const states = {
    UNPAID: order.unpaid,
    PARTLY_PAID: order.partly_paid,
    PAID: order.paid_in_full,
    CREDITED: order.invoice_credited,
  };
  const columns: Column[] = [
    { head: order.invoice, share: 4 },
    { head: words.date, share: 3 },
    { head: order.due_on, share: 3 },
    { head: order.status, share: 3 },
    { head: words.total, share: 3, align: "end" },
    { head: order.balance, share: 3, align: "end" },
  ];
  const rows = invoices.map(
    ({ invoice_number, invoice_date, due_date, total, open_amount, payment_state, currency, href }): Row => [
      { text: invoice_number ?? "", href },
      invoice_date ? speech.day(invoice_date) : "",
      due_date ? speech.day(due_date) : "",
      states[payment_state],
      ...[total, open_amount].map((amount) => speech.money(amount, currency)),
    ],
  );
  return [buildHeading(order.invoices), { kind: "table", columns, rows }];
}

function buildShippingAddress({ shipping_address }: OrderRecord, { order, speech }: OrderLocale): Block[] {
  if (shipping_address === null) return [];
  const { recipient } = shipping_address;
  const lines = [...(recipient ? [recipient] : []), ...formatAddressLines(shipping_address, speech.country)];
  return lines.length === 0 ? [] : [buildHeading(order.ship_to), plainParagraph(lines.join("\n"))];
}

/** The quantities of each line that is delivered, and the parcels. */
function buildDeliveries(
  { line_items, status }: OrderRecord,
  fulfilments: readonly FulfilmentRecord[],
  { order, speech }: OrderLocale,
): Block[] {
  const delivered = line_items.filter(({ requires_delivery }) => requires_delivery);
  if (status === "DRAFT" || status === "CANCELLED" || delivered.length === 0) return [];
  const columns: Column[] = [
    { head: "#", share: 1, align: "end" },
    { head: order.item, share: 6 },
    { head: order.ordered, share: 2, align: "end" },
    { head: order.sent, share: 2, align: "end" },
    { head: order.arrived, share: 2, align: "end" },
  ];
  const rows = delivered.map(
    (line): Row => [
      speech.number(String(line.sequence)),
      line.name ?? line.description ?? "",
      ...[line.quantity, line.fulfilled_quantity, line.delivered_quantity].map(speech.number),
    ],
  );
  const parcels = fulfilments
    .filter((fulfilment) => fulfilment.status !== "CANCELLED")
    .map(
      ({ number, shipped_date, carrier, tracking_number, delivered_date }): Row => [
        speech.number(String(number)),
        speech.day(shipped_date),
        carrier ?? "",
        tracking_number ?? "",
        delivered_date === null ? order.on_its_way : fillPlaceholders(order.arrived_on, { day: speech.day(delivered_date) }),
      ],
    );
  return [
    buildHeading(order.deliveries),
    { kind: "table", columns, rows },
    ...(parcels.length === 0 ? [] : [{ kind: "table" as const, columns: buildParcelColumns(order), rows: parcels }]),
  ];
}

/** The cases of the order, with the codes under which the customer sends items back. */
function buildCases(cases: readonly CaseRecord[], { afterSales, words, speech }: OrderLocale): Block[] {
  if (cases.length === 0) return [];
  const statusWords = {
    REQUESTED: afterSales.status_requested,
    APPROVED: afterSales.status_approved,
    RECEIVED: afterSales.status_received,
    INSPECTED: afterSales.status_inspected,
    RESOLVED: afterSales.status_resolved,
    REJECTED: afterSales.status_rejected,
    CANCELLED: afterSales.status_cancelled,
  };
  const columns: Column[] = [
    { head: afterSales.code, share: 3 },
    { head: words.date, share: 2 },
    { head: afterSales.status, share: 2 },
  ];
  const rows = cases.map(({ rma_code, inquiry_date, status }): Row => [rma_code, speech.day(inquiry_date), statusWords[status]]);
  return [buildHeading(afterSales.cases), { kind: "table", columns, rows }];
}

/** On a phone, the widest cell is the title of a row. */
const buildParcelColumns = (words: Translations): Column[] => [
  { head: words.parcel, share: 1 },
  { head: words.sent_on, share: 2 },
  { head: words.carrier, share: 2 },
  { head: words.tracking, share: 3 },
  { head: words.status, share: 2 },
];
