import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { currency, date, oneOf } from "../../kernel/schema.ts";
import { COMMUNICATION_CHANNELS } from "../../people/interaction/interaction.masters.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import {
  convertSum,
  MultiCurrencySum,
  presentUnconverted,
  type RateLookup,
  roundAmount,
} from "../../sales/figures/multi-currency-sum.rules.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { CampaignSales } from "../../sales/opportunity/campaign-sales.rules.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
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
import { Campaigns } from "./campaign.entity.ts";
import { CAMPAIGN } from "./campaign.kind.ts";

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
  })
  .meta({ id: "AttributedRevenue" });

const ReportRow = Part.extend({
  key: z.string().nullable().describe("The campaign, channel or source; null: the touches name none"),
  name: z.string().nullable().describe("null for a campaign that the caller does not see"),
  pipeline_value: signedMoney().nullable().describe("Open opportunities now whose source is the campaign; null for other groups"),
  leads_generated: z.number().int().nullable().describe("All leads whose source is the campaign; null for other groups"),
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
  const [total, sums] = [new MultiCurrencySum(), new Map<string, MultiCurrencySum>()];
  for (const key of conversionsByKey.keys()) sums.set(key, new MultiCurrencySum());
  for (const { key, day, currency: code, minor } of amounts) {
    total.add(code, day, minor);
    sums.set(key, (sums.get(key) ?? new MultiCurrencySum()).add(code, day, minor));
  }
  const values = [...sums.keys()].flatMap((key) => parseKey(key) ?? []);
  const source = group_by === "campaign" ? await loadSourceFigures(values) : undefined;
  const findRate = await loadRates([total, ...(source?.pipelines.values() ?? [])], into);
  const all = convertSum(total, into, findRate);
  const revenue = roundAmount(all.exact, into);
  const present = (keys: readonly string[]): z.output<typeof Part> => {
    const sum = keys.reduce((joined, key) => joined.join(sums.get(key) ?? new MultiCurrencySum()), new MultiCurrencySum());
    const own = roundAmount(convertSum(sum, into, findRate).exact, into);
    const conversions = keys.reduce((count, key) => count + (conversionsByKey.get(key) ?? 0), 0);
    return { revenue: own, conversions, share: computeRate(own, revenue) };
  };
  const ranked = [...sums.keys()]
    .filter((key) => key !== UNATTRIBUTED && key !== OTHER)
    .map((key) => ({ key, part: present([key]) }))
    .filter(({ part }) => part.conversions !== 0 || !Money.isZero(part.revenue))
    .sort((a, b) => Money.compare(b.part.revenue, a.part.revenue) || (a.key < b.key ? -1 : 1));
  const shown = ranked.slice(0, MAX_ROWS);
  const names = await loadNames(
    group_by,
    shown.flatMap(({ key }) => parseKey(key) ?? []),
  );
  return {
    ...{ model, group_by, from, to, currency: into },
    rows: shown.map(({ key, part }) =>
      presentRow(key === NO_VALUE ? null : (parseKey(key) ?? null), part, names, source, findRate),
    ),
    other: present([OTHER, ...ranked.slice(MAX_ROWS).map(({ key }) => key)]),
    unattributed: present([UNATTRIBUTED]),
    total: { revenue, conversions: conversionCount, share: computeRate(revenue, revenue) },
    unconverted: [...all.unconverted].map(([code, minor]) => ({ currency: code, revenue: presentUnconverted(code, minor) })),
    is_recomputing,
  };
});

function presentRow(
  key: string | null,
  part: z.output<typeof Part>,
  names: ReadonlyMap<string, string>,
  source: SourceFigures | undefined,
  findRate: RateLookup,
): z.output<typeof ReportRow> {
  const into = useSettings().currency;
  const pipeline = key === null ? undefined : source?.pipelines.get(key);
  return {
    key,
    name: key === null ? null : (names.get(key) ?? null),
    ...part,
    pipeline_value: pipeline ? roundAmount(convertSum(pipeline, into, findRate).exact, into) : null,
    leads_generated: key === null ? null : (source?.leads.get(key) ?? null),
  };
}

/** Figures of the records whose source is a campaign. */
interface SourceFigures {
  pipelines: ReadonlyMap<string, MultiCurrencySum>;
  leads: ReadonlyMap<string, number>;
}

async function loadSourceFigures(values: readonly string[]): Promise<SourceFigures> {
  const campaigns = values.filter((value) => isId(value, CAMPAIGN)).slice(0, MAX_ROWS);
  const scopes = campaigns.map(CampaignSales.campaignScope);
  const [opportunities, leads] = await Promise.all([Counter.read(OPPORTUNITY.name, scopes), Counter.read(LEAD.name, scopes)]);
  const read = <T>(counters: typeof leads, present: (counter: Readonly<Record<string, unknown>>) => T): Map<string, T> =>
    new Map(campaigns.map((id) => [id, present(counters.scopes.get(CampaignSales.campaignScope(id)) ?? {})]));
  return {
    pipelines: read(opportunities, (counter) => {
      const sum = new MultiCurrencySum();
      for (const [code, minor] of CampaignSales.parseCampaignAmounts([counter], "open")) sum.add(code, undefined, minor);
      return sum;
    }),
    leads: read(leads, (counter) => Number(counter.leads ?? 0)),
  };
}

/** Returns the names of campaigns that the caller sees, or of channels. A source is its own name. */
async function loadNames(group: AttributionGroup, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (group === "source") return new Map(keys.map((key) => [key, key]));
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
