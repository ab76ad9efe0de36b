import * as z from "zod";
import { useSettings } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Money } from "../kernel/money.ts";
import { currency, instant, master, money, month } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { valuesOf } from "../masters/values.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { NONE } from "../storage/table/collection.ts";
import { asOf, countersOf, narrowing, ownersAsked, type Places } from "./asked.ts";
import { type Open, openIn, pipeBetween } from "./cells.rules.ts";
import { labelsOf } from "./labels.ts";
import { HUNDREDTHS, Sum, sumsBy } from "./open.rules.ts";
import { type RateOf, rounded, shownApart, worthOf } from "./purse.rules.ts";
import { MOST_ROWS } from "./stats.ts";
import { ratesFor } from "./worth.ts";

/** What is open, by stage, owner and the month in which it is expected to close, from counters: no record is read. */

const Query = z.strictObject({
  from: month().optional().describe("The first month of closing; what has no close date is left out then"),
  to: month().optional().describe("The last one; likewise"),
  stage: master(OPPORTUNITY_STAGES).optional(),
  ...narrowing,
});

export const numbers = {
  count: z.number().int(),
  value: money(),
  weighted: money().describe("Each amount times its probability"),
  unconverted: z
    .array(z.object({ currency: currency(), value: money(), weighted: money() }))
    .describe("What has no exchange rate, and is in none of the values"),
};

export const Row = z
  .object({ key: z.string(), label: z.string().nullable(), code: z.string().nullable(), ...numbers })
  .meta({ id: "PipelineGroup" });

export const Info = z.object({
  currency: currency().describe("Of the values: the tenant's"),
  by_stage: z.array(Row).describe("Stages that are open, in their order"),
  by_owner: z.array(Row).describe(`By value, the largest first; ${MOST_ROWS} at most`),
  by_period: z.array(Row).describe("Months of closing in their order, `none` at the end"),
  totals: z.object(numbers),
  as_of: instant().nullable().describe("Up to when changes are counted"),
});

/** Of what is open there are few months, so owners stand before them: what one has is one query. */
export const openPlaces: Places = { ofOwner: pipeBetween, ofEach: pipeBetween() };

export const read = fn(Query, async ({ from, to, stage: asked, ...narrowed }): Promise<z.output<typeof Info>> => {
  if (from !== undefined && to !== undefined && from > to) throw invalid("from", "Later than `to`");
  const own = useSettings().currency;
  const [owners, { stage }] = await Promise.all([ownersAsked(narrowed), Master.resolveAll(Query.shape, { stage: asked }, {})]);
  const counters = await countersOf(openPlaces, owners);
  const isMeant = (open: Open): boolean =>
    (stage === undefined || open.stage === stage) &&
    ((from === undefined && to === undefined) ||
      (open.month !== NONE && (from ?? "") <= open.month && open.month <= (to ?? "~")));
  const cells = counters.flatMap(openIn).filter(isMeant);
  const whole = Sum.of(cells);
  const rateOf = await ratesFor([whole.value]);
  const stages = [...(await valuesOf(OPPORTUNITY_STAGES)).byId.values()].filter(
    ({ id, is_closed, is_active, deleted_at }) => !is_closed && is_active && !deleted_at && (stage === undefined || id === stage),
  );
  const byStage = sumsBy(cells, (open) => open.stage);
  for (const { id } of stages) if (!byStage.has(id)) byStage.set(id, new Sum());
  const rows = async (group: "stage" | "owner" | "period", sums: ReadonlyMap<string, Sum>) => {
    const labels = await labelsOf(group, [...sums.keys()]);
    return [...sums].map(([key, sum]) => {
      const { label = null, code = null, order = 0 } = labels.get(key) ?? {};
      return {
        row: { key, label: key === NONE ? null : label, code, ...shownOf(sum, own, rateOf) },
        order,
        exact: worthOf(sum.value, own, rateOf).exact,
      };
    });
  };
  const [ofStages, ofOwners, ofPeriods] = await Promise.all([
    rows("stage", byStage),
    rows(
      "owner",
      sumsBy(cells, ({ owner }) => owner),
    ),
    rows(
      "period",
      sumsBy(cells, (open) => open.month),
    ),
  ]);
  return {
    currency: own,
    by_stage: ofStages.sort((a, b) => a.order - b.order || (a.row.key < b.row.key ? -1 : 1)).map(({ row }) => row),
    by_owner: ofOwners
      .sort((a, b) => Money.compare(b.exact, a.exact) || b.row.count - a.row.count || (a.row.key < b.row.key ? -1 : 1))
      .slice(0, MOST_ROWS)
      .map(({ row }) => row),
    by_period: ofPeriods.map(({ row }) => row).sort((a, b) => (a.key < b.key ? -1 : 1)),
    totals: shownOf(whole, own, rateOf),
    as_of: asOf(counters),
  };
});

export function shownOf({ count, value, weighted }: Sum, own: string, rateOf: RateOf) {
  const [all, expected] = [worthOf(value, own, rateOf), worthOf(weighted, own, rateOf, HUNDREDTHS)];
  return {
    count,
    value: rounded(all.exact, own),
    weighted: rounded(expected.exact, own),
    unconverted: [...all.apart].sort().map(([currency, minor]) => ({
      currency,
      value: shownApart(currency, minor),
      weighted: shownApart(currency, expected.apart.get(currency) ?? 0n, HUNDREDTHS),
    })),
  };
}

export * as Pipeline from "./pipeline.ts";
