import { drop, edit, type Mutant, replaceCall, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "opportunities: an opportunity can be created for a deleted customer or contact",
    at: "opportunity/opportunity#requireAlive",
    change: drop("requireLive"),
    tests: "test/sales/opportunity/opportunity.test.ts",
  },
  {
    name: "opportunities: a contact of another customer is accepted",
    at: "opportunity/opportunity#requireParties",
    change: edit("contact.customer_id !== customer_id", "false"),
    tests: "test/sales/opportunity/opportunity.test.ts",
  },
  {
    name: "opportunities: stages can be skipped",
    at: "opportunity/stage-move.rules#classifyMove",
    change: edit("toIndex > fromIndex + 1", "false"),
    tests: "test/sales/opportunity/stage-move.test.ts",
  },
  {
    name: "opportunities: an opportunity can be created in a closed stage",
    at: "opportunity/derived-fields#resolveMove",
    change: edit("stage.is_closed && !useRequest().is_history", "false"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: a closed opportunity can be closed again",
    at: "opportunity/moves#requireOpen",
    change: edit("if (is_closed)", "if (false)"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: the history omits changes of value without a stage move",
    at: "opportunity/history#recordChange",
    change: edit('move === "CHANGED" && isDeepStrictEqual(beforeState, afterState)', 'move === "CHANGED"'),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: the product total overwrites a manually set amount",
    at: "opportunity/derived-fields#resolveAmount",
    change: edit("(isSaid || isKept) && amount !== sum", "false"),
    tests: "test/sales/opportunity/lifecycle.test.ts",
  },
  {
    name: "opportunities: expected revenue rounds half a cent down",
    at: "opportunity.rules#computeExpectedRevenue",
    change: edit('"half_up"', '"down"'),
    tests: "test/sales/opportunity/rules.test.ts",
  },
  {
    name: "opportunities: resending the current probability marks it as manually set",
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
    name: "assignment: an amount in a foreign currency counts as tenant currency",
    at: "opportunity/assignment.rule-kind#loadFacts",
    change: edit("(currency ?? tenantCurrency) === tenantCurrency ?", "tenantCurrency ?"),
    tests: "test/sales/assignment/customers-and-opportunities.test.ts",
  },
  {
    name: "pipeline trend: a day includes a then-deleted opportunity once it is restored",
    at: "opportunity/history-snapshot.rules#stateBefore",
    change: edit('next.move === "RESTORED" ? undefined : ', ""),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "pipeline trend: a day includes changes made after it",
    at: "opportunity/history-snapshot#readSnapshots",
    change: edit("record.updated_at < first", "true as boolean"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "pipeline trend: a day includes opportunities created after it",
    at: "opportunity/history-snapshot.rules#stateBefore",
    change: edit("currentState.created_at >= instant", "false as boolean"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
];
