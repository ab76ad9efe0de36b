import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { DefaultReporter, type TestModule, type TestSpecification } from "vitest/node";
import { type FileResult, readArea, type TestResults } from "../../scripts/test-results.ts";
import { sample } from "./sample.ts";

type RunArguments = Parameters<DefaultReporter["onTestRunEnd"]>;

interface AreaCounts {
  pendingFiles: number;
  passed: number;
  failed: number;
  skipped: number;
}

/** Longer runs print a line per area in place of one per file. */
const MAX_LISTED_FILES = 20;

const findArea = (file: string): string => readArea(relative(process.cwd(), file));

/**
 * Prints failed tests in full, and of passed ones a line per area. Stores the counts and the work of each file for
 * scripts/test.ts, which prints their sum as the last line and checks the budgets.
 */
export default class AreaReporter extends DefaultReporter {
  #areas: ReadonlyMap<string, AreaCounts> = new Map();

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications);
    if (specifications.length <= MAX_LISTED_FILES) return;
    const filesByArea = Map.groupBy(specifications, ({ moduleId }) => findArea(moduleId));
    this.#areas = new Map(
      [...filesByArea].map(([area, { length }]) => [area, { pendingFiles: length, passed: 0, failed: 0, skipped: 0 }]),
    );
  }

  override printTestModule(module: TestModule): void {
    const area = findArea(module.moduleId);
    const counts = this.#areas.get(area);
    if (!counts || module.state() === "failed") super.printTestModule(module);
    if (!counts) return;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state !== "pending") counts[state]++;
    }
    counts.pendingFiles--;
    if (counts.pendingFiles > 0) return;
    const { passed: passedCount, failed, skipped } = counts;
    const parts = [
      `${passedCount} passed`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ];
    this.log(` ${area}: ${parts.join(", ")}`);
  }

  override onTestRunEnd(...[modules, errors, reason]: RunArguments): void {
    super.onTestRunEnd(modules, errors, reason);
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
