import { subscribers } from "@crm/functions/subscribe/index.ts";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { type StackContext, use } from "sst/constructs";
import { Alerts, alarm } from "./alarm.ts";
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

  alarm(context, "parked", {
    namespace: "AWS/S3",
    dimensions: { BucketName: deadLetters.bucketName, StorageType: "AllStorageTypes" },
    metric: "NumberOfObjects",
    statistic: "Average",
    minutes: 24 * 60,
    from: 1,
    says: "Dead letters of the stream wait for a redrive",
  });
  tellOfDeadLetters(context, deadLetters.bucketName, use(Alerts));

  for (const name of [...subscribers.map((each) => each.name), "schedules"]) {
    alarm(context, `${name}-waiting`, {
      namespace: "AWS/SQS",
      dimensions: { QueueName: deadLettersOf(app, name) },
      metric: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      from: 1,
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
