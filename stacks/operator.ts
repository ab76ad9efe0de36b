import { PARKED } from "@crm/aws/operator.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type StackContext, use } from "sst/constructs";
import { Api } from "./api.ts";
import { Events } from "./events.ts";
import { lambda } from "./lambda.ts";
import { accept } from "./nag.ts";
import { useKey } from "./sealing.ts";
import { Storage } from "./storage.ts";
import { TENANTS, useTable } from "./table.ts";

/** What the operator of the system calls by hand. Nothing leads here but leave to invoke it. */
export function Operator(context: StackContext) {
  const { stack } = context;
  const { table, deadLetters, key } = use(Storage);
  const { bus } = use(Events);
  const within = (keyspace: Parameters<typeof keyspacePrefix>[0]): string => `${keyspacePrefix(keyspace)}*`;
  const handler = lambda(context, "operator", {
    entry: "operator",
    description: "Suspends and resumes tenants, recounts, redrives dead letters, rotates keys",
    memory: 1024,
    timeout: Duration.minutes(15),
    environment: {
      CRM_ORIGIN: use(Api).origin,
      CRM_TABLE: table.name,
      CRM_BUS: bus.name,
      CRM_DEAD_LETTERS: deadLetters.bucketName,
      CRM_KEY: key.keyArn,
    },
    statements: [
      useTable(table, {
        actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
        keys: [TENANTS],
        on: ["table", "by_time"],
      }),
      useTable(table, { actions: ["Query"], keys: [within("tenants")] }),
      useTable(table, { actions: ["GetItem", "PutItem"], keys: [within("watermark")] }),
      useKey(key),
      new PolicyStatement({ actions: ["events:PutEvents"], resources: [bus.arn] }),
      new PolicyStatement({
        actions: ["s3:GetObject", "s3:DeleteObject"],
        resources: [deadLetters.arnForObjects(`${PARKED}*`)],
      }),
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [deadLetters.bucketArn] }),
    ],
  });
  const role = stack.node.findChild("operator-role");
  accept(role, "AwsSolutions-IAM5", "Lambda names the objects that it parks.", /aws\/lambda\/\*$/);
  stack.addOutputs({ OperatorName: handler.functionName });
}
