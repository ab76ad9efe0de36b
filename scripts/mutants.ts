import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Mutant, mutants } from "../test/mutants.ts";
import { copyProject } from "./copy.ts";
import { Modules, mutated } from "./mutate.ts";

/**
 * `npm run mutants [-- words of a name]`: switches off one mechanism after the other, in a copy of the committed
 * and uncommitted files, and runs the tests that stand guard over it. A mutant that its tests let pass is a failure.
 * With `--check` nothing is run: each mutant says whether it still finds its place.
 */
const root = dirname(import.meta.dirname);
const words = process.argv.slice(2);
const modules = new Modules(root);
if (words.includes("--check")) {
  const faults = modules.faultsOf(mutants);
  for (const fault of faults) console.log(fault);
  console.log(`${mutants.length - faults.length} of ${mutants.length} mutants find their place`);
  process.exit(faults.length === 0 ? 0 : 1);
}
const copy = copyProject(root, "crm-mutants-");

/** Whether the tests of the mechanism fail without it, and how many do. */
function killed({ at, change, tests, env }: Mutant): { killed: boolean; told: string } {
  const place = modules.place(at);
  const path = join(copy, place.file);
  writeFileSync(path, mutated(place, change));
  try {
    const run = spawnSync("npx", ["vitest", "run", "--bail=1", ...tests.split(" ")], {
      cwd: copy,
      encoding: "utf8",
      env: { ...process.env, ...env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
    });
    const first = /(?:FAIL|×)\s+(.*)/.exec(run.stdout)?.[1];
    return { killed: run.status !== 0 && first !== undefined, told: first ?? run.stdout.split("\n").slice(-5).join(" ") };
  } finally {
    writeFileSync(path, place.source);
  }
}

const wanted = mutants.filter(({ name }) => words.every((word) => name.includes(word)));
let survived = 0;
try {
  for (const mutant of wanted) {
    const { killed: good, told } = killed(mutant);
    if (!good) survived++;
    console.log(`${good ? "✓ noticed " : "✗ SURVIVED"}  ${mutant.name}\n              ${told.slice(0, 160)}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`\n${wanted.length - survived} noticed, ${survived} survived`);
process.exitCode = survived === 0 ? 0 : 1;
