import { Money } from "../../kernel/money.ts";
import {
  type ApproverSettings,
  buildRound,
  type CurrencyAmount,
  findReachedLevel,
  type NeededRound,
} from "../approval/level.rules.ts";
import { type AmendmentType, computeValueChange, type Figure } from "./changes.rules.ts";

/**
 * Pure rules: which internal rounds an amendment needs before the customer is asked, legal review and then approval (docs/agreements/amendments.md).
 */

interface LevelConditions {
  types?: readonly AmendmentType[] | undefined;
  value_change_from?: readonly CurrencyAmount[] | undefined;
  value_percent_from?: string | null | undefined;
  clauses?: boolean | undefined;
}

export interface LegalReview extends ApproverSettings, LevelConditions {}

export interface Level extends ApproverSettings, LevelConditions {
  name: string;
  every?: boolean | undefined;
}

/** The facts about an amendment that the rule looks at. */
interface ApprovalFacts {
  amendment_type: AmendmentType;
  currency: string;
  figures: readonly Figure[];
  /** Number of clauses whose text changes. */
  clauses: number;
  /** The author asks for a legal review, independently of the rule. */
  requires_legal_review: boolean;
}

const toAbsolute = (amount: string): string => (Money.isNegative(amount) ? Money.negate(amount) : amount);

/** Compares exactly, in minor units, so a change of exactly 20 % reaches 20 %. If the old value is 0, any change reaches every percentage. */
function isAtLeastShare(absoluteChange: string, value: string, percent: string): boolean {
  const [part, base] = [Money.toMinor(absoluteChange), Money.toMinor(value)];
  const [digits = "", fraction = ""] = percent.split(".");
  return part !== 0n && part * 100n * 10n ** BigInt(fraction.length) >= base * BigInt(digits + fraction);
}

function listReasons(
  { types = [], value_change_from = [], value_percent_from, clauses }: LevelConditions,
  facts: ApprovalFacts,
): string[] {
  const valueChange = computeValueChange(facts.figures);
  const absoluteChange = valueChange === null ? null : toAbsolute(valueChange);
  const value = facts.figures.find(({ field }) => field === "contract_value")?.before;
  const limit = value_change_from.find(({ currency }) => currency === facts.currency)?.amount;
  return [
    ...(types.includes(facts.amendment_type) ? [`Changes the ${facts.amendment_type.toLowerCase()}`] : []),
    ...(absoluteChange !== null && limit !== undefined && Money.compare(absoluteChange, limit) >= 0
      ? [`The value changes by ${absoluteChange} ${facts.currency}, which is ${limit} or more`]
      : []),
    ...(absoluteChange !== null &&
    value != null &&
    value_percent_from &&
    isAtLeastShare(absoluteChange, value, value_percent_from)
      ? [`The value changes by ${absoluteChange} ${facts.currency} of ${value}, which is ${value_percent_from} % or more`]
      : []),
    ...(clauses && facts.clauses > 0 ? ["The text of clauses changes"] : []),
  ];
}

/** Returns the internal rounds that an amendment needs, in their order. The list is empty if no approval is needed. */
export function determineRounds(
  rule: { legal_review: LegalReview; levels: readonly Level[] },
  facts: ApprovalFacts,
): NeededRound[] {
  const reasons = [...listReasons(rule.legal_review, facts), ...(facts.requires_legal_review ? ["The author requests it"] : [])];
  const levelMatch = findReachedLevel(rule.levels, (level) => [
    ...(level.every ? ["Every amendment requires approval"] : []),
    ...listReasons(level, facts),
  ]);
  return [
    ...(reasons.length > 0 ? [buildRound("LEGAL_REVIEW", "Legal review", reasons, rule.legal_review)] : []),
    ...(levelMatch ? [buildRound("APPROVAL", levelMatch.level.name, levelMatch.reasons, levelMatch.level)] : []),
  ];
}
