import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createTestEnvironment } from "./test-environment.ts";
import type { TestResults } from "./test-results.ts";

/**
 * `npm run test:runs [-- --runs=20] [--until=HH:MM]`: runs all tests again and again, each time in another order, with another seed, another sample and
 * other load, and adds a line for each run to docs/test-runs.md. A run can be ended at any time; the next call goes on with the number of the next
 * line. `--repeat=N` runs the settings of line N.
 */
const { values: options } = parseArgs({
  options: { runs: { type: "string", default: "20" }, until: { type: "string" }, repeat: { type: "string" } },
});
const LOG = "docs/test-runs.md";
const HEAD = `# Runs of all tests

\`npm run test:runs\` adds a line for each run. Order and seed are the number of the run; \`npm run test:runs -- --repeat=N\` repeats run N. Load is the
number of processes that keep a core busy beside the tests.

| run | date | commit | sample | load | passed | failed | minutes | failed tests |
| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
`;
/** Busy processes beside the tests, run by run. */
const loads = [0, 2, 0, 4, 1];

const countLines = (): number =>
  readFileSync(LOG, "utf8")
    .split("\n")
    .filter((line) => /^\| \d/.test(line)).length;

const startLoad = (processes: number): ChildProcess[] =>
  Array.from({ length: processes }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));

function runTests(run: number): boolean {
  const { folder, variables } = createTestEnvironment();
  const load = loads[run % loads.length] ?? 0;
  const sample = run % 10;
  const busy = startLoad(load);
  const started = performance.now();
  const counts = join(folder, "counts.json");
  spawnSync("vitest", ["run", "--silent=passed-only"], {
    stdio: "inherit",
    env: {
      ...{ ...process.env, ...variables, CRM_TEST_COUNTS: counts },
      ...{ CRM_SAMPLE: String(sample), CRM_SEED: String(run), CRM_TEST_ORDER: String(run) },
    },
  });
  for (const child of busy) child.kill("SIGKILL");
  const results = existsSync(counts) ? (JSON.parse(readFileSync(counts, "utf8")) as TestResults) : undefined;
  rmSync(folder, { recursive: true, force: true });
  const red = results?.files.filter(({ failed }) => failed > 0).map(({ file }) => file) ?? ["the run did not end"];
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const cells = [run, new Date().toISOString().slice(0, 10), commit, sample, load];
  appendFileSync(LOG, `| ${[...cells, results?.passed ?? 0, results?.failed ?? 1, minutes, red.join(", ")].join(" | ")} |\n`);
  return red.length === 0;
}

if (!existsSync(LOG)) writeFileSync(LOG, HEAD);
let isGood = true;
if (options.repeat) isGood = runTests(Number(options.repeat));
else
  for (let left = Number(options.runs); left > 0; left--) {
    if (options.until && new Date().toTimeString().slice(0, 5) >= options.until) break;
    isGood = runTests(countLines() + 1) && isGood;
  }
process.exitCode = isGood ? 0 : 1;
