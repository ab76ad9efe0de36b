import { execFileSync, spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createSeededRandom } from "../test/support/random.ts";
import type { CoveredFunctions } from "../test/support/work-counter.ts";
import { type DrawnMutation, listMutations } from "./drawn-mutation.ts";
import { replaceSection } from "./generated-section.ts";
import { copyProject } from "./project-copy.ts";
import { parseSource } from "./syntax-tree.ts";

/**
 * `npm run mutants:drawn [-- --count=100 --minutes=60 --seed=1 --all]`: draws small changes of the product at random, and runs the test files that call the
 * changed function: up to ten that take least time, or with --all each of them. Writes the result into docs/testing.md. It needs the map of `npm run
 * test:measure -- --calls`.
 */
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "100" },
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    all: { type: "boolean", default: false },
    in: { type: "string", default: "packages/{core,functions}/src/**/*.ts" },
  },
});
const root = dirname(import.meta.dirname);
const MAP_FOLDER = join(root, ".data", "test-map");
const FILES_PER_MUTANT = 10;
const LIMIT_MS = 5 * 60_000;

interface Drawn extends DrawnMutation {
  readonly file: string;
}

interface TestFile {
  readonly file: string;
  readonly cpu: number;
  readonly functions: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads which functions each test file calls. */
function readMap(): TestFile[] {
  return globSync("*.json", { cwd: MAP_FOLDER }).map((name) => {
    const { file, cpu, functions } = JSON.parse(readFileSync(join(MAP_FOLDER, name), "utf8")) as CoveredFunctions;
    return { file, cpu, functions: new Map(Object.entries(functions).map(([path, ranges]) => [path, new Set(ranges)])) };
  });
}

/** Returns the test files that call the innermost function around a place, those that take least time first. */
function listTests(tests: readonly TestFile[], { file, start, end }: Drawn): string[] {
  const around = tests.flatMap((test) =>
    [...(test.functions.get(file) ?? [])].flatMap((range) => {
      const [from = 0, to = 0] = range.split("-").map(Number);
      return from <= start && end <= to ? [{ test, size: to - from }] : [];
    }),
  );
  const smallest = Math.min(...around.map(({ size }) => size));
  return around
    .filter(({ size }) => size === smallest)
    .map(({ test }) => test)
    .sort((a, b) => a.cpu - b.cpu)
    .map((test) => test.file);
}

function drawMutants(random: () => number, count: number): Drawn[] {
  const files = globSync(options.in, { cwd: root }).filter((file) => !/generated|\/i18n\/|\.data\.ts$/.test(file));
  const all = files.sort().flatMap((file) => {
    const source = readFileSync(join(root, file), "utf8");
    return listMutations(source, parseSource(source, file)).map((mutation) => ({ ...mutation, file }));
  });
  console.log(`${all.length} places in ${files.length} modules`);
  return Array.from({ length: count }, () => all[Math.floor(random() * all.length)]).filter((drawn) => drawn !== undefined);
}

type Outcome = "noticed" | "not noticed" | "not called";

function runMutant(copy: string, { file, start, end, replacement }: Drawn, tests: readonly string[]): Outcome {
  if (tests.length === 0) return "not called";
  const path = join(copy, file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, source.slice(0, start) + replacement + source.slice(end));
  const { status } = spawnSync("vitest", ["run", ...(options.all ? [] : ["--bail=1"]), ...tests], {
    cwd: copy,
    stdio: "ignore",
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
    env: { ...process.env, NODE_NO_WARNINGS: "1", NODE_COMPILE_CACHE: join(copy, ".data", "compiled") },
  });
  writeFileSync(path, source);
  return status === 0 ? "not noticed" : "noticed";
}

const tests = readMap();
if (tests.length === 0) {
  console.error("There is no map of the tests: run npm run test:measure -- --calls first.");
  process.exit(2);
}
const copy = copyProject(root, "crm-drawn-");
const until = performance.now() + Number(options.minutes) * 60_000;
const counts: Record<Outcome, number> = { noticed: 0, "not noticed": 0, "not called": 0 };
const rows: string[] = [];
try {
  for (const mutant of drawMutants(createSeededRandom(Number(options.seed)), Number(options.count))) {
    if (performance.now() > until) break;
    const called = listTests(tests, mutant);
    const outcome = runMutant(copy, mutant, options.all ? called : called.slice(0, FILES_PER_MUTANT));
    counts[outcome]++;
    const line = readFileSync(join(root, mutant.file), "utf8").slice(0, mutant.start).split("\n").length;
    console.log(
      `${outcome.padEnd(12)} ${mutant.file}:${line}  ${mutant.description.slice(0, 120)}  (${called.length} test files)`,
    );
    if (outcome !== "noticed")
      rows.push(`| \`${mutant.file}:${line}\` | ${mutant.description.slice(0, 100).replaceAll("|", "\\|")} | ${outcome} |`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
const total = counts.noticed + counts["not noticed"] + counts["not called"];
const summary = `${total} drawn with seed ${options.seed} at ${commit} on ${new Date().toISOString().slice(0, 10)}: ${counts.noticed} noticed, ${counts["not noticed"]} not noticed by the ${FILES_PER_MUTANT} fastest test files that call the function, ${counts["not called"]} in functions that no test calls.`;
console.log(summary);
const page = join(root, "docs", "testing.md");
const table = rows.length === 0 ? [] : ["", "| place | change | |", "| --- | --- | --- |", ...rows];
writeFileSync(page, replaceSection(readFileSync(page, "utf8"), "drawn mutants", [summary, ...table, ""].join("\n")));
