import { CloudFormationClient, DescribeStacksCommand, type DescribeStacksCommandOutput } from "@aws-sdk/client-cloudformation";
import { limitConcurrency } from "@crm/core/kernel/concurrency.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { digestShapes } from "@crm/core/storage/table/shape-digest.ts";
import type { Rollout } from "@crm/functions/operate/rollout.ts";
import type { Client } from "./client.ts";
import { readVariable } from "./environment.ts";

/** The output by which a stack tells the shapes that its functions know. */
export const SHAPES_OUTPUT = "Shapes";

/** CloudFormation throttles at ten calls a second. */
const MAX_CONCURRENCY = 3;

/**
 * The rollout of this stage. A stack is in progress while CodeDeploy shifts the aliases of its functions. Stacks that the deployment has not
 * reached yet still have the shapes of the release before in their outputs.
 */
export function stackRollout(domains: readonly Domain[], client: Client, stackNames: readonly string[]): Rollout {
  const digest = digestShapes(domains);
  const findPendingStack = async (StackName: string): Promise<string | undefined> => {
    const { Stacks = [] } = (await client.send(new DescribeStacksCommand({ StackName }))) as DescribeStacksCommandOutput;
    const { StackStatus = "missing", Outputs = [] } = Stacks[0] ?? {};
    if (/_IN_PROGRESS$/.test(StackStatus) && StackStatus !== "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
      return `the stack ${StackName} is ${StackStatus}`;
    const isCurrent = Outputs.some(({ OutputKey, OutputValue }) => OutputKey === SHAPES_OUTPUT && OutputValue === digest);
    return isCurrent ? undefined : `the stack ${StackName} (${StackStatus}) has functions of another release`;
  };
  return {
    async findPending() {
      const limited = limitConcurrency(MAX_CONCURRENCY);
      const pending = await Promise.all(stackNames.map((name) => limited(() => findPendingStack(name))));
      return pending.find((stack) => stack !== undefined);
    },
  };
}

/** Opens the rollout of the stage to which the operator's function belongs. */
export const openRollout = (domains: readonly Domain[]): Rollout =>
  stackRollout(domains, new CloudFormationClient({}) as Client, readVariable("CRM_STACKS").split(" "));
