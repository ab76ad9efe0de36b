import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceSection } from "./generated-section.ts";
import { budgetedWork, type FileResult, readArea, sumWork, type TestResults, type WorkBudgets } from "./test-results.ts";

/**
 * `npm run test:measure`: runs `npm test`, and writes what it took into docs/testing.md, and the budgets of the areas into test/work-budget.json.
 * `-- --calls` counts the calls of functions too, which makes the run about three times as long. `-- --from=FILE` takes the results of an earlier run.
 */
const options = process.argv.slice(2);
const from = options.find((option) => option.startsWith("--from="))?.slice("--from=".length);

interface Measured extends TestResults {
  readonly steps: Readonly<Record<string, number>>;
}

function measure(): Measured {
  const folder = mkdtempSync(join(tmpdir(), "crm-measure-"));
  const file = from ?? join(folder, "results.json");
  if (!from) {
    const counting = options.includes("--calls") ? { CRM_COUNT_CALLS: "1" } : {};
    spawnSync(process.execPath, ["scripts/test.ts"], {
      stdio: "inherit",
      env: { ...process.env, ...counting, CRM_TEST_RESULTS: file },
    });
  }
  const measured = JSON.parse(readFileSync(file, "utf8")) as Measured;
  rmSync(folder, { recursive: true, force: true });
  return measured;
}

const SLOWEST = 30;
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0);
const count = (number: number): string => number.toLocaleString("en-US");
const add = (files: readonly FileResult[], read: (file: FileResult) => number): number =>
  files.reduce((sum, file) => sum + read(file), 0);
const workerTime = ({ loading, hooks, tests }: FileResult): number => loading + hooks + tests;
const cpuTime = ({ work }: FileResult): number => (work ? work.cpu + work.childCpu : 0);
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

function summarize(name: string, files: readonly FileResult[]): string {
  const calls = add(files, ({ work }) => work?.calls ?? 0);
  return row([
    ...[name, files.length, count(add(files, ({ passed, failed }) => passed + failed))],
    ...(["loading", "hooks", "tests"] as const).map((part) => seconds(add(files, (file) => file[part]))),
    ...[seconds(add(files, cpuTime)), calls === 0 ? "" : `${(calls / 1e6).toFixed(1)} M`],
    ...budgetedWork.map((name) => count(add(files, ({ work }) => work?.[name] ?? 0))),
  ]);
}

function buildTables({ files, steps }: Measured): string {
  const areas = Map.groupBy(files, ({ file }) => readArea(file));
  const sorted = [...areas].sort(([, a], [, b]) => add(b, workerTime) - add(a, workerTime));
  const slowest = [...files].sort((a, b) => workerTime(b) - workerTime(a)).slice(0, SLOWEST);
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout.trim();
  const share = Math.round((100 * add(slowest, workerTime)) / add(files, workerTime));
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)} at ${commit}. Steps in seconds: ${Object.entries(steps)
      .map(([name, time]) => `${name} ${time}`)
      .join(", ")}.`,
    "",
    "| area | files | tests | loading, s | set-up, s | tests, s | CPU, s | calls | table commands | processes | browsers |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...sorted.map(([area, of]) => summarize(`\`test/${area}\``, of)),
    summarize("all", files),
    "",
    `The slowest ${SLOWEST} of ${files.length} files take ${share} % of the time of the workers:`,
    "",
    "| file | loading, s | set-up, s | tests, s | CPU, s | table commands |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...slowest.map((file) =>
      row([
        ...[`\`${file.file}\``, seconds(file.loading), seconds(file.hooks), seconds(file.tests)],
        ...[seconds(cpuTime(file)), count(file.work?.commands ?? 0)],
      ]),
    ),
  ].join("\n");
}

const budgetFile = "test/work-budget.json";
/** What the areas together may do more before the cap has to be raised too. */
const HEADROOM = 1.1;

/** Budgets fall with the work, and rise only where an area is new; a person raises the others. */
function updateBudgets({ files }: Measured): WorkBudgets {
  const budgets = JSON.parse(readFileSync(budgetFile, "utf8")) as WorkBudgets;
  const areas = Object.fromEntries(
    Object.entries(sumWork(files))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([area, work]) => {
        const before = budgets.areas[area];
        return [area, Object.fromEntries(budgetedWork.map((name) => [name, Math.min(work[name], before?.[name] ?? work[name])]))];
      }),
  ) as WorkBudgets["areas"];
  const sum = (name: (typeof budgetedWork)[number]): number =>
    Object.values(areas).reduce((total, work) => total + work[name], 0);
  const cap = Object.fromEntries(
    budgetedWork.map((name) => [name, Math.min(Math.ceil(sum(name) * HEADROOM), budgets.cap[name] || Number.POSITIVE_INFINITY)]),
  ) as WorkBudgets["cap"];
  return { cap, areas };
}

const measured = measure();
const page = "docs/testing.md";
writeFileSync(page, replaceSection(readFileSync(page, "utf8"), "what the tests take", buildTables(measured)));
writeFileSync(budgetFile, `${JSON.stringify(updateBudgets(measured), undefined, 2)}\n`);
