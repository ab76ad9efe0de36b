import type { EnvironmentVariable } from "@crm/aws/environment.ts";
import { ArnFormat, type Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Function as Lambda, LoggingFormat, Runtime, SystemLogLevel, Tracing } from "aws-cdk-lib/aws-lambda";
import { CfnMetricFilter, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { App, StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { failureMetric } from "./metric-alarm.ts";

export interface FunctionProps {
  /** The path of the function's entry point (stacks/entry-points.ts). */
  entry: string;
  description: string;
  /** In megabytes. Computing power grows with memory, up to one processor at 1769. */
  memory: number;
  timeout: Duration;
  environment: Partial<Record<EnvironmentVariable, string>>;
  /** The function's permissions beside its log and traces; nothing else is added. */
  statements: readonly PolicyStatement[];
  /** The path of the role, for functions that other roles trust by path. */
  path?: string;
}

/**
 * Lambda's report of a call that failed: the function threw (`error`), crashed or ran out of memory (`failure`), or took too long (`timeout`).
 * Source: Lambda's telemetry schema, "platform.report".
 */
const FAILED_CALL = '{ $.type = "platform.report" && $.record.status != "success" }';

/** Returns the name of a function's log group. */
export const logGroupNameFor = (app: App, name: string): string => `/aws/lambda/${app.logicalPrefixedName(name)}`;

/** Creates a Lambda function with a name, a role and a log of its own. */
export function createLambda({ app, stack }: StackContext, name: string, props: FunctionProps): Lambda {
  const { code, settings } = useDeployment(app);
  const functionName = app.logicalPrefixedName(name);
  const logGroupName = logGroupNameFor(app, name);
  const reserved = settings.reserved[name];
  const logGroup = new LogGroup(stack, `${name}-log`, {
    logGroupName,
    retention: settings.production ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const { namespace: metricNamespace, metric: metricName } = failureMetric(app);
  new CfnMetricFilter(stack, `${name}-failures`, {
    logGroupName: logGroup.logGroupName,
    filterPattern: FAILED_CALL,
    metricTransformations: [{ metricNamespace, metricName, metricValue: "1" }],
  });
  const streams = stack.formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: `${logGroupName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const traces = settings.isTraced
    ? [new PolicyStatement({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] })]
    : [];
  const log = new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [streams] });
  const role = new Role(stack, `${name}-role`, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: props.description,
    ...(props.path === undefined ? {} : { path: props.path }),
    inlinePolicies: { own: new PolicyDocument({ statements: [log, ...traces, ...props.statements] }) },
  });
  acceptFinding(role, "AwsSolutions-IAM5", "Lambda names the log streams of a function.", /log-group:\/aws\/lambda\//);
  if (settings.isTraced)
    acceptFinding(
      role,
      "AwsSolutions-IAM5",
      "Traces have no resource; AWS supports no narrower permission to send them.",
      /^Resource::\*$/,
    );
  return new Lambda(stack, name, {
    functionName,
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: "index.handler",
    code: code(props.entry),
    memorySize: props.memory,
    timeout: props.timeout,
    environment: { CRM_STAGE: app.stage, ...props.environment } as Record<string, string>,
    role: role.withoutPolicyUpdates(),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    // Lambda logs each call's time, memory and cold start at level INFO, so WARN would omit them.
    systemLogLevelV2: SystemLogLevel.INFO,
    tracing: settings.isTraced ? Tracing.ACTIVE : Tracing.PASS_THROUGH,
    ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
  });
}
