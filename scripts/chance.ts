import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";

/**
 * `npm run chance -- [times] [start of a path]`: what depends on chance, with seeds that nobody has seen. `npm test` has the same seed at each run: a
 * change is not refused for what it has not done. A seed that fails is repeated by `CRM_SEED=… npx vitest run <file>`.
 */
const [times = "5", under = "test"] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(times)) {
  console.error("npm run chance -- [times] [start of a path], such as 20 test/figures");
  process.exit(2);
}

const files = globSync("test/**/*.ts").filter((path) => path.startsWith(under));
const isByChance = (path: string): boolean => /from "(\.\.?\/)+chance\.ts"/.test(readFileSync(path, "utf8"));
const helpers = files.filter((path) => !path.endsWith(".test.ts") && isByChance(path)).map((path) => path.replace(/[^/]+$/, ""));
const tests = files.filter(
  (path) => path.endsWith(".test.ts") && (isByChance(path) || helpers.some((folder) => path.startsWith(folder))),
);
if (tests.length === 0) {
  console.error(`Nothing below ${under} depends on chance`);
  process.exit(2);
}

const failed: number[] = [];
for (let time = 0; time < Number(times); time++) {
  const seed = 1 + Math.floor(Math.random() * 1_000_000);
  console.log(`\nCRM_SEED=${seed}`);
  const { status } = spawnSync("npx", ["vitest", "run", "--reporter=dot", ...tests], {
    stdio: "inherit",
    env: { ...process.env, CRM_SEED: String(seed), NODE_NO_WARNINGS: "1" },
  });
  if (status !== 0) failed.push(seed);
}
console.log(failed.length === 0 ? `\n${times} seeds, all well` : `\nfailed: CRM_SEED=${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
