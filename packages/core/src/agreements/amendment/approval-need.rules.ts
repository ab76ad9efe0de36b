import { Money } from "../../kernel/money.ts";
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

const PERCENT_DECIMALS = 2;

/** Returns the change in percent of the value before, truncated, so that a change below a limit never shows the limit. null: there is no such share. */
function computePercent(absoluteChange: string | null, value: string | null | undefined): string | null {
  if (absoluteChange === null || !value || Money.toMinor(value) <= 0n) return null;
  const scaled = (Money.toMinor(absoluteChange) * 100n * 10n ** BigInt(PERCENT_DECIMALS)) / Money.toMinor(value);
  return Money.normalizeDecimal(Money.fromMinor(scaled, PERCENT_DECIMALS));
}

function describeShare(
  absoluteChange: string | null,
  value: string | null | undefined,
  currency: string,
  percent: string | null,
): string {
  const [change, base] = [absoluteChange, value ?? null].map((amount) => formatReasonAmount(amount, currency));
  return percent === null ? `The value changes by ${change}` : `The value changes by ${percent}%, ${change} of ${base}`;
}

/** Compares an amendment with the conditions of a legal review or a level. */
function checkConditions(
  { types = [], value_change_from = [], value_percent_from, clauses }: LevelConditions,
  facts: ApprovalFacts,
): LevelCheck[] {
  const valueChange = computeValueChange(facts.figures);
  const absoluteChange = valueChange === null ? null : toAbsolute(valueChange);
  const value = facts.figures.find(({ field }) => field === "contract_value")?.before;
  const { currency } = facts;
  const limit = findLimit(value_change_from, currency);
  const percent = computePercent(absoluteChange, value);
  const change = { field: "value_change", value: absoluteChange, currency };
  return [
    ...(types.length > 0
      ? [
          {
            ...{ condition: "types", field: "amendment_type", value: facts.amendment_type, limit: null, currency: null },
            holds: types.includes(facts.amendment_type),
            reason: `Changes the ${facts.amendment_type.toLowerCase()}`,
          },
        ]
      : []),
    ...(value_change_from.length > 0
      ? [
          {
            ...{ condition: "value_change_from", ...change, limit },
            holds: absoluteChange !== null && limit !== null && Money.compare(absoluteChange, limit) >= 0,
            reason: `The value changes by ${formatReasonAmount(absoluteChange, currency)}. Approval is needed from ${formatReasonAmount(limit, currency)}.`,
          },
        ]
      : []),
    ...(value_percent_from
      ? [
          {
            ...{ condition: "value_percent_from", field: "value_change_percent", value: percent, limit: value_percent_from },
            currency: null,
            holds: absoluteChange !== null && value != null && isAtLeastShare(absoluteChange, value, value_percent_from),
            reason: `${describeShare(absoluteChange, value, currency, percent)}. Approval is needed from ${value_percent_from}%.`,
          },
        ]
      : []),
    ...(clauses ? [checkFlag("clauses", "clauses", facts.clauses > 0, "The text of clauses changes")] : []),
  ];
}

interface Rule {
  legal_review: LegalReview;
  levels: readonly Level[];
}

/** Returns the legal review and the levels with the checks of their conditions. */
export const checkRounds = (
  { legal_review, levels }: Rule,
  facts: ApprovalFacts,
): { review: readonly LevelCheck[]; levels: readonly CheckedLevel<Level>[] } => ({
  review: [
    ...checkConditions(legal_review, facts),
    ...(facts.requires_legal_review
      ? [checkFlag("requires_legal_review", "requires_legal_review", true, "The author requests it")]
      : []),
  ],
  levels: levels.map((level) => ({
    level,
    checks: [
      ...(level.every ? [checkFlag("every", null, true, "Every amendment requires approval")] : []),
      ...checkConditions(level, facts),
    ],
  })),
});

/** Returns the internal rounds that an amendment needs, in their order. The list is empty if no approval is needed. */
export function determineRounds(rule: Rule, facts: ApprovalFacts): NeededRound[] {
  const { review, levels } = checkRounds(rule, facts);
  const needsReview = review.some(({ holds }) => holds);
  const levelMatch = findReachedLevel(levels);
  return [
    ...(needsReview ? [buildRound("LEGAL_REVIEW", "Legal review", explainChecks(review), rule.legal_review)] : []),
    ...(levelMatch ? [buildRound("APPROVAL", levelMatch.level.name, levelMatch, levelMatch.level)] : []),
  ];
}
