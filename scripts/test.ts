import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasAllFonts } from "@crm/local/ports/fonts.ts";
import { hasBrowser } from "./browser.ts";
import { hasStackPackages } from "./stack-packages.ts";
import { createTestEnvironment } from "./test-environment.ts";
import { listExcess, type TestResults, type WorkBudgets } from "./test-results.ts";

/**
 * `npm test`: runs lint, names, rules of the console and types concurrently with all tests, then the short forms of the benchmark and the soak test. Ends with the line
 * `N passed, N failed`, in which each of the other steps counts as one. With words, as in `npm test -- lead`, it runs only the test files whose
 * path contains one of them. The output of passed tests is left out. Before the last line it names what was left out, and its command.
 * `CRM_TEST_RESULTS` names a file that gets the times of the steps, and the work of each test file.
 */
const { folder, variables } = createTestEnvironment();
const counts = join(folder, "counts.json");
let passedCount = 0;
let failed = 0;
let results: TestResults | undefined;
const steps: Record<string, number> = {};

const env = { ...process.env, ...variables, CRM_TEST_COUNTS: counts };

type Output = "shown" | "kept";

/** Runs a program and returns whether it succeeded. Kept output is printed at the end, and only on failure. */
function runProgram(name: string, output: Output, program: string, ...words: string[]): Promise<boolean> {
  console.log(`\n▶ ${name}`);
  const started = Date.now();
  const stdio = output === "shown" ? "inherit" : "pipe";
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ["ignore", stdio, stdio], env });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", () => resolve(false));
    child.once("close", (code) => {
      if (code !== 0) process.stdout.write(Buffer.concat(chunks));
      steps[name] = Math.round((Date.now() - started) / 1000);
      console.log(`${code === 0 ? "✓" : "✗"} ${name}, ${steps[name]} s`);
      resolve(code === 0);
    });
  });
}

async function runStep(...[name, output, program, ...words]: Parameters<typeof runProgram>): Promise<void> {
  if (await runProgram(name, output, program, ...words)) passedCount++;
  else failed++;
}

async function runTests(words: readonly string[]): Promise<void> {
  const isGood = await runProgram("tests", "shown", "vitest", "run", "--silent=passed-only", ...words);
  try {
    results = JSON.parse(readFileSync(counts, "utf8")) as TestResults;
    passedCount += results.passed;
    failed += results.failed;
    if (!isGood && results.failed === 0) failed++;
  } catch {
    failed++;
  }
}

/** A run of all tests with the sample of the commit has a budget of work for each area (docs/testing.md). */
function checkBudgets(): void {
  if (!results || process.env.CRM_SAMPLE || process.env.CRM_TABLE_ENGINE) return;
  const budgets = JSON.parse(readFileSync("test/work-budget.json", "utf8")) as WorkBudgets;
  const excess = listExcess(results.files, budgets);
  for (const line of excess) console.log(`✗ budget: ${line}`);
  if (excess.length > 0) failed++;
  else passedCount++;
}

const words = process.argv.slice(2);
if (words.length > 0) await runTests(words);
else {
  // One checker, because several repeat shared work, and the tests need the other cores.
  const checks = async (): Promise<void> => {
    await runStep("lint", "kept", "biome", "check", "--error-on-warnings", ".");
    await runStep("names", "kept", process.execPath, "scripts/lint-names.ts");
    await runStep("rules of the console", "kept", process.execPath, "scripts/lint-console.ts");
    await runStep("types", "kept", "tsc", "--noEmit", "--checkers", "1", "-p", hasStackPackages() ? "stacks" : ".");
    await runStep("types of the console", "kept", "tsc", "--noEmit", "--checkers", "1", "-p", "packages/console");
  };
  await Promise.all([checks(), runTests([])]);
  checkBudgets();
  await runStep("benchmark, short form", "kept", process.execPath, "bench/run.ts", "--quick");
  const soak = ["--users=10", "--minutes=0.1", "--leads=200", "--pause=100"];
  await runStep("soak, short form", "kept", process.execPath, "bench/soak.ts", ...soak);
}

/** What is missing here, and what only other commands test; docs/testing.md has their last results. */
const leftOut = [
  hasStackPackages() ? [] : "the stacks (types and test/stacks): npm run stacks:install",
  hasAllFonts() ? [] : "documents in Chinese, Japanese and Korean: npm run fonts:install",
  hasBrowser() ? [] : "pages in a browser: install chromium",
  "nine tenths of the generated cases, and the other table engine: npm run test:all",
  "false dates and time zones: npm run test:dates",
  "an installation in an empty folder: npm run test:install",
  "mechanisms switched off, and changes drawn at random: npm run mutants, npm run mutants:drawn",
  "random seeds and faults: npm run chance, npm run fuzz:table, npm run fuzz:faults, npm run kill:table, npm run races",
  "each page, action and kind of the console: npm run console-pages, npm run console-actions, npm run console-matrix",
].flat();

const resultFile = process.env.CRM_TEST_RESULTS;
if (resultFile && results) writeFileSync(resultFile, JSON.stringify({ ...results, steps }));
rmSync(folder, { recursive: true, force: true });
if (words.length === 0) console.log(["\nLeft out:", ...leftOut].join("\n  "));
console.log(`\n${passedCount} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
