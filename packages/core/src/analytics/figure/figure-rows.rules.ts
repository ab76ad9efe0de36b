import type { Owners } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import {
  buildRowRequests,
  buildWonCondition,
  type Condition,
  listRevenueRows,
  opportunityRows as opportunities,
  type RowList,
  type RowRequest,
  type Where,
} from "../../sales/figures/row-request.rules.ts";
import { isEnded, ticketStatuses } from "../../service/ticket/status.rules.ts";
import { moveMonths } from "./comparison.rules.ts";
import type { FigureName } from "./figure-registry.ts";

/** The lists of the rows that figures count (docs/analytics/figures.md). Pure. */

interface List extends RowList {
  /** Callers also see rows of other owners, which figures do not count. */
  readonly isShared?: true;
}

export const leadRows: List = { path: "/leads/query", owner: "owner_id" };
export const customerRows: List = { path: "/customers/query", owner: "owner_id" };
const tickets: List = { path: "/support/tickets/query", owner: "assigned_to_id", isShared: true };
const answeredTickets: List = { ...tickets, owner: "answered_by_id" };
const resolvedTickets: List = { ...tickets, owner: "resolved_by_id" };
const surveys: List = { path: "/support/surveys/query", owner: "agent_id", isShared: true };
const campaigns: List = { path: "/campaigns/query", owner: "owner_id" };

interface Scope {
  range: DayRange;
  today: string;
}

/** Whose rows a figure counts. */
export interface RowOwners {
  /** The owners that are counted. */
  owners: Owners;
  /** Whether they are fewer than those whom the caller sees, because of a filter. */
  isNarrowed: boolean;
}

type Rows = (scope: Scope) => readonly (readonly [List, Where])[];

const within = ({ from, to }: DayRange): Condition => ({ gte: from, lte: to });
const openStatuses = ticketStatuses.filter((status) => !isEnded(status));

const created: Rows = ({ range }) => [[opportunities, { created_at: within(range) }]];
const won: Rows = ({ range }) => [[opportunities, buildWonCondition(within(range))]];
const lost: Rows = ({ range }) => [[opportunities, { is_closed: true, is_won: false, closed_date: within(range) }]];
const closed: Rows = ({ range }) => [[opportunities, { is_closed: true, closed_date: within(range) }]];
const churned: Rows = ({ range }) => [[customerRows, { status: "CHURNED", churned_at: within(range) }]];
const open: Rows = () => [[opportunities, { is_closed: false }]];
const answered: Rows = ({ range }) => [[answeredTickets, { answered_day: within(range) }]];
const resolved: Rows = ({ range }) => [[resolvedTickets, { resolved_day: within(range) }]];
const rated: Rows = ({ range }) => [[resolvedTickets, { resolved_day: within(range), satisfaction_rating: { is_null: false } }]];
const surveyed: Rows = ({ range }) => [[surveys, { answered_day: within(range) }]];
const recommended: Rows = ({ range }) => [[surveys, { answered_day: within(range), nps: { is_null: false } }]];
const running: Rows = () => [[campaigns, { status: "IN_PROGRESS" }]];

/** From the first day of this month to the last one of the month after the next. */
const soon: Rows = ({ today }) => {
  const month = today.slice(0, 7);
  return [[opportunities, { is_closed: false, close_date: { gte: `${month}-01`, lte: moveMonths(`${month}-31`, 2) } }]];
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
  average_lost_cycle_days: lost,
  average_cycle_months: won,
  revenue: ({ range }) => listRevenueRows(within(range)),
  open_opportunities: open,
  pipeline_value: open,
  weighted_pipeline: open,
  forecast_3_months: soon,
  open_leads: () => [[leadRows, { is_converted: false }]],
  average_lead_score: () => [[leadRows, {}]],
  customers: () => [[customerRows, {}]],
  active_customers: () => [[customerRows, { lifecycle_stage: ["CUSTOMER", "CHAMPION"] }]],
  new_customers: ({ range }) => [[customerRows, { created_at: within(range) }]],
  customers_at_risk: () => [[customerRows, { risk_level: "HIGH" }]],
  churned_customers: () => [[customerRows, { status: "CHURNED" }]],
  customers_churned: churned,
  churned_value: churned,
  tickets: () => [[tickets, {}]],
  open_tickets: () => [[tickets, { status: openStatuses }]],
  tickets_answered: answered,
  average_first_response_minutes: answered,
  tickets_resolved: resolved,
  average_resolution_hours: resolved,
  average_rating: rated,
  csat: surveyed,
  nps: recommended,
  active_campaigns: running,
  campaign_cost: running,
  campaign_conversions: running,
  campaign_conversion_rate: running,
  campaign_roi: running,
  operations_health: (scope) => [...resolved(scope), ...won(scope), ...running(scope)],
};

/** Returns the requests that list the rows of figures. Without a filter of owners, the list has the rows that the caller sees. */
export function listRowRequests(
  names: readonly FigureName[],
  scope: Scope,
  { owners, isNarrowed }: RowOwners = { owners: "all", isNarrowed: false },
): RowRequest[] {
  const requests = names.flatMap((name) =>
    rowsByFigure[name](scope).flatMap(([list, where]) =>
      buildRowRequests(list, where, isNarrowed || list.isShared ? owners : "all"),
    ),
  );
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}
