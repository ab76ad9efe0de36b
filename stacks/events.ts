import { EVENT_SOURCE } from "@crm/aws/bus.ts";
import type { Listener } from "@crm/core/kernel/domain.ts";
import { type ListenerSubscriber, subscribers } from "@crm/functions/subscribe/index.ts";
import { Annotations, Duration } from "aws-cdk-lib";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { createDeadLetterQueue } from "./dead-letter-queue.ts";
import { Gateway } from "./gateway.ts";
import { createRolloutAlias, LIVE_ALIAS } from "./rollout-alias.ts";
import { assignShard, type Shard } from "./shard.ts";
import { Storage } from "./storage.ts";

/** Returns memory, and the time that one event may take. */
function functionSize({ hasLongSlices: isLong, isSliced: inTurns }: Listener): { memory: number; timeout: Duration } {
  if (isLong) return { memory: 1769, timeout: Duration.minutes(15) };
  // A slice takes twenty seconds, plus the work that was begun by then.
  return { memory: 512, timeout: inTurns ? Duration.minutes(1) : Duration.seconds(30) };
}

export function Events(context: StackContext) {
  const { app, stack } = context;
  const bus = new EventBus(stack, "bus", { eventBusName: app.logicalPrefixedName("events") });
  // An archived event can be replayed to a new subscriber, or to one that was broken. Events contain ids only.
  bus.archive("archive", {
    archiveName: app.logicalPrefixedName("events"),
    eventPattern: { source: [EVENT_SOURCE] },
    retention: Duration.days(30),
  });
  return { name: bus.eventBusName, arn: bus.eventBusArn, deadLetters: createSharedQueue(context, bus).queueArn };
}

/** Creates the queue for events that a subscriber could not handle. Rules of the bus may write to it; functions have their own permission. */
function createSharedQueue(context: StackContext, { eventBusName }: EventBus): Queue {
  const { stack } = context;
  const queue = createDeadLetterQueue(context, "subscribers");
  const rules = stack.formatArn({ service: "events", resource: "rule", resourceName: `${eventBusName}/*` });
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("events.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      resources: [queue.queueArn],
      conditions: { ArnLike: { "aws:SourceArn": rules } },
    }),
  );
  return queue;
}

/** Subscribers of the bus, one function each. */
export const subscribersStack = (shard: Shard<"subscribers">) => (context: StackContext) => {
  for (const subscriber of subscribers.filter(({ name }) => assignShard("subscribers", name) === shard))
    createSubscriber(context, subscriber);
};

function createSubscriber(context: StackContext, { name, events, listener }: ListenerSubscriber): void {
  const { app, stack } = context;
  const { table } = use(Storage);
  const bus = use(Events);
  const grants = grantCapabilities(context, listener.uses ?? [], listener.table ?? [], bus);
  const queue = Queue.fromQueueArn(stack, `${name}-dead-letters`, bus.deadLetters);
  const alias = createRolloutAlias(context, `subscribe-${name}`, {
    entry: `subscribe/${name}`,
    description: `Listens to ${events.join(", ")}`.slice(0, 200),
    ...functionSize(listener),
    environment: { CRM_ORIGIN: use(Gateway).origin, CRM_TABLE: table.name, ...grants.environment },
    statements: [...grants.statements, new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] })],
  });
  grants.accept(stack.node.findChild(`subscribe-${name}-role`));
  // The bus is done once it has invoked the function. Events on which the function then fails go to the same queue.
  const tries = new CfnEventInvokeConfig(stack, `${name}-tries`, {
    functionName: alias.lambda.functionName,
    qualifier: LIVE_ALIAS,
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
    destinationConfig: { onFailure: { destination: queue.queueArn } },
  });
  tries.node.addDependency(alias);
  const rule = new Rule(stack, `${name}-rule`, {
    ruleName: app.logicalPrefixedName(name),
    eventBus: EventBus.fromEventBusName(stack, `${name}-bus`, bus.name),
    eventPattern: { source: [EVENT_SOURCE], detailType: [...events] },
    targets: [new LambdaFunction(alias, { deadLetterQueue: queue, retryAttempts: 24, maxEventAge: Duration.hours(6) })],
  });
  Annotations.of(rule).acknowledgeWarning(
    "@aws-cdk/aws-events-targets:manuallyAddDLQResourcePolicy",
    "The stack of the queue grants the permission.",
  );
}
