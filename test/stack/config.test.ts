import { existsSync } from "node:fs";
import { join } from "node:path";
import { App } from "sst/constructs";
import { initProject, useProject } from "sst/project.js";
import { load } from "sst/stacks/build.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { entriesOf } from "../../stacks/entries.ts";
import { stackNames } from "../../stacks/index.ts";
import { account, type Resource, region, temporary } from "./synth.ts";

/** `sst.config.ts` itself, read and run as `sst deploy` does, with the code of functions and all. */
const stage = "config";
const out = temporary();

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "none");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "none");
  vi.stubEnv("CRM_MAIL_FROM", "crm@example.com");
});
afterAll(() => vi.unstubAllEnvs());

describe("sst.config.ts", () => {
  it("makes every stack, with a folder of code for every function", async () => {
    await initProject({ stage, region });
    useProject().paths.out = out;
    const [, config] = await load(useProject().paths.config);
    const app = new App(
      { mode: "deploy", stage, name: useProject().config.name, region, account },
      { outdir: join(out, "dist") },
    );
    await config.stacks(app);
    await app.finish();
    const { stacks } = app.synth();
    expect(stacks.map(({ stackName }) => stackName).sort()).toEqual(stackNames.map((name) => `config-crm-${name}`).sort());
    const functions = stacks.flatMap(({ template }) =>
      (Object.values(template.Resources) as Resource[]).filter(({ Type }) => Type === "AWS::Lambda::Function"),
    );
    expect(functions.length).toBe(entriesOf(process.cwd()).length);
    for (const { Properties } of functions) {
      expect(existsSync(join(out, "dist", `asset.${Properties.Code.S3Key.replace(".zip", "")}`, "index.mjs"))).toBe(true);
    }
  }, 180_000);

  it("refuses to deploy without a sender", async () => {
    vi.stubEnv("CRM_MAIL_FROM", "");
    const [, config] = await load(useProject().paths.config);
    const app = new App({ mode: "deploy", stage, name: "crm", region, account });
    await expect(config.stacks(app)).rejects.toThrow("CRM_MAIL_FROM");
  }, 180_000);
});
