import { Money } from "../../kernel/money.ts";
import type { ApproverKind, Deadlines } from "../approval/approver.rules.ts";
import { type AmendmentType, computeValueChange, type Figure } from "./changes.rules.ts";

/** Who is asked about an amendment before the customer is: who knows the law, then who answers for it (docs/agreements/amendments.md). Pure. */

interface ApproverSettings {
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Deadlines;
}

interface LevelConditions {
  types?: readonly AmendmentType[] | undefined;
  value_change_from?: readonly { currency: string; amount: string }[] | undefined;
  value_percent_from?: string | null | undefined;
  clauses?: boolean | undefined;
}

export interface LegalReview extends ApproverSettings, LevelConditions {}

export interface Level extends ApproverSettings, LevelConditions {
  name: string;
  every?: boolean | undefined;
}

/** What of an amendment is asked. */
export interface ApprovalFacts {
  amendment_type: AmendmentType;
  currency: string;
  figures: readonly Figure[];
  /** How many clauses get another text. */
  clauses: number;
  /** Somebody wants it, whatever the rule says. */
  requires_legal_review: boolean;
}

export interface NeededRound extends ApproverSettings {
  step: "LEGAL_REVIEW" | "APPROVAL";
  level: string;
  reasons: readonly string[];
}

const toAbsolute = (amount: string): string => (Money.isNegative(amount) ? Money.negate(amount) : amount);

/** Exact: a change of exactly 20 % is that, whatever cents come to. Of a value of nothing any change is more than all of it. */
function isAtLeastShare(moved: string, value: string, percent: string): boolean {
  const [part, whole] = [Money.toMinor(moved), Money.toMinor(value)];
  const [digits = "", fraction = ""] = percent.split(".");
  return part !== 0n && part * 100n * 10n ** BigInt(fraction.length) >= whole * BigInt(digits + fraction);
}

function listReasons(
  { types = [], value_change_from = [], value_percent_from, clauses }: LevelConditions,
  facts: ApprovalFacts,
): string[] {
  const by = computeValueChange(facts.figures);
  const moved = by === null ? null : toAbsolute(by);
  const value = facts.figures.find(({ field }) => field === "contract_value")?.before;
  const limit = value_change_from.find(({ currency }) => currency === facts.currency)?.amount;
  return [
    ...(types.includes(facts.amendment_type) ? [`It changes the ${facts.amendment_type.toLowerCase()}`] : []),
    ...(moved !== null && limit !== undefined && Money.compare(moved, limit) >= 0
      ? [`The value moves by ${moved} ${facts.currency}: ${limit} or more`]
      : []),
    ...(moved !== null && value != null && value_percent_from && isAtLeastShare(moved, value, value_percent_from)
      ? [`The value moves by ${moved} ${facts.currency} of ${value}: ${value_percent_from} % or more`]
      : []),
    ...(clauses && facts.clauses > 0 ? ["Clauses get another text"] : []),
  ];
}

/** The rounds that an amendment goes through in the house, in their order; none where nobody is asked. */
export function determineRounds(
  rule: { legal_review: LegalReview; levels: readonly Level[] },
  facts: ApprovalFacts,
): NeededRound[] {
  const asking = ({ approvers, side_by_side, patience }: ApproverSettings): ApproverSettings => ({
    approvers,
    side_by_side,
    patience,
  });
  const reasons = [...listReasons(rule.legal_review, facts), ...(facts.requires_legal_review ? ["Who drew it asks for it"] : [])];
  const levels = rule.levels.map((level) => ({
    level,
    reasons: [...(level.every ? ["Every amendment"] : []), ...listReasons(level, facts)],
  }));
  const last = levels.findLast((each) => each.reasons.length > 0);
  return [
    ...(reasons.length > 0
      ? [{ step: "LEGAL_REVIEW" as const, level: "Legal review", reasons, ...asking(rule.legal_review) }]
      : []),
    ...(last ? [{ step: "APPROVAL" as const, level: last.level.name, reasons: last.reasons, ...asking(last.level) }] : []),
  ];
}
