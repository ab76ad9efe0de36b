import { type Amount, type Decimal, Money } from "../../kernel/money.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { countTermMonths, nextTerm, noticeDay, type Term, type TermLength } from "./term.rules.ts";

/**
 * Pure rules: what happens when the term of a contract ends (docs/agreements/renewals.md).
 *
 * On the day of notice the renewal is decided once for each term, which is identified by its last day. If automatic renewal was agreed, another term
 * follows; otherwise the owner gets an opportunity to renew. The new term begins on the next day, with the figures of that time. An individual,
 * unlike a company, is bound only if they agreed to automatic renewal separately (`auto_renew_agreed`) and were told early enough to object.
 */

/** Minimum days between telling the customer and the day of notice. */
export const MIN_OBJECTION_DAYS = 14;

export const priceRules = ["SAME", "PERCENT", "FIXED"] as const;

/** Price of the next term: the same, a percentage more (or less, if negative), or a fixed value. */
export type PriceRule = { kind: "SAME" } | { kind: "PERCENT"; percent: string } | { kind: "FIXED"; contract_value: Amount };

export interface Renewable {
  /** Only contracts in force renew. */
  is_active: boolean;
  /** The present term. */
  term_start_date: string;
  end_date: string;
  renewal_notice_days: number;
  auto_renew: boolean;
  /** The customer agreed to automatic renewal separately, and must be told before each renewal. */
  auto_renew_agreed: boolean;
  /** The customer is a natural person. */
  is_individual: boolean;
  /** Last day of the term that was decided last, and the decision. */
  renewal_settled_for: string | null;
  renewal_outcome: RenewalOutcome | null;
  /** The day on which the customer was told that another term follows; null if not yet. */
  renewal_told_on: string | null;
}

export const renewalOutcomes = ["RENEW", "PROPOSE"] as const;
export type RenewalOutcome = (typeof renewalOutcomes)[number];

/** TELL: tell the customer. RENEW or PROPOSE: record the decision. BEGIN: start the next term. */
export type RenewalStep = "TELL" | RenewalOutcome | "BEGIN";

/** The next step, and the first day on which it can be done. */
export interface DueStep {
  step: RenewalStep;
  day: string;
}

/** Returns whether the contract renews automatically. */
export const isSelfRenewing = ({ auto_renew, auto_renew_agreed, is_individual }: Renewable): boolean =>
  auto_renew && (!is_individual || auto_renew_agreed);

/** Returns the next step for the present term, or null if none is left. `is_individual` affects what is done, never when. */
export function findDueStep(contract: Renewable): DueStep | null {
  const { is_active, end_date, renewal_told_on } = contract;
  if (!is_active) return null;
  // The decision names a last day. If an amendment has moved the last day, the renewal is decided again.
  if (contract.renewal_settled_for === end_date)
    return contract.renewal_outcome === "RENEW" ? { step: "BEGIN", day: addDays(end_date, 1) } : null;
  const term: Term = { start_date: contract.term_start_date, end_date };
  const notice = noticeDay(term, contract.renewal_notice_days);
  if (!isSelfRenewing(contract)) return { step: "PROPOSE", day: notice };
  if (!contract.auto_renew_agreed) return { step: "RENEW", day: notice };
  if (renewal_told_on === null) return { step: "TELL", day: pickLater(addDays(notice, -MIN_OBJECTION_DAYS), term.start_date) };
  const until = addDays(renewal_told_on, MIN_OBJECTION_DAYS);
  // If the customer was told too late to object before the term ends, the next term does not bind them.
  return until > end_date ? { step: "PROPOSE", day: notice } : { step: "RENEW", day: pickLater(notice, until) };
}

const pickLater = (a: string, b: string): string => (a > b ? a : b);

/**
 * Returns the last day of the contract, or null while the renewal is undecided. The expiry clock uses it: if both clocks are late, a contract that
 * renews does not expire, and any other is proposed first.
 */
export function findLastDay(contract: Renewable): string | null {
  return findDueStep(contract) === null ? contract.end_date : null;
}

/** Price of a term. */
export interface Price {
  contract_value: Amount;
  monthly_fee: Amount | null;
}

/**
 * Returns the price of the next term. A percentage is rounded half up to the minor unit, also for the monthly fee. With a fixed value, the monthly
 * fee is that value divided by the months, or null if the term has no whole months.
 */
export function computeNextPrice({ contract_value, monthly_fee }: Price, rule: PriceRule, months: number | null): Price {
  if (rule.kind === "SAME") return { contract_value, monthly_fee };
  if (rule.kind === "FIXED")
    return {
      contract_value: rule.contract_value,
      monthly_fee: monthly_fee === null ? null : computeMonthlyFee(rule.contract_value, months),
    };
  return {
    contract_value: raiseAmount(contract_value, rule.percent),
    monthly_fee: monthly_fee === null ? null : raiseAmount(monthly_fee, rule.percent),
  };
}

const raiseAmount = (amount: Amount, percent: Decimal): Amount => Money.add(amount, Money.computePercent(amount, percent));

const computeMonthlyFee = (value: Amount, months: number | null): Amount | null =>
  months === null ? null : Money.divide(value, months);

export interface PricedTerm extends Term, Price {
  /** The first term of a contract is 1. */
  number: number;
}

/** Returns the term after the present one. A length or last day in `overrides` overrides the computed one. */
export function computeNextTerm(
  present: PricedTerm,
  rule: PriceRule,
  overrides: { anchor?: string; length?: TermLength; end_date?: string } = {},
): PricedTerm {
  const next = nextTerm(present, overrides.anchor, overrides.length);
  const term = overrides.end_date === undefined ? next : { ...next, end_date: overrides.end_date };
  return { number: present.number + 1, ...term, ...computeNextPrice(present, rule, countTermMonths(term, overrides.anchor)) };
}

export * as RenewalRules from "./renewal.rules.ts";
