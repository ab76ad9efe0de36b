import { type FunctionName, functionNames, functions, operations, registry } from "@crm/functions/api/index.ts";
import { pageRoutes, routes } from "@crm/functions/derive/routes.ts";
import type { ApiFunction } from "@crm/functions/http/function.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { ApiMapping, CfnIntegration, CfnRoute, CfnStage, DomainName, HttpApi, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { type StackContext, use } from "sst/constructs";
import { requestPath, requestRoles } from "./access.ts";
import { useDeployment } from "./deployment.ts";
import { edgeOf } from "./edge.ts";
import { usesOfApi } from "./entries.ts";
import { lambda } from "./lambda.ts";
import { accept } from "./nag.ts";
import type { Rate } from "./settings.ts";
import { Storage } from "./storage.ts";
import { given } from "./uses.ts";

/** The gateway, and behind it one function for each group of the registry. */
export function Api(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { table } = use(Storage);

  const api = new HttpApi(stack, "gateway", {
    apiName: app.logicalPrefixedName("api"),
    createDefaultStage: false,
    // CloudFront asks for it by the address that AWS gives.
    disableExecuteApiEndpoint: settings.domain !== undefined && settings.edge === undefined,
    // No `corsPreflight`: with it, the gateway would drop what functions say of the pages that may read their answers.
  });
  const edge = edgeOf(context, api);
  const origin = settings.origin ?? edge.origin;

  const roles = requestRoles(context, table, operations);
  const targets = new Map<FunctionName, string>();
  for (const name of functionNames) {
    const own = given(context, usesOfApi(name), []);
    const { memory = 1024 } = functions[name] as ApiFunction;
    const handler = lambda(context, name, {
      entry: `api/${name}`,
      description: `Answers requests: ${name}`,
      memory,
      // The gateway waits 30 seconds at most.
      timeout: Duration.seconds(29),
      environment: {
        CRM_ORIGIN: origin,
        CRM_EDGE: edge.secrets.join(" "),
        CRM_ALLOW_ORIGINS: settings.allowOrigins.join(" "),
        CRM_TABLE: table.name,
        CRM_ROLES: JSON.stringify(roles.of(registry[name])),
        ...own.environment,
      },
      statements: [...roles.leave(registry[name]), ...edge.statements, ...own.statements],
      path: requestPath(app.stage),
    });
    own.accept(stack.node.findChild(`${name}-role`));
    // One permission for all routes of a function: one each would outgrow what its policy may hold. What is called by the
    // default route has one part less behind the stage, so two stars it is.
    new CfnPermission(stack, `${name}-permission`, {
      action: "lambda:InvokeFunction",
      functionName: handler.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: stack.formatArn({ service: "execute-api", resource: api.apiId, resourceName: "*/*" }),
    });
    const integration = new CfnIntegration(stack, `${name}-integration`, {
      apiId: api.apiId,
      integrationType: "AWS_PROXY",
      integrationUri: handler.functionArn,
      payloadFormatVersion: "2.0",
    });
    targets.set(name, `integrations/${integration.ref}`);
  }

  const made: CfnRoute[] = [];
  const route = (name: FunctionName, routeKey: string): void => {
    const target = targets.get(name);
    if (target === undefined) throw new Error(`No function ${name}`);
    const added = new CfnRoute(stack, `route ${routeKey}`, { apiId: api.apiId, routeKey, target });
    accept(added, "AwsSolutions-APIG4", "Sign-in is checked inside, where a refusal has the contract's envelope.");
    made.push(added);
  };
  for (const [first, name] of routes) {
    for (const path of [`/${first}`, `/${first}/{proxy+}`]) route(name, `ANY ${BASE_PATH}${path}`);
  }
  for (const [path, name] of pageRoutes) route(name, pageRoute(path));
  route("meta", "ANY /health");
  // What nobody serves has its 404 from a function too.
  route("meta", "$default");

  const stage = stageOf(context, api);
  for (const each of made) stage.node.addDependency(each);
  if (settings.domain && !settings.edge) addDomain(context, api, stage, settings.domain);
  stack.addOutputs({ ApiUrl: origin });
  return { apiId: api.apiId, origin };
}

/** Of a page that mails lead to, below the origin itself. */
const pageRoute = (path: string): string => `ANY /${path}`;

function stageOf({ app, stack }: StackContext, api: HttpApi): CfnStage {
  const { settings } = useDeployment(app);
  const { rates } = settings;
  // Of all together: what one address may take of it, the firewall and the handlers see to.
  const limit = ({ rate, burst }: Rate) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
  const log = new LogGroup(stack, "access-log", {
    logGroupName: `/aws/vendedlogs/${app.logicalPrefixedName("access")}`,
    retention: settings.production ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new CfnStage(stack, "stage", {
    apiId: api.apiId,
    stageName: "$default",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingRateLimit: rates.all.rate,
      throttlingBurstLimit: rates.all.burst,
    },
    routeSettings: {
      ...Object.fromEntries(
        [`ANY ${BASE_PATH}/auth/{proxy+}`, ...[...pageRoutes.keys()].map(pageRoute)].map((key) => [key, limit(rates.signIn)]),
      ),
      [`ANY ${BASE_PATH}/public/{proxy+}`]: limit(rates.open),
    },
    accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(ACCESS) },
  });
}

/** Nothing that tells of a person: no address, no agent, no path with ids, no query. The request id leads to the rest. */
const ACCESS = {
  request_id: "$context.requestId",
  at: "$context.requestTime",
  method: "$context.httpMethod",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  ms: "$context.responseLatency",
  integration_ms: "$context.integrationLatency",
  integration_error: "$context.integrationErrorMessage",
};

function addDomain(
  { stack }: StackContext,
  api: HttpApi,
  stage: CfnStage,
  domain: { name: string; certificateArn: string },
): void {
  const domainName = new DomainName(stack, "domain", {
    domainName: domain.name,
    certificate: Certificate.fromCertificateArn(stack, "certificate", domain.certificateArn),
  });
  const mapping = new ApiMapping(stack, "mapping", {
    api,
    domainName,
    stage: HttpStage.fromHttpStageAttributes(stack, "mapped", { api, stageName: stage.stageName }),
  });
  mapping.node.addDependency(stage);
  stack.addOutputs({ DomainTarget: domainName.regionalDomainName });
}
