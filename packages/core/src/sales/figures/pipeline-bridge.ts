import * as z from "zod";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { type Amount, currencyDecimals, Money } from "../../kernel/money.ts";
import type { DayRange } from "../../kernel/period.ts";
import { currency, date, money } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { readSnapshots } from "../../platform/daily-figures/snapshot-items.ts";
import { loadRates } from "./convert-currency.ts";
import { convertSum, MultiCurrencySum, presentUnconverted, type RateLookup, roundAmount } from "./multi-currency-sum.rules.ts";
import { PIPELINE_MOVES } from "./pipeline-days.ts";
import { changesCount, moveNames, moveSigns, parseMoves, roundParts } from "./pipeline-moves.rules.ts";
import { parseSnapshot } from "./trend.rules.ts";

/** How the open pipeline came from its opening to its closing amount, from daily snapshots. No opportunity is read. */

/** The most snapshots that one response reads. */
const MAX_SNAPSHOTS = 20_000;
const MAX_CONCURRENCY = 8;

const Part = z.object({ count: z.number().int(), value: z.string().meta({ "x-type": "money", examples: ["1200.00"] }) });

export const Info = z
  .object({
    from: date(),
    to: date().describe("The last day that was taken"),
    currency: currency().describe("Currency of the amounts, which are converted at the rates of the last day"),
    opening: Part.describe("Open at the end of the day before `from`"),
    new: Part.describe("Created on these days"),
    increased: Part.describe("Amounts that grew, with the number of changes"),
    decreased: Part.describe("Amounts that shrank, with the number of changes"),
    moved_in: Part.describe("Reopened, restored, or given to one of the owners"),
    moved_out: Part.describe("Deleted, or given to another owner"),
    won: Part.describe("Won"),
    lost: Part.describe("Lost"),
    corrected: Part.describe("History that was changed afterwards, such as by an import of older records"),
    closing: Part.describe("Open at the end of the last day"),
    unconverted: z.array(z.object({ currency: currency(), opening: money(), closing: money() })),
  })
  .meta({ id: "PipelineBridge" });

/** A sum of the bridge, before its conversion. */
interface Sum {
  count: number;
  amounts: MultiCurrencySum;
}

/**
 * Reads the bridge of a period: opening + new + increased + moved_in − decreased − moved_out − won − lost + corrected = closing. Undefined if the day
 * before the period, or all of its days, were not taken.
 */
export async function readBridge(owners: Owners, { from, to }: DayRange): Promise<z.output<typeof Info> | undefined> {
  const dayBefore = addDays(from, -1);
  const ownerKeys = owners === "all" ? [ALL_OWNERS] : [...owners];
  if (2 * ownerKeys.length * (daysBetween(from, to) + 1) > MAX_SNAPSHOTS)
    throw ruleViolation("Too much data for one response: request fewer days, or one owner or team");
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const readAll = async (first: string, last: string, figureKey?: string) =>
    (await Promise.all(ownerKeys.map((owner) => limited(() => readSnapshots(owner, first, last, figureKey))))).flat();
  const taken = await readSnapshots(ALL_OWNERS, dayBefore, to);
  const last = taken.at(-1)?.day ?? dayBefore;
  if (taken[0]?.day !== dayBefore || last === dayBefore) return undefined;
  const [opening, closing, moves] = await Promise.all([
    readAll(dayBefore, dayBefore),
    readAll(last, last),
    readAll(from, last, PIPELINE_MOVES),
  ]);
  const sums = { opening: sumOpen(opening, last), closing: sumOpen(closing, last), ...sumMoves(moves, last) };
  return {
    from,
    to: last,
    ...presentBridge(
      sums,
      await loadRates([sums.opening.amounts, sums.closing.amounts, ...moveNames.map((name) => sums[name].amounts)]),
    ),
  };
}

type Snapshots = readonly { cells: string }[];

/** All amounts of a bridge are converted at the rates of one day, so they add up. */
const bridgeDay = (code: string, day: string): string | undefined => (code === useSettings().currency ? undefined : day);

function sumOpen(snapshots: Snapshots, day: string): Sum {
  const sum: Sum = { count: 0, amounts: new MultiCurrencySum() };
  for (const { count, currency: code, minor } of snapshots.flatMap(({ cells }) => parseSnapshot(cells))) {
    sum.count += count;
    sum.amounts.add(code, bridgeDay(code, day), minor);
  }
  return sum;
}

function sumMoves(snapshots: Snapshots, day: string): Record<(typeof moveNames)[number], Sum> {
  const sums = Object.fromEntries(moveNames.map((name) => [name, { count: 0, amounts: new MultiCurrencySum() }])) as Record<
    (typeof moveNames)[number],
    Sum
  >;
  for (const { move, currency: code, count, minor } of snapshots.flatMap(({ cells }) => parseMoves(cells))) {
    sums[move].count += count;
    sums[move].amounts.add(code, bridgeDay(code, day), minor);
  }
  return sums;
}

type Sums = Record<"opening" | "closing" | (typeof moveNames)[number], Sum>;

/** Decimal places of the exact parts beyond those of the currency. */
const EXTRA_DECIMALS = 20;

function presentBridge(sums: Sums, findRate: RateLookup) {
  const into = useSettings().currency;
  const decimals = currencyDecimals(into);
  const toExact = ({ amounts }: Sum): Amount => convertSum(amounts, into, findRate).exact;
  const [opening, closing] = [roundAmount(toExact(sums.opening), into), roundAmount(toExact(sums.closing), into)];
  const corrected = new MultiCurrencySum().join(sums.closing.amounts).join(sums.opening.amounts, -1n);
  for (const name of moveNames) corrected.join(sums[name].amounts, moveSigns[name] === 1 ? -1n : 1n);
  const names = [...moveNames, "corrected"] as const;
  const signOf = (name: (typeof names)[number]): bigint => (name === "corrected" ? 1n : BigInt(moveSigns[name]));
  const exactParts = names.map((name) => {
    const exact = name === "corrected" ? convertSum(corrected, into, findRate).exact : toExact(sums[name]);
    return signOf(name) * Money.toMinor(Money.convert(exact, 1, decimals + EXTRA_DECIMALS));
  });
  const total = Money.toMinor(closing) - Money.toMinor(opening);
  const rounded = roundParts(exactParts, total, EXTRA_DECIMALS);
  const count = moveNames.reduce(
    (sum, name) => sum - (changesCount(name) ? moveSigns[name] * sums[name].count : 0),
    sums.closing.count - sums.opening.count,
  );
  const values = Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        count: name === "corrected" ? count : sums[name].count,
        value: Money.fromMinor(signOf(name) * (rounded[index] as bigint), decimals),
      },
    ]),
  ) as Record<(typeof names)[number], { count: number; value: Amount }>;
  const [before, after] = [convertSum(sums.opening.amounts, into, findRate), convertSum(sums.closing.amounts, into, findRate)];
  const codes = [...new Set([...before.unconverted.keys(), ...after.unconverted.keys()])].sort();
  return {
    currency: into,
    opening: { count: sums.opening.count, value: opening },
    ...values,
    closing: { count: sums.closing.count, value: closing },
    unconverted: codes.map((code) => ({
      currency: code,
      opening: presentUnconverted(code, before.unconverted.get(code) ?? 0n),
      closing: presentUnconverted(code, after.unconverted.get(code) ?? 0n),
    })),
  };
}

export * as PipelineBridge from "./pipeline-bridge.ts";
