import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { App, StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";

/** The name of the queue for what `name` could not do. */
export const deadLetterQueueName = (app: App, name: string): string => app.logicalPrefixedName(`${name}-dead-letters`);

/** Where what could not be done waits, with its body, for two weeks; an alarm rings while there is anything. */
export function createDeadLetterQueue({ app, stack }: StackContext, name: string): Queue {
  const queue = new Queue(stack, `${name}-dead-letters`, {
    queueName: deadLetterQueueName(app, name),
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  acceptFinding(queue, "AwsSolutions-SQS3", "It is a dead-letter queue itself.");
  return queue;
}
