import { Readable } from "node:stream";
import {
  compareEntries,
  emptyTotals,
  type GroupEntry,
  listEntries,
  mergeGroups,
} from "@crm/core/analytics/report/group-entries.rules.ts";
import type { ReportPlan } from "@crm/core/analytics/report/plan.rules.ts";
import { buildPlan } from "@crm/core/analytics/report/plan.rules.ts";
import { buildGroupRow, buildTotals, evaluateReport, GroupFold, sortRows } from "@crm/core/analytics/report/report.rules.ts";
import type { EvaluationContext, ReportRow } from "@crm/core/analytics/report/report-field.rules.ts";
import { mergeRuns } from "@crm/core/storage/scheduler/external-sort.ts";
import { expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive } from "../../support/sample.ts";
import { computeReference } from "./reference.ts";
import { buildDefinition, buildRows, CURRENCY, FIELDS, RATES, TIMEZONE, toExpression } from "./sample-source.ts";

const context: EvaluationContext = {
  timezone: TIMEZONE,
  currency: CURRENCY,
  findRate: (currency) => RATES[currency as keyof typeof RATES],
  onUnconverted: () => undefined,
};

/** Reports that are compared; each has its own rows. */
const REPORTS = isExhaustive ? 500 : 60;

/** Evaluates a report in parts of a few rows, which are merged from their stored form, as a run does. */
async function evaluateInParts(plan: ReportPlan, rows: readonly ReportRow[], partSize: number) {
  const parts: GroupEntry[][] = [];
  for (let from = 0; from < rows.length; from += partSize) {
    const fold = new GroupFold(plan, context);
    for (const row of rows.slice(from, from + partSize)) fold.add(row);
    parts.push(JSON.parse(JSON.stringify([...listEntries(fold)])));
  }
  const sources = parts.map((entries) => Readable.from(entries)[Symbol.asyncIterator]() as AsyncIterator<GroupEntry>);
  let totals = emptyTotals(plan).summaries;
  const shown = [];
  for await (const group of mergeGroups(plan, mergeRuns(sources, compareEntries)))
    if (group.key.text === "") totals = group.summaries;
    else shown.push(buildGroupRow(plan, group, totals, CURRENCY));
  const shownTotals = buildTotals(plan, totals, CURRENCY);
  if (plan.groups.length === 0) return { rows: [shownTotals], totals: shownTotals, count: 1 };
  return { ...sortRows(plan, shown), totals: shownTotals };
}

it("shows the values and the order that a slow computation over plain arrays gives, at once and in parts", async () => {
  const random = createTestRandom("random reports");
  for (let index = 0; index < REPORTS; index++) {
    const rows = buildRows(random, Math.floor(random() * 60));
    const sample = buildDefinition(random);
    const conditions = new Map([...sample.conditions].map(([path, condition]) => [path, toExpression(condition)]));
    const { plan, details } = buildPlan(sample.definition, FIELDS, conditions);
    expect(details, JSON.stringify(sample.definition)).toEqual([]);
    const result = evaluateReport(plan, rows, context);
    const expected = computeReference(sample, rows);
    expect(result, JSON.stringify({ definition: sample.definition, conditions: [...sample.conditions] })).toEqual(expected);
    if (!plan.columns)
      expect(await evaluateInParts(plan, rows, 1 + (index % 7)), JSON.stringify(sample.definition)).toEqual(expected);
  }
});
