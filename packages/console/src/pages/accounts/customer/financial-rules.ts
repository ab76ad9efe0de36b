import type { Client, Schemas } from "@crm/sdk/index.ts";
import { fillPeriods } from "../../../records/report/chart-rows.ts";
import type { Definition, ResultRow } from "../../../records/report/definition.ts";

/** A customer on one page, as `GET /customers/{id}/360` answers. */
export type Customer360 = Awaited<ReturnType<ReturnType<Client["customers"]>["360"]["get"]>>;
type Balance = Schemas.CustomerFinancials["amounts"][number];

/** Length of the parts of the chart of orders. */
export type OrderPeriod = "month" | "year";

/** The parts of the chart: as many as a reader compares. */
const MAX_PERIODS = { month: 24, year: 10 } as const;

/** What a customer ordered by month or by year, as a report: orders that count as sales, by the day on which they became one. */
export const buildOrderReport = (customer: string, by: OrderPeriod): Definition => ({
  where: { customer_id: customer, sale_day: { is_null: false } },
  group_by: [{ field: "sale_day", by }],
  measures: [{ as: "total", do: "sum", field: "total" }],
  sort: [{ by: `sale_day.${by}`, order: "desc" }],
  limit: MAX_PERIODS[by],
});

/** Returns the sum of each period from the first to the last one with orders, the latest ones if there are many. */
export function listPeriodSums(rows: readonly ResultRow[], by: OrderPeriod): { readonly id: string; readonly total: string }[] {
  const name = `sale_day.${by}`;
  const sums = new Map(
    rows.flatMap((row) => (typeof row[name] === "string" ? [[row[name], String(row.total ?? "0")] as const] : [])),
  );
  return fillPeriods([...sums.keys()], by)
    .slice(-MAX_PERIODS[by])
    .map((id) => ({ id, total: sums.get(id) ?? "0" }));
}

/** The balances, that of the currency of the customer first. */
export const orderBalances = (amounts: readonly Balance[], currency: string): Balance[] =>
  amounts.toSorted(
    (a, b) => Number(b.currency === currency) - Number(a.currency === currency) || (a.currency < b.currency ? -1 : 1),
  );

const DAY_MS = 86_400_000;

/** Whole days from one day to another. */
export const countDays = (from: string, until: string): number =>
  Math.round((Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
