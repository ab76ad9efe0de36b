import { type Amount, Money } from "../../kernel/money.ts";
import { type ApprovalLevel, type ApprovalNeed, toApprovalNeed } from "../approval/approval-need.rules.ts";
import {
  type CheckedLevel,
  type CurrencyAmount,
  checkFlag,
  findLimit,
  findReachedLevel,
  formatReasonAmount,
  type LevelCheck,
} from "../approval/level.rules.ts";

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

/** Compares a proposal and its quote with the conditions of a level. */
function checkLevel({ every, without_quote, net_amount_from }: Level, quote: QuotePrice): LevelCheck[] {
  const limit = findLimit(net_amount_from ?? [], quote?.currency);
  const [value, currency] = [quote?.net_amount ?? null, quote?.currency ?? null];
  return [
    ...(every ? [checkFlag("every", null, true, "Every proposal requires approval")] : []),
    ...(without_quote ? [checkFlag("without_quote", "without_quote", !quote, "The proposal has no quote")] : []),
    ...(net_amount_from?.length
      ? [
          {
            ...{ condition: "net_amount_from", field: "net_amount", value, limit, currency },
            holds: value !== null && limit !== null && Money.compare(value, limit) >= 0,
            reason: `The net amount is ${formatReasonAmount(value, currency ?? "")}. Approval is needed from ${formatReasonAmount(limit, currency ?? "")}.`,
          },
        ]
      : []),
  ];
}

/** Returns the levels with the checks of their conditions. */
export const checkLevels = (levels: readonly Level[], quote: QuotePrice): CheckedLevel<Level>[] =>
  levels.map((level) => ({ level, checks: checkLevel(level, quote) }));

/** Returns the last level that the proposal reaches. */
export const determineApprovalNeed = (levels: readonly Level[], quote: QuotePrice): ApprovalNeed =>
  toApprovalNeed(findReachedLevel(checkLevels(levels, quote)));
