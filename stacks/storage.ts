import { REWRITE_DAYS } from "@crm/core/analytics/analyst-export/analyst-export.ts";
import { type KeyGroup, keyGroups } from "@crm/core/kernel/key-groups.ts";
import { table as definition } from "@crm/core/storage/table/table.ts";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { CfnTable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, HttpMethods, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { StackContext } from "sst/constructs";
import { createBackupPlan } from "./backup-plan.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { objectPrefix } from "./object-prefix.ts";
import type { Settings, StageSecrets } from "./settings.ts";
import type { Table } from "./table-policy.ts";

/** Prefixes of the access logs of buckets in other stacks: for inbound mail, with the console, and for results of queries. */
export const MAIL_LOG_PREFIX = "inbound-mail/";
export const CONSOLE_LOG_PREFIX = "console/";
export const QUERY_LOG_PREFIX = "query-results/";

/** Resources with data that must not be lost: the table, files, dead letters and the master key. */
export function Storage(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const removalPolicy = settings.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

  const accessLogs = new Bucket(stack, "access-logs", {
    ...PRIVATE_BUCKET_PROPS,
    removalPolicy,
    lifecycleRules: [{ expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  acceptFinding(
    accessLogs,
    "AwsSolutions-S1",
    "The access log bucket has no access log of its own, because each entry would cause another.",
  );

  // CDK adds this permission only for buckets of the same stack.
  accessLogs.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
      actions: ["s3:PutObject"],
      resources: [MAIL_LOG_PREFIX, CONSOLE_LOG_PREFIX, ...(settings.analystExport ? [QUERY_LOG_PREFIX] : [])].map((prefix) =>
        accessLogs.arnForObjects(`${prefix}*`),
      ),
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );

  const files = new Bucket(stack, "files", {
    ...PRIVATE_BUCKET_PROPS,
    removalPolicy,
    versioned: true,
    serverAccessLogsBucket: accessLogs,
    serverAccessLogsPrefix: "files/",
    // A browser uploads a file to a signed link, with the signed headers, and the console downloads files that are too large for an answer.
    cors: [
      {
        allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
        allowedOrigins: listUploadOrigins(settings),
        allowedHeaders: ["content-type", "if-none-match"],
        maxAge: Duration.hours(2).toSeconds(),
      },
    ],
    lifecycleRules: [
      { noncurrentVersionExpiration: Duration.days(35), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      // The sweep of due work deletes uploads after at most eight days. This rule deletes bytes that arrived after the sweep.
      { prefix: objectPrefix("uploads"), expiration: Duration.days(10), noncurrentVersionExpiration: Duration.days(1) },
      // Documents that were sent to customers are kept.
      { prefix: objectPrefix("documents"), noncurrentVersionExpiration: Duration.days(35) },
      // Mails are kept in their original form, so that their records can be checked and made again.
      { prefix: objectPrefix("mails"), noncurrentVersionExpiration: Duration.days(35) },
      // Attachments are kept. The sweep deletes those whose record was removed.
      { prefix: objectPrefix("attachments"), noncurrentVersionExpiration: Duration.days(35) },
      // The sweep deletes files of imports and exports after seven days; this rule deletes what it missed.
      { prefix: objectPrefix("imports"), expiration: Duration.days(10), noncurrentVersionExpiration: Duration.days(1) },
      { prefix: objectPrefix("exports"), expiration: Duration.days(10), noncurrentVersionExpiration: Duration.days(1) },
      // Old audit entries, and long values of audit entries.
      { prefix: objectPrefix("audit"), expiration: Duration.days(Math.ceil(settings.auditYears * 365.25) + settings.auditDays) },
      // Archived records. Their parts are never changed; an erasure replaces them.
      { prefix: objectPrefix("records"), noncurrentVersionExpiration: Duration.days(35) },
      // Intermediate sums of a recount, which takes some nights for the largest tenant.
      { prefix: objectPrefix("recounts"), expiration: Duration.days(60), noncurrentVersionExpiration: Duration.days(1) },
      // Columns are built again after 25 days. This rule deletes what no set names.
      { prefix: objectPrefix("columns"), expiration: Duration.days(40), noncurrentVersionExpiration: Duration.days(1) },
      // A run of the export for analysts writes old objects again. If no run comes, all of them end.
      {
        prefix: objectPrefix("lake"),
        expiration: Duration.days(2 * REWRITE_DAYS),
        noncurrentVersionExpiration: Duration.days(1),
      },
    ],
  });

  // Dead letters contain whole records. They stay for an operator to look at, but not for ever.
  const deadLetters = new Bucket(stack, "dead-letters", {
    ...PRIVATE_BUCKET_PROPS,
    removalPolicy,
    versioned: true,
    serverAccessLogsBucket: accessLogs,
    serverAccessLogsPrefix: "dead-letters/",
    lifecycleRules: [
      {
        expiration: Duration.days(180),
        noncurrentVersionExpiration: Duration.days(35),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
  // Each new object sends an event, which the alarms use.
  (deadLetters.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };

  const key = new Key(stack, "sealing-key", {
    description: "Wraps the keys that seal values of records",
    enableKeyRotation: true,
    removalPolicy,
  });

  const table: Table = settings.table
    ? { name: settings.table.arn.split("/").at(-1) ?? "", ...settings.table }
    : describeTable(new CfnTable(stack, "table", tableProps(settings)), removalPolicy);
  if (settings.copies) createBackupPlan(context, settings.copies, [table.arn, files.bucketArn]);
  stack.addOutputs({
    TableName: table.name,
    FilesName: files.bucketName,
    DeadLettersName: deadLetters.bucketName,
    MasterKeyId: key.keyId,
  });
  if (settings.formerSecrets) keepFormerSecrets(context, settings.formerSecrets, removalPolicy);
  return { table, files, deadLetters, accessLogs, key };
}

/**
 * Keeps the secrets of an earlier release for the deployment that copies them to Parameter Store. The versions before still read them, and the release
 * before can be deployed again.
 */
function keepFormerSecrets(
  { stack }: StackContext,
  { root: _root, ...groups }: StageSecrets,
  removalPolicy: RemovalPolicy,
): void {
  const reason = "The secret is not used after this deployment. Its keys change in Parameter Store: see docs/keys.md.";
  const root = new Secret(stack, "app-secret", {
    description: "Root of the keys for cursors, links, refresh tokens and signing keys; only operator-keys reads it",
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy,
  });
  acceptFinding(root, "AwsSolutions-SMG4", reason);
  const arns = (Object.keys(groups) as KeyGroup[]).map((group) => {
    const secret = new CfnSecret(stack, `keys-${group}`, { description: `Keys: ${keyGroups[group].join(", ")}` });
    secret.applyRemovalPolicy(removalPolicy);
    acceptFinding(secret, "AwsSolutions-SMG4", reason);
    return secret.ref;
  });
  stack.addOutputs({ SecretArn: root.secretArn, ...(arns.length > 0 ? { KeySecretArns: arns.join(" ") } : {}) });
}

/** Returns the origins whose pages may upload files: those of the settings, and the console's, if its name is known before CloudFront exists. */
const listUploadOrigins = ({ allowOrigins, domain }: Settings): string[] =>
  domain && !allowOrigins.includes("*") ? [...allowOrigins, `https://${domain.name}`] : [...allowOrigins];

/** Private buckets: no public access, TLS only. */
export const PRIVATE_BUCKET_PROPS = {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
};

function describeTable(table: CfnTable, removalPolicy: RemovalPolicy): Table {
  table.applyRemovalPolicy(removalPolicy);
  return { name: table.ref, arn: table.attrArn, streamArn: table.attrStreamArn };
}

/** The table as core defines it. Billed on demand, because a CRM's load comes in office hours. */
const tableProps = ({ production, throughput, tableClass }: Settings) => ({
  tableClass,
  billingMode: "PAY_PER_REQUEST",
  onDemandThroughput: throughputLimit(throughput),
  attributeDefinitions: definition.keys.map((attributeName) => ({ attributeName, attributeType: "S" })),
  keySchema: keySchema(definition),
  globalSecondaryIndexes: definition.indexes.map((index) => ({
    indexName: index.name,
    onDemandThroughput: throughputLimit(throughput),
    keySchema: keySchema(index),
    projection:
      index.projected.length > 0
        ? { projectionType: "INCLUDE", nonKeyAttributes: [...index.projected] }
        : { projectionType: "KEYS_ONLY" },
  })),
  streamSpecification: { streamViewType: definition.streamViewType },
  timeToLiveSpecification: { attributeName: definition.timeToLive, enabled: true },
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
  deletionProtectionEnabled: production,
});

/** Requests above the limit are refused and cost nothing. */
const throughputLimit = ({ reads, writes }: Settings["throughput"]) =>
  reads === undefined && writes === undefined ? undefined : { maxReadRequestUnits: reads, maxWriteRequestUnits: writes };

const keySchema = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) => [
  { attributeName: partitionKey, keyType: "HASH" },
  { attributeName: sortKey, keyType: "RANGE" },
];
