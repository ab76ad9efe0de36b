import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { CfnDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Alias, type CfnAlias } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { createLambda, type FunctionProps } from "./lambda.ts";
import { type AlarmProps, createAlarm } from "./metric-alarm.ts";
import { type Rollout, Rollouts } from "./rollout.ts";

/** The alias by which callers invoke a function. */
export const LIVE_ALIAS = "live";

/** Alarms that roll a failing version back. */
export interface RolloutAlarms {
  /** Creates an alarm on errors: `threshold` errors in five minutes, in `periods` consecutive periods. */
  errors?: Pick<AlarmProps, "threshold" | "periods" | "description">;
  /** For functions that a client waits for: limit of the 95th percentile of duration, in milliseconds, while versions change. */
  p95?: number;
  /** Existing alarms that also roll this function back. */
  alarms?: readonly Alarm[];
}

/**
 * Creates a function and its alias, and returns the alias. In a stage with rollout steps, a deployment moves the alias in steps and moves it back
 * when an alarm rings meanwhile. Without steps, the alias moves at once.
 */
export function createRolloutAlias(
  context: StackContext,
  name: string,
  props: FunctionProps & { watched: RolloutAlarms },
): Alias {
  const handler = createLambda(context, name, props);
  const alias = new Alias(context.stack, `${name}-live`, { aliasName: LIVE_ALIAS, version: handler.currentVersion });
  const rollout = use(Rollouts);
  const alarms = createAlarms(context, name, props.watched, rollout !== undefined);
  if (rollout) createDeploymentGroup(context, name, { alias, alarms, rollout });
  return alias;
}

function createAlarms(
  context: StackContext,
  name: string,
  { errors, p95, alarms = [] }: RolloutAlarms,
  isMoved: boolean,
): Alarm[] {
  const functionName = context.app.logicalPrefixedName(name);
  const dimensions = { FunctionName: functionName, Resource: `${functionName}:${LIVE_ALIAS}` };
  const metricOptions = { namespace: "AWS/Lambda", dimensions };
  return [
    ...alarms,
    ...(errors ? [createAlarm(context, `${name}-errors`, { ...metricOptions, metric: "Errors", ...errors })] : []),
    ...(p95 !== undefined && isMoved
      ? [
          createAlarm(context, `${name}-p95`, {
            ...metricOptions,
            metric: "Duration",
            statistic: "p95",
            threshold: p95,
            periods: 2,
            description: `The p95 duration of ${name} has reached ${p95 / 1000} seconds`,
          }),
        ]
      : []),
  ];
}

function createDeploymentGroup(
  { app, stack }: StackContext,
  name: string,
  { alias, alarms, rollout }: { alias: Alias; alarms: readonly Alarm[]; rollout: Rollout },
): void {
  const group = new CfnDeploymentGroup(stack, `${name}-rollout`, {
    applicationName: rollout.application,
    deploymentGroupName: app.logicalPrefixedName(name),
    deploymentConfigName: rollout.steps,
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    serviceRoleArn: rollout.role,
    alarmConfiguration: { enabled: rollout.isWatched, alarms: alarms.map(({ alarmName }) => ({ name: alarmName })) },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
  });
  (alias.node.defaultChild as CfnAlias).cfnOptions.updatePolicy = {
    codeDeployLambdaAliasUpdate: { applicationName: rollout.application, deploymentGroupName: group.ref },
  };
}
