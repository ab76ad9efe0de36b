import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { App, StackContext } from "sst/constructs";
import { accept } from "./nag.ts";

/** The name of the queue for what `name` could not do. */
export const deadLettersOf = (app: App, name: string): string => app.logicalPrefixedName(`${name}-dead-letters`);

/** Where what could not be done waits, with its body, for two weeks; an alarm rings while there is anything. */
export function deadLetterQueue({ app, stack }: StackContext, name: string): Queue {
  const queue = new Queue(stack, `${name}-dead-letters`, {
    queueName: deadLettersOf(app, name),
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  accept(queue, "AwsSolutions-SQS3", "It is a dead-letter queue itself.");
  return queue;
}
