import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "kpis: a value is read without the permission of its figure",
    at: "kpi/kpi-values#readGroup",
    change: edit("readable.has(figure)", "readable !== undefined"),
    tests: "test/analytics/kpi/kpis.test.ts",
  },
  {
    name: "kpis: any reader can change a KPI",
    at: "kpi/kpi#requireOwn",
    change: returns("kpi"),
    tests: "test/analytics/kpi/kpis.test.ts",
  },
  {
    name: "kpis: a KPI shared with a team is shared with all if its owner is in none",
    at: "kpi/kpi#resolveKpi",
    change: never("audience === undefined"),
    tests: "test/analytics/kpi/kpis.test.ts",
  },
  {
    name: "kpis: a lower value is worse although lower is better",
    at: "kpi/status.rules#computeStatus",
    change: edit('direction === "HIGHER"', "direction !== undefined"),
    tests: "test/analytics/kpi/status.test.ts",
  },
  {
    name: "kpis: a value at the limit is behind",
    at: "kpi/status.rules#computeStatus",
    change: edit('EXACT_DECIMALS)) >= 0 ? "AT_RISK"', 'EXACT_DECIMALS)) > 0 ? "AT_RISK"'),
    tests: "test/analytics/kpi/status.test.ts",
  },
  {
    name: "kpis: the expectation of a sum is the whole target on the first day",
    at: "kpi/kpi-values#compareWithTarget",
    change: edit("findAdditivity(figure).periods", "figure === undefined"),
    tests: "test/analytics/kpi/kpis.test.ts",
  },
  {
    name: "kpis: the trend misses the current period",
    at: "kpi/kpi-values#readReadable",
    change: edit("listLastPeriods(current,", "listLastPeriods(formatPeriod('2020-01-01', shared.period_length),"),
    tests: "test/analytics/kpi/kpis.test.ts",
  },
];
