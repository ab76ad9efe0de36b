import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { EventField, Rule } from "aws-cdk-lib/aws-events";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { type DeployedMachine, useDeployment } from "./deployment.ts";
import { Events } from "./events.ts";
import { Gateway } from "./gateway.ts";
import { machineArnPrefix } from "./machine-arn.ts";
import { notifyOfEvent } from "./metric-alarm.ts";
import { createRolloutAlias } from "./rollout-alias.ts";
import { Storage } from "./storage.ts";

/** Deploys flows, which run for days: for each flow a state machine, from the definition beside its domain, and one function for its steps. */
export function Flows(context: StackContext): void {
  const { app, stack } = context;
  const { settings, machines } = useDeployment(app);
  const log = new LogGroup(stack, "flows-log", {
    // With another prefix, each state machine would add to a resource policy of the account, which has a size limit.
    logGroupName: `/aws/vendedlogs/states/${app.logicalPrefixedName("flows")}`,
    retention: settings.production ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  for (const machine of machines) createMachine(context, machine, log);
  notifyFailedExecutions(context);
}

function createMachine(context: StackContext, { name, flow, definition }: DeployedMachine, log: LogGroup): void {
  const { app, stack } = context;
  const steps = createStepFunction(context, { name, flow });
  const { settings } = useDeployment(app);
  const stateMachine = new CfnStateMachine(stack, `${name}-machine`, {
    stateMachineName: app.logicalPrefixedName(name),
    stateMachineType: "STANDARD",
    roleArn: createMachineRole(context, name, steps).roleArn,
    definitionString: definition,
    definitionSubstitutions: { steps: steps.functionArn },
    // Inputs and outputs contain values of records, which must not be logged.
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
    },
    tracingConfiguration: { enabled: settings.isTraced },
  });
  if (!settings.isTraced) acceptFinding(stateMachine, "AwsSolutions-SF2", "Traces are a setting of the deployment, CRM_TRACES.");
}

/** Notifies at once of each execution that fails. An event costs nothing, whereas an alarm would need two metrics for each state machine. */
function notifyFailedExecutions(context: StackContext): void {
  const { app, stack } = context;
  const rule = new Rule(stack, "failed-rule", {
    ruleName: app.logicalPrefixedName("flows-failed"),
    eventPattern: {
      source: ["aws.states"],
      detailType: ["Step Functions Execution Status Change"],
      detail: {
        status: ["FAILED", "TIMED_OUT", "ABORTED"],
        stateMachineArn: [{ prefix: machineArnPrefix(context) }],
      },
    },
  });
  notifyOfEvent(rule, "An execution of a flow has failed", EventField.fromPath("$.detail.executionArn"));
}

function createStepFunction(context: StackContext, { name, flow }: Pick<DeployedMachine, "name" | "flow">): Alias {
  const { stack } = context;
  const grants = grantCapabilities(context, flow.uses ?? [], flow.table ?? [], use(Events));
  const alias = createRolloutAlias(context, `flow-${name}`, {
    entry: `flow/${name}`,
    description: flow.description,
    memory: 512,
    timeout: Duration.seconds(30),
    environment: { CRM_ORIGIN: use(Gateway).origin, CRM_TABLE: use(Storage).table.name, ...grants.environment },
    statements: grants.statements,
  });
  grants.accept(stack.node.findChild(`flow-${name}-role`));
  return alias;
}

/** Creates the role with which a state machine invokes its steps and writes its log. */
function createMachineRole(context: StackContext, name: string, steps: Alias): Role {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const role = new Role(stack, `${name}-machine-role`, {
    description: `Calls the steps of the flow ${name}`,
    assumedBy: new ServicePrincipal("states.amazonaws.com", {
      conditions: {
        StringEquals: { "aws:SourceAccount": stack.account },
        ArnLike: { "aws:SourceArn": `${machineArnPrefix(context)}${name}` },
      },
    }),
    inlinePolicies: {
      own: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [steps.functionArn] }),
          new PolicyStatement({ actions: [...LOG_ACTIONS, ...(settings.isTraced ? TRACE_ACTIONS : [])], resources: ["*"] }),
        ],
      }),
    },
  });
  acceptFinding(
    role,
    "AwsSolutions-IAM5",
    "Log deliveries and traces have no resource; AWS supports no narrower permission.",
    /^Resource::\*$/,
  );
  return role;
}

/** What Step Functions requires to write a log. */
const LOG_ACTIONS = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];
const TRACE_ACTIONS = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"];
