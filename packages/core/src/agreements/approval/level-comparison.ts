import type * as z from "zod";
import type { DecisionEntry } from "../../platform/rule/decision.ts";
import { compareOnSample } from "../../platform/rule/dry-run.ts";
import type { RuleKind } from "../../platform/rule/rule-kind.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { type CheckedLevel, findReachedLevel, type LevelCheck } from "./level.rules.ts";

/** The dry run of approval rules: which levels a record reaches by two versions of a rule, and by which conditions. */

/** A rule with its conditions checked for one record. */
interface CheckedRule {
  /** undefined: the rule has no legal review. */
  review?: readonly LevelCheck[] | undefined;
  levels: readonly CheckedLevel<{ name: string }>[];
}

interface ComparedKind<R extends BaseRecord, D> {
  readonly collection: Collection<R>;
  readonly toTitle: (record: R) => string;
  /** Reads what the rules look at; both versions are checked with it. */
  readonly loadCheck: (record: R) => Promise<(definition: D) => CheckedRule>;
}

/** The name of the round in the record's approval steps. */
const LEGAL_REVIEW = "Legal review";

const toConditions = (checks: readonly LevelCheck[]): DecisionEntry["conditions"] =>
  checks.map(({ condition, field, value, limit, currency, holds }) => ({ condition, field, value, limit, currency, holds }));

/** Returns the entries of a rule in their order. The legal review is a round of its own; of the levels, the last that is reached applies. */
function listDecisionEntries(rule: CheckedRule): DecisionEntry[] {
  const reached = findReachedLevel(rule.levels)?.level;
  return [
    ...(rule.review
      ? [
          {
            ...{ path: "legal_review", name: LEGAL_REVIEW, conditions: toConditions(rule.review) },
            applies: rule.review.some(({ holds }) => holds),
          },
        ]
      : []),
    ...rule.levels.map(({ level, checks }, index) => ({
      path: `levels[${index}]`,
      name: level.name,
      applies: level === reached,
      conditions: toConditions(checks),
    })),
  ];
}

const describeNeed = (rule: CheckedRule): string =>
  listDecisionEntries(rule)
    .flatMap(({ applies, name }) => (applies ? [name] : []))
    .join(", ") || "No approval is needed";

/** Adds a dry run to a kind of approval rule. */
export const withLevelComparison = <R extends BaseRecord, S extends z.ZodType>(
  kind: RuleKind<S>,
  { collection, toTitle, loadCheck }: ComparedKind<R, z.output<S>>,
): RuleKind<S> => ({
  ...kind,
  dryRun: ({ before, after }, sample) =>
    compareOnSample(collection, sample, (records) =>
      Promise.all(
        records.map(async (record) => {
          const check = await loadCheck(record);
          const checked = check(after.definition);
          return {
            record_id: record.id,
            title: toTitle(record),
            before: describeNeed(check(before.definition)),
            after: describeNeed(checked),
            explanation: { entries: listDecisionEntries(checked) },
          };
        }),
      ),
    ),
});
