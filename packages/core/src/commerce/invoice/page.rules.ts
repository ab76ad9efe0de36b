import { buildHeading, plainParagraph } from "../../agreements/letterhead/blocks.rules.ts";
import type { Letter } from "../../agreements/letterhead/letter.schema.ts";
import { formatPaymentTerms } from "../../agreements/letterhead/payment-terms.rules.ts";
import type { PageSummary } from "../../agreements/share-link/offerable.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { daysBetween, instantToDay } from "../../kernel/time-zone.ts";
import type { Block, Cell, Fact, Row, Total } from "../../lib/pdf/document.ts";
import type { InvoiceLocale } from "./document.rules.ts";
import type { InvoiceRecord } from "./invoice.entity.ts";
import type { PaymentShare } from "./payment-shares.rules.ts";
import type { Settlement } from "./settlement.rules.ts";

/** Pure rules: what the page of an issued invoice shows beside its frozen content. */

export interface InvoiceProgress {
  settlement: Settlement;
  /** Settled by payments; the rest was forgiven. */
  paid_amount: Amount;
  /** Undefined: too many to be listed. */
  payments: readonly PaymentShare[] | undefined;
  /** The newest first. */
  creditNotes: readonly CreditNote[];
  /** The present day and the zone of the tenant. */
  today: string;
  zone: string;
}

interface CreditNote {
  number: string;
  day: string;
  total: Amount;
  /** The path of its page, if it was shared. */
  href: string | undefined;
}

export const isPayable = ({ settlement }: InvoiceProgress): boolean => !Money.isZero(settlement.open_amount);

/** Says first what the customer has to pay, and until when. */
export function summarizeInvoice(invoice: InvoiceRecord, progress: InvoiceProgress, locale: InvoiceLocale): PageSummary {
  const { speech, invoiceWords } = locale;
  const { settlement } = progress;
  if (isPayable(progress))
    return {
      label: invoiceWords.open_amount,
      value: speech.money(settlement.open_amount, invoice.currency),
      ...describeDue(invoice, progress, locale),
    };
  if (settlement.payment_state === "CREDITED") return { label: invoiceWords.credited };
  return { label: Money.isZero(progress.paid_amount) ? invoiceWords.settled : invoiceWords.paid };
}

function describeDue(invoice: InvoiceRecord, progress: InvoiceProgress, locale: InvoiceLocale): { note?: string } {
  const day = formatDueDate(invoice, progress, locale);
  return day === undefined ? {} : { note: `${locale.invoiceWords.due_date}${locale.words.colon}${day}` };
}

/** Formats the due date with the days that are left or have passed. */
function formatDueDate(
  { due_date }: InvoiceRecord,
  { today }: InvoiceProgress,
  { speech, invoiceWords }: InvoiceLocale,
): string | undefined {
  if (due_date === null) return undefined;
  const days = daysBetween(today, due_date);
  const distance = days < 0 ? fillPlaceholders(invoiceWords.late, { days: speech.days(-days) }) : speech.daysAhead(days);
  return `${speech.day(due_date)} · ${distance}`;
}

export const buildProgress = (
  invoice: InvoiceRecord,
  progress: InvoiceProgress,
  letter: Letter,
  locale: InvoiceLocale,
): Block[] => [
  ...buildSettlement(invoice, progress, locale),
  ...(isPayable(progress) ? buildInstructions(invoice, progress, letter, locale) : []),
];

/** Credit notes and payments with their dates, and what remains of the total. */
function buildSettlement(invoice: InvoiceRecord, progress: InvoiceProgress, locale: InvoiceLocale): Block[] {
  const { settlement, paid_amount } = progress;
  const { speech, words, invoiceWords } = locale;
  if (Money.compare(settlement.open_amount, invoice.total) === 0) return [];
  const money = (amount: Amount): string => speech.money(amount, invoice.currency);
  const subtract = (label: string, amount: Amount): Total[] =>
    Money.isZero(amount) ? [] : [{ label, amount: money(Money.negate(amount)) }];
  const credited = Money.subtract(Money.subtract(invoice.total, settlement.settled_amount), settlement.open_amount);
  const rows = listRows(progress, locale, money);
  const columns = [
    { head: words.date, share: 2 },
    { head: words.description, share: 4 },
    { head: invoiceWords.amount, share: 2, align: "end" as const },
  ];
  return [
    buildHeading(invoiceWords.settlement),
    ...(rows.length === 0 ? [] : [{ kind: "table" as const, columns, rows }]),
    {
      kind: "totals",
      lines: [
        { label: words.total, amount: money(invoice.total) },
        ...subtract(invoiceWords.credit_notes, credited),
        ...subtract(invoiceWords.payments, paid_amount),
        ...subtract(invoiceWords.other_credits, Money.subtract(settlement.settled_amount, paid_amount)),
        { label: invoiceWords.open_amount, amount: money(settlement.open_amount), strong: true },
      ],
    },
  ];
}

function listRows(
  { payments = [], creditNotes, zone }: InvoiceProgress,
  { speech, invoiceWords }: InvoiceLocale,
  money: (amount: Amount) => string,
): Row[] {
  const entries: { day: string; text: Cell; amount: Amount }[] = [
    ...payments.map(({ occurred_at, amount }) => ({
      day: instantToDay(zone, occurred_at),
      text: invoiceWords.payment,
      amount,
    })),
    ...creditNotes.map(({ number, day, total, href }) => ({
      day,
      text: { text: `${invoiceWords.credit_note} ${number}`, href },
      amount: total,
    })),
  ];
  return entries
    .toSorted((left, right) => left.day.localeCompare(right.day))
    .map(({ day, text, amount }): Row => [speech.day(day), text, money(Money.negate(amount))]);
}

/** How to pay: the bank details are the footer of the letterhead, as in the PDF. */
function buildInstructions(invoice: InvoiceRecord, progress: InvoiceProgress, letter: Letter, locale: InvoiceLocale): Block[] {
  const { speech, words, invoiceWords } = locale;
  const { payment_terms, invoice_number, currency } = invoice;
  const candidates: [string, string | undefined][] = [
    [invoiceWords.amount, speech.money(progress.settlement.open_amount, currency)],
    [invoiceWords.due_date, formatDueDate(invoice, progress, locale)],
    [invoiceWords.payee, letter.from[0]],
    [invoiceWords.payment_reference, invoice_number ?? undefined],
    [words.payment, payment_terms ? formatPaymentTerms(payment_terms, locale) : undefined],
  ];
  const facts = candidates.filter((fact): fact is [string, string] => Boolean(fact[1])) satisfies Fact[];
  return [
    { kind: "heading", level: 1, text: invoiceWords.how_to_pay, anchor: "pay" },
    { ...plainParagraph(facts.map(([label, value]) => `${label}${words.colon}${value}`).join("\n")), facts },
    ...(letter.footer ? [plainParagraph(letter.footer)] : []),
  ];
}
