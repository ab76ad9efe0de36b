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
import { NONE } from "../../storage/table/collection.ts";
import { moveMonths } from "./comparison.rules.ts";
import type { FigureName } from "./figure-registry.ts";

/** The lists of the rows that figures count (docs/analytics/figures.md). Pure. */

interface List extends RowList {
  /** Callers also see rows of other owners, which figures do not count. */
  readonly isShared?: true;
  /** Rows of no user count only for callers who see all records (responsible-owners.ts). */
  readonly isOfUsers?: true;
}

export const leadRows: List = { path: "/leads/query", owner: "owner_id" };
export const customerRows: List = { path: "/customers/query", owner: "owner_id" };
const tickets: List = { path: "/support/tickets/query", owner: "assigned_to_id", isShared: true };
const answeredTickets: List = { ...tickets, owner: "answered_by_id" };
const resolvedTickets: List = { ...tickets, owner: "resolved_by_id" };
const surveys: List = { path: "/support/surveys/query", owner: "agent_id", isShared: true };
const violations: List = { path: "/support/sla/violations/query", owner: "agent_id", isShared: true };
const interactions: List = { path: "/interactions/query", owner: "owner_id", isShared: true, isOfUsers: true };
const activities: List = { path: "/activities/query", owner: "assigned_to_id", isShared: true, isOfUsers: true };
const campaigns: List = { path: "/campaigns/query", owner: "owner_id" };

interface Scope {
  range: DayRange;
  today: string;
  /** Whether the caller sees the records of all owners. */
  seesAll: boolean;
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

/** Targets that were met have no list. */
const violated: Rows = ({ range }) => [[violations, { judged_day: within(range) }]];

/** The interactions of the period that fulfil a condition. */
const talked =
  (condition: Where = {}): Rows =>
  ({ range }) => [[interactions, { interaction_date: within(range), ...condition }]];

/** The activities that were completed in the period and fulfil a condition. */
const completed =
  (condition: Where = {}): Rows =>
  ({ range }) => [[activities, { is_completed: true, is_private: false, completed_day: within(range), ...condition }]];

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
  opportunities: () => [[opportunities, {}]],
  open_opportunities: open,
  pipeline_value: open,
  weighted_pipeline: open,
  forecast_3_months: soon,
  open_leads: () => [[leadRows, { is_converted: false }]],
  average_lead_score: () => [[leadRows, {}]],
  leads: () => [[leadRows, {}]],
  hot_leads: () => [[leadRows, { rating: "HOT" }]],
  hot_lead_rate: () => [[leadRows, {}]],
  lead_conversion_rate: () => [[leadRows, {}]],
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
  sla_violations: violated,
  sla_kept_rate: violated,
  average_rating: rated,
  csat: surveyed,
  nps: recommended,
  active_campaigns: running,
  campaign_cost: running,
  campaign_conversions: running,
  campaign_conversion_rate: running,
  campaign_roi: running,
  campaign_revenue: running,
  campaign_leads: running,
  campaign_open_rate: running,
  campaign_click_rate: running,
  campaign_response_rate: running,
  interactions: talked(),
  inbound_interactions: talked({ direction: "INBOUND" }),
  outbound_interactions: talked({ direction: "OUTBOUND" }),
  positive_interactions: talked({ sentiment: "POSITIVE" }),
  neutral_interactions: talked({ sentiment: "NEUTRAL" }),
  negative_interactions: talked({ sentiment: "NEGATIVE" }),
  average_sentiment: talked({ sentiment_score: { is_null: false } }),
  average_interaction_minutes: talked({ duration_minutes: { is_null: false } }),
  interaction_outcome_rate: talked(),
  interaction_follow_up_rate: talked(),
  complaints: talked({ feedback_type: "COMPLAINT" }),
  activities_completed: completed(),
  calls_completed: completed({ activity_type_id: "call" }),
  call_answer_rate: completed({ call_outcome_id: { is_null: false } }),
  meetings_completed: completed({ activity_type_id: "meeting" }),
  emails_completed: completed({ activity_type_id: "email" }),
  tasks_completed: completed({ activity_type_id: "task" }),
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
      buildRowRequests(list, where, isNarrowed || list.isShared ? selectOwners(list, owners, scope) : "all"),
    ),
  );
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}

const selectOwners = ({ isOfUsers }: List, owners: Owners, { seesAll }: Scope): Owners =>
  isOfUsers && !seesAll && owners !== "all" ? new Set([...owners].filter((owner) => owner !== NONE)) : owners;
