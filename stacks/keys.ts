import type { FormerEdgeSecrets, FormerSecrets } from "@crm/aws/key-parameters.ts";
import { keyGroupNames, keyGroups } from "@crm/core/kernel/key-groups.ts";
import { CustomResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import { useDeployment } from "./deployment.ts";
import { allowReadFormerSecrets, allowReadParameters, edgeParameterArns, keyParameterArns } from "./key-parameters.ts";
import { createLambda } from "./lambda.ts";

/**
 * The operator's function for keys, which alone reads the root and writes keys. During the deployment it creates the root and the secrets of the edge,
 * and derives the groups of keys, before the functions that read them, because CloudFormation creates neither encrypted parameters nor random texts in
 * parameters. An operator invokes it by hand to rotate keys.
 */
export function Keys(context: StackContext): void {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { production } = settings;
  const formerSecrets: FormerSecrets = settings.formerSecrets ?? {};
  const formerEdgeSecrets: FormerEdgeSecrets = settings.formerEdgeSecrets ?? {};
  const formerArns = [...Object.values(formerSecrets), ...Object.values(formerEdgeSecrets)];
  const parameters = [...keyParameterArns(context, ["root", ...keyGroupNames]), ...edgeParameterArns(context)];
  const formerStacks = ["storage", "gateway"].map((name) => app.logicalPrefixedName(name));
  const handler = createLambda(context, "operator-keys", {
    entry: "operator-keys",
    description: "Creates the root of keys, derives the groups of keys from it, and rotates them",
    memory: 512,
    timeout: Duration.minutes(1),
    environment: {
      CRM_FORMER_SECRETS: JSON.stringify(formerSecrets),
      CRM_FORMER_EDGE_SECRETS: JSON.stringify(formerEdgeSecrets),
      CRM_STACKS: formerStacks.join(" "),
    },
    statements: [
      allowReadParameters(parameters),
      new PolicyStatement({ actions: ["ssm:PutParameter"], resources: parameters }),
      ...(production ? [] : [new PolicyStatement({ actions: ["ssm:DeleteParameters"], resources: parameters })]),
      ...(formerArns.length > 0 ? [allowReadFormerSecrets(context, formerArns)] : []),
      new PolicyStatement({
        actions: ["cloudformation:DescribeStacks"],
        resources: formerStacks.map((name) =>
          stack.formatArn({ service: "cloudformation", resource: "stack", resourceName: `${name}/*` }),
        ),
      }),
    ],
  });
  acceptFinding(
    stack.node.findChild("operator-keys-role"),
    "AwsSolutions-IAM5",
    "CloudFormation chooses the end of a stack's ARN.",
    /:stack\/[\w-]+\/\*$/,
  );
  new CustomResource(stack, "derivation", {
    serviceToken: handler.functionArn,
    serviceTimeout: Duration.minutes(3),
    resourceType: "Custom::KeyDerivation",
    removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    // A new purpose, or a new store, changes the properties, so CloudFormation calls the function again.
    properties: {
      Purposes: JSON.stringify(keyGroups),
      Parameters: parameters.join(" "),
      Removal: production ? "keep" : "delete",
    },
  });
  stack.addOutputs({ KeyOperatorName: handler.functionName });
}
