import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { sample } from "./sample.ts";

/** Leaves the counts where scripts/test.ts finds them, so that the last line of all can be the plain sum. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const isFailed = modules.some((module) => module.state() === "failed");
    if (isFailed && sample !== "all")
      console.log(`This was sample ${sample}: CRM_SAMPLE=${sample} npm test -- FILE repeats a file.`);
    const file = process.env.CRM_TEST_COUNTS;
    if (!file) return;
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      const { length: before } = [...module.children.allTests()];
      if (module.state() === "failed" && before === 0) failed++;
      for (const test of module.children.allTests()) {
        // What was not to run at all, as without a browser, is neither; what something before it kept from running has failed.
        if (test.options.mode === "skip") continue;
        if (test.result().state === "passed") passed++;
        else failed++;
      }
    }
    writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
