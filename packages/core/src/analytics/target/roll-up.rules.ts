import { listParts } from "./target-period.rules.ts";

/** Rolls targets up: those of users to their team, those of months to their quarter (docs/analytics/targets.md). Pure. */

/** The target of one user, team, territory or the organization for one period. `currency` is null for figures that are not money. */
export interface TargetValue {
  readonly scope: string;
  readonly period: string;
  readonly value: string;
  readonly currency: string | null;
}

/** Whose target is meant, and the parts whose targets add up to it. */
export interface TargetScope {
  /** Undefined for a set of users that has no target of its own. */
  readonly id: string | undefined;
  readonly parts: readonly TargetScope[];
}

interface Additivity {
  /** Whether values of users add up to that of their team. */
  readonly owners: boolean;
  /** Whether values of months add up to that of their quarter. */
  readonly periods: boolean;
}

export type TargetTable = ReadonlyMap<string, TargetValue>;

const cellKey = (scope: string, period: string): string => `${scope} ${period}`;

export const indexTargets = (targets: readonly TargetValue[]): TargetTable =>
  new Map(targets.map((target) => [cellKey(target.scope, target.period), target]));

/**
 * Returns the targets whose sum is the target of a scope and period; none if there is no target. In this order: the scope's own target of the
 * period; if the scope has targets of parts of the period, the targets of all its parts; the targets of the parts of the scope.
 */
export function rollUp(table: TargetTable, scope: TargetScope, period: string, adds: Additivity): TargetValue[] {
  const own = scope.id === undefined ? undefined : table.get(cellKey(scope.id, period));
  if (own) return [own];
  if (adds.periods && scope.id !== undefined && hasPartTarget(table, scope.id, period))
    return listParts(period).flatMap((part) => rollUp(table, scope, part, adds));
  return adds.owners ? scope.parts.flatMap((part) => rollUp(table, part, period, adds)) : [];
}

const hasPartTarget = (table: TargetTable, scope: string, period: string): boolean =>
  listParts(period).some((part) => table.has(cellKey(scope, part)) || hasPartTarget(table, scope, part));
