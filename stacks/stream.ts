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

/** The consumer of the table's stream: counters, search words, the audit trail, and events. */
export function Stream(context: StackContext) {
  const { app, stack } = context;
  const { table, deadLetters } = use(Storage);
  const bus = use(Events);
  const own = grantCapabilities(context, declared.uses, declared.table, bus);
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
    description: "Derives from the table's stream what follows from each write",
    memory: 1024,
    // A batch of a hundred changes is a few transactions; the busiest tenant's conflict, and are tried again.
    timeout: Duration.minutes(2),
    environment: { CRM_ORIGIN: use(Gateway).origin, CRM_TABLE: table.name, ...own.environment },
    statements: [
      ...own.statements,
      new PolicyStatement({
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        resources: [table.streamArn],
      }),
      new PolicyStatement({ actions: ["dynamodb:ListStreams"], resources: ["*"] }),
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [deadLetters.bucketArn] }),
    ],
    watched: {
      errors: { threshold: 1, periods: 3, description: "The stream's consumer fails again and again" },
      alarms: [late],
    },
  });
  const role = stack.node.findChild("stream-role");
  own.accept(role);
  acceptFinding(
    role,
    "AwsSolutions-IAM5",
    "Streams are listed for a whole account; AWS knows no narrower leave.",
    /^Resource::\*$/,
  );
  acceptFinding(role, "AwsSolutions-IAM5", "Lambda names the objects that it parks.", /aws\/lambda\/\*$/);
  new CfnEventSourceMapping(stack, "mapping", {
    functionName: alias.functionArn,
    eventSourceArn: table.streamArn,
    startingPosition: "TRIM_HORIZON",
    batchSize: 100,
    // What comes within a second is one batch: counters move once for all of it, in fewer units than a partition takes.
    maximumBatchingWindowInSeconds: 1,
    // One batch of a shard at a time, which is large where much happens and so moves each counter once. A table that is billed by
    // use starts with four shards.
    parallelizationFactor: 1,
    functionResponseTypes: ["ReportBatchItemFailures"],
    // A batch that outlasts the function comes again in halves.
    bisectBatchOnFunctionError: true,
    // Conflicts and throttling pass, however long they take; what cannot be derived the function parks by itself. A record is
    // parked here before the stream itself forgets it, after 24 hours.
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: Duration.hours(12).toSeconds(),
    destinationConfig: { onFailure: { destination: deadLetters.bucketArn } },
    filterCriteria: { filters: streamFilters().map((filter) => ({ pattern: JSON.stringify(filter) })) },
  });
}

/**
 * Which changes the consumer is woken for: those of records of which something follows. Filters know prefixes and
 * whether an attribute is there, no patterns: so the partition key says only that it is a tenant's; the sort key, which
 * of a record is its id, must begin like the id of a kind that is not itself derived (checkpoints begin with `~`); and
 * `context`, which says who wrote a version, stands on records alone, where counters and words may be sorted by an id
 * too. A record that is removed for good has no new image. What passes by chance, the consumer passes over.
 */
export function streamFilters(): object[] {
  const kinds = domains.flatMap((each) => each.kinds).filter(({ load, isDerived }) => load && !isDerived);
  const sk = { S: kinds.map(({ prefix }) => ({ prefix: `${prefix}_` })) };
  const Keys = { pk: { S: [{ prefix: "T#" }] }, sk };
  const written = { context: { S: [{ exists: true }] } };
  const asked = { Keys: { pk: { S: [{ prefix: keyspacePrefix("reset") }] } }, NewImage: { asked: { S: [{ exists: true }] } } };
  return [{ dynamodb: { Keys, NewImage: written } }, { dynamodb: { Keys, OldImage: written } }, { dynamodb: asked }];
}
