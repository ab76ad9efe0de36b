import { customerGrants } from "../../accounts/customer/customer.kind.ts";
import { campaignGrants } from "../../engagement/campaign/campaign.kind.ts";
import { activityGrants } from "../../people/activity/activity.kind.ts";
import { interactionGrants } from "../../people/interaction/interaction.kind.ts";
import { SCORE_UNITS } from "../../people/interaction/interaction-counters.rules.ts";
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
const INTERACTIONS = "counters of interactions by day and responsible user";
const ACTIVITIES = "counters of activities by day of completion and assignee; private ones are not counted";
const sales = { access: [opportunityGrants.read], groups: ["owner", "period"] } as const;
const pipeline = { ...sales, groups: ["owner"], time: "now" } as const;
const service = { access: [ticketGrants.report], groups: ["owner", "period"] } as const;
const customers = { access: [customerGrants.read], groups: [], time: "now" } as const;
const interactions = {
  access: [interactionGrants.read],
  groups: ["owner", "period"],
  time: "period",
  source: INTERACTIONS,
} as const;
const activities = { access: [activityGrants.read], groups: ["owner", "period"], time: "period", source: ACTIVITIES } as const;
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
  opportunities: {
    ...pipeline,
    groups: [],
    label: "Opportunities",
    unit: "count",
    formula: "Number of opportunities, open and closed",
    source: "counters of opportunities",
    example: "80",
    compute: async (data) => (await data.customers()).opportunities,
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
  leads: {
    ...customers,
    access: [leadGrants.read],
    label: "Leads",
    unit: "count",
    formula: "Number of leads",
    source: "counters of leads",
    example: "50",
    compute: async (data) => (await data.customers()).leads,
  },
  hot_leads: {
    ...customers,
    access: [leadGrants.read],
    label: "Hot leads",
    unit: "count",
    formula: "Number of leads with the rating HOT",
    source: "counters of leads by rating",
    example: "8",
    compute: async (data) => (await data.customers()).countLeads("rating", "HOT"),
  },
  hot_lead_rate: {
    ...customers,
    access: [leadGrants.read],
    label: "Share of hot leads",
    unit: "percent",
    formula: "Leads with the rating HOT ÷ leads × 100",
    source: "counters of leads by rating",
    example: "8 of 50: 16.00",
    compute: async (data) => {
      const known = await data.customers();
      return divide(known.countLeads("rating", "HOT"), known.leads, { factor: 100 });
    },
  },
  lead_conversion_rate: {
    ...customers,
    access: [leadGrants.read],
    label: "Conversion of leads",
    unit: "percent",
    formula: "Converted leads ÷ leads × 100",
    source: "counters of leads",
    example: "10 of 50: 20.00",
    compute: async (data) => {
      const known = await data.customers();
      return divide(known.countLeads("is_converted", "true"), known.leads, { factor: 100 });
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
  sla_violations: {
    ...service,
    label: "SLA violations",
    unit: "count",
    formula: "Number of SLA targets that were missed in the period",
    source: "counters of SLA outcomes by day",
    example: "2",
    time: "period",
    compute: async (data) => (await data.sla()).tally.violated,
  },
  sla_kept_rate: {
    ...service,
    label: "SLA targets met",
    unit: "ratio",
    formula: "SLA targets that were met ÷ SLA targets that were met or missed in the period",
    source: "counters of SLA outcomes by day",
    example: "38 of 40: 0.95",
    time: "period",
    compute: async (data) => (await data.sla()).shareMet,
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
  campaign_revenue: {
    ...campaigns,
    label: "Revenue of active campaigns",
    unit: "money",
    formula: "Sales whose source is a campaign with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "1,500.00 EUR",
    compute: async (data) => (await data.campaigns()).figures.revenue_generated,
  },
  campaign_leads: {
    ...campaigns,
    label: "Leads of active campaigns",
    unit: "count",
    formula: "Leads whose source is a campaign with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "25",
    compute: async (data) => (await data.campaigns()).figures.leads_generated,
  },
  campaign_open_rate: {
    ...campaigns,
    label: "Open rate of active campaigns",
    unit: "percent",
    formula: "Members that opened a message ÷ members to whom one was sent × 100, of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "250 of 1,000: 25.00",
    compute: async (data) => (await data.campaigns()).figures.open_rate,
  },
  campaign_click_rate: {
    ...campaigns,
    label: "Click rate of active campaigns",
    unit: "percent",
    formula: "Members that clicked ÷ members to whom a message was sent × 100, of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "40 of 1,000: 4.00",
    compute: async (data) => (await data.campaigns()).figures.click_rate,
  },
  campaign_response_rate: {
    ...campaigns,
    label: "Response rate of active campaigns",
    unit: "percent",
    formula: "Members that responded ÷ members to whom a message was sent × 100, of campaigns with the status IN_PROGRESS",
    source: "counters of campaigns",
    example: "20 of 1,000: 2.00",
    compute: async (data) => (await data.campaigns()).figures.response_rate,
  },
  interactions: {
    ...interactions,
    label: "Interactions",
    unit: "count",
    formula: "Number of interactions of the period",
    example: "120",
    compute: async (data) => (await data.interactions()).tally.count,
  },
  inbound_interactions: {
    ...interactions,
    label: "Inbound interactions",
    unit: "count",
    formula: "Number of interactions of the period with the direction INBOUND",
    example: "50",
    compute: async (data) => (await data.interactions()).tally.inbound,
  },
  outbound_interactions: {
    ...interactions,
    label: "Outbound interactions",
    unit: "count",
    formula: "Number of interactions of the period with the direction OUTBOUND",
    example: "60",
    compute: async (data) => (await data.interactions()).tally.outbound,
  },
  positive_interactions: {
    ...interactions,
    label: "Positive interactions",
    unit: "count",
    formula: "Number of interactions of the period with the sentiment POSITIVE",
    example: "30",
    compute: async (data) => (await data.interactions()).tally.positive,
  },
  neutral_interactions: {
    ...interactions,
    label: "Neutral interactions",
    unit: "count",
    formula: "Number of interactions of the period with the sentiment NEUTRAL",
    example: "40",
    compute: async (data) => (await data.interactions()).tally.neutral,
  },
  negative_interactions: {
    ...interactions,
    label: "Negative interactions",
    unit: "count",
    formula: "Number of interactions of the period with the sentiment NEGATIVE",
    example: "10",
    compute: async (data) => (await data.interactions()).tally.negative,
  },
  average_sentiment: {
    ...interactions,
    label: "Average sentiment",
    unit: "score",
    formula: "Sum of the sentiment scores ÷ number of interactions with a score. A score counts with four decimals",
    example: "0.8, 0.5 and −0.1: 0.40",
    compute: async (data) => {
      const { score_units, scored } = (await data.interactions()).tally;
      return divide(score_units, scored * SCORE_UNITS);
    },
  },
  average_interaction_minutes: {
    ...interactions,
    label: "Duration of interactions",
    unit: "minutes",
    formula: "Sum of the minutes ÷ number of interactions with a duration",
    example: "10 and 25 minutes: 17.5",
    compute: async (data) => {
      const { minutes, timed } = (await data.interactions()).tally;
      return divide(minutes, timed, { decimals: 1 });
    },
  },
  interaction_outcome_rate: {
    ...interactions,
    label: "Interactions with an outcome",
    unit: "ratio",
    formula: "Interactions with an outcome ÷ interactions of the period",
    example: "90 of 120: 0.75",
    compute: async (data) => {
      const { with_outcome, count } = (await data.interactions()).tally;
      return divide(with_outcome, count, { decimals: 4 });
    },
  },
  interaction_follow_up_rate: {
    ...interactions,
    label: "Interactions with a follow-up",
    unit: "ratio",
    formula: "Interactions with a follow-up activity ÷ interactions of the period",
    example: "30 of 120: 0.25",
    compute: async (data) => {
      const { followed_up, count } = (await data.interactions()).tally;
      return divide(followed_up, count, { decimals: 4 });
    },
  },
  complaints: {
    ...interactions,
    label: "Complaints",
    unit: "count",
    formula: "Number of interactions of the period with the feedback COMPLAINT",
    example: "3",
    compute: async (data) => (await data.interactions()).tally.complaints,
  },
  activities_completed: {
    ...activities,
    label: "Activities completed",
    unit: "count",
    formula: "Number of activities that were completed in the period",
    example: "45",
    compute: async (data) => (await data.activities()).count(),
  },
  calls_completed: {
    ...activities,
    label: "Calls completed",
    unit: "count",
    formula: "Number of activities of the type `call` that were completed in the period",
    example: "20",
    compute: async (data) => (await data.activities()).count("call"),
  },
  call_answer_rate: {
    ...activities,
    label: "Calls answered",
    unit: "ratio",
    formula: "Completed calls with a successful outcome ÷ completed calls with an outcome",
    example: "12 connected, 8 with other outcomes: 0.60",
    compute: async (data) => {
      const { judged, answered } = (await data.activities()).calls;
      return divide(answered, judged, { decimals: 4 });
    },
  },
  meetings_completed: {
    ...activities,
    label: "Meetings completed",
    unit: "count",
    formula: "Number of activities of the type `meeting` that were completed in the period",
    example: "8",
    compute: async (data) => (await data.activities()).count("meeting"),
  },
  emails_completed: {
    ...activities,
    label: "Emails completed",
    unit: "count",
    formula: "Number of activities of the type `email` that were completed in the period",
    example: "10",
    compute: async (data) => (await data.activities()).count("email"),
  },
  tasks_completed: {
    ...activities,
    label: "Tasks completed",
    unit: "count",
    formula: "Number of activities of the type `task` that were completed in the period",
    example: "7",
    compute: async (data) => (await data.activities()).count("task"),
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
