import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { formatJourneys, RESULTS_FOLDER, readResults } from "../test/console/journey-page.ts";

/**
 * `npm run console-journeys` drives all journeys through the console in a browser, one file after the other, and writes the table in
 * docs/console/journeys.md. It writes nothing if a journey fails.
 */
const JOURNEYS_FILE = new URL("../docs/console/journeys.md", import.meta.url);
const TESTS = new URL("../test/console/", import.meta.url);

const files = readdirSync(TESTS).filter((name) => /journeys?\.test\.ts$/.test(name));

rmSync(RESULTS_FOLDER, { recursive: true, force: true });
const { status } = spawnSync("vitest", ["run", ...files.map((name) => `test/console/${name}`), "--no-file-parallelism"], {
  stdio: "inherit",
  env: { ...process.env, CRM_JOURNEYS: "all" },
});
if (status === 0) writeFileSync(JOURNEYS_FILE, formatJourneys(readResults()));
else process.exitCode = 1;
