import { Money } from "../../kernel/money.ts";
import type { ApproverKind, Deadlines } from "./approver.rules.ts";

/** Pure rules: the levels of a tenant's approval rule. */

export interface CurrencyAmount {
  currency: string;
  amount: string;
}

/** Whom a level asks. */
export interface ApproverSettings {
  approvers: readonly ApproverKind[];
  /** All approvers are asked at once instead of one after another. */
  side_by_side: boolean;
  patience: Deadlines;
}

/** A condition of a level that holds, and the value of the record that it was compared with. */
interface ReachedCondition {
  /** The property of the level. */
  condition: string;
  /** The value that was compared, by name. null: the condition always holds. */
  field: string | null;
  /** null: the record has no such value. */
  value: string | null;
  /** What the condition requires, in the form of the value. null: the condition has no limit for this record. */
  limit: string | null;
  /** The currency of value and limit, if they are amounts. */
  currency: string | null;
}

/** The check of a condition. */
export interface LevelCheck extends ReachedCondition {
  holds: boolean;
  /** Why the level is reached, if the condition holds. */
  reason: string;
}

/** A level with the checks of all conditions that it has. */
export interface CheckedLevel<L> {
  level: L;
  checks: readonly LevelCheck[];
}

/** Builds the check of a condition without a limit, such as `every`. */
export const checkFlag = (condition: string, field: string | null, holds: boolean, reason: string): LevelCheck => ({
  condition,
  field,
  value: field === null ? null : String(holds),
  limit: null,
  currency: null,
  holds,
  reason,
});

/** Returns why a level is reached, each reason once; empty if it is not. */
const listCheckedReasons = (checks: readonly LevelCheck[]): string[] => [
  ...new Set(checks.flatMap(({ holds, reason }) => (holds ? [reason] : []))),
];

/** Returns the conditions that hold, as values, so that a reader gets them in their own language. */
const listReachedConditions = (checks: readonly LevelCheck[]): ReachedCondition[] =>
  checks.flatMap(({ condition, field, value, limit, currency, holds }) =>
    holds ? [{ condition, field, value, limit, currency }] : [],
  );

/** Formats an amount of a reason: `€1,200`. Zero cents are left out. */
export const formatReasonAmount = (amount: string | null, currency: string): string =>
  amount === null ? "" : Money.format(amount, currency).replace(/\.0+$/, "");

/** Why a level is reached, in sentences and as values. */
export interface LevelReasons {
  reasons: readonly string[];
  conditions: readonly ReachedCondition[];
}

export const explainChecks = (checks: readonly LevelCheck[]): LevelReasons => ({
  reasons: listCheckedReasons(checks),
  conditions: listReachedConditions(checks),
});

/** Returns the last level that is reached, with the reasons. A level is reached if one of its conditions holds. */
export const findReachedLevel = <L>(levels: readonly CheckedLevel<L>[]): ({ level: L } & LevelReasons) | undefined =>
  levels.map(({ level, checks }) => ({ level, ...explainChecks(checks) })).findLast(({ reasons }) => reasons.length > 0);

export const findLimit = (limits: readonly CurrencyAmount[], currency: string | undefined): string | null =>
  limits.find((limit) => limit.currency === currency)?.amount ?? null;

/** A round of legal review or approval that a contract or an amendment needs. */
export interface NeededRound extends ApproverSettings, LevelReasons {
  step: "LEGAL_REVIEW" | "APPROVAL";
  level: string;
}

export const buildRound = (
  step: NeededRound["step"],
  level: string,
  { reasons, conditions }: LevelReasons,
  { approvers, side_by_side, patience }: ApproverSettings,
): NeededRound => ({ step, level, reasons, conditions, approvers, side_by_side, patience });
