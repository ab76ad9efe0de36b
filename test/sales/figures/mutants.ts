import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "figures: closed amounts are converted at the rate of today",
    at: "figures/stats.rules#Tally.add",
    change: edit('state === "open" || currency === baseCurrency ? undefined : day', "undefined"),
    tests: "test/sales/figures/counter-cells.test.ts",
  },
  {
    name: "figures: a user who sees some owners gets the figures of all",
    at: "figures/owner-counters#readCounters",
    change: edit('owners === "all"', "owners !== undefined"),
    tests: "test/sales/figures/forecast.test.ts",
  },
  {
    name: "figures: two concurrent submissions for a month make two records",
    at: "figures/submission#submit",
    change: edit('{ condition: "attribute_not_exists(pk)", rejection: buildConflict }', "{ rejection: buildConflict }"),
    tests: "test/sales/figures/forecast.test.ts",
  },
  {
    name: "figures: any leader can adjust the submissions of all users",
    at: "figures/submission#requireLeader",
    change: edit("!isSeen || ", ""),
    tests: "test/sales/figures/forecast.test.ts",
  },
  {
    name: "pipeline trend: the total is not compared with the open opportunities",
    at: "sales/figures/pipeline-days#take",
    change: edit("open.isSame(await loadCurrent())", "true as boolean"),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
  {
    name: "pipeline trend: a day ends at midnight UTC",
    at: "figures/trend.rules#dayEnd",
    change: edit("endOfDay(zone, day)", 'endOfDay(zone && "UTC", day)'),
    tests: "test/sales/figures/pipeline-trend.test.ts",
  },
];
