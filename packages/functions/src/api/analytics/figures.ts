import { customerGrants } from "@crm/core/accounts/customer/customer.kind.ts";
import { analyticsGrants } from "@crm/core/analytics/figure/analytics.kind.ts";
import { Analytics } from "@crm/core/analytics/figure/analytics.ts";
import { ChurnReasons } from "@crm/core/analytics/figure/churn.ts";
import { Cohorts } from "@crm/core/analytics/figure/cohorts.ts";
import { CycleTimes } from "@crm/core/analytics/figure/cycle-times.ts";
import { WinLoss } from "@crm/core/analytics/figure/win-loss.ts";
import { Performance } from "@crm/core/analytics/target/performance.ts";
import { interactionGrants } from "@crm/core/people/interaction/interaction.kind.ts";
import { forecastGrants } from "@crm/core/sales/figures/figures.kind.ts";
import { leadGrants } from "@crm/core/sales/lead/lead.kind.ts";
import { opportunityGrants } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { operation } from "../../http/operation.ts";

const options = { method: "GET", tag: "Analytics", access: analyticsGrants.read, inBatch: true } as const;

/** The figures of all areas, from counters (docs/analytics/figures.md), in the function `exports`. */
export const analyticsOperations = [
  operation({
    ...options,
    name: "listFigures",
    path: "/analytics/figures",
    summary: "List the definitions of figures",
    description: "The figures that the caller may read: name, formula, source, unit and example.",
    verb: Analytics.listFigures,
    output: Analytics.Figures.meta({ id: "FigureList" }),
  }),
  operation({
    ...options,
    name: "getAnalyticsDashboard",
    path: "/analytics/dashboard",
    summary: "Read the figures of the sales and the operations dashboard",
    description: "For the records of owners that the caller sees. The default period is the last 30 days.",
    verb: Analytics.readDashboard,
    output: Analytics.Dashboard,
  }),
  operation({
    ...options,
    name: "getSalesAnalytics",
    path: "/analytics/sales",
    summary: "Read what was won and lost",
    description:
      "By period and by owner, with the period of comparison; with `group_by` also by product, product line or category.",
    verb: Analytics.readSales,
    output: Analytics.ProductSales,
  }),
  operation({
    ...options,
    name: "getRevenueAnalytics",
    path: "/analytics/revenue",
    summary: "Read revenue and bookings",
    description: "By period and by owner, with the period of comparison.",
    verb: Analytics.readRevenue,
    output: Analytics.Sales,
  }),
  operation({
    ...options,
    name: "getPipelineAnalytics",
    path: "/analytics/pipeline",
    summary: "Read the open pipeline by stage, owner and month",
    description: "Open opportunities as they are now, at the latest rates.",
    verb: Analytics.readPipeline,
    output: Analytics.PipelineInfo,
  }),
  operation({
    ...options,
    name: "getTeamPerformance",
    path: "/analytics/team-performance",
    summary: "Compare owners and agents",
    description:
      "Sales and service of each user whose records the caller sees, with the targets of a period that is a month, a quarter or a year.",
    verb: Performance.readTeam,
    output: Performance.Team,
  }),
  operation({
    ...options,
    name: "getConversionRates",
    path: "/analytics/conversion-rates",
    summary: "Read the conversion of leads and opportunities",
    description: "By period, owner and stage. The stages cover the opportunities of the last twelve months.",
    verb: Analytics.readConversionRates,
    output: Analytics.ConversionRates,
  }),
  operation({
    ...options,
    name: "getCustomerHealthAnalytics",
    path: "/analytics/customer-health",
    summary: "Read customers by risk, lifecycle and satisfaction",
    description: "Customers of owners whom the caller sees, with new and churned ones.",
    verb: Analytics.readCustomerHealth,
    output: Analytics.CustomerHealth,
  }),
  operation({
    ...options,
    access: opportunityGrants.read,
    name: "getWinLossAnalytics",
    path: "/analytics/win-loss",
    summary: "Read why opportunities were won and lost",
    description: "Number, value and cycle of closed opportunities by reason, and by owner and period.",
    verb: WinLoss.read,
    output: WinLoss.Info,
  }),
  operation({
    ...options,
    access: opportunityGrants.read,
    name: "getCycleTimes",
    path: "/analytics/cycle-times",
    summary: "Read how long opportunities take, as a whole and in each stage",
    description:
      "The days to a win and to a loss, by owner and period, and the days in each stage with the share that advanced. Stages have the moves of finished days.",
    verb: CycleTimes.read,
    output: CycleTimes.Info,
  }),
  operation({
    ...options,
    access: leadGrants.read,
    name: "getLeadCohorts",
    path: "/analytics/lead-cohorts",
    summary: "Read the funnel of leads by the month of their creation",
    description:
      "Leads of each month, and how many were qualified, converted, made an opportunity and won, by the month after their creation. Leads count for their owner, opportunities for theirs.",
    verb: Cohorts.read,
    output: Cohorts.Info,
  }),
  operation({
    ...options,
    access: customerGrants.read,
    name: "getChurnAnalytics",
    path: "/analytics/churn",
    summary: "Read why customers churned",
    description: "Number and lifetime value of churned customers by reason, and by owner and period.",
    verb: ChurnReasons.read,
    output: ChurnReasons.Info,
  }),
  operation({
    ...options,
    access: interactionGrants.read,
    name: "getInteractionAnalytics",
    path: "/analytics/interactions",
    summary: "Read interactions by type, channel, owner and sentiment",
    description:
      "Interactions by their responsible user, with the period of comparison and the sentiment of each part of the period.",
    verb: Analytics.readInteractions,
    output: Analytics.Interactions,
  }),
  operation({
    ...options,
    access: forecastGrants.read,
    name: "getForecastAnalytics",
    path: "/analytics/forecast",
    summary: "Read the forecast for the coming months",
    description: "The same answer as `GET /opportunities/forecast`, with the targets of bookings of each month.",
    verb: Performance.readForecast,
    output: Performance.ForecastInfo,
  }),
] as const;
