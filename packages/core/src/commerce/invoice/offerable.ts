import type { Letter } from "../../agreements/letterhead/letter.schema.ts";
import { type Offerable, readOnlyAnswers } from "../../agreements/share-link/offerable.ts";
import { Sending } from "../../agreements/share-link/sending.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { Money } from "../../kernel/money.ts";
import { buildListQuery, list } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { LedgerEntries } from "../order/ledger.entity.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { ORDER } from "../order/order.kind.ts";
import { outlineInvoicePage, readFrozenLetter, resolveInvoiceLocale } from "./document.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { type InvoiceProgress, summarizeInvoice } from "./page.rules.ts";
import { sharePayments } from "./payment-shares.rules.ts";
import { computeClaimed, settleIssued } from "./settlement.rules.ts";

/** The `Offerable` of issued invoices and credit notes: the customer reads what is open by a private link, and how to pay. */
export const invoiceOfferable: Offerable = {
  sendsOwnMails: true,

  async read(id, { language }) {
    const issued = await loadIssued(id);
    if (!issued) return undefined;
    const { invoice, letter, order } = issued;
    const progress = invoice.document_type === "INVOICE" ? await loadProgress(invoice, order) : undefined;
    const locale = resolveInvoiceLocale(language);
    return {
      document: await outlineInvoicePage(invoice, letter, locale, progress).render(),
      owner_id: order.owner_id,
      state: "shown",
      day: invoice.invoice_date ?? today(),
      options: [],
      fileLanguage: letter.language,
      ...(progress ? { summary: summarizeInvoice(invoice, progress, locale) } : {}),
    };
  },

  async renderPdf(id) {
    const invoice = await Records.load(Invoices, id, { live: true });
    return invoice?.status === "ISSUED" ? (await import("./pdf.ts")).renderComplete(invoice) : undefined;
  },

  /** An invoice has no activities: the timeline of its order has them. */
  async onViewed(id) {
    const issued = await loadIssued(id);
    return issued && { timelineSubject: toTimelineSubject(issued.order), owner_id: issued.order.owner_id };
  },

  ...readOnlyAnswers,
};

export const toTimelineSubject = ({ id }: OrderRecord) => ({ record_kind: ORDER.name, record_id: id });

interface IssuedInvoice {
  invoice: InvoiceRecord;
  /** As it was when the invoice was issued. */
  letter: Letter;
  order: OrderRecord;
}

async function loadIssued(id: string): Promise<IssuedInvoice | undefined> {
  const invoice = await Records.load(Invoices, id, { live: true });
  const letter = invoice?.status === "ISSUED" ? readFrozenLetter(invoice) : null;
  const order = invoice && (await Records.load(Orders, invoice.order_id));
  return invoice && letter && order ? { invoice, letter, order } : undefined;
}

/** Maximum entries of the ledger, and invoices and credit notes of the order, that the page reads. */
const MAX_ENTRIES = 100;

/** Returns what is open by the order as it is now: the invoice follows it moments later. */
async function loadProgress(invoice: InvoiceRecord, order: OrderRecord): Promise<InvoiceProgress> {
  const claims = order.invoices.filter(({ is_issued }) => is_issued);
  const places = Money.countDecimals(invoice.total);
  const settlement = settleIssued(order).get(invoice.id) ?? invoice;
  const earlier = claims
    .slice(
      0,
      claims.findIndex(({ id }) => id === invoice.id),
    )
    .map(computeClaimed);
  const paidBeyond = Money.subtract(order.net_payment, Money.sum(earlier, places));
  const { settled_amount } = settlement;
  const [entries, creditNotes] = await Promise.all([listPayments(order), listCreditNotes(invoice)]);
  return {
    settlement: { ...settlement, payment_state: settlement.payment_state ?? "UNPAID" },
    paid_amount: Money.isNegative(paidBeyond)
      ? Money.zero(places)
      : Money.compare(paidBeyond, settled_amount) < 0
        ? paidBeyond
        : settled_amount,
    payments: entries && sharePayments(entries, claims, invoice.id, places),
    creditNotes,
    today: today(),
    zone: useSettings().timezone,
  };
}

/** Returns the ledger of the order, the oldest entry first; undefined if it is too long. */
async function listPayments(order: OrderRecord) {
  if (order.entry_count > MAX_ENTRIES) return undefined;
  if (Money.isZero(order.paid)) return [];
  const { rows } = await list(LedgerEntries, {
    ...buildListQuery(LedgerEntries, { limit: MAX_ENTRIES }),
    parent: order.id,
  });
  return rows.toReversed();
}

/** Returns the credit notes among the newest invoices of the order, with links to those that were shared. */
async function listCreditNotes({ id, order_id, credited_amount }: InvoiceRecord): Promise<InvoiceProgress["creditNotes"]> {
  if (Money.isZero(credited_amount)) return [];
  const { rows } = await list(Invoices, { ...buildListQuery(Invoices, { limit: MAX_ENTRIES }), parent: order_id });
  const notes = rows.filter(({ invoice_id }) => invoice_id === id);
  const paths = await Sending.findPagePaths(notes.map((note) => note.id));
  return notes.map(({ id: noteId, invoice_number, invoice_date, total }) => ({
    number: invoice_number ?? "",
    day: invoice_date ?? "",
    total,
    href: paths.get(noteId),
  }));
}
