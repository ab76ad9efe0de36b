import childProcess, { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join, relative } from "node:path";
import { TableEngine } from "@crm/local/table-engine/engine.ts";
import { CallCounter } from "./call-counter.ts";

/**
 * The work of a test file. The first three depend neither on the machine nor on its load, so that `npm test` has budgets for them
 * (test/support/work-budget.ts). Servers that a file starts in processes of their own count as processes; their commands do not count.
 */
export interface Work {
  /** Commands of table engines in the process of the tests. */
  readonly commands: number;
  /** Processes that the file starts, browsers among them. */
  readonly processes: number;
  readonly browsers: number;
  /** CPU milliseconds of the worker, with compilation and garbage collection. */
  readonly cpu: number;
  /** CPU milliseconds of processes that ended during the file. */
  readonly childCpu: number;
  /** Calls of functions of the product, its libraries and the tests; 0 if they were not counted (`CRM_COUNT_CALLS`). */
  readonly calls: number;
}

const MAP_FOLDER = join(".data", "test-map");

const counts = { commands: 0, processes: 0, browsers: 0 };
let calls: Promise<CallCounter> | undefined;

const countProcess = (program: string): void => {
  counts.processes++;
  if (/chrom/.test(program)) counts.browsers++;
};

/** Counts from now on. A worker does so once. */
export function startCounting(): void {
  const { execute } = TableEngine.prototype;
  TableEngine.prototype.execute = function (...input) {
    counts.commands++;
    return execute.apply(this, input);
  };
  const prototype = ChildProcess.prototype as unknown as { spawn: (options: { file: string }) => unknown };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    countProcess(options.file);
    return spawn.call(this, options);
  };
  for (const name of ["spawnSync", "execFileSync"] as const) {
    const run = childProcess[name] as (program: string, ...rest: unknown[]) => unknown;
    Object.assign(childProcess, {
      [name]: (program: string, ...rest: unknown[]) => {
        countProcess(program);
        return run(program, ...rest);
      },
    });
  }
  syncBuiltinESMExports();
  if (process.env.CRM_COUNT_CALLS) calls = CallCounter.start("all");
}

/** Ticks of /proc on Linux, of any architecture. */
const TICK_MS = 10;

function readChildCpu(): number {
  try {
    const [, rest = ""] = readFileSync("/proc/self/stat", "utf8").split(") ");
    const [user = 0, system = 0] = rest.split(" ").slice(13, 15).map(Number);
    return TICK_MS * (user + system);
  } catch {
    return 0;
  }
}

/** Returns the work since the worker started. */
export async function readWork(): Promise<Work> {
  const { user, system } = process.cpuUsage();
  const counter = await calls;
  return { ...counts, cpu: (user + system) / 1000, childCpu: readChildCpu(), calls: (await counter?.total()) ?? 0 };
}

/** The functions of the product that a test file calls, by module, as `start-end` in the source. */
export interface CoveredFunctions {
  readonly file: string;
  /** CPU milliseconds of the file. */
  readonly cpu: number;
  readonly functions: Readonly<Record<string, readonly string[]>>;
}

/** Stores the functions that a test file called, if calls are counted (scripts/drawn-mutants.ts reads them). */
export async function storeCoveredFunctions(path: string, { cpu }: Work): Promise<void> {
  const counter = await calls;
  if (!counter) return;
  const file = relative(process.cwd(), path);
  const covered: CoveredFunctions = { file, cpu, functions: counter.takeFunctions() };
  mkdirSync(MAP_FOLDER, { recursive: true });
  writeFileSync(join(MAP_FOLDER, `${file.replaceAll("/", "~")}.json`), JSON.stringify(covered));
}

export const subtractWork = (work: Work, before: Work): Work => ({
  commands: work.commands - before.commands,
  processes: work.processes - before.processes,
  browsers: work.browsers - before.browsers,
  cpu: work.cpu - before.cpu,
  childCpu: work.childCpu - before.childCpu,
  calls: work.calls - before.calls,
});
