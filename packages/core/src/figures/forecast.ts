import * as z from "zod";
import { type Owners, useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { fn } from "../kernel/fn.ts";
import { Money } from "../kernel/money.ts";
import { currency, date, instant, money, oneOf, query } from "../kernel/schema.ts";
import { forecastCategories } from "../masters/stage.rules.ts";
import { NONE } from "../storage/table/collection.ts";
import { asOf, countersOf, narrowing, ownersAsked, type Places } from "./asked.ts";
import {
  type Born,
  bornBetween,
  bornIn,
  bornOfEach,
  cellsBetween,
  cellsIn,
  cellsOfEach,
  EVERYBODY,
  type Open,
  openIn,
} from "./cells.rules.ts";
import { forecastOf, monthAfter, yearBefore } from "./forecast.rules.ts";
import { labelsOf } from "./labels.ts";
import { HUNDREDTHS, Sum, sumsBy } from "./open.rules.ts";
import { openPlaces, shownOf } from "./pipeline.ts";
import { type RateOf, rounded, shownApart, worthOf } from "./purse.rules.ts";
import { quotient, Tally, tallyOf } from "./stats.rules.ts";
import type { SubmissionRecord } from "./submission.entity.ts";
import { Submission } from "./submission.ts";
import { ratesFor } from "./worth.ts";

/** Seed 002, `forecast_sales_revenue`: what the open opportunities of the months to come will bring, from counters. */

const MOST_MONTHS = 24;
const USUAL_MONTHS = 6;
/** Owners of a month that an answer shows; its sums are of all. */
const MOST_OWNERS = 100;

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
      "Not a number from 0 to 1",
    )
    .pipe(z.number().min(0).max(1));

const Query = z.strictObject({
  months: query.int(1, MOST_MONTHS).optional().describe(`From this month on, ${USUAL_MONTHS} unless told otherwise`),
  confidence_level: share().optional().describe("0.8 unless told otherwise; shown, and used for nothing (seed 002)"),
  ...narrowing,
});

const unconverted = z
  .array(z.object({ currency: currency(), value: money(), weighted: money() }))
  .describe("What has no exchange rate, and is in none of the sums");
const open = { count: z.number().int(), value: money(), weighted: money(), unconverted };

const Submitted = z
  .object({
    commit: money().nullable(),
    best_case: money().nullable(),
    note: z.string().nullable(),
    override_commit: money().nullable(),
    override_best_case: money().nullable(),
    override_note: z.string().nullable(),
    currency: currency(),
  })
  .describe("What the owner has said of the month, and what a leader says beside that");

const Month = z
  .object({
    forecast_period: date().describe("The first day of the month"),
    best_case_revenue: money().describe("1.2 × what is expected"),
    expected_revenue: money().describe("Each open amount that is to close in the month times its probability"),
    worst_case_revenue: money().describe("0.8 × what is expected"),
    pipeline_coverage_ratio: z.number().describe("What is expected over all that is open, four decimals; 0 where nothing is"),
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
    by_category: z
      .array(z.object({ forecast_category: oneOf(forecastCategories), ...open }))
      .describe("CLOSED is what was won in the month"),
    by_owner: z
      .array(
        z.object({ owner_id: z.string().nullable(), label: z.string().nullable(), ...open, submitted: Submitted.nullable() }),
      )
      .describe(`Those with the largest sums first, ${MOST_OWNERS} at most`),
  })
  .meta({ id: "ForecastMonth" });

export const Info = z.object({
  currency: currency().describe("Of the sums: the tenant's"),
  confidence_level: z.number(),
  months: z.array(Month),
  open_value: money().describe("All that is open, whenever it is to close"),
  conversion_rates: z
    .array(
      z.object({
        stage_id: z.string(),
        label: z.string().nullable(),
        created: z.number().int(),
        won: z.number().int(),
        rate: z.number().describe("Two decimals"),
      }),
    )
    .describe("Of those created within 12 months, by the stage in which they are now, how many are won"),
  as_of: instant().nullable().describe("Up to when changes are counted"),
});

export const read = fn(
  Query,
  async ({ months = USUAL_MONTHS, confidence_level = 0.8, ...narrowed }): Promise<z.output<typeof Info>> => {
    const own = useSettings().currency;
    const owners = await ownersAsked(narrowed);
    const [first, since] = [today().slice(0, 7), yearBefore(today())];
    const asked = Array.from({ length: months }, (_, at) => monthAfter(first, at));
    const [pipe, closed, born, submitted] = await Promise.all([
      countersOf(openPlaces, owners),
      closedIn(first, asked.at(-1) ?? first, owners),
      countersOf(bornPlaces(since.slice(0, 7)), owners),
      Promise.all(asked.map((period) => Submission.ofMonth(period, (owner) => owners === "all" || owners.has(owner)))),
    ]);
    const cells = pipe.flatMap(openIn);
    const won = closed.flatMap(cellsIn).filter(({ state }) => state === "won");
    const [all, sold] = [
      Sum.of(cells),
      asked.map((month) =>
        tallyOf(
          won.filter(({ day }) => day.startsWith(month)),
          own,
        ),
      ),
    ];
    const rateOf = await ratesFor([all.value, ...sold.map(({ purse }) => purse.won)]);
    const whole = worthOf(all.value, own, rateOf).exact;
    const shown = asked.map(async (month, at) => {
      const ofMonth = cells.filter((cell) => cell.month === month);
      const { unconverted, weighted } = exactOf(Sum.of(ofMonth), own, rateOf);
      return {
        ...forecastOf({ period: `${month}-01`, weighted, open: whole }, own),
        unconverted,
        by_category: categoriesOf(ofMonth, sold[at] ?? new Tally(), own, rateOf),
        by_owner: await ownersOf(ofMonth, submitted[at] ?? [], own, rateOf),
      };
    });
    return {
      currency: own,
      confidence_level,
      months: await Promise.all(shown),
      open_value: rounded(whole, own),
      conversion_rates: await conversionRates(born.flatMap(bornIn).filter(({ day }) => day >= since)),
      as_of: asOf([...pipe, ...closed, ...born]),
    };
  },
);

const closedIn = (from: string, to: string, owners: Owners) =>
  countersOf(
    {
      ofOwner: (owner) => cellsBetween("total", owner, from, to),
      ofAll: cellsBetween("total", EVERYBODY, from, to),
      ofEach: cellsOfEach("total"),
    },
    owners,
  );

const bornPlaces = (from: string): Places => ({
  ofOwner: (owner) => bornBetween(owner, from),
  ofAll: bornBetween(EVERYBODY, from),
  ofEach: bornOfEach(),
});

function exactOf(sum: Sum, own: string, rateOf: RateOf) {
  return { unconverted: shownOf(sum, own, rateOf).unconverted, weighted: worthOf(sum.weighted, own, rateOf, HUNDREDTHS).exact };
}

/** By category, in their order; what was won in the month beside what is open. */
function categoriesOf(cells: readonly Open[], won: Tally, own: string, rateOf: RateOf) {
  const sums = sumsBy(cells, ({ category }) => category);
  return forecastCategories.map((forecast_category) => ({
    forecast_category,
    ...(forecast_category === "CLOSED"
      ? wonOf(won, own, rateOf)
      : shownOf(sums.get(forecast_category) ?? new Sum(), own, rateOf)),
  }));
}

/** What is won is weighted by all of it. */
function wonOf({ count, purse }: Tally, own: string, rateOf: RateOf) {
  const { exact, apart } = worthOf(purse.won, own, rateOf);
  const value = rounded(exact, own);
  const unconverted = [...apart].sort().map(([currency, minor]) => {
    const amount = shownApart(currency, minor);
    return { currency, value: amount, weighted: amount };
  });
  return { count: count.won, value, weighted: value, unconverted };
}

/** Whose opportunities are to close in the month, and who has said what to expect of it. */
async function ownersOf(cells: readonly Open[], submitted: readonly SubmissionRecord[], own: string, rateOf: RateOf) {
  const sums = sumsBy(cells, ({ owner }) => owner);
  const said = new Map(submitted.map((record) => [record.owner_id, record]));
  const keys = [...new Set([...sums.keys(), ...said.keys()])];
  const labels = await labelsOf("owner", keys);
  const rows = keys.map((key) => {
    const sum = sums.get(key) ?? new Sum();
    const record = said.get(key);
    return {
      exact: worthOf(sum.weighted, own, rateOf, HUNDREDTHS).exact,
      row: {
        owner_id: key === NONE ? null : key,
        label: labels.get(key)?.label ?? null,
        ...shownOf(sum, own, rateOf),
        submitted: record ? submittedOf(record) : null,
      },
    };
  });
  const sorted = rows.sort(
    (a, b) => Money.compare(b.exact, a.exact) || ((a.row.owner_id ?? "~") < (b.row.owner_id ?? "~") ? -1 : 1),
  );
  return sorted.slice(0, MOST_OWNERS).map(({ row }) => row);
}

const submittedOf = ({
  commit,
  best_case,
  note,
  override_commit,
  override_best_case,
  override_note,
  currency,
}: SubmissionRecord): z.output<typeof Submitted> => ({
  commit,
  best_case,
  note,
  override_commit,
  override_best_case,
  override_note,
  currency,
});

/** By stage, in the order of stages. */
async function conversionRates(born: readonly Born[]) {
  const byStage = Map.groupBy(born, ({ stage }) => stage);
  const labels = await labelsOf("stage", [...byStage.keys()]);
  return [...byStage]
    .map(([stage_id, of]) => {
      const [created, won] = [of.reduce((sum, each) => sum + each.created, 0), of.reduce((sum, each) => sum + each.won, 0)];
      const rate = created > 0 ? quotient(won, created, 2) : 0;
      const { label = null, order = 0 } = labels.get(stage_id) ?? {};
      return { order, row: { stage_id, label, created, won, rate } };
    })
    .filter(({ row }) => row.created > 0)
    .sort((a, b) => a.order - b.order || (a.row.stage_id < b.row.stage_id ? -1 : 1))
    .map(({ row }) => row);
}

export * as Forecast from "./forecast.ts";
