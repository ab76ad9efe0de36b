import { type CounterSums, NONE, noCounterSums, separateScope } from "../../storage/table/collection.ts";
import { parseMinorUnits, toAmountCounts } from "./customer-totals.rules.ts";

/**
 * What leads, opportunities and orders add to the counters of the campaign that they came from (docs/engagement/campaigns.md, Figures): to one for
 * the campaign, and to one for each day on which it made a sale. Pure.
 */

/** The counter of a campaign, which lists of its records use too. Members, responses and metrics have one of the same name in their own kind. */
export const campaignScope = (campaign: string): string => separateScope("campaign", campaign);
/** The counter of a part of a campaign, such as a day, a month or a channel. */
export const campaignPartScope = (campaign: string, part: string): string => `campaign@${campaign}@${part}`;
/** The key range of the counters of a campaign's days. */
export const campaignDayRange = (campaign: string): [from: string, to: string] => [
  campaignPartScope(campaign, "0"),
  campaignPartScope(campaign, "~"),
];

export const buildCampaignLeadSums = (lead: { source_campaign_id?: string | null; is_converted: boolean }): CounterSums =>
  lead.source_campaign_id
    ? { scopes: [campaignScope(lead.source_campaign_id)], counts: { leads: 1, ...(lead.is_converted ? { converted: 1 } : {}) } }
    : noCounterSums;

/** The counters of days with the new leads by campaign and by lead source, with a number for each. */
const newLeadScope = (day: string): string => `new@${day}`;

/** Returns the key range of the counters of these days. */
export const newLeadRange = ({ from, to }: { from: string; to: string }): [from: string, to: string] => [
  newLeadScope(from),
  newLeadScope(to),
];

interface NewLead {
  source_campaign_id?: string | null;
  lead_source_id: string | null;
  created_day: string | null;
  created_at: string;
}

/** Prefixes of the numbers of a campaign and of a lead source. */
const [CAMPAIGN_PREFIX, SOURCE_PREFIX] = ["c.", "s."];

/** Returns what a lead adds to the counter of the day on which it was created. A lead without a campaign and a source adds nothing. */
export function buildNewLeadSums({ source_campaign_id, lead_source_id, created_day, created_at }: NewLead): CounterSums {
  const names = [
    ...(source_campaign_id ? [CAMPAIGN_PREFIX + source_campaign_id] : []),
    ...(lead_source_id ? [SOURCE_PREFIX + lead_source_id] : []),
  ];
  return names.length === 0
    ? noCounterSums
    : {
        scopes: [newLeadScope(created_day ?? created_at.slice(0, "YYYY-MM-DD".length))],
        counts: Object.fromEntries(names.map((name) => [name, 1])),
      };
}

/** Returns the number of new leads by campaign or by lead source. */
export function parseNewLeads(counters: readonly Counter[], group: "campaign" | "source"): Map<string, number> {
  const prefix = group === "campaign" ? CAMPAIGN_PREFIX : SOURCE_PREFIX;
  const leads = new Map<string, number>();
  for (const counter of counters)
    for (const [name, value] of Object.entries(counter))
      if (name.startsWith(prefix) && value !== 0)
        leads.set(name.slice(prefix.length), (leads.get(name.slice(prefix.length)) ?? 0) + Number(value));
  return leads;
}

interface CountedOpportunity {
  source_campaign_id?: string | null;
  is_closed: boolean;
  is_won: boolean | null;
  closed_date: string | null;
  currency: string;
  amount: string | null;
  ordered_at?: string | null;
}

/** Returns what an opportunity adds. The amount of a won one with a confirmed order counts as `ordered`: the revenue of the sale is that of its orders. */
export function buildCampaignOpportunitySums(opportunity: CountedOpportunity): CounterSums {
  const { source_campaign_id, is_closed, is_won, closed_date, currency, ordered_at } = opportunity;
  if (!source_campaign_id) return noCounterSums;
  const amount = opportunity.amount ?? "0";
  if (!is_closed)
    return {
      scopes: [campaignScope(source_campaign_id)],
      counts: { opportunities: 1, open: 1, ...toAmountCounts("open", currency, amount) },
    };
  if (!is_won) return { scopes: [campaignScope(source_campaign_id)], counts: { opportunities: 1, lost: 1 } };
  const sale = ordered_at ? {} : { sales: 1, ...toAmountCounts("revenue", currency, amount) };
  return {
    scopes: [campaignScope(source_campaign_id)],
    counts: { opportunities: 1, won: 1, ...toAmountCounts("won", currency, amount), ...sale },
    ...(ordered_at ? {} : { beside: { scopes: [campaignPartScope(source_campaign_id, closed_date ?? NONE)], counts: sale } }),
  };
}

interface CountedOrder {
  campaign_id?: string | null;
  currency: string;
  net_payment: string;
  confirmed_day: string | null;
  sale_day: string | null;
}

/** Returns what an order adds: its revenue on the day of the sale. A draft adds nothing. */
export function buildCampaignOrderSums({ campaign_id, currency, net_payment, ...days }: CountedOrder): CounterSums {
  if (!campaign_id || days.confirmed_day === null) return noCounterSums;
  const counts = { sales: 1, ...toAmountCounts("revenue", currency, net_payment) };
  return {
    scopes: [campaignScope(campaign_id), campaignPartScope(campaign_id, days.sale_day ?? days.confirmed_day)],
    counts,
  };
}

type Counter = Readonly<Record<string, unknown>>;

/** Returns the amounts of a campaign's counters in minor units, by currency. */
export const parseCampaignAmounts = (counters: readonly Counter[], name: "open" | "won" | "revenue"): Map<string, bigint> => {
  const sum = new Map<string, bigint>();
  for (const counter of counters)
    for (const [currency, minor] of parseMinorUnits(counter, name)) sum.set(currency, (sum.get(currency) ?? 0n) + minor);
  return sum;
};

/** Returns the revenue of the counters of days, by day and currency, in minor units. */
export const parseCampaignDays = (counters: readonly Counter[]): { day: string; currency: string; minor: bigint }[] =>
  counters.flatMap((counter) =>
    [...parseMinorUnits(counter, "revenue")].map(([currency, minor]) => ({
      day: String(counter.sk).slice(-"YYYY-MM-DD".length),
      currency,
      minor,
    })),
  );

export * as CampaignSales from "./campaign-sales.rules.ts";
