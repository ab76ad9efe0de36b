import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type App, type StackContext, use } from "sst/constructs";
import { createAnalystTables } from "./analyst-tables.ts";
import { grantCapabilities } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { Events } from "./events.ts";
import { Gateway } from "./gateway.ts";
import { createLambda } from "./lambda.ts";
import { analystExportUses, operator as declared } from "./platform-functions.ts";
import { shards } from "./shard.ts";
import { Storage } from "./storage.ts";

/** Returns the names of the stacks with functions that read and write records. */
export const listFunctionStacks = (app: App): string[] =>
  [
    "flows",
    ...shards.subscribers.map((shard) => `subscribers-${shard}`),
    "stream",
    "schedules",
    "operator",
    "inbound",
    ...shards.requests.map((shard) => `requests-${shard}`),
  ].map((name) => app.logicalPrefixedName(name));

/** Allows reading the state of the stage's stacks: a migration starts only once all of them have this release. */
const allowReadStacks = ({ app, stack }: StackContext): PolicyStatement =>
  new PolicyStatement({
    actions: ["cloudformation:DescribeStacks"],
    resources: [
      stack.formatArn({ service: "cloudformation", resource: "stack", resourceName: `${app.logicalPrefixedName("")}*` }),
    ],
  });

/** The function that the system's operator invokes by hand. It has no alias, because no other resource calls it. */
export function Operator(context: StackContext) {
  const { app, stack } = context;
  const { table } = use(Storage);
  const bus = use(Events);
  const { settings } = useDeployment(app);
  const uses = settings.analystExport ? [...declared.uses, ...analystExportUses] : declared.uses;
  const grants = grantCapabilities(context, uses, declared.table, bus);
  const handler = createLambda(context, "operator", {
    entry: "operator",
    description: "Suspends and resumes tenants, recounts, redrives dead letters, rotates keys, migrates",
    memory: 1024,
    timeout: Duration.minutes(15),
    environment: {
      CRM_ORIGIN: use(Gateway).origin,
      CRM_TABLE: table.name,
      CRM_STACKS: listFunctionStacks(app).join(" "),
      CRM_ANALYST_EXPORT: settings.analystExport ? "on" : "off",
      ...grants.environment,
    },
    statements: [...grants.statements, allowReadStacks(context)],
  });
  const role = stack.node.findChild("operator-role");
  grants.accept(role);
  acceptFinding(role, "AwsSolutions-IAM5", "CloudFormation chooses the end of a stack's ARN.", /:stack\/[\w-]+\*$/);
  stack.addOutputs({ OperatorName: handler.functionName });
  if (settings.analystExport) createAnalystTables(context, settings.analystExport);
}
