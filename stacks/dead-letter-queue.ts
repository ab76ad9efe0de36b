import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { App, StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";

/** Groups of functions with one dead-letter queue each. A message names the function. */
export const deadLetterQueues = ["subscribers", "schedules", "inbound-mail"] as const;
type DeadLetterQueue = (typeof deadLetterQueues)[number];

/** Returns the name of the dead-letter queue of a group. */
export const deadLetterQueueName = (app: App, name: DeadLetterQueue): string => app.logicalPrefixedName(`${name}-dead-letters`);

/** Creates a queue that keeps failed events with their bodies for two weeks. An alarm rings while the queue holds any. */
export function createDeadLetterQueue({ app, stack }: StackContext, name: DeadLetterQueue): Queue {
  const queue = new Queue(stack, `${name}-dead-letters`, {
    queueName: deadLetterQueueName(app, name),
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  acceptFinding(queue, "AwsSolutions-SQS3", "This queue is a dead-letter queue itself.");
  return queue;
}
