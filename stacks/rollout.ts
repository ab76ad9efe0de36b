import { ArnFormat } from "aws-cdk-lib";
import { CfnApplication } from "aws-cdk-lib/aws-codedeploy";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";

/** How CodeDeploy moves requests to a new version of a function, in a stage with steps. */
export interface Rollout {
  application: string;
  role: string;
  /** The name of the CodeDeploy configuration that defines the steps. */
  steps: string;
  /** Whether alarms stop a rollout. With AllAtOnce they do not: an alarm that already rings would stop the release that fixes its cause. */
  isWatched: boolean;
}

/** Creates the CodeDeploy application and the role that moves aliases. Returns undefined for a stage without steps. */
export function Rollouts({ app, stack }: StackContext): Rollout | undefined {
  const { settings } = useDeployment(app);
  // A stage without steps has them too: CloudFormation rejects an empty stack, and they cost nothing.
  const application = new CfnApplication(stack, "functions", {
    applicationName: app.logicalPrefixedName("functions"),
    computePlatform: "Lambda",
  });
  const ofApp = stack.formatArn({
    service: "lambda",
    resource: "function",
    resourceName: `${app.logicalPrefixedName("")}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const role = new Role(stack, "rollout-role", {
    description: "Shifts aliases of functions from one version to the next, and back when an alarm goes off",
    assumedBy: new ServicePrincipal("codedeploy.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
    inlinePolicies: {
      own: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"],
            resources: [ofApp],
          }),
          new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }),
        ],
      }),
    },
  });
  acceptFinding(role, "AwsSolutions-IAM5", "The role moves the aliases of all functions of the app.", /:function:/);
  acceptFinding(role, "AwsSolutions-IAM5", "CodeDeploy may read all alarms, as in its managed policy.", /^Resource::\*$/);
  if (!settings.shift) return undefined;
  const steps = `CodeDeployDefault.Lambda${settings.shift}`;
  return { application: application.ref, role: role.roleArn, steps, isWatched: settings.shift !== "AllAtOnce" };
}
