import { edgeParameterName, edgeSecrets, type KeyParameter, keyParameterName } from "@crm/aws/key-parameters.ts";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { StackContext } from "sst/constructs";

/** Returns the ARNs of the parameters of keys. */
export const keyParameterArns = (context: StackContext, parameters: readonly KeyParameter[]): string[] =>
  parameters.map((parameter) => formatParameterArn(context, keyParameterName(context.app.stage, parameter)));

/** Returns the ARNs of the parameters with the secrets of the edge. */
export const edgeParameterArns = (context: StackContext): string[] =>
  edgeSecrets.map((secret) => formatParameterArn(context, edgeParameterName(context.app.stage, secret)));

/** `formatArn` adds the slash before the name. */
const formatParameterArn = ({ stack }: StackContext, name: string): string =>
  stack.formatArn({ service: "ssm", resource: "parameter", resourceName: name.slice(1) });

/**
 * Allows reading these parameters. Keys are encrypted with `aws/ssm`, the key of AWS for Parameter Store, which needs no permission of its own: it serves
 * every principal that may read the parameter.
 */
export const allowReadParameters = (resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions: ["ssm:GetParameters"], resources });

/** Allows reading these keys. */
export const allowReadKeys = (context: StackContext, parameters: readonly KeyParameter[]): PolicyStatement =>
  allowReadParameters(keyParameterArns(context, parameters));

/** Allows reading these secrets of an earlier release, if the stage itself made them: those of another stage would replace its keys. */
export const allowReadFormerSecrets = ({ app }: StackContext, resources: string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ["secretsmanager:GetSecretValue"],
    resources,
    conditions: { StringEquals: { "aws:ResourceTag/crm:stage": app.stage } },
  });
