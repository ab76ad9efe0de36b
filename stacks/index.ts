import { domains } from "@crm/core/domains.ts";
import { functions } from "@crm/functions/api/index.ts";
import { faultsOf, faultsOfFiles, type Said } from "@crm/functions/derive/check.ts";
import { Tags } from "aws-cdk-lib";
import type { App } from "sst/constructs";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import { type Deployment, setDeployment } from "./deployment.ts";
import { Events } from "./events.ts";
import { firewallOf } from "./firewall.ts";
import { Operator } from "./operator.ts";
import { Schedules } from "./schedules.ts";
import type { FirewallSettings } from "./settings.ts";
import { Storage } from "./storage.ts";
import { Stream } from "./stream.ts";

/** All stacks, each after what it uses. */
const stacks = {
  storage: Storage,
  api: Api,
  events: Events,
  stream: Stream,
  schedules: Schedules,
  operator: Operator,
  alarms: Alarms,
};

export type StackName = keyof typeof stacks;
export const stackNames = Object.keys(stacks) as StackName[];

/** Throws what is wrong with what domains and functions say of themselves. */
export async function refuseFaults(said: Said): Promise<void> {
  const faults = [...(await faultsOf(said)), ...(await faultsOfFiles(said.domains))];
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** Makes the whole system in an app of SST. */
export async function deploy(app: App, deployment: Deployment): Promise<void> {
  await refuseFaults({ domains, functions });
  setDeployment(app, deployment);
  // Access logs get in by the bucket's policy; the older way asks for an access list, which the bucket has not.
  app.node.setContext("@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", true);
  for (const [id, stack] of Object.entries(stacks)) app.stack(stack, { id });
  finished(app);
}

/** Makes the firewall alone, in an app of SST for us-east-1. */
export function deployFirewall(app: App, settings: FirewallSettings): void {
  app.stack(firewallOf(settings), { id: "firewall" });
  finished(app);
}

function finished(app: App): void {
  // A function that SST puts into each stack for constructs of its own, of which there is none.
  for (const stack of app.node.children) stack.node.tryRemoveChild("CustomResourceHandler");
  Tags.of(app).add("crm:stage", app.stage);
}
