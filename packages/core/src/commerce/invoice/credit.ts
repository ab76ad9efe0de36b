import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { conflict, type ErrorDetail, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { amount, date, IdInput, text } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Ledger } from "../order/ledger.ts";
import { withAdaptedInstalments } from "../order/lifecycle.ts";
import { createLineMatcher } from "../order/line-matcher.ts";
import { MAX_LINES, type OrderRecord, Orders } from "../order/order.entity.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { type InvoiceRecord, Invoices, type LineRecord } from "./invoice.entity.ts";
import { INVOICE } from "./invoice.kind.ts";
import { unissuedFields } from "./invoice.ts";
import { issueDocument, loadParties } from "./issue.ts";
import { addPart, isEmptyPart, type Part, subtractPart, takePart } from "./parts.rules.ts";
import { allocateByRate, computeTotals, grossOf, subtractRates, sumByRate, type TaxedAmount } from "./totals.rules.ts";

/** Credit notes: they correct an issued invoice, in a gapless series of their own. */

const Item = z.strictObject({
  line_id: text(64).meta({ "x-item-of": "line_items" }).describe("The `order_line_id` of a line of the invoice"),
  quantity: LineItems.quantity(),
});
type ItemInput = z.output<typeof Item>;

/** What a credit note takes back. */
interface Credited {
  lines: LineRecord[];
  shipping_amount: Amount;
}

/**
 * Makes and issues a credit note. The customer no longer owes its total: a CREDIT entry in the ledger of the order is written in the same
 * transaction.
 */
export const credit = fn(
  IdInput.extend({
    line_items: z.array(Item).min(1).max(MAX_LINES).optional().describe("Lines of the invoice with quantities"),
    amount: amount().optional().describe("An amount with tax, distributed over the tax rates of the invoice"),
    reason: text(2000).refine((value) => value.trim() !== "", "Must not be blank"),
    invoice_date: date().nullish().describe("If empty, today. Not before the date of the last number, and not after today"),
  }).describe("Without line_items and amount, all that is not credited yet"),
  async ({ id: invoiceId, line_items, amount: requested, reason, invoice_date }) => {
    if (line_items && requested) throw invalid("amount", "Set either line_items or amount, not both");
    const invoice = await Records.read(Invoices, invoiceId);
    requireCreditable(invoice);
    const parties = await loadParties(await Records.read(Orders, invoice.order_id), invoice);
    return changeOrderChild(Invoices, invoiceId, async (order, current, tx) => {
      const { note, ...changed } = await addCreditNote(
        tx,
        { order, invoice: current, parties },
        {
          line_items,
          amount: requested,
          reason,
          invoice_date,
        },
      );
      return { order: changed.order, child: changed.invoice, answer: note };
    });
  },
);

interface CreditedInvoice {
  order: OrderRecord;
  invoice: InvoiceRecord;
  parties: Awaited<ReturnType<typeof loadParties>>;
}

interface CreditInput {
  line_items?: readonly ItemInput[] | undefined;
  amount?: Amount | undefined;
  reason: string;
  invoice_date?: string | null | undefined;
}

/** Adds a credit note and its entry to the transaction. The caller writes the order and the invoice. */
export async function addCreditNote(
  tx: Transaction,
  { order, invoice, parties }: CreditedInvoice,
  { line_items, amount: requested, reason, invoice_date }: CreditInput,
): Promise<{ order: OrderRecord; invoice: InvoiceRecord; note: InvoiceRecord }> {
  requireCreditable(invoice);
  const credited = line_items
    ? creditItems(invoice, line_items)
    : requested === undefined
      ? creditRest(invoice, reason)
      : creditAmount(invoice, toCurrencyPrecision("amount", requested, invoice.currency), reason);
  const draft = buildCreditNote(invoice, credited, reason);
  requireLeft(invoice, draft, line_items ? "line_items" : "amount");
  const note = await issueDocument(tx, draft, parties, { invoice_date: invoice_date ?? null, findDueDate: (day) => day });
  tx.create(Invoices, note);
  return { order: postCredit(tx, order, note), invoice: withCredit(invoice, note, credited), note };
}

function requireCreditable({ status, document_type }: InvoiceRecord): void {
  if (document_type === "CREDIT_NOTE")
    throw conflict("A credit note cannot be credited", [{ field: "document_type", message: "Must be INVOICE" }]);
  if (status !== "ISSUED")
    throw conflict("The invoice is a draft: change or delete it instead", [{ field: "status", message: "Must be ISSUED" }]);
}

const listLeft = ({ taxes, credited_taxes, currency }: InvoiceRecord): TaxedAmount[] =>
  subtractRates(taxes, credited_taxes, Money.currencyDecimals(currency));

const sumLeft = ({ total, credited_amount }: InvoiceRecord): Amount => Money.subtract(total, credited_amount);

const toWhole = ({ quantity, gross_amount, net_amount, tax_amount }: LineRecord): Part => ({
  quantity,
  gross_amount,
  net_amount,
  tax_amount,
});

const findTaken = ({ credited_lines }: InvoiceRecord, { order_line_id }: LineRecord): Part | null => {
  const taken = credited_lines.find((line) => line.order_line_id === order_line_id);
  return taken
    ? { quantity: taken.quantity, gross_amount: taken.gross_amount, net_amount: taken.net_amount, tax_amount: taken.tax_amount }
    : null;
};

const withPart = (line: LineRecord, part: Part): LineRecord => ({
  ...line,
  ...part,
  discount_amount: Money.subtract(part.gross_amount, part.net_amount),
});

function creditItems(invoice: InvoiceRecord, items: readonly ItemInput[]): Credited {
  const lineById = new Map(invoice.line_items.map((line) => [line.order_line_id, line]));
  const details: ErrorDetail[] = [];
  const findLine = createLineMatcher({ lineById, path: "line_items", missing: "The invoice has no line with this id", details });
  const lines = items.flatMap((item, index): LineRecord[] => {
    const line = findLine(item, index);
    if (!line) return [];
    const { quantity } = item;
    const taken = findTaken(invoice, line);
    const rest = subtractPart(toWhole(line), taken).quantity;
    if (Money.compare(quantity, rest) > 0) {
      details.push({ field: `line_items[${index}].quantity`, message: `Must be at most ${rest}, which is not credited yet` });
      return [];
    }
    return [withPart(line, takePart(toWhole(line), taken, quantity))];
  });
  if (details.length > 0) throw invalidAll(details);
  return { lines, shipping_amount: Money.zero(Money.currencyDecimals(invoice.currency)) };
}

/** Credits all that is left: by lines if the former credit notes were by lines, or else by tax rates. */
function creditRest(invoice: InvoiceRecord, reason: string): Credited {
  const places = Money.currencyDecimals(invoice.currency);
  const lines = invoice.line_items.flatMap((line) => {
    const rest = subtractPart(toWhole(line), findTaken(invoice, line));
    return isEmptyPart(rest) ? [] : [withPart(line, rest)];
  });
  const shipping_amount = Money.subtract(sumLeft(invoice), computeTotals(lines, Money.zero(places), places).total);
  const isByLines =
    !Money.isNegative(shipping_amount) &&
    Money.compare(shipping_amount, invoice.shipping_amount) <= 0 &&
    isSame(computeTotals(lines, shipping_amount, places).taxes, listLeft(invoice));
  return isByLines ? { lines, shipping_amount } : creditAmount(invoice, sumLeft(invoice), reason);
}

/** Whether two lists have the same amounts by rate. Rates without an amount do not count. */
function isSame(rates: readonly TaxedAmount[], others: readonly TaxedAmount[]): boolean {
  const format = (list: readonly TaxedAmount[]): string =>
    JSON.stringify(list.filter((rate) => !Money.isZero(rate.net_amount) || !Money.isZero(rate.tax_amount)));
  return format(rates) === format(others);
}

function creditAmount(invoice: InvoiceRecord, total: Amount, reason: string): Credited {
  const left = sumLeft(invoice);
  if (Money.compare(total, left) > 0) throw tooMuch("amount", left);
  const lines = allocateByRate(total, listLeft(invoice)).map(
    ({ tax_percent, net_amount, tax_amount }): LineRecord => ({
      order_line_id: null,
      name: toSingleLine(reason, MAX_NAME_LENGTH),
      description: null,
      quantity: "1",
      unit_price: net_amount,
      gross_amount: net_amount,
      discount_amount: Money.zero(Money.countDecimals(net_amount)),
      net_amount,
      tax_percent,
      tax_amount,
      is_difference: false,
    }),
  );
  return { lines, shipping_amount: Money.zero(Money.countDecimals(total)) };
}

const MAX_NAME_LENGTH = 255;

const tooMuch = (field: string, left: Amount): Error =>
  ruleViolation("A credit note cannot credit more than its invoice", [
    { field, message: `Must be at most ${left}, which is not credited yet` },
  ]);

function buildCreditNote(invoice: InvoiceRecord, { lines, shipping_amount }: Credited, reason: string): InvoiceRecord {
  const places = Money.currencyDecimals(invoice.currency);
  const zero = Money.zero(places);
  const { order_id, customer_id, contact_id, currency, language, buyer_tax_id, order_number, customer_reference } = invoice;
  return Records.init(
    Invoices,
    {
      ...unissuedFields,
      document_type: "CREDIT_NOTE",
      status: "DRAFT",
      order_id,
      customer_id,
      contact_id,
      currency,
      language,
      buyer_tax_id,
      order_number,
      customer_reference,
      invoice_id: invoice.id,
      corrected_number: invoice.invoice_number,
      corrected_date: invoice.invoice_date,
      reason,
      supply_date: invoice.supply_date,
      due_date: null,
      payment_terms: null,
      text: null,
      line_items: lines,
      shipping_amount,
      ...computeTotals(lines, shipping_amount, places),
      credited_amount: zero,
      settled_amount: zero,
      open_amount: zero,
      payment_state: null,
    },
    { id: newId(INVOICE) },
  );
}

/** Throws if a credit note has no amount, or more than is left at a tax rate. */
function requireLeft(invoice: InvoiceRecord, { total, taxes }: InvoiceRecord, field: string): void {
  if (Money.isZero(total))
    throw ruleViolation("A credit note needs an amount", [
      { field, message: `The invoice has ${sumLeft(invoice)} that is not credited yet` },
    ]);
  if (Money.compare(total, sumLeft(invoice)) > 0) throw tooMuch(field, sumLeft(invoice));
  const leftByRate = new Map(listLeft(invoice).map((rate) => [rate.tax_percent, grossOf(rate)]));
  const zero = Money.zero(Money.countDecimals(total));
  for (const rate of taxes) {
    const left = leftByRate.get(rate.tax_percent) ?? zero;
    if (Money.compare(grossOf(rate), left) > 0) throw tooMuch(field, left);
  }
}

/** Posts the credit into the ledger of the order. */
function postCredit(tx: Transaction, order: OrderRecord, note: InvoiceRecord): OrderRecord {
  const posted = Ledger.postEntries(tx, order, [
    { entry_type: "CREDIT", amount: note.total, record_id: note.id, reason: note.reason },
  ]);
  if (Money.isNegative(posted.due))
    throw ruleViolation("A credit note cannot credit more than what is due", [
      { field: "amount", message: `Must be at most ${order.due}: other credits and adjustments have lowered what is due` },
    ]);
  return withAdaptedInstalments({
    ...posted,
    invoices: posted.invoices.map((claim) =>
      claim.id === note.invoice_id ? { ...claim, credited_amount: Money.add(claim.credited_amount, note.total) } : claim,
    ),
  });
}

function withCredit(invoice: InvoiceRecord, note: InvoiceRecord, { lines }: Credited): InvoiceRecord {
  const takenById = new Map(invoice.credited_lines.map(({ order_line_id, ...part }) => [order_line_id, part as Part]));
  for (const line of lines) {
    if (line.order_line_id === null) continue;
    takenById.set(line.order_line_id, addPart(takenById.get(line.order_line_id) ?? null, toWhole(line)));
  }
  return {
    ...invoice,
    credited_amount: Money.add(invoice.credited_amount, note.total),
    credited_taxes: sumByRate([...invoice.credited_taxes, ...note.taxes], Money.currencyDecimals(invoice.currency)),
    credited_lines: [...takenById].map(([order_line_id, part]) => ({ order_line_id, ...part })),
  };
}

export * as CreditNote from "./credit.ts";
