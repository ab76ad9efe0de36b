import { drop, edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "analyst export: sealed, secret and internal fields have columns",
    at: "analyst-export/column.rules#listExportColumns",
    change: edit("hidden.has(name) ||", "false ||"),
    tests: "test/analytics/analyst-export/export-rules.test.ts",
  },
  {
    name: "analyst export: columns about persons are exported by default",
    at: "analyst-export/column.rules#isAnalytic",
    change: edit("analyticClasses.has(data) ||", "true ||"),
    tests: "test/analytics/analyst-export",
  },
  {
    name: "analyst export: accounts with credentials are exported",
    at: "analyst-export/column.rules#isExported",
    change: edit("&& !holdsCredentials", ""),
    tests: "test/analytics/analyst-export/export-rules.test.ts",
  },
  {
    name: "analyst export: ids that give access are exported",
    at: "analyst-export/column.rules#maskCapability",
    change: edit("prefix === undefined", "true"),
    tests: "test/analytics/analyst-export/export-rules.test.ts",
  },
  {
    name: "analyst export: records of restricted persons are exported",
    at: "analyst-export/partition#readRecords",
    change: edit("personFields.length === 0 ?", "true ?"),
    tests: "test/analytics/analyst-export/analyst-export.test.ts",
  },
  {
    name: "analyst export: a day without records keeps its object",
    at: "analyst-export/partition#writePartition",
    change: drop("objects.delete"),
    tests: "test/analytics/analyst-export/analyst-export.test.ts",
  },
  {
    name: "analyst export: the operator exports in a stage where it is off",
    at: "operate/command#requireAnalystExport",
    change: edit("!isOn", "false"),
    tests: "test/analytics/analyst-export/analyst-export.test.ts",
  },
];
