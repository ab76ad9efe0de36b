import type { SSTConfig } from "sst";

export default {
  config: ({ region }) => ({ name: "crm", region: region ?? "eu-west-1" }),
  // Loaded when stacks are made, and not by each command that asks for the name alone.
  async stacks(app) {
    const [
      { Code },
      { bundleEntries: bundleAll },
      { listEntryPoints },
      { deploy, deployFirewall },
      { readFirewallSettings: firewallSettingsOf, readSettings: settingsOf },
    ] = await Promise.all([
      import("aws-cdk-lib/aws-lambda"),
      import("./stacks/bundle.ts"),
      import("./stacks/entry-points.ts"),
      import("./stacks/index.ts"),
      import("./stacks/settings.ts"),
    ]);
    if (process.env.CRM_PART === "firewall") return deployFirewall(app, firewallSettingsOf(process.env));
    const settings = settingsOf(app.stage, process.env);
    const root = process.cwd();
    const bundles = await bundleAll(root, `${root}/.sst/functions`, listEntryPoints(root, settings.isolation));
    const code = (entry: string) => {
      const bundle = bundles.get(entry);
      if (!bundle) throw new Error(`No entry point ${entry} in stacks/entry-points.ts`);
      return Code.fromAsset(bundle.folder);
    };
    await deploy(app, { id: new Date().toISOString(), settings, code });
  },
} satisfies SSTConfig;
