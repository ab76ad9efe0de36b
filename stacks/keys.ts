import { keyGroups } from "@crm/core/kernel/key-groups.ts";
import { CustomResource, Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type StackContext, use } from "sst/constructs";
import { allowReadSecrets } from "./capability-grants.ts";
import { useDeployment } from "./deployment.ts";
import { createLambda } from "./lambda.ts";
import { Storage } from "./storage.ts";

/**
 * The operator's function for keys, which alone reads the root secret. It derives the groups of keys during the deployment, before the functions
 * that read them, and when the operator invokes it by hand.
 */
export function Keys(context: StackContext): void {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { secret, keySecrets } = use(Storage);
  const groupArns = Object.values(keySecrets);
  const handler = createLambda(context, "operator-keys", {
    entry: "operator-keys",
    description: "Derives the groups of keys from the root secret, and rotates them",
    memory: 512,
    timeout: Duration.minutes(1),
    environment: { CRM_SECRET: secret.secretArn, CRM_KEY_GROUPS: JSON.stringify(keySecrets) },
    statements: [
      allowReadSecrets([secret.secretArn, ...groupArns]),
      new PolicyStatement({ actions: ["secretsmanager:PutSecretValue"], resources: groupArns }),
    ],
  });
  new CustomResource(stack, "derivation", {
    serviceToken: handler.functionArn,
    serviceTimeout: Duration.minutes(3),
    resourceType: "Custom::KeyDerivation",
    // A new purpose changes the properties, so CloudFormation calls the function again.
    properties: { Purposes: JSON.stringify(keyGroups), RootReaders: settings.rootReaders },
  });
  stack.addOutputs({ KeyOperatorName: handler.functionName });
}
