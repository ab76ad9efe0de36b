import type { ExportColumn } from "@crm/core/analytics/analyst-export/column.rules.ts";
import { DECIMAL_PRECISION, DECIMAL_SCALE, type ParquetType } from "@crm/core/lib/parquet/cell.rules.ts";
import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { type App, type StackContext, use } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { objectPrefix } from "./object-prefix.ts";
import type { AnalystExportSettings } from "./settings.ts";
import { PRIVATE_BUCKET_PROPS, QUERY_LOG_PREFIX, Storage } from "./storage.ts";

const BYTES_PER_GIGABYTE = 1_000_000_000;
/** Days that the results of queries stay. */
const RESULT_DAYS = 7;

/** The days that Athena looks for. It lists each of them if a query names no days. */
const DAY_RANGE = "2015-01-01,NOW+2YEARS";

const glueTypes: Readonly<Record<ParquetType, string>> = {
  text: "string",
  integer: "bigint",
  number: "double",
  decimal: `decimal(${DECIMAL_PRECISION},${DECIMAL_SCALE})`,
  date: "date",
  instant: "timestamp",
  boolean: "boolean",
};

/** Names in Glue have lower-case letters, digits and underscores, so that SQL needs no quotes. */
const databaseName = (app: App): string => app.logicalPrefixedName("analysts").toLowerCase().replaceAll("-", "_");

/**
 * Creates the tables of the export for analysts in Athena, and a workgroup that stops a query at a number of bytes. Tables have no partitions
 * in Glue: Athena computes the prefix of a partition from the tenant and the day that the query names, so no crawler runs. No principal has
 * the policy until the operator attaches it.
 */
export function createAnalystTables(context: StackContext, { queryGigabytes }: AnalystExportSettings): void {
  const { app, stack } = context;
  const { files, accessLogs } = use(Storage);
  const { exportedKinds } = useDeployment(app);
  const results = new Bucket(stack, "query-results", {
    ...PRIVATE_BUCKET_PROPS,
    removalPolicy: RemovalPolicy.DESTROY,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, "query-results-log", accessLogs.bucketName),
    serverAccessLogsPrefix: QUERY_LOG_PREFIX,
    lifecycleRules: [{ expiration: Duration.days(RESULT_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  Annotations.of(results).acknowledgeWarning(
    "@aws-cdk/aws-s3:accessLogsPolicyNotAdded",
    "The stack storage permits these logs (stacks/storage.ts).",
  );
  const workgroup = new CfnWorkGroup(stack, "analysts", {
    name: app.logicalPrefixedName("analysts"),
    description: "Queries over the export for analysts",
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      // A client cannot choose another place for results, nor another limit.
      enforceWorkGroupConfiguration: true,
      bytesScannedCutoffPerQuery: queryGigabytes * BYTES_PER_GIGABYTE,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: `s3://${results.bucketName}/`,
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
        expectedBucketOwner: stack.account,
      },
    },
  });
  const database = new CfnDatabase(stack, "analyst-database", {
    catalogId: stack.account,
    databaseInput: { name: databaseName(app), description: "All kinds of records by tenant and day" },
  });
  const prefix = `s3://${files.bucketName}/${objectPrefix("lake")}`;
  for (const { collection, columns } of exportedKinds) {
    const table = new CfnTable(stack, `analyst-${collection.name}`, {
      catalogId: stack.account,
      databaseName: databaseName(app),
      tableInput: buildTable(collection.name, columns, prefix),
    });
    table.addDependency(database);
  }
  const policy = createAnalystPolicy(context, results, workgroup);
  stack.addOutputs({
    AnalystWorkgroup: workgroup.name,
    AnalystDatabase: databaseName(app),
    AnalystPolicyArn: policy.managedPolicyArn,
  });
}

/** The table of a kind. A query must name the tenant, and Athena refuses it otherwise (`injected`). */
const buildTable = (name: string, columns: readonly ExportColumn[], prefix: string): CfnTable.TableInputProperty => ({
  name,
  tableType: "EXTERNAL_TABLE",
  partitionKeys: ["tenant", "day"].map((key) => ({ name: key, type: "string" })),
  parameters: {
    classification: "parquet",
    EXTERNAL: "TRUE",
    "projection.enabled": "true",
    "projection.tenant.type": "injected",
    "projection.day.type": "date",
    "projection.day.format": "yyyy-MM-dd",
    "projection.day.range": DAY_RANGE,
    "projection.day.interval": "1",
    "projection.day.interval.unit": "DAYS",
    "storage.location.template": `${prefix}\${tenant}/${name}/day=\${day}/`,
  },
  storageDescriptor: {
    location: prefix,
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    columns: columns.map(({ name: column, type, isList }) => ({
      name: column,
      type: isList ? `array<${glueTypes[type]}>` : glueTypes[type],
    })),
  },
});

/** What an analyst may do: query the tables in the workgroup, and read its results. */
function createAnalystPolicy({ app, stack }: StackContext, results: Bucket, workgroup: CfnWorkGroup): ManagedPolicy {
  const { files } = use(Storage);
  const database = databaseName(app);
  const glue = (resource: string, resourceName?: string): string =>
    stack.formatArn({ service: "glue", resource, ...(resourceName === undefined ? {} : { resourceName }) });
  const lake = objectPrefix("lake");
  const policy = new ManagedPolicy(stack, "analyst-policy", {
    description: "Queries over the export for analysts. The operator attaches it to the principals of analysts.",
    statements: [
      new PolicyStatement({
        actions: [
          "athena:GetWorkGroup",
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
        ],
        resources: [stack.formatArn({ service: "athena", resource: "workgroup", resourceName: workgroup.name })],
      }),
      new PolicyStatement({
        actions: ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartitions"],
        resources: [glue("catalog"), glue("database", database), glue("table", `${database}/*`)],
      }),
      new PolicyStatement({ actions: ["s3:GetObject"], resources: [files.arnForObjects(`${lake}*`)] }),
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: [files.bucketArn],
        conditions: { StringLike: { "s3:prefix": [`${lake}*`] } },
      }),
      new PolicyStatement({ actions: ["s3:GetBucketLocation"], resources: [files.bucketArn, results.bucketArn] }),
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [results.bucketArn] }),
      new PolicyStatement({ actions: ["s3:GetObject", "s3:PutObject"], resources: [results.arnForObjects("*")] }),
    ],
  });
  acceptFinding(
    policy,
    "AwsSolutions-IAM5",
    "Objects of the export and of results get their keys at run time; the tables are all of one database.",
    /\*$/,
  );
  return policy;
}
