import { namespaceFor } from "@crm/aws/emf.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { Duration } from "aws-cdk-lib";
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
} from "aws-cdk-lib/aws-cloudwatch";
import { type StackContext, use } from "sst/constructs";
import { deadLetterQueueName, deadLetterQueues } from "./dead-letter-queue.ts";
import { Gateway } from "./gateway.ts";
import { logGroupNameFor } from "./lambda.ts";
import { Storage } from "./storage.ts";

/** Limit of Logs Insights for one query. */
const MAX_LOG_GROUPS = 50;

/** The dashboard for the person on call: requests, the table, the stream and each tenant's share. */
export function createDashboard({ app, stack }: StackContext): void {
  const { table } = use(Storage);
  const createMetrics =
    (namespace: string, dimensionsMap: Record<string, string>) =>
    (metricName: string, statistic = "Sum", label = metricName): Metric =>
      new Metric({ namespace, metricName, dimensionsMap, statistic, label, period: Duration.minutes(5) });
  const api = createMetrics("AWS/ApiGateway", { ApiId: use(Gateway).api.apiId, Stage: "$default" });
  const dynamo = createMetrics("AWS/DynamoDB", { TableName: table.name });
  const stream = createMetrics("AWS/Lambda", { FunctionName: app.logicalPrefixedName("stream") });
  const derived = createMetrics(namespaceFor("derived"), { stage: app.stage });
  const parked = createMetrics(namespaceFor("parked"), { stage: app.stage });
  const lambdas = createMetrics("AWS/Lambda", {});
  const waiting = (name: (typeof deadLetterQueues)[number]): Metric =>
    createMetrics("AWS/SQS", { QueueName: deadLetterQueueName(app, name) })("ApproximateAgeOfOldestMessage", "Maximum", name);
  const searchIndexMetric = (metric: string): MathExpression =>
    new MathExpression({
      expression: `SEARCH('{AWS/DynamoDB,TableName,GlobalSecondaryIndexName} TableName="${table.name}" MetricName="${metric}"', 'Sum')`,
      label: "",
      period: Duration.minutes(5),
    });
  const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
    new GraphWidget({ title, left, right, width: 8, height: 6 });
  const logGroupNames = functionNames.map((name) => logGroupNameFor(app, name)).slice(0, MAX_LOG_GROUPS);
  const tenants = new LogQueryWidget({
    title: "Tenants",
    logGroupNames,
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      'filter message = "request" and ispresent(tenant)',
      "stats count(*) as requests, sum(refused) as c4xx, sum(failed) as c5xx, sum(written) as writes, pct(ms, 95) as p95 by tenant",
      "sort requests desc",
      "limit 20",
    ],
    width: 24,
    height: 6,
  });
  new Dashboard(stack, "dashboard", {
    dashboardName: app.logicalPrefixedName("crm"),
    widgets: [
      [
        graph("Requests", [api("Count", "SampleCount"), api("4xx"), api("5xx")]),
        graph("Request latency, ms", [api("Latency", "p50", "p50"), api("Latency", "p95", "p95")]),
        graph("Functions", [lambdas("Errors"), lambdas("Throttles")], [lambdas("ConcurrentExecutions", "Maximum")]),
      ],
      [
        graph("Table capacity units", [dynamo("ConsumedWriteCapacityUnits"), dynamo("ConsumedReadCapacityUnits")]),
        graph("Table throttles", [dynamo("WriteThrottleEvents"), dynamo("ReadThrottleEvents")]),
        graph("Index throttles", [searchIndexMetric("WriteThrottleEvents"), searchIndexMetric("ReadThrottleEvents")]),
      ],
      [
        graph("Stream", [stream("IteratorAge", "Maximum")], [derived("changes"), derived("lag_ms", "p95")]),
        graph("Parked", [parked("waiting", "Maximum"), parked("oldest_s", "Maximum")]),
        graph("Dead letter age, seconds", deadLetterQueues.map(waiting)),
      ],
      [tenants],
    ],
  });
}
