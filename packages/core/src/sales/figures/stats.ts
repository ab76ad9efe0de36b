import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { currency, date, instant, money, oneOf } from "../../kernel/schema.ts";
import {
  ALL_OWNERS,
  ANY_VALUE,
  type Cell,
  cellRange,
  cellRangeByOwner,
  type Dimension,
  decodeText,
  dimensions,
  parseCells,
  states,
} from "../../platform/daily-figures/counter-cells.rules.ts";
import { TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { Directory } from "../../platform/user/directory.ts";
import { NONE } from "../../storage/table/collection.ts";
import { loadRates } from "./convert-currency.ts";
import { resolveLabels } from "./labels.ts";
import {
  type ConvertedSum,
  convertSum,
  MultiCurrencySum,
  presentUnconverted,
  type RateLookup,
  roundAmount,
} from "./multi-currency-sum.rules.ts";
import { latestCountInstant, ownerFilters, readCounters, resolveOwners } from "./owner-counters.ts";
import {
  chooseTextNames,
  computeAverageCycle,
  computeWinRate,
  groups,
  groupTallies,
  intervals,
  type OwnerGroup,
  ownerGroups,
  Tally,
  tallyCells,
  toPeriod,
} from "./stats.rules.ts";

/** Totals of opportunities by a group, from counters. No record is read. */

/** The most rows of a response. The totals contain all opportunities. */
export const MAX_ROWS = 500;

const Query = z.strictObject({
  group_by: oneOf(groups)
    .optional()
    .describe("Defaults to stages. Manager, team and the region of its territory are those of the owner today"),
  interval: oneOf(intervals).optional().describe("For periods; defaults to month"),
  from: date().optional().describe("First day: of closing, or of creation for open opportunities"),
  to: date().optional().describe("Last day"),
  ...ownerFilters,
});

const count = () => z.number().int();

const numbers = {
  count: count(),
  value: money().describe("Value of all opportunities, open and closed"),
  open_count: count(),
  open_value: money(),
  won_count: count(),
  won_value: money(),
  lost_count: count(),
  lost_value: money(),
  win_rate: z.number().nullable().describe("won / (won + lost), four decimals; null if none is closed"),
  average_cycle_days: z.number().nullable().describe("From creation to closing of won opportunities; null if none is won"),
  unconverted: z
    .array(z.object({ currency: currency(), value: money(), open_value: money(), won_value: money(), lost_value: money() }))
    .describe("Amounts without an exchange rate; they are in none of the values"),
};

export const Row = z
  .object({
    key: z
      .string()
      .describe("An id, a word, a name or a period; `none` if there is no value, `other` for further values of a record"),
    label: z.string().nullable(),
    code: z.string().nullable().describe("Code, if the row is master data"),
    ...numbers,
  })
  .meta({ id: "OpportunityStatsGroup" });

export const Info = z.object({
  group_by: oneOf(groups),
  from: date().nullable(),
  to: date().nullable(),
  currency: currency().describe("Currency of the values: the tenant's"),
  rows: z.array(Row).describe(`Periods and stages in order, other rows by their number of opportunities; at most ${MAX_ROWS}`),
  totals: Row.describe(
    "Totals of all opportunities; one with several products or competitors is in several rows, but counts here once",
  ),
  as_of: instant().nullable().describe("Time up to which changes are counted"),
});

export const read = fn(
  Query,
  async ({ group_by = "stage", interval = "month", from, to, ...narrowed }): Promise<z.output<typeof Info>> => {
    if (from !== undefined && to !== undefined && from > to) throw invalid("from", "Must not be later than `to`");
    const baseCurrency = useSettings().currency;
    const owners = await resolveOwners(narrowed);
    const isByOwner = ownerGroups.some((ownerGroup) => ownerGroup === group_by);
    const [first, last] = [from?.slice(0, 7), to?.slice(0, 7)];
    const read = async (dimension: Dimension, isApart: boolean) => {
      const places = {
        ofOwner: (owner: string) => cellRange(dimension, owner, first, last),
        ofAll: isApart ? undefined : cellRange(dimension, ALL_OWNERS, first, last),
        ofEach: cellRangeByOwner(dimension),
      };
      const counters = await readCounters(places, owners);
      const cells = counters.flatMap(parseCells);
      return { counters, cells: cells.filter(({ day }) => !((from && day < from) || (to && day > to))) };
    };
    const single = dimensions.find((dimension) => dimension === group_by);
    const [total, ofValues] = await Promise.all([read("total", isByOwner), single && read(single, false)]);
    const totalTally = tallyCells(total.cells, baseCurrency);
    const names = chooseTextNames(ofValues?.cells ?? []);
    const tallies = ofValues
      ? addRemainder(
          groupTallies(ofValues.cells, baseCurrency, ({ value }) => decodeText(value)?.same ?? value),
          totalTally,
        )
      : isByOwner
        ? await tallyByOwnerGroup(total.cells, group_by as OwnerGroup, baseCurrency)
        : groupTallies(total.cells, baseCurrency, ({ day }) => toPeriod(day, interval));
    const entries = [...tallies].filter(([, tally]) => tally.total > 0);
    const labels = await resolveLabels(
      group_by,
      entries.map(([key]) => key),
      names,
    );
    const findRate = await loadRates(
      [...entries.map(([, tally]) => tally), totalTally].flatMap(({ sums }) => Object.values(sums)),
    );
    const presentRow = (key: string, tally: Tally) => {
      const { order: _order, ...labelFields } = labels.get(key) ?? { key, label: null, code: null, order: 0 };
      return { ...labelFields, ...presentTally(tally, baseCurrency, findRate) };
    };
    const order = (key: string): number => labels.get(key)?.order ?? 0;
    const sorted = entries.sort(
      ([a, leftTally], [b, rightTally]) =>
        order(a) - order(b) ||
        (group_by === "period" ? (a < b ? -1 : 1) : rightTally.total - leftTally.total || (a < b ? -1 : 1)),
    );
    return {
      group_by,
      from: from ?? null,
      to: to ?? null,
      currency: baseCurrency,
      rows: sorted.slice(0, MAX_ROWS).map(([key, tally]) => presentRow(key, tally)),
      totals: { ...presentRow("total", totalTally), label: "Total" },
      as_of: latestCountInstant([...total.counters, ...(ofValues?.counters ?? [])]),
    };
  },
);

/** Adds the row `none`: the total minus all opportunities that have a value. */
function addRemainder(tallies: Map<string, Tally>, total: Tally): Map<string, Tally> {
  const anyValueTally = tallies.get(ANY_VALUE);
  tallies.delete(ANY_VALUE);
  const rest = new Tally().join(total);
  for (const [key, tally] of anyValueTally ? [] : tallies) if (key !== NONE) rest.join(tally, -1);
  if (anyValueTally) rest.join(anyValueTally, -1).join(tallies.get(NONE) ?? new Tally());
  return tallies.set(NONE, rest);
}

/** Sums by the present team, manager or region of the owners. */
async function tallyByOwnerGroup(cells: readonly Cell[], group: OwnerGroup, baseCurrency: string): Promise<Map<string, Tally>> {
  const standings = await Directory.loadOrgPositions(
    [...new Set(cells.map(({ owner }) => owner))].filter((owner) => owner !== NONE),
  );
  const territories = (await loadValues(TERRITORIES)).byId;
  const findKey = (owner: string): string | null | undefined => {
    const standing = standings.get(owner);
    if (group === "owner") return owner;
    if (group === "manager") return standing?.manager_id;
    if (group === "team") return standing?.team?.id;
    return territories.get(standing?.team?.territory_id ?? "")?.region;
  };
  return groupTallies(cells, baseCurrency, ({ owner }) => findKey(owner) || NONE);
}

function presentTally(tally: Tally, baseCurrency: string, findRate: RateLookup) {
  const { count, sums } = tally;
  const [open, won, lost] = states.map((state) => convertSum(sums[state], baseCurrency, findRate)) as [
    ConvertedSum,
    ConvertedSum,
    ConvertedSum,
  ];
  const all = convertSum(new MultiCurrencySum().join(sums.open).join(sums.won).join(sums.lost), baseCurrency, findRate);
  return {
    count: tally.total,
    value: roundAmount(all.exact, baseCurrency),
    open_count: count.open,
    open_value: roundAmount(open.exact, baseCurrency),
    won_count: count.won,
    won_value: roundAmount(won.exact, baseCurrency),
    lost_count: count.lost,
    lost_value: roundAmount(lost.exact, baseCurrency),
    win_rate: computeWinRate(tally),
    average_cycle_days: computeAverageCycle(tally),
    unconverted: [...all.unconverted].sort().map(([currency, minor]) => {
      const part = ({ unconverted }: ConvertedSum) => presentUnconverted(currency, unconverted.get(currency) ?? 0n);
      return {
        currency,
        value: presentUnconverted(currency, minor),
        open_value: part(open),
        won_value: part(won),
        lost_value: part(lost),
      };
    }),
  };
}

export * as Stats from "./stats.ts";
