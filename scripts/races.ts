import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { copyProject } from "./copy.ts";
import { edit, Modules, mutated } from "./mutate.ts";

/**
 * `npm run races [-- files]`: in a copy of the project, every condition of a write holds, and the tests of requests at the same moment run. Such a
 * test must fail there: one that passes does not prove that a condition decides.
 */

/** Titles of tests of requests at the same moment. */
const TITLES =
  /same moment|same time|side by side|\b(two|both|\d+|twelve|twenty|fifty|hundred|many|much|several|who|that come|counts .*) .*\bat once\b(?!:)/;

/** Orders of commands that are tried: some let one of two requests read what the other wrote, and no condition decides then. */
const SEEDS = [1, 2, 3, 4, 5];

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const root = dirname(import.meta.dirname);
const copy = realpathSync(copyProject(root, "crm-races-"));
try {
  const place = new Modules(root).place("local/src/table-engine/command#readCondition");
  const always = edit(
    "holds(parsed.tree, item, bindings)",
    'parameter === "ConditionExpression" || holds(parsed.tree, item, bindings)',
  );
  writeFileSync(join(copy, place.file), mutated(place, always));
  const passed = new Map<string, string>();
  const noticed = new Set<string>();
  for (const seed of SEEDS) {
    const files = seed === SEEDS[0] ? process.argv.slice(2) : [...new Set(passed.values())];
    if (seed !== SEEDS[0] && files.length === 0) break;
    for (const { test, file, status } of testsOf(files, seed)) {
      if (status === "failed") noticed.add(test);
      else passed.set(test, file);
    }
    for (const test of noticed) passed.delete(test);
  }
  for (const test of noticed) console.log(`noticed ${test}`);
  for (const test of passed.keys()) console.log(`PASSED  ${test}`);
  console.log(`\n${noticed.size} tests fail without conditions, ${passed.size} pass`);
  process.exitCode = passed.size === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** How the tests of requests at the same moment end with a seed. */
function testsOf(files: readonly string[], seed: number): { test: string; file: string; status: string }[] {
  const report = join(copy, "races.json");
  const options = ["--reporter=json", `--outputFile=${report}`, "--testTimeout=60000", "-t", TITLES.source];
  const env = { ...process.env, CRM_SEED: String(seed) };
  spawnSync("npx", ["vitest", "run", ...options, ...files], { cwd: copy, stdio: "ignore", env });
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
  return testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(copy, name);
    return assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName, status }) => ({ test: `${file}: ${fullName}`, file, status }));
  });
}
