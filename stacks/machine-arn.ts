import { ArnFormat } from "aws-cdk-lib";
import type { StackContext } from "sst/constructs";

/** How the names of all machines begin: so who starts one needs no reference to it. */
export const machineArnPrefix = ({ app, stack }: StackContext): string =>
  stack.formatArn({
    service: "states",
    resource: "stateMachine",
    resourceName: app.logicalPrefixedName(""),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
