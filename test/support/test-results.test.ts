import { describe, expect, it } from "vitest";
import { type FileResult, listExcess } from "../../scripts/test-results.ts";

const file = (path: string, commands: number): FileResult => ({
  ...{ file: path, passed: 1, failed: 0, loading: 0, hooks: 0, tests: 0 },
  work: { commands, processes: 1, browsers: 0, cpu: 0, childCpu: 0, calls: 0 },
});
const budget = (commands: number) => ({ commands, processes: 2, browsers: 0 });

describe("budgets of work", () => {
  it("allow an area its budget and 5 %", () => {
    const files = [file("test/sales/lead/a.test.ts", 60), file("test/sales/lead/b.test.ts", 45)];
    expect(listExcess(files, { cap: budget(100), areas: { sales: budget(100) } })).toEqual([]);
  });
  it("name the area that does more, and an area without a budget", () => {
    const files = [file("test/sales/lead/a.test.ts", 106), file("test/service/ticket.test.ts", 1)];
    expect(listExcess(files, { cap: budget(100), areas: { sales: budget(100) } })).toEqual([
      "test/sales: 106 table commands, and its budget in test/work-budget.json is 100",
      "test/service: 1 table commands, and its budget in test/work-budget.json is 0",
      "test/service: 1 processes started, and its budget in test/work-budget.json is 0",
    ]);
  });
  it("cannot be raised above the cap of their sum", () => {
    const areas = { sales: budget(60), service: budget(50) };
    expect(listExcess([], { cap: { commands: 100, processes: 4, browsers: 0 }, areas })).toEqual([
      "test/work-budget.json: the areas have 110 table commands, and the cap is 100",
    ]);
  });
});
