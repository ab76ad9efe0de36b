import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { minIdAt } from "../../kernel/id.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Cache } from "../../storage/table/cache.ts";
import { EXCHANGE_RATE } from "./exchange-rate.domain.ts";
import { ExchangeRates } from "./exchange-rate.entity.ts";
import { type FoundRate, findLatestRate, groupDays, invertPair, type Pair, pairCode } from "./rates.rules.ts";

/**
 * What figures need of exchange rates: the rate of a pair on a day is that of the day itself, or the latest before it; where the pair has
 * none, that of the pair the other way round. No third currency is gone through.
 */

type Rate = Pick<FoundRate, "rate" | "date">;

type RateRanges = Map<string, Promise<readonly Rate[]>>;

/** In force everywhere within a minute, as all master data. */
const CACHE_SECONDS = 60;
/** By the pair, what was read of its rates by the days between which they lie. */
const rateCache = new Cache<RateRanges>(CACHE_SECONDS);
const MAX_RANGES = 100;

/** Queries under way at a time. */
const MAX_CONCURRENCY = 8;
/** Rates of one pair that are asked for at a time. */
const CHUNK_SIZE = 400;

const cacheKey = (pair: string): string => `${useTenant()}/${pair}`;

/** A rate of the pair was written: this process goes by it at once. */
export const forget = (pair: string): void => rateCache.invalidate(cacheKey(pair));

/** The rate of each of these, in their order; undefined where there is none. */
export async function findRates(asked: readonly (Pair & { day: string })[]): Promise<(FoundRate | undefined)[]> {
  const foreign = asked.filter(({ from, to }) => from !== to);
  const direct = await readSeries(foreign);
  const missing = foreign.filter((each) => !direct(each));
  const back = await readSeries(missing.map((each) => ({ ...invertPair(each), day: each.day })));
  return asked.map((each) => {
    if (each.from === each.to) return { rate: "1", inverse: false, date: each.day };
    const rate = direct(each);
    if (rate) return { ...rate, inverse: false };
    const inverse = back({ ...invertPair(each), day: each.day });
    return inverse && { ...inverse, inverse: true };
  });
}

/** As `on`, today in the tenant's zone. */
export const findTodaysRates = (pairs: readonly Pair[]): Promise<(FoundRate | undefined)[]> =>
  findRates(pairs.map(({ from, to }) => ({ from, to, day: today() })));

/**
 * What tells the rate of a pair on any of these days. A day costs one query of one row, many days of a pair one more over the days
 * between the first and the last.
 */
async function readSeries(asked: readonly (Pair & { day: string })[]): Promise<(of: Pair & { day: string }) => Rate | undefined> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const byPair = Map.groupBy(asked, pairCode);
  const series = await Promise.all(
    [...byPair].map(async ([pair, days]) => {
      const parts = groupDays(days.map(({ day }) => day));
      const read = await Promise.all(parts.map(({ first, last }) => limited(() => readRates(pair, first, last))));
      return [pair, read.flat()] as const;
    }),
  );
  const known = new Map(series);
  return (of) => findLatestRate(known.get(pairCode(of)) ?? [], of.day);
}

/** The latest rate of a pair on the first day or before it, and all from then on up to the last day. */
async function readRates(pair: string, first: string, last: string): Promise<readonly Rate[]> {
  const parts = await rateCache.get(cacheKey(pair), async (): Promise<RateRanges> => new Map());
  const name = `${first}/${last}`;
  const known = parts.get(name);
  if (known !== undefined) return known;
  const reading = Promise.all([
    queryRates(pair, { to: first }, 1),
    first === last ? [] : queryRates(pair, { from: nextDay(first), to: last }),
  ]).then((rates) => rates.flat());
  if (parts.size >= MAX_RANGES) parts.clear();
  parts.set(name, reading);
  reading.catch(() => parts.delete(name));
  return reading;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const nextDay = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);

async function queryRates(
  pair: string,
  { from, to }: { from?: string; to: string },
  most = Number.POSITIVE_INFINITY,
): Promise<Rate[]> {
  const floor = (day: string): string => minIdAt(EXCHANGE_RATE, Math.max(0, Date.parse(day)));
  const part = { ...(from === undefined ? {} : { from: floor(from) }), to: floor(to) };
  const partition = { index: "by_class" as const, facets: { pair }, ...part };
  const rates: Rate[] = [];
  for await (const row of queryPartitions(ExchangeRates, [partition], {
    order: from === undefined ? "desc" : "asc",
    after: undefined,
    chunk: Math.min(most, CHUNK_SIZE),
  })) {
    const { rate, date } = ExchangeRates.fromRow(row);
    if (rates.push({ rate, date }) === most) break;
  }
  return rates;
}

export { convert, type FoundRate, type Pair } from "./rates.rules.ts";
export * as Rates from "./rates.ts";
