import { currencyDecimals } from "@crm/core/kernel/money.ts";
import { daysBetween, instantToDay } from "@crm/core/kernel/time-zone.ts";
import Big from "big.js";
import type { Tenant } from "../../support/app.ts";

/** Pipeline, forecast and statistics, computed slowly from all records. */

export type OpportunityView = Awaited<ReturnType<Tenant["admin"]["getOpportunity"]>>["data"];

const Exact = Big();
Exact.DP = 60;

export interface FigureContext {
  currency: string;
  zone: string;
  today: string;
  rates: readonly { from: string; to: string; date: string; rate: string }[];
}

/** Converts an amount at the rate of a day; undefined if there is no rate. */
function convertAmount({ currency: to, rates }: FigureContext, amount: string, from: string, day: string): Big | undefined {
  if (from === to) return new Exact(amount);
  const latest = (source: string, target: string) =>
    rates
      .filter((rate) => rate.from === source && rate.to === target && rate.date <= day)
      .sort((a, b) => (a.date < b.date ? -1 : 1))
      .at(-1)?.rate;
  const [direct, inverse] = [latest(from, to), latest(to, from)];
  if (direct) return new Exact(amount).times(direct);
  return inverse ? new Exact(amount).div(inverse) : undefined;
}

const formatSum = (sum: Big, currency: string): string =>
  sum.round(currencyDecimals(currency), Big.roundHalfUp).toFixed(currencyDecimals(currency));

export type Amount = readonly [amount: string | null, currency: string, day: string];

/** Sums amounts and, by currency, those without a rate; each is rounded once, at the end. */
export function sumAmounts(known: FigureContext, amounts: readonly Amount[], percent: readonly number[] = []) {
  let sum = new Exact(0);
  const apart = new Map<string, Big>();
  for (const [at, [amount, currency, day]] of amounts.entries()) {
    if (amount === null) continue;
    const part = new Exact(amount).times(percent[at] ?? 100).div(100);
    const value = convertAmount(known, part.toFixed(), currency, day);
    if (value) sum = sum.plus(value);
    else apart.set(currency, (apart.get(currency) ?? new Exact(0)).plus(part));
  }
  return {
    sum,
    value: formatSum(sum, known.currency),
    apart: new Map([...apart].map(([code, rest]) => [code, formatSum(rest, code)])),
  };
}

export const countedDay = (record: OpportunityView, known: FigureContext): string =>
  record.is_closed ? (record.closed_date as string) : instantToDay(known.zone, record.created_at);

/** A record with a grouping key and the amount that it counts. */
export type CountedRecord = readonly [key: string, amount: string | null, record: OpportunityView];

/** A row of the statistics. */
export function buildRow(known: FigureContext, key: string, counted: readonly CountedRecord[]) {
  const of = (isMeant: (record: OpportunityView) => boolean) => {
    const meant = counted.filter(([, , record]) => isMeant(record));
    const amounts = meant.map(
      ([, amount, record]): Amount => [
        amount,
        record.currency as string,
        record.is_closed ? countedDay(record, known) : known.today,
      ],
    );
    return { count: meant.length, records: meant.map(([, , record]) => record), ...sumAmounts(known, amounts) };
  };
  const [all, open, won, lost] = [
    of(() => true),
    of(({ is_closed }) => !is_closed),
    of(({ is_won }) => is_won === true),
    of(({ is_won }) => is_won === false),
  ] as const;
  const days = won.records.map((record) =>
    Math.max(0, daysBetween(instantToDay(known.zone, record.created_at), record.closed_date as string)),
  );
  const quotient = (part: number, whole: number) =>
    whole === 0 ? null : Number(new Big(part).div(whole).round(4, Big.roundHalfUp));
  return {
    key,
    count: all.count,
    value: all.value,
    open_count: open.count,
    open_value: open.value,
    won_count: won.count,
    won_value: won.value,
    lost_count: lost.count,
    lost_value: lost.value,
    win_rate: quotient(won.count, won.count + lost.count),
    average_cycle_days: quotient(
      days.reduce((sum, each) => sum + each, 0),
      won.count,
    ),
    unconverted: [...all.apart]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, value]) => {
        const part = ({ apart }: typeof all) => apart.get(currency) ?? formatSum(new Exact(0), currency);
        return { currency, value, open_value: part(open), won_value: part(won), lost_value: part(lost) };
      }),
  };
}

/** The rows of counted records, by key. */
export const buildRows = (known: FigureContext, counted: readonly CountedRecord[]) =>
  [...Map.groupBy(counted, ([key]) => key)].map(([key, of]) => buildRow(known, key, of)).sort((a, b) => (a.key < b.key ? -1 : 1));

/** The sums of open records. */
export function sumOpenRecords(known: FigureContext, records: readonly OpportunityView[]) {
  const amounts = records.map((record): Amount => [record.amount as string | null, record.currency as string, known.today]);
  const value = sumAmounts(known, amounts);
  const weighted = sumAmounts(
    known,
    amounts,
    records.map(({ probability }) => probability),
  );
  return {
    exact: weighted.sum,
    /** Unrounded, because rounding matters in a pipeline of a cent. */
    exactValue: value.sum,
    shown: {
      count: records.length,
      value: value.value,
      weighted: weighted.value,
      unconverted: [...value.apart]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, amount]) => ({ currency, value: amount, weighted: weighted.apart.get(currency) })),
    },
  };
}

export const multiplySum = (sum: Big, factor: string, currency: string): string => formatSum(sum.times(factor), currency);
