import type { DayRange } from "../../kernel/period.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { isEnded, ticketStatuses } from "../../service/ticket/status.rules.ts";
import { moveMonths } from "../figure/comparison.rules.ts";
import type { FigureName } from "../figure/figure-registry.ts";

/** The lists of the rows that figures count (docs/analytics/dashboards.md). Pure. */

type Condition = string | boolean | string[] | Record<string, string>;

/** A request `POST <path>` whose rows are behind a number. */
export interface RowRequest {
  path: string;
  body: { where: Record<string, Condition> };
}

interface List {
  readonly path: string;
  /** The field whose user is the owner in figures. */
  readonly owner: string;
}

const opportunities: List = { path: "/opportunities/query", owner: "owner_id" };
const orders: List = { path: "/orders/query", owner: "owner_id" };
const leads: List = { path: "/leads/query", owner: "owner_id" };
const customers: List = { path: "/customers/query", owner: "owner_id" };
const tickets: List = { path: "/support/tickets/query", owner: "assigned_to_id" };
const surveys: List = { path: "/support/surveys/query", owner: "agent_id" };
const campaigns: List = { path: "/campaigns/query", owner: "owner_id" };

interface Scope {
  range: DayRange;
  today: string;
}
type Rows = (scope: Scope) => readonly (readonly [List, Record<string, Condition>])[];

const within = ({ from, to }: DayRange): Condition => ({ gte: from, lte: to });
const openStatuses = ticketStatuses.filter((status) => !isEnded(status));

const created: Rows = ({ range }) => [[opportunities, { created_at: within(range) }]];
const won: Rows = ({ range }) => [[opportunities, { is_won: true, closed_date: within(range) }]];
const lost: Rows = ({ range }) => [[opportunities, { is_closed: true, is_won: false, closed_date: within(range) }]];
const closed: Rows = ({ range }) => [[opportunities, { is_closed: true, closed_date: within(range) }]];
const open: Rows = () => [[opportunities, { is_closed: false }]];
const answered: Rows = ({ range }) => [[tickets, { first_response_at: within(range) }]];
const resolved: Rows = ({ range }) => [[tickets, { is_resolved: true, resolved_at: within(range) }]];
const surveyed: Rows = ({ range }) => [[surveys, { answered_at: within(range) }]];
const running: Rows = () => [[campaigns, { status: "IN_PROGRESS" }]];

/** Months of the forecast of three months, and the last day of the third. */
const soon: Rows = ({ today }) => {
  const first = `${today.slice(0, 7)}-01`;
  return [[opportunities, { is_closed: false, close_date: within({ from: first, to: addDays(moveMonths(first, 3), -1) }) }]];
};

const rowsByFigure: Readonly<Record<FigureName, Rows>> = {
  opportunities_created: created,
  created_conversion_rate: created,
  opportunities_won: won,
  opportunities_lost: lost,
  bookings: won,
  lost_value: lost,
  win_rate: closed,
  average_deal_value: won,
  average_cycle_days: won,
  average_cycle_months: won,
  revenue: (scope) => [...won(scope), [orders, { confirmed_at: within(scope.range) }]],
  open_opportunities: open,
  pipeline_value: open,
  weighted_pipeline: open,
  forecast_3_months: soon,
  open_leads: () => [[leads, { is_converted: false }]],
  average_lead_score: () => [[leads, {}]],
  customers: () => [[customers, {}]],
  active_customers: () => [[customers, { lifecycle_stage: ["CUSTOMER", "CHAMPION"] }]],
  new_customers: ({ range }) => [[customers, { created_at: within(range) }]],
  customers_at_risk: () => [[customers, { risk_level: "HIGH" }]],
  churned_customers: () => [[customers, { status: "CHURNED" }]],
  tickets: () => [[tickets, {}]],
  open_tickets: () => [[tickets, { status: openStatuses }]],
  tickets_answered: answered,
  average_first_response_minutes: answered,
  tickets_resolved: resolved,
  average_resolution_hours: resolved,
  average_rating: resolved,
  csat: surveyed,
  nps: surveyed,
  active_campaigns: running,
  campaign_cost: running,
  campaign_conversions: running,
  campaign_conversion_rate: running,
  campaign_roi: running,
  operations_health: (scope) => [...resolved(scope), ...won(scope), ...running(scope)],
};

/** Returns the requests that list the rows of figures, of these owners; undefined for all owners that the caller sees. */
export function listRowRequests(names: readonly FigureName[], scope: Scope, owners: readonly string[] | undefined): RowRequest[] {
  const requests = names.flatMap((name) =>
    rowsByFigure[name](scope).map(([{ path, owner }, where]): RowRequest => {
      if (owners === undefined) return { path, body: { where } };
      return { path, body: { where: { ...where, [owner]: [...owners].sort() } } };
    }),
  );
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}
