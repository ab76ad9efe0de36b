import type { ApproverKind, Patience } from "../approval/approver.rules.ts";
import { Money } from "../kernel/money.ts";
import { dayAfter } from "../kernel/zone.ts";
import { monthsAfter } from "./term.rules.ts";

/** Who is asked about a contract before it is approved: at first who knows the law, then who answers for it (docs/contracts.md). Pure. */

interface InCurrency {
  currency: string;
  amount: string;
}

interface Asking {
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Patience;
}

export interface Review extends Asking {
  by_type: boolean;
  contract_value_from?: readonly InCurrency[] | undefined;
  special_terms: boolean;
}

export interface Level extends Asking {
  name: string;
  every?: boolean | undefined;
  contract_value_from?: readonly InCurrency[] | undefined;
  duration_months_over?: number | undefined;
  auto_renew?: boolean | undefined;
  special_terms?: boolean | undefined;
  without_signature?: boolean | undefined;
}

/** What of a contract is asked. */
export interface Facts {
  contract_value: string;
  currency: string;
  start_date: string;
  end_date: string;
  auto_renew: boolean;
  special_terms: string | null;
  requires_signature: boolean;
  /** Of its type. */
  requires_legal_review: boolean;
}

export interface Needed extends Asking {
  step: "LEGAL_REVIEW" | "APPROVAL";
  level: string;
  reasons: readonly string[];
}

const hasSpecial = ({ special_terms }: Facts): boolean => Boolean(special_terms?.trim());

function worth({ contract_value, currency }: Facts, from: readonly InCurrency[] = []): string[] {
  const limit = from.find((each) => each.currency === currency);
  return limit && Money.compare(contract_value, limit.amount) >= 0
    ? [`Value ${contract_value} ${currency}, from ${limit.amount} on`]
    : [];
}

/** A term is longer where it goes on after the last day of so many months. */
const isLonger = ({ start_date, end_date }: Facts, months: number): boolean =>
  dayAfter(end_date, 1) > monthsAfter(start_date, months);

function reviewed(review: Review, facts: Facts): string[] {
  return [
    ...(review.by_type && facts.requires_legal_review ? ["The type of the contract asks for it"] : []),
    ...worth(facts, review.contract_value_from),
    ...(review.special_terms && hasSpecial(facts) ? ["It has special terms"] : []),
  ];
}

function reached(level: Level, facts: Facts): string[] {
  const months = level.duration_months_over;
  return [
    ...(level.every ? ["Every contract"] : []),
    ...worth(facts, level.contract_value_from),
    ...(months !== undefined && isLonger(facts, months) ? [`It lasts longer than ${months} months`] : []),
    ...(level.auto_renew && facts.auto_renew ? ["It renews itself"] : []),
    ...(level.special_terms && hasSpecial(facts) ? ["It has special terms"] : []),
    ...(level.without_signature && !facts.requires_signature ? ["It comes into force without signatures"] : []),
  ];
}

/** The rounds that a contract goes through, in their order; none where nobody is asked. */
export function needOf(rule: { legal_review: Review | null; levels: readonly Level[] }, facts: Facts): Needed[] {
  const asking = ({ approvers, side_by_side, patience }: Asking): Asking => ({ approvers, side_by_side, patience });
  const reasons = rule.legal_review ? reviewed(rule.legal_review, facts) : [];
  const review: Needed[] =
    rule.legal_review && reasons.length > 0
      ? [{ step: "LEGAL_REVIEW", level: "Legal review", reasons, ...asking(rule.legal_review) }]
      : [];
  const levels = rule.levels.map((level) => ({ level, reasons: reached(level, facts) }));
  const last = levels.findLast((each) => each.reasons.length > 0);
  const approval: Needed[] = last
    ? [{ step: "APPROVAL", level: last.level.name, reasons: last.reasons, ...asking(last.level) }]
    : [];
  return [...review, ...approval];
}
