import { edit, type Mutant, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "health: the score does not change with time unless an event occurs",
    at: "health/assessment#assessHealth",
    change: edit("next === undefined ? null", "next !== undefined ? null"),
    tests: "test/accounts/health -t falls",
  },
  {
    name: "health: a deleted interaction still counts",
    at: "health.listener#onHealthInputChange",
    change: edit('if (kind === "customer")', 'if (kind === "customer" || type.endsWith(".deleted"))'),
    tests: "test/accounts/health -t moves",
  },
  {
    name: "health: the person's earlier activity does not count for a new customer",
    at: "health.listener#onCustomerCreated",
    change: skip,
    tests: "test/accounts/health",
  },
  {
    name: "health: the history of a customer whose creation is told late begins with a later value",
    at: "health/health#recordFirst",
    change: edit("oldest ? oldest.previous_score : ", ""),
    tests: "test/accounts/health",
  },
  {
    name: "health: a new rule recalculates no customers",
    at: "health/rule-kinds#withRecalculation",
    change: edit("forEachId(Health.refresh)", "async () => undefined"),
    tests: "test/accounts/health",
  },
  {
    name: "health: a recalculation without a change adds a history entry",
    at: "health/health#recalculateFields",
    change: edit("healthFields.health_score !== customer.health_score ||", "true ||"),
    tests: "test/accounts/health -t falls",
  },
];
