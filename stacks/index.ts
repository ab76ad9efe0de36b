import { SHAPES_OUTPUT } from "@crm/aws/rollout.ts";
import { domains } from "@crm/core/domains.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { digestShapes } from "@crm/core/storage/table/shape-digest.ts";
import { functions } from "@crm/functions/api/index.ts";
import { Tags } from "aws-cdk-lib";
import { type App, getStack, type Stack, type StackContext } from "sst/constructs";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import { type Deployment, setDeployment } from "./deployment.ts";
import { addDeploymentMetadata } from "./deployment-metadata.ts";
import { Events, subscribersStack } from "./events.ts";
import { requireNoFaults } from "./fault-check.ts";
import { firewallStack } from "./firewall.ts";
import { Flows } from "./flows.ts";
import { Gateway } from "./gateway.ts";
import { Inbound } from "./inbound-mail.ts";
import { Keys } from "./keys.ts";
import { Mail } from "./mail.ts";
import { Alerts } from "./metric-alarm.ts";
import { listFunctionStacks, Operator } from "./operator.ts";
import { Release } from "./release.ts";
import { Access, requestsStack } from "./requests.ts";
import { Rollouts } from "./rollout.ts";
import { Schedules } from "./schedules.ts";
import { type FirewallSettings, requireStage } from "./settings.ts";
import { type Shard, type ShardedSort, shards } from "./shard.ts";
import { Storage } from "./storage.ts";
import { Stream } from "./stream.ts";

/** Returns the stacks of one sort, by name. */
const buildShards = <Sort extends ShardedSort>(
  sort: Sort,
  createStack: (shard: Shard<Sort>) => (context: StackContext) => void,
) =>
  Object.fromEntries(shards[sort].map((shard: Shard<Sort>) => [`${sort}-${shard}`, createStack(shard)])) as Record<
    `${Sort}-${Shard<Sort>}`,
    (context: StackContext) => void
  >;

/**
 * All stacks, row by row. Stacks in one row are deployed in parallel, after all earlier rows. Keys come first: `storage` drops the secrets of an earlier
 * release only after they were copied. Readers come before writers, so that no release writes what the deployed readers do not understand. Subscribers
 * come before the stream: an event without a subscriber is lost silently, whereas a change that the stream's consumer does not understand is retried
 * and, at worst, becomes a dead letter.
 */
const stackRows = [
  { keys: Keys, alerts: Alerts, rollouts: Rollouts },
  { storage: Storage },
  { gateway: Gateway, events: Events, access: Access, mail: Mail, release: Release },
  { flows: Flows },
  buildShards("subscribers", subscribersStack),
  { stream: Stream },
  { schedules: Schedules, operator: Operator, inbound: Inbound },
  buildShards("requests", requestsStack),
  { api: Api },
  { alarms: Alarms },
] as const;

type Row = (typeof stackRows)[number];
export type StackName = Row extends infer R ? (R extends unknown ? keyof R : never) : never;
export const stackNames = stackRows.flatMap((row) => Object.keys(row)) as StackName[];

/** Creates the whole system in an app of SST. Tests pass domains of their own. */
export async function deploy(app: App, deployment: Deployment, deployedDomains: readonly Domain[] = domains): Promise<void> {
  requireStage(app.stage);
  await requireNoFaults({ domains: deployedDomains, functions });
  await setDeployment(app, deployment, deployedDomains);
  // Access logs are permitted by the bucket's policy; the older way needs an ACL, which the bucket does not have.
  app.node.setContext("@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", true);
  let before: Stack[] = [];
  const digest = digestShapes(deployedDomains);
  const functionStacks = listFunctionStacks(app);
  for (const row of stackRows) {
    const rowStacks = Object.entries<(context: StackContext) => unknown>(row).map(([id, stack]) => {
      app.stack(stack, { id });
      return getStack(stack);
    });
    for (const stack of rowStacks) {
      addDeploymentMetadata(stack, deployment.id);
      if (functionStacks.includes(stack.stackName)) stack.addOutputs({ [SHAPES_OUTPUT]: digest });
      for (const dependency of before) stack.addDependency(dependency);
    }
    before = rowStacks;
  }
  finishApp(app);
}

/** Creates the firewall alone, in an app of SST for us-east-1. */
export function deployFirewall(app: App, settings: FirewallSettings): void {
  requireStage(app.stage);
  app.stack(firewallStack(settings), { id: "firewall" });
  finishApp(app);
}

function finishApp(app: App): void {
  // SST adds this function to each stack for its own constructs, and this app has none.
  for (const stack of app.node.children) stack.node.tryRemoveChild("CustomResourceHandler");
  Tags.of(app).add("crm:stage", app.stage);
}
