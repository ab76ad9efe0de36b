import { type Amount, Money } from "../../kernel/money.ts";
import { type ApprovalLevel, type ApprovalNeed, toApprovalNeed } from "../approval/approval-need.rules.ts";
import { type CurrencyAmount, findReachedLevel } from "../approval/level.rules.ts";

/** Pure rules: whether a proposal needs approval, and by whom (docs/agreements/proposals.md, Approval). */

/** A level is reached if one of its conditions holds. */
export interface Level extends ApprovalLevel {
  /** Applies to every proposal. */
  every?: boolean | undefined;
  /** Applies to a proposal without a quote: its prices were never approved. */
  without_quote?: boolean | undefined;
  /** Applies if the quote's net amount, without tax and shipping, is at least the amount in its currency. */
  net_amount_from?: readonly CurrencyAmount[] | undefined;
}

type QuotePrice = { net_amount: Amount; currency: string } | undefined;

/** Returns why a level is reached; empty if it is not. */
function reasonsFor({ every, without_quote, net_amount_from }: Level, quote: QuotePrice): string[] {
  const minAmount = net_amount_from?.find(({ currency }) => currency === quote?.currency)?.amount;
  return [
    ...(every ? ["Every proposal requires approval"] : []),
    ...(without_quote && !quote ? ["The proposal has no quote"] : []),
    ...(quote && minAmount !== undefined && Money.compare(quote.net_amount, minAmount) >= 0
      ? [`The net amount ${quote.net_amount} ${quote.currency} reaches the limit of ${minAmount}`]
      : []),
  ];
}

/** Returns the last level that the proposal reaches. */
export function determineApprovalNeed(levels: readonly Level[], quote: QuotePrice): ApprovalNeed {
  return toApprovalNeed(findReachedLevel(levels, (level) => reasonsFor(level, quote)));
}
