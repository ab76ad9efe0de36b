import { type KeyParameter, keyParameterName } from "@crm/aws/key-parameters.ts";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { StackContext } from "sst/constructs";

/** Returns the ARNs of the parameters of keys. */
export const keyParameterArns = ({ app, stack }: StackContext, parameters: readonly KeyParameter[]): string[] =>
  parameters.map((parameter) =>
    // `formatArn` adds the slash before the name.
    stack.formatArn({ service: "ssm", resource: "parameter", resourceName: keyParameterName(app.stage, parameter).slice(1) }),
  );

/**
 * Allows reading these keys. They are encrypted with `aws/ssm`, the key of AWS for Parameter Store, which needs no permission of its own: it serves every
 * principal that may read the parameter.
 */
export const allowReadKeys = (context: StackContext, parameters: readonly KeyParameter[]): PolicyStatement =>
  new PolicyStatement({ actions: ["ssm:GetParameters"], resources: keyParameterArns(context, parameters) });

/** Allows reading the values of these secrets in Secrets Manager. */
export const allowReadSecrets = (resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources });

/** Allows reading these secrets of an earlier release, if the stage itself made them: those of another stage would replace its keys. */
export const allowReadFormerSecrets = ({ app }: StackContext, resources: string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ["secretsmanager:GetSecretValue"],
    resources,
    conditions: { StringEquals: { "aws:ResourceTag/crm:stage": app.stage } },
  });
