import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { StackContext } from "sst/constructs";
import { alarm } from "./alarm.ts";
import { useDeployment } from "./deployment.ts";
import { edgeOf } from "./edge.ts";

/** The HTTP API and what stands before it, without what it leads to: those who say in mails where the system is reached are made before its functions. */
export function Gateway(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const api = new HttpApi(stack, "gateway", {
    apiName: app.logicalPrefixedName("api"),
    createDefaultStage: false,
    // CloudFront asks for it by the address that AWS gives.
    disableExecuteApiEndpoint: settings.domain !== undefined && settings.edge === undefined,
    // No `corsPreflight`: with it, the gateway would drop what functions say of the pages that may read their answers.
  });
  const metrics = { namespace: "AWS/ApiGateway", dimensions: { ApiId: api.apiId, Stage: "$default" } };
  const failing = alarm(context, "api-5xx", { ...metrics, metric: "5xx", from: 5, says: "Requests fail on our side" });
  alarm(context, "api-p95", {
    ...metrics,
    metric: "Latency",
    statistic: "p95",
    from: 1000,
    periods: 3,
    says: "One request in twenty takes a second",
  });
  const edge = edgeOf(context, api);
  return { api, edge, origin: settings.origin ?? edge.origin, failing };
}
