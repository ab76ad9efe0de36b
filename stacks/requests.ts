import { type FunctionName, functionNames } from "@crm/functions/api/function-loaders.ts";
import { functions, operations, registry } from "@crm/functions/api/index.ts";
import { deepPages, deepSegments } from "@crm/functions/derive/route-segments.ts";
import { pageRoutes, routes } from "@crm/functions/derive/routes.ts";
import type { ApiFunction } from "@crm/functions/http/api-function.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { CfnWaitConditionHandle, Duration } from "aws-cdk-lib";
import { CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { apiPortUses } from "./entry-points.ts";
import { Gateway } from "./gateway.ts";
import {
  allowAssumeRole,
  allowOperations,
  createDataRole,
  createRequestRoles,
  type RequestRoles,
  requestRolePath,
} from "./request-roles.ts";
import { createRolloutAlias } from "./rollout-alias.ts";
import { assignShard, type Shard } from "./shard.ts";
import { Storage } from "./storage.ts";

/** Creates the roles with which requests access the table. With the isolation `code` there are none. */
export function Access(context: StackContext): RequestRoles {
  const { app, stack } = context;
  const hasRoles = useDeployment(app).settings.permittedIsolations.includes("session");
  // CloudFormation rejects an empty stack. A handle is free and does nothing.
  if (!hasRoles) new CfnWaitConditionHandle(stack, "no-roles");
  return createRequestRoles(context, use(Storage), hasRoles ? operations : []);
}

/** Functions that answer requests, one for each group of the registry, and their routes. */
export const requestsStack = (shard: Shard<"requests">) => (context: StackContext) => {
  for (const name of functionNames.filter((functionName) => assignShard("requests", functionName) === shard)) {
    const target = createTarget(context, name);
    for (const routeKey of listRoutes(name)) {
      const route = new CfnRoute(context.stack, `route ${routeKey}`, { apiId: use(Gateway).api.apiId, routeKey, target });
      acceptFinding(
        route,
        "AwsSolutions-APIG4",
        "The function checks authentication, so that a rejection has the API's error envelope.",
      );
    }
  }
};

/** Creates a function with its integration, and returns the route's target. */
function createTarget(context: StackContext, name: FunctionName): string {
  const { app, stack } = context;
  const { allowOrigins, isolation, permittedIsolations } = useDeployment(app).settings;
  const { api, edge, origin, alarms } = use(Gateway);
  const roles = use(Access);
  const { table } = use(Storage);
  const grants = grantCapabilities(context, apiPortUses(name), [], undefined, true);
  const data = permittedIsolations.includes("session") ? createDataRole(context, name, grants.data.session) : undefined;
  const { memory = 1024 } = functions[name] as ApiFunction;
  const alias = createRolloutAlias(context, name, {
    entry: `api/${name}`,
    description: `Answers requests: ${name}`,
    memory,
    // The gateway waits at most 30 seconds.
    timeout: Duration.seconds(29),
    environment: {
      CRM_ORIGIN: origin,
      CRM_EDGE: edge.secrets.join(" "),
      CRM_ALLOW_ORIGINS: allowOrigins.join(" "),
      CRM_TABLE: table.name,
      ...(isolation === "session" ? { CRM_ROLES: JSON.stringify(roles.rolesFor(registry[name])) } : {}),
      ...(isolation === "session" && data ? { CRM_DATA_ROLE: data.roleArn } : {}),
      ...grants.environment,
    },
    statements: [
      ...roles.permissionsFor(registry[name]),
      ...allowAssumeRole(data ? [data.roleArn] : []),
      ...(permittedIsolations.includes("code") ? [...allowOperations(table, registry[name]), ...grants.data.code] : []),
      ...edge.statements,
      ...grants.statements,
    ],
    path: requestRolePath(app.stage, name),
    // The function answers its own failures with 500, and the gateway does so when the function does not answer; `api-5xx` counts both.
    alarms,
  });
  if (data) grants.accept(data);
  grants.accept(stack.node.findChild(`${name}-role`));
  // One permission for all routes of a function: one for each route would exceed the size limit of its policy. The ARN of a call by the default route
  // has one part less after the stage, hence two stars.
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

/** Returns the routes of a function. `meta` also serves the default route, so that unknown paths get a 404 from a function. */
const listRoutes = (name: FunctionName): string[] => [
  ...[...routes].flatMap(([first, served]) =>
    served === name
      ? [...(deepSegments.has(first) ? [] : [`/${first}`]), `/${first}/{proxy+}`].map((path) => `ANY ${BASE_PATH}${path}`)
      : [],
  ),
  ...[...pageRoutes].flatMap(([path, served]) => (served === name ? listPageRoutes(path) : [])),
  ...(name === "meta" ? ["ANY /health", "$default"] : []),
];

const listPageRoutes = (path: string): string[] => [path, ...(deepPages.has(path) ? [`${path}/{proxy+}`] : [])].map(pageRoute);

/** Returns the route of a page that mails link to, directly below the origin. */
export const pageRoute = (path: string): string => `ANY /${path}`;
