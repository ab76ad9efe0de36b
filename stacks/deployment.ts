import type { Code } from "aws-cdk-lib/aws-lambda";
import type { App } from "sst/constructs";
import type { Settings } from "./settings.ts";

/** What every stack of one app needs to know. */
export interface Deployment {
  settings: Settings;
  /** The code of an entry point, by its path (stacks/entries.ts). */
  code(entry: string): Code;
}

const deployments = new WeakMap<App, Deployment>();

export const setDeployment = (app: App, deployment: Deployment): void => {
  deployments.set(app, deployment);
};

export function useDeployment(app: App): Deployment {
  const deployment = deployments.get(app);
  if (!deployment) throw new Error("No deployment: stacks are made by deploy(app, …)");
  return deployment;
}
