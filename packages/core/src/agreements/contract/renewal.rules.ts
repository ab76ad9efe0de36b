import { type Amount, type Decimal, Money } from "../../kernel/money.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { countTermMonths, nextTerm, noticeDay, type Term, type TermLength } from "./term.rules.ts";

/**
 * What becomes of a contract whose term ends (docs/agreements/renewals.md). Pure.
 *
 * On the day of notice it is settled that the contract goes on by itself, where that was agreed; otherwise its owner has an opportunity to
 * renew it. One of both, once for each term, which is known by its last day. The new term begins the day after, with the figures as they are
 * then. A person, unlike a company, is bound by it only if they agreed to that apart (`auto_renew_agreed`) and were told early enough
 * to say no.
 */

/** Days that a customer has between being told and the day of notice. */
export const MIN_OBJECTION_DAYS = 14;

export const priceRules = ["SAME", "PERCENT", "FIXED"] as const;

/** What the next term costs: as much, so many percent more (or, below 0, less), or this. */
export type PriceRule = { kind: "SAME" } | { kind: "PERCENT"; percent: string } | { kind: "FIXED"; contract_value: Amount };

export interface Renewable {
  /** Only what is in force renews. */
  is_active: boolean;
  /** The term that it is in. */
  term_start_date: string;
  end_date: string;
  renewal_notice_days: number;
  auto_renew: boolean;
  /** The customer agreed to that apart, and is told before. */
  auto_renew_agreed: boolean;
  /** The customer is a human being. */
  is_individual: boolean;
  /** The last day of the term of which it was settled last what becomes of it, and what that is. */
  renewal_settled_for: string | null;
  renewal_outcome: RenewalOutcome | null;
  /** When the customer was told that this term is followed by another one; null: not yet. */
  renewal_told_on: string | null;
}

export const renewalOutcomes = ["RENEW", "PROPOSE"] as const;
export type RenewalOutcome = (typeof renewalOutcomes)[number];

/** The customer is told, it is settled that another term follows or that one is proposed, and the other term begins. */
export type RenewalStep = "TELL" | RenewalOutcome | "BEGIN";

/** What is to be done next, and from which day on. */
export interface DueStep {
  step: RenewalStep;
  day: string;
}

/** It goes on by itself. */
export const isSelfRenewing = ({ auto_renew, auto_renew_agreed, is_individual }: Renewable): boolean =>
  auto_renew && (!is_individual || auto_renew_agreed);

/**
 * What is to be done of its present term; null: nothing is left to do. Whether the customer is a human being decides what is done, and
 * never when.
 */
export function findDueStep(contract: Renewable): DueStep | null {
  const { is_active, end_date, renewal_told_on } = contract;
  if (!is_active) return null;
  // An amendment may have moved the last day since: then it is settled anew.
  if (contract.renewal_settled_for === end_date)
    return contract.renewal_outcome === "RENEW" ? { step: "BEGIN", day: addDays(end_date, 1) } : null;
  const term: Term = { start_date: contract.term_start_date, end_date };
  const notice = noticeDay(term, contract.renewal_notice_days);
  if (!isSelfRenewing(contract)) return { step: "PROPOSE", day: notice };
  if (!contract.auto_renew_agreed) return { step: "RENEW", day: notice };
  if (renewal_told_on === null) return { step: "TELL", day: pickLater(addDays(notice, -MIN_OBJECTION_DAYS), term.start_date) };
  const until = addDays(renewal_told_on, MIN_OBJECTION_DAYS);
  // Who was told so late that the term would be over before they could say no is not bound by another one.
  return until > end_date ? { step: "PROPOSE", day: notice } : { step: "RENEW", day: pickLater(notice, until) };
}

const pickLater = (one: string, other: string): string => (one > other ? one : other);

/**
 * The last day of what it is in force for; null while it is to be settled first what becomes of its term. Expiry goes by this, so when
 * both come late, a contract that renews itself does not expire, and any other is proposed before.
 */
export function findLastDay(contract: Renewable): string | null {
  return findDueStep(contract) === null ? contract.end_date : null;
}

/** What a term costs. */
export interface Price {
  contract_value: Amount;
  monthly_fee: Amount | null;
}

/**
 * The price of the term after. A percentage is rounded half up to the minor unit. The fee of a month follows in the same way; with a
 * value of its own it is a month's part of that, or nothing where the term has no whole months.
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

/** The term after the present one. A length or a price that somebody gave goes before what follows from the term and the rule. */
export function computeNextTerm(
  present: PricedTerm,
  rule: PriceRule,
  given: { anchor?: string; length?: TermLength; end_date?: string } = {},
): PricedTerm {
  const next = nextTerm(present, given.anchor, given.length);
  const term = given.end_date === undefined ? next : { ...next, end_date: given.end_date };
  return { number: present.number + 1, ...term, ...computeNextPrice(present, rule, countTermMonths(term, given.anchor)) };
}

export * as RenewalRules from "./renewal.rules.ts";
