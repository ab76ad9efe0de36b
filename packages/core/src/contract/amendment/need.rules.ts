import type { ApproverKind, Patience } from "../../approval/approver.rules.ts";
import { Money } from "../../kernel/money.ts";
import { type AmendmentType, type Figure, movedBy } from "./changes.rules.ts";

/** Who is asked about an amendment before the customer is: who knows the law, then who answers for it (docs/amendments.md). Pure. */

interface Asking {
  approvers: readonly ApproverKind[];
  side_by_side: boolean;
  patience: Patience;
}

interface Reaching {
  types?: readonly AmendmentType[] | undefined;
  value_change_from?: readonly { currency: string; amount: string }[] | undefined;
  value_percent_from?: string | null | undefined;
  clauses?: boolean | undefined;
}

export interface Review extends Asking, Reaching {}

export interface Level extends Asking, Reaching {
  name: string;
  every?: boolean | undefined;
}

/** What of an amendment is asked. */
export interface Facts {
  amendment_type: AmendmentType;
  currency: string;
  figures: readonly Figure[];
  /** How many clauses get another text. */
  clauses: number;
  /** Somebody wants it, whatever the rule says. */
  requires_legal_review: boolean;
}

export interface Needed extends Asking {
  step: "LEGAL_REVIEW" | "APPROVAL";
  level: string;
  reasons: readonly string[];
}

const absolute = (amount: string): string => (Money.isNegative(amount) ? Money.negate(amount) : amount);

/** Exact: a change of exactly 20 % is that, whatever cents come to. Of a value of nothing any change is more than all of it. */
function isShare(moved: string, value: string, percent: string): boolean {
  const [part, whole] = [Money.toMinor(moved), Money.toMinor(value)];
  const [digits = "", fraction = ""] = percent.split(".");
  return part !== 0n && part * 100n * 10n ** BigInt(fraction.length) >= whole * BigInt(digits + fraction);
}

function reached({ types = [], value_change_from = [], value_percent_from, clauses }: Reaching, facts: Facts): string[] {
  const by = movedBy(facts.figures);
  const moved = by === null ? null : absolute(by);
  const value = facts.figures.find(({ field }) => field === "contract_value")?.before;
  const limit = value_change_from.find(({ currency }) => currency === facts.currency)?.amount;
  return [
    ...(types.includes(facts.amendment_type) ? [`It changes the ${facts.amendment_type.toLowerCase()}`] : []),
    ...(moved !== null && limit !== undefined && Money.compare(moved, limit) >= 0
      ? [`The value moves by ${moved} ${facts.currency}: ${limit} or more`]
      : []),
    ...(moved !== null && value != null && value_percent_from && isShare(moved, value, value_percent_from)
      ? [`The value moves by ${moved} ${facts.currency} of ${value}: ${value_percent_from} % or more`]
      : []),
    ...(clauses && facts.clauses > 0 ? ["Clauses get another text"] : []),
  ];
}

/** The rounds that an amendment goes through in the house, in their order; none where nobody is asked. */
export function needOf(rule: { legal_review: Review; levels: readonly Level[] }, facts: Facts): Needed[] {
  const asking = ({ approvers, side_by_side, patience }: Asking): Asking => ({ approvers, side_by_side, patience });
  const reasons = [...reached(rule.legal_review, facts), ...(facts.requires_legal_review ? ["Who drew it asks for it"] : [])];
  const levels = rule.levels.map((level) => ({
    level,
    reasons: [...(level.every ? ["Every amendment"] : []), ...reached(level, facts)],
  }));
  const last = levels.findLast((each) => each.reasons.length > 0);
  return [
    ...(reasons.length > 0
      ? [{ step: "LEGAL_REVIEW" as const, level: "Legal review", reasons, ...asking(rule.legal_review) }]
      : []),
    ...(last ? [{ step: "APPROVAL" as const, level: last.level.name, reasons: last.reasons, ...asking(last.level) }] : []),
  ];
}
