import { humanPages } from "@crm/functions/derive/route-segments.ts";
import { pageRoutes } from "@crm/functions/derive/routes.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { RemovalPolicy } from "aws-cdk-lib";
import { CfnStage, type HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { type App, type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { Gateway } from "./gateway.ts";
import { pageRoute } from "./requests.ts";
import type { Rate } from "./settings.ts";

/** The stage of the gateway. It is created after the functions that the routes lead to. */
export function Api(context: StackContext) {
  const { settings } = useDeployment(context.app);
  const { api, edge } = use(Gateway);
  createStage(context, api);
  context.stack.addOutputs({ ApiUrl: settings.origin ?? edge.origin });
}

/** Pages that programs call, not people. */
const programPages = [...pageRoutes.keys()].filter((path) => !humanPages.includes(path));

/** The name of the gateway's access log. */
export const accessLogName = (app: App): string => `/aws/vendedlogs/${app.logicalPrefixedName("access")}`;

function createStage({ app, stack }: StackContext, api: HttpApi): void {
  const { settings } = useDeployment(app);
  const { rates } = settings;
  // Limits for all clients together. The firewall and the handlers limit what one address may send.
  const limit = ({ rate, burst }: Rate) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
  const log = new LogGroup(stack, "access-log", {
    logGroupName: accessLogName(app),
    retention: settings.production ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new CfnStage(stack, "stage", {
    apiId: api.apiId,
    stageName: "$default",
    autoDeploy: true,
    defaultRouteSettings: {
      throttlingRateLimit: rates.all.rate,
      throttlingBurstLimit: rates.all.burst,
    },
    routeSettings: {
      ...Object.fromEntries(
        [`ANY ${BASE_PATH}/auth/{proxy+}`, ...humanPages.map(pageRoute)].map((key) => [key, limit(rates.signIn)]),
      ),
      ...Object.fromEntries(
        [`ANY ${BASE_PATH}/public/{proxy+}`, ...programPages.map((path) => pageRoute(`${path}/{proxy+}`))].map((key) => [
          key,
          limit(rates.open),
        ]),
      ),
    },
    accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(ACCESS_LOG_FORMAT) },
  });
}

/** Logs no personal data: no address, no user agent, no path with ids, no query. The request id leads to the function's log. */
const ACCESS_LOG_FORMAT = {
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
