import * as z from "zod";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { type DayRange, resolveDayRange } from "../../kernel/period.ts";
import { currency, money, oneOf } from "../../kernel/schema.ts";
import {
  ALL_OWNERS,
  type Cell,
  cellRange,
  cellRangeByOwner,
  type Dimension,
  parseCells,
} from "../../platform/daily-figures/counter-cells.rules.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { Directory } from "../../platform/user/directory.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import { convertSum, presentUnconverted, type RateLookup, roundAmount } from "../../sales/figures/multi-currency-sum.rules.ts";
import { latestCountInstant, readCounters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { computeAverageCycle, Tally } from "../../sales/figures/stats.rules.ts";
import { WIN_LOSS_REASONS } from "../../sales/opportunity/opportunity.masters.ts";
import type { Item } from "../../storage/table/item.ts";
import { answerFields, DividedScope, ownerRows, periodRows, readScope } from "./analytics.ts";
import { listBuckets } from "./bucket.rules.ts";
import { findComparedRange } from "./comparison.rules.ts";
import { divide } from "./rounding.rules.ts";
import { sortReasons, tallyReasons } from "./win-loss.rules.ts";

/** Why opportunities were won and lost, from the counters of reasons by day. No record is read. */

const Query = DividedScope.extend({
  group_by: oneOf(["owner"])
    .optional()
    .describe("`owner` adds the reasons of each owner, from the counters of each owner and reason"),
});

const numbers = {
  won_count: z.number().int(),
  won_value: money(),
  lost_count: z.number().int(),
  lost_value: money(),
  won_share: z.number().nullable().describe("Percent of the won opportunities, two decimals; null if none was won"),
  lost_share: z.number().nullable().describe("Percent of the lost opportunities, two decimals; null if none was lost"),
  average_won_cycle_days: z.number().nullable().describe("Average days from creation to closing of won opportunities"),
  average_lost_cycle_days: z.number().nullable().describe("Average days from creation to closing of lost opportunities"),
  unconverted: z
    .array(z.object({ currency: currency(), won_value: money(), lost_value: money() }))
    .describe("Amounts without an exchange rate, which are in no value"),
};

const reasonFields = {
  key: z.string().describe("Id of the reason; `none` for closed opportunities without one"),
  label: z.string().nullable(),
  code: z.string().nullable(),
  category: z.string().nullable(),
  ...numbers,
};
const ReasonNumbers = z.object(reasonFields).meta({ id: "WinLossReason" });
const Reason = z
  .object({
    ...reasonFields,
    previous: z.object(numbers).nullable().describe("The numbers of the period of comparison; null without a comparison"),
  })
  .meta({ id: "ComparedWinLossReason" });
const ReasonGroup = z
  .object({ key: z.string(), label: z.string().nullable(), reasons: z.array(ReasonNumbers) })
  .meta({ id: "WinLossGroup" });

export const Info = z
  .object({
    ...answerFields,
    by_period: periodRows,
    by_owner: ownerRows,
    by_reason: z.array(Reason).describe("Reasons of won and lost opportunities, the most frequent first"),
    reasons_by_owner: z.array(ReasonGroup).describe("With `group_by=owner`: the reasons of each owner, at most 100 owners"),
    reasons_by_period: z.array(ReasonGroup).describe("With `interval`: the reasons of each part of the period"),
  })
  .meta({ id: "WinLossAnalytics" });

const figureNames = [
  "opportunities_won",
  "opportunities_lost",
  "win_rate",
  "bookings",
  "lost_value",
  "average_cycle_days",
  "average_lost_cycle_days",
] as const;

const MAX_OWNERS = 100;

interface ClosedData {
  reasons: readonly Cell[];
  totals: readonly Cell[];
  counters: readonly Item[];
}

/** Reads the counters of closed opportunities by reason, and of all: two queries, or two for each owner. */
async function loadClosed(owners: Owners, { from, to }: DayRange, isByOwner: boolean): Promise<ClosedData> {
  const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
  const read = (dimension: Dimension) =>
    readCounters(
      {
        ofOwner: (owner) => cellRange(dimension, owner, first, last),
        ofAll: isByOwner ? undefined : cellRange(dimension, ALL_OWNERS, first, last),
        ofEach: cellRangeByOwner(dimension),
      },
      owners,
    );
  const [reasons, totals] = await Promise.all([read("reason"), read("total")]);
  const selectClosed = (counters: readonly Item[]): Cell[] =>
    counters.flatMap(parseCells).filter(({ state, day }) => state !== "open" && from <= day && day <= to);
  return { reasons: selectClosed(reasons), totals: selectClosed(totals), counters: [...reasons, ...totals] };
}

type Tallies = ReadonlyMap<string, Tally>;

const tallyPart = ({ reasons, totals }: ClosedData, isMeant: (cell: Cell) => boolean = () => true): Tallies =>
  tallyReasons(reasons.filter(isMeant), totals.filter(isMeant), useSettings().currency);

export const read = fn(Query, async ({ group_by, ...scope }): Promise<z.output<typeof Info>> => {
  const { from, to, owner, team, territory, interval, compare_to } = scope;
  const range = resolveDayRange({ from, to });
  const owners = await resolveOwners({ owner, team, territory });
  const comparedRange = compare_to ? findComparedRange(range, compare_to) : undefined;
  const isByOwner = group_by === "owner";
  const [answer, data, compared] = await Promise.all([
    readScope(figureNames, scope, { interval, isByOwner: true }),
    loadClosed(owners, range, isByOwner),
    comparedRange && loadClosed(owners, comparedRange, false),
  ]);
  const [tallies, before] = [tallyPart(data), compared && tallyPart(compared)];
  const ofOwners = isByOwner ? groupByOwner(data) : [];
  const ofPeriods = interval
    ? listBuckets(range, interval).map(({ key, ...days }) => ({
        key,
        tallies: tallyPart(data, ({ day }) => days.from <= day && day <= days.to),
      }))
    : [];
  const all = [tallies, ...(before ? [before] : []), ...[...ofOwners, ...ofPeriods].map((group) => group.tallies)];
  const findRate = await loadRates(all.flatMap((part) => [...part.values()].flatMap(({ sums }) => [sums.won, sums.lost])));
  const [{ byId }, names] = await Promise.all([
    loadValues(WIN_LOSS_REASONS),
    Directory.loadNames(ofOwners.flatMap(({ key }) => (key === "none" ? [] : [key]))),
  ]);
  const present = (part: Tallies): z.output<typeof ReasonNumbers>[] => {
    const total = sumTallies(part);
    return sortReasons(part).map(([key, tally]) => {
      const reason = byId.get(key);
      const fields = { key, label: reason?.name ?? null, code: reason?.code ?? null, category: reason?.category ?? null };
      return { ...fields, ...presentTally(tally, total, findRate) };
    });
  };
  const presentPrevious = (key: string) =>
    before ? presentTally(before.get(key) ?? new Tally(), sumTallies(before), findRate) : null;
  return {
    ...answer,
    by_reason: present(tallies).map((reason) => ({ ...reason, previous: presentPrevious(reason.key) })),
    reasons_by_owner: ofOwners.map(({ key, tallies: part }) => ({ key, label: names.get(key) ?? null, reasons: present(part) })),
    reasons_by_period: ofPeriods.map(({ key, tallies: part }) => ({ key, label: null, reasons: present(part) })),
    as_of: latestCountInstant([answer, ...data.counters]),
  };
});

const sumTallies = (tallies: Tallies): Tally => {
  const total = new Tally();
  for (const tally of tallies.values()) total.join(tally);
  return total;
};

/** Returns the reasons of the owners with most closed opportunities. */
function groupByOwner(data: ClosedData): { key: string; tallies: Tallies }[] {
  const measure = (tallies: Tallies): number => {
    const { count } = sumTallies(tallies);
    return count.won + count.lost;
  };
  return [...new Set(data.totals.map(({ owner }) => owner))]
    .map((key) => ({ key, tallies: tallyPart(data, ({ owner }) => owner === key) }))
    .filter(({ tallies }) => tallies.size > 0)
    .sort((a, b) => measure(b.tallies) - measure(a.tallies) || (a.key < b.key ? -1 : 1))
    .slice(0, MAX_OWNERS);
}

function presentTally(tally: Tally, total: Tally, findRate: RateLookup) {
  const { currency: into } = useSettings();
  const [won, lost] = [convertSum(tally.sums.won, into, findRate), convertSum(tally.sums.lost, into, findRate)];
  const codes = [...new Set([...won.unconverted.keys(), ...lost.unconverted.keys()])].sort();
  return {
    won_count: tally.count.won,
    won_value: roundAmount(won.exact, into),
    lost_count: tally.count.lost,
    lost_value: roundAmount(lost.exact, into),
    won_share: divide(tally.count.won, total.count.won, { factor: 100 }),
    lost_share: divide(tally.count.lost, total.count.lost, { factor: 100 }),
    average_won_cycle_days: computeAverageCycle(tally, "won"),
    average_lost_cycle_days: computeAverageCycle(tally, "lost"),
    unconverted: codes.map((code) => ({
      currency: code,
      won_value: presentUnconverted(code, won.unconverted.get(code) ?? 0n),
      lost_value: presentUnconverted(code, lost.unconverted.get(code) ?? 0n),
    })),
  };
}

export * as WinLoss from "./win-loss.ts";
