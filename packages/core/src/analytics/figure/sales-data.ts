import { type Owners, useSettings } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import {
  ALL_OWNERS,
  type Cell,
  type CreatedCell,
  createdRange,
  createdRangeByOwner,
  type OpenCell,
  parseCells,
  parseCreatedCells,
  parseOpenCells,
} from "../../platform/daily-figures/counter-cells.rules.ts";
import { MultiCurrencySum } from "../../sales/figures/multi-currency-sum.rules.ts";
import { OpenSum } from "../../sales/figures/open-sum.rules.ts";
import { latestCountInstant, readCounters } from "../../sales/figures/owner-counters.ts";
import { openRanges } from "../../sales/figures/pipeline.ts";
import { listRevenue, readClosedCells, readOrderDays } from "../../sales/figures/revenue.ts";
import type { DayAmount } from "../../sales/figures/sale-days.rules.ts";
import { type Tally, tallyCells } from "../../sales/figures/stats.rules.ts";

/** What the figures of sales are computed from: the counters of opportunities and orders. No record is read. */

interface Contents {
  closed: readonly Cell[];
  created: readonly CreatedCell[];
  open: readonly OpenCell[];
  revenue: readonly DayAmount[];
  as_of: string | null;
}

/** A part of the data: that of one owner, or of some days. */
export interface Part {
  owner?: string;
  range?: DayRange;
}

export class SalesData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads five queries, or five for each owner. `isByOwner` keeps the owners apart. */
  static async load(owners: Owners, { from, to }: DayRange, isByOwner: boolean): Promise<SalesData> {
    const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
    const [{ closed, ordered }, orders, created, open] = await Promise.all([
      readClosedCells(first, last, owners, { isByOwner }),
      readOrderDays(from, to, owners, { isByOwner }),
      readCounters(
        {
          ofOwner: (owner) => createdRange(owner, first, last),
          ofAll: isByOwner ? undefined : createdRange(ALL_OWNERS, first, last),
          ofEach: createdRangeByOwner(),
        },
        owners,
      ),
      readCounters(openRanges, owners),
    ]);
    const isWithin = ({ day }: { day: string }): boolean => from <= day && day <= to;
    return new SalesData({
      closed: closed.flatMap(parseCells).filter((cell) => cell.state !== "open" && isWithin(cell)),
      created: created.flatMap(parseCreatedCells).filter(isWithin),
      open: open.flatMap(parseOpenCells),
      revenue: listRevenue({ closed, ordered, orders }).filter(isWithin),
      as_of: latestCountInstant([...closed, ...ordered, ...orders, ...created, ...open]),
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The owners of the data, in no order and with repetitions. */
  get owners(): string[] {
    const { closed, created, open, revenue } = this.#contents;
    return [closed, created, open, revenue].flatMap((rows) => rows.map(({ owner }) => owner));
  }

  select({ owner, range }: Part): SalesData {
    const isMeant = (row: { owner: string; day?: string }): boolean =>
      (owner === undefined || row.owner === owner) &&
      (range === undefined || row.day === undefined || (range.from <= row.day && row.day <= range.to));
    const { closed, created, open, revenue, as_of } = this.#contents;
    return new SalesData({
      closed: closed.filter(isMeant),
      created: created.filter(isMeant),
      open: open.filter(isMeant),
      revenue: revenue.filter(isMeant),
      as_of,
    });
  }

  /** What was won and lost. */
  get closed(): Tally {
    return tallyCells(this.#contents.closed, useSettings().currency);
  }

  /** The opportunities that were created, and how many of them are won by now. */
  get created(): { created: number; won: number } {
    const { created } = this.#contents;
    return {
      created: created.reduce((sum, cell) => sum + cell.created, 0),
      won: created.reduce((sum, cell) => sum + cell.won, 0),
    };
  }

  /** The open opportunities; `isMeant` selects some. */
  listOpen(isMeant: (cell: OpenCell) => boolean = () => true): OpenSum {
    return OpenSum.from(this.#contents.open.filter(isMeant));
  }

  /** Payments of orders less refunds, and won amounts of opportunities without an order. Foreign amounts keep their day. */
  get revenue(): MultiCurrencySum {
    const sum = new MultiCurrencySum();
    const { currency: baseCurrency } = useSettings();
    for (const { currency, day, minor } of this.#contents.revenue)
      sum.add(currency, currency === baseCurrency ? undefined : day, minor);
    return sum;
  }
}
