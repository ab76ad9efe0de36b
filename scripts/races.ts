import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/**
 * `npm run races [-- files]`: runs the tests of requests at the same moment on a table engine in which every condition of a write holds. Such a
 * test must fail there: one that passes does not prove that a condition decides.
 */

const ROOT = dirname(import.meta.dirname);
const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");
/** Titles of tests of requests at the same moment. */
const TITLES = "same moment|same time|two .*at once|twenty .*at once|ten .*at once|hundred .*at once|fifty .*at once|many .*at once|at once, again";

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), "crm-races-"));
try {
  const outputFile = join(folder, "report.json");
  const options = ["--config", "scripts/races-config.ts", "--reporter=json", `--outputFile=${outputFile}`, "--testTimeout=60000"];
  spawnSync(process.execPath, [VITEST, "run", ...options, "-t", TITLES, ...process.argv.slice(2)], { cwd: ROOT, stdio: "ignore" });
  const { testResults } = JSON.parse(readFileSync(outputFile, "utf8")) as Report;
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName, status }) => ({ test: `${relative(ROOT, name)}: ${fullName}`, status })),
  );
  for (const { test, status } of tests) console.log(`${status === "failed" ? "noticed" : "PASSED "} ${test}`);
  const passed = tests.filter(({ status }) => status === "passed");
  console.log(`\n${tests.length - passed.length} tests fail without conditions, ${passed.length} pass`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
