import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { StackContext } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { createEdge } from "./edge.ts";
import { createAlarm } from "./metric-alarm.ts";

/** The HTTP API and the edge before it, without routes. Functions that put the origin into mails need it, so it is created before them. */
export function Gateway(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const api = new HttpApi(stack, "gateway", {
    apiName: app.logicalPrefixedName("api"),
    createDefaultStage: false,
    // CloudFront calls the gateway by its AWS address.
    disableExecuteApiEndpoint: false,
    // No `corsPreflight`: with it, the gateway would drop the CORS headers that functions send.
  });
  const metrics = { namespace: "AWS/ApiGateway", dimensions: { ApiId: api.apiId, Stage: "$default" } };
  const failures = createAlarm(context, "api-5xx", {
    ...metrics,
    metric: "5xx",
    threshold: 5,
    description: "Requests fail with a 5xx status",
  });
  const latency = createAlarm(context, "api-p95", {
    ...metrics,
    metric: "Latency",
    statistic: "p95",
    threshold: 1000,
    periods: 2,
    description: "The p95 latency of requests has reached one second",
  });
  const edge = createEdge(context, api);
  return { api, edge, origin: settings.origin ?? edge.origin, alarms: [failures, latency] };
}
