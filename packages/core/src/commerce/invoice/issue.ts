import { CustomerLookup } from "../../accounts/customer/customer-lookup.ts";
import type { Letter } from "../../agreements/letterhead/letter.schema.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { date, IdInput } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { composeInvoiceLetter, outlineInvoice } from "./document.ts";
import { takeNumber } from "./document-number.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { requireDraft, requireInvoiceable } from "./invoice.ts";
import { findBillingContact } from "./recipient.ts";
import { findReminderTime } from "./reminder.rules.ts";
import { InvoiceReminders } from "./reminders.rule-kind.ts";

/** Issues invoices: number, date and content are final from then on. */

/** What a document states of seller and buyer, as it is now. */
export type Parties = Pick<InvoiceRecord, "contact_id" | "buyer_tax_id" | "seller_tax_id"> & { letter: Letter };

export async function loadParties(order: OrderRecord, invoice: InvoiceRecord): Promise<Parties> {
  const contact_id = invoice.contact_id ?? (await findBillingContact(invoice.customer_id)) ?? order.contact_id;
  const [letter, customer] = await Promise.all([
    composeInvoiceLetter({ ...invoice, contact_id }, order),
    CustomerLookup.resolveMerged(invoice.customer_id),
  ]);
  return {
    contact_id,
    letter,
    buyer_tax_id: invoice.buyer_tax_id ?? customer?.tax_id ?? null,
    seller_tax_id: useSettings().letterhead.tax_id,
  };
}

/** Issues a draft. Number and date are given in the transaction of the invoice, so a failed issue leaves no gap. */
export const issue = fn(
  IdInput.extend({
    invoice_date: date().nullish().describe("If empty, today. Not before the date of the last number, and not after today"),
  }),
  async ({ id: invoiceId, invoice_date }) => {
    const draft = await Records.read(Invoices, invoiceId);
    requireDraft(draft);
    const [parties, { definition }] = await Promise.all([
      loadParties(await Records.read(Orders, draft.order_id), draft),
      loadActiveRule(InvoiceReminders),
    ]);
    return changeOrderChild(Invoices, invoiceId, async (order, current, tx) => {
      requireDraft(current);
      requireInvoiceable(order);
      const issued = await issueDocument(tx, current, parties, {
        invoice_date: invoice_date ?? null,
        findDueDate: (day) => addDays(day, definition.payment_days),
      });
      const { timezone } = useSettings();
      const reminded = {
        ...issued,
        open_amount: issued.total,
        payment_state: "UNPAID" as const,
        next_reminder_at: findReminderTime(
          definition.levels,
          { due_date: issued.due_date ?? "", reminder_level: 0 },
          { timezone, now: Clock.now() },
        ),
      };
      return { order: withIssuedClaim(order, issued), child: reminded };
    });
  },
);

interface IssueOptions {
  invoice_date: string | null;
  /** Returns the due date by the date of an invoice. */
  findDueDate: (day: string) => string;
}

/** Adds the number to the transaction, and returns the document with everything that is frozen. */
export async function issueDocument(
  tx: Transaction,
  draft: InvoiceRecord,
  { letter, ...parties }: Parties,
  { invoice_date, findDueDate }: IssueOptions,
): Promise<InvoiceRecord> {
  const { from: seller, to: buyer, ...letterhead } = letter;
  const numbered = await takeNumber(tx, draft.document_type, invoice_date);
  const due_date = draft.document_type === "INVOICE" ? (draft.due_date ?? findDueDate(numbered.invoice_date)) : draft.due_date;
  if (due_date !== null && due_date < numbered.invoice_date)
    throw invalid("due_date", `Must not be before the date of the invoice, ${numbered.invoice_date}`);
  const issued: InvoiceRecord = {
    ...draft,
    ...parties,
    ...numbered,
    seller,
    buyer,
    letterhead,
    due_date,
    supply_date: draft.supply_date ?? numbered.invoice_date,
    status: "ISSUED",
    issued_at: Clock.now(),
  };
  return { ...issued, content_hash: outlineInvoice(issued, letter).digest };
}

/** Returns the order with the claim of an invoice as issued, behind those that were issued before. */
const withIssuedClaim = (order: OrderRecord, { id, total }: InvoiceRecord): OrderRecord => ({
  ...order,
  invoices: [
    ...order.invoices.filter((claim) => claim.id !== id),
    { id, total, credited_amount: Money.zero(Money.countDecimals(total)), is_issued: true },
  ],
});

export * as InvoiceIssue from "./issue.ts";
