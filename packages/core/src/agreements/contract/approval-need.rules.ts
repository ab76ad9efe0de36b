import { Money } from "../../kernel/money.ts";
import { addMonths } from "../../kernel/month.ts";
import { addDays } from "../../kernel/time-zone.ts";
import {
  type ApproverSettings,
  buildRound,
  type CurrencyAmount,
  findReachedLevel,
  type NeededRound,
} from "../approval/level.rules.ts";

/** Pure rules: which rounds a contract needs before it is approved, legal review and then approval (docs/agreements/contracts.md). */

interface LegalReview extends ApproverSettings {
  by_type: boolean;
  contract_value_from?: readonly CurrencyAmount[] | undefined;
  special_terms: boolean;
}

interface Level extends ApproverSettings {
  name: string;
  every?: boolean | undefined;
  contract_value_from?: readonly CurrencyAmount[] | undefined;
  duration_months_over?: number | undefined;
  auto_renew?: boolean | undefined;
  special_terms?: boolean | undefined;
  without_signature?: boolean | undefined;
}

/** The facts about a contract that the rule looks at. */
export interface ApprovalFacts {
  contract_value: string;
  currency: string;
  start_date: string;
  end_date: string;
  auto_renew: boolean;
  special_terms: string | null;
  requires_signature: boolean;
  /** From the type of the contract. */
  requires_legal_review: boolean;
}

const hasSpecialTerms = ({ special_terms }: ApprovalFacts): boolean => Boolean(special_terms?.trim());

function listValueReasons({ contract_value, currency }: ApprovalFacts, from: readonly CurrencyAmount[] = []): string[] {
  const limit = from.find((threshold) => threshold.currency === currency);
  return limit && Money.compare(contract_value, limit.amount) >= 0
    ? [`Contract value ${contract_value} ${currency} reaches the limit of ${limit.amount}`]
    : [];
}

/** A term is longer than `months` if it continues after the last day of that many months. */
const isLonger = ({ start_date, end_date }: ApprovalFacts, months: number): boolean =>
  addDays(end_date, 1) > addMonths(start_date, months);

function listReviewReasons(review: LegalReview, facts: ApprovalFacts): string[] {
  return [
    ...(review.by_type && facts.requires_legal_review ? ["The contract type requires legal review"] : []),
    ...listValueReasons(facts, review.contract_value_from),
    ...(review.special_terms && hasSpecialTerms(facts) ? ["The contract has special terms"] : []),
  ];
}

function listLevelReasons(level: Level, facts: ApprovalFacts): string[] {
  const months = level.duration_months_over;
  return [
    ...(level.every ? ["Every contract requires approval"] : []),
    ...listValueReasons(facts, level.contract_value_from),
    ...(months !== undefined && isLonger(facts, months) ? [`The term is longer than ${months} months`] : []),
    ...(level.auto_renew && facts.auto_renew ? ["The contract renews automatically"] : []),
    ...(level.special_terms && hasSpecialTerms(facts) ? ["The contract has special terms"] : []),
    ...(level.without_signature && !facts.requires_signature ? ["The contract comes into force without signatures"] : []),
  ];
}

/** Returns the rounds that a contract needs, in their order. The list is empty if no approval is needed. */
export function determineRounds(
  rule: { legal_review: LegalReview | null; levels: readonly Level[] },
  facts: ApprovalFacts,
): NeededRound[] {
  const reasons = rule.legal_review ? listReviewReasons(rule.legal_review, facts) : [];
  const levelMatch = findReachedLevel(rule.levels, (level) => listLevelReasons(level, facts));
  return [
    ...(rule.legal_review && reasons.length > 0 ? [buildRound("LEGAL_REVIEW", "Legal review", reasons, rule.legal_review)] : []),
    ...(levelMatch ? [buildRound("APPROVAL", levelMatch.level.name, levelMatch.reasons, levelMatch.level)] : []),
  ];
}
