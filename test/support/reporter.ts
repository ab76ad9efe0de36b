import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { sample } from "./sample.ts";

/** Stores the counts for scripts/test.ts, which prints their sum as the last line. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const isFailed = modules.some((module) => module.state() === "failed");
    if (isFailed && sample !== "all")
      console.log(`This was sample ${sample}: CRM_SAMPLE=${sample} npm test -- FILE repeats a file.`);
    const file = process.env.CRM_TEST_COUNTS;
    if (!file) return;
    let passedCount = 0;
    let failed = errors.length;
    for (const module of modules) {
      const { length: before } = [...module.children.allTests()];
      if (module.state() === "failed" && before === 0) failed++;
      for (const test of module.children.allTests()) {
        // Skipped tests, such as those without a browser, count as neither. Tests that could not run because a hook failed have failed.
        if (test.options.mode === "skip") continue;
        if (test.result().state === "passed") passedCount++;
        else failed++;
      }
    }
    writeFileSync(file, JSON.stringify({ passed: passedCount, failed }));
  }
}
