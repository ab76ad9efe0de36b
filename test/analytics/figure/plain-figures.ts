import type { FigureName } from "@crm/core/analytics/figure/figure-registry.ts";
import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import type { OutcomeRecord } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import Big from "big.js";
import {
  type Amount,
  type FigureContext,
  multiplySum,
  type OpportunityView,
  sumAmounts,
} from "../../sales/figures/reference-figures.ts";
import type { Tenant } from "../../support/app.ts";

/** Every figure, computed slowly from records. Each has the records behind it and its value over them. */

type Answer<Operation extends keyof Tenant["admin"]> =
  Awaited<ReturnType<Tenant["admin"][Operation]>> extends { data: infer D } ? D : never;

/** Who handled a ticket, on which day of the tenant's zone, and after how many minutes. */
export interface Handling {
  agent: string | null;
  day: string;
  minutes: number;
}

type TicketView = Answer<"getTicket"> & { answered?: Handling; resolved?: Handling };
type ActivityView = Answer<"listActivities">[number] & { type: string; outcome: string | null };
type CampaignView = Answer<"getCampaign"> & { metrics: Answer<"listCampaignMetrics"> };

/** All records of a tenant, of each kind. */
export interface World {
  readonly context: FigureContext;
  readonly opportunities: readonly OpportunityView[];
  readonly deletedOpportunities: Answer<"listOpportunities">;
  readonly orders: readonly Answer<"getOrder">[];
  readonly leads: readonly Answer<"getLead">[];
  readonly customers: readonly Answer<"getCustomer">[];
  readonly tickets: readonly TicketView[];
  readonly surveys: Answer<"listTicketSurveys">;
  /** Judged SLA targets, also those of deleted tickets. */
  readonly outcomes: readonly Pick<OutcomeRecord, "id" | "agent_id" | "judged_at" | "state">[];
  readonly campaigns: readonly CampaignView[];
  readonly interactions: readonly Answer<"getInteraction">[];
  readonly activities: readonly ActivityView[];
}

/** The owners and the days of the records that are counted. */
export interface PlainScope {
  readonly from: string;
  readonly to: string;
  readonly owns: (owner: string | null) => boolean;
  /** Whether interactions and activities of no user are counted: for readers who see all records. */
  readonly seesAll: boolean;
}

type Value = string | number | null;

interface PlainFigure {
  /** The ids of the records that a list should show for the figure. */
  readonly rows: (world: World, scope: PlainScope) => string[];
  readonly value: (world: World, scope: PlainScope) => Value;
}

const Exact = Big();
Exact.DP = 60;

const round = (value: Big, decimals: number): number => Number(value.round(decimals, Big.roundHalfUp));
const divide = (part: Big | number, whole: Big | number, decimals: number): number | null =>
  new Exact(whole).eq(0) ? null : round(new Exact(part).div(whole), decimals);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const ids = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);

const isWithin = (day: string | null | undefined, { from, to }: PlainScope): boolean =>
  day !== null && day !== undefined && from <= day && day <= to;
const toDay = ({ context }: World, instant: string | null | undefined): string | null =>
  instant ? instantToDay(context.zone, instant) : null;
const owned = <R extends { owner_id?: string | null }>(records: readonly R[], { owns }: PlainScope): R[] =>
  records.filter(({ owner_id = null }) => owns(owner_id));

type Select<R> = (world: World, scope: PlainScope) => R[];

const created: Select<OpportunityView> = (world, scope) =>
  owned(world.opportunities, scope).filter(({ created_at }) => isWithin(toDay(world, created_at), scope));
const closed: Select<OpportunityView> = ({ opportunities }, scope) =>
  owned(opportunities, scope).filter(({ is_closed, closed_date }) => is_closed && isWithin(closed_date, scope));
const won: Select<OpportunityView> = (world, scope) => closed(world, scope).filter(({ is_won }) => is_won === true);
const lost: Select<OpportunityView> = (world, scope) => closed(world, scope).filter(({ is_won }) => is_won === false);
const open: Select<OpportunityView> = ({ opportunities }, scope) =>
  owned(opportunities, scope).filter(({ is_closed }) => !is_closed);

/** Of this month and the next two. */
const soon: Select<OpportunityView> = (world, scope) => {
  const [year = 0, month = 0] = world.context.today.split("-").map(Number);
  const months = [0, 1, 2].map((offset) => new Date(Date.UTC(year, month - 1 + offset, 1)).toISOString().slice(0, 7));
  return open(world, scope).filter(({ close_date }) => months.includes(String(close_date).slice(0, 7)));
};

const customersOf: Select<World["customers"][number]> = ({ customers }, scope) => owned(customers, scope);
const leadsOf: Select<World["leads"][number]> = ({ leads }, scope) => owned(leads, scope);
const campaignsOf: Select<CampaignView> = ({ campaigns }, scope) =>
  owned(campaigns, scope).filter(({ status }) => status === "IN_PROGRESS");
const ticketsOf: Select<TicketView> = ({ tickets }, { owns }) =>
  tickets.filter(({ assigned_to_id }) => owns(assigned_to_id ?? null));
const handledBy =
  (part: "answered" | "resolved"): Select<TicketView> =>
  ({ tickets }, scope) =>
    tickets.filter((ticket) => {
      const handling = ticket[part];
      return handling !== undefined && scope.owns(handling.agent) && isWithin(handling.day, scope);
    });
const [answered, resolved] = [handledBy("answered"), handledBy("resolved")];
const rated: Select<TicketView> = (world, scope) =>
  resolved(world, scope).filter(({ satisfaction_rating }) => satisfaction_rating !== null);
const judged: Select<World["outcomes"][number]> = (world, { owns, ...days }) =>
  world.outcomes.filter(({ agent_id, judged_at }) => owns(agent_id) && isWithin(toDay(world, judged_at), { owns, ...days }));
const violated: Select<World["outcomes"][number]> = (world, scope) =>
  judged(world, scope).filter(({ state }) => state === "VIOLATED");
const surveyed: Select<World["surveys"][number]> = (world, scope) =>
  world.surveys.filter(
    ({ agent_id, rating, answered_at }) =>
      scope.owns(agent_id ?? null) && rating != null && isWithin(toDay(world, answered_at), scope),
  );
const recommended: Select<World["surveys"][number]> = (world, scope) => surveyed(world, scope).filter(({ nps }) => nps != null);

type InteractionView = World["interactions"][number];

const talked =
  (isMeant: (interaction: InteractionView) => boolean = () => true): Select<InteractionView> =>
  (world, scope) =>
    owned(world.interactions, scope).filter(
      (interaction) =>
        (interaction.owner_id !== null || scope.seesAll) &&
        isWithin(toDay(world, interaction.interaction_date), scope) &&
        isMeant(interaction),
    );
const completed =
  (isMeant: (activity: ActivityView) => boolean = () => true): Select<ActivityView> =>
  (world, scope) =>
    world.activities.filter(
      (activity) =>
        scope.owns(activity.assigned_to_id ?? null) &&
        (activity.assigned_to_id !== null || scope.seesAll) &&
        activity.is_completed === true &&
        !activity.is_private &&
        isWithin(toDay(world, activity.completed_datetime), scope) &&
        isMeant(activity),
    );
const hasType = (code: string): Select<ActivityView> => completed(({ type }) => type === code);
const share = (isPart: (interaction: InteractionView) => boolean): PlainFigure =>
  compute(talked(), (records) => divide(records.filter(isPart).length, records.length, 4));
const average = (field: "sentiment_score" | "duration_minutes", decimals: number): PlainFigure =>
  compute(
    talked((interaction) => interaction[field] !== null),
    (records) =>
      divide(
        records.reduce((sum, interaction) => sum.plus(interaction[field] ?? 0), new Exact(0)),
        records.length,
        decimals,
      ),
  );

const minutes = (tickets: readonly TicketView[], part: "answered" | "resolved"): number =>
  total(tickets.map((ticket) => ticket[part]?.minutes ?? 0));

/** Sums amounts of opportunities: of closed ones at the rates of their day, of open ones at those of today. */
const sumOpportunities = ({ context }: World, records: readonly OpportunityView[], isWeighted = false) =>
  sumAmounts(
    context,
    records.map(({ amount, currency, is_closed, closed_date }) => [
      ...([amount as string | null, currency as string] as const),
      is_closed ? (closed_date as string) : context.today,
    ]),
    isWeighted ? records.map(({ probability }) => probability) : [],
  );

/** Won opportunities that no confirmed order names, and confirmed orders by the day of their sale. */
const unordered: Select<OpportunityView> = (world, scope) =>
  won(world, scope).filter((opportunity) => opportunity.ordered_at === null || opportunity.ordered_at === undefined);
const saleDay = (world: World, { opportunity_id, confirmed_at }: World["orders"][number]): string | null => {
  const opportunity = [...world.opportunities, ...world.deletedOpportunities].find(({ id }) => id === opportunity_id);
  return opportunity?.is_won ? (opportunity.closed_date as string) : toDay(world, confirmed_at);
};
const sold: Select<World["orders"][number]> = (world, scope) =>
  owned(world.orders, scope).filter((order) => order.confirmed_at !== null && isWithin(saleDay(world, order), scope));

const count = <R extends { id: string }>(select: Select<R>): PlainFigure => ({
  rows: (world, scope) => ids(select(world, scope)),
  value: (world, scope) => select(world, scope).length,
});
const compute = <R extends { id: string }>(select: Select<R>, value: (records: R[], world: World) => Value): PlainFigure => ({
  rows: (world, scope) => ids(select(world, scope)),
  value: (world, scope) => value(select(world, scope), world),
});
const money = (select: Select<OpportunityView>, isWeighted = false): PlainFigure =>
  compute(select, (records, world) => sumOpportunities(world, records, isWeighted).value);

const cycleDays = (records: readonly OpportunityView[], { context }: World): number =>
  total(
    records.map(({ created_at, closed_date }) =>
      Math.max(
        0,
        Math.round((Date.parse(String(closed_date)) - Date.parse(instantToDay(context.zone, created_at))) / 86_400_000),
      ),
    ),
  );

const metricSum = (campaigns: readonly CampaignView[], field: "clicks" | "conversions"): number =>
  total(campaigns.flatMap(({ metrics }) => metrics.map((metric) => metric[field] ?? 0)));
const campaignCost = (campaigns: readonly CampaignView[], { context }: World): Big =>
  new Exact(
    sumAmounts(
      context,
      campaigns.flatMap(({ currency, other_cost, metrics }) =>
        [other_cost ?? null, ...metrics.map(({ cost }) => cost)].map(
          (amount) => [amount as string | null, currency, context.today] as const,
        ),
      ),
    ).value,
  );
const conversionRate = (campaigns: readonly CampaignView[]): number | null =>
  divide(metricSum(campaigns, "conversions") * 100, metricSum(campaigns, "clicks"), 2);

/** What campaigns earned: sales that name them, of all owners. */
const campaignRevenue = (campaigns: readonly CampaignView[], world: World): Big => {
  const named = new Set<string | null | undefined>(ids(campaigns));
  const won = world.opportunities.filter(
    ({ is_won, ordered_at, source_campaign_id }) => is_won && !ordered_at && named.has(source_campaign_id),
  );
  const orders = world.orders.filter(({ confirmed_at, campaign_id }) => confirmed_at !== null && named.has(campaign_id));
  return new Exact(sumRecords(world, [...ids(won), ...ids(orders)]).value);
};

const health: PlainFigure = {
  rows: (world, scope) => [...ids(resolved(world, scope)), ...ids(won(world, scope)), ...ids(campaignsOf(world, scope))],
  value: (world, scope) => {
    const [tickets, ratings, rate] = [resolved(world, scope), rated(world, scope), conversionRate(campaignsOf(world, scope))];
    const stars = total(ratings.map(({ satisfaction_rating }) => Number(satisfaction_rating)));
    const ratingPart = ratings.length === 0 ? new Exact(0) : new Exact(stars).div(ratings.length).div(5).times(25);
    const isFast = tickets.length > 0 && minutes(tickets, "resolved") / tickets.length < 24 * 60;
    const fixed = (won(world, scope).length > 0 ? 30 : 0) + (isFast ? 20 : 10);
    return round(ratingPart.plus(fixed).plus(new Exact(Math.min(rate ?? 0, 10)).div(10).times(25)), 1);
  },
};

/** Sums opportunities and orders of any owners and days. */
export function sumRecords(world: World, recordIds: readonly string[]): { value: string; weighted: string } {
  const opportunities = world.opportunities.filter(({ id }) => recordIds.includes(id));
  const orders = world.orders.filter(({ id }) => recordIds.includes(id));
  const amounts: Amount[] = [
    ...opportunities.map(
      (record): Amount => [record.amount, record.currency, record.is_closed ? String(record.closed_date) : world.context.today],
    ),
    ...orders.map((order): Amount => [order.net_payment, order.currency, String(saleDay(world, order))]),
  ];
  return {
    value: sumAmounts(world.context, amounts).value,
    weighted: sumOpportunities(world, opportunities, true).value,
  };
}

const churned = (world: World, scope: PlainScope) =>
  customersOf(world, scope).filter(
    ({ status, churned_at }) => status === "CHURNED" && isWithin(toDay(world, String(churned_at)), scope),
  );

/** A figure that is added to the registry needs its plain computation here. */
export const plainFigures: Readonly<Record<FigureName, PlainFigure>> = {
  opportunities_created: count(created),
  created_conversion_rate: compute(created, (records) =>
    divide(records.filter(({ is_won }) => is_won).length * 100, records.length, 2),
  ),
  opportunities_won: count(won),
  opportunities_lost: count(lost),
  bookings: money(won),
  lost_value: money(lost),
  win_rate: compute(closed, (records) => divide(records.filter(({ is_won }) => is_won).length, records.length, 4)),
  average_deal_value: compute(won, (records, world) =>
    records.length === 0
      ? null
      : multiplySum(sumOpportunities(world, records).sum.div(records.length), "1", world.context.currency),
  ),
  average_cycle_days: compute(won, (records, world) => divide(cycleDays(records, world), records.length, 4)),
  average_lost_cycle_days: compute(lost, (records, world) => divide(cycleDays(records, world), records.length, 4)),
  average_cycle_months: compute(won, (records, world) =>
    divide(cycleDays(records, world), new Exact(records.length).times("30.4375"), 1),
  ),
  revenue: {
    rows: (world, scope) => [...ids(unordered(world, scope)), ...ids(sold(world, scope))],
    value: (world, scope) => {
      const { context } = world;
      const won = unordered(world, scope).map(
        ({ amount, currency, closed_date }): Amount => [amount, currency, String(closed_date)],
      );
      const orders = sold(world, scope).map(
        (order) => [order.net_payment, order.currency, String(saleDay(world, order))] as const,
      );
      return sumAmounts(context, [...won, ...orders]).value;
    },
  },
  opportunities: count(({ opportunities }, scope) => owned(opportunities, scope)),
  open_opportunities: count(open),
  pipeline_value: money(open),
  weighted_pipeline: money(open, true),
  forecast_3_months: money(soon, true),
  open_leads: count((world, scope) => leadsOf(world, scope).filter(({ is_converted }) => !is_converted)),
  average_lead_score: compute(leadsOf, (records) =>
    divide(total(records.map(({ lead_score }) => lead_score)), records.length, 1),
  ),
  leads: count(leadsOf),
  hot_leads: count((world, scope) => leadsOf(world, scope).filter(({ rating }) => rating === "HOT")),
  hot_lead_rate: compute(leadsOf, (records) =>
    divide(records.filter(({ rating }) => rating === "HOT").length * 100, records.length, 2),
  ),
  lead_conversion_rate: compute(leadsOf, (records) =>
    divide(records.filter(({ is_converted }) => is_converted).length * 100, records.length, 2),
  ),
  customers: count(customersOf),
  active_customers: count((world, scope) =>
    customersOf(world, scope).filter(({ lifecycle_stage }) => ["CUSTOMER", "CHAMPION"].includes(String(lifecycle_stage))),
  ),
  new_customers: count((world, scope) =>
    customersOf(world, scope).filter(({ created_at }) => isWithin(toDay(world, created_at), scope)),
  ),
  customers_at_risk: count((world, scope) => customersOf(world, scope).filter(({ risk_level }) => risk_level === "HIGH")),
  churned_customers: count((world, scope) => customersOf(world, scope).filter(({ status }) => status === "CHURNED")),
  customers_churned: count(churned),
  churned_value: {
    rows: (world, scope) => ids(churned(world, scope)),
    value: (world, scope) => {
      const amounts = churned(world, scope).map(
        ({ lifetime_value, currency, churned_at }): Amount => [
          ...([lifetime_value, currency, String(toDay(world, String(churned_at)))] as const),
        ],
      );
      return sumAmounts(world.context, amounts).value;
    },
  },
  tickets: count(ticketsOf),
  open_tickets: count((world, scope) =>
    ticketsOf(world, scope).filter(({ status }) => status !== "RESOLVED" && status !== "CLOSED"),
  ),
  tickets_answered: count(answered),
  average_first_response_minutes: compute(answered, (records) => divide(minutes(records, "answered"), records.length, 1)),
  tickets_resolved: count(resolved),
  average_resolution_hours: compute(resolved, (records) => divide(minutes(records, "resolved"), records.length * 60, 1)),
  sla_violations: count(violated),
  // Targets that were met have no list.
  sla_kept_rate: {
    rows: (world, scope) => ids(violated(world, scope)),
    value: (world, scope) => {
      const all = judged(world, scope);
      return divide(all.filter(({ state }) => state === "MET").length, all.length, 4);
    },
  },
  average_rating: compute(rated, (records) =>
    divide(total(records.map(({ satisfaction_rating }) => Number(satisfaction_rating))), records.length, 2),
  ),
  csat: compute(surveyed, (records) => divide(records.filter(({ rating }) => Number(rating) >= 4).length, records.length, 4)),
  nps: compute(recommended, (records) => {
    const net = records.filter(({ nps }) => Number(nps) >= 9).length - records.filter(({ nps }) => Number(nps) <= 6).length;
    return divide(net * 100, records.length, 0);
  }),
  active_campaigns: count(campaignsOf),
  campaign_cost: compute(campaignsOf, (records, world) => campaignCost(records, world).toFixed(2)),
  campaign_conversions: compute(campaignsOf, (records) => metricSum(records, "conversions")),
  campaign_conversion_rate: compute(campaignsOf, conversionRate),
  campaign_roi: compute(campaignsOf, (records, world) => {
    const cost = campaignCost(records, world);
    return divide(campaignRevenue(records, world).minus(cost).times(100), cost, 2);
  }),
  campaign_revenue: compute(campaignsOf, (records, world) => campaignRevenue(records, world).toFixed(2)),
  // Campaigns of the random world have no members and leads: `test/engagement/campaign/performance.test.ts` has them.
  campaign_leads: compute(campaignsOf, () => 0),
  campaign_open_rate: compute(campaignsOf, () => null),
  campaign_click_rate: compute(campaignsOf, () => null),
  campaign_response_rate: compute(campaignsOf, () => null),
  interactions: count(talked()),
  inbound_interactions: count(talked(({ direction }) => direction === "INBOUND")),
  outbound_interactions: count(talked(({ direction }) => direction === "OUTBOUND")),
  positive_interactions: count(talked(({ sentiment }) => sentiment === "POSITIVE")),
  neutral_interactions: count(talked(({ sentiment }) => sentiment === "NEUTRAL")),
  negative_interactions: count(talked(({ sentiment }) => sentiment === "NEGATIVE")),
  average_sentiment: average("sentiment_score", 2),
  average_interaction_minutes: average("duration_minutes", 1),
  interaction_outcome_rate: share(({ outcome }) => Boolean(outcome)),
  interaction_follow_up_rate: share(({ follow_up_activity_id }) => follow_up_activity_id !== null),
  complaints: count(talked(({ feedback_type }) => feedback_type === "COMPLAINT")),
  activities_completed: count(completed()),
  calls_completed: count(hasType("call")),
  call_answer_rate: compute(
    completed(({ outcome }) => outcome !== null),
    (records) => divide(records.filter(({ outcome }) => outcome === "connected").length, records.length, 4),
  ),
  meetings_completed: count(hasType("meeting")),
  emails_completed: count(hasType("email")),
  tasks_completed: count(hasType("task")),
  operations_health: health,
};
