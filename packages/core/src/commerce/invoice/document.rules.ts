import { plainParagraph, strongParagraph } from "../../agreements/letterhead/blocks.rules.ts";
import type { Locale } from "../../agreements/letterhead/locale.ts";
import { formatPaymentTerms } from "../../agreements/letterhead/payment-terms.rules.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import type { Block, Cell, Column, Fact, Row, Total } from "../../lib/pdf/document.ts";
import type { Translations } from "./i18n.ts";
import type { InvoiceRecord, LineRecord } from "./invoice.entity.ts";

/**
 * Pure rules: an invoice or credit note as blocks of a document. They depend only on the content that is frozen when it is issued, so the document
 * can be rendered again with the same bytes.
 */

export interface InvoiceLocale extends Locale {
  invoiceWords: Translations;
}

export const buildBlocks = (invoice: InvoiceRecord, locale: InvoiceLocale): Block[] => [
  ...(invoice.status === "DRAFT" ? [strongParagraph(locale.invoiceWords.draft)] : []),
  ...buildContent(invoice, locale),
  ...buildTerms(invoice, locale),
];

/** What is invoiced or credited. How to pay follows it: in the document, and on the page of the customer by what is open now. */
export const buildContent = (invoice: InvoiceRecord, locale: InvoiceLocale): Block[] => [
  buildFacts(invoice, locale),
  ...buildCorrection(invoice, locale),
  ...(invoice.text ? [plainParagraph(invoice.text)] : []),
  ...(invoice.line_items.length === 0 ? [] : [buildTable(invoice, locale)]),
  { kind: "totals", lines: buildTotals(invoice, locale) },
];

function buildFacts(invoice: InvoiceRecord, { speech, words, invoiceWords }: InvoiceLocale): Block {
  const day = (date: string | null): string | null => date && speech.day(date);
  const isInvoice = invoice.document_type === "INVOICE";
  const candidates: [string, string | null][] = [
    [words.date, day(invoice.invoice_date)],
    [invoiceWords.supply_date, day(invoice.supply_date ?? invoice.invoice_date)],
    [invoiceWords.due_date, isInvoice ? day(invoice.due_date) : null],
    [invoiceWords.order, invoice.order_number],
    [invoiceWords.your_reference, invoice.customer_reference],
    [invoiceWords.your_tax_id, invoice.buyer_tax_id],
    [invoiceWords.our_tax_id, invoice.seller_tax_id],
  ];
  const facts = candidates.filter((fact): fact is [string, string] => Boolean(fact[1])) satisfies Fact[];
  return { ...plainParagraph(facts.map(([label, value]) => `${label}${words.colon}${value}`).join("\n")), facts };
}

function buildCorrection(invoice: InvoiceRecord, { speech, words, invoiceWords }: InvoiceLocale): Block[] {
  if (invoice.corrected_number === null || invoice.corrected_date === null) return [];
  const corrects = fillPlaceholders(invoiceWords.corrects, {
    number: invoice.corrected_number,
    date: speech.day(invoice.corrected_date),
  });
  const reason = invoice.reason ? [`${invoiceWords.reason}${words.colon}${invoice.reason}`] : [];
  return [plainParagraph([corrects, ...reason].join("\n"))];
}

interface LineColumn extends Column {
  renderLine(line: LineRecord, index: number): Cell;
}

function buildTable({ line_items, currency }: InvoiceRecord, { speech, words }: InvoiceLocale): Block {
  const money = (amount: Amount): string => speech.money(amount, currency);
  const hasDiscounts = line_items.some(({ discount_amount }) => !Money.isZero(discount_amount));
  const hasTax = line_items.some(({ tax_percent }) => !Money.isZero(tax_percent));
  const discount: LineColumn = {
    head: words.discount,
    share: 3,
    align: "end",
    renderLine: ({ discount_amount }) => (Money.isZero(discount_amount) ? "" : money(Money.negate(discount_amount))),
  };
  const tax: LineColumn = {
    head: words.tax,
    share: 2,
    align: "end",
    renderLine: ({ tax_percent }) => speech.percent(tax_percent),
  };
  const columns: LineColumn[] = [
    { head: "#", share: 1, align: "end", renderLine: (_, index) => speech.number(String(index + 1)) },
    {
      head: words.description,
      share: 7,
      renderLine: ({ name, description }) => (description ? { text: name, note: description } : name),
    },
    { head: words.quantity, share: 2, align: "end", renderLine: ({ quantity }) => speech.number(quantity) },
    { head: words.unit_price, share: 3, align: "end", renderLine: ({ unit_price }) => money(unit_price) },
    ...(hasDiscounts ? [discount] : []),
    ...(hasTax ? [tax] : []),
    { head: words.net, share: 3, align: "end", renderLine: ({ net_amount }) => money(net_amount) },
  ];
  return {
    kind: "table",
    columns: columns.map(({ head, share, align }): Column => ({ head, share, ...(align ? { align } : {}) })),
    rows: line_items.map((line, index): Row => columns.map((column) => column.renderLine(line, index))),
  };
}

/** The total is net, the tax of each rate with its net amount, and shipping. */
function buildTotals(invoice: InvoiceRecord, { speech, words, invoiceWords }: InvoiceLocale): Total[] {
  const money = (amount: Amount): string => speech.money(amount, invoice.currency);
  const taxed = invoice.taxes.filter(({ tax_percent }) => !Money.isZero(tax_percent));
  return [
    { label: words.net_total, amount: money(invoice.net_amount) },
    ...taxed.map(({ tax_percent, net_amount, tax_amount }) => ({
      label: fillPlaceholders(invoiceWords.taxed, {
        tax: words.tax,
        percent: speech.percent(tax_percent),
        net: money(net_amount),
      }),
      amount: money(tax_amount),
    })),
    ...(Money.isZero(invoice.shipping_amount) ? [] : [{ label: words.shipping, amount: money(invoice.shipping_amount) }]),
    { label: words.total, amount: money(invoice.total), strong: true },
  ];
}

function buildTerms(invoice: InvoiceRecord, locale: InvoiceLocale): Block[] {
  const { speech, words, invoiceWords } = locale;
  const { document_type, due_date, invoice_number, payment_terms, total, currency } = invoice;
  if (document_type !== "INVOICE") return [];
  const pay =
    due_date && invoice_number
      ? [
          fillPlaceholders(invoiceWords.pay, {
            amount: speech.money(total, currency),
            due: speech.day(due_date),
            number: invoice_number,
          }),
        ]
      : [];
  const terms = payment_terms ? [`${words.payment}${words.colon}${formatPaymentTerms(payment_terms, locale)}`] : [];
  return [...terms, ...pay].map(plainParagraph);
}
