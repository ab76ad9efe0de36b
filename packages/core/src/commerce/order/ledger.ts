import { useSettings } from "../../kernel/context.ts";
import { requestTime } from "../../kernel/day.ts";
import { conflict, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { versionId } from "../../kernel/id.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { text } from "../../kernel/schema.ts";
import { endOfDay } from "../../kernel/time-zone.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { findNextInstalment } from "./instalment.rules.ts";
import { LedgerEntries, type LedgerEntryRecord, Stored } from "./ledger.entity.ts";
import {
  applyEntry,
  computeFigures,
  type EntryType,
  findReviewReasons,
  isReversible,
  type ReviewReason,
} from "./ledger.rules.ts";
import { type OrderRecord, Orders } from "./order.entity.ts";
import { LEDGER_ENTRY } from "./order.kind.ts";
import { isInForce } from "./order.rules.ts";

/**
 * The ledger of an order. Each entry is written in the transaction that writes the next version of its order, so the sums of the order are always
 * those of its entries, and of two concurrent writers the second reads the order again.
 */

export const Row = rowSchema(Stored, LedgerEntries.definition.row);

/** An entry before it is written. */
export interface Posting {
  entry_type: EntryType;
  amount: Amount;
  /** Default: now, or the time of imported history. */
  occurred_at?: string;
  record_id?: string;
  /** For a REVERSAL: the entry that it undoes. */
  reverses?: Pick<LedgerEntryRecord, "sequence" | "entry_type">;
  reason?: string | null;
  provider?: string | null;
  provider_reference?: string | null;
}

interface PostOptions {
  /** A provider reported it, so it is posted even if it breaks a rule. */
  isProviderFact?: boolean;
}

/**
 * Adds entries to the transaction and returns the order with its new figures. The caller writes the order. Throws RULE_VIOLATION if an entry that no
 * provider reported would make the refunds exceed the payments.
 */
export function postEntries(
  tx: Transaction,
  order: OrderRecord,
  postings: readonly Posting[],
  { isProviderFact = false }: PostOptions = {},
): OrderRecord {
  let next = order;
  for (const posting of postings) next = postEntry(tx, next, posting, isProviderFact);
  // What a provider reported may already be more than the payments; an operation must not make it worse.
  const isWorse = Money.compare(next.net_payment, order.net_payment) < 0;
  if (!isProviderFact && isWorse && Money.compare(next.refunded, next.paid) > 0)
    throw ruleViolation("Refunds cannot exceed payments", [
      { field: "amount", message: `Would make the refunds ${next.refunded} and the payments ${next.paid}` },
    ]);
  return next;
}

function postEntry(tx: Transaction, order: OrderRecord, posting: Posting, isProviderFact: boolean): OrderRecord {
  const { entry_type, amount, reverses } = posting;
  if (reverses && order.reversed_entries.includes(reverses.sequence))
    throw conflict(`Entry ${reverses.sequence} was already reversed`, [{ field: "entry", message: "Already reversed" }]);
  const reversed_type = reverses?.entry_type ?? null;
  const sequence = order.entry_count + 1;
  const isProviderPayment = isProviderFact && (entry_type === "PAYMENT" || entry_type === "DEPOSIT");
  const next = withFigures(
    {
      ...order,
      ...applyEntry(order, { entry_type, amount, reversed_type }),
      entry_count: sequence,
      reversed_entries: reverses ? [...order.reversed_entries, reverses.sequence] : order.reversed_entries,
    },
    { isProviderPayment },
  );
  const entry = {
    order_id: order.id,
    sequence,
    entry_type,
    amount,
    currency: order.currency,
    occurred_at: posting.occurred_at ?? requestTime(),
    record_id: posting.record_id ?? null,
    reverses: reverses?.sequence ?? null,
    reversed_type,
    provider: posting.provider ?? null,
    provider_reference: posting.provider_reference ?? null,
    reason: posting.reason ?? null,
    paid: next.paid,
    refunded: next.refunded,
    credited: next.credited,
    due: next.due,
    balance: next.balance,
    payment_state: next.payment_state,
  };
  tx.create(LedgerEntries, Records.init(LedgerEntries, entry, { id: entryId(order, sequence) }));
  return next;
}

const entryId = ({ id, created_at }: Pick<OrderRecord, "id" | "created_at">, sequence: number): string =>
  versionId(LEDGER_ENTRY, Date.parse(created_at), sequence, id);

/** Loads an entry of an order by its sequence. */
export async function loadEntry(order: OrderRecord, sequence: number): Promise<LedgerEntryRecord | undefined> {
  return sequence > order.entry_count ? undefined : Records.load(LedgerEntries, entryId(order, sequence));
}

/** Loads an entry that can be reversed. `field` names it in errors. */
export async function loadReversible(order: OrderRecord, sequence: number, field: string): Promise<LedgerEntryRecord> {
  const entry = await loadEntry(order, sequence);
  if (!entry) throw invalid(field, "The ledger has no such entry");
  if (!isReversible(entry.entry_type)) throw invalid(field, `A ${entry.entry_type} cannot be reversed`);
  return entry;
}

interface FigureOptions {
  /** A provider has just reported a payment. */
  isProviderPayment?: boolean;
  /** A reason that has just come up. */
  addedReason?: ReviewReason;
}

/** A payment link is for the balance at which it was made. */
const expirePaymentLink = (link: OrderRecord["payment_link"], balance: Amount): OrderRecord["payment_link"] =>
  link === null || link.amount === balance ? link : { ...link, status: "EXPIRED" };

/** Returns the order with everything that follows from its status, total, sums and instalments. */
export function withFigures(order: OrderRecord, { isProviderPayment = false, addedReason }: FigureOptions = {}): OrderRecord {
  const figures = computeFigures(order);
  const former = addedReason ? [...order.review_reasons, addedReason] : order.review_reasons;
  const review_reasons = findReviewReasons({ ...order, ...figures }, former, isProviderPayment);
  const isPaid = ["PAID", "OVERPAID"].includes(figures.payment_state) && order.confirmed_at !== null;
  const nextInstalment = isInForce(order.status) ? findNextInstalment(order.instalments, figures.net_payment) : undefined;
  const next_due_date = nextInstalment?.due_date ?? null;
  return {
    ...order,
    ...figures,
    review_reasons,
    needs_review: review_reasons.length > 0,
    payment_link: expirePaymentLink(order.payment_link, figures.balance),
    first_paid_at: order.first_paid_at ?? (isPaid ? requestTime() : null),
    next_due_date,
    next_due_at:
      next_due_date === null
        ? null
        : next_due_date === order.next_due_date
          ? order.next_due_at
          : endOfDay(useSettings().timezone, next_due_date),
  };
}

const ListInput = listSchema(LedgerEntries, {}).extend({ id: text(64) });

/** Lists the entries of an order, the newest first. */
export const list = fn(ListInput, async ({ id, ...query }) => {
  const order = await Records.read(Orders, id);
  return listRecords(LedgerEntries, { ...buildListQuery(LedgerEntries, query), parent: order.id });
});

export * as Ledger from "./ledger.ts";
