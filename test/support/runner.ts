import { type RunnerTestFile, type RunnerTestSuite, TestRunner } from "vitest";
import { readWork, startCounting, storeCoveredFunctions, subtractWork, type Work } from "./work-counter.ts";

declare module "vitest" {
  interface TaskMeta {
    work?: Work;
  }
}

/** Vitest's runner, which also counts the work of each file. The reporter reads it. */
export default class CountingRunner extends TestRunner {
  static #isCounting = false;
  #before: Work | undefined;

  override async importFile(path: string, source: "collect" | "setup"): Promise<unknown> {
    if (!CountingRunner.#isCounting) startCounting();
    CountingRunner.#isCounting = true;
    this.#before ??= await readWork();
    return super.importFile(path, source);
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (!this.#before || !isFile(suite)) return;
    const work = subtractWork(await readWork(), this.#before);
    suite.meta.work = work;
    await storeCoveredFunctions(suite.filepath, work);
    this.#before = undefined;
  }
}

const isFile = (suite: RunnerTestSuite): suite is RunnerTestFile => "filepath" in suite;
