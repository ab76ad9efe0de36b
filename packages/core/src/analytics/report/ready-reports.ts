import type * as z from "zod";
import type { Definition } from "./definition.ts";

/**
 * The reports that every tenant has from the beginning (docs/analytics/reports.md). Each names a kind and a definition as users write them, except for
 * the campaigns, whose figures come from counters.
 */

type DefinitionInput = z.input<typeof Definition>;

interface StoredReport {
  readonly name: string;
  readonly description: string;
  readonly kind: string;
  readonly definition: DefinitionInput;
}

interface ComputedReport {
  readonly name: string;
  readonly description: string;
  /** The rows are those of `GET /campaigns/performance`. */
  readonly computed: "campaigns";
}

export type ReadyReport = StoredReport | ComputedReport;

const count = { as: "records", do: "count" } as const;
const amount = (as: string, where?: DefinitionInput["where"]) =>
  ({ as, do: "sum", field: "amount", ...(where ? { where } : {}) }) as const;

const readyReports = {
  active_campaigns_by_roi: {
    name: "Active campaigns by ROI",
    description: "Campaigns in progress with budget, cost, impressions, clicks, conversions and return, the highest return first",
    computed: "campaigns",
  },
  company_pipeline: {
    name: "Pipeline by company",
    description: "Opportunities, won amount and open pipeline of active companies, the largest pipeline first",
    kind: "opportunity",
    definition: {
      where: { "customer.status": "ACTIVE", "customer.customer_type": "business" },
      group_by: [{ field: "customer_id" }, { field: "customer.name" }],
      measures: [count, amount("won_amount", { is_won: true }), amount("pipeline_value", { is_closed: false })],
      sort: [{ by: "pipeline_value", order: "desc" }],
      chart: { kind: "bar", category: "customer.name", series: ["pipeline_value"] },
    },
  },
  won_by_owner: {
    name: "Won by owner in this quarter",
    description: "Number, amount and average amount of opportunities won in this quarter",
    kind: "opportunity",
    definition: {
      where: { is_won: true, closed_date: "this_quarter" },
      group_by: [{ field: "owner_id" }],
      measures: [count, amount("won_amount"), { as: "average_amount", do: "avg", field: "amount" }],
      sort: [{ by: "won_amount", order: "desc" }],
      chart: { kind: "bar", category: "owner_id", series: ["won_amount"] },
    },
  },
  open_pipeline_by_stage: {
    name: "Open pipeline by stage",
    description: "Number, amount and expected revenue of open opportunities",
    kind: "opportunity",
    definition: {
      where: { is_closed: false },
      group_by: [{ field: "stage_id" }],
      measures: [count, amount("pipeline_value"), { as: "expected_revenue", do: "sum", field: "expected_revenue" }],
      chart: { kind: "funnel", category: "stage_id", series: ["pipeline_value"] },
    },
  },
  lost_by_reason: {
    name: "Lost by reason in this year",
    description: "Number, amount and share of opportunities lost in this year",
    kind: "opportunity",
    definition: {
      where: { is_closed: true, is_won: false, closed_date: "this_year" },
      group_by: [{ field: "win_loss_reason_id" }],
      measures: [count, amount("lost_amount"), { as: "share", do: "share" }],
      sort: [{ by: "records", order: "desc" }],
      chart: { kind: "donut", category: "win_loss_reason_id", series: ["records"] },
    },
  },
  customers_without_activity: {
    name: "Customers without activity in 90 days",
    description: "Customers about which no activity happened or is planned since 90 days ago",
    kind: "customer",
    definition: {
      columns: ["name", "owner_id", "status", "lifecycle_stage", "lifetime_value"],
      with: [{ tab: "activity.related_to_id", where: { happens_at: { gte: "today-90d" } }, has: false }],
      sort: [{ by: "name" }],
    },
  },
  tickets_by_priority_and_status: {
    name: "Tickets by priority and status",
    description: "Number of tickets, and how many of them missed an SLA target",
    kind: "ticket",
    definition: {
      group_by: [{ field: "priority_id" }, { field: "status" }],
      measures: [count, { as: "sla_missed", do: "count", where: { is_sla_violated: true } }],
      chart: { kind: "stacked", category: "priority_id", split: "status", series: ["records"] },
    },
  },
  leads_by_source: {
    name: "Leads by source",
    description: "Number, average score and conversion of leads",
    kind: "lead",
    definition: {
      group_by: [{ field: "lead_source_id" }],
      measures: [
        count,
        { as: "average_score", do: "avg", field: "lead_score" },
        { as: "conversion_rate", do: "rate", where: { is_converted: true } },
      ],
      sort: [{ by: "records", order: "desc" }],
      chart: { kind: "bar", category: "lead_source_id", series: ["records"] },
    },
  },
} as const satisfies Record<string, ReadyReport>;

export type ReadyReportKey = keyof typeof readyReports;
export const readyReportKeys = Object.keys(readyReports) as ReadyReportKey[];
export const findReadyReport = (key: ReadyReportKey): ReadyReport => readyReports[key];
