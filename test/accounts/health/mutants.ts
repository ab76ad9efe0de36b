import { edit, type Mutant, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "health: time changes it only when something happens",
    at: "health/assessment#assessHealth",
    change: edit("next === undefined ? null", "next !== undefined ? null"),
    tests: "test/accounts/health -t falls",
  },
  {
    name: "health: an interaction that has gone counts",
    at: "health.listener#onHealthInputChange",
    change: edit('if (kind === "customer")', 'if (kind === "customer" || type.endsWith(".deleted"))'),
    tests: "test/accounts/health -t moves",
  },
  {
    name: "health: what the person did before is not heard of",
    at: "health.listener#onCustomerCreated",
    change: skip,
    tests: "test/accounts/health",
  },
  {
    name: "health: a new rule recalculates no customers",
    at: "health/rule-kinds#withRecalculation",
    change: edit("forEachId(Health.refresh)", "async () => undefined"),
    tests: "test/accounts/health",
  },
  {
    name: "health: every look has an entry of the history",
    at: "health/health#recalculateFields",
    change: edit("healthFields.health_score !== customer.health_score ||", "true ||"),
    tests: "test/accounts/health -t falls",
  },
];
