import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { computeStoredBytes } from "../../../bench/costs/bill.rules.ts";
import { buildCostPage, type MeasuredRow, parseMeasurements, parseRows } from "../../../bench/costs/page.rules.ts";
import { measureWriteCosts } from "./write-cost.ts";

const docs = new URL("../../../docs/", import.meta.url);
const [accessPage, costsPage] = ["access-patterns.md", "costs.md"].map((file) => readFileSync(new URL(file, docs), "utf8")) as [
  string,
  string,
];
const rows = [...parseRows(costsPage, 7)].map(([name, figures]): MeasuredRow => [name, ...figures]);

describe("docs/costs.md", async () => {
  const measured = await measureWriteCosts();

  it("is the output of npm run costs for its rows", () => {
    expect(buildCostPage(accessPage, rows)).toBe(costsPage);
  });

  it("moves bytes out of the table without losing any", () => {
    const totals = [0, 90, 365, 5000].flatMap((auditDays) =>
      [30, 365, undefined].map((interactionDays) => {
        const retention = interactionDays === undefined ? {} : { interactionDays };
        const { table, objects } = computeStoredBytes(parseMeasurements(accessPage, costsPage), {
          tableClass: "standard",
          recountsPerMonth: 1,
          auditDays,
          ...retention,
        });
        return Math.round(table + objects);
      }),
    );
    expect(new Set(totals).size).toBe(1);
  });

  it("has one row for each measured write, and no others", () => {
    expect(rows.map(([name]) => name)).toEqual(measured.map(([name]) => name));
  });

  it.each(measured.map(([name, ...figures]) => [name, figures] as const))("%s", (name, figures) => {
    const [, ...row] = rows.find(([rowName]) => rowName === name) ?? [name];
    expect(row.slice(0, 3)).toEqual(figures.slice(0, 3));
    // New ids and hashes compress to slightly different sizes.
    for (const [index, bytes] of figures.entries()) expect(Math.abs(bytes - (row[index] ?? 0))).toBeLessThanOrEqual(bytes * 0.02);
  });
});
