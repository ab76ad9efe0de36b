import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { minIdAt } from "../../kernel/id.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Cache } from "../../storage/table/cache.ts";
import { ExchangeRates } from "./exchange-rate.entity.ts";
import { EXCHANGE_RATE } from "./exchange-rate.kind.ts";
import { type FoundRate, findLatestRate, groupDays, invertPair, type Pair, pairCode } from "./rates.rules.ts";

/**
 * Exchange rates for figures. The rate of a pair on a day is that of the day, or else the latest before it. A pair without rates uses the
 * inverse pair. There is no conversion through a third currency.
 */

type Rate = Pick<FoundRate, "rate" | "date">;

type RateRanges = Map<string, Promise<readonly Rate[]>>;

/** Other processes see a changed rate within a minute, as with master data. */
const CACHE_SECONDS = 60;
/** For each tenant and pair: the rates that were read, by range of days. */
const rateCache = new Cache<RateRanges>(CACHE_SECONDS);
const MAX_RANGES = 100;

/** The most concurrent queries. */
const MAX_CONCURRENCY = 8;
/** Rates of one pair that one query reads. */
const CHUNK_SIZE = 400;

const cacheKey = (pair: string): string => `${useTenant()}/${pair}`;

/** Removes a pair from the cache of this process after one of its rates was written. */
export const forget = (pair: string): void => rateCache.invalidate(cacheKey(pair));

/** Finds the rate of each pair and day, in their order; undefined if there is none. */
export async function findRates(datedPairs: readonly (Pair & { day: string })[]): Promise<(FoundRate | undefined)[]> {
  const foreign = datedPairs.filter(({ from, to }) => from !== to);
  const direct = await readSeries(foreign);
  const missing = foreign.filter((datedPair) => !direct(datedPair));
  const back = await readSeries(missing.map((datedPair) => ({ ...invertPair(datedPair), day: datedPair.day })));
  return datedPairs.map((datedPair) => {
    if (datedPair.from === datedPair.to) return { rate: "1", inverse: false, date: datedPair.day };
    const rate = direct(datedPair);
    if (rate) return { ...rate, inverse: false };
    const inverse = back({ ...invertPair(datedPair), day: datedPair.day });
    return inverse && { ...inverse, inverse: true };
  });
}

/** Finds the rates of today in the tenant's time zone. */
export const findTodaysRates = (pairs: readonly Pair[]): Promise<(FoundRate | undefined)[]> =>
  findRates(pairs.map(({ from, to }) => ({ from, to, day: today() })));

/**
 * Reads the rates for these pairs and days, and returns a lookup. A single day costs one query of one row. Several days of a pair cost one
 * more query over the range.
 */
async function readSeries(
  requests: readonly (Pair & { day: string })[],
): Promise<(request: Pair & { day: string }) => Rate | undefined> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const byPair = Map.groupBy(requests, pairCode);
  const series = await Promise.all(
    [...byPair].map(async ([pair, days]) => {
      const parts = groupDays(days.map(({ day }) => day));
      const read = await Promise.all(parts.map(({ first, last }) => limited(() => readRates(pair, first, last))));
      return [pair, read.flat()] as const;
    }),
  );
  const ratesByPair = new Map(series);
  return (request) => findLatestRate(ratesByPair.get(pairCode(request)) ?? [], request.day);
}

/** Reads the latest rate on or before the first day, and all later rates up to the last day. */
async function readRates(pair: string, first: string, last: string): Promise<readonly Rate[]> {
  const parts = await rateCache.get(cacheKey(pair), async (): Promise<RateRanges> => new Map());
  const name = `${first}/${last}`;
  const cachedRates = parts.get(name);
  if (cachedRates !== undefined) return cachedRates;
  const reading = Promise.all([
    queryRates(pair, { to: first }, 1),
    first === last ? [] : queryRates(pair, { from: addDays(first, 1), to: last }),
  ]).then((rates) => rates.flat());
  if (parts.size >= MAX_RANGES) parts.clear();
  parts.set(name, reading);
  reading.catch(() => parts.delete(name));
  return reading;
}

async function queryRates(
  pair: string,
  { from, to }: { from?: string; to: string },
  limit = Number.POSITIVE_INFINITY,
): Promise<Rate[]> {
  const floor = (day: string): string => minIdAt(EXCHANGE_RATE, Math.max(0, Date.parse(day)));
  const part = { ...(from === undefined ? {} : { from: floor(from) }), to: floor(to) };
  const partition = { index: "by_class" as const, facets: { pair }, ...part };
  const rates: Rate[] = [];
  for await (const row of queryPartitions(ExchangeRates, [partition], {
    order: from === undefined ? "desc" : "asc",
    after: undefined,
    chunk: Math.min(limit, CHUNK_SIZE),
  })) {
    const { rate, date } = ExchangeRates.fromRow(row);
    if (rates.push({ rate, date }) === limit) break;
  }
  return rates;
}

export { convert, type FoundRate, type Pair } from "./rates.rules.ts";
export * as Rates from "./rates.ts";
