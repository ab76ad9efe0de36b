import { findComparedRange } from "@crm/core/analytics/figure/comparison.rules.ts";
import { addDays, daysBetween, instantToDay } from "@crm/core/kernel/time-zone.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import Big from "big.js";
import { expect } from "vitest";
import { buildRow, type CountedRecord, type FigureContext, type OpportunityView } from "../../sales/figures/reference-figures.ts";

/** Sales by reason and by product, computed slowly from all records that a caller sees. */

interface Range {
  from: string;
  to: string;
}

const divideRounded = (part: number, whole: number, decimals: number): number | null =>
  whole === 0 ? null : Number(new Big(part).div(whole).round(decimals, Big.roundHalfUp));

/** Compares win and loss reasons, and sales and the pipeline by product, with the records that the caller sees. */
export async function checkGroups(as: Client, records: readonly OpportunityView[], known: FigureContext): Promise<void> {
  const range = { from: addDays(known.today, -200), to: addDays(known.today, 20) };
  await checkWinLoss(as, records, known, range);
  await checkProducts(as, records, known, range);
}

/** The rows of reasons of closed records: the number and value of won and lost ones, their shares and their cycles. */
function computeReasons(known: FigureContext, records: readonly OpportunityView[], { from, to }: Range) {
  const closed = records.filter(
    ({ is_closed, closed_date }) => is_closed && from <= String(closed_date) && String(closed_date) <= to,
  );
  const averageDays = (group: readonly OpportunityView[]): number | null => {
    const days = group.map((record) =>
      Math.max(0, daysBetween(instantToDay(known.zone, record.created_at), record.closed_date as string)),
    );
    return divideRounded(
      days.reduce((sum, number) => sum + number, 0),
      days.length,
      4,
    );
  };
  const isWon = ({ is_won }: OpportunityView): boolean => is_won === true;
  const countWon = closed.filter(isWon).length;
  return [...Map.groupBy(closed, ({ win_loss_reason_id }) => win_loss_reason_id ?? "none")]
    .map(([key, group]) => {
      const row = buildRow(
        known,
        key,
        group.map((record): CountedRecord => ["", record.amount as string | null, record]),
      );
      const { won_count, won_value, lost_count, lost_value } = row;
      return {
        ...{ key, won_count, won_value, lost_count, lost_value },
        won_share: divideRounded(won_count * 100, countWon, 2),
        lost_share: divideRounded(lost_count * 100, closed.length - countWon, 2),
        average_won_cycle_days: averageDays(group.filter(isWon)),
        average_lost_cycle_days: averageDays(group.filter((record) => !isWon(record))),
        unconverted: row.unconverted.map(({ currency, won_value: won, lost_value: lost }) => ({
          ...{ currency, won_value: won, lost_value: lost },
        })),
      };
    })
    .sort((a, b) => b.won_count + b.lost_count - a.won_count - a.lost_count || (a.key < b.key ? -1 : 1));
}

type ReasonRow = Awaited<ReturnType<Client["getWinLossAnalytics"]>>["data"]["by_reason"][number];
const withoutLabels = (rows: readonly Omit<ReasonRow, "previous">[]) =>
  rows.map(({ label: _label, code: _code, category: _category, ...row }) => row);

/** Compares the reasons of won and lost opportunities, of all, of each owner and of each month, with the records that the caller sees. */
async function checkWinLoss(as: Client, records: readonly OpportunityView[], known: FigureContext, range: Range): Promise<void> {
  const query = { ...range, compare_to: "previous_period", interval: "quarter", group_by: "owner" };
  const { data } = await as.getWinLossAnalytics(query);
  expect(withoutLabels(data.by_reason.map(({ previous: _previous, ...row }) => row))).toEqual(
    computeReasons(known, records, range),
  );
  const before = new Map(
    computeReasons(known, records, findComparedRange(range, "previous_period")).map(({ key, ...numbers }) => [key, numbers]),
  );
  for (const { key, previous } of data.by_reason)
    expect([key, previous]).toMatchObject([key, before.get(key) ?? { won_count: 0, lost_count: 0 }]);
  const ownerOf = ({ owner_id }: OpportunityView): string => owner_id ?? "none";
  for (const owner of new Set(records.map(ownerOf))) {
    const expected = computeReasons(
      known,
      records.filter((record) => ownerOf(record) === owner),
      range,
    );
    const shown = data.reasons_by_owner.find(({ key }) => key === owner)?.reasons ?? [];
    expect([owner, withoutLabels(shown)]).toEqual([owner, expected]);
  }
  const count = (groups: typeof data.reasons_by_period): number =>
    groups.flatMap(({ reasons }) => reasons).reduce((sum, { won_count, lost_count }) => sum + won_count + lost_count, 0);
  const total = data.by_reason.reduce((sum, { won_count, lost_count }) => sum + won_count + lost_count, 0);
  expect([count(data.reasons_by_owner), count(data.reasons_by_period)]).toEqual([total, total]);
}

/** Compares sales and the pipeline by product with the lines of the records that the caller sees. */
async function checkProducts(as: Client, records: readonly OpportunityView[], known: FigureContext, range: Range): Promise<void> {
  const isWithin = ({ closed_date }: OpportunityView): boolean =>
    range.from <= String(closed_date) && String(closed_date) <= range.to;
  // One row for each product of a record, and for each spelling of a line without a product.
  const countLines = (record: OpportunityView): CountedRecord[] => {
    const lines = Map.groupBy(record.products, ({ product_id, name }) => product_id ?? `none ${name?.toLowerCase()}`);
    if (lines.size === 0) return [["none", record.amount as string | null, record]];
    return [...lines].map(([key, group]): CountedRecord => {
      const prices = group.flatMap(({ total_price }) => total_price ?? []);
      const sum = prices.length === 0 ? null : prices.reduce((total, price) => total.plus(price), new Big(0)).toFixed();
      return [key.split(" ")[0] as string, sum, record];
    });
  };
  const query = { ...range, group_by: "product" };
  const [{ data: sales }, { data: pipeline }] = [await as.getSalesAnalytics(query), await as.getPipelineAnalytics(query)];
  for (const [rows, counted] of [
    [sales.by_product, records.filter((record) => record.is_closed && isWithin(record)).flatMap(countLines)],
    [pipeline.by_product, records.filter(({ is_closed }) => !is_closed).flatMap(countLines)],
  ] as const) {
    const expected = [...Map.groupBy(counted, ([key]) => key)].map(([key, group]) => {
      const { open_count, open_value, won_count, won_value, lost_count, lost_value } = buildRow(known, key, group);
      return [key, open_count, open_value, won_count, won_value, lost_count, lost_value];
    });
    expect(
      new Set(
        rows.map(({ key, open_count, open_value, won_count, won_value, lost_count, lost_value }) =>
          JSON.stringify([key, open_count, open_value, won_count, won_value, lost_count, lost_value]),
        ),
      ),
    ).toEqual(new Set(expected.map((row) => JSON.stringify(row))));
  }
}
