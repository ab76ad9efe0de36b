import { domains } from "@crm/core/domains.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { Events } from "./events.ts";
import { Gateway } from "./gateway.ts";
import { createAlarm } from "./metric-alarm.ts";
import { stream as declared } from "./platform-functions.ts";
import { createRolloutAlias } from "./rollout-alias.ts";
import { Storage } from "./storage.ts";

/** Deploys the consumer of the table's stream, which derives counters, search words, the audit trail and events. */
export function Stream(context: StackContext) {
  const { app, stack } = context;
  const { table, deadLetters } = use(Storage);
  const bus = use(Events);
  const grants = grantCapabilities(context, declared.uses, declared.table, bus);
  const late = createAlarm(context, "stream-age", {
    namespace: "AWS/Lambda",
    metric: "IteratorAge",
    dimensions: { FunctionName: app.logicalPrefixedName("stream") },
    statistic: "Maximum",
    minutes: 1,
    threshold: 60_000,
    periods: 5,
    description: "Counters, search and events lag by more than a minute",
  });
  const alias = createRolloutAlias(context, "stream", {
    entry: "stream",
    description: "Derives the follow-up work of each write from the table's stream",
    memory: 1024,
    // A batch of a hundred changes is a few transactions; those of the busiest tenant conflict and are retried.
    timeout: Duration.minutes(2),
    environment: { CRM_ORIGIN: use(Gateway).origin, CRM_TABLE: table.name, ...grants.environment },
    statements: [
      ...grants.statements,
      new PolicyStatement({
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        resources: [table.streamArn],
      }),
      new PolicyStatement({ actions: ["dynamodb:ListStreams"], resources: ["*"] }),
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [deadLetters.bucketArn] }),
    ],
    alarms: [late],
  });
  const role = stack.node.findChild("stream-role");
  grants.accept(role);
  acceptFinding(
    role,
    "AwsSolutions-IAM5",
    "Streams are listed for a whole account; AWS supports no narrower permission.",
    /^Resource::\*$/,
  );
  new CfnEventSourceMapping(stack, "mapping", {
    functionName: alias.functionArn,
    eventSourceArn: table.streamArn,
    startingPosition: "TRIM_HORIZON",
    batchSize: 100,
    // Changes within one second form one batch: counters are updated once for all of them, with fewer units than a partition allows.
    maximumBatchingWindowInSeconds: 1,
    // One batch of a shard at a time. Batches are then large under load, so each counter is updated once. An on-demand table starts with four shards.
    parallelizationFactor: 1,
    functionResponseTypes: ["ReportBatchItemFailures"],
    // A batch that exceeds the function's timeout is retried in halves.
    bisectBatchOnFunctionError: true,
    // Conflicts and throttling are retried until they pass. The function itself stores a change that it cannot process as a dead letter. Lambda
    // stores a record here before it leaves the stream, which keeps records for 24 hours.
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: Duration.hours(12).toSeconds(),
    destinationConfig: { onFailure: { destination: deadLetters.bucketArn } },
    filterCriteria: { filters: streamFilters().map((filter) => ({ pattern: JSON.stringify(filter) })) },
  });
}

/**
 * Returns the filters for changes that wake the consumer: those of records from which something is derived. Filters can match prefixes and the
 * existence of an attribute, but no patterns. So the partition key must be a tenant's. The sort key, a record's id, must begin with the prefix of a
 * kind that is not itself derived (checkpoints begin with `~`). `context`, which names the author of a version, must exist: only records have it,
 * whereas counters, search words and stubs of archived records may also be sorted by an id. A record that is removed for good has no new image, so its
 * old image is matched.
 * The consumer ignores other items that match by chance. The third filter matches requests to reset a password.
 */
export function streamFilters(): object[] {
  const kinds = domains.flatMap((domain) => domain.kinds).filter(({ load, isDerived }) => load && !isDerived);
  const sk = { S: kinds.map(({ prefix }) => ({ prefix: `${prefix}_` })) };
  const Keys = { pk: { S: [{ prefix: "T#" }] }, sk };
  const writtenImage = { context: { S: [{ exists: true }] } };
  const resetRequest = {
    Keys: { pk: { S: [{ prefix: keyspacePrefix("reset") }] } },
    NewImage: { asked: { S: [{ exists: true }] } },
  };
  return [
    { dynamodb: { Keys, NewImage: writtenImage } },
    { eventName: ["REMOVE"], dynamodb: { Keys, OldImage: writtenImage } },
    { dynamodb: resetRequest },
  ];
}
