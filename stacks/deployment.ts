import { type ExportedKind, listExportedKinds } from "@crm/core/analytics/analyst-export/exported-kind.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { type FlowFunction, listFlows } from "@crm/functions/flow/index.ts";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { App } from "sst/constructs";
import type { Settings } from "./settings.ts";

/** What every stack of an app reads. */
export interface Deployment {
  /** Differs in each deployment. */
  id: string;
  settings: Settings;
  /** Returns the code of an entry point, by its path (stacks/entry-points.ts). */
  code(entry: string): Code;
}

/** A flow with its state machine's definition, as JSON. */
export interface DeployedMachine extends FlowFunction {
  readonly definition: string;
}

/** The deployment with everything that is loaded asynchronously. It is loaded before the first stack, because stacks are synchronous. */
interface PreparedDeployment extends Deployment {
  machines: readonly DeployedMachine[];
  /** The kinds that the export for analysts has tables for; none if it is off. */
  exportedKinds: readonly ExportedKind[];
}

const deployments = new WeakMap<App, PreparedDeployment>();

export async function setDeployment(app: App, deployment: Deployment, domains: readonly Domain[]): Promise<void> {
  const read = listFlows(domains).map(async (flow) => ({ ...flow, definition: JSON.stringify(await flow.flow.machine()) }));
  const exportedKinds = deployment.settings.analystExport ? await listExportedKinds(domains) : [];
  deployments.set(app, { ...deployment, machines: await Promise.all(read), exportedKinds });
}

export function useDeployment(app: App): PreparedDeployment {
  const deployment = deployments.get(app);
  if (!deployment) throw new Error("No deployment was prepared for this app; create its stacks with deploy(app, …)");
  return deployment;
}
