import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { oneOf } from "../../kernel/schema.ts";
import { Forecast } from "../../sales/figures/forecast.ts";
import { NONE } from "../../storage/table/collection.ts";
import { Analytics } from "../figure/analytics.ts";
import { figureNames } from "../figure/figure-registry.ts";
import { computeAttainment } from "./attainment.rules.ts";
import type { TargetScope, TargetValue } from "./roll-up.rules.ts";
import { findPeriod } from "./target-period.rules.ts";
import { loadTargetRates, presentTarget, TargetSheet } from "./target-sheet.ts";

/** Figures of users and of the coming months beside their targets (docs/analytics/targets.md). */

const Value = z.union([z.number(), z.string()]).nullable();

export const attainmentFields = {
  value: Value.describe("The value of the figure"),
  target: z.string().describe("The target, rolled up; an amount in the tenant's currency"),
  percent: z.string().nullable().describe("Value ÷ target × 100, with two decimals; null without a value, or if the target is 0"),
  gap: z.string().nullable().describe("Target − value: what is missing; negative beyond the target"),
};

const Attainment = z
  .object({
    figure: oneOf(figureNames),
    owner_id: z.string().nullable().describe("The user whose target it is; null for all owners of the answer together"),
    period: z.string().describe("The month, quarter or year: `2026-11`, `2026-Q4`, `2026`"),
    ...attainmentFields,
  })
  .meta({ id: "Attainment" });

const targets = z
  .array(Attainment)
  .describe("The targets of figures that have one, if `from` to `to` is a month, a quarter or a year");

export const Team = z.object({ ...Analytics.Sales.shape, targets }).meta({ id: "TeamPerformance" });

interface Pair {
  figure: z.output<typeof Attainment>["figure"];
  owner_id: string | null;
  period: string;
  value: z.output<typeof Value>;
  parts: readonly TargetValue[];
}

/** Compares values with their targets. Values without a target are left out. */
async function presentPairs(pairs: readonly Pair[]): Promise<z.output<typeof Attainment>[]> {
  const findRate = await loadTargetRates(pairs.map(({ parts }) => parts));
  return pairs.flatMap(({ parts, ...pair }) => {
    const target = presentTarget(parts, findRate);
    return target === null ? [] : [{ ...pair, target, ...computeAttainment(pair.value, target) }];
  });
}

export const readTeam = fn(z.strictObject(Analytics.Scope.shape), async (scope): Promise<z.output<typeof Team>> => {
  const answer = await Analytics.readTeam(scope);
  const period = findPeriod(answer);
  if (period === undefined) return { ...answer, targets: [] };
  const sheet = await TargetSheet.load(
    answer.figures.map(({ name }) => name),
    [period],
  );
  const whole = await sheet.resolveScope(scope);
  const owners = answer.by_owner.filter(({ key }) => key !== NONE);
  const listPairs = (figure: Pair["figure"], value: Pair["value"], owner_id: string | null, of: TargetScope): Pair => ({
    ...{ figure, owner_id, period, value },
    parts: sheet.find(figure, of, period),
  });
  const pairs = answer.figures.flatMap(({ name, value }) => [
    listPairs(name, value, null, whole),
    ...owners.map(({ key, values }) => listPairs(name, values[name] ?? null, key, { id: key, parts: [] })),
  ]);
  return { ...answer, targets: await presentPairs(pairs) };
});

export const ForecastInfo = z
  .object({
    ...Forecast.Info.shape,
    targets: z.array(Attainment).describe("The targets of bookings of each month, with what was won in it"),
  })
  .meta({ id: "ForecastAnalytics" });

export const readForecast = fn(Forecast.Query, async (input): Promise<z.output<typeof ForecastInfo>> => {
  const answer = await Forecast.read(input);
  const months = answer.months.map(({ forecast_period, by_category }) => ({
    period: forecast_period.slice(0, 7),
    value: by_category.find(({ forecast_category }) => forecast_category === "CLOSED")?.value ?? null,
  }));
  const sheet = await TargetSheet.load(
    ["bookings"],
    months.map(({ period }) => period),
  );
  const whole = await sheet.resolveScope(input);
  const pairs = months.map(
    (month): Pair => ({ figure: "bookings", owner_id: null, ...month, parts: sheet.find("bookings", whole, month.period) }),
  );
  return { ...answer, targets: await presentPairs(pairs) };
});

export * as Performance from "./performance.ts";
