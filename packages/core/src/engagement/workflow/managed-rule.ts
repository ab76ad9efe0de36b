import type * as z from "zod";
import { loadStoredPeriods } from "../../platform/rule/active-rule.ts";
import type { ActiveRule, RuleKind, RulePeriod } from "../../platform/rule/rule-kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { addManagedWorkflows, type ManagedPeriod, type ManagedWorkflow, syncManagedWorkflows } from "./managed-workflow.ts";

/** Returns the workflows that carry out a rule. */
type BuildWorkflows<D> = (rule: ActiveRule<D>) => Promise<readonly ManagedWorkflow[]> | readonly ManagedWorkflow[];

/**
 * Makes a kind of rule that workflows carry out. The publication of a version writes them. When a version comes into force, and after a migration,
 * they are made what the stored versions say.
 */
export function carryOutByWorkflows<S extends z.ZodType>(kind: RuleKind<S>, build: BuildWorkflows<z.output<S>>): RuleKind<S> {
  const toPeriods = (periods: readonly RulePeriod<z.output<S>>[], publishedNumber?: number): Promise<ManagedPeriod[]> =>
    Promise.all(
      periods.map(async ({ from, to, rule }) => ({
        ...{ from, to, isPublished: rule.number === publishedNumber },
        workflows: await build(rule),
      })),
    );
  return {
    ...kind,
    publish: async (tx, periods) => {
      // The version that is being published has the highest number.
      const number = Math.max(...periods.map(({ rule }) => rule.number));
      await addManagedWorkflows(tx, kind.name, await toPeriods(periods, number));
    },
    apply: () =>
      Tenant.runWithSettings(async () => {
        await syncManagedWorkflows(kind.name, await toPeriods(await loadStoredPeriods(kind)));
        return true;
      }),
  };
}
