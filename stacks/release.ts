import { domains } from "@crm/core/domains.ts";
import { digestShapes } from "@crm/core/storage/table/shape-digest.ts";
import { CustomResource, Duration } from "aws-cdk-lib";
import type { StackContext } from "sst/constructs";
import { use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { createLambda } from "./lambda.ts";
import { releaseCheck as declared } from "./platform-functions.ts";
import { Storage } from "./storage.ts";

/** Fails the deployment of a release that cannot read the table, before the functions are replaced that use the table. */
export function Release(context: StackContext): void {
  const { table } = use(Storage);
  const grants = grantCapabilities(context, declared.uses, declared.table);
  const handler = createLambda(context, "release-check", {
    entry: "release-check",
    description: "Checks during a deployment whether the release can read the table",
    memory: 512,
    timeout: Duration.minutes(1),
    environment: { CRM_TABLE: table.name, ...grants.environment },
    statements: grants.statements,
  });
  new CustomResource(context.stack, "check", {
    serviceToken: handler.functionArn,
    serviceTimeout: Duration.minutes(3),
    resourceType: "Custom::ReleaseCheck",
    // A release with other shapes, or another table, changes the properties, so CloudFormation calls the function again.
    properties: { Shapes: digestShapes(domains), Table: table.name },
  });
}
