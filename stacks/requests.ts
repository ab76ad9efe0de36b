import { type FunctionName, functionNames, functions, operations, registry } from "@crm/functions/api/index.ts";
import { deepPages, pageRoutes, routes } from "@crm/functions/derive/routes.ts";
import type { ApiFunction } from "@crm/functions/http/api-function.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { Duration } from "aws-cdk-lib";
import { CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { apiPortUses } from "./entry-points.ts";
import { Gateway } from "./gateway.ts";
import { allowAssumeRole, createDataRole, createRequestRoles, type RequestRoles, requestRolePath } from "./request-roles.ts";
import { createRolloutAlias } from "./rollout-alias.ts";
import { assignShard, type Shard } from "./shard.ts";
import { Storage } from "./storage.ts";

/** The roles under which requests reach the table. */
export const Access = (context: StackContext): RequestRoles => createRequestRoles(context, use(Storage).table, operations);

/** Functions that answer requests, one for each group of the registry, and the routes that lead to them. */
export const requestsStack = (shard: Shard<"requests">) => (context: StackContext) => {
  for (const name of functionNames.filter((each) => assignShard("requests", each) === shard)) {
    const target = createTarget(context, name);
    for (const routeKey of listRoutes(name)) {
      const route = new CfnRoute(context.stack, `route ${routeKey}`, { apiId: use(Gateway).api.apiId, routeKey, target });
      acceptFinding(route, "AwsSolutions-APIG4", "Sign-in is checked inside, where a refusal has the contract's envelope.");
    }
  }
};

/** A function, and what the gateway calls it by. */
function createTarget(context: StackContext, name: FunctionName): string {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { api, edge, origin, failing } = use(Gateway);
  const roles = use(Access);
  const own = grantCapabilities(context, apiPortUses(name), [], undefined, true);
  const data = createDataRole(context, name, own.data);
  const { memory = 1024 } = functions[name] as ApiFunction;
  const alias = createRolloutAlias(context, name, {
    entry: `api/${name}`,
    description: `Answers requests: ${name}`,
    memory,
    // The gateway waits 30 seconds at most.
    timeout: Duration.seconds(29),
    environment: {
      CRM_ORIGIN: origin,
      CRM_EDGE: edge.secrets.join(" "),
      CRM_ALLOW_ORIGINS: settings.allowOrigins.join(" "),
      CRM_TABLE: use(Storage).table.name,
      CRM_ROLES: JSON.stringify(roles.rolesFor(registry[name])),
      ...(data === undefined ? {} : { CRM_DATA_ROLE: data.roleArn }),
      ...own.environment,
    },
    statements: [
      ...roles.permissionsFor(registry[name]),
      ...allowAssumeRole(data ? [data.roleArn] : []),
      ...edge.statements,
      ...own.statements,
    ],
    path: requestRolePath(app.stage, name),
    // What it fails on it answers with 500, and where it could not the gateway does: that alarm hears of both.
    watched: { alarms: [failing], p95: 2000 },
  });
  if (data) own.accept(data);
  own.accept(stack.node.findChild(`${name}-role`));
  // One permission for all routes of a function: one each would outgrow what its policy may hold. What is called by the
  // default route has one part less behind the stage, so two stars it is.
  new CfnPermission(stack, `${name}-permission`, {
    action: "lambda:InvokeFunction",
    functionName: alias.functionArn,
    principal: "apigateway.amazonaws.com",
    sourceArn: stack.formatArn({ service: "execute-api", resource: api.apiId, resourceName: "*/*" }),
  });
  const integration = new CfnIntegration(stack, `${name}-integration`, {
    apiId: api.apiId,
    integrationType: "AWS_PROXY",
    integrationUri: alias.functionArn,
    payloadFormatVersion: "2.0",
  });
  return `integrations/${integration.ref}`;
}

/** What leads to a function; what nobody serves has its 404 from a function too. */
const listRoutes = (name: FunctionName): string[] => [
  ...[...routes].flatMap(([first, served]) =>
    served === name ? [`/${first}`, `/${first}/{proxy+}`].map((path) => `ANY ${BASE_PATH}${path}`) : [],
  ),
  ...[...pageRoutes].flatMap(([path, served]) => (served === name ? listPageRoutes(path) : [])),
  ...(name === "meta" ? ["ANY /health", "$default"] : []),
];

const listPageRoutes = (path: string): string[] => [path, ...(deepPages.has(path) ? [`${path}/{proxy+}`] : [])].map(pageRoute);

/** Of a page that mails lead to, below the origin itself. */
export const pageRoute = (path: string): string => `ANY /${path}`;
