import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { CfnDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Alias, type CfnAlias } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { createLambda, type FunctionProps } from "./lambda.ts";
import { type AlarmProps, createAlarm } from "./metric-alarm.ts";
import { type Rollout, Rollouts } from "./rollout.ts";

/** What callers know a function by. */
export const LIVE_ALIAS = "live";

/** What rings while a version fails: by it, requests go back to the version before. */
export interface RolloutAlarms {
  /** An alarm of its own when it throws: after how many errors in five minutes, so many times in a row. */
  errors?: Pick<AlarmProps, "threshold" | "periods" | "description">;
  /** Where somebody waits for it: milliseconds that one call in twenty may take, while versions change. */
  p95?: number;
  /** Others that speak for it. */
  alarms?: readonly Alarm[];
}

/**
 * A function as all that calls it knows it: by an alias, which a deployment brings from one version to the next. In steps where
 * the stage has any, and back by itself when an alarm rings meanwhile; without steps at once.
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
  const own = { namespace: "AWS/Lambda", dimensions };
  return [
    ...alarms,
    ...(errors ? [createAlarm(context, `${name}-errors`, { ...own, metric: "Errors", ...errors })] : []),
    ...(p95 !== undefined && isMoved
      ? [
          createAlarm(context, `${name}-p95`, {
            ...own,
            metric: "Duration",
            statistic: "p95",
            threshold: p95,
            periods: 2,
            description: `One call of ${name} in twenty takes ${p95 / 1000} seconds`,
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
