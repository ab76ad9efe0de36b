import type { Work } from "../test/support/work-counter.ts";

/** What a run of a test file came to. Times are milliseconds of a worker, which other work of the machine lengthens. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  /** Loading the modules that no earlier file of the worker loaded. */
  readonly loading: number;
  /** Set-up and clean-up: tenants, the demo, servers. */
  readonly hooks: number;
  readonly tests: number;
  /** Undefined for a file that could not be loaded. */
  readonly work: Work | undefined;
}

export interface TestResults {
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly FileResult[];
}

/** Work that depends neither on the machine nor on its load. */
export const budgetedWork = ["commands", "processes", "browsers"] as const;
export type WorkBudget = Readonly<Record<(typeof budgetedWork)[number], number>>;

/** The budgets of test/work-budget.json: one for each area, a folder below `test`, and a cap on their sum. */
export interface WorkBudgets {
  readonly cap: WorkBudget;
  readonly areas: Readonly<Record<string, WorkBudget>>;
}

/** An area may do this much more than its budget: some commands depend on the order of files in a worker. */
const TOLERANCE = 1.05;

export const readArea = (file: string): string => file.split("/")[1] ?? file;

/** Adds up the work of each area. */
export function sumWork(files: readonly FileResult[]): Record<string, WorkBudget> {
  const sum = (of: readonly FileResult[], name: keyof WorkBudget): number =>
    of.reduce((total, { work }) => total + (work?.[name] ?? 0), 0);
  const areas = [...Map.groupBy(files, ({ file }) => readArea(file))];
  return Object.fromEntries(
    areas.map(([area, of]) => [
      area,
      { commands: sum(of, "commands"), processes: sum(of, "processes"), browsers: sum(of, "browsers") },
    ]),
  );
}

const labels = { commands: "table commands", processes: "processes started", browsers: "browsers started" } as const;

/** Lists what is above its budget, with the way out. */
export function listExcess(files: readonly FileResult[], { cap, areas }: WorkBudgets): string[] {
  const excess = Object.entries(sumWork(files)).flatMap(([area, work]) =>
    budgetedWork.flatMap((name) => {
      const budget = areas[area]?.[name] ?? 0;
      return work[name] > budget * TOLERANCE
        ? [`test/${area}: ${work[name]} ${labels[name]}, and its budget in test/work-budget.json is ${budget}`]
        : [];
    }),
  );
  const above = budgetedWork.flatMap((name) => {
    const sum = Object.values(areas).reduce((total, budget) => total + budget[name], 0);
    return sum > cap[name] ? [`test/work-budget.json: the areas have ${sum} ${labels[name]}, and the cap is ${cap[name]}`] : [];
  });
  return [...excess, ...above];
}
