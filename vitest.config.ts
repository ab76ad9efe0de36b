import { configDefaults, defineConfig } from "vitest/config";
import { hasStackPackages } from "./scripts/stack-packages.ts";
import Sequence from "./test/support/sequencer.ts";

/** Tests that bundle functions for minutes, which no table engine can influence: they run with the default engine. */
const BUNDLING_TESTS = ["test/stacks/bundle.test.ts", "test/invariants/domain-template/guide-domain.test.ts"];

/** Tests that cannot run here. */
const excludedTests = [
  ...(process.env.CRM_TABLE_ENGINE === "dynoxide" ? BUNDLING_TESTS : []),
  ...(hasStackPackages() ? [] : ["test/stacks/**"]),
];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...excludedTests],
    // Two cores: more workers only wait for each other's databases.
    maxWorkers: 2,
    // Loading the module graph allocates much at once: larger young generations collect less often.
    execArgv: ["--max-semi-space-size=32"],
    // The module graph is loaded once a worker: no test file may leave anything behind in it.
    isolate: false,
    // Node runs the sources itself, as `npm start` does: nothing is transformed, and `vi.mock`, which would need it, is not used.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: Sequence },
    // Three hours, which no slow machine reaches, also in the long form: only a test that hangs is ended.
    testTimeout: 10_800_000,
    hookTimeout: 10_800_000,
    // The same holds for what is waited for: on a busy machine a second is nothing.
    expect: { poll: { timeout: 60_000 } },
    runner: "./test/support/runner.ts",
    reporters: ["./test/support/reporter.ts"],
  },
});
