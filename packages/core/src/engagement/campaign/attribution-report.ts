import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { currency, date, oneOf } from "../../kernel/schema.ts";
import { COMMUNICATION_CHANNELS } from "../../people/interaction/interaction.masters.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import { convertSum, MultiCurrencySum, presentUnconverted, roundAmount } from "../../sales/figures/multi-currency-sum.rules.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";
import { Counter } from "../../storage/read/counter.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import { computeRate } from "../reengagement/stats.rules.ts";
import { CAMPAIGN_ATTRIBUTION } from "./attribution.kind.ts";
import { attributionModels } from "./attribution.rules.ts";
import {
  type AttributionGroup,
  attributionGroups,
  attributionRange,
  NO_VALUE,
  OTHER,
  parseKey,
  parseShares,
  UNATTRIBUTED,
} from "./attribution-counters.rules.ts";
import { AttributionRun } from "./attribution-run.ts";
import { loadSourceFigures } from "./attribution-sources.ts";
import { Campaigns } from "./campaign.entity.ts";

/** The revenue of a period by what attribution credits with it. Everything is read from counters of days. */

/** The most rows of a report. The others are summed in `other`. */
const MAX_ROWS = 200;

const signedMoney = () => z.string().meta({ "x-type": "money", examples: ["1200.00"] });

const Part = z
  .object({
    revenue: signedMoney().describe("At the exchange rates of the days of the sales"),
    conversions: z.number().int(),
    share: z
      .string()
      .nullable()
      .meta({ examples: ["12.50"] })
      .describe("Revenue ÷ revenue of all sales, in percent"),
    pipeline_value: signedMoney()
      .nullable()
      .describe(
        "Open opportunities that were created in the period and name the campaign or lead source. null for channels, and without a touch",
      ),
    new_leads: z
      .number()
      .int()
      .nullable()
      .describe("Leads that were created in the period and name the campaign or lead source. null as for `pipeline_value`"),
  })
  .meta({ id: "AttributedRevenue" });

const ReportRow = Part.extend({
  key: z.string().nullable().describe("The campaign, channel or source; null: the touches name none"),
  name: z.string().nullable().describe("null for a campaign that the caller does not see"),
}).meta({ id: "AttributionShare" });

export const Info = z.object({
  model: oneOf(attributionModels),
  group_by: oneOf(attributionGroups),
  from: date(),
  to: date(),
  currency: currency().describe("That of the organization"),
  rows: z.array(ReportRow).describe(`Highest revenue first; at most ${MAX_ROWS}`),
  other: Part.describe("Further campaigns, channels or sources"),
  unattributed: Part.describe("Conversions without a touch"),
  total: Part.describe("All sales of the period"),
  unconverted: z
    .array(z.object({ currency: currency(), revenue: signedMoney() }))
    .describe("Revenue without an exchange rate. The other figures do not contain it"),
  is_recomputing: z
    .boolean()
    .describe("Whether sales are being computed again: after a change of `attribution_window_days`, and at the first report"),
});

export const Query = z.strictObject({
  ...period,
  model: oneOf(attributionModels).default("LINEAR"),
  group_by: oneOf(attributionGroups).default("campaign"),
});

export const read = fn(Query, async ({ model, group_by, ...days }): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(days);
  const { currency: into, attribution_window_days } = useSettings();
  const is_recomputing = await AttributionRun.isRecomputing(attribution_window_days);
  const counters = await Counter.readRange(CAMPAIGN_ATTRIBUTION.name, ...attributionRange(model, group_by, { from, to }));
  const { amounts, conversionsByKey, conversionCount } = parseShares(counters);
  const sourceFigures = group_by === "channel" ? undefined : await loadSourceFigures(group_by, { from, to });
  const [total, sums] = [new MultiCurrencySum(), new Map<string, MultiCurrencySum>()];
  for (const key of [...conversionsByKey.keys(), ...(sourceFigures?.keys() ?? [])]) sums.set(key, new MultiCurrencySum());
  for (const { key, day, currency: code, minor } of amounts) {
    total.add(code, day, minor);
    sums.set(key, (sums.get(key) ?? new MultiCurrencySum()).add(code, day, minor));
  }
  const findRate = await loadRates([total, ...[...(sourceFigures?.values() ?? [])].map(({ pipeline }) => pipeline)], into);
  const all = convertSum(total, into, findRate);
  const revenue = roundAmount(all.exact, into);
  const present = (keys: readonly string[]): z.output<typeof Part> => {
    const join = (parts: readonly (MultiCurrencySum | undefined)[]): string => {
      const sum = parts.reduce<MultiCurrencySum>((joined, part) => (part ? joined.join(part) : joined), new MultiCurrencySum());
      return roundAmount(convertSum(sum, into, findRate).exact, into);
    };
    const own = join(keys.map((key) => sums.get(key)));
    const conversions = keys.reduce((count, key) => count + (conversionsByKey.get(key) ?? 0), 0);
    return {
      ...{ revenue: own, conversions, share: computeRate(own, revenue) },
      pipeline_value: sourceFigures ? join(keys.map((key) => sourceFigures.get(key)?.pipeline)) : null,
      new_leads: sourceFigures ? keys.reduce((count, key) => count + (sourceFigures.get(key)?.leads ?? 0), 0) : null,
    };
  };
  const ranked = [...sums.keys()]
    .filter((key) => key !== UNATTRIBUTED && key !== OTHER)
    .map((key) => ({ key, part: present([key]) }))
    .filter(
      ({ part }) => part.conversions !== 0 || part.new_leads || ![part.revenue, part.pipeline_value ?? "0"].every(Money.isZero),
    )
    .sort(compareRanks);
  const shown = ranked.slice(0, MAX_ROWS);
  const names = await loadNames(
    group_by,
    shown.flatMap(({ key }) => parseKey(key) ?? []),
  );
  return {
    ...{ model, group_by, from, to, currency: into },
    rows: shown.map(({ key, part }) => {
      const value = key === NO_VALUE ? null : (parseKey(key) ?? null);
      return { key: value, name: value === null ? null : (names.get(value) ?? null), ...part };
    }),
    other: present([OTHER, ...ranked.slice(MAX_ROWS).map(({ key }) => key)]),
    unattributed: { ...present([UNATTRIBUTED]), pipeline_value: null, new_leads: null },
    total: { ...present([...sums.keys()]), revenue, conversions: conversionCount, share: computeRate(revenue, revenue) },
    unconverted: [...all.unconverted].map(([code, minor]) => ({ currency: code, revenue: presentUnconverted(code, minor) })),
    is_recomputing,
  };
});

interface Ranked {
  key: string;
  part: z.output<typeof Part>;
}

/** The highest revenue is first, then the highest pipeline. */
const compareRanks = (a: Ranked, b: Ranked): number =>
  Money.compare(b.part.revenue, a.part.revenue) ||
  Money.compare(b.part.pipeline_value ?? "0", a.part.pipeline_value ?? "0") ||
  (a.key < b.key ? -1 : 1);

/** Returns the names of campaigns that the caller sees, or of channels. A source that is no lead source is its own name. */
export async function loadNames(group: AttributionGroup, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (group === "source") {
    const labels = await Master.loadLabels(LEAD_SOURCES, "code");
    return new Map(keys.map((key) => [key, labels.get(key) ?? key]));
  }
  if (group === "channel") {
    const [marketing, communication] = await Promise.all([
      Master.loadLabels(MARKETING_CHANNELS),
      Master.loadLabels(COMMUNICATION_CHANNELS, "code"),
    ]);
    return new Map([...communication, ...marketing]);
  }
  const campaigns = await Records.loadMany(Campaigns, keys, { live: true });
  const visible = await Visibility.filterVisible(
    Campaigns,
    campaigns.filter((campaign) => campaign !== undefined),
  );
  return new Map(visible.map(({ id, name }) => [id, name]));
}

export * as AttributionReport from "./attribution-report.ts";
