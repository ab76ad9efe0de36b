import { drop, edit, type Mutant, replaceCall, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "opportunities: one is made beside a customer or contact that is gone",
    at: "opportunity/opportunity#requireAlive",
    change: drop("requireLive"),
    tests: "test/sales/opportunity/opportunity.test.ts",
  },
  {
    name: "opportunities: a contact may be of another customer",
    at: "opportunity/opportunity#requireParties",
    change: edit("contact.customer_id !== customer_id", "false"),
    tests: "test/sales/opportunity/opportunity.test.ts",
  },
  {
    name: "opportunities: stages are skipped",
    at: "opportunity/stage-move.rules#classifyMove",
    change: edit("toIndex > fromIndex + 1", "false"),
    tests: "test/sales/opportunity/stage-move.test.ts",
  },
  {
    name: "opportunities: one is born won",
    at: "opportunity/derived-fields#resolveMove",
    change: edit("stage.is_closed && !useRequest().is_history", "false"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: the second of two ends counts too",
    at: "opportunity/moves#requireOpen",
    change: edit("if (is_closed)", "if (false)"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: the history leaves out what is only worth more",
    at: "opportunity/history#recordChange",
    change: edit('move === "CHANGED" && isDeepStrictEqual(beforeState, afterState)', 'move === "CHANGED"'),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: an amount that was set by hand follows the products",
    at: "opportunity/derived-fields#resolveAmount",
    change: edit("(isSaid || isKept) && amount !== sum", "false"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: half a cent is lost",
    at: "opportunity.rules#computeExpectedRevenue",
    change: edit('"half_up"', '"down"'),
    tests: "test/sales/opportunity/rules.test.ts",
  },
  {
    name: "opportunities: a probability that is sent back is set by hand",
    at: "opportunity.rules#resolveProbability",
    change: without("current"),
    tests: "test/sales/opportunity/rules.test.ts",
  },
  {
    name: "opportunities: all users see the open opportunities of a customer",
    at: "opportunity/opportunity#listOpenByCustomer",
    change: replaceCall("has", "visible.size > 0"),
    tests: "test/sales/opportunity/activities.test.ts",
  },
  {
    name: "assignment: an amount in another currency counts",
    at: "opportunity/assignment.rule-kind#loadFacts",
    change: edit("(currency ?? tenantCurrency) === tenantCurrency ?", "tenantCurrency ?"),
    tests: "test/sales/assignment/customers-and-opportunities.test.ts",
  },
  {
    name: "trend: what was deleted by then is in a day, once it was restored",
    at: "opportunity/history-snapshot.rules#stateBefore",
    change: edit('next.move === "RESTORED" ? undefined : ', ""),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "trend: what changed after a day is in it",
    at: "opportunity/history-snapshot#readSnapshots",
    change: edit("record.updated_at < first", "true as boolean"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "trend: what changes after its night is taken as of the day",
    at: "opportunity/history-snapshot.rules#stateBefore",
    change: edit("currentState.created_at >= instant", "false as boolean"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
];
