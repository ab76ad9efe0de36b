import { Duration } from "aws-cdk-lib";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { Events } from "./events.ts";
import { Gateway } from "./gateway.ts";
import { createLambda } from "./lambda.ts";
import { operator as declared } from "./platform-functions.ts";
import { Storage } from "./storage.ts";

/** The function that the system's operator invokes by hand. It has no alias, because no other resource calls it. */
export function Operator(context: StackContext) {
  const { stack } = context;
  const { table } = use(Storage);
  const bus = use(Events);
  const grants = grantCapabilities(context, declared.uses, declared.table, bus);
  const handler = createLambda(context, "operator", {
    entry: "operator",
    description: "Suspends and resumes tenants, recounts, redrives dead letters, rotates keys",
    memory: 1024,
    timeout: Duration.minutes(15),
    environment: { CRM_ORIGIN: use(Gateway).origin, CRM_TABLE: table.name, ...grants.environment },
    statements: grants.statements,
  });
  grants.accept(stack.node.findChild("operator-role"));
  stack.addOutputs({ OperatorName: handler.functionName });
}
