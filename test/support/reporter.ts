import { writeFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { DefaultReporter, type TestModule, type TestSpecification } from "vitest/node";
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

/** The folder of `test` that contains a file. */
const findArea = (file: string): string => relative("test", file).split(sep)[0] ?? file;

/**
 * Prints failed tests in full, and of passed ones a line per area. Stores the counts for scripts/test.ts, which prints their sum as the
 * last line.
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
