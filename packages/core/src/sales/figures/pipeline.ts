import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { currency, instant, master, money, month } from "../../kernel/schema.ts";
import { type OpenCell, parseOpenCells, pipelineRange } from "../../platform/daily-figures/counter-cells.rules.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { NONE } from "../../storage/table/collection.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { loadRates } from "./convert-currency.ts";
import { resolveLabels } from "./labels.ts";
import { convertSum, presentUnconverted, type RateLookup, roundAmount } from "./multi-currency-sum.rules.ts";
import { groupSums, OpenSum, WEIGHTED_DECIMALS } from "./open-sum.rules.ts";
import { type CounterRanges, latestCountInstant, ownerFilters, readCounters, resolveOwners } from "./owner-counters.ts";
import { buildMonthCondition, buildOpenRequests, opens, type Where } from "./row-request.rules.ts";
import { MAX_ROWS } from "./stats.ts";

/** The open pipeline by stage, owner and expected month of closing, from counters. No record is read. */

const Query = z.strictObject({
  from: month().optional().describe("First month of closing; excludes opportunities without a close date"),
  to: month().optional().describe("Last month of closing; excludes opportunities without a close date"),
  stage: master(OPPORTUNITY_STAGES).optional(),
  ...ownerFilters,
});

export const numbers = {
  count: z.number().int(),
  value: money(),
  weighted: money().describe("Sum of the amounts, each times its probability"),
  unconverted: z
    .array(z.object({ currency: currency(), value: money(), weighted: money() }))
    .describe("Amounts without an exchange rate; they are in none of the values"),
};

export const Row = z
  .object({ key: z.string(), label: z.string().nullable(), code: z.string().nullable(), ...numbers })
  .meta({ id: "PipelineGroup" });

const OpenRow = z.object({ ...Row.shape, opens }).meta({ id: "OpenPipelineGroup" });

export const Info = z.object({
  currency: currency().describe("Currency of the values: the tenant's"),
  by_stage: z.array(OpenRow).describe("Open stages, in order"),
  by_owner: z.array(OpenRow).describe(`By value, the largest first, at most ${MAX_ROWS}`),
  by_period: z.array(OpenRow).describe("Months of closing in order, `none` at the end"),
  totals: z.object({ ...numbers, opens }),
  as_of: instant().nullable().describe("Time up to which changes are counted"),
});

/** The keys of open counters begin with the owner, because there are few months: one query reads all counters of an owner. */
export const openRanges: CounterRanges = { ofOwner: pipelineRange, ofEach: pipelineRange() };

export const read = fn(Query, async ({ from, to, stage: requestedStage, ...narrowed }): Promise<z.output<typeof Info>> => {
  if (from !== undefined && to !== undefined && from > to) throw invalid("from", "Must not be later than `to`");
  const baseCurrency = useSettings().currency;
  const [owners, { stage }] = await Promise.all([
    resolveOwners(narrowed),
    Master.resolveAll(Query.shape, { stage: requestedStage }, {}),
  ]);
  const counters = await readCounters(openRanges, owners);
  const isMeant = (open: OpenCell): boolean =>
    (stage === undefined || open.stage === stage) &&
    ((from === undefined && to === undefined) ||
      (open.month !== NONE && (from ?? "") <= open.month && open.month <= (to ?? "~")));
  const cells = counters.flatMap(parseOpenCells).filter(isMeant);
  const total = OpenSum.from(cells);
  const findRate = await loadRates([total.value]);
  const stages = [...(await loadValues(OPPORTUNITY_STAGES)).byId.values()].filter(
    ({ id, is_closed, is_active, deleted_at }) => !is_closed && is_active && !deleted_at && (stage === undefined || id === stage),
  );
  const byStage = groupSums(cells, (open) => open.stage);
  for (const { id } of stages) if (!byStage.has(id)) byStage.set(id, new OpenSum());
  const selected = Object.values(narrowed).some((value) => value !== undefined) ? owners : "all";
  const where: Where = {
    ...(stage === undefined ? {} : { stage_id: stage }),
    ...(from === undefined && to === undefined ? {} : { close_date: buildMonthCondition(from, to) }),
  };
  const listOpens = {
    stage: (key: string) => buildOpenRequests(selected, { ...where, stage_id: key }),
    owner: (key: string) => buildOpenRequests(new Set([key]), where),
    period: (key: string) => buildOpenRequests(selected, where, key),
  };
  const rows = async (group: "stage" | "owner" | "period", sums: ReadonlyMap<string, OpenSum>) => {
    const labels = await resolveLabels(group, [...sums.keys()]);
    return [...sums].map(([key, sum]) => {
      const { label = null, code = null, order = 0 } = labels.get(key) ?? {};
      return {
        row: {
          ...{ key, label: key === NONE ? null : label, code },
          ...presentOpenSum(sum, baseCurrency, findRate),
          opens: listOpens[group](key),
        },
        order,
        exact: convertSum(sum.value, baseCurrency, findRate).exact,
      };
    });
  };
  const [ofStages, ofOwners, ofPeriods] = await Promise.all([
    rows("stage", byStage),
    rows(
      "owner",
      groupSums(cells, ({ owner }) => owner),
    ),
    rows(
      "period",
      groupSums(cells, (open) => open.month),
    ),
  ]);
  return {
    currency: baseCurrency,
    by_stage: ofStages.sort((a, b) => a.order - b.order || (a.row.key < b.row.key ? -1 : 1)).map(({ row }) => row),
    by_owner: ofOwners
      .sort((a, b) => Money.compare(b.exact, a.exact) || b.row.count - a.row.count || (a.row.key < b.row.key ? -1 : 1))
      .slice(0, MAX_ROWS)
      .map(({ row }) => row),
    by_period: ofPeriods.map(({ row }) => row).sort((a, b) => (a.key < b.key ? -1 : 1)),
    totals: { ...presentOpenSum(total, baseCurrency, findRate), opens: buildOpenRequests(selected, where) },
    as_of: latestCountInstant(counters),
  };
});

export function presentOpenSum({ count, value, weighted }: OpenSum, baseCurrency: string, findRate: RateLookup) {
  const [all, expected] = [
    convertSum(value, baseCurrency, findRate),
    convertSum(weighted, baseCurrency, findRate, WEIGHTED_DECIMALS),
  ];
  return {
    count,
    value: roundAmount(all.exact, baseCurrency),
    weighted: roundAmount(expected.exact, baseCurrency),
    unconverted: [...all.unconverted].sort().map(([currency, minor]) => ({
      currency,
      value: presentUnconverted(currency, minor),
      weighted: presentUnconverted(currency, expected.unconverted.get(currency) ?? 0n, WEIGHTED_DECIMALS),
    })),
  };
}

export * as Pipeline from "./pipeline.ts";
