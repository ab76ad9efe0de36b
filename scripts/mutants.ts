import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { mutants } from "../test/mutants.ts";
import { copyProject } from "./project-copy.ts";
import { applyChange, type Mutant, ProjectModules } from "./source-mutation.ts";

/**
 * `npm run mutants [-- words of a name]`: disables one mechanism after the other, in a copy of the committed and uncommitted files, and runs its
 * tests: those of `npm test`, then their long form. A mutant that passes its tests is a failure. `--shard=1/2` runs every second mutant.
 * `--except=FILE` leaves out the mutants whose names are in FILE, which is the output of an earlier run. `--check` runs nothing: it checks that each
 * mutant still finds its place.
 */
const root = dirname(import.meta.dirname);
const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { shard: { type: "string", default: "1/1" }, except: { type: "string" }, check: { type: "boolean" } },
});
const [shard = 1, shards = 1] = options.shard.split("/").map(Number);
if (!Number.isInteger(shard) || !Number.isInteger(shards) || shard < 1 || shard > shards) {
  console.error("--shard must be a part and the number of parts, for example 1/2.");
  process.exit(2);
}
const modules = new ProjectModules(root);
if (options.check) {
  const faults = modules.findFaults(mutants);
  for (const fault of faults) console.log(fault);
  console.log(`${mutants.length - faults.length} of ${mutants.length} mutants match the source`);
  process.exit(faults.length === 0 ? 0 : 1);
}
const copyFolder = copyProject(root, "crm-mutants-");
const compileCache = join(copyFolder, ".data", "compiled");
const vitest = join(copyFolder, "node_modules", "vitest", "vitest.mjs");

/** A mutant whose tests run longer has made them endless, which every run would notice. */
const MAX_RUN_MS = 5 * 60 * 1000;

/** The column of a mutant's name in the output. */
const NAME_COLUMN = 13;

/** Errors of a mutant that does not run: every test would notice it. */
const BROKEN_MUTANT = /(?:SyntaxError(?!.*JSON)|ReferenceError|ERR_MODULE_NOT_FOUND).*/;

interface Outcome {
  readonly isNoticed: boolean;
  /** The first failed test, or the end of the output. */
  readonly evidence: string;
}

/** Runs a mechanism's tests without the mechanism, with a sample of cases or all. */
function runTests({ at: location, change, tests, env }: Mutant, sample: Record<string, string>): Outcome {
  const place = modules.findPlace(location);
  const path = join(copyFolder, place.file);
  writeFileSync(path, applyChange(place, change));
  try {
    const run = spawnSync(process.execPath, [vitest, "run", "--bail=1", ...tests.split(" ")], {
      cwd: copyFolder,
      encoding: "utf8",
      timeout: MAX_RUN_MS,
      killSignal: "SIGKILL",
      env: { ...process.env, ...env, ...sample, NO_COLOR: "1", NODE_NO_WARNINGS: "1", NODE_COMPILE_CACHE: compileCache },
    });
    if (run.signal === "SIGKILL") return { isNoticed: true, evidence: "the tests did not end" };
    // Failed suites, such as an app that does not start, are on the error output.
    const first = /(?:FAIL|×)\s+(.*)/.exec(run.stdout + run.stderr)?.[1];
    const broken = BROKEN_MUTANT.exec(run.stdout + run.stderr)?.[0];
    const evidence = broken ?? first ?? run.stdout.split("\n").slice(-5).join(" ");
    return { isNoticed: run.status !== 0 && first !== undefined && broken === undefined, evidence };
  } finally {
    writeFileSync(path, place.source);
  }
}

const earlierNames = new Set(
  options.except === undefined
    ? []
    : readFileSync(options.except, "utf8")
        .split("\n")
        .map((line) => line.slice(NAME_COLUMN)),
);
const matchingMutants = mutants.filter(({ name }) => words.every((word) => name.includes(word)) && !earlierNames.has(name));
const chosenMutants = matchingMutants.filter((_, index) => index % shards === shard - 1);
if (chosenMutants.length === 0) {
  console.error(`No mutant is left whose name contains ${words.join(" ")}.`);
  process.exit(2);
}
const counts = { noticed: 0, long: 0, survived: 0 };
const marks = { noticed: "✓ noticed  ", long: "~ long form", survived: "✗ SURVIVED " };
try {
  for (const mutant of chosenMutants) {
    const short = runTests(mutant, {});
    const { isNoticed, evidence: details } = short.isNoticed ? short : runTests(mutant, { CRM_SAMPLE: "all" });
    const outcome = short.isNoticed ? "noticed" : isNoticed ? "long" : "survived";
    counts[outcome]++;
    console.log(`${marks[outcome]}  ${mutant.name}\n               ${details.slice(0, 160)}`);
  }
} finally {
  rmSync(copyFolder, { recursive: true, force: true });
}
console.log(`\n${counts.noticed} noticed, ${counts.long} only by the long form, ${counts.survived} survived`);
process.exitCode = counts.survived === 0 ? 0 : 1;
