import * as z from "zod";
import type { Owners } from "../../kernel/context.ts";
import { addMonths } from "../../kernel/month.ts";
import { NONE } from "../../storage/table/collection.ts";

/** The requests that list the rows behind a number (docs/analytics/figures.md). Pure. */

/** `POST <path>` with this body, or `GET <path>` if the body is null. */
export const RowRequest = z
  .object({ path: z.string(), body: z.record(z.string(), z.json()).nullable() })
  .meta({ id: "RowRequest" });
export type RowRequest = z.output<typeof RowRequest>;

export const opens = z
  .array(RowRequest)
  .describe("The requests that list the rows behind the number. The sum of their `meta.total` is the number of rows");

export type Condition = string | boolean | null | string[] | Readonly<Record<string, string | boolean>>;
export type Where = Readonly<Record<string, Condition>>;

/** A list of the API, and its field whose user is the owner in figures. */
export interface RowList {
  readonly path: string;
  readonly owner: string;
}

export const opportunityRows: RowList = { path: "/opportunities/query", owner: "owner_id" };
const orderRows: RowList = { path: "/orders/query", owner: "owner_id" };

/** A filter may name at most 50 values (`storage/read/filter.ts`). */
const MAX_FILTER_VALUES = 50;

/** Returns the requests for the rows of owners; `all` leaves the owners out. `none` are rows without an owner. */
export function buildRowRequests({ path, owner }: RowList, where: Where, owners: Owners): RowRequest[] {
  if (owners === "all") return [{ path, body: { where } as RowRequest["body"] }];
  const users = [...owners].filter((id) => id !== NONE).sort();
  const parts: Condition[] = owners.has(NONE) ? [null] : [];
  for (let index = 0; index < users.length; index += MAX_FILTER_VALUES) parts.push(users.slice(index, index + MAX_FILTER_VALUES));
  return parts.map((part) => ({ path, body: { where: { ...where, [owner]: part } } as RowRequest["body"] }));
}

/** Returns the requests for open opportunities. `month` is that of the close date: `2026-11`, or `none`. */
export const buildOpenRequests = (owners: Owners, where: Where = {}, month?: string): RowRequest[] =>
  buildRowRequests(
    opportunityRows,
    {
      is_closed: false,
      ...where,
      ...(month === undefined ? {} : { close_date: month === NONE ? null : buildMonthCondition(month, month) }),
    },
    owners,
  );

/** Returns the condition for the days of months, such as `2026-11`. */
export const buildMonthCondition = (from: string | undefined, to: string | undefined): Condition => ({
  ...(from === undefined ? {} : { gte: `${from}-01` }),
  ...(to === undefined ? {} : { lte: addMonths(`${to}-31`, 0) }),
});

/** Returns the condition of opportunities that were won in a period. */
export const buildWonCondition = (days: Condition): Where => ({ is_won: true, closed_date: days });

/** Returns the lists of the sales behind revenue: won opportunities without an order, and confirmed orders by the day of their sale. */
export const listRevenueRows = (days: Condition): (readonly [RowList, Where])[] => [
  [opportunityRows, { ...buildWonCondition(days), ordered_at: null }],
  [orderRows, { sale_day: days }],
];
