import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import type { FileResult, TestResults } from "../../scripts/test-results.ts";
import { sample } from "./sample.ts";

/** Stores the counts and the work of each file for scripts/test.ts, which prints the sum as the last line and checks the budgets. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const isFailed = modules.some((module) => module.state() === "failed");
    if (isFailed && sample !== "all")
      console.log(`This was sample ${sample}: CRM_SAMPLE=${sample} npm test -- FILE repeats a file.`);
    const file = process.env.CRM_TEST_COUNTS;
    if (!file) return;
    const files = modules.map(summarizeFile);
    const results: TestResults = {
      passed: files.reduce((sum, { passed }) => sum + passed, 0),
      failed: files.reduce((sum, { failed }) => sum + failed, errors.length),
      files,
    };
    writeFileSync(file, JSON.stringify(results));
  }
}

function summarizeFile(module: TestModule): FileResult {
  const tests = [...module.children.allTests()];
  // Skipped tests, such as those without a browser, count as neither. Tests that could not run because a hook failed have failed.
  const counted = tests.filter(({ options }) => options.mode !== "skip");
  const passed = counted.filter((test) => test.result().state === "passed").length;
  const failed = counted.length - passed + (module.state() === "failed" && tests.length === 0 ? 1 : 0);
  const { collectDuration, duration, prepareDuration, setupDuration } = module.diagnostic();
  const inTests = tests.reduce((sum, test) => sum + (test.diagnostic()?.duration ?? 0), 0);
  return {
    file: relative(process.cwd(), module.moduleId),
    ...{ passed, failed },
    loading: prepareDuration + setupDuration + collectDuration,
    hooks: Math.max(0, duration - inTests),
    tests: inTests,
    work: module.meta().work,
  };
}
