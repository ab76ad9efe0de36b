import * as z from "zod";
import { today } from "../../kernel/day.ts";
import { type Failure, forbidden, isFailure } from "../../kernel/error.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import { currency, date, instant, oneOf } from "../../kernel/schema.ts";
import { resolveOwners } from "../../sales/figures/owner-counters.ts";
import { opens } from "../../sales/figures/row-request.rules.ts";
import { units } from "../figure/figure.ts";
import { FigureReader } from "../figure/figure-reader.ts";
import { type FigureName, findAdditivity, findFigure } from "../figure/figure-registry.ts";
import { computeAttainment } from "../target/attainment.rules.ts";
import { attainmentFields } from "../target/performance.ts";
import type { TargetValue } from "../target/roll-up.rules.ts";
import { findPeriodRange, formatPeriod, listLastPeriods } from "../target/target-period.rules.ts";
import { loadTargetRates, type OwnerFilter, presentTarget, TargetSheet } from "../target/target-sheet.ts";
import type { KpiRecord } from "./kpi.entity.ts";
import { computeExpectation, computeStatus, statuses } from "./status.rules.ts";

/** The values of KPIs, for the records that the reader sees (docs/analytics/kpis.md). */

/** Periods of the trend, the current one included. */
const TREND_PERIODS = 12;

const Point = z
  .object({ period: z.string(), value: attainmentFields.value, target: z.string().nullable(), opens })
  .meta({ id: "KpiPoint" });

export const valueShape = {
  label: z.string().describe("The label of the figure"),
  unit: oneOf(units),
  value_currency: currency().describe("Currency of amounts: the tenant's"),
  period: z.string().describe("The current period: `2026-11`, `2026-Q4` or `2026`"),
  from: date(),
  to: date(),
  ...attainmentFields,
  target: z.string().nullable().describe("The target of the period; null without one, or if its amount has no exchange rate"),
  expected: z
    .string()
    .nullable()
    .describe(
      "The value that is expected by today. For figures that add up over time: target × elapsed days ÷ days of the period",
    ),
  status: oneOf(statuses)
    .nullable()
    .describe(
      "`ON_TRACK`: as expected or better; `AT_RISK`: at least 80 % of it (or at most 125 %, if lower is better); `BEHIND`",
    ),
  trend: z.array(Point).describe("The last 12 periods, in order; only the current one for figures of now"),
  opens,
  as_of: instant().nullable(),
};
const Values = z.object(valueShape);
type KpiValues = z.output<typeof Values>;

/** Whether the values of its periods can be read from one read of all periods. */
const hasTrend = (name: FigureName): boolean => findFigure(name).groups.includes("period");

const toFilter = ({ user_id, team_id, territory_id }: KpiRecord): OwnerFilter => ({
  owner: user_id ?? undefined,
  team: team_id ?? undefined,
  territory: territory_id ?? undefined,
});

/** KPIs with the same owners and periods are read together. */
const groupKey = (kpi: KpiRecord): string => JSON.stringify([toFilter(kpi), kpi.period_length, hasTrend(kpi.figure)]);

/** Returns the values of KPIs by id, each with its own error. Each kind of data is read once for KPIs of the same owners and periods. */
export async function readKpis(kpis: readonly KpiRecord[]): Promise<ReadonlyMap<string, KpiValues | Failure>> {
  const groups = [...Map.groupBy(kpis, groupKey).values()];
  return new Map((await Promise.all(groups.map(readGroup))).flat());
}

type Entry = readonly [id: string, result: KpiValues | Failure];

async function readGroup(group: readonly KpiRecord[]): Promise<Entry[]> {
  const readable = new Set(FigureReader.selectReadable(group.map(({ figure }) => figure)));
  const kpis = group.filter(({ figure }) => readable.has(figure));
  const refused = group
    .filter((kpi) => !kpis.includes(kpi))
    .map(({ id }): Entry => [id, forbidden("Your role cannot read the figure of this KPI")]);
  const [first] = kpis;
  if (!first) return refused;
  try {
    return [...refused, ...(await readReadable(kpis, first))];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [...refused, ...kpis.map(({ id }): Entry => [id, error])];
  }
}

/** Reads KPIs that the caller may read, of the owners and periods of `shared`. */
async function readReadable(kpis: readonly KpiRecord[], shared: KpiRecord): Promise<Entry[]> {
  const current = formatPeriod(today(), shared.period_length);
  const periods = listLastPeriods(current, hasTrend(shared.figure) ? TREND_PERIODS : 1);
  const [range, filter, names] = [findPeriodRange(current), toFilter(shared), [...new Set(kpis.map(({ figure }) => figure))]];
  const { from } = findPeriodRange(periods[0] ?? current);
  const targeted = [...new Set(kpis.flatMap(({ figure, target_type }) => (target_type === "TARGETS" ? [figure] : [])))];
  const [answer, sheet] = await Promise.all([
    resolveOwners(filter).then((owners) =>
      FigureReader.readFigures({
        ...{ names, owners, range: { from, to: range.to }, isNarrowed: Object.values(filter).some((id) => id !== undefined) },
        interval: hasTrend(shared.figure) ? shared.period_length : undefined,
      }),
    ),
    TargetSheet.load(targeted, periods),
  ]);
  const scope = await sheet.resolveScope(filter);
  const findParts = (kpi: KpiRecord, period: string): readonly TargetValue[] =>
    kpi.target_type === "TARGETS" ? sheet.find(kpi.figure, scope, period) : listFixed(kpi, period);
  const findRate = await loadTargetRates(kpis.flatMap((kpi) => periods.map((period) => findParts(kpi, period))));
  const findValue = (figure: FigureName, period: string) => {
    if (hasTrend(figure)) {
      const row = answer.by_period.find(({ key }) => key === period);
      return { value: row?.values[figure] ?? null, opens: row?.opens[figure] ?? [] };
    }
    const shown = answer.figures.find(({ name }) => name === figure);
    return { value: shown?.value ?? null, opens: shown?.opens ?? [] };
  };
  return kpis.map((kpi): Entry => {
    const trend = periods.map((period) => ({
      period,
      ...findValue(kpi.figure, period),
      target: presentTarget(findParts(kpi, period), findRate),
    }));
    const { value = null, target = null, opens = [] } = trend.at(-1) ?? {};
    const { label, unit } = findFigure(kpi.figure);
    return [
      kpi.id,
      {
        ...{ label, unit, value_currency: answer.currency, period: current, ...range, value, target },
        ...compareWithTarget(kpi, value, target, range),
        ...{ trend, opens, as_of: answer.as_of },
      },
    ];
  });
}

const listFixed = ({ target_value, currency: code }: KpiRecord, period: string): TargetValue[] =>
  target_value === null ? [] : [{ scope: "", period, value: target_value, currency: code }];

function compareWithTarget(
  { figure, direction }: KpiRecord,
  value: KpiValues["value"],
  target: Amount | null,
  range: { from: string; to: string },
): Pick<KpiValues, "percent" | "gap" | "expected" | "status"> {
  if (target === null) return { percent: null, gap: null, expected: null, status: null };
  const expected = computeExpectation({ target, range, today: today(), accumulates: findAdditivity(figure).periods });
  return {
    ...computeAttainment(value, target),
    expected: Money.convert(expected, 1, Math.max(Money.countDecimals(target), 2)),
    status: value === null ? null : computeStatus(value, expected, direction),
  };
}
