import { type Amount, Money } from "../../kernel/money.ts";
import { type ApproverKind, type Deadlines, defaultDeadlines } from "../approval/approver.rules.ts";

/** Whether a proposal needs approval by itself, and whose (docs/agreements/proposals.md, Approval). Pure. */

/** A level is reached where one of what it asks is so. */
export interface Level {
  name: string;
  /** Every proposal. */
  every?: boolean | undefined;
  /** One without a quote, whose prices nobody has approved. */
  without_quote?: boolean | undefined;
  /** A quote that comes to so much without tax and shipping, in its currency, or more. */
  net_amount_from?: readonly { currency: string; amount: Amount }[] | undefined;
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Deadlines;
}

export interface Need {
  /** Null: none is needed. */
  level: string | null;
  approvers: ApproverKind[];
  side_by_side: boolean;
  patience: Deadlines;
  reasons: string[];
}

type QuotePrice = { net_amount: Amount; currency: string } | undefined;

/** Why a level is reached; empty where it is not. */
function reasonsFor({ every, without_quote, net_amount_from }: Level, quote: QuotePrice): string[] {
  const least = net_amount_from?.find(({ currency }) => currency === quote?.currency)?.amount;
  return [
    ...(every ? ["Every proposal"] : []),
    ...(without_quote && !quote ? ["It has no quote"] : []),
    ...(quote && least !== undefined && Money.compare(quote.net_amount, least) >= 0
      ? [`The net amount is ${quote.net_amount} ${quote.currency}: ${least} or more`]
      : []),
  ];
}

/** What a proposal needs: the last level that it reaches. */
export function determineApprovalNeed(levels: readonly Level[], quote: QuotePrice): Need {
  const reached = levels.map((level) => ({ level, reasons: reasonsFor(level, quote) }));
  const last = reached.findLast(({ reasons }) => reasons.length > 0);
  return {
    level: last?.level.name ?? null,
    approvers: [...(last?.level.approvers ?? [])],
    side_by_side: last?.level.side_by_side ?? false,
    patience: last?.level.patience ?? defaultDeadlines,
    reasons: last?.reasons ?? [],
  };
}
