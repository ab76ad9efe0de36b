import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ARCHIVED_INTERACTION, archiveObject, computeStoredBytes } from "../../../bench/costs/bill.rules.ts";
import {
  buildCostPage,
  buildCostSummary,
  buildMonitoringCosts,
  FIGURE_COUNT,
  type MeasuredRow,
  parseMeasurements,
  parseRows,
} from "../../../bench/costs/page.rules.ts";
import { tenantModel } from "../../../bench/costs/tenant-model.ts";
import { replaceSection } from "../../../scripts/generated-section.ts";
import { measureWriteCosts } from "./write-cost.ts";

const docs = new URL("../../../docs/", import.meta.url);
const [accessPage, costsPage] = ["access-patterns.md", "costs.md"].map((file) => readFileSync(new URL(file, docs), "utf8")) as [
  string,
  string,
];
const rows = [...parseRows(costsPage, FIGURE_COUNT)].map(([name, figures]): MeasuredRow => [name, ...figures]);

/** New ids and hashes compress to slightly different sizes. */
const BYTES_TOLERANCE = 0.02;
/** Caches that other tests have filled save some calls. */
const CALLS_TOLERANCE = 0.05;
/** The first column with calls. */
const CALLS = FIGURE_COUNT - 2;

describe("docs/costs.md", async () => {
  const measured = await measureWriteCosts();

  it("and its tables in other pages are the output of npm run costs for its rows", () => {
    expect(buildCostPage(accessPage, rows)).toBe(costsPage);
    const [deploy, readme] = ["deploy.md", "../README.md"].map((file) => readFileSync(new URL(file, docs), "utf8"));
    expect(replaceSection(deploy ?? "", "monitoring costs", buildMonitoringCosts())).toBe(deploy);
    expect(replaceSection(readme ?? "", "costs", buildCostSummary(accessPage, costsPage))).toBe(readme);
  });

  it("moves bytes of audit entries out of the table without losing any, and compresses those of archived records", () => {
    const measurements = parseMeasurements(accessPage, costsPage);
    const { table: leaving } = measurements.wholeWrite(ARCHIVED_INTERACTION);
    const totals = [0, 90, 365, 5000].flatMap((auditDays) =>
      [30, 365, undefined].map((interactionDays) => {
        const { table, objects } = computeStoredBytes(measurements, {
          ...{
            tableClass: "standard",
            hasFirewall: true,
            hasDashboard: false,
            isTraced: false,
            hasColumns: false,
            recountsPerMonth: 1,
          },
          auditDays,
          interactionDays,
        });
        const { interactions, days } = tenantModel;
        const moved = interactions * (1 - (interactionDays ?? days) / days);
        return Math.round((table + objects + moved * (leaving - archiveObject.recordBytes)) / 1000);
      }),
    );
    expect(new Set(totals).size).toBe(1);
    expect(leaving).toBeGreaterThan(archiveObject.recordBytes * 5);
  });

  it("has one row for each measured write, and no others", () => {
    expect(rows.map(([name]) => name)).toEqual(measured.map(([name]) => name));
  });

  it.each(measured.map(([name, ...figures]) => [name, figures] as const))("%s", (name, figures) => {
    const [, ...row] = rows.find(([rowName]) => rowName === name) ?? [name];
    expect(row.slice(0, 3)).toEqual(figures.slice(0, 3));
    for (const [index, figure] of figures.entries())
      expect(Math.abs(figure - (row[index] ?? 0))).toBeLessThanOrEqual(
        figure * (index < CALLS ? BYTES_TOLERANCE : CALLS_TOLERANCE),
      );
  });
});
