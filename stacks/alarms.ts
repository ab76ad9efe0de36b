import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { type StackContext, use } from "sst/constructs";
import { Api } from "./api.ts";
import { useDeployment } from "./deployment.ts";
import { deadLettersOf } from "./queue.ts";
import { groupOf } from "./schedules.ts";
import { Storage } from "./storage.ts";

interface AlarmProps {
  namespace: string;
  metric: string;
  dimensions?: Record<string, string>;
  statistic?: string;
  /** Minutes of one period. */
  minutes?: number;
  /** Rings from this value on, */
  from: number;
  /** after so many periods in a row. */
  periods?: number;
  /** Whether silence is a fault too. */
  silence?: boolean;
  says: string;
}

/** What wakes somebody. Each says what is wrong; `docs/deploy.md` says what to do. */
export function Alarms(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { table, deadLetters } = use(Storage);
  const { apiId } = use(Api);
  const functionName = (name: string): Record<string, string> => ({ FunctionName: app.logicalPrefixedName(name) });
  const topic = topicOf(context);
  if (settings.alarmsTo) topic.addSubscription(new EmailSubscription(settings.alarmsTo));

  const alarm = (name: string, props: AlarmProps): void => {
    const {
      namespace,
      metric,
      dimensions = {},
      statistic = "Sum",
      minutes = 5,
      from,
      periods = 1,
      silence = false,
      says,
    } = props;
    new Alarm(stack, name, {
      alarmName: app.logicalPrefixedName(name),
      alarmDescription: says,
      metric: new Metric({
        namespace,
        metricName: metric,
        dimensionsMap: dimensions,
        statistic,
        period: Duration.minutes(minutes),
      }),
      threshold: from,
      evaluationPeriods: periods,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));
  };

  const api = { namespace: "AWS/ApiGateway", dimensions: { ApiId: apiId, Stage: "$default" } };
  alarm("api-5xx", { ...api, metric: "5xx", from: 5, says: "Requests fail on our side" });
  alarm("api-p95", {
    ...api,
    metric: "Latency",
    statistic: "p95",
    from: 1000,
    periods: 3,
    says: "One request in twenty takes a second",
  });

  const lambdas = { namespace: "AWS/Lambda" };
  alarm("throttles", { ...lambdas, metric: "Throttles", from: 1, says: "The account has no more functions to run at a time" });
  const ofTable = { namespace: "AWS/DynamoDB", dimensions: { TableName: table.name } };
  alarm("table-writes", {
    ...ofTable,
    metric: "WriteThrottleEvents",
    from: 50,
    says: "The table refuses writes: one key takes too many",
  });
  alarm("table-reads", {
    ...ofTable,
    metric: "ReadThrottleEvents",
    from: 50,
    says: "The table refuses reads: one key is read too often",
  });

  const stream = { ...lambdas, dimensions: functionName("stream") };
  alarm("stream-age", {
    ...stream,
    metric: "IteratorAge",
    statistic: "Maximum",
    minutes: 1,
    from: 60_000,
    periods: 5,
    says: "Counters, search and events lag by more than a minute",
  });
  alarm("stream-errors", {
    ...stream,
    metric: "Errors",
    from: 1,
    periods: 3,
    says: "The stream's consumer fails again and again",
  });
  alarm("parked", {
    namespace: "AWS/S3",
    dimensions: { BucketName: deadLetters.bucketName, StorageType: "AllStorageTypes" },
    metric: "NumberOfObjects",
    statistic: "Average",
    minutes: 24 * 60,
    from: 1,
    says: "Dead letters of the stream wait for a redrive",
  });
  tellOfDeadLetters(context, deadLetters.bucketName, topic);

  for (const { name } of subscribers) {
    const dimensions = functionName(`subscribe-${name}`);
    alarm(`subscriber-${name}`, { ...lambdas, dimensions, metric: "Errors", from: 5, says: `The subscriber ${name} fails` });
  }
  for (const name of [...subscribers.map((each) => each.name), "schedules"]) {
    alarm(`${name}-waiting`, {
      namespace: "AWS/SQS",
      dimensions: { QueueName: deadLettersOf(app, name) },
      metric: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      from: 1,
      says: `What ${name} could not do waits in ${deadLettersOf(app, name)}`,
    });
  }

  const scheduler = { namespace: "AWS/Scheduler", dimensions: { ScheduleGroup: groupOf(app) } };
  alarm("schedules", { ...scheduler, metric: "TargetErrorCount", from: 1, says: "A schedule could not call its function" });
  for (const { name } of schedules) {
    const dimensions = functionName(`schedule-${name}`);
    alarm(`schedule-${name}`, { ...lambdas, dimensions, metric: "Errors", from: 1, says: `The schedule ${name} failed` });
  }
  alarm("due-silent", {
    ...lambdas,
    dimensions: functionName("schedule-due"),
    metric: "Invocations",
    from: 1,
    periods: 3,
    silence: true,
    says: "Nothing looks for what is due",
  });
}

function topicOf({ app, stack }: StackContext): Topic {
  const topic = new Topic(stack, "alarms", { topicName: app.logicalPrefixedName("alarms"), enforceSSL: true });
  // A policy of our own takes the place of the one that lets everything of the account in.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com"), new ServicePrincipal("events.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
  return topic;
}

/** The bucket's own metric comes once a day; an event for each object that is put there comes at once. */
function tellOfDeadLetters({ app, stack }: StackContext, bucket: string, topic: Topic): void {
  const rule = new Rule(stack, "parked-rule", {
    ruleName: app.logicalPrefixedName("parked"),
    eventPattern: { source: ["aws.s3"], detailType: ["Object Created"], detail: { bucket: { name: [bucket] } } },
  });
  const text = `A change could not be derived and was parked: ${EventField.fromPath("$.detail.object.key")}`;
  // A target of our own, because the usual one adds leave that asks for no account; the topic's policy has it already.
  rule.addTarget({ bind: () => ({ arn: topic.topicArn, input: RuleTargetInput.fromText(text) }) });
}
