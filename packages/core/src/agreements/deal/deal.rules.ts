import * as Amount from "../../kernel/amount.ts";
import { invalid } from "../../kernel/error.ts";
import { LineItems, type PricedLine } from "../../kernel/line-item.rules.ts";
import { Money } from "../../kernel/money.ts";

/** Pure rules of deals. */

export const dealStatuses = ["DRAFT", "IN_NEGOTIATION", "SIGNED", "PAID", "IN_PROGRESS", "COMPLETED", "CANCELLED"] as const;
export type DealStatus = (typeof dealStatuses)[number];

/**
 * Allowed status transitions. A deal can be paid before, during or after the work. COMPLETED goes back to the work, CANCELLED to a draft or a
 * negotiation.
 */
export const transitions: Readonly<Record<DealStatus, readonly DealStatus[]>> = {
  DRAFT: ["IN_NEGOTIATION", "SIGNED", "CANCELLED"],
  IN_NEGOTIATION: ["DRAFT", "SIGNED", "CANCELLED"],
  SIGNED: ["PAID", "IN_PROGRESS", "CANCELLED"],
  PAID: ["IN_PROGRESS", "COMPLETED", "CANCELLED"],
  IN_PROGRESS: ["PAID", "COMPLETED", "CANCELLED"],
  COMPLETED: ["IN_PROGRESS"],
  CANCELLED: ["DRAFT", "IN_NEGOTIATION"],
};

/** Statuses of a new deal. A historic import may use any status. */
export const initialStatuses: readonly DealStatus[] = ["DRAFT", "IN_NEGOTIATION", "SIGNED"];

export const isEnd = (status: DealStatus): boolean => status === "COMPLETED" || status === "CANCELLED";

interface Stamps {
  signed_at: string | null;
  paid_at: string | null;
  completed_at: string | null;
  cancelled_at: string | null;
}

export const emptyStamps: Stamps = { signed_at: null, paid_at: null, completed_at: null, cancelled_at: null };

const stampFields: Readonly<Partial<Record<DealStatus, keyof Stamps>>> = {
  SIGNED: "signed_at",
  PAID: "paid_at",
  COMPLETED: "completed_at",
  CANCELLED: "cancelled_at",
};

/** Returns the timestamps after a status change at `time`. Back in DRAFT or IN_NEGOTIATION, a deal must be signed and paid again. */
export function computeStamps({ signed_at, paid_at }: Stamps, to: DealStatus, time: string): Stamps {
  const open = { signed_at, paid_at, completed_at: null, cancelled_at: null };
  const stamp = stampFields[to];
  if (stamp) return { ...open, [stamp]: time };
  return to === "DRAFT" || to === "IN_NEGOTIATION" ? emptyStamps : open;
}

/** Returns the opportunity that the deal occupies, or null. A further deal of that opportunity needs `another`. */
export const findHeldOpportunity = (deal: { opportunity_id: string | null; deal_status: DealStatus } | null): string | null =>
  deal && deal.deal_status !== "CANCELLED" ? deal.opportunity_id : null;

interface DealTotals<I> {
  items: I[];
  final_amount: string | null;
  final_amount_is_manual: boolean;
}

/** How the caller sets the amount. `requested` is a value set by hand, null to follow the items again, or undefined if not given. */
export interface AmountInput {
  requested?: string | null | undefined;
  previous?: { final_amount: string | null; final_amount_is_manual: boolean };
}

/**
 * Returns the items with their totals, and the amount of the deal: the sum of the priced items, unless it was set by hand. A `requested` value equal
 * to the stored one changes nothing. Without a priced item the amount is what the caller gave.
 */
export function computeTotals<I extends PricedLine>(
  items: readonly I[],
  final_amount: string | null,
  currency: string,
  { requested, previous }: AmountInput = {},
): DealTotals<I & { total_price: string | null }> {
  const priced = items.map((item, index) => {
    const unit_price = Amount.toCurrencyPrecision(`items[${index}].unit_price`, item.unit_price, currency);
    return { ...item, unit_price, total_price: LineItems.computeTotal({ ...item, unit_price }, currency) };
  });
  const sum = LineItems.sumLines(priced, currency);
  if (sum !== null && (sum.split(".")[0] as string).length > Amount.MAX_WHOLE_DIGITS)
    throw invalid("items", "The sum of the items is too large");
  const amount = Amount.toCurrencyPrecision("final_amount", final_amount, currency);
  if (sum === null) return { items: priced, final_amount: amount, final_amount_is_manual: amount !== null };
  const previousAmount = previous?.final_amount ?? null;
  const isSaid = typeof requested === "string" && (previousAmount === null || Money.compare(requested, previousAmount) !== 0);
  const isKept = requested !== null && previousAmount !== null && previous?.final_amount_is_manual === true;
  const isManual = (isSaid || isKept) && amount !== sum;
  return { items: priced, final_amount: isManual ? amount : sum, final_amount_is_manual: isManual };
}
