import { readFileSync } from "node:fs";
import { stdoutLog } from "@crm/aws/log.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { AlarmProperties } from "./resource-properties.ts";
import { listResourceProperties, requireOnly, type SynthesizedSystem, synthesize } from "./synthesis.ts";

/**
 * Each failure of the table in docs/deploy.md raises its alarm, and the usual course does not. CloudWatch's evaluation is repeated here for the
 * alarms of the template; figures of functions come from the lines that the functions write.
 */
let production: SynthesizedSystem;
beforeAll(async () => {
  production = await synthesize();
});

/** The values of a metric, one for each period of its alarm; null where it has no data. */
type Series = readonly (number | null)[];
/** Series by the name of the metric. */
type Figures = Readonly<Record<string, Series>>;

interface Case {
  alarm: string;
  failure: string;
  raising: Figures;
  usual: Figures;
}

const none: Series = [null, null, null, null];
const silence = [0, 0, 0, 0];

const cases: readonly Case[] = [
  { alarm: "api-5xx", failure: "a request ends with a 5xx", raising: { "5xx": [5] }, usual: { "5xx": [4] } },
  { alarm: "api-p95", failure: "requests are slow", raising: { Latency: [1100, 1000] }, usual: { Latency: [1100, 999] } },
  {
    alarm: "limited",
    failure: "clients are refused with a 429",
    raising: { limited: [100, 100] },
    usual: { limited: [100, 99] },
  },
  {
    alarm: "failures",
    failure: "a function throws, times out or crashes",
    raising: { failures: [5] },
    usual: { failures: none },
  },
  { alarm: "throttles", failure: "the account is out of concurrency", raising: { Throttles: [1] }, usual: { Throttles: none } },
  {
    alarm: "sessions-throttled",
    failure: "the account assumes roles too often",
    raising: { throttled_sessions: [50] },
    usual: { throttled_sessions: [49] },
  },
  ...(["writes", "reads"] as const).flatMap((kind): Case[] => {
    const metric = kind === "writes" ? "WriteThrottleEvents" : "ReadThrottleEvents";
    return [
      {
        alarm: `table-${kind}`,
        failure: `a key of the table takes too many ${kind}`,
        raising: { [metric]: [50] },
        usual: { [metric]: [49] },
      },
      { alarm: `index-${kind}`, failure: `an index takes too many ${kind}`, raising: { q: [50] }, usual: { q: none } },
    ];
  }),
  {
    alarm: "stream-age",
    failure: "counters, search and events lag",
    raising: { IteratorAge: [60_000, 60_000, 60_000, 60_000, 60_000] },
    usual: { IteratorAge: [60_000, 60_000, 59_999, 60_000, 60_000] },
  },
  {
    alarm: "stream-silent",
    failure: "records are written, and the stream's consumer is not called",
    raising: { written: [10, 10, 10], called: none },
    usual: { written: [10, 10, 10], called: [1, 1, 1] },
  },
  { alarm: "parked", failure: "a change could not be processed", raising: { waiting: [1] }, usual: { waiting: [0] } },
  {
    alarm: "parked-age",
    failure: "a dead letter waits for a day",
    raising: { oldest_s: [86_400] },
    usual: { oldest_s: [86_399] },
  },
  {
    alarm: "set-aside-age",
    failure: "a tenant conflicts at every try, or floods the stream",
    raising: { oldest_s: [900] },
    usual: { oldest_s: none },
  },
  {
    alarm: "parked-silent",
    failure: "dead letters are not reported",
    raising: { waiting: none },
    usual: { waiting: [null, null, 1, null] },
  },
  ...["subscribers", "schedules", "inbound-mail"].map(
    (group): Case => ({
      alarm: `${group}-waiting`,
      failure: `failed work of ${group} waits`,
      raising: { ApproximateAgeOfOldestMessage: [60] },
      usual: { ApproximateAgeOfOldestMessage: silence },
    }),
  ),
  {
    alarm: "schedules",
    failure: "a schedule cannot call its function",
    raising: { TargetErrorCount: [1] },
    usual: { TargetErrorCount: none },
  },
  {
    alarm: "due-silent",
    failure: "the sweep does not run",
    raising: { Invocations: none },
    usual: { Invocations: [null, 1, null] },
  },
  { alarm: "mail-bounces", failure: "mails bounce", raising: { Bounce: [10] }, usual: { Bounce: [9] } },
  { alarm: "mail-complaints", failure: "a recipient complains", raising: { Complaint: [1] }, usual: { Complaint: none } },
];

/** Returns whether an alarm rings: each of its latest periods breaches. A period without data counts as the alarm says. */
function isRaised(alarm: AlarmProperties, figures: Figures): boolean {
  const { Threshold, EvaluationPeriods: periods, ComparisonOperator, TreatMissingData } = alarm;
  const series = readSeries(alarm, figures, periods);
  expect(series.length, `${alarm.AlarmName} has too few periods in the test`).toBeGreaterThanOrEqual(periods);
  const breaches = (value: number | null): boolean => {
    if (value === null) return TreatMissingData === "breaching";
    return ComparisonOperator === "LessThanThreshold" ? value < Threshold : value >= Threshold;
  };
  return series.slice(-periods).every(breaches);
}

function readSeries({ MetricName, Metrics = [] }: AlarmProperties, figures: Figures, periods: number): Series {
  if (MetricName !== undefined) return figures[MetricName] ?? [];
  const [expression = ""] = Metrics.flatMap(({ Expression }) => Expression ?? []);
  if (expression.startsWith("SELECT")) return figures.q ?? [];
  expect(expression).toBe("IF(FILL(written, 0) >= 10 AND FILL(called, 0) < 1, 1, 0)");
  const { written = [], called = [] } = figures;
  return Array.from({ length: periods }, (_, index) => ((written[index] ?? 0) >= 10 && (called[index] ?? 0) < 1 ? 1 : 0));
}

const findAlarm = (name: string) =>
  requireOnly(
    listResourceProperties(production.resources, "AWS::CloudWatch::Alarm").filter(
      ({ AlarmName }) => AlarmName === `production-crm-${name}`,
    ),
  );

describe("alarms", () => {
  it("have one case each, and a row in the guide to deployment", () => {
    const names = listResourceProperties(production.resources, "AWS::CloudWatch::Alarm").map(({ AlarmName }) =>
      AlarmName.replace("production-crm-", ""),
    );
    expect(cases.map(({ alarm }) => alarm).sort()).toEqual(names.sort());
    const guide = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
    for (const { alarm, failure } of cases) expect(guide).toMatch(new RegExp(`^\\| ${failure} \\| \`${alarm}\``, "m"));
  });

  it.each(cases)("ring as $alarm if $failure, and not otherwise", ({ alarm, raising, usual }) => {
    const properties = findAlarm(alarm);
    expect([isRaised(properties, raising), isRaised(properties, usual)]).toEqual([true, false]);
  });
});

describe("figures of alarms", () => {
  /** Returns the names and values of metrics in a log line. */
  const parseMetrics = (line: string): [name: string, value: number][] => {
    const fields = JSON.parse(line);
    return fields._aws.CloudWatchMetrics.flatMap(({ Namespace, Metrics }: { Namespace: string; Metrics: { Name: string }[] }) =>
      Metrics.map(({ Name }) => [`${Namespace} ${Name}`, fields[Name]]),
    );
  };

  it("come from the lines that functions write", () => {
    const lines: string[] = [];
    process.env.CRM_STAGE = "production";
    try {
      stdoutLog((line) => lines.push(line)).write(
        "info",
        "parked",
        { waiting: 2, oldest_s: 90 },
        { waiting: "Count", oldest_s: "Seconds" },
      );
    } finally {
      delete process.env.CRM_STAGE;
    }
    expect(parseMetrics(lines[0] ?? "")).toEqual([
      ["CRM/parked waiting", 2],
      ["CRM/parked oldest_s", 90],
    ]);
  });

  it.each([
    ["success", false],
    ["error", true],
    ["failure", true],
    ["timeout", true],
  ])("count a call that ends with %s as a failure: %s", (status, isFailure) => {
    const filters = listResourceProperties(production.resources, "AWS::Logs::MetricFilter").filter(
      ({ MetricTransformations }) => MetricTransformations[0].MetricName === "failures",
    );
    const [FilterPattern = "", ...otherPatterns] = new Set(filters.map((filter) => filter.FilterPattern));
    expect(otherPatterns).toEqual([]);
    const report = {
      time: "2026-11-27T09:00:00Z",
      type: "platform.report",
      record: { requestId: "1", status, metrics: { durationMs: 3 } },
    };
    expect(matchesPattern(FilterPattern, report)).toBe(isFailure);
    expect(matchesPattern(FilterPattern, { type: "platform.start", record: { requestId: "1" } })).toBe(false);
    expect(matchesPattern(FilterPattern, { level: "error", message: "A handler failed" })).toBe(false);
  });
});

/** Evaluates a filter pattern of CloudWatch that joins comparisons of texts by `&&`. A comparison with a missing field is false. */
function matchesPattern(pattern: string, line: Record<string, unknown>): boolean {
  return pattern
    .replace(/^\{\s*|\s*\}$/g, "")
    .split("&&")
    .every((term) => {
      const [, path = "", operator = "", expected = ""] = /^\s*\$\.([\w.]+) (=|!=) "([^"]*)"\s*$/.exec(term) ?? [];
      const value = path
        .split(".")
        .reduce<unknown>((object, name) => (object as Record<string, unknown> | undefined)?.[name], line);
      if (value === undefined) return false;
      return operator === "=" ? value === expected : value !== expected;
    });
}
