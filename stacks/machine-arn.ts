import { ArnFormat } from "aws-cdk-lib";
import type { StackContext } from "sst/constructs";

/** Returns the prefix of all state machines' ARNs, so that a function that starts one needs no reference to its stack. */
export const machineArnPrefix = ({ app, stack }: StackContext): string =>
  stack.formatArn({
    service: "states",
    resource: "stateMachine",
    resourceName: app.logicalPrefixedName(""),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
