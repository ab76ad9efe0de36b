import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { currency, date, instant, money, oneOf, query } from "../../kernel/schema.ts";
import {
  ALL_OWNERS,
  type CreatedCell,
  createdRange,
  createdRangeByOwner,
  type OpenCell,
  parseCells,
  parseCreatedCells,
  parseOpenCells,
} from "../../platform/daily-figures/counter-cells.rules.ts";
import { forecastCategories } from "../../platform/master-data/stage.rules.ts";
import { NONE } from "../../storage/table/collection.ts";
import { loadRates } from "./convert-currency.ts";
import { addMonths, buildForecast, subtractYear } from "./forecast.rules.ts";
import { resolveLabels } from "./labels.ts";
import { convertSum, MultiCurrencySum, presentUnconverted, type RateLookup, roundAmount } from "./multi-currency-sum.rules.ts";
import { groupSums, OpenSum, WEIGHTED_DECIMALS } from "./open-sum.rules.ts";
import { type CounterRanges, latestCountInstant, ownerFilters, readCounters, resolveOwners } from "./owner-counters.ts";
import { openRanges, presentOpenSum } from "./pipeline.ts";
import { listRevenue, readClosedCells, readOrderDays } from "./revenue.ts";
import {
  buildMonthCondition,
  buildOpenRequests,
  buildRowRequests,
  buildWonCondition,
  listRevenueRows,
  opens,
  opportunityRows,
} from "./row-request.rules.ts";
import type { DayAmount } from "./sale-days.rules.ts";
import { divideRounded, Tally, tallyCells } from "./stats.rules.ts";
import type { SubmissionRecord } from "./submission.entity.ts";
import { Submission } from "./submission.ts";

/** The forecast: the expected revenue of the coming months from open opportunities, read from counters. */

const MAX_MONTHS = 24;
const DEFAULT_MONTHS = 6;
const MAX_PAST_MONTHS = 12;
/** The most owners of a month in a response. The sums contain all owners. */
const MAX_OWNERS = 100;

const share = () =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/)
          .transform(Number),
      ],
      "Must be a number from 0 to 1",
    )
    .pipe(z.number().min(0).max(1));

export const Query = z.strictObject({
  months: query.int(1, MAX_MONTHS).optional().describe(`Number of months from this month on; defaults to ${DEFAULT_MONTHS}`),
  past_months: query
    .int(0, MAX_PAST_MONTHS)
    .optional()
    .describe("Number of months before this month, which come first; defaults to 0"),
  confidence_level: share().optional().describe("Defaults to 0.8; returned, but not used in any computation"),
  ...ownerFilters,
});

const unconverted = z
  .array(z.object({ currency: currency(), value: money(), weighted: money() }))
  .describe("Amounts without an exchange rate; they are in none of the sums");
const openFields = { count: z.number().int(), value: money(), weighted: money(), unconverted, opens };

const SubmissionInfo = z
  .object({
    commit: money().nullable(),
    best_case: money().nullable(),
    note: z.string().nullable(),
    override_commit: money().nullable(),
    override_best_case: money().nullable(),
    override_note: z.string().nullable(),
    currency: currency(),
  })
  .describe("The owner's forecast of the month, and the override of a leader");

const Month = z
  .object({
    forecast_period: date().describe("The first day of the month"),
    best_case_revenue: money().describe("1.2 × expected_revenue"),
    expected_revenue: money().describe("Sum of the open amounts expected to close in the month, each times its probability"),
    worst_case_revenue: money().describe("0.8 × expected_revenue"),
    pipeline_coverage_ratio: z
      .number()
      .describe("Expected revenue divided by all open amounts, four decimals; 0 if nothing is open"),
    risk_factors: z.array(
      z.object({
        period: date(),
        risk_type: z.literal("low_pipeline_coverage"),
        severity: z.literal("high"),
        description: z.string(),
      }),
    ),
    recommended_actions: z.array(
      z.object({ action: z.literal("increase_lead_generation"), priority: z.literal("high"), target_date: date() }),
    ),
    unconverted,
    opens,
    by_category: z
      .array(z.object({ forecast_category: oneOf(forecastCategories), ...openFields }))
      .describe("CLOSED contains the bookings: the amounts won in the month"),
    revenue: z
      .object({
        value: z.string().meta({ "x-type": "money", examples: ["1200.00"] }),
        unconverted: z.array(z.object({ currency: currency(), value: z.string().meta({ "x-type": "money" }) })),
        opens,
      })
      .describe(
        "Revenue of the sales of the month, beside the bookings: payments of orders less refunds, and won amounts of opportunities without an order",
      ),
    by_owner: z
      .array(
        z.object({
          owner_id: z.string().nullable(),
          label: z.string().nullable(),
          ...openFields,
          submitted: SubmissionInfo.nullable(),
        }),
      )
      .describe(`Owners with the largest sums first, at most ${MAX_OWNERS}`),
  })
  .meta({ id: "ForecastMonth" });

export const Info = z.object({
  currency: currency().describe("Currency of the sums: the tenant's"),
  confidence_level: z.number(),
  months: z.array(Month),
  open_value: money().describe("All open amounts, regardless of their close dates"),
  open_value_opens: opens,
  conversion_rates: z
    .array(
      z.object({
        stage_id: z.string(),
        label: z.string().nullable(),
        created: z.number().int(),
        won: z.number().int(),
        rate: z.number().describe("Two decimals"),
        opens,
      }),
    )
    .describe("Share of the opportunities created within 12 months that are won, by their current stage"),
  as_of: instant().nullable().describe("Time up to which changes are counted"),
});

export const read = fn(
  Query,
  async ({ months = DEFAULT_MONTHS, past_months = 0, confidence_level = 0.8, ...narrowed }): Promise<z.output<typeof Info>> => {
    const baseCurrency = useSettings().currency;
    const owners = await resolveOwners(narrowed);
    const selected = Object.values(narrowed).some((value) => value !== undefined) ? owners : "all";
    const [current, since] = [today().slice(0, 7), subtractYear(today())];
    const first = addMonths(current, -past_months);
    const requestedMonths = Array.from({ length: past_months + months }, (_, index) => addMonths(first, index));
    const last = requestedMonths.at(-1) ?? first;
    const [pipe, { closed, ordered }, orders, createdCounters, submitted] = await Promise.all([
      readCounters(openRanges, owners),
      readClosedCells(first, last, owners),
      readOrderDays(`${first}-01`, `${last}-31`, owners),
      readCounters(createdRanges(since.slice(0, 7)), owners),
      Promise.all(
        requestedMonths.map((period) => Submission.listByMonth(period, (owner) => owners === "all" || owners.has(owner))),
      ),
    ]);
    const cells = pipe.flatMap(parseOpenCells);
    const wonCells = closed.flatMap(parseCells).filter(({ state }) => state === "won");
    const [all, sold] = [
      OpenSum.from(cells),
      requestedMonths.map((month) =>
        tallyCells(
          wonCells.filter(({ day }) => day.startsWith(month)),
          baseCurrency,
        ),
      ),
    ];
    const revenue = listRevenue({ closed, ordered, orders });
    const revenues = requestedMonths.map((month) => sumRevenue(revenue, month, baseCurrency));
    const findRate = await loadRates([all.value, ...sold.map(({ sums }) => sums.won), ...revenues]);
    const openTotal = convertSum(all.value, baseCurrency, findRate).exact;
    const forecasts = requestedMonths.map(async (month, index) => {
      const ofMonth = cells.filter((cell) => cell.month === month);
      const { unconverted, weighted } = computeExact(OpenSum.from(ofMonth), baseCurrency, findRate);
      const days = buildMonthCondition(month, month);
      return {
        ...buildForecast({ period: `${month}-01`, weighted, open: openTotal, isPast: month < current }, baseCurrency),
        unconverted,
        opens: buildOpenRequests(selected, {}, month),
        by_category: listCategories(ofMonth, sold[index] ?? new Tally(), baseCurrency, findRate).map((category) => ({
          ...category,
          opens:
            category.forecast_category === "CLOSED"
              ? buildRowRequests(opportunityRows, buildWonCondition(days), selected)
              : buildOpenRequests(selected, { forecast_category: category.forecast_category }, month),
        })),
        revenue: {
          ...presentRevenue(revenues[index] ?? new MultiCurrencySum(), baseCurrency, findRate),
          opens: listRevenueRows(days).flatMap(([list, where]) => buildRowRequests(list, where, selected)),
        },
        by_owner: (await listOwners(ofMonth, submitted[index] ?? [], baseCurrency, findRate)).map((owner) => ({
          ...owner,
          opens: buildOpenRequests(new Set([owner.owner_id ?? NONE]), {}, month),
        })),
      };
    });
    return {
      currency: baseCurrency,
      confidence_level,
      months: await Promise.all(forecasts),
      open_value: roundAmount(openTotal, baseCurrency),
      open_value_opens: buildOpenRequests(selected),
      conversion_rates: (
        await computeConversionRates(createdCounters.flatMap(parseCreatedCells).filter(({ day }) => day >= since))
      ).map((stage) => ({
        ...stage,
        opens: buildRowRequests(opportunityRows, { stage_id: stage.stage_id, created_at: { gte: since } }, selected),
      })),
      as_of: latestCountInstant([...pipe, ...closed, ...orders, ...createdCounters]),
    };
  },
);

const createdRanges = (from: string): CounterRanges => ({
  ofOwner: (owner) => createdRange(owner, from),
  ofAll: createdRange(ALL_OWNERS, from),
  ofEach: createdRangeByOwner(),
});

function computeExact(sum: OpenSum, baseCurrency: string, findRate: RateLookup) {
  return {
    unconverted: presentOpenSum(sum, baseCurrency, findRate).unconverted,
    weighted: convertSum(sum.weighted, baseCurrency, findRate, WEIGHTED_DECIMALS).exact,
  };
}

/** Lists the categories in their order. CLOSED is what was won in the month; the others are open. */
function listCategories(cells: readonly OpenCell[], wonTally: Tally, baseCurrency: string, findRate: RateLookup) {
  const sums = groupSums(cells, ({ category }) => category);
  return forecastCategories.map((forecast_category) => ({
    forecast_category,
    ...(forecast_category === "CLOSED"
      ? presentWon(wonTally, baseCurrency, findRate)
      : presentOpenSum(sums.get(forecast_category) ?? new OpenSum(), baseCurrency, findRate)),
  }));
}

/** Sums the revenue of a month. An amount in a foreign currency keeps its day, to be converted at the rate of that day. */
function sumRevenue(revenue: readonly DayAmount[], month: string, baseCurrency: string): MultiCurrencySum {
  const sum = new MultiCurrencySum();
  for (const { day, currency, minor } of revenue)
    if (day.startsWith(month)) sum.add(currency, currency === baseCurrency ? undefined : day, minor);
  return sum;
}

function presentRevenue(sum: MultiCurrencySum, baseCurrency: string, findRate: RateLookup) {
  const { exact, unconverted } = convertSum(sum, baseCurrency, findRate);
  return {
    value: roundAmount(exact, baseCurrency),
    unconverted: [...unconverted].sort().map(([currency, minor]) => ({ currency, value: presentUnconverted(currency, minor) })),
  };
}

/** Won amounts are weighted at 100 percent. */
function presentWon({ count, sums }: Tally, baseCurrency: string, findRate: RateLookup) {
  const { exact, unconverted: apart } = convertSum(sums.won, baseCurrency, findRate);
  const value = roundAmount(exact, baseCurrency);
  const unconverted = [...apart].sort().map(([currency, minor]) => {
    const amount = presentUnconverted(currency, minor);
    return { currency, value: amount, weighted: amount };
  });
  return { count: count.won, value, weighted: value, unconverted };
}

/** Lists the owners with opportunities that should close in the month, or with a submission for it. */
async function listOwners(
  cells: readonly OpenCell[],
  submitted: readonly SubmissionRecord[],
  baseCurrency: string,
  findRate: RateLookup,
) {
  const sums = groupSums(cells, ({ owner }) => owner);
  const submissionByOwner = new Map(submitted.map((record) => [record.owner_id, record]));
  const keys = [...new Set([...sums.keys(), ...submissionByOwner.keys()])];
  const labels = await resolveLabels("owner", keys);
  const rows = keys.map((key) => {
    const sum = sums.get(key) ?? new OpenSum();
    const record = submissionByOwner.get(key);
    return {
      exact: convertSum(sum.weighted, baseCurrency, findRate, WEIGHTED_DECIMALS).exact,
      row: {
        owner_id: key === NONE ? null : key,
        label: labels.get(key)?.label ?? null,
        ...presentOpenSum(sum, baseCurrency, findRate),
        submitted: record ? toSubmissionInfo(record) : null,
      },
    };
  });
  const sorted = rows.sort(
    (a, b) => Money.compare(b.exact, a.exact) || ((a.row.owner_id ?? "~") < (b.row.owner_id ?? "~") ? -1 : 1),
  );
  return sorted.slice(0, MAX_OWNERS).map(({ row }) => row);
}

const toSubmissionInfo = ({
  commit,
  best_case,
  note,
  override_commit,
  override_best_case,
  override_note,
  currency,
}: SubmissionRecord): z.output<typeof SubmissionInfo> => ({
  commit,
  best_case,
  note,
  override_commit,
  override_best_case,
  override_note,
  currency,
});

/** Computes the win rate of each stage, in the order of stages. */
async function computeConversionRates(cells: readonly CreatedCell[]) {
  const byStage = Map.groupBy(cells, ({ stage }) => stage);
  const labels = await resolveLabels("stage", [...byStage.keys()]);
  return [...byStage]
    .map(([stage_id, stageCells]) => {
      const [created, won] = [
        stageCells.reduce((sum, cell) => sum + cell.created, 0),
        stageCells.reduce((sum, cell) => sum + cell.won, 0),
      ];
      const rate = created > 0 ? divideRounded(won, created, 2) : 0;
      const { label = null, order = 0 } = labels.get(stage_id) ?? {};
      return { order, row: { stage_id, label, created, won, rate } };
    })
    .filter(({ row }) => row.created > 0)
    .sort((a, b) => a.order - b.order || (a.row.stage_id < b.row.stage_id ? -1 : 1))
    .map(({ row }) => row);
}

export * as Forecast from "./forecast.ts";
