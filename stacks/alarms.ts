import { DEAD_LETTER_PREFIX } from "@crm/aws/dead-letters.ts";
import { namespaceFor } from "@crm/aws/emf.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { EventField, Rule } from "aws-cdk-lib/aws-events";
import { CfnMetricFilter } from "aws-cdk-lib/aws-logs";
import { type App, type StackContext, use } from "sst/constructs";
import { accessLogName } from "./api.ts";
import { createBudget } from "./budget.ts";
import { createDashboard } from "./dashboard.ts";
import { deadLetterQueueName, deadLetterQueues } from "./dead-letter-queue.ts";
import { useDeployment } from "./deployment.ts";
import { createAlarm, createMetricAlarm, notifyOfEvent } from "./metric-alarm.ts";
import { scheduleGroupName } from "./schedules.ts";
import { Storage } from "./storage.ts";

/** Alarms that belong to no single function, with the budget and the dashboard. */
export function Alarms(context: StackContext) {
  const { app } = context;
  const { table, deadLetters } = use(Storage);
  const functionName = (name: string): Record<string, string> => ({ FunctionName: app.logicalPrefixedName(name) });
  const lambdas = { namespace: "AWS/Lambda" };
  createAlarm(context, "throttles", {
    ...lambdas,
    metric: "Throttles",
    threshold: 1,
    description: "Functions are throttled: the account has reached its concurrency limit",
  });
  createAlarm(context, "sessions-throttled", {
    namespace: namespaceFor("sessions"),
    dimensions: { stage: app.stage },
    metric: "throttled_sessions",
    threshold: 50,
    description: "STS throttles the sessions of tenants: requests wait, or are answered with 503",
  });
  const ofTable = { namespace: "AWS/DynamoDB", dimensions: { TableName: table.name } };
  createAlarm(context, "table-writes", {
    ...ofTable,
    metric: "WriteThrottleEvents",
    threshold: 50,
    description: "The table throttles writes: one partition key gets too many",
  });
  createAlarm(context, "table-reads", {
    ...ofTable,
    metric: "ReadThrottleEvents",
    threshold: 50,
    description: "The table throttles reads: one partition key is read too often",
  });

  for (const [name, metric] of [
    ["index-writes", "WriteThrottleEvents"],
    ["index-reads", "ReadThrottleEvents"],
  ] as const)
    createMetricAlarm(context, name, perIndexMetric(table.name, metric), {
      threshold: 50,
      description: "An index of the table throttles; the alarm names the index",
    });
  createRateLimitAlarm(context);

  const parked = { namespace: namespaceFor("parked"), dimensions: { stage: app.stage }, minutes: 15 };
  createAlarm(context, "parked", {
    ...parked,
    metric: "waiting",
    statistic: "Maximum",
    threshold: 1,
    description: "Dead letters of the stream wait for a redrive",
  });
  createAlarm(context, "parked-age", {
    ...parked,
    metric: "oldest_s",
    statistic: "Maximum",
    threshold: Duration.days(1).toSeconds(),
    description: "A dead letter of the stream has waited for a day",
  });
  createAlarm(context, "set-aside-age", {
    namespace: namespaceFor("set_aside"),
    dimensions: { stage: app.stage },
    metric: "oldest_s",
    statistic: "Maximum",
    threshold: Duration.minutes(15).toSeconds(),
    description:
      "The changes of a tenant that was set aside have waited for 15 minutes; the log lines set_aside name the tenants",
  });
  createAlarm(context, "parked-silent", {
    ...parked,
    metric: "waiting",
    statistic: "SampleCount",
    threshold: 1,
    periods: 4,
    alarmsOnSilence: true,
    description: "Parked changes are not reported: check the function watch, its log and the log metrics",
  });
  createMetricAlarm(context, "stream-silent", silentStreamMetric(app), {
    threshold: 1,
    periods: 3,
    description: "Records are written, but the stream consumer is not called",
  });
  notifyDeadLetters(context, deadLetters.bucketName);

  for (const name of deadLetterQueues) {
    createAlarm(context, `${name}-waiting`, {
      namespace: "AWS/SQS",
      dimensions: { QueueName: deadLetterQueueName(app, name) },
      metric: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: 60,
      description: `Failed work of ${name} waits in ${deadLetterQueueName(app, name)}`,
    });
  }

  const scheduler = { namespace: "AWS/Scheduler", dimensions: { ScheduleGroup: scheduleGroupName(app) } };
  createAlarm(context, "schedules", {
    ...scheduler,
    metric: "TargetErrorCount",
    threshold: 1,
    description: "A schedule could not call its function",
  });
  createAlarm(context, "due-silent", {
    ...lambdas,
    dimensions: functionName("schedule-due"),
    metric: "Invocations",
    threshold: 1,
    periods: 3,
    alarmsOnSilence: true,
    description: "The sweep for due clocks does not run",
  });
  createBudget(context);
  if (useDeployment(app).settings.hasDashboard) createDashboard(context);
}

/** One series per index; a new index is included automatically. CloudWatch bills only the series that reported data recently. */
const perIndexMetric = (table: string, metric: string) =>
  new MathExpression({
    expression: `SELECT SUM(${metric}) FROM SCHEMA("AWS/DynamoDB", TableName, GlobalSecondaryIndexName) WHERE TableName = '${table}' GROUP BY GlobalSecondaryIndexName ORDER BY SUM() DESC`,
    usingMetrics: {},
    period: Duration.minutes(5),
  });

/** Counts requests refused with 429, by the gateway or by the handlers' own rate limits. Both are in the gateway's log. */
function createRateLimitAlarm(context: StackContext): void {
  const { app, stack } = context;
  const [metricNamespace, metricName] = [`CRM/gateway/${app.stage}`, "limited"];
  new CfnMetricFilter(stack, "limited", {
    logGroupName: accessLogName(app),
    filterPattern: '{ $.status = "429" }',
    metricTransformations: [{ metricNamespace, metricName, metricValue: "1" }],
  });
  const description =
    "Many requests are rejected with 429: integration_ms is - for the gateway's limit, a number for the functions' limits";
  createAlarm(context, "limited", {
    namespace: metricNamespace,
    metric: metricName,
    threshold: 100,
    periods: 2,
    description: description,
  });
}

/** Is 1 in periods in which requests wrote records and the stream's consumer was not called. */
function silentStreamMetric(app: App): MathExpression {
  const period = Duration.minutes(5);
  const buildSumMetric = (namespace: string, metricName: string, dimensionsMap: Record<string, string>) =>
    new Metric({ namespace, metricName, dimensionsMap, statistic: "Sum", period });
  return new MathExpression({
    expression: "IF(FILL(written, 0) >= 10 AND FILL(called, 0) < 1, 1, 0)",
    usingMetrics: {
      written: buildSumMetric(namespaceFor("request"), "written", { stage: app.stage }),
      called: buildSumMetric("AWS/Lambda", "Invocations", { FunctionName: app.logicalPrefixedName("stream") }),
    },
    period,
  });
}

/**
 * Notifies at once of each new dead letter, and of the first object in the queue of a tenant that was set aside, by events of the bucket.
 * The keys name them. The metric of dead letters is only counted every 15 minutes.
 */
function notifyDeadLetters({ app, stack }: StackContext, bucket: string): void {
  const key = EventField.fromPath("$.detail.object.key");
  for (const [name, selected, text] of [
    ["parked", { prefix: DEAD_LETTER_PREFIX }, "A change could not be derived and was parked"],
    ["set-aside", { suffix: TenantQueue.FIRST_SUFFIX }, "A tenant was set aside, because it would delay the others"],
  ] as const) {
    const rule = new Rule(stack, `${name}-rule`, {
      ruleName: app.logicalPrefixedName(name),
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: { bucket: { name: [bucket] }, object: { key: [selected] } },
      },
    });
    notifyOfEvent(rule, text, key);
  }
}
