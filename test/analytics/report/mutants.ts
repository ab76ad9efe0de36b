import { drop, edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

const RULES = "test/analytics/report/report-rules.test.ts test/analytics/report/random-definitions.test.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "reports: a reader who may not read a kind gets its report",
    at: "report/source#requireListPermission",
    change: never("hasPermission"),
    tests: "test/analytics/report/reports.test.ts",
  },
  {
    name: "reports: the name of a related record is shown to readers who do not see it",
    at: "report/row-reader#addRelated",
    change: edit(
      "await findReadable(unique)",
      "new Map((await (await import('../../storage/write/records.ts')).Records.loadMany(related[0].collection, unique.map(({ id }) => id))).flatMap((record) => (record ? [[record.id, record]] : [])))",
    ),
    tests: "test/analytics/report/visibility.test.ts test/analytics/report/marked-values.test.ts",
  },
  {
    name: "reports: a kept result is shown after the rights of its reader changed",
    at: "report/run#isSameReport",
    change: edit(" && run.rights === (await digestRights())", ""),
    tests: "test/analytics/report/runs.test.ts",
  },
  {
    name: "reports: the digest of rights leaves out the roles",
    at: "report/reader-rights#digestRights",
    change: edit("[useActorId(), roles, seen,", "[useActorId(), seen,"),
    tests: "test/analytics/report/reader-rights.test.ts",
  },
  {
    name: "reports: the digest of rights leaves out the owners",
    at: "report/reader-rights#digestRights",
    change: edit("[useActorId(), roles, seen,", "[useActorId(), roles,"),
    tests: "test/analytics/report/reader-rights.test.ts",
  },
  {
    name: "reports: the digest of rights leaves out the teams",
    at: "report/reader-rights#digestRights",
    change: edit("[...(teams ?? [])].sort()", "[]"),
    tests: "test/analytics/report/reader-rights.test.ts",
  },
  {
    name: "reports: the digest of rights leaves out private records",
    at: "report/reader-rights#digestRights",
    change: edit(", canSeePrivate()", ""),
    tests: "test/analytics/report/reader-rights.test.ts",
  },
  {
    name: "reports: a file is downloaded after the rights of its reader changed",
    at: "report/run#findFile",
    change: never("digestRights"),
    tests: "test/analytics/report/deliveries.test.ts",
  },
  {
    name: "reports: a run of another user is read by its id",
    at: "report/run#readOwn",
    change: edit(" || run.owner_id !== useActorId()", ""),
    tests: "test/analytics/report/runs.test.ts test/analytics/report/marked-values.test.ts",
  },
  {
    name: "reports: the result of a former version of the report is shown",
    at: "report/run#isSameReport",
    change: edit("run.report_version === report.version && ", ""),
    tests: "test/analytics/report/runs.test.ts",
  },
  {
    name: "reports: a delivery goes to a user with whom the report is no longer shared",
    at: "report/run-worker#work",
    change: drop("requireReadable"),
    tests: "test/analytics/report/deliveries.test.ts",
  },
  {
    name: "reports: a repeated delivery starts another run",
    at: "report/run#startDelivery",
    change: edit("`${schedule_id} ${due_at}`", "`${schedule_id} ${due_at} ${Clock.now()}`"),
    tests: "test/analytics/report/deliveries.test.ts",
  },
  {
    name: "reports: each missed instant of an outage is delivered",
    at: "report/schedule-delivery#deliver",
    change: edit("Clock.now())", "due_at)"),
    tests: "test/analytics/report/deliveries.test.ts",
  },
  {
    name: "reports: a schedule is due in UTC",
    at: "report/schedule.rules#findNextDue",
    change: edit("localToInstant(zone,", 'localToInstant("UTC",'),
    tests: "test/analytics/report/schedule-rules.test.ts",
  },
  {
    name: "reports: the last day of a short month has no delivery",
    at: "report/schedule.rules#isDueOn",
    change: edit(" || (isLast && (month_day ?? 0) > date)", ""),
    tests: "test/analytics/report/schedule-rules.test.ts",
  },
  {
    name: "reports: rows without a value come first",
    at: "report/report.rules#createRowOrder",
    change: edit(
      "if (left === null) return 1;\n      if (right === null) return -1;",
      "if (left === null) return -1;\n      if (right === null) return 1;",
    ),
    tests: RULES,
  },
  {
    name: "reports: a descending order is ascending",
    at: "report/report.rules#createRowOrder",
    change: edit('order === "asc"', "order !== undefined"),
    tests: RULES,
  },
  {
    name: "reports: a row without a value is in no group",
    at: "report/group-key.rules#listParts",
    change: edit("if (values.length === 0) return [NULL_PART]", "if (values.length === 0) return []"),
    tests: RULES,
  },
  {
    name: "reports: periods are those of UTC",
    at: "report/period.rules#createDayReader",
    change: edit("instantToDay(timezone, value)", 'instantToDay("UTC", value)'),
    tests: RULES,
  },
  {
    name: "reports: a week belongs to the year of its Monday",
    at: "report/period.rules#formatWeek",
    change: edit("addDays(day, THURSDAY - weekday)", "addDays(day, 1 - weekday)"),
    tests: RULES,
  },
  {
    name: "reports: an average counts the rows without a value",
    at: "report/measure.rules#readContribution",
    change: edit("if (value === undefined) return undefined;", "if (value === undefined) return ONE;"),
    tests: RULES,
  },
  {
    name: "reports: a share is of the group instead of all",
    at: "report/measure.rules#finishMeasure",
    change: edit("computePercent(BigInt(count), BigInt(total.count))", "computePercent(BigInt(count), BigInt(count))"),
    tests: RULES,
  },
  {
    name: "reports: the whole of a rate has the condition of its part",
    at: "report/measure.rules#readContribution",
    change: edit(
      "if (!matches(row, over)) return undefined;",
      "if (!matches(row, over) || !matches(row, where)) return undefined;",
    ),
    tests: RULES,
  },
  {
    name: "reports: parts of a run are joined without the lowest and highest values",
    at: "report/measure.rules#joinStates",
    change: drop("widen"),
    tests: "test/analytics/report/random-definitions.test.ts",
  },
  {
    name: "reports: the amount of an unknown currency is counted once for each measure",
    at: "report/row-reader#RateTable.addUnconverted",
    change: never("before?.last"),
    tests: "test/analytics/report/reports.test.ts",
  },
  {
    name: "reports: only the owner of a report can change it",
    at: "report/report#requireOwn",
    change: returns("report"),
    tests: "test/analytics/report/reports.test.ts",
  },
];
