import type { Kind } from "../../api/kind.ts";

/** What a calendar asks the API for: the records that are on one of its days. */

type Query = Readonly<Record<string, unknown>>;
type CalendarKind = Pick<Kind, "calendar" | "fields" | "filters">;

const DUE_DAY = "due_date";
/** Filters that the list of a period takes too. */
const PERIOD_FILTERS = new Set(["owner", "team"]);

/** Whether the list of a period answers these filters. Otherwise the list of the kind does, with the same people. */
export const readsPeriod = ({ calendar }: Pick<Kind, "calendar">, filters: Query): boolean =>
  calendar?.path !== undefined && Object.keys(filters).every((name) => PERIOD_FILTERS.has(name));

interface Period {
  readonly from: string;
  readonly to: string;
  readonly days: readonly string[];
}

/** The queries of the list: what begins in the period, what goes on in it, and what is due in it. */
export function listCalendarQueries(
  { calendar, fields, filters: known }: CalendarKind,
  filters: Query,
  { from, to, days }: Period,
): Query[] {
  if (!calendar) return [];
  const { start, end, path } = calendar;
  const isDate = fields.find(({ name }) => name === start)?.type === "date";
  const [first = "", last = first] = [days[0], days.at(-1)];
  const own = path === undefined || filters.owner !== undefined ? filters : { ...filters, owner: "me" };
  const begins: Query = isDate
    ? { [`${start}[gte]`]: first, [`${start}[lte]`]: last }
    : { [`${start}[gte]`]: from, [`${start}[lt]`]: to };
  const goesOn: Query = isDate
    ? { [`${start}[lt]`]: first, [`${end}[gte]`]: first }
    : { [`${start}[lt]`]: from, [`${end}[gt]`]: from };
  const hasDue = start !== DUE_DAY && known.some(({ name }) => name === DUE_DAY);
  return [
    { ...own, ...begins },
    ...(end === undefined ? [] : [{ ...own, ...goesOn }]),
    ...(hasDue ? [{ ...own, [`${DUE_DAY}[gte]`]: first, [`${DUE_DAY}[lte]`]: last, [`${start}[is_null]`]: "true" }] : []),
  ];
}
