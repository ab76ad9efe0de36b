import type { Stack } from "aws-cdk-lib";

/**
 * Writes what differs in each deployment into a stack's template, so that no two deployments upload the same template. SST adds exports that deployed
 * stacks still import to a template after CDK has named its object in S3 by its content, and an object that exists is not uploaded again. With equal
 * templates, a setting that was changed, changed back and changed again would get the template of the first time, without these exports.
 */
export function addDeploymentMetadata(stack: Stack, deploymentId: string): void {
  stack.templateOptions.metadata = { ...stack.templateOptions.metadata, Deployment: deploymentId };
}
