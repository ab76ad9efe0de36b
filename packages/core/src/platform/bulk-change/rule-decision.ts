import type { PlanRule } from "./plan.ts";
import { type Answer, type RowAction, type SkippedRow, unchangedRow, type Work } from "./row.ts";

/** The value that a rule gives one record of a bulk change. */
export interface RuleDecision {
  readonly field: string;
  /** Null if no rule matches: the record keeps its value. */
  readonly value: string | null;
  readonly before: string | null;
  /** Names the rule that decided; shown in the result of the record. */
  readonly message: string;
  /** Runs the verb that writes the value, so that the write names the rule. */
  within<T>(verb: () => Promise<T>): Promise<T>;
}

/** Decides the value for a record; returns undefined if the record no longer exists. */
export type RuleDecider = (id: string) => Promise<RuleDecision | undefined>;

export async function decideAction(
  work: Work,
  current: Answer,
  { what: ruleKind, overwrite }: PlanRule,
): Promise<RowAction | SkippedRow> {
  const { verbs, decides } = work.changeable;
  const decide = (await decides?.[ruleKind]?.()) as RuleDecider | undefined;
  const decision = await decide?.(current.id);
  if (!decision || decision.value === null || decision.value === decision.before) return unchangedRow;
  if (decision.before !== null && !overwrite) return unchangedRow;
  const { field, value, before, message } = decision;
  const act = () => decision.within(() => verbs.update({ id: current.id, [field]: value }));
  return { act, expectedRecord: current, before: { [field]: before }, details: [{ field, message }] };
}
