import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hasAllFonts } from "@crm/local/ports/fonts.ts";
import { hasBrowser } from "./browser.ts";
import { hasStackPackages } from "./stack-packages.ts";
import { createTestEnvironment } from "./test-environment.ts";

/**
 * `npm test`: runs lint, names, rules of the console and types concurrently with all tests, then the short forms of the benchmark and the soak test. Ends with the line
 * `N passed, N failed`, in which each of the other steps counts as one. With words, as in `npm test -- lead`, it runs only the test files whose
 * path contains one of them. The output of passed tests is left out. Before the last line it names the tests that were left out, and the command that installs what they need.
 */
const { folder, variables } = createTestEnvironment();
const counts = join(folder, "counts.json");
let passedCount = 0;
let failed = 0;

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
      console.log(`${code === 0 ? "✓" : "✗"} ${name}, ${Math.round((Date.now() - started) / 1000)} s`);
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
    const testCounts = JSON.parse(readFileSync(counts, "utf8")) as { passed: number; failed: number };
    passedCount += testCounts.passed;
    failed += testCounts.failed;
    if (!isGood && testCounts.failed === 0) failed++;
  } catch {
    failed++;
  }
}

const leftOut = [
  hasStackPackages() ? [] : "the stacks (types and test/stacks): npm run stacks:install",
  hasAllFonts() ? [] : "documents in Chinese, Japanese and Korean: npm run fonts:install",
  hasBrowser() ? [] : "pages in a browser: install chromium",
].flat();

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
  await runStep("benchmark, short form", "kept", process.execPath, "bench/run.ts", "--quick");
  const soak = ["--users=10", "--minutes=0.1", "--leads=200", "--pause=100"];
  await runStep("soak, short form", "kept", process.execPath, "bench/soak.ts", ...soak);
}

rmSync(folder, { recursive: true, force: true });
if (leftOut.length > 0) console.log(["\nLeft out:", ...leftOut].join("\n  "));
console.log(`\n${passedCount} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
