import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { type CampaignRecord, Campaigns } from "@crm/core/engagement/campaign/campaign.entity.ts";
import { Members } from "@crm/core/engagement/campaign/member.entity.ts";
import { CampaignMetrics } from "@crm/core/engagement/campaign/metric.entity.ts";
import { Responses } from "@crm/core/engagement/campaign/response.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Messages } from "@crm/core/messaging/message/message.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import Big from "big.js";
import { listStoredItems } from "../../support/stored-items.ts";

/** The figures of campaigns, computed from all records of a tenant, without counters and indexes. */

/** Loads every live record of these collections. */
async function loadLive<R extends BaseRecord>(collection: Collection<R>, ids: readonly string[]): Promise<R[]> {
  const prefix = `${collection.kind.prefix}_`;
  const records = await Records.loadMany(
    collection,
    ids.filter((id) => id.startsWith(prefix)),
    { live: true },
  );
  return records.filter((record) => record !== undefined);
}

/** Loads all records that figures are computed from. */
export function loadRecords(app: App, tenant: string) {
  const ids = listStoredItems(app).flatMap(({ pk, sk }) =>
    /^T#[^#]+#[PE]#/.test(pk?.S ?? "") && pk?.S?.startsWith(`T#${tenant}#`) ? [sk?.S ?? ""] : [],
  );
  return runIn(systemContext(app.ports, tenant, "test"), async () => ({
    campaigns: await loadLive(Campaigns, ids),
    members: await loadLive(Members, ids),
    responses: await loadLive(Responses, ids),
    messages: await loadLive(Messages, ids),
    metrics: await loadLive(CampaignMetrics, ids),
    leads: await loadLive(Leads, ids),
    opportunities: await loadLive(Opportunities, ids),
    orders: await loadLive(Orders, ids),
  }));
}

export type AllRecords = Awaited<ReturnType<typeof loadRecords>>;

/** Returns the price of a unit of one currency in another. */
export type Price = (from: string, to: string) => Big;

const percent = (part: Big | number, whole: Big | number): string | null =>
  Big(whole).eq(0) ? null : Big(part).times(100).div(whole).toFixed(2, Big.roundHalfUp);

const sumBy = <T>(items: readonly T[], read: (item: T) => Big | number | string | null): Big =>
  items.reduce((sum, item) => sum.plus(read(item) ?? 0), Big(0));

/** Counts the figures of some campaigns in a currency. */
export function countFigures(records: AllRecords, campaigns: readonly CampaignRecord[], into: string, price: Price) {
  const ids = new Set(campaigns.map(({ id }) => id));
  const isOurs = (id: string | null | undefined): boolean => typeof id === "string" && ids.has(id);
  const members = records.members.filter(({ campaign_id }) => isOurs(campaign_id));
  const responses = records.responses.filter(({ campaign_id }) => isOurs(campaign_id));
  const metrics = records.metrics.filter(({ campaign_id }) => isOurs(campaign_id));
  const opportunities = records.opportunities.filter(({ source_campaign_id }) => isOurs(source_campaign_id));
  const orders = records.orders.filter(({ campaign_id, confirmed_at }) => isOurs(campaign_id) && confirmed_at !== null);
  const won = opportunities.filter(({ is_won }) => is_won);
  const unordered = won.filter(({ ordered_at }) => !ordered_at);
  const open = opportunities.filter(({ is_closed }) => !is_closed);
  const convert = (amount: string | null, currency: string): Big => Big(amount ?? 0).times(price(currency, into));
  const round = (sum: Big): string => sum.toFixed(2, Big.roundHalfUp);
  const count = (name: "sent" | "tracked" | "opened" | "clicked" | "responded" | "converted" | "bounced" | "opted_out"): number =>
    members.filter((member) => member[`${name}_at`] !== null).length;
  const cost = round(
    sumBy(metrics, (row) => convert(row.cost, row.currency)).plus(
      sumBy(campaigns, ({ other_cost, currency }) => convert(other_cost, currency)),
    ),
  );
  const revenue = round(
    sumBy(unordered, ({ amount, currency }) => convert(amount, currency)).plus(
      sumBy(orders, ({ net_payment, currency }) => convert(net_payment, currency)),
    ),
  );
  const [impressions, clicks, conversions] = (["impressions", "clicks", "conversions"] as const).map((name) =>
    sumBy(metrics, (row) => row[name]).toNumber(),
  ) as [number, number, number];
  return {
    ...{
      member_count: members.length,
      sent_count: count("sent"),
      tracked_count: count("tracked"),
      opened_count: count("opened"),
      clicked_count: count("clicked"),
    },
    ...{ response_count: count("responded"), converted_count: count("converted") },
    ...{ bounced_count: count("bounced"), opted_out_count: count("opted_out") },
    open_rate: percent(count("opened"), count("sent")),
    click_rate: percent(count("clicked"), count("sent")),
    response_rate: percent(count("responded"), count("sent")),
    conversion_rate: percent(count("converted"), count("responded")),
    responses: Object.fromEntries([...Map.groupBy(responses, ({ kind }) => kind)].map(([kind, { length }]) => [kind, length])),
    ...{ impressions, clicks, conversions },
    click_conversion_rate: percent(conversions, clicks),
    click_through_rate: percent(clicks, impressions),
    cost_per_click: clicks === 0 ? null : Big(cost).div(clicks).toFixed(2, Big.roundHalfUp),
    reported_revenue: round(sumBy(metrics, (row) => convert(row.revenue, row.currency))),
    leads_generated: records.leads.filter(({ source_campaign_id }) => isOurs(source_campaign_id)).length,
    ...{ opportunities_generated: opportunities.length, open_opportunities: open.length, won_opportunities: won.length },
    pipeline_value: round(sumBy(open, ({ amount, currency }) => convert(amount, currency))),
    sales_count: unordered.length + orders.length,
    ...{ revenue_generated: revenue, actual_cost: cost, unconverted: [] },
    roi: percent(Big(revenue).minus(cost), Big(cost)),
  };
}

/** Returns a campaign and the campaigns below it. */
export function listTree(campaigns: readonly CampaignRecord[], root: CampaignRecord): CampaignRecord[] {
  const below = campaigns.filter(({ parent_campaign_id }) => parent_campaign_id === root.id);
  return [root, ...below.flatMap((campaign) => listTree(campaigns, campaign))];
}
