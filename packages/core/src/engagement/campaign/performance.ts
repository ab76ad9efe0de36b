import * as z from "zod";
import { ORDER } from "../../commerce/order/order.kind.ts";
import type { Owners } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { currency, IdInput, money, oneOf } from "../../kernel/schema.ts";
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
import { buildListQuery, list as listRecords } from "../../storage/read/list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { NONE } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { Records } from "../../storage/write/records.ts";
import { type CampaignRecord, Campaigns, Stored } from "./campaign.entity.ts";
import { CAMPAIGN_MEMBER, CAMPAIGN_RESPONSE } from "./campaign.kind.ts";
import { computeFigures } from "./campaign-figures.rules.ts";
import { campaignStatuses, statusAliases } from "./campaign-status.rules.ts";
import { loadDescendants } from "./hierarchy.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";
import { parseMetricTotals } from "./metric.rules.ts";
import { PerformanceDays } from "./performance-days.ts";

/**
 * The figures of campaigns. Everything is read from counters, so the cost does not grow with the members. Users who see a campaign see its totals,
 * also of members and sales that they do not see.
 */

const count = (): z.ZodNumber => z.number().int();
const rate = () =>
  z
    .string()
    .nullable()
    .meta({ examples: ["12.50"] });
/** An amount that can be below 0, as when more was refunded than paid. */
const signedMoney = () => z.string().meta({ "x-type": "money", examples: ["1200.00"] });

/** The columns of a campaign that are computed from its counters. */
export const figureFields = {
  leads_generated: count().describe("Leads whose source is the campaign"),
  opportunities_generated: count().describe("Opportunities whose source is the campaign"),
  revenue_generated: signedMoney().describe("Sales whose source is the campaign"),
  response_count: count().describe("Members that responded"),
  response_rate: rate().describe("Members that responded ÷ members that were sent, in percent"),
  conversion_rate: rate().describe("Members that converted ÷ members that responded, in percent"),
  actual_cost: money().describe("The cost of the daily metrics, and other_cost"),
  roi: rate().describe("(revenue − cost) ÷ cost, in percent"),
};

export const Figures = z
  .object({
    ...figureFields,
    member_count: count(),
    sent_count: count(),
    tracked_count: count().describe("Members to whom a mail was sent whose opens and clicks are counted"),
    opened_count: count().nullable().describe("null: messages were sent and none is tracked (`tracked_count` is 0)"),
    clicked_count: count().nullable().describe("null: messages were sent and none is tracked (`tracked_count` is 0)"),
    converted_count: count(),
    bounced_count: count(),
    opted_out_count: count(),
    open_rate: rate().describe("Members that opened ÷ members that were sent, in percent"),
    click_rate: rate().describe("Members that clicked ÷ members that were sent, in percent"),
    responses: z.record(z.string(), count()).describe("Responses by kind"),
    impressions: count(),
    clicks: count()
      .nullable()
      .describe("null: no row of the daily metrics knows its clicks, as of messages that are not tracked"),
    conversions: count().describe("Conversions of the daily metrics"),
    click_conversion_rate: rate().describe("Conversions ÷ clicks of the daily metrics, in percent"),
    click_through_rate: rate().describe("Clicks ÷ impressions, in percent"),
    cost_per_click: money().nullable(),
    reported_revenue: signedMoney().describe("Revenue that the daily metrics report. ROI does not use it"),
    open_opportunities: count(),
    won_opportunities: count(),
    pipeline_value: signedMoney().describe("Amounts of open opportunities"),
    sales_count: count().describe("Won opportunities without an order, and orders"),
    unconverted: z
      .array(z.object({ currency: currency(), revenue: signedMoney() }))
      .describe("Revenue without an exchange rate. The other figures do not contain it"),
  })
  .meta({ id: "CampaignFigures" });
export type Figures = z.output<typeof Figures>;

/** The counters of a campaign, by the kind whose records are counted. */
interface CampaignCounters {
  members: Item;
  responses: Item;
  metrics: Item;
  leads: Item;
  opportunities: Item;
  orders: Item;
}

const countedKinds = {
  members: CAMPAIGN_MEMBER.name,
  responses: CAMPAIGN_RESPONSE.name,
  metrics: CAMPAIGN_METRIC.name,
  leads: LEAD.name,
  opportunities: OPPORTUNITY.name,
  orders: ORDER.name,
} as const;

/** Reads the counters of campaigns, in their order: a batch for each kind. */
async function loadCounters(campaigns: readonly CampaignRecord[]): Promise<CampaignCounters[]> {
  const scopes = campaigns.map(({ id }) => CampaignSales.campaignScope(id));
  const byKind = await Promise.all(
    Object.entries(countedKinds).map(async ([name, kind]) => [name, await Counter.read(kind, scopes)] as const),
  );
  return scopes.map(
    (scope) =>
      Object.fromEntries(
        byKind.map(([name, { scopes: items }]) => [name, items.get(scope) ?? {}]),
      ) as unknown as CampaignCounters,
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const sumCounts = (items: readonly Item[], name: string): number =>
  items.reduce((total, item) => total + Number(item[name] ?? 0), 0);

/** What the amounts of a group of campaigns are computed from. */
interface Amounts {
  cost: MultiCurrencySum;
  revenue: MultiCurrencySum;
  reported: MultiCurrencySum;
  pipeline: MultiCurrencySum;
}

/** Collects the amounts of campaigns. Revenue in another currency is read by day, because it is converted at the rate of its day. */
async function collectAmounts(
  campaigns: readonly CampaignRecord[],
  counters: readonly CampaignCounters[],
  into: string,
): Promise<Amounts> {
  const amounts: Amounts = {
    cost: new MultiCurrencySum(),
    revenue: new MultiCurrencySum(),
    reported: new MultiCurrencySum(),
    pipeline: new MultiCurrencySum(),
  };
  await Promise.all(
    campaigns.map(async ({ id, currency: own, other_cost }, place) => {
      const { metrics, opportunities, orders } = counters[place] as CampaignCounters;
      const add = (sum: MultiCurrencySum, minorByCurrency: ReadonlyMap<string, bigint>): void => {
        for (const [code, minor] of minorByCurrency) sum.add(code, undefined, minor);
      };
      const { cost, revenue: reported } = parseMetricTotals(metrics, own);
      amounts.cost.add(own, undefined, Money.toMinor(cost));
      if (other_cost !== null) amounts.cost.add(own, undefined, Money.toMinor(other_cost));
      amounts.reported.add(own, undefined, Money.toMinor(reported));
      add(amounts.pipeline, CampaignSales.parseCampaignAmounts([opportunities], "open"));
      const revenue = CampaignSales.parseCampaignAmounts([opportunities, orders], "revenue");
      if ([...revenue.keys()].every((code) => code === into)) return add(amounts.revenue, revenue);
      const range = CampaignSales.campaignDayRange(id);
      const days = await Promise.all([OPPORTUNITY, ORDER].map((kind) => Counter.readRange(kind.name, ...range)));
      for (const { currency: code, day, minor } of CampaignSales.parseCampaignDays(days.flat()))
        amounts.revenue.add(code, day, minor);
    }),
  );
  return amounts;
}

function presentFigures(counters: readonly CampaignCounters[], amounts: Amounts, into: string, findRate: RateLookup): Figures {
  const [members, responses, metrics, leads, opportunities, orders] = Object.keys(countedKinds).map((kind) =>
    counters.map((counter) => counter[kind as keyof CampaignCounters]),
  ) as [Item[], Item[], Item[], Item[], Item[], Item[]];
  const round = (sum: MultiCurrencySum): string => roundAmount(convertSum(sum, into, findRate).exact, into);
  const [cost, revenue] = [round(amounts.cost), round(amounts.revenue)];
  const totals = metrics.map((counter) => parseMetricTotals(counter, into));
  const sumTotals = (name: "impressions" | "conversions"): number => totals.reduce((sum, total) => sum + total[name], 0);
  const [impressions, conversions] = [sumTotals("impressions"), sumTotals("conversions")];
  const knownClicks = totals.flatMap((total) => total.clicks ?? []);
  const clicks = totals.some((total) => total.clicks === null) && !knownClicks.some(Boolean) ? null : sum(knownClicks);
  const step = (name: string): number => sumCounts(members, name);
  // Members of earlier releases do not say whether their mail is tracked. An open shows it.
  const isTracked = step("sent") === 0 || step("tracked") + step("opened") + step("clicked") > 0;
  const tracked = (name: string): number | null => (isTracked ? step(name) : null);
  const kinds = new Set(responses.flatMap((item) => Object.keys(item).filter((name) => /^[A-Z]+$/.test(name))));
  return {
    ...computeFigures({
      sent: step("sent"),
      opened: tracked("opened"),
      clicked: tracked("clicked"),
      responded: step("responded"),
      converted_members: step("converted"),
      ...{ impressions, clicks, conversions, cost, revenue },
    }),
    leads_generated: sumCounts(leads, "leads"),
    opportunities_generated: sumCounts(opportunities, "opportunities"),
    revenue_generated: revenue,
    response_count: step("responded"),
    actual_cost: cost,
    member_count: step("added"),
    sent_count: step("sent"),
    tracked_count: step("tracked"),
    opened_count: tracked("opened"),
    clicked_count: tracked("clicked"),
    converted_count: step("converted"),
    bounced_count: step("bounced"),
    opted_out_count: step("opted_out"),
    responses: Object.fromEntries([...kinds].sort().map((kind) => [kind, sumCounts(responses, kind)])),
    ...{ impressions, clicks, conversions },
    reported_revenue: round(amounts.reported),
    open_opportunities: sumCounts(opportunities, "open"),
    won_opportunities: sumCounts(opportunities, "won"),
    pipeline_value: round(amounts.pipeline),
    sales_count: sumCounts(opportunities, "sales") + sumCounts(orders, "sales"),
    unconverted: [...convertSum(amounts.revenue, into, findRate).unconverted].map(([code, minor]) => ({
      currency: code,
      revenue: presentUnconverted(code, minor),
    })),
  };
}

/** Computes the figures of groups of campaigns, each in a currency. Every campaign is read once, however many groups have it. */
async function computeGroups(groups: readonly { campaigns: readonly CampaignRecord[]; into: string }[]): Promise<Figures[]> {
  const campaigns = [...new Map(groups.flatMap((group) => group.campaigns).map((campaign) => [campaign.id, campaign])).values()];
  const counters = new Map((await loadCounters(campaigns)).map((counter, place) => [campaigns[place]?.id, counter]));
  return Promise.all(
    groups.map(async ({ campaigns: members, into }) => {
      const own = members.map(({ id }) => counters.get(id) as CampaignCounters);
      const amounts = await collectAmounts(members, own, into);
      return presentFigures(own, amounts, into, await loadRates(Object.values(amounts), into));
    }),
  );
}

/** Adds its figures to a campaign. */
export async function withFigures<C extends CampaignRecord>(campaign: C) {
  const [figures] = await computeGroups([{ campaigns: [campaign], into: campaign.currency }]);
  const picked = Object.keys(figureFields).map((field) => [field, figures?.[field as keyof typeof figureFields]]);
  return { ...campaign, ...(Object.fromEntries(picked) as { [F in keyof typeof figureFields]: Figures[F] }) };
}

export const Info = z.object({
  currency: currency().describe("Currency of the amounts: that of the campaign"),
  own: Figures.describe("Figures of the campaign itself"),
  total: Figures.describe("Sum of the campaign and of the campaigns below it that the caller sees"),
  campaign_count: count().describe("Campaigns in `total`"),
  is_complete: z.boolean().describe("false if there are more than 200 campaigns below it"),
  days: z
    .array(PerformanceDays.Day)
    .nullable()
    .describe("With `by=day`: the figures of the campaign itself on each day of the period, in order"),
});

const Query = IdInput.extend({
  by: oneOf(["day"]).optional().describe("Also answers the figures by this"),
  from: period.from.describe("With `by=day`: the first day; the period is 30 days by default and 366 at most"),
  to: period.to.describe("With `by=day`: the last day; defaults to today"),
});

/** Reads the figures of a campaign, with and without the campaigns below it. */
export const get = fn(Query, async ({ id: campaignId, by, ...range }): Promise<z.output<typeof Info>> => {
  const bound = by === undefined ? (["from", "to"] as const).find((name) => range[name] !== undefined) : undefined;
  if (bound) throw invalid(bound, "Allowed only with by=day");
  const campaign = await Records.read(Campaigns, campaignId);
  const { levels, isComplete } = await loadDescendants(campaignId);
  const below = await Visibility.filterVisible(Campaigns, levels.flat());
  const into = campaign.currency;
  const [own, total] = (await computeGroups([
    { campaigns: [campaign], into },
    { campaigns: [campaign, ...below], into },
  ])) as [Figures, Figures];
  const days = by === "day" ? await PerformanceDays.loadDays(campaign, resolveDayRange(range)) : null;
  return { currency: into, own, total, campaign_count: below.length + 1, is_complete: isComplete, days };
});

/** The highest number of campaigns that one request compares. */
const MAX_COMPARED = 300;

const comparedShape = Stored.pick({
  ...{ campaign_number: true, name: true, type: true, status: true },
  ...{ start_date: true, end_date: true, budget: true, currency: true },
}).shape;

export const Row = Figures.extend({ ...comparedShape, id: z.string() }).meta({ id: "ComparedCampaign" });

export const Comparison = z.object({
  campaigns: z.array(Row).describe("Highest ROI first; those without a cost come last"),
  is_complete: z.boolean().describe(`false if more than ${MAX_COMPARED} campaigns match. The newest are compared`),
});

/** Lists the newest campaigns of a status that the caller sees. */
async function listByStatus(
  status: CampaignRecord["status"],
): Promise<{ campaigns: readonly CampaignRecord[]; isComplete: boolean }> {
  const campaigns: CampaignRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecords(Campaigns, buildListQuery(Campaigns, { status, limit: 100, cursor } as object));
    campaigns.push(...page.rows);
    cursor = page.meta.next_cursor ?? undefined;
  } while (cursor && campaigns.length < MAX_COMPARED);
  return { campaigns, isComplete: cursor === undefined };
}

/** Computes the figures of all campaigns of a status and of some owners together, in a currency. */
export async function readTotals(status: CampaignRecord["status"], into: string, owners: Owners) {
  const { campaigns: listed, isComplete } = await listByStatus(status);
  const campaigns = owners === "all" ? listed : listed.filter(({ owner_id }) => owners.has(owner_id ?? NONE));
  const [figures] = await computeGroups([{ campaigns, into }]);
  return { campaign_count: campaigns.length, figures: figures as Figures, isComplete };
}

/** Compares the campaigns of a status by their own figures. */
export const compare = fn(
  z.strictObject({ status: oneOf(campaignStatuses, statusAliases).default("IN_PROGRESS") }),
  async ({ status }): Promise<z.output<typeof Comparison>> => {
    const { campaigns, isComplete } = await listByStatus(status);
    const figures = await computeGroups(campaigns.map((campaign) => ({ campaigns: [campaign], into: campaign.currency })));
    const rows = campaigns.map(
      ({ id, campaign_number, name, type, status: own, start_date, end_date, budget, currency: code }, place) => ({
        ...{ id, campaign_number, name, type, status: own, start_date, end_date, budget, currency: code },
        ...(figures[place] as Figures),
      }),
    );
    return { campaigns: rows.sort(byRoi), is_complete: isComplete };
  },
);

const byRoi = (a: Pick<Figures, "roi">, b: Pick<Figures, "roi">): number =>
  a.roi === null || b.roi === null ? Number(a.roi === null) - Number(b.roi === null) : Money.compare(b.roi, a.roi);

export * as CampaignPerformance from "./performance.ts";
