import { join } from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
import { ENGINE_FOLDER, faults, insertFault } from "../test/local/table-engine/faults.ts";
import config from "../vitest.config.ts";

/** The tests' configuration with one fault in the table engine: the one with the rule in `CRM_FAULT`. Files on disk do not change. */
const rule = process.env.CRM_FAULT;
const fault = faults.find((candidate) => candidate.rule === rule);
if (rule !== undefined && !fault)
  throw new Error(`There is no fault with the rule "${rule}". Set CRM_FAULT to a rule of test/local/table-engine/faults.ts.`);

export default mergeConfig(
  config,
  defineConfig({
    // Vite must load the modules, because the fault is inserted into the source that vite reads; Node would read the file itself.
    test: { experimental: { viteModuleRunner: true } },
    plugins: [
      {
        name: "fault",
        enforce: "pre",
        transform: (source, id) => (fault && id === join(ENGINE_FOLDER, fault.file) ? insertFault(source, fault) : undefined),
      },
    ],
  }),
);
