import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { CfnDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Alias, type CfnAlias } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { createLambda, type FunctionProps } from "./lambda.ts";
import { Alerts } from "./metric-alarm.ts";
import { type Rollout, Rollouts } from "./rollout.ts";

/** The alias by which callers invoke a function. */
export const LIVE_ALIAS = "live";

/**
 * Creates a function and its alias, and returns the alias. In a stage with rollout steps, a deployment moves the alias in steps and moves it back
 * when an alarm rings meanwhile: the one on failures of any function, or one of `alarms`. Without steps, the alias moves at once.
 */
export function createRolloutAlias(
  context: StackContext,
  name: string,
  { alarms = [], ...props }: FunctionProps & { alarms?: readonly Alarm[] },
): Alias {
  const handler = createLambda(context, name, props);
  const alias = new Alias(context.stack, `${name}-live`, { aliasName: LIVE_ALIAS, version: handler.currentVersion });
  const rollout = use(Rollouts);
  if (rollout) createDeploymentGroup(context, name, { alias, alarms: [...alarms, use(Alerts).failures], rollout });
  return alias;
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
