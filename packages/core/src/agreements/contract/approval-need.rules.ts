import { Money } from "../../kernel/money.ts";
import { addMonths } from "../../kernel/month.ts";
import { addDays } from "../../kernel/time-zone.ts";
import {
  type ApproverSettings,
  buildRound,
  type CheckedLevel,
  type CurrencyAmount,
  checkFlag,
  explainChecks,
  findLimit,
  findReachedLevel,
  formatReasonAmount,
  type LevelCheck,
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
  /** Value of the next term, by the renewal terms. null: only `contract_value` counts. */
  next_value: string | null;
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

/** The value of the next term counts if it is higher, because the contract renews at it without another approval. */
function checkValue({ contract_value, next_value, currency }: ApprovalFacts, from: readonly CurrencyAmount[] = []): LevelCheck[] {
  const limit = findLimit(from, currency);
  const isRaised = next_value !== null && Money.compare(next_value, contract_value) > 0;
  const value = isRaised ? next_value : contract_value;
  const holds = limit !== null && Money.compare(value, limit) >= 0;
  const reason = `${isRaised ? "The value of the next term" : "The contract value"} is ${formatReasonAmount(value, currency)}. Approval is needed from ${formatReasonAmount(limit, currency)}.`;
  const field = isRaised ? "renewal_value" : "contract_value";
  return from.length === 0 ? [] : [{ condition: "contract_value_from", field, value, limit, currency, holds, reason }];
}

/** A term is longer than `months` if it continues after the last day of that many months. */
function checkTerm({ start_date, end_date }: ApprovalFacts, months: number): LevelCheck {
  const after = addMonths(start_date, months);
  return {
    ...{ condition: "duration_months_over", field: "end_date", value: end_date, limit: addDays(after, -1), currency: null },
    holds: addDays(end_date, 1) > after,
    reason: `The term is longer than ${months} months`,
  };
}

const checkTerms = (facts: ApprovalFacts): LevelCheck =>
  checkFlag("special_terms", "special_terms", hasSpecialTerms(facts), "The contract has special terms");

/** Compares a contract with the conditions of a legal review. */
const checkReview = (review: LegalReview, facts: ApprovalFacts): LevelCheck[] => [
  ...(review.by_type
    ? [checkFlag("by_type", "legal_review", facts.requires_legal_review, "The contract type requires legal review")]
    : []),
  ...checkValue(facts, review.contract_value_from),
  ...(review.special_terms ? [checkTerms(facts)] : []),
];

/** Compares a contract with the conditions of a level. */
const checkLevel = (level: Level, facts: ApprovalFacts): LevelCheck[] => [
  ...(level.every ? [checkFlag("every", null, true, "Every contract requires approval")] : []),
  ...checkValue(facts, level.contract_value_from),
  ...(level.duration_months_over === undefined ? [] : [checkTerm(facts, level.duration_months_over)]),
  ...(level.auto_renew ? [checkFlag("auto_renew", "auto_renew", facts.auto_renew, "The contract renews automatically")] : []),
  ...(level.special_terms ? [checkTerms(facts)] : []),
  ...(level.without_signature
    ? [
        checkFlag(
          "without_signature",
          "without_signature",
          !facts.requires_signature,
          "The contract comes into force without signatures",
        ),
      ]
    : []),
];

interface Rule {
  legal_review: LegalReview | null;
  levels: readonly Level[];
}

/** Returns the legal review, if the rule has one, and the levels with the checks of their conditions. */
export const checkRounds = (
  { legal_review, levels }: Rule,
  facts: ApprovalFacts,
): { review: readonly LevelCheck[] | undefined; levels: readonly CheckedLevel<Level>[] } => ({
  review: legal_review ? checkReview(legal_review, facts) : undefined,
  levels: levels.map((level) => ({ level, checks: checkLevel(level, facts) })),
});

/** Returns the rounds that a contract needs, in their order. The list is empty if no approval is needed. */
export function determineRounds(rule: Rule, facts: ApprovalFacts): NeededRound[] {
  const { review, levels } = checkRounds(rule, facts);
  const needsReview = review?.some(({ holds }) => holds);
  const levelMatch = findReachedLevel(levels);
  return [
    ...(rule.legal_review && review && needsReview
      ? [buildRound("LEGAL_REVIEW", "Legal review", explainChecks(review), rule.legal_review)]
      : []),
    ...(levelMatch ? [buildRound("APPROVAL", levelMatch.level.name, levelMatch, levelMatch.level)] : []),
  ];
}
