import { findComparedRange } from "@crm/core/analytics/figure/comparison.rules.ts";
import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import Big from "big.js";
import { expect } from "vitest";
import {
  buildRow,
  type CountedRecord,
  type FigureContext,
  multiplySum,
  type OpportunityView,
  sumAmounts,
  sumOpenRecords,
} from "../../sales/figures/reference-figures.ts";

/** The figures of sales, computed slowly from all records that a caller sees. */

interface Range {
  from: string;
  to: string;
}

const divideRounded = (part: number, whole: number, decimals: number): number | null =>
  whole === 0 ? null : Number(new Big(part).div(whole).round(decimals, Big.roundHalfUp));

function computePeriod(known: FigureContext, records: readonly OpportunityView[], { from, to }: Range) {
  const isWithin = (day: string): boolean => from <= day && day <= to;
  const closed = records.filter(({ is_closed, closed_date }) => is_closed && isWithin(closed_date as string));
  const row = buildRow(
    known,
    "",
    closed.map((record): CountedRecord => ["", record.amount as string | null, record]),
  );
  const created = records.filter(({ created_at }) => isWithin(instantToDay(known.zone, created_at)));
  const won = closed.filter(({ is_won }) => is_won);
  const { sum } = sumAmounts(
    known,
    won.map(({ amount, currency, closed_date }) => [amount as string | null, currency as string, closed_date as string]),
  );
  return {
    bookings: row.won_value,
    revenue: row.won_value,
    lost_value: row.lost_value,
    opportunities_won: row.won_count,
    opportunities_lost: row.lost_count,
    win_rate: row.win_rate,
    average_deal_value: won.length === 0 ? null : multiplySum(sum.div(won.length), "1", known.currency),
    average_cycle_days: row.average_cycle_days,
    opportunities_created: created.length,
    created_conversion_rate: divideRounded(created.filter(({ is_won }) => is_won).length * 100, created.length, 2),
  };
}

type Values = Record<string, string | number | null>;
const pickNames = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name] as string | number | null]));
const toValues = (figures: readonly { name: string; value: string | number | null }[]): Values =>
  Object.fromEntries(figures.map(({ name, value }) => [name, value]));

/** Compares the analytics of sales with a computation over the records that the caller sees. */
export async function checkAnalytics(as: Client, records: readonly OpportunityView[], known: FigureContext): Promise<void> {
  const range = { from: addDays(known.today, -200), to: addDays(known.today, 20) };
  const { data: sales } = await as.getSalesAnalytics({ ...range, compare_to: "previous_period", interval: "quarter" } as never);
  const plain = computePeriod(known, records, range);
  const names = sales.figures.map(({ name }) => name as string);
  expect(toValues(sales.figures)).toEqual(pickNames(plain, names));
  const before = computePeriod(known, records, findComparedRange(range, "previous_period"));
  expect(Object.fromEntries(sales.figures.map(({ name, previous }) => [name, previous]))).toEqual(pickNames(before, names));
  for (const { key, values } of sales.by_owner)
    expect([key, values]).toEqual([
      key,
      pickNames(
        computePeriod(
          known,
          records.filter(({ owner_id }) => (owner_id ?? "none") === key),
          range,
        ),
        names,
      ),
    ]);
  const counts = (rows: typeof sales.by_owner, name: string): number =>
    rows.reduce((sum, { values }) => sum + Number(values[name]), 0);
  for (const name of ["opportunities_won", "opportunities_lost", "opportunities_created"] as const) {
    expect(counts(sales.by_owner, name)).toBe(plain[name]);
    expect(counts(sales.by_period, name)).toBe(plain[name]);
  }

  const { data: dashboard } = await as.getAnalyticsDashboard(range);
  const open = records.filter(({ is_closed }) => !is_closed);
  const pipeline = sumOpenRecords(known, open).shown;
  const [first, last] = [known.today.slice(0, 7), addDays(`${addDays(`${known.today.slice(0, 7)}-01`, 62).slice(0, 7)}-01`, 0)];
  const soon = open.filter(({ close_date }) => {
    const month = close_date?.slice(0, 7) ?? "";
    return first <= month && month <= last.slice(0, 7);
  });
  expect(toValues(dashboard.figures)).toMatchObject({
    ...pickNames(
      plain,
      dashboard.figures.map(({ name }) => name as string),
    ),
    open_opportunities: pipeline.count,
    pipeline_value: pipeline.value,
    forecast_3_months: sumOpenRecords(known, soon).shown.weighted,
  });
  const foreign = dashboard.figures.find(({ name }) => name === "pipeline_value")?.unconverted ?? [];
  expect(foreign).toEqual(pipeline.unconverted.map(({ currency, value }) => ({ currency, value })));
}
