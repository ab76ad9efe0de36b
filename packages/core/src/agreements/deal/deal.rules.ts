import * as Amount from "../../kernel/amount.ts";
import { invalid } from "../../kernel/error.ts";
import { LineItems, type PricedLine } from "../../kernel/line-item.rules.ts";
import { Money } from "../../kernel/money.ts";

/** Pure rules of deals (seed 003, deals and deal_services). */

export const dealStatuses = ["DRAFT", "IN_NEGOTIATION", "SIGNED", "PAID", "IN_PROGRESS", "COMPLETED", "CANCELLED"] as const;
export type DealStatus = (typeof dealStatuses)[number];

/**
 * Where a deal goes from each status. It is paid before, while or after it is worked on, and is completed once both have begun. From an end
 * it only comes back, to what it was ended in: to the work, or to be agreed anew.
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

/** In which a deal begins; in history, in any. */
export const initialStatuses: readonly DealStatus[] = ["DRAFT", "IN_NEGOTIATION", "SIGNED"];

export const isEnd = (status: DealStatus): boolean => status === "COMPLETED" || status === "CANCELLED";

export interface Stamps {
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

/** When what happened, after a move at `at`. What is agreed anew is signed and paid anew. */
export function computeStamps({ signed_at, paid_at }: Stamps, to: DealStatus, at: string): Stamps {
  const open = { signed_at, paid_at, completed_at: null, cancelled_at: null };
  const stamp = stampFields[to];
  if (stamp) return { ...open, [stamp]: at };
  return to === "DRAFT" || to === "IN_NEGOTIATION" ? emptyStamps : open;
}

/** Whether a deal holds its opportunity: a further one of it is made on purpose alone. */
export const findHeldOpportunity = (deal: { opportunity_id: string | null; deal_status: DealStatus } | null): string | null =>
  deal && deal.deal_status !== "CANCELLED" ? deal.opportunity_id : null;

interface DealTotals<I> {
  items: I[];
  final_amount: string | null;
  final_amount_is_manual: boolean;
}

/** How an amount is said: by hand, or with null that it follows the items again; `asked` is left out where nothing is said. */
export interface AmountInput {
  requested?: string | null | undefined;
  previous?: { final_amount: string | null; final_amount_is_manual: boolean };
}

/**
 * The items with what they come to, and the amount of all: the sum of those that have a price, unless it was set by hand. A number that is
 * sent back unchanged says nothing. Without a priced item the amount is what was said.
 */
export function computeTotals<I extends PricedLine>(
  items: readonly I[],
  final_amount: string | null,
  currency: string,
  { requested: asked, previous: before }: AmountInput = {},
): DealTotals<I & { total_price: string | null }> {
  const priced = items.map((item, at) => {
    const unit_price = Amount.toCurrencyPrecision(`items[${at}].unit_price`, item.unit_price, currency);
    return { ...item, unit_price, total_price: LineItems.computeTotal({ ...item, unit_price }, currency) };
  });
  const sum = LineItems.sumLines(priced, currency);
  if (sum !== null && (sum.split(".")[0] as string).length > Amount.MAX_WHOLE_DIGITS)
    throw invalid("items", "Their sum is too large an amount");
  const amount = Amount.toCurrencyPrecision("final_amount", final_amount, currency);
  if (sum === null) return { items: priced, final_amount: amount, final_amount_is_manual: amount !== null };
  const stood = before?.final_amount ?? null;
  const isSaid = typeof asked === "string" && (stood === null || Money.compare(asked, stood) !== 0);
  const isKept = asked !== null && stood !== null && before?.final_amount_is_manual === true;
  const isManual = (isSaid || isKept) && amount !== sum;
  return { items: priced, final_amount: isManual ? amount : sum, final_amount_is_manual: isManual };
}
