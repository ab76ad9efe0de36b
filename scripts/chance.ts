import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";

/**
 * `npm run chance -- [times] [start of a path]`: runs the tests with new random seeds. `npm test` uses the same seed in each run, so that an
 * unrelated change does not fail. Repeat a failing seed with `CRM_SEED=… npx vitest run <file>`.
 */
const [times = "5", pathPrefix = "test"] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(times)) {
  console.error("npm run chance -- [times] [path prefix], for example 20 test/sales/figures");
  process.exit(2);
}

const files = globSync("test/**/*.ts").filter((path) => path.startsWith(pathPrefix));
const usesChance = (path: string): boolean => /from "(\.\.?\/)+random\.ts"/.test(readFileSync(path, "utf8"));
const helpers = files.filter((path) => !path.endsWith(".test.ts") && usesChance(path)).map((path) => path.replace(/[^/]+$/, ""));
const tests = files.filter(
  (path) => path.endsWith(".test.ts") && (usesChance(path) || helpers.some((folder) => path.startsWith(folder))),
);
if (tests.length === 0) {
  console.error(`No test below ${pathPrefix} uses random values`);
  process.exit(2);
}

const failedSeeds: number[] = [];
for (let time = 0; time < Number(times); time++) {
  const seed = 1 + Math.floor(Math.random() * 1_000_000);
  console.log(`\nCRM_SEED=${seed}`);
  const { status } = spawnSync("npx", ["vitest", "run", "--reporter=dot", ...tests], {
    stdio: "inherit",
    env: { ...process.env, CRM_SEED: String(seed), NODE_NO_WARNINGS: "1" },
  });
  if (status !== 0) failedSeeds.push(seed);
}
console.log(failedSeeds.length === 0 ? `\n${times} seeds, all passed` : `\nfailed: CRM_SEED=${failedSeeds.join(", ")}`);
process.exit(failedSeeds.length === 0 ? 0 : 1);
