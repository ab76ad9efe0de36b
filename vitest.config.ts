import { defineConfig } from "vitest/config";
import Sequence from "./test/support/sequencer.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Two cores: more workers only wait for each other's databases.
    maxWorkers: 2,
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
    reporters: ["default", "./test/support/reporter.ts"],
  },
});
