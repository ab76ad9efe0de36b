import { customerGrants } from "../../accounts/customer/customer.kind.ts";
import { campaignGrants } from "../../engagement/campaign/campaign.kind.ts";
import { WEIGHTED_DECIMALS } from "../../sales/figures/open-sum.rules.ts";
import { computeAverageCycle, computeWinRate } from "../../sales/figures/stats.rules.ts";
import { leadGrants } from "../../sales/lead/lead.kind.ts";
import { opportunityGrants } from "../../sales/opportunity/opportunity.kind.ts";
import { ticketGrants } from "../../service/ticket/ticket.kind.ts";
import { moveMonths } from "./comparison.rules.ts";
import type { Figure } from "./figure.ts";
import { computeHealth } from "./health.rules.ts";
import { divide } from "./rounding.rules.ts";

/**
 * All figures, in the order of the document. `docs/analytics/figures.md` is generated from this value (`npm run figures`), and every operation,
 * dashboard and KPI computes a figure here.
 */

/** A month has 30.4375 days: a year of 365.25 days ÷ 12. Whole numbers keep the division exact. */
const [MONTHS, DAYS] = [10_000, 304_375];
const MINUTES_PER_HOUR = 60;

const CLOSED = "opportunities by the day of closing";
const sales = { access: [opportunityGrants.read], groups: ["owner", "period"] } as const;
const pipeline = { ...sales, groups: ["owner"], time: "now" } as const;
const service = { access: [ticketGrants.report], groups: ["owner", "period"] } as const;
const customers = { access: [customerGrants.read], groups: [], time: "now" } as const;
const campaigns = { access: [campaignGrants.read], groups: [], time: "now" } as const;

const figures = {
  opportunities_created: {
    ...sales,
    label: "Opportunities created",
    unit: "count",
    formula: "Number of opportunities that were created in the period",
    source: "opportunities by the day of creation",
    example: "7 created from 1 to 31 March: 7",
    time: "period",
    compute: async (data) => (await data.sales()).created.created,
  },
  created_conversion_rate: {
    ...sales,
    label: "Conversion of created opportunities",
    unit: "percent",
    formula: "Opportunities created in the period and won by now ÷ opportunities created in the period × 100",
    source: "opportunities by the day of creation",
    example: "3 of 7 are won: 42.86",
    time: "period",
    compute: async (data) => {
      const { created, won } = (await data.sales()).created;
      return divide(won, created, { factor: 100 });
    },
  },
  opportunities_won: {
    ...sales,
    label: "Opportunities won",
    unit: "count",
    formula: "Number of opportunities that were won in the period",
    source: CLOSED,
    example: "4 won from 1 to 31 March: 4",
    time: "period",
    compute: async (data) => (await data.sales()).closed.count.won,
  },
  opportunities_lost: {
    ...sales,
    label: "Opportunities lost",
    unit: "count",
    formula: "Number of opportunities that were lost in the period",
    source: CLOSED,
    example: "2 lost from 1 to 31 March: 2",
    time: "period",
    compute: async (data) => (await data.sales()).closed.count.lost,
  },
  bookings: {
    ...sales,
    label: "Bookings",
    unit: "money",
    formula: "Sum of the amounts of opportunities won in the period, each at the rate of its day",
    source: CLOSED,
    example: "1,000.00 EUR and 100.00 USD at 0.90: 1,090.00 EUR",
    time: "period",
    compute: async (data) => ({ sum: (await data.sales()).closed.sums.won }),
  },
  lost_value: {
    ...sales,
    label: "Value of lost opportunities",
    unit: "money",
    formula: "Sum of the amounts of opportunities lost in the period, each at the rate of its day",
    source: CLOSED,
    example: "two of 500.00 EUR: 1,000.00 EUR",
    time: "period",
    compute: async (data) => ({ sum: (await data.sales()).closed.sums.lost }),
  },
  win_rate: {
    ...sales,
    label: "Win rate",
    unit: "ratio",
    formula: "Opportunities won ÷ (opportunities won + opportunities lost) in the period",
    source: CLOSED,
    example: "4 won, 2 lost: 0.6667",
    time: "period",
    compute: async (data) => computeWinRate((await data.sales()).closed),
  },
  average_deal_value: {
    ...sales,
    label: "Average value of a won opportunity",
    unit: "money",
    isQuotient: true,
    formula: "Bookings ÷ opportunities won",
    source: CLOSED,
    example: "1,000.00 EUR of 3: 333.33 EUR",
    time: "period",
    compute: async (data) => {
      const { sums, count } = (await data.sales()).closed;
      return count.won === 0 ? null : { sum: sums.won, divisor: count.won };
    },
  },
  average_cycle_days: {
    ...sales,
    label: "Sales cycle",
    unit: "days",
    formula: "Sum of the days from creation to closing ÷ opportunities won in the period",
    source: CLOSED,
    example: "10 and 25 days: 17.5",
    time: "period",
    compute: async (data) => computeAverageCycle((await data.sales()).closed),
  },
  average_lost_cycle_days: {
    ...sales,
    label: "Time to a loss",
    unit: "days",
    formula: "Sum of the days from creation to closing ÷ opportunities lost in the period",
    source: CLOSED,
    example: "10 and 25 days: 17.5",
    time: "period",
    compute: async (data) => computeAverageCycle((await data.sales()).closed, "lost"),
  },
  average_cycle_months: {
    ...sales,
    label: "Sales cycle in months",
    unit: "months",
    formula: "Sales cycle ÷ 30.4375",
    source: CLOSED,
    example: "61 days: 2.0",
    time: "period",
    compute: async (data) => {
      const { count, cycle } = (await data.sales()).closed;
      return divide(cycle.won, count.won * DAYS, { factor: MONTHS, decimals: 1 });
    },
  },
  revenue: {
    ...sales,
    label: "Revenue",
    unit: "money",
    formula: "Payments of orders less refunds, and amounts of won opportunities without an order, of the sales of the period",
    source: "orders and won opportunities by the day of the sale",
    example: "80.00 EUR paid for an order, and a won opportunity of 50.00 EUR: 130.00 EUR",
    time: "period",
    compute: async (data) => ({ sum: (await data.sales()).revenue }),
  },
  open_opportunities: {
    ...pipeline,
    label: "Open opportunities",
    unit: "count",
    formula: "Number of open opportunities",
    source: "open opportunities",
    example: "12",
    compute: async (data) => (await data.sales()).listOpen().count,
  },
  pipeline_value: {
    ...pipeline,
    label: "Value of the pipeline",
    unit: "money",
    formula: "Sum of the amounts of open opportunities at the latest rates",
    source: "open opportunities",
    example: "10,000.00 and 5,000.00 EUR: 15,000.00 EUR",
    compute: async (data) => ({ sum: (await data.sales()).listOpen().value }),
  },
  weighted_pipeline: {
    ...pipeline,
    label: "Weighted pipeline",
    unit: "money",
    formula: "Sum of amount × probability of open opportunities at the latest rates",
    source: "open opportunities",
    example: "10,000.00 EUR at 60 % and 5,000.00 EUR at 10 %: 6,500.00 EUR",
    compute: async (data) => ({ sum: (await data.sales()).listOpen().weighted, finer: WEIGHTED_DECIMALS }),
  },
  forecast_3_months: {
    ...pipeline,
    label: "Forecast of three months",
    unit: "money",
    formula: "Sum of amount × probability of open opportunities that should close in this month or one of the next two",
    source: "open opportunities by the month of their close date",
    example: "1,000.00 EUR at 50 % that should close next month: 500.00 EUR",
    compute: async (data) => {
      const [first, last] = [data.today.slice(0, 7), moveMonths(`${data.today.slice(0, 7)}-01`, 2).slice(0, 7)];
      const { weighted } = (await data.sales()).listOpen(({ month }) => first <= month && month <= last);
      return { sum: weighted, finer: WEIGHTED_DECIMALS };
    },
  },
  open_leads: {
    ...customers,
    access: [leadGrants.read],
    label: "Leads that are not converted",
    unit: "count",
    formula: "Number of leads that are not converted",
    source: "counters of leads",
    example: "40",
    compute: async (data) => (await data.customers()).openLeads,
  },
  average_lead_score: {
    ...customers,
    access: [leadGrants.read],
    label: "Average lead score",
    unit: "points",
    formula: "Sum of the scores of leads ÷ number of leads",
    source: "counters of leads by score",
    example: "scores 20, 50 and 81: 50.3",
    compute: async (data) => {
      const { sum, count } = (await data.customers()).leadScores;
      return divide(sum, count, { decimals: 1 });
    },
  },
  customers: {
    ...customers,
    label: "Customers",
    unit: "count",
    formula: "Number of customers",
    source: "counters of customers",
    example: "120",
    compute: async (data) => (await data.customers()).total,
  },
  active_customers: {
    ...customers,
    label: "Active customers",
    unit: "count",
    formula: "Number of customers with the lifecycle stage CUSTOMER or CHAMPION",
    source: "counters of customers by lifecycle stage",
    example: "80 and 5: 85",
    compute: async (data) => (await data.customers()).countWith("lifecycle_stage", ["CUSTOMER", "CHAMPION"]),
  },
  new_customers: {
    ...customers,
    groups: ["owner", "period"],
    time: "period",
    label: "New customers",
    unit: "count",
    formula: "Number of customers that were created in the period",
    source: "counters of customers by the day of creation",
    example: "9 created from 1 to 31 March: 9",
    compute: async (data) => (await data.customers()).created,
  },
  customers_at_risk: {
    ...customers,
    label: "Customers at risk",
    unit: "count",
    formula: "Number of customers with the risk level HIGH",
    source: "counters of customers by risk level",
    example: "12",
    compute: async (data) => (await data.customers()).countWith("risk_level", ["HIGH"]),
  },
  churned_customers: {
    ...customers,
    label: "Churned customers",
    unit: "count",
    formula: "Number of customers with the status CHURNED",
    source: "counters of customers by status",
    example: "6",
    compute: async (data) => (await data.customers()).countWith("status", ["CHURNED"]),
  },
  customers_churned: {
    ...customers,
    groups: ["owner", "period"],
    time: "period",
    label: "Customers that churned",
    unit: "count",
    formula: "Number of customers that churned in the period and are not back",
    source: "counters of customers by the day of churning",
    example: "3 churned from 1 to 31 March, one of them is back: 2",
    compute: async (data) => (await data.customers()).churn.count,
  },
  churned_value: {
    ...customers,
    groups: ["owner", "period"],
    time: "period",
    label: "Value of churned customers",
    unit: "money",
    formula: "Sum of the lifetime values of customers that churned in the period, each at the rate of its day",
    source: "counters of customers by the day of churning",
    example: "lifetime values of 800.00 and 200.00 EUR: 1,000.00 EUR",
    compute: async (data) => ({ sum: (await data.customers()).churn.value }),
  },
  tickets: {
    ...service,
    groups: [],
    label: "Tickets",
    unit: "count",
    formula: "Number of tickets, by the agent to whom they are assigned",
    source: "counters of tickets",
    example: "300",
    time: "now",
    compute: async (data) => (await data.service()).total,
  },
  open_tickets: {
    ...service,
    groups: [],
    label: "Open tickets",
    unit: "count",
    formula: "Number of tickets that are neither RESOLVED nor CLOSED",
    source: "counters of tickets by status",
    example: "25",
    time: "now",
    compute: async (data) => (await data.service()).open,
  },
  tickets_answered: {
    ...service,
    label: "Tickets answered",
    unit: "count",
    formula: "Number of tickets that got their first answer in the period",
    source: "counters of agents by day",
    example: "30",
    time: "period",
    compute: async (data) => (await data.service()).handled.answered,
  },
  average_first_response_minutes: {
    ...service,
    label: "Time to the first answer",
    unit: "minutes",
    formula: "Elapsed minutes from creation to the first answer ÷ tickets answered",
    source: "counters of agents by day",
    example: "10 and 25 minutes: 17.5",
    time: "period",
    compute: async (data) => {
      const { answered, response_minutes } = (await data.service()).handled;
      return divide(response_minutes, answered, { decimals: 1 });
    },
  },
  tickets_resolved: {
    ...service,
    label: "Tickets resolved",
    unit: "count",
    formula: "Number of tickets that were resolved in the period, and not reopened",
    source: "counters of agents by day",
    example: "28",
    time: "period",
    compute: async (data) => (await data.service()).handled.resolved,
  },
  average_resolution_hours: {
    ...service,
    label: "Time to the resolution",
    unit: "hours",
    formula: "Elapsed hours from creation to resolution ÷ tickets resolved",
    source: "counters of agents by day",
    example: "90 and 150 minutes: 2.0",
    time: "period",
    compute: async (data) => {
      const { resolved, resolution_minutes } = (await data.service()).handled;
      return divide(resolution_minutes, resolved * MINUTES_PER_HOUR, { decimals: 1 });
    },
  },
  average_rating: {
    ...service,
    label: "Average rating",
    unit: "rating",
    formula: "Sum of the ratings ÷ number of ratings of tickets resolved in the period",
    source: "counters of agents by day",
    example: "5, 5 and 4: 4.67",
    time: "period",
    compute: async (data) => {
      const { rated, stars } = (await data.service()).handled;
      return divide(stars, rated);
    },
  },
  csat: {
    ...service,
    label: "Customer satisfaction",
    unit: "ratio",
    formula: "Ratings of 4 and 5 ÷ all ratings that surveys got in the period",
    source: "counters of surveys by day",
    example: "5, 4, 2: 0.6667",
    time: "period",
    compute: async (data) => (await data.service()).answers.csat,
  },
  nps: {
    ...service,
    label: "Net promoter score",
    unit: "count",
    isQuotient: true,
    formula: "Percentage of answers of 9 and 10 − percentage of answers of 0 to 6 in the period",
    source: "counters of surveys by day",
    example: "10, 9, 7, 3: 25",
    time: "period",
    compute: async (data) => (await data.service()).answers.nps,
  },
  active_campaigns: {
    ...campaigns,
    label: "Active campaigns",
    unit: "count",
    formula: "Number of campaigns with the status IN_PROGRESS, at most 300",
    source: "list of campaigns by status",
    example: "4",
    compute: async (data) => (await data.campaigns()).campaign_count,
  },
  campaign_cost: {
    ...campaigns,
    label: "Cost of active campaigns",
    unit: "money",
    formula: "Costs of the daily metrics and costs that were entered, of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "800.00 EUR and 200.00 EUR: 1,000.00 EUR",
    compute: async (data) => (await data.campaigns()).figures.actual_cost,
  },
  campaign_conversions: {
    ...campaigns,
    label: "Conversions of active campaigns",
    unit: "count",
    formula: "Conversions of the daily metrics of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "30",
    compute: async (data) => (await data.campaigns()).figures.conversions,
  },
  campaign_conversion_rate: {
    ...campaigns,
    label: "Conversion rate of active campaigns",
    unit: "percent",
    formula: "Conversions ÷ clicks of the daily metrics × 100, of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "30 of 1,200 clicks: 2.50",
    compute: async (data) => (await data.campaigns()).figures.click_conversion_rate,
  },
  campaign_roi: {
    ...campaigns,
    label: "Return on active campaigns",
    unit: "percent",
    formula: "(Revenue − cost) ÷ cost × 100, of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "revenue 1,500.00, cost 1,000.00: 50.00",
    compute: async (data) => (await data.campaigns()).figures.roi,
  },
  operations_health: {
    ...service,
    access: [ticketGrants.report, opportunityGrants.read, campaignGrants.read],
    groups: [],
    label: "Overall health",
    unit: "points",
    formula:
      "Average rating ÷ 5 × 25, and 30 if anything was won, and 20 if the time to the resolution is below 24 hours (otherwise 10), and the conversion rate of active campaigns ÷ 10 × 25 (at most 25)",
    source: "the figures that it names; without ratings the first part is 0, without resolved tickets the third is 10",
    example: "rating 4, a win, 5 hours, 2.5 %: 20 + 30 + 20 + 6.25 = 76.3",
    time: "period",
    compute: async (data) => {
      const [{ closed }, { handled }, { figures: marketing }] = await Promise.all([
        data.sales(),
        data.service(),
        data.campaigns(),
      ]);
      return computeHealth({
        rated: handled.rated,
        stars: handled.stars,
        won: closed.count.won,
        resolved: handled.resolved,
        resolution_minutes: handled.resolution_minutes,
        conversion_rate: marketing.click_conversion_rate,
      });
    },
  },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;
export const figureNames = Object.keys(figures) as FigureName[];
export const findFigure = (name: FigureName): Figure => figures[name];

/**
 * Returns over what values of a figure add up: `owners` to a team, `periods` to a quarter. Averages and rates add up over neither, figures of
 * now not over periods.
 */
export function findAdditivity(name: FigureName): { owners: boolean; periods: boolean } {
  const { unit, time, isQuotient = false } = findFigure(name);
  const owners = (unit === "count" || unit === "money") && !isQuotient;
  return { owners, periods: owners && time === "period" };
}
