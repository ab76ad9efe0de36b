import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { App, StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";

/** Returns the name of the dead-letter queue of `name`. */
export const deadLetterQueueName = (app: App, name: string): string => app.logicalPrefixedName(`${name}-dead-letters`);

/** Creates a queue that keeps failed events with their bodies for two weeks. An alarm rings while the queue holds any. */
export function createDeadLetterQueue({ app, stack }: StackContext, name: string): Queue {
  const queue = new Queue(stack, `${name}-dead-letters`, {
    queueName: deadLetterQueueName(app, name),
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  acceptFinding(queue, "AwsSolutions-SQS3", "This queue is a dead-letter queue itself.");
  return queue;
}
