import { domains } from "@crm/core/domains.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { functions } from "@crm/functions/api/index.ts";
import { type Declarations, findFaults, findImportFaults } from "@crm/functions/derive/manifest-check.ts";
import { Tags } from "aws-cdk-lib";
import { type App, getStack, type Stack, type StackContext } from "sst/constructs";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import { type Deployment, setDeployment } from "./deployment.ts";
import { Events, subscribersStack } from "./events.ts";
import { firewallStack } from "./firewall.ts";
import { Flows } from "./flows.ts";
import { Gateway } from "./gateway.ts";
import { Inbound } from "./inbound-mail.ts";
import { Mail } from "./mail.ts";
import { Alerts } from "./metric-alarm.ts";
import { Operator } from "./operator.ts";
import { Access, requestsStack } from "./requests.ts";
import { Rollouts } from "./rollout.ts";
import { Schedules } from "./schedules.ts";
import type { FirewallSettings } from "./settings.ts";
import { type Shard, type ShardedSort, shards } from "./shard.ts";
import { Storage } from "./storage.ts";
import { Stream } from "./stream.ts";

/** Stacks of one sort, by name. */
const buildShards = <Sort extends ShardedSort>(sort: Sort, of: (shard: Shard<Sort>) => (context: StackContext) => void) =>
  Object.fromEntries(shards[sort].map((shard: Shard<Sort>) => [`${sort}-${shard}`, of(shard)])) as Record<
    `${Sort}-${Shard<Sort>}`,
    (context: StackContext) => void
  >;

/**
 * All stacks, row by row: those of a row are deployed side by side, once all rows before are. Who hears stands before who speaks,
 * so that what only a new release understands is not written before it is there. Subscribers stand before the stream: an event that
 * nobody hears yet is lost in silence, where a change that the stream does not know yet is tried again, and at worst parked.
 */
const stackRows = [
  { storage: Storage, alerts: Alerts, rollouts: Rollouts },
  { gateway: Gateway, events: Events, access: Access, mail: Mail },
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

/** Throws what is wrong with what domains and functions say of themselves. */
export async function requireNoFaults(said: Declarations): Promise<void> {
  const faults = [...(await findFaults(said)), ...(await findImportFaults(said.domains))];
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** Makes the whole system in an app of SST; a test has domains of its own. */
export async function deploy(app: App, deployment: Deployment, of: readonly Domain[] = domains): Promise<void> {
  await requireNoFaults({ domains: of, functions });
  await setDeployment(app, deployment, of);
  // Access logs get in by the bucket's policy; the older way asks for an access list, which the bucket has not.
  app.node.setContext("@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", true);
  let before: Stack[] = [];
  for (const row of stackRows) {
    const made = Object.entries<(context: StackContext) => unknown>(row).map(([id, stack]) => {
      app.stack(stack, { id });
      return getStack(stack);
    });
    for (const stack of made) for (const each of before) stack.addDependency(each);
    before = made;
  }
  finishApp(app);
}

/** Makes the firewall alone, in an app of SST for us-east-1. */
export function deployFirewall(app: App, settings: FirewallSettings): void {
  app.stack(firewallStack(settings), { id: "firewall" });
  finishApp(app);
}

function finishApp(app: App): void {
  // A function that SST puts into each stack for constructs of its own, of which there is none.
  for (const stack of app.node.children) stack.node.tryRemoveChild("CustomResourceHandler");
  Tags.of(app).add("crm:stage", app.stage);
}
