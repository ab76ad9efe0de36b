import { namespaceOf } from "@crm/aws/emf.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { CfnMetricFilter } from "aws-cdk-lib/aws-logs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { type App, type StackContext, use } from "sst/constructs";
import { Alerts, alarm, ring } from "./alarm.ts";
import { accessLogOf } from "./api.ts";
import { budget } from "./budget.ts";
import { dashboard } from "./dashboard.ts";
import { deadLettersOf } from "./queue.ts";
import { groupOf } from "./schedules.ts";
import { Storage } from "./storage.ts";

/** Alarms of what is no single function's. */
export function Alarms(context: StackContext) {
  const { app } = context;
  const { table, deadLetters } = use(Storage);
  const functionName = (name: string): Record<string, string> => ({ FunctionName: app.logicalPrefixedName(name) });
  const lambdas = { namespace: "AWS/Lambda" };
  alarm(context, "throttles", {
    ...lambdas,
    metric: "Throttles",
    from: 1,
    says: "The account has no more functions to run at a time",
  });
  const ofTable = { namespace: "AWS/DynamoDB", dimensions: { TableName: table.name } };
  alarm(context, "table-writes", {
    ...ofTable,
    metric: "WriteThrottleEvents",
    from: 50,
    says: "The table refuses writes: one key takes too many",
  });
  alarm(context, "table-reads", {
    ...ofTable,
    metric: "ReadThrottleEvents",
    from: 50,
    says: "The table refuses reads: one key is read too often",
  });

  for (const [name, metric] of [
    ["index-writes", "WriteThrottleEvents"],
    ["index-reads", "ReadThrottleEvents"],
  ] as const)
    ring(context, name, ofEachIndex(table.name, metric), { from: 50, says: "An index of the table refuses: the alarm names it" });
  limited(context);

  const parked = { namespace: namespaceOf("parked"), dimensions: { stage: app.stage }, minutes: 15 };
  alarm(context, "parked", {
    ...parked,
    metric: "waiting",
    statistic: "Maximum",
    from: 1,
    says: "Dead letters of the stream wait for a redrive",
  });
  alarm(context, "parked-age", {
    ...parked,
    metric: "oldest_s",
    statistic: "Maximum",
    from: Duration.days(1).toSeconds(),
    says: "Nobody has looked at a dead letter of the stream for a day",
  });
  alarm(context, "parked-silent", {
    ...parked,
    metric: "waiting",
    statistic: "SampleCount",
    from: 1,
    periods: 4,
    silence: true,
    says: "Nothing tells what is parked: the function watch, its log or the metrics made of logs",
  });
  ring(context, "stream-silent", written(app), {
    from: 1,
    periods: 3,
    says: "Records are written, and nothing reads the stream",
  });
  tellOfDeadLetters(context, deadLetters.bucketName, use(Alerts));

  for (const name of [...subscribers.map((each) => each.name), "schedules", "inbound-mail"]) {
    alarm(context, `${name}-waiting`, {
      namespace: "AWS/SQS",
      dimensions: { QueueName: deadLettersOf(app, name) },
      metric: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      from: 60,
      says: `What ${name} could not do waits in ${deadLettersOf(app, name)}`,
    });
  }

  const scheduler = { namespace: "AWS/Scheduler", dimensions: { ScheduleGroup: groupOf(app) } };
  alarm(context, "schedules", {
    ...scheduler,
    metric: "TargetErrorCount",
    from: 1,
    says: "A schedule could not call its function",
  });
  alarm(context, "due-silent", {
    ...lambdas,
    dimensions: functionName("schedule-due"),
    metric: "Invocations",
    from: 1,
    periods: 3,
    silence: true,
    says: "Nothing looks for what is due",
  });
  budget(context);
  dashboard(context);
}

/** Each index is a series of its own, and a new one joins by itself; paid is what has refused anything of late. */
const ofEachIndex = (table: string, metric: string) =>
  new MathExpression({
    expression: `SELECT SUM(${metric}) FROM SCHEMA("AWS/DynamoDB", TableName, GlobalSecondaryIndexName) WHERE TableName = '${table}' GROUP BY GlobalSecondaryIndexName ORDER BY SUM() DESC`,
    usingMetrics: {},
    period: Duration.minutes(5),
  });

/** Requests that are too many, whoever says so: the gateway, or the rate limits of ours. Both stand in the gateway's log. */
function limited(context: StackContext): void {
  const { app, stack } = context;
  const [metricNamespace, metricName] = [`CRM/gateway/${app.stage}`, "limited"];
  new CfnMetricFilter(stack, "limited", {
    logGroupName: accessLogOf(app),
    filterPattern: '{ $.status = "429" }',
    metricTransformations: [{ metricNamespace, metricName, metricValue: "1" }],
  });
  const says = "Many requests are refused as too many: integration_ms is - where the gateway did, a number where we did";
  alarm(context, "limited", { namespace: metricNamespace, metric: metricName, from: 100, periods: 2, says });
}

/** 1 in minutes in which requests wrote and the stream's consumer was not called. */
function written(app: App): MathExpression {
  const period = Duration.minutes(5);
  const of = (namespace: string, metricName: string, dimensionsMap: Record<string, string>) =>
    new Metric({ namespace, metricName, dimensionsMap, statistic: "Sum", period });
  return new MathExpression({
    expression: "IF(FILL(written, 0) >= 10 AND FILL(called, 0) < 1, 1, 0)",
    usingMetrics: {
      written: of(namespaceOf("request"), "written", { stage: app.stage }),
      called: of("AWS/Lambda", "Invocations", { FunctionName: app.logicalPrefixedName("stream") }),
    },
    period,
  });
}

/** They are counted each quarter of an hour; an event for each object that is put there comes at once. */
function tellOfDeadLetters({ app, stack }: StackContext, bucket: string, topic: Topic): void {
  const rule = new Rule(stack, "parked-rule", {
    ruleName: app.logicalPrefixedName("parked"),
    eventPattern: { source: ["aws.s3"], detailType: ["Object Created"], detail: { bucket: { name: [bucket] } } },
  });
  const text = `A change could not be derived and was parked: ${EventField.fromPath("$.detail.object.key")}`;
  // A target of our own, because the usual one adds leave that asks for no account; the topic's policy has it already.
  rule.addTarget({ bind: () => ({ arn: topic.topicArn, input: RuleTargetInput.fromText(text) }) });
}
