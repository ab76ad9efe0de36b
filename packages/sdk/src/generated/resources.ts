// Generated from the OpenAPI document by `npm run sdk-types`.

import type { ApiPromise, CallOptions, DeleteOptions, WriteOptions } from "../call.ts";
import type { List } from "../list.ts";
import type * as S from "./schemas.ts";

/** Query parameters that several operations take. */
interface Parameters {
  /** Comma-separated fields of each record to return; `id` is always included */
  fields?: string | readonly string[] | undefined;
  /** Comma-separated data to return in `expanded` in addition to ids: `labels`, the names of users and of master data; or fields that refer to records, without `_id`, for these records as lists show them; or `next_activity`, the open activity of the record that happens first: its id, subject and time, or null. `GET /schema` has the names for each kind */
  expand?: string | readonly string[] | undefined;
  /** From 1; page × limit is at most 10,000. Use cursor to continue beyond that */
  page?: number | undefined;
  /** Defaults to 20 */
  limit?: number | undefined;
  /** Default: desc */
  order?: "asc" | "desc" | undefined;
  /** The next_cursor of the previous page */
  cursor?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them */
  include?: string | readonly ("version" | "updated_at" | "updated_by")[] | undefined;
  /** Conditions, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]} */
  where?: unknown | undefined;
  /** Exact match */
  name?: string | S.TextOperators | undefined;
  /** Exact match */
  role?: S.Role | S.StringOperators | undefined;
  /** Exact match */
  expires_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  created_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  created_by?: string | S.StringOperators | undefined;
  /** Exact match */
  updated_at?: string | S.DayOrInstantOperators | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Exact match */
  team?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  first_name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  last_name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  team_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  manager_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  department?: string | S.NullableTextOperators | undefined;
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  address?: string | S.TextOperators | undefined;
  /** Exact match */
  is_active?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  is_default?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  kind?: string | S.TextOperators | undefined;
  /** Exact match */
  code?: string | S.TextOperators | undefined;
  /** Exact match */
  sequence?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  color?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  icon?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  parent_id?: string | S.NullableTextOperators | undefined;
  /** Id or code of one of the tenant's product categories */
  category?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  product_type?: "PRODUCT" | "SERVICE" | "PACKAGE" | S.StringOperators | undefined;
  /** Exact match */
  service_type?: S.ServiceType2 | S.NullableStringOperators | undefined;
  /** Exact match */
  family?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  sku?: string | S.NullableTextOperators | undefined;
  /** Id or code of one of the tenant's product categories */
  category_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  unit_price?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  cost?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  currency?: string | S.TextOperators | undefined;
  /** Exact match */
  is_recurring?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  valid_from?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  valid_to?: string | S.NullableDayOrPeriodOperators | undefined;
  /** true: names with which every tenant starts are in the language of the request, and are also found by it. Names that the tenant chose stay as they are */
  translated?: boolean | undefined;
  /** Exact match */
  subject?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  language?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  revision?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  file_name?: string | S.TextOperators | undefined;
  /** Exact match */
  file_size?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  url?: string | S.TextOperators | undefined;
  /** Id of the owner or assignee, `me`, or `none` for records without one */
  owner?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  campaign?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  segment_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  contact_list_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  template_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  owner_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  started_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  finished_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  published_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  workflow_id?: string | S.StringOperators | undefined;
  /** Exact match */
  number?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  published_by?: string | S.TextOperators | undefined;
  /** Exact match */
  status?: S.Status5 | S.StringOperators | undefined;
  /** Exact match */
  workflow_version?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  record_kind?: string | S.TextOperators | undefined;
  /** Exact match */
  record_id?: string | S.TextOperators | undefined;
  /** Exact match */
  step_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  step_due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  ended_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  reason?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  rating?: "HOT" | "WARM" | "COLD" | "DISQUALIFIED" | S.NullableStringOperators | undefined;
  /** Exact match */
  is_converted?: boolean | S.BooleanOperators | undefined;
  /** Id or code of one of the tenant's product lines */
  product_line?: string | S.NullableStringOperators | undefined;
  /** Parameters named after a path that the tenant declared for filtering (see search paths), such as `custom_fields.region=north`; a declared path can be used in `sort` as well */
  paths?: { [key: string]: string } | undefined;
  /** Exact match */
  lead_number?: string | S.TextOperators | undefined;
  /** Exact match */
  personal_key_id?: string | S.StringOperators | undefined;
  /** Exact match */
  person_sight?: "LIMITED" | "GRANTED" | S.NullableStringOperators | undefined;
  /** Exact match */
  display_name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  email?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  phone?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  mobile?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  company?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  job_title?: string | S.NullableTextOperators | undefined;
  /** Id or code of one of the tenant's lead statuses */
  lead_status_id?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's lead sources */
  lead_source_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  lead_score?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  is_qualified?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  budget?: number | string | S.NullableNumberOperators | undefined;
  /** Id or code of one of the tenant's insurance types */
  insurance_type_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  status_changed_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  converted_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  next_contact_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  follow_up_priority?: "LOW" | "MEDIUM" | "HIGH" | "URGENT" | S.NullableStringOperators | undefined;
  /** Exact match */
  last_activity_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  source_campaign_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  tags?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  lead_id?: string | S.StringOperators | undefined;
  /** Exact match */
  previous_score?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  scored_at?: string | S.DayOrInstantOperators | undefined;
  /** First day of the period. The period is 30 days by default and 366 at most */
  from?: string | undefined;
  /** Last day of the period; defaults to today */
  to?: string | undefined;
  /** Exact match */
  activity_number?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  assigned_to_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  related_to_type?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  related_to_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  due_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  due_time?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  start_datetime?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  end_datetime?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  duration_minutes?: number | string | S.NullableNumberOperators | undefined;
  /** Id or code of one of the tenant's call outcomes */
  call_outcome_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  happens_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  is_completed?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  completed_datetime?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  timezone?: string | S.NullableTextOperators | undefined;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  blocked_by?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  has_reminder?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  is_private?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  series_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  occurrence?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  meeting_location?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  milestone_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  completed_day?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  attending?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Defaults to today */
  date?: string | undefined;
  /** Exact match */
  stage?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  interaction_type?: "email" | "sms" | "call" | "visit" | "chat" | S.NullableStringOperators | undefined;
  /** Exact match */
  recorded_by?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's stores */
  store_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's brands */
  brand_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  related_order_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  emotion?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  confidence_score?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  sentiment_score?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  source?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  occurred_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  customer_type?: "business" | "individual" | S.StringOperators | undefined;
  /** Id or code of one of the tenant's customer types */
  type?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's industries */
  industry?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  parent?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  lifecycle_stage?: S.LifecycleStage | S.StringOperators | undefined;
  /** Exact match */
  tier?: "BRONZE" | "SILVER" | "GOLD" | "PLATINUM" | S.NullableStringOperators | undefined;
  /** Exact match */
  vip_status?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  risk_level?: "LOW" | "MEDIUM" | "HIGH" | S.NullableStringOperators | undefined;
  /** Exact match */
  id_batch?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer_number?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's customer types */
  customer_type_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  website?: string | S.NullableTextOperators | undefined;
  /** Id or code of one of the tenant's industries */
  industry_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  parent_customer_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer_rank?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  health_score?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  customer_since?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  last_contact_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  account_type?: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | S.NullableStringOperators | undefined;
  /** Exact match */
  hierarchy_level?: number | string | S.NumberOperators | undefined;
  /** Id or code of one of the tenant's churn reasons */
  churn_reason_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  churned_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  total_opportunities?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  open_opportunities?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  won_opportunities?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  won_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  pipeline_value?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  lifetime_value?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  paid_orders_count?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  last_won_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  last_order_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  lead_status?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  potential_status?: string | S.NullableTextOperators | undefined;
  /** The customer whose first lead this is */
  first_lead_id?: string | undefined;
  /** Id or code of one of the tenant's priorities */
  priority?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  potential_number?: string | S.TextOperators | undefined;
  /** Exact match */
  assigned_to?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  estimated_value?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  probability_score?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  expected_close_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  converted_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  converted_to_order_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  converted_opportunity_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  interested_products?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  lead?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  opportunity?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  opportunity_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  direction?: "in" | "out" | S.StringOperators | undefined;
  /** Exact match */
  channel?: "sms" | "email" | S.StringOperators | undefined;
  /** Exact match */
  purpose?: "marketing" | "service" | "security" | "answer" | "test" | S.NullableStringOperators | undefined;
  /** Exact match */
  conversation_id?: string | S.StringOperators | undefined;
  /** Exact match */
  person_id?: string | S.StringOperators | undefined;
  /** Exact match */
  from_address?: string | S.TextOperators | undefined;
  /** Exact match */
  to_address?: string | S.TextOperators | undefined;
  /** Exact match */
  body?: string | S.TextOperators | undefined;
  /** Exact match */
  segments?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  send_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  held_reason?: S.HeldReason2 | S.NullableStringOperators | undefined;
  /** Exact match */
  sent_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  delivered_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  failed_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  received_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  error_code?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  reply_to_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  opened_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  clicked_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  is_tracked?: boolean | S.NullableBooleanOperators | undefined;
  /** Exact match */
  is_resolved?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  is_escalated?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  ticket_number?: string | S.TextOperators | undefined;
  /** Exact match */
  ticket_type?: S.TicketTypesItem | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's urgency levels */
  urgency_level_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer_owner_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  contact_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  first_response_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  awaiting_since?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  resolved_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  satisfaction_rating?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  last_comment_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  first_response_due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  next_response_due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  resolution_due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  next_due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  is_sla_paused?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  is_sla_violated?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  escalation_level?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  parent_ticket_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  merged_into_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  answered_day?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  answered_by_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  resolved_day?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  resolved_by_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  snoozed_until?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  is_decision_maker?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  contact_number?: string | S.TextOperators | undefined;
  /** Exact match */
  is_primary?: boolean | S.BooleanOperators | undefined;
  /** Id or code of one of the tenant's contact roles */
  contact_role_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  reports_to_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  is_influencer?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  contact_status?: "ACTIVE" | "INACTIVE" | "FORMER" | S.StringOperators | undefined;
  /** Exact match */
  is_closed?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  has_competition?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  opportunity_number?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  stage_id?: string | S.StringOperators | undefined;
  /** Exact match */
  stage_changed_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  probability?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  amount?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  expected_revenue?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  close_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  next_step_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  is_won?: boolean | S.NullableBooleanOperators | undefined;
  /** Exact match */
  closed_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  forecast_category?: "PIPELINE" | "BEST_CASE" | "COMMIT" | "CLOSED" | "OMITTED" | S.StringOperators | undefined;
  /** Id or code of one of the tenant's win loss reasons */
  win_loss_reason_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  created_day?: string | S.TextOperators | undefined;
  /** Exact match */
  ordered_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  contact?: S.NullableStringOperators | undefined;
  /** Exact match */
  person?: S.NullableStringOperators | undefined;
  /** Exact match */
  campaign_manager?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  deal_number?: string | S.TextOperators | undefined;
  /** Exact match */
  deal_status?: S.DealStatus | S.StringOperators | undefined;
  /** Exact match */
  final_amount?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  start_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  end_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  campaign_manager_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  signed_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  paid_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  completed_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  cancelled_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  order_reference?: string | S.NullableTextOperators | undefined;
  /** All orders of one sale, by its sale_id */
  sale?: string | S.TextOperators | undefined;
  /** Exact match */
  payment_state?: S.PaymentState | S.StringOperators | undefined;
  /** Exact match */
  project?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  order_number?: string | S.TextOperators | undefined;
  /** Exact match */
  order_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  net_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  total?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  paid?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  balance?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  needs_review?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  next_due_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  quote_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  deal_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  contract_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  sale_id?: string | S.TextOperators | undefined;
  /** Exact match */
  customer_reference?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  confirmed_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  project_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  sale_day?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Id or code of one of the tenant's contract types */
  contract_type?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  contract_number?: string | S.TextOperators | undefined;
  /** Exact match */
  title?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's contract types */
  contract_type_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  contract_value?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | S.StringOperators | undefined;
  /** Exact match */
  monthly_fee?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  duration_months?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  auto_renew?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  renewal_notice_days?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  term_number?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  term_start_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  notice_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  requires_signature?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  customer_signed?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  company_signed?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  has_amendments?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  amendment_count?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  membership?: "STATIC" | "DYNAMIC" | S.StringOperators | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  from_stage_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  to_stage_id?: string | S.StringOperators | undefined;
  /** Exact match */
  changed_at?: string | S.DayOrInstantOperators | undefined;
  /** All versions, by the id of the first version */
  series?: string | S.StringOperators | undefined;
  /** Exact match */
  quote_number?: string | S.TextOperators | undefined;
  /** Exact match */
  total_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  quote_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  expiration_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  accepted_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  version_number?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  previous_version_id?: string | S.NullableStringOperators | undefined;
  /** Only of users whose team has this territory today */
  territory?: string | undefined;
  /** Number of months from this month on; defaults to 6 */
  months?: number | undefined;
  /** Number of months before this month, which come first; defaults to 0 */
  past_months?: number | undefined;
  /** Defaults to 0.8; returned, but not used in any computation */
  confidence_level?: number | undefined;
  /** Exact match */
  note?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  order_id?: string | S.StringOperators | undefined;
  /** Exact match */
  discount_percent?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  payment_terms?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  delivery_terms?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  provider?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  document_type?: "INVOICE" | "CREDIT_NOTE" | S.StringOperators | undefined;
  /** Exact match */
  invoice_number?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  invoice_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  invoice_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  credited_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  open_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  reminder_level?: number | string | S.NumberOperators | undefined;
  /** Id or code of one of the tenant's payment methods */
  payment_method_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  transaction_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  paid_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  is_deposit?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  refunded_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  reversed_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  payment_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  credits?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  refunded_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  carrier?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  tracking_number?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  shipped_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  delivered_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  ticket?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  case_type?: "RETURN" | "EXCHANGE" | "REPAIR" | "REFUND" | "COMPLAINT" | S.StringOperators | undefined;
  /** In any letter case, with or without hyphens */
  rma_code?: string | S.TextOperators | undefined;
  /** Exact match */
  ticket_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's after sales reasons */
  reason_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  requested_by?: "STAFF" | "CUSTOMER" | S.StringOperators | undefined;
  /** Exact match */
  inquiry_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  received_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  resolution?: "REFUND" | "CREDIT" | "EXCHANGE" | "REPAIR" | "NONE" | S.NullableStringOperators | undefined;
  /** Exact match */
  response_due_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  product?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  product_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  quantity?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  allocated_quantity?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  vendor?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  hold_until?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  release_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  ready_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  ready_reason?: "RELEASE" | "HOLD_ENDED" | "ALLOCATION" | "MANUAL" | S.NullableStringOperators | undefined;
  /** Exact match */
  processing_date?: string | S.NullableDayOrPeriodOperators | undefined;
  /** Exact match */
  valid_days?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  description?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  effect?: "PERCENT" | "AMOUNT" | "FIXED_PRICE" | S.StringOperators | undefined;
  /** Exact match */
  stacks?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  percent?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  min_quantity?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  goal?: "AWARENESS" | "CONVERSION" | "RETENTION" | "REACTIVATION" | "BRANDING" | S.NullableStringOperators | undefined;
  /** Exact match */
  target_size?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  channel_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  inactive_reason?: "BOUNCED" | "OPTED_OUT" | S.NullableStringOperators | undefined;
  /** Exact match */
  added_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  tracked_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  responded_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  response_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  bounced_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  opted_out_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  converted_order_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  member?: string | S.StringOperators | undefined;
  /** Exact match */
  member_id?: string | S.StringOperators | undefined;
  /** Exact match */
  link?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  conversion_kind?: "opportunity" | "order" | S.StringOperators | undefined;
  /** Exact match */
  converted_day?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  value?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  is_attributed?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  person_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  campaign_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  channels?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  sources?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  batch_id?: string | S.StringOperators | undefined;
  /** Exact match */
  contact_attempts?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  last_contact_method?: "PHONE" | "SMS" | "EMAIL" | "WHATSAPP" | "IN_PERSON" | "OTHER" | S.NullableStringOperators | undefined;
  /** Exact match */
  added_to_batch_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  contacted_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  last_contacted_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  conversion_value?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  sequence_step?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  next_step_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  amendment_type?: "VALUE" | "SCOPE" | "TERM" | "PRICING" | S.StringOperators | undefined;
  /** Exact match */
  amendment_number?: string | S.TextOperators | undefined;
  /** Exact match */
  effective_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  requires_legal_review?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  requires_customer_approval?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  took_effect_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  is_automatic?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  languages?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  key?: string | S.TextOperators | undefined;
  /** Exact match */
  is_mandatory?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  subject_type?: string | S.TextOperators | undefined;
  /** Exact match */
  subject_id?: string | S.TextOperators | undefined;
  /** Exact match */
  sender?: string | S.StringOperators | undefined;
  /** Exact match */
  sender_id?: string | S.StringOperators | undefined;
  /** Exact match */
  excerpt?: string | S.TextOperators | undefined;
  /** Exact match */
  is_public?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | S.StringOperators | undefined;
  /** Exact match */
  audience?: string | S.TextOperators | undefined;
  /** Exact match */
  agent_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  summary?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  article_id?: string | S.StringOperators | undefined;
  /** Exact match */
  failed?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  skipped?: number | string | S.NumberOperators | undefined;
  /** The period with which `from` to `to` is compared. `previous_period`: as many days before, or as many months if the period is whole months */
  compare_to?: "previous_period" | "previous_year" | undefined;
  /** Adds rows for each of these parts of the period */
  interval?: "day" | "week" | "month" | "quarter" | "year" | undefined;
  /** Adds `by_product`: rows of products, of their lines (`family`) or of their categories, as they are today */
  group_by?: "product" | "product_line" | "product_category" | undefined;
  /** Exact match */
  figure?: S.SalesItem | S.StringOperators | undefined;
}

export interface Resources {
  readonly auth: Auth;
  readonly tenant: Tenant;
  readonly roles: Roles;
  readonly apiKeys: ApiKeys;
  readonly users: Users;
  readonly teams: Teams;
  readonly mailAccounts: MailAccounts;
  readonly masters: Masters;
  readonly territories: Territories;
  readonly subscriptionTypes: SubscriptionTypes;
  readonly customFields: CustomFields;
  readonly schema: Schema;
  readonly layouts: Layouts;
  readonly messageTemplates: MessageTemplates;
  readonly mailImages: MailImages;
  readonly emailSends: EmailSends;
  readonly workflows: Workflows;
  readonly workflowEnrollments: WorkflowEnrollments;
  readonly playbooks: Playbooks;
  readonly leads: Leads;
  readonly activities: Activities;
  readonly calendars: Calendars;
  readonly bookingLinks: BookingLinks;
  readonly persons: Persons;
  readonly journey: Journey;
  readonly interactions: Interactions;
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly customers: Customers;
  readonly contacts: Contacts;
  readonly opportunities: Opportunities;
  readonly potentials: Potentials;
  readonly deals: Deals;
  readonly orders: Orders;
  readonly fulfilments: Fulfilments;
  readonly orderItems: OrderItems;
  readonly afterSales: AfterSales;
  readonly preOrders: PreOrders;
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly paymentAccounts: PaymentAccounts;
  readonly invoices: Invoices;
  readonly projects: Projects;
  readonly projectTemplates: ProjectTemplates;
  readonly products: Products;
  readonly priceBooks: PriceBooks;
  readonly exchangeRates: ExchangeRates;
  readonly proposals: Proposals;
  readonly signatureAccounts: SignatureAccounts;
  readonly quotes: Quotes;
  readonly campaigns: Campaigns;
  readonly campaignMembers: CampaignMembers;
  readonly campaignResponses: CampaignResponses;
  readonly campaignFills: CampaignFills;
  readonly reengagement: Reengagement;
  readonly contracts: Contracts;
  readonly approvals: Approvals;
  readonly signatureRequests: SignatureRequests;
  readonly sms: Sms;
  readonly flows: Flows;
  readonly forms: Forms;
  readonly notes: Notes;
  readonly comments: Comments;
  readonly feed: Feed;
  readonly attachments: Attachments;
  readonly search: Search;
  readonly batch: Batch;
  readonly support: Support;
  readonly tags: Tags;
  readonly me: Me;
  readonly presence: Presence;
  readonly views: Views;
  readonly bulkChanges: BulkChanges;
  readonly notifications: Notifications;
  readonly uploads: Uploads;
  readonly imports: Imports;
  readonly sampleData: SampleData;
  readonly exports: Exports;
  readonly analytics: Analytics;
  readonly targets: Targets;
  readonly kpis: Kpis;
  readonly dashboards: Dashboards;
  readonly searchPaths: SearchPaths;
  readonly rules: Rules;
  readonly public: Public;
  readonly suppressions: Suppressions;
  readonly webhooks: Webhooks;
  readonly events: Events;
  readonly audit: Audit;
  readonly health: Health;
  readonly "openapi.json": OpenapiJson;
  readonly docs: Docs;
}

export interface Auth {
  readonly signup: AuthSignup;
  readonly options: AuthOptions;
  /** Sign in. Failures are counted in a quarter of an hour: by email and address (10), by address (100), and by email from all addresses: after 100, an address has 2 attempts for the email, and after 1,000 none. More are a 429 with `Retry-After`. A device that sends its `device_token` has 10 attempts of its own, which failures of others do not use up. Open sessions are not affected. If the user has a second factor, a right email and password is a 401 SECOND_FACTOR_REQUIRED with a `challenge`: send it with a `code`. A user has 10 attempts for the code in a quarter of an hour. No sign-in required. `POST /auth/login` */
  login(body: S.LoginBody, options?: WriteOptions): ApiPromise<S.SignedIn>;
  /** Sign in as an OAuth 2.0 client. The password grant of RFC 6749, for tools that support nothing else, such as the dialog of the documentation. The response follows the RFC, without an envelope. No sign-in required. `POST /auth/token` */
  token(body: S.TokenBody, options?: WriteOptions): ApiPromise<Response>;
  /** Exchange a refresh token for new tokens. A refresh token can be used once. Reuse ends its session, except within 30 seconds, when it returns the same response. With `session: "cookie"`, the token is read from the cookie, and the header `X-CRM-CSRF: 1` is required. No sign-in required. `POST /auth/refresh` */
  refresh(body?: S.RefreshBody, options?: WriteOptions): ApiPromise<S.SignedIn>;
  /** End the session. Removes the session cookie. If the request has this cookie, the header `X-CRM-CSRF: 1` is required. Only for users who have signed in, not for API keys. `POST /auth/logout` */
  logout(body?: undefined, options?: WriteOptions): ApiPromise<null>;
  readonly me: AuthMe;
  readonly sessions: AuthSessions;
  readonly password: AuthPassword;
  /** Set the first password with the link of an invitation. No sign-in required. `POST /auth/activate` */
  activate(body: S.ActivateBody, options?: WriteOptions): ApiPromise<S.SignedIn>;
  readonly keys: AuthKeys;
}

export interface AuthSignup {
  /** Create a tenant. Creates the tenant and its first user, an administrator, and signs them in. A deployment says who may sign up: every visitor, a visitor while there is no tenant, or only visitors with a one-time link of the operator. Others get a 403. No sign-in required. `POST /auth/signup` */
  (body: S.SignupBody, options?: WriteOptions): ApiPromise<S.SignedIn>;
  /** Check a sign-up link. The link is not used up. A link that is unknown, used or expired is a 403. No sign-in required. `POST /auth/signup/link` */
  link(body: S.CheckSignupLinkBody, options?: WriteOptions): ApiPromise<{
    expires_at: string;
  }>;
}

export interface AuthOptions {
  /** Read what a visitor may do who is not signed in. For the pages of sign-in and sign-up. No sign-in required. `GET /auth/options` */
  get(query?: GetSignInOptionsQuery, options?: CallOptions): ApiPromise<S.SignInOptions>;
}

export interface GetSignInOptionsQuery {
  /** Country for which settings are suggested. Defaults to that of the request */
  country?: string | undefined;
}

export interface AuthMe {
  /** Read the caller: the signed-in user, or the API key. With the tenant and, in `permissions`, the names of the caller's permissions. `GET /auth/me` */
  get(query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Me>;
}

export interface FieldsExpandQuery extends Pick<Parameters, "fields" | "expand"> {
}

export interface AuthSessions {
  /** List the user's own sessions. Only for users who have signed in, not for API keys. `GET /auth/sessions` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    id: string;
    user_id: string;
    ip_address: string | null;
    user_agent: string | null;
    created_at: string;
    last_used_at: string;
    expires_at: string;
    is_active: boolean;
    /** Whether it is the session of this request */
    is_current: boolean;
  }[]>;
  /** End all of the user's own sessions except this one. Only for users who have signed in, not for API keys. `DELETE /auth/sessions` */
  delete(options?: DeleteOptions): ApiPromise<null>;
  /** End one of the user's own sessions. Only for users who have signed in, not for API keys. `DELETE /auth/sessions/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<null>;
}

export interface AuthPassword {
  /** Change the password. Ends all other sessions. Only for users who have signed in, not for API keys. `POST /auth/password` */
  (body: S.ChangePasswordBody, options?: WriteOptions): ApiPromise<null>;
  /** Request an email to set a new password. No sign-in required. `POST /auth/password/forgot` */
  forgot(body: S.ForgotPasswordBody, options?: WriteOptions): ApiPromise<{
    message: string;
  }>;
  /** Set a new password with the link of an email. No sign-in required. `POST /auth/password/reset` */
  reset(body: S.ResetPasswordBody, options?: WriteOptions): ApiPromise<null>;
}

export interface AuthKeys {
  /** Get the public keys of access tokens (JWKS). No sign-in required. `GET /auth/keys` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    keys: { [key: string]: unknown }[];
  }>;
}

export interface Tenant {
  /** Read the tenant and its settings. `GET /tenant` */
  get(query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Tenant>;
  /** Change the tenant's name or settings. Takes effect everywhere within 60 seconds. `null` resets a setting to its default. Only for ADMIN. Only for users who have signed in, not for API keys, if the request changes `second_factor_required_for`. `PATCH /tenant` */
  update(body?: S.UpdateTenantBody, options?: WriteOptions): ApiPromise<S.Tenant>;
}

export interface Roles {
  /** List the roles with their permissions. Roles are the same for all tenants. Which records a user sees also depends on the setting `visibility`. `GET /roles` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    role: S.Role;
    permissions: S.Permissions;
  }[]>;
}

export interface ApiKeys {
  /** Create an API key. The response has the key, only this once. Only for ADMIN. Only for users who have signed in, not for API keys. `POST /api-keys` */
  create(body: S.CreateApiKeyBody, options?: WriteOptions): ApiPromise<S.ApiKeyCreated>;
  /** List API keys. Only for ADMIN. `GET /api-keys` */
  list(query?: ListApiKeysQuery, options?: CallOptions): List<S.ApiKeyRow>;
  /** Read an API key, without its secret. Only for ADMIN. `GET /api-keys/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ApiKey>;
  /** Revoke an API key. An API key with the role ADMIN may revoke itself and others, so that a program can end a leak. Only for ADMIN. `DELETE /api-keys/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ApiKey>;
  /** List API keys, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /api-keys/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ApiKeyRow>;
}

export interface ListApiKeysQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "name" | "role" | "expires_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  hint?: string | S.TextOperators | undefined;
}

export interface Users {
  /** What belongs to one of them, and its actions. */
  (id: string): UsersItem;
  /** List users. `GET /users` */
  list(query?: ListUsersQuery, options?: CallOptions): List<S.UserRow>;
  /** Create a user. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `POST /users` */
  create(body: S.CreateUserBody, options?: WriteOptions): ApiPromise<S.User>;
  /** Read a user. `GET /users/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.User>;
  /** Replace a user. Omitted fields are cleared. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `PUT /users/{id}` */
  replace(id: string, body: S.ReplaceUserBody, options?: WriteOptions): ApiPromise<S.User>;
  /** Change fields of a user. Changes only the named fields; `null` clears one. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `PATCH /users/{id}` */
  update(id: string, body?: S.UpdateUserBody, options?: WriteOptions): ApiPromise<S.User>;
  /** Delete a user. The record can be restored. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `DELETE /users/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.User>;
  /** List users, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /users/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.UserRow>;
  /** Create, change or delete many users. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `POST /users/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export users to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /users/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface UsersItem {
  /** Restore a deleted user. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `POST /users/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.User>;
  readonly status: UsersItemStatus;
  /** Send the invitation again. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `POST /users/{id}/invite` */
  invite(body?: undefined, options?: WriteOptions): ApiPromise<S.User>;
  readonly sessions: UsersItemSessions;
  readonly secondFactor: UsersItemSecondFactor;
  readonly availability: UsersItemAvailability;
}

export interface UsersItemStatus {
  /** Activate, deactivate or suspend a user. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `PATCH /users/{id}/status` */
  update(body: S.SetUserStatusBody, options?: WriteOptions): ApiPromise<S.User>;
}

export interface UsersItemSessions {
  /** End all sessions of a user. Only for ADMIN. Only for users who have signed in, not for API keys, if the user has the role ADMIN, or gets it, and the request changes the email, roles, status or sessions. `DELETE /users/{id}/sessions` */
  delete(options?: DeleteOptions): ApiPromise<null>;
}

export interface UsersItemSecondFactor {
  /** Remove the second factor of a user who has lost it. The user then signs in with the password alone, and gets a mail. Only for ADMIN. Only for users who have signed in, not for API keys. `DELETE /users/{id}/second-factor` */
  delete(options?: DeleteOptions): ApiPromise<null>;
}

export interface UsersItemAvailability {
  /** Read when rules may assign leads to a user. The caller's own, or any user's for managers and above. `GET /users/{id}/availability` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data>;
  /** Change the availability of a user. Rules assign leads and tickets to a user only within the availability. Omitted fields get their default: no limit, at all times, never away. `PUT /users/{id}/availability` */
  replace(body?: S.ReplaceUserAvailabilityBody, options?: WriteOptions): ApiPromise<S.Data>;
}

export interface ListUsersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "role" | "team" | "first_name" | "last_name" | "team_id" | "manager_id" | "department" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "ACTIVE" | "INACTIVE" | "PENDING_ACTIVATION" | "SUSPENDED" | "DELETED" | S.StringOperators | undefined;
  /** Exact match */
  email?: string | S.TextOperators | undefined;
  /** Exact match */
  display_name?: string | S.TextOperators | undefined;
  /** Exact match */
  last_login_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  extra_roles?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface Teams {
  /** What belongs to one of them, and its actions. */
  (id: string): TeamsItem;
  /** List teams. `GET /teams` */
  list(query?: ListTeamsQuery, options?: CallOptions): List<S.TeamRow>;
  /** Create a team. Only for ADMIN, DIRECTOR. `POST /teams` */
  create(body: S.CreateTeamBody, options?: WriteOptions): ApiPromise<S.Team>;
  /** Read a team. `GET /teams/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Team>;
  /** Replace a team. Omitted fields are cleared. Only for ADMIN, DIRECTOR. `PUT /teams/{id}` */
  replace(id: string, body: S.CreateTeamBody, options?: WriteOptions): ApiPromise<S.Team>;
  /** Change fields of a team. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR. `PATCH /teams/{id}` */
  update(id: string, body?: S.UpdateTeamBody, options?: WriteOptions): ApiPromise<S.Team>;
  /** Delete a team. The record can be restored. Only for ADMIN, DIRECTOR. `DELETE /teams/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Team>;
  /** List teams, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /teams/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.TeamRow>;
  /** Create, change or delete many teams. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR. `POST /teams/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export teams to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /teams/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface TeamsItem {
  /** Restore a deleted team. Only for ADMIN, DIRECTOR. `POST /teams/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Team>;
}

export interface ListTeamsQuery extends Pick<Parameters, "page" | "limit" | "sort" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "manager_id" | "territory_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
}

export interface MailAccounts {
  /** What belongs to one of them, and its actions. */
  (id: string): MailAccountsItem;
  /** List accounts for outgoing email. Only for ADMIN. `GET /mail-accounts` */
  list(query?: ListMailAccountsQuery, options?: CallOptions): List<S.MailAccountRow>;
  /** Add an account for outgoing email. The password is stored encrypted and never returned. Only for ADMIN. `POST /mail-accounts` */
  create(body: S.CreateMailAccountBody, options?: WriteOptions): ApiPromise<S.MailAccount>;
  /** Read an account for outgoing email. Only for ADMIN. `GET /mail-accounts/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.MailAccount>;
  /** Change an account for outgoing email. Changes only the named fields. An omitted password is kept as long as the server does not change; `way` cannot be changed. Only for ADMIN. `PATCH /mail-accounts/{id}` */
  update(id: string, body?: S.UpdateMailAccountBody, options?: WriteOptions): ApiPromise<S.MailAccount>;
  /** Delete an account with its password. Only for ADMIN. `DELETE /mail-accounts/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.MailAccount>;
  /** List accounts for outgoing email, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /mail-accounts/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.MailAccountRow>;
}

export interface MailAccountsItem {
  /** Check an account with its server. Only for ADMIN. `POST /mail-accounts/{id}/check` */
  check(body?: undefined, options?: WriteOptions): ApiPromise<S.Data2>;
}

export interface ListMailAccountsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "address" | "is_active" | "is_default" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  way?: "house" | "smtp" | S.StringOperators | undefined;
  /** Exact match */
  from_name?: string | S.NullableTextOperators | undefined;
}

export interface Masters {
  /** What belongs to one of them, and its actions. */
  (kind: string): MastersItem;
  /** List the kinds of master data. `GET /masters` */
  get(query?: ListMasterKindsQuery, options?: CallOptions): ApiPromise<{
    kind: string;
    label: string;
    /** Where values are listed and created */
    path: string;
    /** true: values cannot be created or removed, because code depends on them, but they can be renamed */
    is_closed: boolean;
    /** true: the initial values cannot be changed */
    is_fixed: boolean;
    /** Fields of the values */
    fields: S.FieldInfo[];
    /** With `counts=true`: number of values, up to a minute old */
    value_count?: number | undefined;
  }[]>;
  readonly statuses: MastersStatuses;
  readonly stages: MastersStages;
  readonly teams: MastersTeams;
  readonly products: MastersProducts;
  readonly priceBooks: MastersPriceBooks;
  /** Export masters to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /masters/export` */
  export(body: S.ExportMastersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface MastersItem {
  /** What belongs to one of them, and its actions. */
  (id: string): MastersItemItem;
  /** List masters. `GET /masters/{kind}` */
  list(query?: ListMastersQuery, options?: CallOptions): List<S.MasterRow>;
  /** Create a master. Only for ADMIN, DIRECTOR. `POST /masters/{kind}` */
  create(body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
  /** Read a master. `GET /masters/{kind}/{id}` */
  get(id: string, query?: TranslatedFieldsExpandQuery, options?: CallOptions): ApiPromise<S.Master>;
  /** Replace a master. Omitted fields are cleared. Only for ADMIN, DIRECTOR. `PUT /masters/{kind}/{id}` */
  replace(id: string, body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
  /** Change fields of a master. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR. `PATCH /masters/{kind}/{id}` */
  update(id: string, body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
  /** Delete a master. The record can be restored. Only for ADMIN, DIRECTOR. `DELETE /masters/{kind}/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Master>;
  /** Reorder the values of a kind. Only for ADMIN, DIRECTOR. `POST /masters/{kind}/reorder` */
  reorder(body: S.ReorderMastersBody, options?: WriteOptions): ApiPromise<{
    kind: string;
    values: {
      code: string;
      /** Name shown to users */
      name: string;
      sequence: number;
      id: string;
      version: number;
    }[];
  }>;
  /** List masters, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /masters/{kind}/query` */
  query(body?: S.QueryMastersBody, options?: CallOptions): List<S.MasterRow>;
  /** Create, change or delete many masters. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR. `POST /masters/{kind}/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface MastersItemItem {
  /** Retire a value. Records keep the value, or get `replace_with` in the background. Only for ADMIN, DIRECTOR. `POST /masters/{kind}/{id}/retire` */
  retire(body?: S.RetireMasterBody, options?: WriteOptions): ApiPromise<{
    value: {
      id: string;
      code: string;
      name: string;
      is_active: boolean;
      version: number;
    };
    /** The bulk changes that move its records to the other value */
    moves: {
      kind: string;
      field: string;
      bulk_change_id: string;
    }[];
    /** Records that keep the value: they cannot be found by this field, or the caller cannot change them */
    stays: {
      kind: string;
      field: string;
      reason: string;
    }[];
  }>;
  /** Restore a deleted master. Only for ADMIN, DIRECTOR. `POST /masters/{kind}/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Master>;
}

export interface ListMastersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "is_active" | "code" | "name" | "sequence" | "color" | "icon" | "created_at" | "created_by" | "updated_at" | "translated" | "fields" | "expand"> {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Words; each must begin a word of the name or the code */
  search?: string | undefined;
  /** For trees: the parent value, by id or code */
  parent_id?: string | S.NullableTextOperators | undefined;
  /** For states: the country, by id or code */
  country?: string | undefined;
  /** For cities: the state, by id or code */
  state?: string | undefined;
  /** Exact match */
  kind?: S.TextOperators | undefined;
}

export interface TranslatedFieldsExpandQuery extends Pick<Parameters, "translated" | "fields" | "expand"> {
}

export interface ListMasterKindsQuery {
  /** true: with the number of values of each kind */
  counts?: boolean | undefined;
}

export interface MastersStatuses {
  /** List statuses of an entity type. Statuses that code depends on are the record states in lower case; the tenant chooses their names. `GET /masters/statuses` */
  list(query?: ListStatusesQuery, options?: CallOptions): List<S.Master>;
}

export interface ListStatusesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "is_active" | "kind" | "code" | "name" | "sequence" | "color" | "icon" | "parent_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Words; each must begin a word of the name or the code */
  search?: string | undefined;
  /** Default: `lead` */
  entity_type?: "lead" | "customer" | "contact" | "opportunity" | "activity" | "ticket" | undefined;
}

export interface MastersStages {
  /** List stages of an entity type. `GET /masters/stages` */
  list(query?: ListStagesQuery, options?: CallOptions): List<S.Master>;
}

export interface ListStagesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "is_active" | "kind" | "code" | "name" | "sequence" | "color" | "icon" | "parent_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Words; each must begin a word of the name or the code */
  search?: string | undefined;
  /** Default: `opportunity` */
  entity_type?: "opportunity" | undefined;
}

export interface MastersTeams {
  /** List teams. `GET /masters/teams` */
  list(query?: ListTeamsQuery, options?: CallOptions): List<S.TeamRow>;
}

export interface MastersProducts {
  /** List products. `GET /masters/products` */
  list(query?: ListProductsAsMastersQuery, options?: CallOptions): List<S.ProductRow>;
}

export interface ListProductsAsMastersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "category" | "product_type" | "service_type" | "family" | "is_active" | "name" | "sku" | "category_id" | "unit_price" | "cost" | "currency" | "is_recurring" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
}

export interface MastersPriceBooks {
  /** List price books. `GET /masters/price-books` */
  list(query?: ListPriceBooksAsMastersQuery, options?: CallOptions): List<S.PriceBookRow>;
}

export interface ListPriceBooksAsMastersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_default" | "currency" | "is_active" | "name" | "valid_from" | "valid_to" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
}

export interface Territories {
  /** What belongs to one of them, and its actions. */
  (id: string): TerritoriesItem;
  /** Assign territories to records by the rule. To the named records, or to all that a query finds: a bulk change, in the background. Only for ADMIN, DIRECTOR, MANAGER. `POST /territories/assign` */
  assign(body: S.AssignTerritoriesBody, options?: WriteOptions): ApiPromise<S.BulkChange>;
}

export interface TerritoriesItem {
  readonly members: TerritoriesItemMembers;
}

export interface TerritoriesItemMembers {
  /** List the users of a territory. The active users of its teams. `GET /territories/{id}/members` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    territory_id: string;
    manager_id: string | null;
    members: {
      id: string;
      display_name: string;
      role: string;
      team_id: string;
      team_name: string;
      /** Whether the user manages the territory or the team */
      is_manager: boolean;
    }[];
  }>;
}

export interface SubscriptionTypes {
  /** List subscription types. `GET /subscription-types` */
  list(query?: ListSubscriptionTypesQuery, options?: CallOptions): List<S.Master>;
  /** Create a subscription type. Only for ADMIN, DIRECTOR. `POST /subscription-types` */
  create(body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
  /** Read a subscription type. `GET /subscription-types/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Master>;
  /** Change fields of a subscription type. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR. `PATCH /subscription-types/{id}` */
  update(id: string, body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
  /** Delete a subscription type. The record can be restored. Only for ADMIN, DIRECTOR. `DELETE /subscription-types/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Master>;
}

export interface ListSubscriptionTypesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "is_active" | "kind" | "code" | "name" | "sequence" | "color" | "icon" | "parent_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Words; each must begin a word of the name or the code */
  search?: string | undefined;
}

export interface CustomFields {
  /** What belongs to one of them, and its actions. */
  (id: string): CustomFieldsItem;
  /** List custom fields. `GET /custom-fields` */
  list(query?: ListCustomFieldsQuery, options?: CallOptions): List<S.CustomField>;
  /** Create a custom field. Only for ADMIN, DIRECTOR. `POST /custom-fields` */
  create(body: S.CreateCustomFieldBody, options?: WriteOptions): ApiPromise<S.CustomField>;
  /** Read a custom field. `GET /custom-fields/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CustomField>;
  /** Replace a custom field. Omitted fields are cleared. Only for ADMIN, DIRECTOR. `PUT /custom-fields/{id}` */
  replace(id: string, body: S.ReplaceCustomFieldBody, options?: WriteOptions): ApiPromise<S.CustomField>;
  /** Change fields of a custom field. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR. `PATCH /custom-fields/{id}` */
  update(id: string, body?: S.UpdateCustomFieldBody, options?: WriteOptions): ApiPromise<S.CustomField>;
  /** Delete a custom field. The record can be restored. Only for ADMIN, DIRECTOR. `DELETE /custom-fields/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.CustomField>;
  readonly openapi: CustomFieldsOpenapi;
  /** List custom fields, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /custom-fields/query` */
  query(body?: S.QueryCustomFieldsBody, options?: CallOptions): List<S.CustomField>;
  /** Create, change or delete many custom fields. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR. `POST /custom-fields/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface CustomFieldsItem {
  /** Restore a deleted custom field. Only for ADMIN, DIRECTOR. `POST /custom-fields/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.CustomField>;
}

export interface ListCustomFieldsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "is_active" | "sequence" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Exact match */
  entity_type?: S.EntityType | S.TextOperators | undefined;
  /** Exact match */
  section?: string | undefined;
  /** Exact match */
  field_name?: string | S.TextOperators | undefined;
  /** Exact match */
  field_label?: string | S.TextOperators | undefined;
  /** Exact match */
  field_type?: S.FieldType | S.StringOperators | undefined;
}

export interface CustomFieldsOpenapi {
  /** Get the OpenAPI document with the tenant's custom fields. Like /openapi.json, with types for the custom fields that the caller can see in all requests and responses. `GET /custom-fields/openapi` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface Schema {
  /** Describe the kinds of records, and what the caller may do with them. Fields with types and choices, filters, sort orders, related data and permitted operations: enough for a client to generate its user interface. `GET /schema` */
  get(query?: GetSchemaQuery, options?: CallOptions): ApiPromise<{
    kinds: S.SchemaKind[];
  }>;
  readonly index: SchemaIndex;
}

export interface GetSchemaQuery {
  /** Only this kind. Default: all kinds */
  kind?: "activity" | "after_sales_case" | "approval" | "attachment" | "audit" | "bulk_change" | "booking_link" | "campaign" | "campaign_template" | "campaign_member" | "campaign_response" | "campaign_fill" | "contact" | "contact_list" | "contract" | "contract_clause" | "contract_template" | "custom_field" | "customer" | "deal" | "email_send" | "exchange_rate" | "export" | "forecast_submission" | "import" | "inbound_mail" | "inbound_webhook" | "form" | "interaction" | "invoice" | "knowledge_article" | "lead" | "mail_account" | "message" | "conversation" | "message_template" | "note" | "comment" | "notification" | "opportunity" | "order" | "fulfilment" | "payment" | "refund" | "payment_account" | "pre_order" | "pre_order_allocation" | "person" | "candidate" | "journey" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "reengagement_member" | "reengagement_fill" | "report" | "target" | "kpi" | "dashboard" | "search_path" | "segment" | "signature_request" | "signature_account" | "support_calendar" | "sla_policy" | "sms_sender" | "sms_service_account" | "sms_number" | "workflow" | "workflow_enrollment" | "suppression" | "tenant" | "ticket" | "ticket_macro" | "sla_outcome" | "ticket_survey" | "upload" | "user" | "team" | "view" | "webhook_endpoint" | undefined;
  /** Only the kind below whose path this is: `/api/v1/leads/led_1` is of leads. None if there is no such kind */
  path?: string | undefined;
  /** `names`: the fields have their names, formats and fixed choices, and all other lists are empty. Default: all */
  part?: "names" | undefined;
}

export interface SchemaIndex {
  /** List the kinds of records that the caller may use. Names, icons and permitted operations, for menus and links. `GET /schema?kind=` describes one kind. `GET /schema/index` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    kinds: S.SchemaKindSummary[];
  }>;
}

export interface Layouts {
  /** Read the layout of a kind of record. The layout that the tenant set for the role, else that for all roles, else the default. It contains only fields and tabs that the caller may see. `GET /layouts/{kind}` */
  get(kind: string, query?: GetLayoutQuery, options?: CallOptions): ApiPromise<S.Data3>;
  /** Set the layout of a kind of record. An omitted part is that of the default; without any part nothing changes. Custom fields are named `custom_fields.…`. Only for ADMIN. `PUT /layouts/{kind}` */
  replace(kind: string, body?: S.ReplaceLayoutBody, options?: WriteOptions): ApiPromise<S.Data3>;
  /** Remove the layout that the tenant set. Answers with the layout that counts from now on. Only for ADMIN. `DELETE /layouts/{kind}` */
  delete(kind: string, options?: DeleteOptions<GetLayoutQuery>): ApiPromise<S.Data3>;
}

export interface GetLayoutQuery {
  /** Layout of users with this role. Default: for all roles that have no layout of their own */
  role?: "ADMIN" | "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER" | undefined;
}

export interface ReplaceLayoutQuery {
  /** Layout of users with this role. Default: for all roles that have no layout of their own */
  role?: "ADMIN" | "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER" | null | undefined;
}

export interface MessageTemplates {
  /** What belongs to one of them, and its actions. */
  (id: string): MessageTemplatesItem;
  /** List message templates. `GET /message-templates` */
  list(query?: ListMessageTemplatesQuery, options?: CallOptions): List<S.MessageTemplateRow>;
  /** Create a message template. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /message-templates` */
  create(body: S.CreateMessageTemplateBody, options?: WriteOptions): ApiPromise<S.MessageTemplate>;
  /** Read a message template. `GET /message-templates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.MessageTemplate>;
  /** Replace a message template. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PUT /message-templates/{id}` */
  replace(id: string, body: S.ReplaceMessageTemplateBody, options?: WriteOptions): ApiPromise<S.MessageTemplate>;
  /** Change fields of a message template. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /message-templates/{id}` */
  update(id: string, body?: S.UpdateMessageTemplateBody, options?: WriteOptions): ApiPromise<S.MessageTemplate>;
  /** Delete a message template. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /message-templates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.MessageTemplate>;
  readonly starters: MessageTemplatesStarters;
  /** List message templates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /message-templates/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.MessageTemplateRow>;
  /** Create, change or delete many message templates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /message-templates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export message-templates to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /message-templates/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface MessageTemplatesItem {
  /** Restore a deleted message template. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /message-templates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.MessageTemplate>;
  /** Preview a message as it would be sent. For a record that the caller can see, or with sample values. `subject`, `blocks` and `language` show changes that are not saved yet. Nothing is stored. `POST /message-templates/{id}/preview` */
  preview(body?: S.PreviewMessageTemplateBody, options?: WriteOptions): ApiPromise<{
    subject: string | null;
    html: string | null;
    text: string;
    /** Merge fields that have neither a value nor a fallback */
    missing: string[];
    revision: number;
  }>;
  /** Check a template before it is sent. Finds merge fields without a value, addresses that do not answer, images without a text, a missing postal address or link to unsubscribe, and a mail that is too large. Nothing is stored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /message-templates/{id}/check` */
  check(body?: S.CheckMessageTemplateBody, options?: WriteOptions): ApiPromise<{
    /** Errors first. Without an error, the mail can be sent */
    findings: S.ContentItem[];
    /** Size of the HTML with its values */
    html_bytes: number | null;
    revision: number;
  }>;
  /** Send a test of a template to a user. To the caller or another user of the tenant, for a record that the caller can see or with sample values. The subject or the SMS text begins with [Test]. A test is exempt from sending limits and is not counted. A merge field without a value is rejected. For all roles except ANALYST. `POST /message-templates/{id}/test` */
  test(body?: S.TestMessageTemplateBody, options?: WriteOptions): ApiPromise<S.Message>;
  readonly revisions: MessageTemplatesItemRevisions;
}

export interface MessageTemplatesItemRevisions {
  /** List the revisions of a template. `GET /message-templates/{id}/revisions` */
  list(query?: ListTemplateRevisionsQuery, options?: CallOptions): List<S.TemplateRevision>;
}

export interface ListTemplateRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "revision" | "subject" | "language" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  template_id?: string | S.StringOperators | undefined;
  /** Exact match */
  body_html?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  body_text?: string | S.NullableTextOperators | undefined;
}

export interface ListMessageTemplatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "code" | "subject" | "language" | "revision" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  channel?: "EMAIL" | "SMS" | S.StringOperators | undefined;
  /** Exact match */
  category?: string | S.NullableTextOperators | undefined;
}

export interface MessageTemplatesStarters {
  /** List layouts from which a mail can start. `GET /message-templates/starters` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.MailStarter[]>;
}

export interface MailImages {
  /** List the images of the library for mails. `GET /mail-images` */
  list(query?: ListMailImagesQuery, options?: CallOptions): List<S.MailImageRow>;
  /** Add an uploaded image to the library for mails. A PNG, JPEG or GIF of at most 2 MB and 4,000 pixels. `url` is its address for mails, which needs no sign-in and cannot be guessed. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /mail-images` */
  create(body: S.CreateMailImageBody, options?: WriteOptions): ApiPromise<S.MailImage>;
  /** Read an image of the library for mails. `GET /mail-images/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.MailImage>;
  /** Change name and text of an image. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /mail-images/{id}` */
  update(id: string, body?: S.UpdateMailImageBody, options?: WriteOptions): ApiPromise<S.MailImage>;
  /** Delete an image of the library for mails. Mails that contain it show it for 30 more days. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /mail-images/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.MailImage>;
}

export interface ListMailImagesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "file_name" | "file_size" | "url" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  alt?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  upload_id?: string | S.StringOperators | undefined;
  /** Exact match */
  format?: "png" | "jpeg" | "gif" | S.StringOperators | undefined;
  /** Exact match */
  width?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  height?: number | string | S.NumberOperators | undefined;
}

export interface EmailSends {
  /** What belongs to one of them, and its actions. */
  (id: string): EmailSendsItem;
  /** List email sends. `GET /email-sends` */
  list(query?: ListEmailSendsQuery, options?: CallOptions): List<S.EmailSendRow>;
  /** Create an email send. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends` */
  create(body: S.CreateEmailSendBody, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Read an email send. `GET /email-sends/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.EmailSend>;
  /** Replace an email send. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PUT /email-sends/{id}` */
  replace(id: string, body: S.CreateEmailSendBody, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Change fields of an email send. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /email-sends/{id}` */
  update(id: string, body?: S.UpdateEmailSendBody, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Delete an email send. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /email-sends/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.EmailSend>;
  /** List email sends, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /email-sends/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.EmailSendRow>;
  /** Create, change or delete many email sends. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export email-sends to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /email-sends/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface EmailSendsItem {
  /** Restore a deleted email send. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Schedule an email send, now or later. Template, account and audience are checked now and again at the start. Only persons whom the caller can see are included. The send is PENDING_APPROVAL if the rule `email_send_approval` requires approval. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends/{id}/schedule` */
  schedule(body?: S.ScheduleEmailSendBody, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Unschedule an email send that has not started. The send becomes a draft again. A request for approval is withdrawn. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends/{id}/unschedule` */
  unschedule(body?: undefined, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Cancel an email send. Cannot be undone. Messages that the provider does not have yet are not sent. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.EmailSend>;
  /** Check an email send before it goes out. Checks the content as templates are checked, and counts the persons who would get a message and those who would not, by reason, among the first 1,000 persons. Nothing is stored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /email-sends/{id}/check` */
  check(body?: undefined, options?: WriteOptions): ApiPromise<S.EmailSendCheck>;
  readonly results: EmailSendsItemResults;
}

export interface EmailSendsItemResults {
  /** Read the results of an email send. Counted continuously, with a delay of seconds. `GET /email-sends/{id}/results` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.EmailSendResults>;
}

export interface ListEmailSendsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "owner" | "campaign" | "name" | "campaign_id" | "segment_id" | "contact_list_id" | "template_id" | "owner_id" | "started_at" | "finished_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: S.SendStatus | S.StringOperators | undefined;
  /** Exact match */
  sender_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  send_status?: S.SendStatus | S.StringOperators | undefined;
  /** Exact match */
  scheduled_send_time?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  recipients_count?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  passed_over_count?: number | string | S.NumberOperators | undefined;
}

export interface Workflows {
  /** What belongs to one of them, and its actions. */
  (id: string): WorkflowsItem;
  /** List workflows. `GET /workflows` */
  list(query?: ListWorkflowsQuery, options?: CallOptions): List<S.WorkflowRow>;
  /** Create a workflow. Stores a draft. Nothing happens until it is published. `GET /workflows/schema` describes the definition. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows` */
  create(body: S.CreateWorkflowBody, options?: WriteOptions): ApiPromise<S.Workflow>;
  /** Read a workflow. `GET /workflows/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Workflow>;
  /** Change the draft of a workflow. Changes only the named fields. Records follow the published version until the draft is published. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /workflows/{id}` */
  update(id: string, body?: S.UpdateWorkflowBody, options?: WriteOptions): ApiPromise<S.Workflow>;
  /** Delete a workflow. Records that are inside stop before their next step. Only the owner and an ADMIN delete a workflow, and only an ADMIN one that runs as the system. Other users pause it. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /workflows/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Workflow>;
  /** List workflows, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /workflows/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.WorkflowRow>;
  readonly schema: WorkflowsSchema;
  readonly templates: WorkflowsTemplates;
}

export interface WorkflowsItem {
  /** Publish the draft of a workflow. The version applies to changes from now on. It sends message templates and applies macros as they are now: publish again after a change of one. Only the owner and an ADMIN publish a workflow, and only an ADMIN one that runs as the system. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/publish` */
  publish(body?: S.PublishWorkflowBody, options?: WriteOptions): ApiPromise<S.Workflow>;
  /** Pause a workflow. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/pause` */
  pause(body?: undefined, options?: WriteOptions): ApiPromise<S.Workflow>;
  /** Resume a paused workflow. Only the owner and an ADMIN resume a workflow, and only an ADMIN one that runs as the system. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/resume` */
  resume(body?: S.ResumeWorkflowBody, options?: WriteOptions): ApiPromise<S.Workflow>;
  /** Enroll a record in a workflow. All users who write workflows enroll records by hand if the trigger is `manual`. With another trigger, only the owner and an ADMIN do, and only an ADMIN if the workflow runs as the system. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/enroll` */
  enroll(body: S.EnrollInWorkflowBody, options?: WriteOptions): ApiPromise<S.WorkflowEnrollment>;
  /** Try the draft of a workflow with a record. Answers what each step would do with the record as it is now. Nothing is written or sent. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/dry-run` */
  dryRun(body?: S.DryRunWorkflowBody, options?: WriteOptions): ApiPromise<S.WorkflowDryRun>;
  readonly webhook: WorkflowsItemWebhook;
  /** Replace the address by which a workflow is called. The former address stops working at once. Only the owner and an ADMIN replace it, and only an ADMIN if the workflow runs as the system. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/renew-webhook` */
  renewWebhook(body?: undefined, options?: WriteOptions): ApiPromise<S.WorkflowWebhook>;
  readonly existing: WorkflowsItemExisting;
  readonly figures: WorkflowsItemFigures;
  readonly versions: WorkflowsItemVersions;
  readonly enrollments: WorkflowsItemEnrollments;
}

export interface WorkflowsItemWebhook {
  /** Read the address by which a workflow is called. Every caller who knows the address can enroll records. So only the owner and an ADMIN read it, and only an ADMIN if the workflow runs as the system. `POST /workflows/{id}/renew-webhook` replaces it. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `GET /workflows/{id}/webhook` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.WorkflowWebhook>;
}

export interface WorkflowsItemExisting {
  /** Count the records that meet the conditions of a workflow now. A publication with `existing` enrolls them. Where no counter has the number, it is an estimate. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `GET /workflows/{id}/existing` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.WorkflowExistingCount>;
}

export interface WorkflowsItemFigures {
  /** Count the enrollments of a workflow by status and step. `GET /workflows/{id}/figures` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.WorkflowFigures>;
}

export interface WorkflowsItemVersions {
  /** List the published versions of a workflow. `GET /workflows/{id}/versions` */
  list(query?: ListWorkflowVersionsQuery, options?: CallOptions): List<S.WorkflowVersion>;
}

export interface ListWorkflowVersionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "workflow_id" | "number" | "owner_id" | "published_by" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  owner?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  published_at?: string | S.DayOrInstantOperators | undefined;
}

export interface WorkflowsItemEnrollments {
  /** What belongs to one of them, and its actions. */
  (workflowEnrollmentId: string): WorkflowsItemEnrollmentsItem;
  /** List the enrollments of a workflow. `GET /workflows/{id}/enrollments` */
  list(query?: ListEnrollmentsOfWorkflowQuery, options?: CallOptions): List<S.WorkflowEnrollmentRow>;
  /** Read an enrollment of a workflow with what its steps did. `GET /workflows/{id}/enrollments/{workflow_enrollment_id}` */
  get(workflowEnrollmentId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.WorkflowEnrollment>;
  /** List the enrollments of a workflow, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /workflows/{id}/enrollments/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.WorkflowEnrollmentRow>;
}

export interface WorkflowsItemEnrollmentsItem {
  /** Retry the failed step of an enrollment. Continues an enrollment that FAILED, or is HELD though its workflow is active. The history of results stays. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/enrollments/{workflow_enrollment_id}/retry` */
  retry(body?: undefined, options?: WriteOptions): ApiPromise<S.WorkflowEnrollment>;
  /** Stop an enrollment. No further step runs. A workflow that takes a record once at a time can then enroll it again. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/{id}/enrollments/{workflow_enrollment_id}/stop` */
  stop(body?: undefined, options?: WriteOptions): ApiPromise<S.WorkflowEnrollment>;
}

export interface ListEnrollmentsOfWorkflowQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "status" | "workflow_id" | "workflow_version" | "record_kind" | "record_id" | "step_id" | "step_due_at" | "ended_at" | "reason" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  started_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  workflow?: S.StringOperators | undefined;
  /** Exact match */
  record?: S.TextOperators | undefined;
}

export interface ListWorkflowsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "kind" | "name" | "owner_id" | "published_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "DRAFT" | "ACTIVE" | "PAUSED" | "ENDED" | S.StringOperators | undefined;
  /** Exact match */
  owner?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  run_as?: "owner" | "system" | S.StringOperators | undefined;
  /** Exact match */
  published_version?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  is_changed?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  pause_reason?: "user" | "owner" | "quota" | "loop" | "error" | S.NullableStringOperators | undefined;
  /** Exact match */
  paused_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  managed_by?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  webhook_set_at?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface WorkflowsSchema {
  /** Read the JSON Schema of workflows. `GET /workflows/schema` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Schema>;
}

export interface WorkflowsTemplates {
  /** What belongs to one of them, and its actions. */
  (key: string): WorkflowsTemplatesItem;
  /** List the templates of workflows with their parameters. Their texts are in the language of the request. `GET /workflows/templates` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.WorkflowTemplate[]>;
}

export interface WorkflowsTemplatesItem {
  /** Create a workflow from a template. Stores a draft. Parameters without a value have their default. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /workflows/templates/{key}` */
  create(body?: S.CreateWorkflowFromTemplateBody, options?: WriteOptions): ApiPromise<S.Workflow>;
}

export interface WorkflowEnrollments {
  /** List enrollments in workflows. `GET /workflow-enrollments` */
  list(query?: ListWorkflowEnrollmentsQuery, options?: CallOptions): List<S.WorkflowEnrollmentRow>;
  /** Read an enrollment with what its steps did. `GET /workflow-enrollments/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.WorkflowEnrollment>;
  /** List enrollments in workflows, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /workflow-enrollments/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.WorkflowEnrollmentRow>;
}

export interface ListWorkflowEnrollmentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "status" | "workflow_id" | "workflow_version" | "record_kind" | "record_id" | "step_id" | "step_due_at" | "ended_at" | "reason" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  record?: string | S.TextOperators | undefined;
  /** Exact match */
  workflow?: string | S.StringOperators | undefined;
  /** Exact match */
  started_at?: string | S.DayOrInstantOperators | undefined;
}

export interface Playbooks {
  /** What belongs to one of them, and its actions. */
  (id: string): PlaybooksItem;
  /** List playbooks. `GET /playbooks` */
  list(query?: ListPlaybooksQuery, options?: CallOptions): List<S.PlaybookRow>;
  /** Create a playbook. Only for ADMIN, DIRECTOR, MANAGER. `POST /playbooks` */
  create(body: S.CreatePlaybookBody, options?: WriteOptions): ApiPromise<S.Playbook>;
  /** Read a playbook. `GET /playbooks/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Playbook>;
  /** Replace a playbook. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /playbooks/{id}` */
  replace(id: string, body: S.CreatePlaybookBody, options?: WriteOptions): ApiPromise<S.Playbook>;
  /** Change fields of a playbook. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /playbooks/{id}` */
  update(id: string, body?: S.UpdatePlaybookBody, options?: WriteOptions): ApiPromise<S.Playbook>;
  /** Delete a playbook. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /playbooks/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Playbook>;
  /** List playbooks, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /playbooks/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.PlaybookRow>;
  /** Create, change or delete many playbooks. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /playbooks/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly progress: PlaybooksProgress;
}

export interface PlaybooksItem {
  /** Restore a deleted playbook. Only for ADMIN, DIRECTOR, MANAGER. `POST /playbooks/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Playbook>;
  readonly records: PlaybooksItemRecords;
}

export interface PlaybooksItemRecords {
  /** What belongs to one of them, and its actions. */
  (recordId: string): PlaybooksItemRecordsItem;
}

export interface PlaybooksItemRecordsItem {
  readonly steps: PlaybooksItemRecordsItemSteps;
}

export interface PlaybooksItemRecordsItemSteps {
  /** What belongs to one of them, and its actions. */
  (stepId: string): PlaybooksItemRecordsItemStepsItem;
}

export interface PlaybooksItemRecordsItemStepsItem {
  /** Check off a step of a playbook for a record. A step with required fields is done when it is checked off and they are filled. A repeat changes nothing. `POST /playbooks/{id}/records/{record_id}/steps/{step_id}/complete` */
  complete(body?: undefined, options?: WriteOptions): ApiPromise<S.PlaybookProgress>;
  /** Open a step of a playbook again for a record. `POST /playbooks/{id}/records/{record_id}/steps/{step_id}/reopen` */
  reopen(body?: undefined, options?: WriteOptions): ApiPromise<S.PlaybookProgress>;
  /** Create the task of a step of a playbook for a record. Once: a repeat answers with the same task. For all roles except ANALYST. `POST /playbooks/{id}/records/{record_id}/steps/{step_id}/task` */
  task(body?: undefined, options?: WriteOptions): ApiPromise<S.PlaybookProgress>;
}

export interface ListPlaybooksQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "record_kind" | "is_active" | "segment_id" | "contact_list_id" | "created_at" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
}

export interface PlaybooksProgress {
  /** List the playbooks that apply to a record, with their steps and progress. `next_step_id` names the first step that is not done. `GET /playbooks/progress` */
  get(query: ListPlaybookProgressQuery, options?: CallOptions): ApiPromise<S.PlaybookProgress[]>;
}

export interface ListPlaybookProgressQuery {
  /** Exact match */
  record_id: string;
}

export interface Leads {
  /** What belongs to one of them, and its actions. */
  (id: string): LeadsItem;
  /** List leads. `GET /leads` */
  list(query?: ListLeadsQuery, options?: CallOptions): List<S.LeadRow>;
  /** Create a lead. For all roles except SUPPORT_AGENT, ANALYST. `POST /leads` */
  create(body: S.CreateLeadBody, options?: WriteOptions): ApiPromise<S.Lead>;
  /** Read a lead. `GET /leads/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Lead>;
  /** Replace a lead. Omitted fields are cleared. For all roles except SUPPORT_AGENT, ANALYST. `PUT /leads/{id}` */
  replace(id: string, body?: S.ReplaceLeadBody, options?: WriteOptions): ApiPromise<S.Lead>;
  /** Change fields of a lead. Changes only the named fields; `null` clears one. For all roles except SUPPORT_AGENT, ANALYST. `PATCH /leads/{id}` */
  update(id: string, body?: S.UpdateLeadBody, options?: WriteOptions): ApiPromise<S.Lead>;
  /** Delete a lead. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /leads/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Lead>;
  /** List leads, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /leads/query` */
  query(body?: S.QueryLeadsBody, options?: CallOptions): List<S.LeadRow>;
  /** Create, change or delete many leads. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except SUPPORT_AGENT, ANALYST. `POST /leads/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Assign leads to users. To one user, to several in turn or by load, or by the rule of the organization. Each lead has its own result. Only for ADMIN, DIRECTOR, MANAGER. `POST /leads/assign` */
  assign(body: S.AssignLeadsBody, options?: WriteOptions): ApiPromise<S.Data4>;
  /** Import leads from a CSV or XLSX file. Each row is a lead; its person is found or created. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except SUPPORT_AGENT, ANALYST. `POST /leads/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  /** Export leads to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /leads/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  readonly productLines: LeadsProductLines;
  readonly days: LeadsDays;
  readonly conversionSummary: LeadsConversionSummary;
  readonly sources: LeadsSources;
}

export interface LeadsItem {
  readonly follow: LeadsItemFollow;
  readonly followers: LeadsItemFollowers;
  /** Restore a deleted lead. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /leads/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Lead>;
  readonly status: LeadsItemStatus;
  /** Convert a lead. Creates or finds the customer and the contact, creates or joins the opportunity, and creates a follow-up task: all or nothing, and only once. If data is missing, the lead stays as it is and each missing field is named. A reason makes up for a low score and for missing budget, authority, need or timeline. Activities, interactions and contacts of the lead follow in the background. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /leads/{id}/convert` */
  convert(body?: S.ConvertLeadBody, options?: WriteOptions): ApiPromise<{
    lead: S.Lead;
    customer: S.Customer;
    contact: S.Contact;
    opportunity: S.Opportunity;
    follow_up: S.Activity;
    conversion: S.Conversion;
  }>;
  readonly conversionPreview: LeadsItemConversionPreview;
  readonly conversion: LeadsItemConversion;
  readonly score: LeadsItemScore;
  readonly scores: LeadsItemScores;
  readonly assignments: LeadsItemAssignments;
  readonly activities: LeadsItemActivities;
}

export interface LeadsItemFollow {
  /** Follow a lead. `PUT /leads/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a lead. Also for the owner and for users who comment later, until they follow again. `DELETE /leads/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface LeadsItemFollowers {
  /** List the followers of a lead. `GET /leads/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface LeadsItemStatus {
  /** Set the status of a lead. For all roles except SUPPORT_AGENT, ANALYST. `PATCH /leads/{id}/status` */
  update(body: S.SetLeadStatusBody, options?: WriteOptions): ApiPromise<S.Lead>;
}

export interface LeadsItemConversionPreview {
  /** Preview the conversion of a lead. Which customer, contact, opportunity and task a conversion would create or use, and what is missing. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /leads/{id}/conversion-preview` */
  get(query?: PreviewLeadConversionQuery, options?: CallOptions): ApiPromise<S.ConversionPreview>;
}

export interface PreviewLeadConversionQuery {
  /** The customer that the conversion would name. Default: the one that it finds */
  customer_id?: string | undefined;
}

export interface LeadsItemConversion {
  /** Read the conversion of a lead, and its rule. `GET /leads/{id}/conversion` */
  get(query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Conversion>;
}

export interface LeadsItemScore {
  /** Read the score of a lead, with its components. The stored score, and each component that it would have now. Both models can be requested. `GET /leads/{id}/score` */
  get(query?: GetLeadScoreQuery, options?: CallOptions): ApiPromise<S.ScoreOfLead>;
  /** Recalculate the score of a lead, or set it by hand. A score with a reason stays until you clear it. Without a score, it is computed from the facts. For all roles except SUPPORT_AGENT, ANALYST. `POST /leads/{id}/score` */
  (body?: S.SetLeadScoreBody, options?: WriteOptions): ApiPromise<S.ScoreOfLead>;
}

export interface GetLeadScoreQuery {
  /** Defaults to the tenant's model */
  model?: "standard" | "dynamic" | undefined;
}

export interface LeadsItemScores {
  /** List the score history of a lead. Scores after the first one, newest first, each with its components and the version of its rule. `GET /leads/{id}/scores` */
  list(query?: ListLeadScoresQuery, options?: CallOptions): List<S.LeadScore>;
}

export interface ListLeadScoresQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "lead_id" | "personal_key_id" | "lead_score" | "previous_score" | "reason" | "scored_at" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order */
  sort?: string | undefined;
  /** Exact match */
  rating?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  score_model?: string | S.TextOperators | undefined;
  /** Exact match */
  cause?: S.Cause | S.StringOperators | undefined;
}

export interface LeadsItemAssignments {
  /** List the assignments of a lead. Newest first: from whom, to whom, how and why. An owner that was set at the creation of the lead is not included. `GET /leads/{id}/assignments` */
  list(query?: ListLeadAssignmentsQuery, options?: CallOptions): List<S.LeadAssignment>;
}

export interface ListLeadAssignmentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "lead_id" | "personal_key_id" | "reason" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order */
  sort?: string | undefined;
  /** Exact match */
  from_owner_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  to_owner_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  method?: "MANUAL" | "LIST" | "USER" | "ROUND_ROBIN" | "LEAST_LOADED" | S.StringOperators | undefined;
  /** Exact match */
  rule_name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  assigned_by?: string | S.TextOperators | undefined;
  /** Exact match */
  assigned_at?: string | S.DayOrInstantOperators | undefined;
}

export interface LeadsItemActivities {
  /** List the activities of a lead. `GET /leads/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a lead. For all roles except ANALYST. `POST /leads/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListLeadActivitiesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "owner" | "activity_number" | "activity_type_id" | "priority_id" | "assigned_to_id" | "related_to_type" | "related_to_id" | "due_date" | "due_time" | "start_datetime" | "end_datetime" | "duration_minutes" | "call_outcome_id" | "due_at" | "happens_at" | "is_completed" | "completed_datetime" | "timezone" | "meeting_type_id" | "blocked_by" | "has_reminder" | "is_private" | "series_id" | "occurrence" | "is_recurring" | "meeting_location" | "milestone_id" | "completed_day" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "attending"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  subject?: string | S.TextOperators | undefined;
  /** Exact match */
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | S.StringOperators | undefined;
}

export interface ListLeadsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "rating" | "is_converted" | "product_line" | "paths" | "lead_number" | "personal_key_id" | "person_sight" | "display_name" | "first_name" | "last_name" | "email" | "phone" | "mobile" | "company" | "job_title" | "lead_status_id" | "lead_source_id" | "owner_id" | "lead_score" | "is_qualified" | "budget" | "currency" | "insurance_type_id" | "territory_id" | "status_changed_at" | "converted_date" | "next_contact_date" | "follow_up_priority" | "last_activity_date" | "source_campaign_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Id or code of one of the tenant's lead statuses */
  status?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's lead sources */
  source?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  campaign?: string | S.NullableStringOperators | undefined;
  /** With this filter, the list is sorted by lead_score by default */
  min_score?: number | undefined;
  /** next_contact_date at or before this time; with this filter, the list is sorted by it by default, most urgent first */
  contact_due_by?: string | undefined;
}

export interface LeadsProductLines {
  /** Describe the product lines. The present version of each line's detail and its JSON Schema, so that a form can be built from it. `GET /leads/product-lines` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    product_line: string;
    /** The field of a lead that contains the detail: `auto_data`, or `product_data` under the code of the line */
    field: string;
    /** The current version, which is the default; earlier ones are accepted too */
    schema_version: number;
    /** JSON Schema of the detail */
    schema: { [key: string]: unknown };
  }[]>;
}

export interface LeadsDays {
  /** Read how many leads were created and converted each day. In the tenant's time zone, for leads of owners whose records the caller can see. A day is included once it is over. For all roles except SALES_REP, SUPPORT_AGENT, USER. `GET /leads/days` */
  get(query?: FromToQuery, options?: CallOptions): ApiPromise<S.LeadDays>;
}

export interface FromToQuery extends Pick<Parameters, "from" | "to"> {
}

export interface LeadsConversionSummary {
  /** Summarize leads and conversions. How many leads were created, how many of them were converted, and after how many days: by month, source, owner or product line; or conversions by month. For the leads that the caller can see; deleted leads are excluded. For all roles except SALES_REP, SUPPORT_AGENT, USER. `GET /leads/conversion-summary` */
  get(query?: GetLeadConversionSummaryQuery, options?: CallOptions): ApiPromise<{
    by: "period" | "converted_month" | "source" | "owner" | "product_line";
    from: string;
    to: string;
    /** Months in order, including those without leads; other rows only with leads, most first, at most 500 */
    rows: {
      /** The month, the line, or the id of the source or owner; `none` for leads without one */
      key: string;
      /** Name of the source, the owner or the product line */
      label: string | null;
      leads: number;
      /** Number of these leads that were converted, regardless of the conversion date */
      converted: number;
      /** Percentage of converted leads, with two decimals; 0 without leads */
      conversion_rate: number;
      /** From creation to conversion, with one decimal; null without conversions */
      average_days_to_convert: number | null;
    }[];
    /** Totals of all rows, including those beyond the maximum */
    totals: {
      leads: number;
      /** Number of these leads that were converted, regardless of the conversion date */
      converted: number;
      /** Percentage of converted leads, with two decimals; 0 without leads */
      conversion_rate: number;
      /** From creation to conversion, with one decimal; null without conversions */
      average_days_to_convert: number | null;
    };
    /** Time up to which changes are counted; null if there are none */
    as_of: string | null;
  }>;
}

export interface GetLeadConversionSummaryQuery {
  /** Grouping of the rows; defaults to `period`, the months in which leads were created. With `converted_month`, the rows are the months in which leads were converted; leads that were not converted are not counted */
  by?: "period" | "converted_month" | "source" | "owner" | "product_line" | undefined;
  /** First month of creation or conversion; defaults to 12 months up to and including the last one */
  from?: string | undefined;
  /** Last month; defaults to this month. The range is at most 36 months */
  to?: string | undefined;
}

export interface LeadsSources {
  /** List lead sources. `GET /leads/sources` */
  list(query?: ListSubscriptionTypesQuery, options?: CallOptions): List<S.Master>;
  /** Create a lead source. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /leads/sources` */
  create(body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
}

export interface Activities {
  /** What belongs to one of them, and its actions. */
  (id: string): ActivitiesItem;
  /** List activities. `GET /activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Create an activity. For all roles except ANALYST. `POST /activities` */
  create(body: S.CreateActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
  /** Read an activity. `GET /activities/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Activity>;
  /** Replace an activity. Omitted fields are cleared. For all roles except ANALYST. `PUT /activities/{id}` */
  replace(id: string, body: S.ReplaceActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
  /** Change fields of an activity. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /activities/{id}` */
  update(id: string, body?: S.UpdateActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
  /** Delete an activity. The record can be restored. For all roles except ANALYST. `DELETE /activities/{id}` */
  delete(id: string, options?: DeleteOptions<DeleteActivityQuery>): ApiPromise<S.Activity>;
  readonly upcoming: ActivitiesUpcoming;
  readonly overdue: ActivitiesOverdue;
  readonly myDay: ActivitiesMyDay;
  readonly calendar: ActivitiesCalendar;
  /** Propose meeting times. Times of this length that working hours, absences and calendars leave free for all, from now on, earliest first. `POST /activities/slots` */
  slots(body: S.FindSlotsBody, options?: WriteOptions): ApiPromise<S.DataItem[]>;
  /** Read the working and busy times of users. Returns only the times of activities, not their content. `POST /activities/free-busy` */
  freeBusy(body: S.ReadFreeBusyBody, options?: WriteOptions): ApiPromise<{
    user_id: string;
    timezone: string;
    /** Working hours without absences; by default Monday to Friday from 09:00 to 17:00 */
    working: S.DataItem[];
    /** Calendar entries, from start to end */
    busy: S.DataItem[];
  }[]>;
  /** List activities, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /activities/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ActivityRow>;
  /** Create, change or delete many activities. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /activities/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Process a reply to an invitation from a calendar program. iCalendar with METHOD:REPLY, as a mail receiver forwards it; text/calendar is also accepted. For all roles except ANALYST. `POST /activities/replies` */
  replies(body: S.ReplyToInvitationBody, options?: WriteOptions): ApiPromise<{
    activity_id: string;
    /** Participants who replied */
    participant_ids: string[];
    /** OUTDATED: the reply is for an earlier invitation, or older than the participant's last reply */
    outcome: "RECORDED" | "OUTDATED";
  }>;
  /** Export activities to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /activities/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ActivitiesItem {
  readonly follow: ActivitiesItemFollow;
  readonly followers: ActivitiesItemFollowers;
  /** Restore a deleted activity. For all roles except ANALYST. `POST /activities/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Activity>;
  readonly complete: ActivitiesItemComplete;
  readonly cancel: ActivitiesItemCancel;
  readonly reopen: ActivitiesItemReopen;
  readonly participants: ActivitiesItemParticipants;
}

export interface ActivitiesItemFollow {
  /** Follow an activity. `PUT /activities/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following an activity. Also for the owner and for users who comment later, until they follow again. `DELETE /activities/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface ActivitiesItemFollowers {
  /** List the followers of an activity. `GET /activities/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface ActivitiesItemComplete {
  /** Complete an activity. Records when and by whom. Types that require a duration need one, or a start and an end. For all roles except ANALYST. `PATCH /activities/{id}/complete` */
  update(body?: S.CompleteActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ActivitiesItemCancel {
  /** Cancel an activity. For all roles except ANALYST. `PATCH /activities/{id}/cancel` */
  update(body?: S.CancelActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ActivitiesItemReopen {
  /** Reopen an activity. Only the assignee, a manager or an administrator can reopen a completed activity. For all roles except ANALYST. `PATCH /activities/{id}/reopen` */
  update(body?: undefined, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ActivitiesItemParticipants {
  /** Add or change a participant. An existing participant keeps the fields that the request leaves out. For all roles except ANALYST. `POST /activities/{id}/participants` */
  create(body?: S.AddActivityParticipantBody, options?: WriteOptions): ApiPromise<S.Activity>;
  /** Remove a participant. By the id of the user, contact or person. For all roles except ANALYST. `DELETE /activities/{id}/participants/{participantId}` */
  delete(participantId: string, options?: DeleteOptions): ApiPromise<S.Activity>;
}

export interface DeleteActivityQuery {
  /** Recurring activities only; defaults to this occurrence. Completed occurrences do not change */
  apply_to?: "THIS" | "FOLLOWING" | "ALL" | undefined;
}

export interface ActivitiesUpcoming {
  /** List upcoming activities. Open activities that begin or are due from now on, earliest first. `GET /activities/upcoming` */
  list(query?: ListUpcomingActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
}

export interface ListUpcomingActivitiesQuery extends Pick<Parameters, "limit" | "cursor" | "fields" | "expand"> {
  /** `me` or a user whose records the caller can see; defaults to all these users */
  owner?: "me" | string | undefined;
  /** Number of days ahead; unlimited by default */
  days?: number | undefined;
}

export interface ActivitiesOverdue {
  /** List overdue activities. Open activities that were due or should have ended, longest overdue first. `GET /activities/overdue` */
  list(query?: ListOverdueActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
}

export interface ListOverdueActivitiesQuery extends Pick<Parameters, "limit" | "cursor" | "fields" | "expand"> {
  /** `me` or a user whose records the caller can see; defaults to all these users */
  owner?: "me" | string | undefined;
}

export interface ActivitiesMyDay {
  /** Read the caller's day on one page. `GET /activities/my-day` */
  get(query?: GetMyDayQuery, options?: CallOptions): ApiPromise<{
    date: string;
    timezone: string;
    /** Overdue entries, at most 20 */
    overdue: S.CalendarEntry[];
    more_overdue: boolean;
    /** Entries of the day, done or not */
    today: S.CalendarEntry[];
  }>;
}

export interface GetMyDayQuery extends Pick<Parameters, "date"> {
  /** Exact match */
  timezone?: string | undefined;
}

export interface ActivitiesCalendar {
  /** Read a calendar. The activities of one user or a team from `from` until before `to`. `GET /activities/calendar` */
  get(query?: GetCalendarQuery, options?: CallOptions): ApiPromise<S.CalendarEntry[]>;
}

export interface GetCalendarQuery extends Pick<Parameters, "fields" | "expand"> {
  /** Defaults to today */
  from?: string | undefined;
  /** A date includes the whole day; defaults to 30 days after `from`, at most 93 */
  to?: string | undefined;
  /** `me` or a user whose records the caller can see; defaults to `me` */
  owner?: "me" | string | undefined;
  /** All members of a team whose records the caller can see, instead of one user */
  team?: string | undefined;
  /** Time zone of the days; defaults to the tenant's */
  timezone?: string | undefined;
  /** `ics` for iCalendar */
  format?: "JSON" | "ICS" | undefined;
}

export interface Calendars {
  /** Create the address of the caller's calendar feed. The previous address stops working. The response has the new one, only this once. `POST /calendars` */
  create(body?: undefined, options?: WriteOptions): ApiPromise<{
    /** URL for a calendar program; shown only once, and valid until another is created */
    url: string;
  }>;
  /** Revoke the address of the caller's calendar feed. `DELETE /calendars` */
  delete(options?: DeleteOptions): ApiPromise<null>;
  /** Read a calendar feed by its address, as iCalendar. Activities visible to its user, from three months ago to a year ahead; `{token}.ics` returns the same. No sign-in required. `GET /calendars/{token}` */
  download(token: string, query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface BookingLinks {
  /** What belongs to one of them, and its actions. */
  (id: string): BookingLinksItem;
  /** List booking links. `GET /booking-links` */
  list(query?: ListBookingLinksQuery, options?: CallOptions): List<S.BookingLinkRow>;
  /** Create a booking link. For all roles except ANALYST. `POST /booking-links` */
  create(body: S.CreateBookingLinkBody, options?: WriteOptions): ApiPromise<S.BookingLink>;
  /** Read a booking link. `GET /booking-links/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.BookingLink>;
  /** Replace a booking link. Omitted fields are cleared. For all roles except ANALYST. `PUT /booking-links/{id}` */
  replace(id: string, body: S.ReplaceBookingLinkBody, options?: WriteOptions): ApiPromise<S.BookingLink>;
  /** Change fields of a booking link. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /booking-links/{id}` */
  update(id: string, body?: S.UpdateBookingLinkBody, options?: WriteOptions): ApiPromise<S.BookingLink>;
  /** Delete a booking link. The record can be restored. For all roles except ANALYST. `DELETE /booking-links/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.BookingLink>;
  /** List booking links, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /booking-links/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.BookingLinkRow>;
  /** Create, change or delete many booking links. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /booking-links/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface BookingLinksItem {
  /** Restore a deleted booking link. For all roles except ANALYST. `POST /booking-links/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.BookingLink>;
}

export interface ListBookingLinksQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "activity_type_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  owner_id?: string | S.StringOperators | undefined;
  /** Exact match */
  owner?: string | S.StringOperators | undefined;
  /** Exact match */
  token?: string | S.TextOperators | undefined;
}

export interface Persons {
  /** What belongs to one of them, and its actions. */
  (id: string): PersonsItem;
  /** List persons. `GET /persons` */
  list(query?: ListPersonsQuery, options?: CallOptions): List<S.PersonRow>;
  /** Create a person. For all roles except ANALYST. `POST /persons` */
  create(body?: S.CreatePersonBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Read a person. `GET /persons/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Person>;
  /** Replace a person. Omitted fields are cleared. For all roles except ANALYST. `PUT /persons/{id}` */
  replace(id: string, body?: S.ReplacePersonBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Change fields of a person. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /persons/{id}` */
  update(id: string, body?: S.UpdatePersonBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Delete a person. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /persons/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Person>;
  /** List persons, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /persons/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.PersonRow>;
  /** Create, change or delete many persons. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /persons/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Import persons from a CSV or XLSX file. Each row finds its person by external key or contact points, or creates one. `on_duplicate` decides what happens to an existing person; default: `skip`. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except ANALYST. `POST /persons/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  /** Export persons to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /persons/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Find or create a person by key or contact points. The same contact point means the same person: email first, then phone, then social account. Shared contact points identify no person. For all roles except ANALYST. `POST /persons/resolve` */
  resolve(body?: S.ResolvePersonBody, options?: WriteOptions): ApiPromise<S.ResolvedPerson>;
  /** Find persons by birth date, document number or IBAN. Only for ADMIN, DIRECTOR. `POST /persons/lookup` */
  lookup(body?: S.LookUpPersonsBody, options?: WriteOptions): ApiPromise<S.FoundPerson[]>;
  readonly duplicates: PersonsDuplicates;
}

export interface PersonsItem {
  readonly follow: PersonsItemFollow;
  readonly followers: PersonsItemFollowers;
  /** Restore a deleted person. Only for ADMIN, DIRECTOR, MANAGER. `POST /persons/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Person>;
  readonly contactPoints: PersonsItemContactPoints;
  readonly sights: PersonsItemSights;
  readonly addresses: PersonsItemAddresses;
  readonly preferences: PersonsItemPreferences;
  /** Merge another person into this one. `dry_run` only returns the effects. After the merge, all ids of both persons lead to the survivor. For all roles except MARKETER, ANALYST, USER. `POST /persons/{id}/merge` */
  merge(body: S.MergePersonsBody, options?: WriteOptions): ApiPromise<S.Merged>;
  /** Undo a merge. Both persons are restored, and keep what was added since. For all roles except MARKETER, ANALYST, USER. `POST /persons/{id}/unmerge` */
  unmerge(body: S.UnmergePersonsBody, options?: WriteOptions): ApiPromise<S.Unmerged>;
  readonly merges: PersonsItemMerges;
  readonly duplicates: PersonsItemDuplicates;
  readonly journey: PersonsItemJourney;
  readonly "360": PersonsItem360;
  readonly timeline: PersonsItemTimeline;
  readonly leads: PersonsItemLeads;
  readonly customers: PersonsItemCustomers;
  readonly potentials: PersonsItemPotentials;
  readonly activities: PersonsItemActivities;
}

export interface PersonsItemFollow {
  /** Follow a person. `PUT /persons/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a person. Also for the owner and for users who comment later, until they follow again. `DELETE /persons/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface PersonsItemFollowers {
  /** List the followers of a person. `GET /persons/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface PersonsItemContactPoints {
  /** What belongs to one of them, and its actions. */
  (pointId: string): PersonsItemContactPointsItem;
  /** List the contact points of a person. `GET /persons/{id}/contact-points` */
  get(query?: ListContactPointsQuery, options?: CallOptions): ApiPromise<S.ContactPoint[]>;
  /** Add a contact point to a person. Returns 409 if another person has the contact point, unless one of the two marks it as shared. For all roles except ANALYST. `POST /persons/{id}/contact-points` */
  create(body: S.AddContactPointBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Change a contact point. For all roles except ANALYST. `PATCH /persons/{id}/contact-points/{point_id}` */
  update(pointId: string, body?: S.UpdateContactPointBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Remove a contact point from a person. For all roles except ANALYST. `DELETE /persons/{id}/contact-points/{point_id}` */
  delete(pointId: string, options?: DeleteOptions): ApiPromise<S.Person>;
}

export interface PersonsItemContactPointsItem {
  readonly verify: PersonsItemContactPointsItemVerify;
}

export interface PersonsItemContactPointsItemVerify {
  /** Send a code to verify a contact point. By SMS, or by email with a link. Earlier codes become invalid. For all roles except ANALYST. `POST /persons/{id}/contact-points/{point_id}/verify` */
  (body?: undefined, options?: WriteOptions): ApiPromise<S.VerificationStarted>;
  /** Verify a contact point with the code that was sent to it. With the code as the customer tells it, which is valid for ten minutes and five tries. For all roles except ANALYST. `POST /persons/{id}/contact-points/{point_id}/verify/confirm` */
  confirm(body: S.ConfirmContactPointBody, options?: WriteOptions): ApiPromise<S.Person>;
}

export interface ListContactPointsQuery {
  /** Exact match */
  contact_type?: "email" | "phone" | "social" | undefined;
  /** Exact match */
  lead_id?: string | undefined;
}

export interface PersonsItemSights {
  /** Allow a record to disclose its person. For a record with `person_sight: LIMITED`: users who can see the record can then see the person. The caller must be able to see the person, but not the record, whose owner knows its id. For all roles except ANALYST. `POST /persons/{id}/sights` */
  create(body: S.GrantPersonSightBody, options?: WriteOptions): ApiPromise<S.PersonSight>;
  /** Withdraw a record's permission to disclose its person. Other records still disclose the person, including records created in the meantime. For all roles except ANALYST. `DELETE /persons/{id}/sights/{record_id}` */
  delete(recordId: string, options?: DeleteOptions): ApiPromise<S.PersonSight>;
}

export interface PersonsItemAddresses {
  /** What belongs to one of them, and its actions. */
  (addressId: string): PersonsItemAddressesItem;
  /** Add an address to a person. For all roles except ANALYST. `POST /persons/{id}/addresses` */
  create(body?: S.AddAddressBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Change an address. For all roles except ANALYST. `PATCH /persons/{id}/addresses/{address_id}` */
  update(addressId: string, body?: S.UpdateAddressBody, options?: WriteOptions): ApiPromise<S.Person>;
  /** Remove an address from a person. For all roles except ANALYST. `DELETE /persons/{id}/addresses/{address_id}` */
  delete(addressId: string, options?: DeleteOptions): ApiPromise<S.Person>;
}

export interface PersonsItemAddressesItem {
  /** Locate an address with the geocoder. For all roles except ANALYST. `POST /persons/{id}/addresses/{address_id}/verify` */
  verify(body?: undefined, options?: WriteOptions): ApiPromise<S.Person>;
}

export interface PersonsItemPreferences {
  /** Set the consent of a person by channel and purpose. Omitted answers do not change. For all roles except ANALYST. `PUT /persons/{id}/preferences` */
  replace(body: S.SetPreferencesBody, options?: WriteOptions): ApiPromise<S.Person>;
}

export interface PersonsItemMerges {
  /** List the merges of a person. `GET /persons/{id}/merges` */
  list(query?: ListMergesQuery, options?: CallOptions): List<S.Merge>;
}

export interface ListMergesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "reason" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  survivor_id?: string | S.StringOperators | undefined;
  /** Exact match */
  merged_id?: string | S.StringOperators | undefined;
  /** Exact match */
  undone_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  undone_by?: string | S.NullableTextOperators | undefined;
}

export interface PersonsItemDuplicates {
  /** List the possible duplicates of a person. Pairs of every status, at most 100: open pairs first, best match first. `GET /persons/{id}/duplicates` */
  get(query?: ListPersonDuplicatesQuery, options?: CallOptions): ApiPromise<S.Duplicate[]>;
}

export interface ListPersonDuplicatesQuery extends Pick<Parameters, "fields" | "expand"> {
  /** Defaults to all */
  status?: "OPEN" | "MERGED" | "DISMISSED" | "OBSOLETE" | undefined;
}

export interface PersonsItemJourney {
  /** List the journey of a person. `GET /persons/{id}/journey` */
  list(query?: ListPersonJourneyQuery, options?: CallOptions): List<S.JourneyEntryRow>;
  /** Record a step of a person's journey. For all roles except ANALYST. `POST /persons/{id}/journey` */
  create(body?: S.CreateJourneyEntryBody, options?: WriteOptions): ApiPromise<S.JourneyEntry>;
}

export interface ListPersonJourneyQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "stage" | "interaction_type" | "recorded_by" | "channel_id" | "campaign_id" | "store_id" | "brand_id" | "related_order_id" | "personal_key_id" | "emotion" | "confidence_score" | "sentiment_score" | "source" | "occurred_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Only steps at or after this time */
  from?: string | undefined;
  /** Only steps at or before this time */
  to?: string | undefined;
}

export interface PersonsItem360 {
  /** Read all data of a person on one page. `GET /persons/{id}/360` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Person360>;
}

export interface PersonsItemTimeline {
  /** List the timeline of a person, newest first. Activities about records that the caller may not see are left out, and so are changes if the caller may not read the audit trail. The total is a lower bound until the last page. `GET /persons/{id}/timeline` */
  list(query?: ListPersonTimelineQuery, options?: CallOptions): List<S.TimelineEntry>;
}

export interface ListPersonTimelineQuery {
  /** Default: 20 */
  limit?: number | undefined;
  /** next_cursor of the previous page */
  cursor?: string | undefined;
  /** Only entries at or after this time */
  from?: string | undefined;
  /** Only entries at or before this time */
  to?: string | undefined;
  /** Only these types. Default: all types that the caller may read */
  type?: string | undefined;
}

export interface PersonsItemLeads {
  /** List the leads of a person. `GET /persons/{id}/leads` */
  list(query?: ListPersonLeadsQuery, options?: CallOptions): List<S.LeadRow>;
}

export interface ListPersonLeadsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "lead_number" | "personal_key_id" | "person_sight" | "display_name" | "first_name" | "last_name" | "email" | "phone" | "mobile" | "company" | "job_title" | "lead_status_id" | "lead_source_id" | "owner_id" | "lead_score" | "rating" | "is_qualified" | "is_converted" | "product_line" | "budget" | "currency" | "insurance_type_id" | "territory_id" | "status_changed_at" | "converted_date" | "next_contact_date" | "follow_up_priority" | "last_activity_date" | "source_campaign_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.StringOperators | undefined;
  /** Exact match */
  source?: S.NullableStringOperators | undefined;
  /** Exact match */
  campaign?: S.NullableStringOperators | undefined;
}

export interface PersonsItemCustomers {
  /** List the customers that a person is or represents. The person's individual customer, and the customers of the newest 50 contacts; with more contacts the total is a lower bound. `GET /persons/{id}/customers` */
  list(query?: ListPersonCustomersQuery, options?: CallOptions): List<S.CustomerRow>;
}

export interface ListPersonCustomersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "customer_type" | "type" | "industry" | "parent" | "lifecycle_stage" | "tier" | "vip_status" | "risk_level" | "id_batch" | "paths" | "customer_number" | "person_sight" | "owner_id" | "name" | "customer_type_id" | "website" | "phone" | "email" | "industry_id" | "parent_customer_id" | "customer_rank" | "territory_id" | "health_score" | "customer_since" | "last_contact_date" | "next_contact_date" | "last_activity_date" | "account_type" | "hierarchy_level" | "churn_reason_id" | "churned_at" | "currency" | "total_opportunities" | "open_opportunities" | "won_opportunities" | "won_amount" | "pipeline_value" | "lifetime_value" | "paid_orders_count" | "last_won_at" | "last_order_at" | "lead_status" | "potential_status" | "created_at" | "created_by" | "updated_at" | "first_lead_id" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED" | S.StringOperators | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  lead_score?: number | string | S.NullableNumberOperators | undefined;
}

export interface PersonsItemPotentials {
  /** List the potentials of a person. `GET /persons/{id}/potentials` */
  list(query?: ListPersonPotentialsQuery, options?: CallOptions): List<S.PotentialRow>;
}

export interface ListPersonPotentialsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "priority" | "campaign" | "paths" | "potential_number" | "personal_key_id" | "assigned_to" | "campaign_id" | "estimated_value" | "currency" | "probability_score" | "expected_close_date" | "status_changed_at" | "converted_at" | "converted_to_order_id" | "converted_opportunity_id" | "last_activity_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "interested_products" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Id or code of one of the tenant's potential statuses */
  status?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's potential stages */
  stage?: string | S.NullableStringOperators | undefined;
}

export interface PersonsItemActivities {
  /** List the activities of a person, newest first. By the time when they happened or are due. The total is a lower bound until the last page. `GET /persons/{id}/activities` */
  list(query?: ListPersonActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
}

export interface ListPersonActivitiesQuery extends Pick<Parameters, "fields" | "expand"> {
  /** Default: 20 */
  limit?: number | undefined;
  /** next_cursor of the previous page */
  cursor?: string | undefined;
  /** Only entries at or after this time */
  from?: string | undefined;
  /** Only entries at or before this time */
  to?: string | undefined;
}

export interface ListPersonsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "paths" | "first_name" | "last_name" | "display_name" | "job_title" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  external_key?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  education_level?: "none" | "secondary" | "associate" | "bachelors" | "masters" | "phd" | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's communication channels */
  preferred_contact_method?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  emails?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  phones?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  social_accounts?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  countries?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface PersonsDuplicates {
  /** What belongs to one of them, and its actions. */
  (id: string): PersonsDuplicatesItem;
  /** List possible duplicate persons. Found shortly after persons are written. Default: the open pairs, best match first. `GET /persons/duplicates` */
  list(query?: ListDuplicatesQuery, options?: CallOptions): List<S.DuplicateRow>;
  /** Read a pair of possible duplicates. `GET /persons/duplicates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Duplicate>;
  /** List possible duplicate persons, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /persons/duplicates/query` */
  query(body?: S.QueryDuplicatesBody, options?: CallOptions): List<S.DuplicateRow>;
  /** Export duplicates to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. Also at `POST /duplicates/export`. `POST /persons/duplicates/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface PersonsDuplicatesItem {
  /** Dismiss a pair of possible duplicates. The pair is not proposed again. For all roles except MARKETER, ANALYST, USER. `POST /persons/duplicates/{id}/dismiss` */
  dismiss(body?: S.DismissDuplicateBody, options?: WriteOptions): ApiPromise<S.DecidedDuplicate>;
}

export interface ListDuplicatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "include" | "where" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Defaults to OPEN */
  status?: "OPEN" | "MERGED" | "DISMISSED" | "OBSOLETE" | undefined;
}

export interface Journey {
  /** What belongs to one of them, and its actions. */
  (id: string): JourneyItem;
  /** List steps of all journeys. `stage`, `campaign_id` and `related_order_id` are compared without letter case and accents. `GET /journey` */
  list(query?: ListPersonJourneyQuery, options?: CallOptions): List<S.JourneyEntryRow>;
  /** Read a step of a journey. `GET /journey/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.JourneyEntry>;
  /** Change fields of a step. Changes only the named fields; `null` clears one. The time cannot be changed. For all roles except ANALYST. `PATCH /journey/{id}` */
  update(id: string, body?: S.UpdateJourneyEntryBody, options?: WriteOptions): ApiPromise<S.JourneyEntry>;
  /** Delete a step of a journey. The step can be restored. For all roles except ANALYST. `DELETE /journey/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.JourneyEntry>;
  /** List steps of all journeys, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /journey/query` */
  query(body?: S.QueryJourneyEntriesBody, options?: CallOptions): List<S.JourneyEntryRow>;
  /** Export journey to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /journey/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface JourneyItem {
  /** Restore a deleted step. For all roles except ANALYST. `POST /journey/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.JourneyEntry>;
}

export interface Interactions {
  /** What belongs to one of them, and its actions. */
  (id: string): InteractionsItem;
  /** List interactions. `GET /interactions` */
  list(query?: ListInteractionsQuery, options?: CallOptions): List<S.InteractionRow>;
  /** Create an interaction. For all roles except ANALYST. `POST /interactions` */
  create(body: S.CreateInteractionBody, options?: WriteOptions): ApiPromise<S.Interaction>;
  /** Read an interaction. `GET /interactions/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Interaction>;
  /** Replace an interaction. Omitted fields are cleared. For all roles except ANALYST. `PUT /interactions/{id}` */
  replace(id: string, body: S.ReplaceInteractionBody, options?: WriteOptions): ApiPromise<S.Interaction>;
  /** Change fields of an interaction. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /interactions/{id}` */
  update(id: string, body?: S.UpdateInteractionBody, options?: WriteOptions): ApiPromise<S.Interaction>;
  /** Delete an interaction. The record can be restored. For all roles except MARKETER, ANALYST, USER. `DELETE /interactions/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Interaction>;
  /** List interactions, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /interactions/query` */
  query(body?: S.QueryInteractionsBody, options?: CallOptions): List<S.InteractionRow>;
  /** Create, change or delete many interactions. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /interactions/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export interactions to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /interactions/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface InteractionsItem {
  readonly follow: InteractionsItemFollow;
  readonly followers: InteractionsItemFollowers;
  /** Restore a deleted interaction. For all roles except MARKETER, ANALYST, USER. `POST /interactions/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Interaction>;
  /** Plan a follow-up activity of an interaction. For all roles except ANALYST. `POST /interactions/{id}/follow-up` */
  followUp(body: S.FollowUpInteractionBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface InteractionsItemFollow {
  /** Follow an interaction. `PUT /interactions/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following an interaction. Also for the owner and for users who comment later, until they follow again. `DELETE /interactions/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface InteractionsItemFollowers {
  /** List the followers of an interaction. `GET /interactions/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface ListInteractionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "lead" | "customer" | "opportunity" | "campaign" | "subject" | "duration_minutes" | "sentiment_score" | "customer_id" | "opportunity_id" | "campaign_id" | "owner_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Includes interactions under all ids that the person has had */
  person?: string | undefined;
  /** Exact match */
  ticket?: string | S.NullableTextOperators | undefined;
  /** Id or code of one of the tenant's interaction types */
  type?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's communication channels */
  channel?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  direction?: "INBOUND" | "OUTBOUND" | S.NullableStringOperators | undefined;
  /** Only interactions at or after this time */
  from?: string | undefined;
  /** Only interactions at or before this time */
  to?: string | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's interaction types */
  interaction_type_id?: string | S.StringOperators | undefined;
  /** Exact match */
  interaction_date?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  interaction_day?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  sentiment?: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | S.NullableStringOperators | undefined;
  /** Exact match */
  feedback_type?: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | "COMPLAINT" | S.NullableStringOperators | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  ticket_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  owner?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  recorded_by?: string | S.TextOperators | undefined;
  /** Exact match */
  follow_up_activity_id?: string | S.NullableStringOperators | undefined;
}

export interface Messages {
  /** What belongs to one of them, and its actions. */
  (id: string): MessagesItem;
  /** List messages. `GET /messages` */
  list(query?: ListMessagesQuery, options?: CallOptions): List<S.MessageRow>;
  /** Send a message. Stores the message and sends it once, immediately or at `send_at`, as soon as consent, quiet hours and limits allow it. `status` has the result, `held_reason` the reason for waiting. For all roles except ANALYST. `POST /messages` */
  create(body: S.SendMessageBody, options?: WriteOptions): ApiPromise<S.Message>;
  /** Read a message. `opened_at` and `clicked_at` are as `GET /messages/{id}/opens` shows them; they are final about ten minutes after the open or click. `GET /messages/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Message>;
  /** List messages, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /messages/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.MessageRow>;
  /** Export messages to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /messages/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  readonly stats: MessagesStats;
  readonly composer: MessagesComposer;
}

export interface MessagesItem {
  /** Change a message that waits. Changes time, content, copies and files until the message is being sent (409). A message that a user wrote is changed by this user or an administrator. For all roles except ANALYST. `POST /messages/{id}/change` */
  change(body?: S.ChangeMessageBody, options?: WriteOptions): ApiPromise<S.Message>;
  readonly opens: MessagesItemOpens;
  /** Cancel a message that waits. Returns 409 once the message is being sent. A message that a user wrote is cancelled by this user or an administrator. For all roles except ANALYST. `POST /messages/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.Message>;
}

export interface MessagesItemOpens {
  /** Read the opens and link clicks of a message. People are counted separately from proxies, scanners and other programs. A message without tracking has no counts. `GET /messages/{id}/opens` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    /** Whether opens and clicks are counted. If they are not, all counts are null */
    is_tracked: boolean;
    /** Why they are not counted. `not_requested`: it is no marketing mail, and its author did not ask for it; `no_html`: the mail is text only; `tracking_off`: by its send or its account */
    untracked_reason: "not_requested" | "no_html" | "tracking_off" | null;
    /** When a person first opened it, by loading its picture or following a link */
    opened_at: string | null;
    /** When a person first followed a link in it */
    clicked_at: string | null;
    /** By people, as far as can be determined */
    opens: number | null;
    /** By people, as far as can be determined */
    clicks: number | null;
    /** By proxies, scanners and other programs; these do not mean that a person read the mail */
    machine_opens: number | null;
    /** By proxies, scanners and other programs */
    machine_clicks: number | null;
  }>;
}

export interface ListMessagesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "related_to_id" | "direction" | "channel" | "purpose" | "conversation_id" | "person_id" | "from_address" | "to_address" | "subject" | "body" | "segments" | "send_at" | "held_reason" | "sent_at" | "delivered_at" | "failed_at" | "received_at" | "error_code" | "related_to_type" | "reply_to_id" | "opened_at" | "clicked_at" | "is_tracked" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: S.Status40 | S.StringOperators | undefined;
}

export interface MessagesStats {
  /** Read the results of messages by day. Covers all messages, in days of the tenant's time zone, at most 366. Only for users who can see all records. For all roles except SALES_REP, SUPPORT_AGENT, USER. `GET /messages/stats` */
  get(query?: GetMessageStatsQuery, options?: CallOptions): ApiPromise<S.MessageStats>;
}

export interface GetMessageStatsQuery extends Pick<Parameters, "from" | "to"> {
  /** Exact match */
  channel?: "sms" | "email" | undefined;
  /** Exact match */
  purpose?: "marketing" | "service" | "security" | "answer" | "test" | undefined;
}

export interface MessagesComposer {
  /** Read what a mail about a record needs. Recipients, mail accounts, the caller's signature, and the merge fields that have a value. For all roles except ANALYST. `GET /messages/composer` */
  get(query: GetMailComposerQuery, options?: CallOptions): ApiPromise<S.MailComposer>;
}

export interface GetMailComposerQuery {
  /** The record that the mail is about */
  related_to_id: string;
}

export interface Conversations {
  /** What belongs to one of them, and its actions. */
  (id: string): ConversationsItem;
  /** List conversations. `GET /conversations` */
  list(query?: ListConversationsQuery, options?: CallOptions): List<S.ConversationRow>;
  /** Read a conversation. `GET /conversations/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Conversation>;
  /** List conversations, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /conversations/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ConversationRow>;
  /** Export conversations to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /conversations/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ConversationsItem {
  readonly messages: ConversationsItemMessages;
  /** Assign a conversation to a user. For all roles except ANALYST. `POST /conversations/{id}/assign` */
  assign(body: S.AssignConversationBody, options?: WriteOptions): ApiPromise<S.Conversation>;
  /** Link a conversation to a customer. For all roles except ANALYST. `POST /conversations/{id}/link` */
  link(body: S.LinkConversationBody, options?: WriteOptions): ApiPromise<S.Conversation>;
  /** Close a conversation. All messages count as read. The next message opens the conversation again. For all roles except ANALYST. `POST /conversations/{id}/close` */
  close(body?: undefined, options?: WriteOptions): ApiPromise<S.Conversation>;
  /** Reopen a conversation. For all roles except ANALYST. `POST /conversations/{id}/reopen` */
  reopen(body?: undefined, options?: WriteOptions): ApiPromise<S.Conversation>;
  /** Mark the received messages of a conversation as read. `POST /conversations/{id}/read` */
  read(body?: undefined, options?: WriteOptions): ApiPromise<S.Conversation>;
}

export interface ConversationsItemMessages {
  /** List the messages of a conversation. `GET /conversations/{id}/messages` */
  list(query?: ListConversationMessagesQuery, options?: CallOptions): List<S.MessageRow>;
  /** List the messages of a conversation, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /conversations/{id}/messages/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.MessageRow>;
}

export interface ListConversationMessagesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "direction" | "channel" | "purpose" | "conversation_id" | "person_id" | "from_address" | "to_address" | "subject" | "body" | "segments" | "send_at" | "held_reason" | "sent_at" | "delivered_at" | "failed_at" | "received_at" | "error_code" | "related_to_type" | "related_to_id" | "reply_to_id" | "opened_at" | "clicked_at" | "is_tracked" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: S.Status40 | S.StringOperators | undefined;
}

export interface ListConversationsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "owner" | "customer" | "channel" | "address" | "person_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  person?: string | S.StringOperators | undefined;
  /** Exact match */
  staff?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  conversation_id?: string | S.TextOperators | undefined;
  /** Exact match */
  sender_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer_id_crm?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  assigned_staff_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  last_message_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  last_direction?: "in" | "out" | S.StringOperators | undefined;
  /** Exact match */
  last_text?: string | S.TextOperators | undefined;
  /** Exact match */
  unread_count?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  closed_at?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface Customers {
  /** What belongs to one of them, and its actions. */
  (id: string): CustomersItem;
  /** List customers. `GET /customers` */
  list(query?: ListCustomersQuery, options?: CallOptions): List<S.CustomerRow>;
  /** Create a customer. For all roles except ANALYST. `POST /customers` */
  create(body: S.CreateCustomerBody, options?: WriteOptions): ApiPromise<S.Customer>;
  /** Read a customer. `GET /customers/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Customer>;
  /** Replace a customer. Omitted fields are cleared. For all roles except ANALYST. `PUT /customers/{id}` */
  replace(id: string, body?: S.ReplaceCustomerBody, options?: WriteOptions): ApiPromise<S.Customer>;
  /** Change fields of a customer. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /customers/{id}` */
  update(id: string, body?: S.UpdateCustomerBody, options?: WriteOptions): ApiPromise<S.Customer>;
  /** Delete a customer. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /customers/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Customer>;
  /** Assign customers to users. To one user, to several in turn or by load, or by the rule of the organization. Each record has its own result. Only for ADMIN, DIRECTOR, MANAGER. `POST /customers/assign` */
  assign(body: S.AssignCustomersBody, options?: WriteOptions): ApiPromise<S.Data4>;
  /** List customers, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /customers/query` */
  query(body?: S.QueryCustomersBody, options?: CallOptions): List<S.CustomerRow>;
  /** Create, change or delete many customers. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /customers/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export customers to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /customers/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import customers from a CSV or XLSX file. Each row is a customer. An existing customer with the same tax id or person does not change, unless `on_duplicate` says otherwise. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except ANALYST. `POST /customers/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  readonly segments: CustomersSegments;
}

export interface CustomersItem {
  readonly follow: CustomersItemFollow;
  readonly followers: CustomersItemFollowers;
  /** Restore a deleted customer. Only for ADMIN, DIRECTOR, MANAGER. `POST /customers/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Customer>;
  /** Merge another customer into this one. References to the other customer move shortly afterwards, and its id then leads to this one. `dry_run` only returns the effects. Only for ADMIN, DIRECTOR, MANAGER. `POST /customers/{id}/merge` */
  merge(body: S.MergeCustomersBody, options?: WriteOptions): ApiPromise<S.RecordMerged>;
  /** Undo a merge of customers. Only for ADMIN, DIRECTOR, MANAGER. `POST /customers/{id}/unmerge` */
  unmerge(body: S.UnmergeCustomersBody, options?: WriteOptions): ApiPromise<S.RecordUnmerged>;
  readonly "360": CustomersItem360;
  /** Recalculate the health of a customer. Health is also updated automatically. The response has the components of the score. For all roles except ANALYST. `POST /customers/{id}/health-score` */
  healthScore(body?: undefined, options?: WriteOptions): ApiPromise<S.CustomerHealth>;
  readonly ageing: CustomersItemAgeing;
  readonly healthScores: CustomersItemHealthScores;
  readonly leads: CustomersItemLeads;
  readonly hierarchy: CustomersItemHierarchy;
  readonly addresses: CustomersItemAddresses;
  readonly tickets: CustomersItemTickets;
  readonly contacts: CustomersItemContacts;
  readonly opportunities: CustomersItemOpportunities;
  readonly deals: CustomersItemDeals;
  readonly orders: CustomersItemOrders;
  readonly contracts: CustomersItemContracts;
  readonly activities: CustomersItemActivities;
  readonly segments: CustomersItemSegments;
}

export interface CustomersItemFollow {
  /** Follow a customer. `PUT /customers/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a customer. Also for the owner and for users who comment later, until they follow again. `DELETE /customers/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface CustomersItemFollowers {
  /** List the followers of a customer. `GET /customers/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface CustomersItem360 {
  /** Read all data of a customer on one page. Profile, the interactions of the last 90 days (at most 10), open opportunities and tickets, lifetime value, balances, the last orders and payments, and the scores of engagement and health, each with its components and the version of its rule. `GET /customers/{id}/360` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    customer_profile: {
      customer_id: string;
      customer_number: string;
      name: string;
      /** null for an individual */
      company: string | null;
      email: string | null;
      lifecycle_stage: string;
      lead_score: number | null;
      /** Name of the owner */
      assigned_to: string | null;
      tags: string[];
      segments: string[];
    };
    /** The newest 10 of the last 90 days */
    recent_interactions: {
      interaction_id: string;
      date: string;
      /** Code */
      type: string | null;
      channel: string | null;
      outcome: string | null;
      sentiment: string | null;
    }[];
    /** The newest 100 open ones that the caller can see */
    active_opportunities: {
      opportunity_id: string;
      name: string;
      stage: string;
      value: string | null;
      currency: string;
      probability: number;
      close_date: string | null;
    }[];
    /** The newest 100 that have not ended and that the caller can see */
    contracts: {
      contract_id: string;
      contract_number: string;
      title: string;
      status: string;
      value: string;
      currency: string;
      start_date: string;
      end_date: string;
    }[];
    /** The newest 100 unresolved ones that the caller can see */
    open_tickets: {
      ticket_id: string;
      subject: string;
      status: string;
      priority: string;
      created: string;
      last_update: string;
    }[];
    lifetime_value_metrics: {
      /** lifetime_value of the customer */
      total_revenue: string;
      /** Currency of the customer */
      currency: string;
      /** paid_orders_count of the customer */
      total_orders: number;
      /** total_revenue ÷ total_orders; null without orders */
      average_order_value: string | null;
      /** Day of the first sale */
      customer_since: string | null;
      /** Day of the last sale */
      last_order: string | null;
    };
    financials: S.CustomerFinancials;
    engagement_score: number;
    health_score: number;
    /** Derived from the health */
    risk_level: "LOW" | "MEDIUM" | "HIGH";
    engagement: S.Engagement;
    health: S.Engagement;
    /** Events up to this time are counted in the scores; all other data is current */
    as_of: string;
  }>;
}

export interface CustomersItemAgeing {
  /** Read the open amounts of a customer by how long they are overdue. By currency, of the invoices that you see. `GET /customers/{id}/ageing` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Ageing>;
}

export interface CustomersItemHealthScores {
  /** List the health history of a customer. `GET /customers/{id}/health-scores` */
  list(query?: ListCustomerHealthScoresQuery, options?: CallOptions): List<S.CustomerHealthScore>;
}

export interface ListCustomerHealthScoresQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "previous_score" | "scored_at" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  health_score?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  risk_level?: "LOW" | "MEDIUM" | "HIGH" | S.StringOperators | undefined;
  /** Exact match */
  cause?: "CREATED" | "FACTS" | "TIME" | "REQUESTED" | S.StringOperators | undefined;
}

export interface CustomersItemLeads {
  /** List the leads of a customer. Leads that were converted to the customer; for an individual also all leads of the person. `GET /customers/{id}/leads` */
  list(query?: ListCustomerLeadsQuery, options?: CallOptions): List<S.LeadRow>;
}

export interface ListCustomerLeadsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "where" | "owner" | "lead_number" | "personal_key_id" | "person_sight" | "display_name" | "first_name" | "last_name" | "email" | "phone" | "mobile" | "company" | "job_title" | "lead_status_id" | "lead_source_id" | "owner_id" | "lead_score" | "rating" | "is_qualified" | "is_converted" | "product_line" | "budget" | "currency" | "insurance_type_id" | "territory_id" | "status_changed_at" | "converted_date" | "next_contact_date" | "follow_up_priority" | "last_activity_date" | "source_campaign_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.StringOperators | undefined;
  /** Exact match */
  source?: S.NullableStringOperators | undefined;
  /** Exact match */
  campaign?: S.NullableStringOperators | undefined;
}

export interface CustomersItemHierarchy {
  /** Read a customer with the customers above and below it. With `depth`, it also has the customers of that many levels below in one list, each with its parent. `GET /customers/{id}/hierarchy` */
  get(query?: GetCustomerHierarchyQuery, options?: CallOptions): ApiPromise<{
    customer: S.CustomerNode;
    /** From the top; ancestors that the caller cannot see contain no details */
    ancestors: S.CustomerNode[];
    /** Children that the caller can see, as in the list by `parent` */
    children: S.CustomerNode[];
    /** Cursor of further children */
    next_cursor: string | null;
    /** Only with depth: the customers below it level by level, without those below a customer that the caller cannot see; at most 200 */
    descendants?: S.CustomerDescendant[] | undefined;
    /** Only with depth: false if customers are missing on these levels because there are too many */
    descendants_complete?: boolean | undefined;
    /** Totals of the customer and of all customers below it that the caller can see */
    roll_up: {
      customers: number;
      total_opportunities: number;
      open_opportunities: number;
      won_opportunities: number;
      /** Won and open amounts, by currency */
      amounts: S.OpportunityAmount[];
      /** Whether there are more than 16 levels below it */
      is_lower_bound: boolean;
    };
  }>;
  /** Move a customer, with all customers below it, below this one. For all roles except ANALYST. `POST /customers/{id}/hierarchy` */
  (body: S.AddChildCustomerBody, options?: WriteOptions): ApiPromise<S.Customer>;
}

export interface GetCustomerHierarchyQuery {
  /** Number of children; defaults to 20 */
  limit?: number | undefined;
  /** Exact match */
  cursor?: string | undefined;
  /** Levels below it that `descendants` shows */
  depth?: number | undefined;
}

export interface CustomersItemAddresses {
  /** What belongs to one of them, and its actions. */
  (addressId: string): CustomersItemAddressesItem;
  /** Add an address to a customer. For all roles except ANALYST. `POST /customers/{id}/addresses` */
  create(body: S.AddCustomerAddressBody, options?: WriteOptions): ApiPromise<S.Customer>;
  /** Change an address. For all roles except ANALYST. `PATCH /customers/{id}/addresses/{address_id}` */
  update(addressId: string, body?: S.UpdateCustomerAddressBody, options?: WriteOptions): ApiPromise<S.Customer>;
  /** Remove an address from a customer. For all roles except ANALYST. `DELETE /customers/{id}/addresses/{address_id}` */
  delete(addressId: string, options?: DeleteOptions): ApiPromise<S.Customer>;
}

export interface CustomersItemAddressesItem {
  /** Locate an address with the geocoder. For all roles except ANALYST. `POST /customers/{id}/addresses/{address_id}/verify` */
  verify(body?: undefined, options?: WriteOptions): ApiPromise<S.Customer>;
}

export interface CustomersItemTickets {
  /** List the tickets of a customer. `GET /customers/{id}/tickets` */
  list(query?: ListCustomerTicketsQuery, options?: CallOptions): List<S.TicketRow>;
}

export interface ListCustomerTicketsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "team" | "is_resolved" | "is_escalated" | "paths" | "ticket_number" | "ticket_type" | "urgency_level_id" | "status_changed_at" | "customer_id" | "customer_owner_id" | "contact_id" | "assigned_to_id" | "team_id" | "first_response_at" | "awaiting_since" | "resolved_at" | "satisfaction_rating" | "last_comment_at" | "last_activity_date" | "first_response_due_at" | "next_response_due_at" | "resolution_due_at" | "next_due_at" | "is_sla_paused" | "is_sla_violated" | "escalation_level" | "parent_ticket_id" | "merged_into_id" | "person_sight" | "answered_day" | "answered_by_id" | "resolved_day" | "resolved_by_id" | "snoozed_until" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.Status11 | S.StringOperators | undefined;
  /** Id or code of one of the tenant's priorities */
  priority?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  type?: S.TicketTypesItem | S.NullableStringOperators | undefined;
  /** Exact match */
  channel?: "EMAIL" | "PHONE" | "CHAT" | "PORTAL" | "SOCIAL" | "SMS" | S.NullableStringOperators | undefined;
  /** Only tickets below this one */
  parent?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  subject?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | S.StringOperators | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer?: S.NullableStringOperators | undefined;
}

export interface CustomersItemContacts {
  /** List the contacts of a customer. `GET /customers/{id}/contacts` */
  list(query?: ListCustomerContactsQuery, options?: CallOptions): List<S.ContactRow>;
}

export interface ListCustomerContactsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "is_decision_maker" | "paths" | "contact_number" | "personal_key_id" | "person_sight" | "owner_id" | "display_name" | "first_name" | "last_name" | "email" | "phone" | "mobile" | "customer_id" | "is_primary" | "job_title" | "department" | "contact_role_id" | "reports_to_id" | "is_influencer" | "contact_status" | "next_contact_date" | "last_activity_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** The main role */
  role?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  status?: "ACTIVE" | "INACTIVE" | "FORMER" | S.StringOperators | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer?: S.NullableStringOperators | undefined;
  /** Exact match */
  lead?: S.NullableStringOperators | undefined;
}

export interface CustomersItemOpportunities {
  /** List the opportunities of a customer. `GET /customers/{id}/opportunities` */
  list(query?: ListCustomerOpportunitiesQuery, options?: CallOptions): List<S.OpportunityRow>;
}

export interface ListCustomerOpportunitiesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "is_closed" | "has_competition" | "paths" | "opportunity_number" | "name" | "customer_id" | "contact_id" | "person_sight" | "owner_id" | "stage_id" | "stage_changed_at" | "probability" | "amount" | "currency" | "expected_revenue" | "close_date" | "next_step_date" | "is_won" | "closed_date" | "forecast_category" | "last_activity_date" | "territory_id" | "lead_source_id" | "win_loss_reason_id" | "created_day" | "ordered_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "contact" | "person" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Only opportunities created from this lead */
  lead?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  stage?: string | S.StringOperators | undefined;
  /** Exact match */
  campaign?: string | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  type?: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | S.NullableStringOperators | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  customer?: S.NullableStringOperators | undefined;
}

export interface CustomersItemDeals {
  /** List the deals of a customer. `GET /customers/{id}/deals` */
  list(query?: ListCustomerDealsQuery, options?: CallOptions): List<S.DealRow>;
}

export interface ListCustomerDealsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "opportunity" | "campaign_manager" | "paths" | "deal_number" | "opportunity_id" | "owner_id" | "deal_status" | "status_changed_at" | "final_amount" | "currency" | "start_date" | "end_date" | "campaign_manager_id" | "signed_at" | "paid_at" | "completed_at" | "cancelled_at" | "last_activity_date" | "order_reference" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.DealStatus | S.StringOperators | undefined;
  /** Exact match */
  name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  customer?: S.StringOperators | undefined;
}

export interface CustomersItemOrders {
  /** List the orders of a customer. `GET /customers/{id}/orders` */
  list(query?: ListCustomerOrdersQuery, options?: CallOptions): List<S.OrderRow>;
}

export interface ListCustomerOrdersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "sale" | "payment_state" | "project" | "campaign" | "paths" | "order_number" | "contact_id" | "owner_id" | "order_date" | "status_changed_at" | "currency" | "net_amount" | "total" | "paid" | "balance" | "needs_review" | "next_due_date" | "opportunity_id" | "quote_id" | "deal_id" | "contract_id" | "sale_id" | "campaign_id" | "customer_reference" | "confirmed_at" | "last_activity_date" | "project_id" | "sale_day" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: "DRAFT" | "CONFIRMED" | "IN_FULFILLMENT" | "COMPLETED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  customer?: S.StringOperators | undefined;
}

export interface CustomersItemContracts {
  /** List the contracts of a customer. `GET /customers/{id}/contracts` */
  list(query?: ListCustomerContractsQuery, options?: CallOptions): List<S.ContractRow>;
}

export interface ListCustomerContractsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "opportunity" | "contract_type" | "project" | "paths" | "contract_number" | "title" | "contact_id" | "opportunity_id" | "quote_id" | "contract_type_id" | "owner_id" | "status_changed_at" | "contract_value" | "currency" | "billing_frequency" | "monthly_fee" | "duration_months" | "auto_renew" | "renewal_notice_days" | "term_number" | "term_start_date" | "notice_date" | "requires_signature" | "customer_signed" | "company_signed" | "has_amendments" | "amendment_count" | "template_id" | "last_activity_date" | "project_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.Status13 | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  start_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  end_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  customer?: S.StringOperators | undefined;
}

export interface CustomersItemActivities {
  /** List the activities of a customer. `GET /customers/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a customer. For all roles except ANALYST. `POST /customers/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface CustomersItemSegments {
  /** List the segments that contain a record, with reasons. `GET /customers/{id}/segments` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SetsOf>;
}

export interface ListCustomersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "customer_type" | "type" | "industry" | "parent" | "lifecycle_stage" | "tier" | "vip_status" | "risk_level" | "id_batch" | "paths" | "customer_number" | "person_sight" | "owner_id" | "name" | "customer_type_id" | "website" | "phone" | "email" | "industry_id" | "parent_customer_id" | "customer_rank" | "territory_id" | "health_score" | "customer_since" | "last_contact_date" | "next_contact_date" | "last_activity_date" | "account_type" | "hierarchy_level" | "churn_reason_id" | "churned_at" | "currency" | "total_opportunities" | "open_opportunities" | "won_opportunities" | "won_amount" | "pipeline_value" | "lifetime_value" | "paid_orders_count" | "last_won_at" | "last_order_at" | "lead_status" | "potential_status" | "created_at" | "created_by" | "updated_at" | "first_lead_id" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED" | S.StringOperators | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  lead_score?: number | string | S.NullableNumberOperators | undefined;
  /** The customer that the person is, and those that the person is a contact of */
  person?: string | undefined;
}

export interface CustomersSegments {
  /** What belongs to one of them, and its actions. */
  (id: string): CustomersSegmentsItem;
  /** List segments. `GET /customers/segments` */
  list(query?: ListSegmentsQuery, options?: CallOptions): List<S.SegmentRow>;
  /** Create a segment. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /customers/segments` */
  create(body: S.CreateSegmentBody, options?: WriteOptions): ApiPromise<S.Segment>;
  /** Read a segment. `GET /customers/segments/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Segment>;
  /** Change fields of a segment. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /customers/segments/{id}` */
  update(id: string, body?: S.UpdateSegmentBody, options?: WriteOptions): ApiPromise<S.Segment>;
  /** Delete a segment permanently. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /customers/segments/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Segment>;
  /** List segments, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /customers/segments/query` */
  query(body?: S.QuerySegmentsBody, options?: CallOptions): List<S.SegmentRow>;
}

export interface CustomersSegmentsItem {
  readonly members: CustomersSegmentsItemMembers;
}

export interface CustomersSegmentsItemMembers {
  /** List the members of a segment. `GET /customers/segments/{id}/members` */
  list(query?: ListSegmentMembersQuery, options?: CallOptions): List<S.SegmentMember>;
  /** Add or remove members of a segment by hand. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /customers/segments/{id}/members` */
  create(body?: S.ChangeSegmentMembersBody, options?: WriteOptions): ApiPromise<S.SetResults>;
}

export interface ListSegmentMembersQuery extends Pick<Parameters, "fields" | "expand"> {
  /** Exact match */
  page?: number | undefined;
  /** Exact match */
  limit?: number | undefined;
  /** Order by member id, which is the order of creation */
  order?: "asc" | "desc" | undefined;
  /** Exact match */
  cursor?: string | undefined;
}

export interface ListSegmentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "include" | "where" | "membership" | "name" | "created_at" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
}

export interface Contacts {
  /** What belongs to one of them, and its actions. */
  (id: string): ContactsItem;
  /** List contacts. `GET /contacts` */
  list(query?: ListContactsQuery, options?: CallOptions): List<S.ContactRow>;
  /** Create a contact. For all roles except ANALYST. `POST /contacts` */
  create(body: S.CreateContactBody, options?: WriteOptions): ApiPromise<S.Contact>;
  /** Read a contact. `GET /contacts/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Contact>;
  /** Replace a contact. Omitted fields are cleared. For all roles except ANALYST. `PUT /contacts/{id}` */
  replace(id: string, body?: S.ReplaceContactBody, options?: WriteOptions): ApiPromise<S.Contact>;
  /** Change fields of a contact. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /contacts/{id}` */
  update(id: string, body?: S.UpdateContactBody, options?: WriteOptions): ApiPromise<S.Contact>;
  /** Delete a contact. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /contacts/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Contact>;
  /** List contacts, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /contacts/query` */
  query(body?: S.QueryContactsBody, options?: CallOptions): List<S.ContactRow>;
  /** Create, change or delete many contacts. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /contacts/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export contacts to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /contacts/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import contacts from a CSV or XLSX file. Each row is a contact. `customer_id` accepts an id, a number, or a name that only one customer has. Existing contacts do not change, unless `on_duplicate` says otherwise. All contacts join `list_id`, if it is set. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except ANALYST. `POST /contacts/import` */
  import(body?: S.ImportContactsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
    /** A STATIC list; records that the rows create or find join it */
    list_id?: string | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  readonly roles: ContactsRoles;
  readonly lists: ContactsLists;
}

export interface ContactsItem {
  readonly follow: ContactsItemFollow;
  readonly followers: ContactsItemFollowers;
  /** Restore a deleted contact. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /contacts/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Contact>;
  /** Merge another contact into this one. Both must belong to the same customer or lead; two different persons are merged too. `dry_run` only returns the effects. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /contacts/{id}/merge` */
  merge(body: S.MergeCustomersBody, options?: WriteOptions): ApiPromise<S.RecordMerged>;
  /** Undo a merge of contacts. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /contacts/{id}/unmerge` */
  unmerge(body: S.UnmergeCustomersBody, options?: WriteOptions): ApiPromise<S.RecordUnmerged>;
  readonly opportunities: ContactsItemOpportunities;
  readonly activities: ContactsItemActivities;
  readonly lists: ContactsItemLists;
}

export interface ContactsItemFollow {
  /** Follow a contact. `PUT /contacts/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a contact. Also for the owner and for users who comment later, until they follow again. `DELETE /contacts/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface ContactsItemFollowers {
  /** List the followers of a contact. `GET /contacts/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface ContactsItemOpportunities {
  /** List the opportunities of a contact. `GET /contacts/{id}/opportunities` */
  list(query?: ListCustomerOpportunitiesQuery, options?: CallOptions): List<S.OpportunityRow>;
}

export interface ContactsItemActivities {
  /** List the activities of a contact. `GET /contacts/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a contact. For all roles except ANALYST. `POST /contacts/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ContactsItemLists {
  /** List the contact lists that contain a record, with reasons. `GET /contacts/{id}/lists` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SetsOf>;
}

export interface ListContactsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "is_decision_maker" | "paths" | "customer" | "lead" | "contact_number" | "personal_key_id" | "person_sight" | "owner_id" | "display_name" | "first_name" | "last_name" | "email" | "phone" | "mobile" | "customer_id" | "is_primary" | "job_title" | "department" | "contact_role_id" | "reports_to_id" | "is_influencer" | "contact_status" | "next_contact_date" | "last_activity_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** The main role */
  role?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  status?: "ACTIVE" | "INACTIVE" | "FORMER" | S.StringOperators | undefined;
  /** Includes contacts under all ids that the person has had */
  person?: string | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
}

export interface ContactsRoles {
  /** List contact roles. `GET /contacts/roles` */
  list(query?: ListSubscriptionTypesQuery, options?: CallOptions): List<S.Master>;
}

export interface ContactsLists {
  /** What belongs to one of them, and its actions. */
  (id: string): ContactsListsItem;
  /** List contact lists. `GET /contacts/lists` */
  list(query?: ListSegmentsQuery, options?: CallOptions): List<S.ContactListRow>;
  /** Create a contact list. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /contacts/lists` */
  create(body: S.CreateSegmentBody, options?: WriteOptions): ApiPromise<S.ContactList>;
  /** Read a contact list. `GET /contacts/lists/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ContactList>;
  /** Change fields of a contact list. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /contacts/lists/{id}` */
  update(id: string, body?: S.UpdateSegmentBody, options?: WriteOptions): ApiPromise<S.ContactList>;
  /** Delete a contact list permanently. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /contacts/lists/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ContactList>;
  /** List contact lists, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /contacts/lists/query` */
  query(body?: S.QuerySegmentsBody, options?: CallOptions): List<S.ContactListRow>;
}

export interface ContactsListsItem {
  readonly members: ContactsListsItemMembers;
}

export interface ContactsListsItemMembers {
  /** List the members of a contact list. `GET /contacts/lists/{id}/members` */
  list(query?: ListSegmentMembersQuery, options?: CallOptions): List<S.ContactListMember>;
  /** Add or remove members of a contact list by hand. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /contacts/lists/{id}/members` */
  create(body?: S.ChangeContactListMembersBody, options?: WriteOptions): ApiPromise<S.SetResults>;
}

export interface Opportunities {
  /** What belongs to one of them, and its actions. */
  (id: string): OpportunitiesItem;
  /** List opportunities. `GET /opportunities` */
  list(query?: ListOpportunitiesQuery, options?: CallOptions): List<S.OpportunityRow>;
  /** Create an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities` */
  create(body: S.CreateOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
  /** Read an opportunity. `GET /opportunities/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Opportunity>;
  /** Replace an opportunity. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /opportunities/{id}` */
  replace(id: string, body: S.ReplaceOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
  /** Change fields of an opportunity. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /opportunities/{id}` */
  update(id: string, body?: S.UpdateOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
  /** Delete an opportunity. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /opportunities/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Opportunity>;
  /** Assign opportunities to users. To one user, to several in turn or by load, or by the rule of the organization. Each record has its own result. Only for ADMIN, DIRECTOR, MANAGER. `POST /opportunities/assign` */
  assign(body: S.AssignOpportunitiesBody, options?: WriteOptions): ApiPromise<S.Data4>;
  /** List opportunities, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /opportunities/query` */
  query(body?: S.QueryOpportunitiesBody, options?: CallOptions): List<S.OpportunityRow>;
  /** Create, change or delete many opportunities. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export opportunities to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /opportunities/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import opportunities from a CSV or XLSX file. Each row is an opportunity. Its customer is given by id, number or name; a product creates a line whose price is the amount. With `historic`, rows can be closed: `closed_date`. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  readonly stages: OpportunitiesStages;
  readonly pipeline: OpportunitiesPipeline;
  readonly forecast: OpportunitiesForecast;
  readonly stats: OpportunitiesStats;
}

export interface OpportunitiesItem {
  readonly stage: OpportunitiesItemStage;
  /** Win an opportunity. From any open stage. The opportunity must have a customer and an amount. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/{id}/win` */
  win(body?: S.WinOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
  /** Lose an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/{id}/lose` */
  lose(body: S.LoseOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
  /** Reopen an opportunity that is won or lost. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/{id}/reopen` */
  reopen(body: S.ReopenOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
  readonly history: OpportunitiesItemHistory;
  readonly quotes: OpportunitiesItemQuotes;
  readonly products: OpportunitiesItemProducts;
  readonly competitors: OpportunitiesItemCompetitors;
  readonly follow: OpportunitiesItemFollow;
  readonly followers: OpportunitiesItemFollowers;
  /** Restore a deleted opportunity. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /opportunities/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Opportunity>;
  readonly activities: OpportunitiesItemActivities;
  readonly automations: OpportunitiesItemAutomations;
}

export interface OpportunitiesItemStage {
  /** Move an opportunity to another stage. To the next stage, or back with a reason; `fields` can supply values that the stage still requires. From the last open stage it can be won or lost. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /opportunities/{id}/stage` */
  update(body: S.MoveOpportunityBody, options?: WriteOptions): ApiPromise<S.Opportunity>;
}

export interface OpportunitiesItemHistory {
  /** List the history of stages and amounts of an opportunity. Newest first: each change of stage, amount, probability, close date and owner. `GET /opportunities/{id}/history` */
  list(query?: ListOpportunityHistoryQuery, options?: CallOptions): List<S.OpportunityHistory>;
}

export interface ListOpportunityHistoryQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "from_stage_id" | "to_stage_id" | "reason" | "changed_at" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order */
  sort?: string | undefined;
  /** Exact match */
  opportunity_id?: string | S.StringOperators | undefined;
  /** Exact match */
  move?: S.Move | S.StringOperators | undefined;
  /** Exact match */
  seconds_in_stage?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  changed_by?: string | S.TextOperators | undefined;
}

export interface OpportunitiesItemQuotes {
  /** List the quotes of an opportunity. `GET /opportunities/{id}/quotes` */
  list(query?: ListOpportunityQuotesQuery, options?: CallOptions): List<S.QuoteRow>;
}

export interface ListOpportunityQuotesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "series" | "paths" | "quote_number" | "name" | "opportunity_id" | "contact_id" | "owner_id" | "status_changed_at" | "net_amount" | "total_amount" | "currency" | "quote_date" | "expiration_date" | "accepted_date" | "version_number" | "is_primary" | "previous_version_id" | "template_id" | "last_activity_date" | "sale_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: S.Status14 | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  series_id?: string | S.StringOperators | undefined;
  /** Exact match */
  opportunity?: S.NullableStringOperators | undefined;
}

export interface OpportunitiesItemProducts {
  /** List the products of an opportunity. `GET /opportunities/{id}/products` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.OpportunityLine[]>;
  /** Add a product to an opportunity. The amount of the opportunity is recalculated, unless it was set by hand. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/{id}/products` */
  create(body?: S.AddOpportunityProductBody, options?: WriteOptions): ApiPromise<S.OpportunityLine>;
  /** Replace a product of an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /opportunities/{id}/products/{line_id}` */
  replace(lineId: string, body?: S.AddOpportunityProductBody, options?: WriteOptions): ApiPromise<S.OpportunityLine>;
  /** Remove a product from an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /opportunities/{id}/products/{line_id}` */
  delete(lineId: string, options?: DeleteOptions): ApiPromise<S.Opportunity>;
}

export interface OpportunitiesItemCompetitors {
  /** List the competitors for an opportunity. `GET /opportunities/{id}/competitors` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.OpportunityCompetitor[]>;
  /** Add a competitor to an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /opportunities/{id}/competitors` */
  create(body: S.AddCompetitorBody, options?: WriteOptions): ApiPromise<S.OpportunityCompetitor>;
  /** Replace a competitor of an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /opportunities/{id}/competitors/{competitor_id}` */
  replace(competitorId: string, body: S.AddCompetitorBody, options?: WriteOptions): ApiPromise<S.OpportunityCompetitor>;
  /** Remove a competitor from an opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /opportunities/{id}/competitors/{competitor_id}` */
  delete(competitorId: string, options?: DeleteOptions): ApiPromise<S.Opportunity>;
}

export interface OpportunitiesItemFollow {
  /** Follow an opportunity. `PUT /opportunities/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following an opportunity. Also for the owner and for users who comment later, until they follow again. `DELETE /opportunities/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface OpportunitiesItemFollowers {
  /** List the followers of an opportunity. `GET /opportunities/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface OpportunitiesItemActivities {
  /** List the activities of an opportunity. `GET /opportunities/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of an opportunity. For all roles except ANALYST. `POST /opportunities/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface OpportunitiesItemAutomations {
  /** List the automated actions of an opportunity. `GET /opportunities/{id}/automations` */
  list(query?: ListOpportunityAutomationsQuery, options?: CallOptions): List<S.StageAction>;
}

export interface ListOpportunityAutomationsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "from_stage_id" | "to_stage_id" | "reason" | "template_id" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  opportunity_id?: string | S.StringOperators | undefined;
  /** Exact match */
  opportunity_version?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  automation?: string | S.TextOperators | undefined;
  /** Exact match */
  action?: "mail" | "task" | "notify" | "health" | S.StringOperators | undefined;
  /** Exact match */
  result?: "DONE" | "HELD_BACK" | "FAILED" | S.StringOperators | undefined;
  /** Exact match */
  template_revision?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  activity_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  done_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  recipient_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface ListOpportunitiesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "customer" | "is_closed" | "has_competition" | "paths" | "opportunity_number" | "name" | "customer_id" | "contact_id" | "person_sight" | "owner_id" | "stage_id" | "stage_changed_at" | "probability" | "amount" | "currency" | "expected_revenue" | "close_date" | "next_step_date" | "is_won" | "closed_date" | "forecast_category" | "last_activity_date" | "territory_id" | "lead_source_id" | "win_loss_reason_id" | "created_day" | "ordered_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  contact?: string | S.NullableStringOperators | undefined;
  /** Only opportunities created from this lead */
  lead?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  stage?: string | S.StringOperators | undefined;
  /** Exact match */
  campaign?: string | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  type?: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | S.NullableStringOperators | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
  /** Opportunities of the person's contacts, and of the customer that the person is */
  person?: string | S.NullableStringOperators | undefined;
}

export interface OpportunitiesStages {
  /** List opportunity stages. `GET /opportunities/stages` */
  list(query?: ListSubscriptionTypesQuery, options?: CallOptions): List<S.Master>;
  /** Create an opportunity stage. Only for ADMIN, DIRECTOR. `POST /opportunities/stages` */
  create(body?: S.CreateMasterBody, options?: WriteOptions): ApiPromise<S.Master>;
}

export interface OpportunitiesPipeline {
  /** Read the pipeline by stage, owner and closing month. Open opportunities that the caller can see, in the tenant's currency at the latest rates. `GET /opportunities/pipeline` */
  get(query?: GetPipelineQuery, options?: CallOptions): ApiPromise<S.Pipeline>;
  readonly trend: OpportunitiesPipelineTrend;
}

export interface GetPipelineQuery extends Pick<Parameters, "territory"> {
  /** First month of closing; excludes opportunities without a close date */
  from?: string | undefined;
  /** Last month of closing; excludes opportunities without a close date */
  to?: string | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  stage?: string | undefined;
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface OpportunitiesPipelineTrend {
  /** Read the pipeline at the end of each day. Opportunities of owners whose records the caller can see, as they were on each day, at the rates of that day. `GET /opportunities/pipeline/trend` */
  get(query?: GetPipelineTrendQuery, options?: CallOptions): ApiPromise<S.PipelineTrend>;
}

export interface GetPipelineTrendQuery extends Pick<Parameters, "from" | "territory"> {
  /** Last day of the period; defaults to yesterday */
  to?: string | undefined;
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface OpportunitiesForecast {
  /** Read the forecast for the coming months. For the opportunities that the caller can see: open amounts weighted by probability, and the expectations of their owners. `GET /opportunities/forecast` */
  get(query?: GetForecastQuery, options?: CallOptions): ApiPromise<S.Forecast>;
  readonly submissions: OpportunitiesForecastSubmissions;
}

export interface GetForecastQuery extends Pick<Parameters, "months" | "past_months" | "confidence_level" | "territory"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface OpportunitiesForecastSubmissions {
  /** List forecast submissions. `GET /opportunities/forecast/submissions` */
  list(query?: ListForecastSubmissionsQuery, options?: CallOptions): List<S.ForecastSubmissionRow>;
  /** Submit a forecast for a month. One for each owner and month; submitting again replaces it. The submission of the owner's manager is separate. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /opportunities/forecast/submissions` */
  replace(body: S.SubmitForecastBody, options?: WriteOptions): ApiPromise<S.ForecastSubmission>;
  /** Read a forecast submission. `GET /opportunities/forecast/submissions/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ForecastSubmission>;
  /** List forecast submissions, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /opportunities/forecast/submissions/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ForecastSubmissionRow>;
}

export interface ListForecastSubmissionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "currency" | "note" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Id of the owner or assignee, `me`, or `none` for records without one */
  owner?: string | S.StringOperators | undefined;
  /** YYYY-MM */
  period?: string | S.TextOperators | undefined;
  /** Exact match */
  owner_id?: string | S.StringOperators | undefined;
  /** Exact match */
  commit?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  best_case?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  submitted_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  override_commit?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  override_best_case?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  override_note?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  overridden_by?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  overridden_at?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface OpportunitiesStats {
  /** Read the totals of opportunities, grouped by their properties. Closed opportunities use the rate of their closing day, open ones the latest rate. `GET /opportunities/stats` */
  get(query?: GetOpportunityStatsQuery, options?: CallOptions): ApiPromise<S.OpportunityStats>;
}

export interface GetOpportunityStatsQuery extends Pick<Parameters, "territory"> {
  /** Defaults to stages. Manager, team and the region of its territory are those of the owner today */
  group_by?: "owner" | "manager" | "team" | "region" | "period" | "stage" | "source" | "type" | "territory" | "reason" | "product" | "competitor" | "campaign" | undefined;
  /** For periods; defaults to month */
  interval?: "month" | "quarter" | "year" | undefined;
  /** First day: of closing, or of creation for open opportunities */
  from?: string | undefined;
  /** Last day */
  to?: string | undefined;
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface Potentials {
  /** What belongs to one of them, and its actions. */
  (id: string): PotentialsItem;
  /** List potentials. `GET /potentials` */
  list(query?: ListPotentialsQuery, options?: CallOptions): List<S.PotentialRow>;
  /** Create a potential. For all roles except SUPPORT_AGENT, ANALYST. `POST /potentials` */
  create(body: S.CreatePotentialBody, options?: WriteOptions): ApiPromise<S.Potential>;
  /** Read a potential. `GET /potentials/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Potential>;
  /** Replace a potential. Omitted fields are cleared. For all roles except SUPPORT_AGENT, ANALYST. `PUT /potentials/{id}` */
  replace(id: string, body?: S.ReplacePotentialBody, options?: WriteOptions): ApiPromise<S.Potential>;
  /** Change fields of a potential. Changes only the named fields; `null` clears one. For all roles except SUPPORT_AGENT, ANALYST. `PATCH /potentials/{id}` */
  update(id: string, body?: S.UpdatePotentialBody, options?: WriteOptions): ApiPromise<S.Potential>;
  /** Delete a potential. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /potentials/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Potential>;
  /** List potentials, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /potentials/query` */
  query(body?: S.QueryPotentialsBody, options?: CallOptions): List<S.PotentialRow>;
  /** Create, change or delete many potentials. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except SUPPORT_AGENT, ANALYST. `POST /potentials/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export potentials to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /potentials/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import potentials from a CSV or XLSX file. Each row is a potential of the person with this `personal_key_id` or `external_key`. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except SUPPORT_AGENT, ANALYST. `POST /potentials/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface PotentialsItem {
  readonly follow: PotentialsItemFollow;
  readonly followers: PotentialsItemFollowers;
  /** Restore a deleted potential. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /potentials/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Potential>;
  /** Convert a potential to an order or an opportunity. Possible once: a second request returns 409 with the result of the first. For all roles except SUPPORT_AGENT, ANALYST. `POST /potentials/{id}/convert` */
  convert(body: S.ConvertPotentialBody, options?: WriteOptions): ApiPromise<S.Potential>;
  readonly activities: PotentialsItemActivities;
}

export interface PotentialsItemFollow {
  /** Follow a potential. `PUT /potentials/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a potential. Also for the owner and for users who comment later, until they follow again. `DELETE /potentials/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface PotentialsItemFollowers {
  /** List the followers of a potential. `GET /potentials/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface PotentialsItemActivities {
  /** List the activities of a potential. `GET /potentials/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a potential. For all roles except ANALYST. `POST /potentials/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListPotentialsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "priority" | "campaign" | "paths" | "potential_number" | "personal_key_id" | "assigned_to" | "campaign_id" | "estimated_value" | "currency" | "probability_score" | "expected_close_date" | "status_changed_at" | "converted_at" | "converted_to_order_id" | "converted_opportunity_id" | "last_activity_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "interested_products" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Id or code of one of the tenant's potential statuses */
  status?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's potential stages */
  stage?: string | S.NullableStringOperators | undefined;
  /** Includes potentials under all ids that the person has had */
  person?: string | undefined;
}

export interface Deals {
  /** What belongs to one of them, and its actions. */
  (id: string): DealsItem;
  /** List deals. `GET /deals` */
  list(query?: ListDealsQuery, options?: CallOptions): List<S.DealRow>;
  /** Create a deal. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /deals` */
  create(body: S.CreateDealBody, options?: WriteOptions): ApiPromise<S.Deal>;
  /** Read a deal. `GET /deals/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Deal>;
  /** Replace a deal. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /deals/{id}` */
  replace(id: string, body: S.ReplaceDealBody, options?: WriteOptions): ApiPromise<S.Deal>;
  /** Change fields of a deal. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /deals/{id}` */
  update(id: string, body?: S.UpdateDealBody, options?: WriteOptions): ApiPromise<S.Deal>;
  /** Delete a deal. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /deals/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Deal>;
  /** List deals, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /deals/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.DealRow>;
  /** Create, change or delete many deals. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /deals/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export deals to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /deals/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import deals from a CSV or XLSX file. Each row is a deal. `customer_id` accepts an id, a number, or a name that only one customer has. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /deals/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface DealsItem {
  readonly follow: DealsItemFollow;
  readonly followers: DealsItemFollowers;
  /** Restore a deleted deal. Only for ADMIN, DIRECTOR, MANAGER. `POST /deals/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Deal>;
  /** Change the status of a deal. Leaders can reopen a COMPLETED or CANCELLED deal, with a reason. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /deals/{id}/status` */
  status(body: S.SetDealStatusBody, options?: WriteOptions): ApiPromise<S.Deal>;
  /** Convert a deal to an order. Possible once: a second request returns 409 with the order. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /deals/{id}/convert` */
  convert(body: S.ConvertDealBody, options?: WriteOptions): ApiPromise<S.Deal>;
  readonly items: DealsItemItems;
  readonly activities: DealsItemActivities;
}

export interface DealsItemFollow {
  /** Follow a deal. `PUT /deals/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a deal. Also for the owner and for users who comment later, until they follow again. `DELETE /deals/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface DealsItemFollowers {
  /** List the followers of a deal. `GET /deals/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface DealsItemItems {
  /** List the services of a deal. `GET /deals/{id}/items` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.DealItem[]>;
  /** Add a service to a deal. The amount of the deal is recalculated, unless it was set by hand. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /deals/{id}/items` */
  create(body?: S.AddDealItemBody, options?: WriteOptions): ApiPromise<S.Deal>;
  /** Replace a service of a deal. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /deals/{id}/items/{item_id}` */
  replace(itemId: string, body?: S.AddDealItemBody, options?: WriteOptions): ApiPromise<S.DealItem>;
  /** Remove a service from a deal. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /deals/{id}/items/{item_id}` */
  delete(itemId: string, options?: DeleteOptions): ApiPromise<S.Deal>;
}

export interface DealsItemActivities {
  /** List the activities of a deal. `GET /deals/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a deal. For all roles except ANALYST. `POST /deals/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListDealsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "opportunity" | "campaign_manager" | "paths" | "deal_number" | "opportunity_id" | "owner_id" | "deal_status" | "status_changed_at" | "final_amount" | "currency" | "start_date" | "end_date" | "campaign_manager_id" | "signed_at" | "paid_at" | "completed_at" | "cancelled_at" | "last_activity_date" | "order_reference" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: S.DealStatus | S.StringOperators | undefined;
  /** Exact match */
  name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
}

export interface Orders {
  /** What belongs to one of them, and its actions. */
  (id: string): OrdersItem;
  /** List orders. `GET /orders` */
  list(query?: ListOrdersQuery, options?: CallOptions): List<S.OrderRow>;
  /** Create an order. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders` */
  create(body: S.CreateOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Read an order. `GET /orders/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Order>;
  /** Replace an order. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /orders/{id}` */
  replace(id: string, body: S.ReplaceOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Change fields of an order. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /orders/{id}` */
  update(id: string, body?: S.UpdateOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Delete an order. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /orders/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Order>;
  /** List orders, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /orders/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.OrderRow>;
  /** Create, change or delete many orders. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly days: OrdersDays;
  /** Export orders to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /orders/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import orders from a CSV or XLSX file. Each row is an order. `customer_id` accepts an id, a number, a name, or the email address or external key of its person. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface OrdersItem {
  readonly follow: OrdersItemFollow;
  readonly followers: OrdersItemFollowers;
  /** Restore a deleted order. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /orders/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Order>;
  readonly lineItems: OrdersItemLineItems;
  /** Confirm an order. The customer has agreed. Lines and prices then change only by a revision. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/confirm` */
  confirm(body?: undefined, options?: WriteOptions): ApiPromise<S.Order>;
  /** Cancel an order. Nothing of the order may be delivered. Payments of the customer stay until they are refunded. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/cancel` */
  cancel(body?: S.CancelOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Complete an order. Everything that requires delivery must be delivered. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/complete` */
  complete(body?: undefined, options?: WriteOptions): ApiPromise<S.Order>;
  /** Change lines and prices of a confirmed order. The former lines and prices stay readable. What is delivered or on its way stays. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/revise` */
  revise(body: S.ReviseOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  readonly revisions: OrdersItemRevisions;
  /** Lower or raise what the customer owes. Only for ADMIN, DIRECTOR, MANAGER. `POST /orders/{id}/adjust` */
  adjust(body: S.AdjustOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Record that you have looked at an order that needs review. Reasons that still hold stay. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/acknowledge-review` */
  acknowledgeReview(body?: undefined, options?: WriteOptions): ApiPromise<S.Order>;
  readonly ledger: OrdersItemLedger;
  readonly instalments: OrdersItemInstalments;
  readonly invoices: OrdersItemInvoices;
  readonly payments: OrdersItemPayments;
  readonly refunds: OrdersItemRefunds;
  readonly fulfilments: OrdersItemFulfilments;
  readonly afterSales: OrdersItemAfterSales;
  readonly preOrders: OrdersItemPreOrders;
  readonly pdf: OrdersItemPdf;
  /** Send the confirmation of an order to the customer. The customer gets a mail with a private link to lines, totals, deliveries and payment state. Sending again mails the same link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/send` */
  send(body?: S.SendOrderBody, options?: WriteOptions): ApiPromise<S.Order>;
  readonly sendPreview: OrdersItemSendPreview;
  readonly offer: OrdersItemOffer;
  readonly links: OrdersItemLinks;
  /** Make a page on which the customer pays the balance. `payment_link` of the order has its address. It expires when the balance changes. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/payment-link` */
  paymentLink(body?: S.CreateOrderPaymentLinkBody, options?: WriteOptions): ApiPromise<S.Order>;
  readonly activities: OrdersItemActivities;
}

export interface OrdersItemFollow {
  /** Follow an order. `PUT /orders/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following an order. Also for the owner and for users who comment later, until they follow again. `DELETE /orders/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface OrdersItemFollowers {
  /** List the followers of an order. `GET /orders/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface OrdersItemLineItems {
  /** List the lines of an order. `GET /orders/{id}/line-items` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.OrderLine[]>;
  /** Add a line to a draft. Prices and totals are recalculated. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/line-items` */
  create(body?: S.AddOrderLineBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Replace a line of a draft. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /orders/{id}/line-items/{line_id}` */
  replace(lineId: string, body?: S.AddOrderLineBody, options?: WriteOptions): ApiPromise<S.Order>;
  /** Remove a line from a draft. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /orders/{id}/line-items/{line_id}` */
  delete(lineId: string, options?: DeleteOptions): ApiPromise<S.Order>;
}

export interface OrdersItemRevisions {
  /** List the revisions of an order. The newest first. An order that was not revised has none. `GET /orders/{id}/revisions` */
  list(query?: ListOrderRevisionsQuery, options?: CallOptions): List<S.OrderRevision>;
}

export interface ListOrderRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "order_id" | "revision" | "discount_percent" | "net_amount" | "total" | "payment_terms" | "delivery_terms" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  fixed_discount?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  shipping_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  subtotal?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  discount_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  tax_amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  revision_reason?: string | S.NullableTextOperators | undefined;
}

export interface OrdersItemLedger {
  /** List the ledger of an order. The newest entry first. Entries never change. `GET /orders/{id}/ledger` */
  list(query?: ListOrderLedgerQuery, options?: CallOptions): List<S.LedgerEntry>;
}

export interface ListOrderLedgerQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "order_id" | "sequence" | "currency" | "occurred_at" | "provider" | "reason" | "paid" | "balance" | "payment_state" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  entry_type?: S.EntryType | S.StringOperators | undefined;
  /** Exact match */
  amount?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  record_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  reverses?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  reversed_type?: S.EntryType | S.NullableStringOperators | undefined;
  /** Exact match */
  provider_reference?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  refunded?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  credited?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  due?: number | string | S.NumberOperators | undefined;
}

export interface OrdersItemInstalments {
  /** List the instalments of an order. `GET /orders/{id}/instalments` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data5>;
  /** Replace the instalments of an order. They add up to what is due. Payments settle the oldest unpaid one first. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /orders/{id}/instalments` */
  replace(body: S.ReplaceOrderInstalmentsBody, options?: WriteOptions): ApiPromise<S.Data5>;
}

export interface OrdersItemInvoices {
  /** List the invoices and credit notes of an order. `GET /orders/{id}/invoices` */
  list(query?: ListOrderInvoicesQuery, options?: CallOptions): List<S.InvoiceRow>;
  /** Draft an invoice of an order. The order must be confirmed. The invoices of an order together never exceed it. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/invoices` */
  create(body?: S.CreateOrderInvoiceBody, options?: WriteOptions): ApiPromise<S.Invoice>;
}

export interface ListOrderInvoicesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "document_type" | "invoice_number" | "order_id" | "invoice_id" | "invoice_date" | "due_date" | "currency" | "total" | "credited_amount" | "open_amount" | "reminder_level" | "sent_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "DRAFT" | "ISSUED" | S.StringOperators | undefined;
  /** Exact match */
  payment_state?: "UNPAID" | "PARTLY_PAID" | "PAID" | "CREDITED" | S.NullableStringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
}

export interface OrdersItemPayments {
  /** List the payments of an order. `GET /orders/{id}/payments` */
  list(query?: ListOrderPaymentsQuery, options?: CallOptions): List<S.PaymentRow>;
  /** Record a payment of an order. The same transaction of a provider is the same payment. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/payments` */
  create(body: S.CreateOrderPaymentBody, options?: WriteOptions): ApiPromise<S.Payment>;
}

export interface ListOrderPaymentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "order_id" | "currency" | "payment_method_id" | "provider" | "transaction_id" | "due_date" | "paid_date" | "is_deposit" | "refunded_amount" | "reversed_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  amount?: number | string | S.NumberOperators | undefined;
}

export interface OrdersItemRefunds {
  /** List the refunds of an order. `GET /orders/{id}/refunds` */
  list(query?: ListOrderRefundsQuery, options?: CallOptions): List<S.RefundRow>;
  /** Record a refund of an order. Refunds cannot exceed payments. The same transaction of a provider is the same refund. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /orders/{id}/refunds` */
  create(body: S.CreateOrderRefundBody, options?: WriteOptions): ApiPromise<S.Refund>;
}

export interface ListOrderRefundsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "order_id" | "payment_id" | "currency" | "credits" | "payment_method_id" | "provider" | "transaction_id" | "refunded_date" | "reason" | "reversed_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  amount?: number | string | S.NumberOperators | undefined;
}

export interface OrdersItemFulfilments {
  /** What belongs to one of them, and its actions. */
  (fulfilmentId: string): OrdersItemFulfilmentsItem;
  /** List the fulfilments of an order. `GET /orders/{id}/fulfilments` */
  list(query?: ListOrderFulfilmentsQuery, options?: CallOptions): List<S.FulfilmentRow>;
  /** Ship items of an order. The first one begins the fulfilment of the order. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/fulfilments` */
  create(body?: S.CreateOrderFulfilmentBody, options?: WriteOptions): ApiPromise<S.Fulfilment>;
}

export interface OrdersItemFulfilmentsItem {
  /** Record that a fulfilment has arrived. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/fulfilments/{fulfilment_id}/deliver` */
  deliver(body?: S.DeliverOrderFulfilmentBody, options?: WriteOptions): ApiPromise<S.Fulfilment>;
  /** Cancel a fulfilment that has not arrived. The lines can be sent again. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/fulfilments/{fulfilment_id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.Fulfilment>;
}

export interface ListOrderFulfilmentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "order_id" | "number" | "carrier" | "tracking_number" | "shipped_date" | "delivered_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "SHIPPED" | "DELIVERED" | "CANCELLED" | S.StringOperators | undefined;
}

export interface OrdersItemAfterSales {
  /** List the after-sales cases of an order. `GET /orders/{id}/after-sales` */
  list(query?: ListOrderAfterSalesCasesQuery, options?: CallOptions): List<S.AfterSalesCaseRow>;
  /** Open an after-sales case of an order. Items are claimed: at most what was delivered and is in no other case. For all roles except MARKETER, ANALYST. `POST /orders/{id}/after-sales` */
  create(body: S.CreateOrderAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
}

export interface ListOrderAfterSalesCasesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "owner" | "ticket" | "case_type" | "rma_code" | "status_changed_at" | "order_id" | "order_number" | "contact_id" | "ticket_id" | "owner_id" | "reason_id" | "requested_by" | "tracking_number" | "inquiry_date" | "received_date" | "resolution" | "amount" | "currency" | "response_due_at" | "resolution_due_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Or its position from 0: REQUESTED, APPROVED, RECEIVED, INSPECTED, RESOLVED, REJECTED, CANCELLED */
  status?: S.Status17 | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
}

export interface OrdersItemPreOrders {
  /** List the pre-orders of an order. `GET /orders/{id}/pre-orders` */
  list(query?: ListOrderPreOrdersQuery, options?: CallOptions): List<S.PreOrderRow>;
  /** Make a line of an order a pre-order. The order is confirmed, and nothing of the line is sent. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/pre-orders` */
  create(body: S.CreateOrderPreOrderBody, options?: WriteOptions): ApiPromise<S.PreOrder>;
}

export interface ListOrderPreOrdersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "product" | "order_id" | "product_id" | "name" | "quantity" | "allocated_quantity" | "vendor" | "hold_until" | "release_at" | "due_at" | "ready_at" | "ready_reason" | "processing_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Also its number: 0 is WAITING */
  status?: "WAITING" | "READY" | "PROCESSED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  line_id?: string | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  category?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  priority?: number | string | S.NumberOperators | undefined;
}

export interface OrdersItemPdf {
  /** Get the confirmation of an order as a PDF. `ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link. `GET /orders/{id}/pdf` */
  download(query?: GetOrderPdfQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface GetOrderPdfQuery {
  /** Defaults to the language of the letterhead */
  language?: string | undefined;
}

export interface OrdersItemSendPreview {
  /** Preview the sending of an order. The address, the usual text, the PDF and the last day, as the mail would have them. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /orders/{id}/send-preview` */
  get(query?: PreviewOrderSendingQuery, options?: CallOptions): ApiPromise<S.SendPreview>;
}

export interface PreviewOrderSendingQuery {
  /** Language of the mail. If empty, the one it would have */
  language?: string | undefined;
}

export interface OrdersItemOffer {
  /** Read to whom an order was sent, and how often it was seen. `GET /orders/{id}/offer` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Offer>;
}

export interface OrdersItemLinks {
  /** Revoke the links to an order. Sending again creates a new link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /orders/{id}/links/revoke` */
  revoke(body?: undefined, options?: WriteOptions): ApiPromise<S.Offer>;
}

export interface OrdersItemActivities {
  /** List the activities of an order. `GET /orders/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of an order. For all roles except ANALYST. `POST /orders/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListOrdersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "sale" | "payment_state" | "project" | "campaign" | "paths" | "order_number" | "contact_id" | "owner_id" | "order_date" | "status_changed_at" | "currency" | "net_amount" | "total" | "paid" | "balance" | "needs_review" | "next_due_date" | "opportunity_id" | "quote_id" | "deal_id" | "contract_id" | "sale_id" | "campaign_id" | "customer_reference" | "confirmed_at" | "last_activity_date" | "project_id" | "sale_day" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "DRAFT" | "CONFIRMED" | "IN_FULFILLMENT" | "COMPLETED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
}

export interface OrdersDays {
  /** Read the orders, revenue and refunds of each day. In the tenant's time zone, for records of owners that the caller can see. `GET /orders/days` */
  get(query?: GetOrderDaysQuery, options?: CallOptions): ApiPromise<S.OrderDays>;
}

export interface GetOrderDaysQuery extends Pick<Parameters, "from" | "to" | "territory"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface Fulfilments {
  /** List fulfilments. `GET /fulfilments` */
  list(query?: ListOrderFulfilmentsQuery, options?: CallOptions): List<S.FulfilmentRow>;
  /** Read a fulfilment. `GET /fulfilments/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Fulfilment>;
  /** Change fields of a fulfilment. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /fulfilments/{id}` */
  update(id: string, body?: S.UpdateFulfilmentBody, options?: WriteOptions): ApiPromise<S.Fulfilment>;
  /** List fulfilments, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /fulfilments/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.FulfilmentRow>;
  /** Export fulfilments to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /fulfilments/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface OrderItems {
  /** Import order-items from a CSV or XLSX file. Each row is a line that is added to the draft with this `order_number`. `product_id` accepts an id or a code. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /order-items/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface AfterSales {
  /** What belongs to one of them, and its actions. */
  (id: string): AfterSalesItem;
  /** List after-sales cases. `GET /after-sales` */
  list(query?: ListOrderAfterSalesCasesQuery, options?: CallOptions): List<S.AfterSalesCaseRow>;
  /** Open an after-sales case. Items are claimed: at most what was delivered and is in no other case. For all roles except MARKETER, ANALYST. `POST /after-sales` */
  create(body: S.CreateAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** Read an after-sales case. `GET /after-sales/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.AfterSalesCase>;
  /** Change fields of an after-sales case. Changes only the named fields; `null` clears one. For all roles except MARKETER, ANALYST. `PATCH /after-sales/{id}` */
  update(id: string, body?: S.UpdateAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** List after-sales cases, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /after-sales/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.AfterSalesCaseRow>;
  readonly figures: AfterSalesFigures;
  /** Export after-sales to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /after-sales/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface AfterSalesItem {
  readonly follow: AfterSalesItemFollow;
  readonly followers: AfterSalesItemFollowers;
  /** Approve an after-sales case. The customer gets a mail with the RMA code. For all roles except MARKETER, ANALYST. `POST /after-sales/{id}/approve` */
  approve(body?: S.ApproveAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** Receive the items of an after-sales case. For all roles except MARKETER, ANALYST. `POST /after-sales/{id}/receive` */
  receive(body?: S.ReceiveAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** Inspect the items of an after-sales case. For all roles except MARKETER, ANALYST. `POST /after-sales/{id}/inspect` */
  inspect(body?: S.InspectAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** Resolve an after-sales case. By a refund, a credit, an exchange, a repair or an answer. Refund, credit note or new order are written once, in the same transaction. For all roles except MARKETER, ANALYST, USER. `POST /after-sales/{id}/resolve` */
  resolve(body: S.ResolveAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** Reject an after-sales case. Items that have arrived go back to the customer. For all roles except MARKETER, ANALYST. `POST /after-sales/{id}/reject` */
  reject(body: S.RejectAfterSalesCaseBody, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
  /** Cancel an after-sales case before anything has arrived. For all roles except MARKETER, ANALYST. `POST /after-sales/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.AfterSalesCase>;
}

export interface AfterSalesItemFollow {
  /** Follow an after sales case. `PUT /after-sales/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following an after sales case. Also for the owner and for users who comment later, until they follow again. `DELETE /after-sales/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface AfterSalesItemFollowers {
  /** List the followers of an after sales case. `GET /after-sales/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface AfterSalesFigures {
  /** Read how many items of a product came back, why, and what became of them. Over all cases of the organization. Only for ADMIN, DIRECTOR, MANAGER, ANALYST. `GET /after-sales/figures/{product_id}` */
  get(productId: string, query?: undefined, options?: CallOptions): ApiPromise<S.AfterSalesFigures>;
}

export interface PreOrders {
  /** What belongs to one of them, and its actions. */
  (id: string): PreOrdersItem;
  /** List pre-orders. `product` and `status=WAITING` with `sort=due_at` list the waiting items of a product by release date. `GET /pre-orders` */
  list(query?: ListOrderPreOrdersQuery, options?: CallOptions): List<S.PreOrderRow>;
  /** Read a pre-order. `GET /pre-orders/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.PreOrder>;
  /** Change fields of a pre-order. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /pre-orders/{id}` */
  update(id: string, body?: S.UpdatePreOrderBody, options?: WriteOptions): ApiPromise<S.PreOrder>;
  /** List pre-orders, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /pre-orders/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.PreOrderRow>;
  readonly allocations: PreOrdersAllocations;
  /** Export pre-orders to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /pre-orders/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface PreOrdersItem {
  readonly follow: PreOrdersItemFollow;
  readonly followers: PreOrdersItemFollowers;
  /** Release a pre-order. By hand, although it waits. The line can be sent. Owner and customer are told. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /pre-orders/{id}/release` */
  release(body?: S.ReleasePreOrderBody, options?: WriteOptions): ApiPromise<S.PreOrder>;
  /** Let a pre-order wait. For a pre-order that waits, or is ready and not sent. Its allocated quantity is given back. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /pre-orders/{id}/hold` */
  hold(body: S.HoldPreOrderBody, options?: WriteOptions): ApiPromise<S.PreOrder>;
}

export interface PreOrdersItemFollow {
  /** Follow a pre order. `PUT /pre-orders/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a pre order. Also for the owner and for users who comment later, until they follow again. `DELETE /pre-orders/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface PreOrdersItemFollowers {
  /** List the followers of a pre order. `GET /pre-orders/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface PreOrdersAllocations {
  /** List allocations of stock to pre-orders. `GET /pre-orders/allocations` */
  list(query?: ListPreOrderAllocationsQuery, options?: CallOptions): List<S.PreOrderAllocationRow>;
  /** Give stock to waiting pre-orders of a product. The work continues in the background. The record shows its progress, and at the end what is left. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /pre-orders/allocations` */
  create(body: S.CreatePreOrderAllocationBody, options?: WriteOptions): ApiPromise<S.PreOrderAllocation>;
  /** Read an allocation of stock to pre-orders. `GET /pre-orders/allocations/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.PreOrderAllocation>;
  /** List allocations of stock to pre-orders, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /pre-orders/allocations/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.PreOrderAllocationRow>;
}

export interface ListPreOrderAllocationsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "name" | "quantity" | "completed_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  product?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "RUNNING" | "COMPLETED" | S.StringOperators | undefined;
  /** Exact match */
  product_id?: string | S.StringOperators | undefined;
  /** Exact match */
  method?: "FIRST_COME" | "PRIORITY" | "MANUAL" | S.StringOperators | undefined;
  /** Exact match */
  remaining_quantity?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  allocated_count?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  ready_count?: number | string | S.NumberOperators | undefined;
}

export interface Payments {
  /** What belongs to one of them, and its actions. */
  (id: string): PaymentsItem;
  /** List payments. `GET /payments` */
  list(query?: ListOrderPaymentsQuery, options?: CallOptions): List<S.PaymentRow>;
  /** Read a payment. `GET /payments/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Payment>;
  /** Change fields of a payment. Changes only the named fields; `null` clears one. A PENDING payment can become SUCCEEDED, FAILED or CANCELLED. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /payments/{id}` */
  update(id: string, body?: S.UpdatePaymentBody, options?: WriteOptions): ApiPromise<S.Payment>;
  /** List payments, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /payments/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.PaymentRow>;
  /** Export payments to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /payments/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface PaymentsItem {
  readonly follow: PaymentsItemFollow;
  readonly followers: PaymentsItemFollowers;
  /** Undo a payment that succeeded. For money that did not stay, such as a check that bounced. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /payments/{id}/reverse` */
  reverse(body: S.ReversePaymentBody, options?: WriteOptions): ApiPromise<S.Payment>;
}

export interface PaymentsItemFollow {
  /** Follow a payment. `PUT /payments/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a payment. Also for the owner and for users who comment later, until they follow again. `DELETE /payments/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface PaymentsItemFollowers {
  /** List the followers of a payment. `GET /payments/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface Refunds {
  /** What belongs to one of them, and its actions. */
  (id: string): RefundsItem;
  /** List refunds. `GET /refunds` */
  list(query?: ListOrderRefundsQuery, options?: CallOptions): List<S.RefundRow>;
  /** Read a refund. `GET /refunds/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Refund>;
  /** Change fields of a refund. Changes only the named fields; `null` clears one. A PENDING refund can become SUCCEEDED, FAILED or CANCELLED. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `PATCH /refunds/{id}` */
  update(id: string, body?: S.UpdateRefundBody, options?: WriteOptions): ApiPromise<S.Refund>;
  /** List refunds, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /refunds/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.RefundRow>;
  /** Export refunds to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /refunds/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface RefundsItem {
  /** Undo a refund that succeeded. For money that came back, such as a transfer to a closed account. A credit of the refund stays. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /refunds/{id}/reverse` */
  reverse(body: S.ReversePaymentBody, options?: WriteOptions): ApiPromise<S.Refund>;
}

export interface PaymentAccounts {
  /** What belongs to one of them, and its actions. */
  (id: string): PaymentAccountsItem;
  /** List accounts with payment providers. Only for ADMIN. `GET /payment-accounts` */
  list(query?: ListPaymentAccountsQuery, options?: CallOptions): List<S.PaymentAccountRow>;
  /** Add an account with a payment provider. The key is stored encrypted and never returned. Only for ADMIN. `POST /payment-accounts` */
  create(body: S.CreatePaymentAccountBody, options?: WriteOptions): ApiPromise<S.PaymentAccount>;
  /** Read a payment account. Only for ADMIN. `GET /payment-accounts/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.PaymentAccount>;
  /** Change a payment account. Changes only the named fields. An omitted key is kept; provider and mode cannot be changed. Only for ADMIN. `PATCH /payment-accounts/{id}` */
  update(id: string, body?: S.UpdatePaymentAccountBody, options?: WriteOptions): ApiPromise<S.PaymentAccount>;
  /** Delete a payment account with its key. Only for ADMIN. `DELETE /payment-accounts/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.PaymentAccount>;
  /** List accounts with payment providers, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /payment-accounts/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.PaymentAccountRow>;
}

export interface PaymentAccountsItem {
  /** Check a payment account with its provider. Only for ADMIN. `POST /payment-accounts/{id}/check` */
  check(body?: undefined, options?: WriteOptions): ApiPromise<S.Data2>;
  /** Compare a payment account with its provider now. `reconciled_until`, `posted_count` and `differences` show the result. Only for ADMIN. `POST /payment-accounts/{id}/reconcile` */
  reconcile(body?: undefined, options?: WriteOptions): ApiPromise<S.PaymentAccount>;
}

export interface ListPaymentAccountsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "is_default" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  provider?: "stripe" | S.StringOperators | undefined;
  /** Exact match */
  mode?: "test" | "live" | S.StringOperators | undefined;
  /** Exact match */
  webhook_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  external_account?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  reconciled_until?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  reconciliation_problem?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  difference_count?: number | string | S.NumberOperators | undefined;
}

export interface Invoices {
  /** What belongs to one of them, and its actions. */
  (id: string): InvoicesItem;
  /** List invoices and credit notes. `GET /invoices` */
  list(query?: ListOrderInvoicesQuery, options?: CallOptions): List<S.InvoiceRow>;
  /** Read an invoice or credit note. `GET /invoices/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Invoice>;
  /** Change a draft. Changes only the named fields; `null` clears one. An issued invoice never changes. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /invoices/{id}` */
  update(id: string, body?: S.UpdateInvoiceBody, options?: WriteOptions): ApiPromise<S.Invoice>;
  /** Delete a draft. The part of the order can be invoiced again. An issued invoice is never deleted. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /invoices/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Invoice>;
  /** List invoices and credit notes, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /invoices/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.InvoiceRow>;
  readonly ageing: InvoicesAgeing;
  /** Export invoices to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /invoices/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface InvoicesItem {
  readonly follow: InvoicesItemFollow;
  readonly followers: InvoicesItemFollowers;
  /** Restore a deleted draft. With the present prices of the order. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /invoices/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Invoice>;
  /** Issue an invoice. Gives the next number of the year, and freezes the content. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /invoices/{id}/issue` */
  issue(body?: S.IssueInvoiceBody, options?: WriteOptions): ApiPromise<S.Invoice>;
  /** Issue a credit note of an invoice. By lines or by an amount; otherwise for all that is not credited yet. The customer no longer owes its total. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /invoices/{id}/credit` */
  credit(body: S.CreditInvoiceBody, options?: WriteOptions): ApiPromise<S.Invoice>;
  /** Send an issued invoice or credit note by mail. The PDF is attached. The mail has a private link to the customer's page. Sending again mails the same link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /invoices/{id}/send` */
  send(body?: S.SendInvoiceBody, options?: WriteOptions): ApiPromise<S.Invoice>;
  readonly sendPreview: InvoicesItemSendPreview;
  readonly offer: InvoicesItemOffer;
  readonly links: InvoicesItemLinks;
  readonly pdf: InvoicesItemPdf;
}

export interface InvoicesItemFollow {
  /** Follow an invoice. `PUT /invoices/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following an invoice. Also for the owner and for users who comment later, until they follow again. `DELETE /invoices/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface InvoicesItemFollowers {
  /** List the followers of an invoice. `GET /invoices/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface InvoicesItemSendPreview {
  /** Preview the sending of an invoice or credit note. The address, the usual text, the PDF and the last day, as the mail would have them. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /invoices/{id}/send-preview` */
  get(query?: PreviewOrderSendingQuery, options?: CallOptions): ApiPromise<S.SendPreview>;
}

export interface InvoicesItemOffer {
  /** Read to whom an invoice was sent, and how often its page was seen. `GET /invoices/{id}/offer` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Offer>;
}

export interface InvoicesItemLinks {
  /** Revoke the links to an invoice. Sending again creates a new link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /invoices/{id}/links/revoke` */
  revoke(body?: undefined, options?: WriteOptions): ApiPromise<S.Offer>;
}

export interface InvoicesItemPdf {
  /** Read an invoice or credit note as PDF. The PDF of a draft says that it is one. `ETag` is the SHA-256 of the file. `GET /invoices/{id}/pdf` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface InvoicesAgeing {
  /** List open amounts of customers by how long they are overdue. By customer and currency, of the invoices that you see. A page sums about 1,000 open invoices. `GET /invoices/ageing` */
  get(query?: CursorQuery, options?: CallOptions): ApiPromise<S.Ageing>;
}

export interface CursorQuery extends Pick<Parameters, "cursor"> {
}

export interface Projects {
  /** What belongs to one of them, and its actions. */
  (id: string): ProjectsItem;
  /** List projects. `GET /projects` */
  list(query?: ListProjectsQuery, options?: CallOptions): List<S.ProjectRow>;
  /** Create a project. For all roles except ANALYST. `POST /projects` */
  create(body: S.CreateProjectBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Read a project. `GET /projects/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Project>;
  /** Replace a project. Omitted fields are cleared. For all roles except ANALYST. `PUT /projects/{id}` */
  replace(id: string, body: S.ReplaceProjectBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Change fields of a project. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /projects/{id}` */
  update(id: string, body?: S.UpdateProjectBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Delete a project. The record can be restored. For all roles except ANALYST. `DELETE /projects/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Project>;
  /** List projects, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /projects/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.ProjectRow>;
  /** Create, change or delete many projects. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /projects/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Create a project from a template. With the members and milestones of the template. The tasks follow within moments. For all roles except ANALYST. `POST /projects/from-template` */
  fromTemplate(body: S.CreateProjectFromTemplateBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Export projects to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /projects/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import projects from a CSV or XLSX file. Each row is a project. `customer_id` accepts an id, a number, or a name that only one customer has. Rows are validated like single requests; rejected rows are reported and can be corrected. For all roles except ANALYST. `POST /projects/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface ProjectsItem {
  readonly follow: ProjectsItemFollow;
  readonly followers: ProjectsItemFollowers;
  /** Restore a deleted project. For all roles except ANALYST. `POST /projects/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Project>;
  /** Move a project on the board. Puts it between two projects of a column, or at the end of the column. A status of its own moves it to that column. For all roles except ANALYST. `POST /projects/{id}/move` */
  move(body?: S.MoveProjectBody, options?: WriteOptions): ApiPromise<S.Project>;
  readonly members: ProjectsItemMembers;
  readonly milestones: ProjectsItemMilestones;
  readonly tasks: ProjectsItemTasks;
  readonly timeline: ProjectsItemTimeline;
  readonly activities: ProjectsItemActivities;
}

export interface ProjectsItemFollow {
  /** Follow a project. `PUT /projects/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a project. Also for the owner and for users who comment later, until they follow again. `DELETE /projects/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface ProjectsItemFollowers {
  /** List the followers of a project. `GET /projects/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface ProjectsItemMembers {
  /** List the members of a project. `GET /projects/{id}/members` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ProjectMember[]>;
  /** Add a member to a project. The user sees the project and its tasks, and is notified. A user who is a member already gets the role. For all roles except ANALYST. `POST /projects/{id}/members` */
  create(body: S.AddProjectMemberBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Change the role of a member. For all roles except ANALYST. `PATCH /projects/{id}/members/{user_id}` */
  update(userId: string, body: S.UpdateProjectMemberBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Remove a member from a project. Members can also remove themselves. For all roles except ANALYST. `DELETE /projects/{id}/members/{user_id}` */
  delete(userId: string, options?: DeleteOptions): ApiPromise<S.Project>;
}

export interface ProjectsItemMilestones {
  /** What belongs to one of them, and its actions. */
  (milestoneId: string): ProjectsItemMilestonesItem;
  /** List the milestones of a project, with counts of their tasks. `GET /projects/{id}/milestones` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ProjectMilestone[]>;
  /** Add a milestone to a project. For all roles except ANALYST. `POST /projects/{id}/milestones` */
  create(body: S.AddProjectMilestoneBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Change fields of a milestone. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /projects/{id}/milestones/{milestone_id}` */
  update(milestoneId: string, body?: S.UpdateProjectMilestoneBody, options?: WriteOptions): ApiPromise<S.Project>;
  /** Delete a milestone that no task names. For all roles except ANALYST. `DELETE /projects/{id}/milestones/{milestone_id}` */
  delete(milestoneId: string, options?: DeleteOptions): ApiPromise<S.Project>;
}

export interface ProjectsItemMilestonesItem {
  /** Complete a milestone. For all roles except ANALYST. `POST /projects/{id}/milestones/{milestone_id}/complete` */
  complete(body?: undefined, options?: WriteOptions): ApiPromise<S.Project>;
  /** Reopen a milestone. For all roles except ANALYST. `POST /projects/{id}/milestones/{milestone_id}/reopen` */
  reopen(body?: undefined, options?: WriteOptions): ApiPromise<S.Project>;
}

export interface ProjectsItemTasks {
  /** What belongs to one of them, and its actions. */
  (activityId: string): ProjectsItemTasksItem;
  /** List the tasks of a project. Tasks are activities about the project. Filter by `status`, `assigned_to_id`, `due_at` or `milestone_id`. `GET /projects/{id}/tasks` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Create a task of a project. The task is an activity about the project. The other operations on activities apply to it. For all roles except ANALYST. `POST /projects/{id}/tasks` */
  create(body: S.CreateProjectTaskBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ProjectsItemTasksItem {
  /** Move a task to another project. The task loses its milestone, unless `milestone_id` names one of the other project. For all roles except ANALYST. `POST /projects/{id}/tasks/{activity_id}/move` */
  move(body: S.MoveProjectTaskBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ProjectsItemTimeline {
  /** Read the milestones and tasks of a project in order of time. `GET /projects/{id}/timeline` */
  get(query?: GetProjectTimelineQuery, options?: CallOptions): ApiPromise<S.ProjectTimeline>;
}

export interface GetProjectTimelineQuery extends Pick<Parameters, "cursor"> {
  /** Tasks of a page; 100 by default */
  limit?: number | undefined;
}

export interface ProjectsItemActivities {
  /** List the activities of a project. `GET /projects/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a project. For all roles except ANALYST. `POST /projects/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListProjectsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "customer" | "opportunity" | "paths" | "title" | "customer_id" | "opportunity_id" | "owner_id" | "status_changed_at" | "completed_at" | "last_activity_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: "PLANNED" | "ACTIVE" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  space_order?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  date_time_start?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  date_time_end?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  total_member?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  total_task?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  total_task_completed?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  total_minutes?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  percent_complete?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  project_template_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  member_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface ProjectTemplates {
  /** What belongs to one of them, and its actions. */
  (id: string): ProjectTemplatesItem;
  /** List project templates. `GET /project-templates` */
  list(query?: ListProjectTemplatesQuery, options?: CallOptions): List<S.ProjectTemplateRow>;
  /** Create a project template. Only for ADMIN, DIRECTOR, MANAGER. `POST /project-templates` */
  create(body: S.CreateProjectTemplateBody, options?: WriteOptions): ApiPromise<S.ProjectTemplate>;
  /** Read a project template. `GET /project-templates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ProjectTemplate>;
  /** Replace a project template. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /project-templates/{id}` */
  replace(id: string, body: S.CreateProjectTemplateBody, options?: WriteOptions): ApiPromise<S.ProjectTemplate>;
  /** Change fields of a project template. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /project-templates/{id}` */
  update(id: string, body?: S.UpdateProjectTemplateBody, options?: WriteOptions): ApiPromise<S.ProjectTemplate>;
  /** Delete a project template. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /project-templates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ProjectTemplate>;
  /** List project templates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /project-templates/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ProjectTemplateRow>;
  /** Create, change or delete many project templates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /project-templates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface ProjectTemplatesItem {
  /** Restore a deleted project template. Only for ADMIN, DIRECTOR, MANAGER. `POST /project-templates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.ProjectTemplate>;
}

export interface ListProjectTemplatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "title" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  trigger_event?: "OPPORTUNITY_WON" | S.NullableStringOperators | undefined;
}

export interface Products {
  /** What belongs to one of them, and its actions. */
  (id: string): ProductsItem;
  /** List products. `GET /products` */
  list(query?: ListProductsAsMastersQuery, options?: CallOptions): List<S.ProductRow>;
  /** Create a product. Only for ADMIN, DIRECTOR, MANAGER. `POST /products` */
  create(body: S.CreateProductBody, options?: WriteOptions): ApiPromise<S.Product>;
  /** Read a product. `GET /products/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Product>;
  /** Replace a product. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /products/{id}` */
  replace(id: string, body: S.CreateProductBody, options?: WriteOptions): ApiPromise<S.Product>;
  /** Change fields of a product. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /products/{id}` */
  update(id: string, body?: S.UpdateProductBody, options?: WriteOptions): ApiPromise<S.Product>;
  /** Delete a product. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /products/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Product>;
  /** List products, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /products/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ProductRow>;
  /** Create, change or delete many products. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /products/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Import products from a CSV or XLSX file. Each row is a product, a service or a package. An existing one with the same SKU does not change, unless `on_duplicate` says otherwise. Rows are validated like single requests; rejected rows are reported and can be corrected. Only for ADMIN, DIRECTOR, MANAGER. `POST /products/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  /** Export products to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /products/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ProductsItem {
  readonly follow: ProductsItemFollow;
  readonly followers: ProductsItemFollowers;
  /** Restore a deleted product. Only for ADMIN, DIRECTOR, MANAGER. `POST /products/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Product>;
}

export interface ProductsItemFollow {
  /** Follow a product. `PUT /products/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a product. Also for the owner and for users who comment later, until they follow again. `DELETE /products/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface ProductsItemFollowers {
  /** List the followers of a product. `GET /products/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface PriceBooks {
  /** What belongs to one of them, and its actions. */
  (id: string): PriceBooksItem;
  /** List price books. `GET /price-books` */
  list(query?: ListPriceBooksAsMastersQuery, options?: CallOptions): List<S.PriceBookRow>;
  /** Create a price book. Only for ADMIN, DIRECTOR, MANAGER. `POST /price-books` */
  create(body: S.CreatePriceBookBody, options?: WriteOptions): ApiPromise<S.PriceBook>;
  /** Read a price book. `GET /price-books/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.PriceBook>;
  /** Replace a price book. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /price-books/{id}` */
  replace(id: string, body: S.CreatePriceBookBody, options?: WriteOptions): ApiPromise<S.PriceBook>;
  /** Change fields of a price book. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /price-books/{id}` */
  update(id: string, body?: S.UpdatePriceBookBody, options?: WriteOptions): ApiPromise<S.PriceBook>;
  /** Delete a price book. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /price-books/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.PriceBook>;
  /** List price books, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /price-books/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.PriceBookRow>;
  /** Create, change or delete many price books. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /price-books/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export price-books to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /price-books/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface PriceBooksItem {
  /** Restore a deleted price book. Only for ADMIN, DIRECTOR, MANAGER. `POST /price-books/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.PriceBook>;
  readonly entries: PriceBooksItemEntries;
  readonly price: PriceBooksItemPrice;
}

export interface PriceBooksItemEntries {
  /** List the prices in a price book. `GET /price-books/{id}/entries` */
  list(query?: ListPriceBookEntriesQuery, options?: CallOptions): List<S.PriceBookEntryRow>;
  /** Add the price of a product to a price book. Only for ADMIN, DIRECTOR, MANAGER. `POST /price-books/{id}/entries` */
  create(body: S.CreatePriceBookEntryBody, options?: WriteOptions): ApiPromise<S.PriceBookEntry>;
  /** Read a price in a price book. `GET /price-books/{id}/entries/{entry_id}` */
  get(entryId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.PriceBookEntry>;
  /** Replace a price in a price book. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /price-books/{id}/entries/{entry_id}` */
  replace(entryId: string, body: S.CreatePriceBookEntryBody, options?: WriteOptions): ApiPromise<S.PriceBookEntry>;
  /** Change fields of a price in a price book. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /price-books/{id}/entries/{entry_id}` */
  update(entryId: string, body?: S.UpdatePriceBookEntryBody, options?: WriteOptions): ApiPromise<S.PriceBookEntry>;
  /** Remove a price from a price book. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /price-books/{id}/entries/{entry_id}` */
  delete(entryId: string, options?: DeleteOptions): ApiPromise<S.PriceBookEntry>;
}

export interface ListPriceBookEntriesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "valid_from" | "valid_to" | "is_active" | "currency" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  product?: string | S.StringOperators | undefined;
  /** Exact match */
  price_book_id?: string | S.StringOperators | undefined;
  /** Exact match */
  product_id?: string | S.StringOperators | undefined;
  /** Exact match */
  unit_price?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  min_quantity?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  price_book?: S.StringOperators | undefined;
}

export interface PriceBooksItemPrice {
  /** Calculate the price of a product in a price book, with an explanation. `GET /price-books/{id}/price` */
  get(query: GetPriceBookPriceQuery, options?: CallOptions): ApiPromise<{
    price_book_id: string;
    product_id: string;
    quantity: number;
    date: string;
    currency: string;
    unit_price: string | null;
    /** The entry of the price; null if no entry matches */
    price_book_entry_id: string | null;
    reason: "ENTRY" | "PRODUCT" | "OTHER_CURRENCY" | "NO_PRICE";
    book_reason: "INACTIVE" | "OTHER_DAY" | "OTHER_CURRENCY" | null;
    message: string;
  }>;
}

export interface GetPriceBookPriceQuery extends Pick<Parameters, "date"> {
  /** Exact match */
  product_id: string;
  /** Defaults to 1 */
  quantity?: number | undefined;
}

export interface ExchangeRates {
  /** What belongs to one of them, and its actions. */
  (id: string): ExchangeRatesItem;
  /** List exchange rates. `GET /exchange-rates` */
  list(query?: ListExchangeRatesQuery, options?: CallOptions): List<S.ExchangeRateRow>;
  /** Create an exchange rate. Only for ADMIN, DIRECTOR, MANAGER. `POST /exchange-rates` */
  create(body: S.CreateExchangeRateBody, options?: WriteOptions): ApiPromise<S.ExchangeRate>;
  /** Read an exchange rate. `GET /exchange-rates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ExchangeRate>;
  /** Replace an exchange rate. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /exchange-rates/{id}` */
  replace(id: string, body: S.CreateExchangeRateBody, options?: WriteOptions): ApiPromise<S.ExchangeRate>;
  /** Change fields of an exchange rate. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /exchange-rates/{id}` */
  update(id: string, body?: S.UpdateExchangeRateBody, options?: WriteOptions): ApiPromise<S.ExchangeRate>;
  /** Delete an exchange rate. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /exchange-rates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ExchangeRate>;
  /** List exchange rates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /exchange-rates/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ExchangeRateRow>;
  /** Create, change or delete many exchange rates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /exchange-rates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Import exchange-rates from a CSV or XLSX file. Each row is the rate of a currency pair on a day, and replaces an existing one. Rows are validated like single requests; rejected rows are reported and can be corrected. Only for ADMIN, DIRECTOR, MANAGER. `POST /exchange-rates/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
  /** Export exchange-rates to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /exchange-rates/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ExchangeRatesItem {
  /** Restore a deleted exchange rate. Only for ADMIN, DIRECTOR, MANAGER. `POST /exchange-rates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.ExchangeRate>;
}

export interface ListExchangeRatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  pair?: string | S.TextOperators | undefined;
  /** Exact match */
  from?: string | S.TextOperators | undefined;
  /** Exact match */
  to?: string | S.TextOperators | undefined;
  /** Exact match */
  date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  rate?: number | string | S.NumberOperators | undefined;
}

export interface Proposals {
  /** What belongs to one of them, and its actions. */
  (id: string): ProposalsItem;
  /** List proposals. `GET /proposals` */
  list(query?: ListProposalsQuery, options?: CallOptions): List<S.ProposalRow>;
  /** Create a proposal. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals` */
  create(body: S.CreateProposalBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Read a proposal. `GET /proposals/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Proposal>;
  /** Replace a proposal. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /proposals/{id}` */
  replace(id: string, body: S.ReplaceProposalBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Change fields of a proposal. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /proposals/{id}` */
  update(id: string, body?: S.UpdateProposalBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Delete a proposal. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /proposals/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Proposal>;
  /** List proposals, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /proposals/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.ProposalRow>;
  /** Create, change or delete many proposals. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly templates: ProposalsTemplates;
  /** Export proposals to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /proposals/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ProposalsItem {
  readonly follow: ProposalsItemFollow;
  readonly followers: ProposalsItemFollowers;
  /** Restore a deleted proposal. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /proposals/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Proposal>;
  readonly sections: ProposalsItemSections;
  readonly preview: ProposalsItemPreview;
  /** Submit a proposal for approval. The proposal is APPROVED at once if the rule `proposal_approval` requires no approval, otherwise PENDING_APPROVAL. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/submit` */
  submit(body?: undefined, options?: WriteOptions): ApiPromise<S.Proposal>;
  readonly submissionPreview: ProposalsItemSubmissionPreview;
  /** Withdraw a proposal to a draft. Possible until the customer has it. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/withdraw` */
  withdraw(body?: undefined, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Send a proposal to the customer. Sends an approved proposal, with its quote, by email with a private link. A repeat sends the same link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/send` */
  send(body?: S.SendOrderBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  readonly sendPreview: ProposalsItemSendPreview;
  readonly offer: ProposalsItemOffer;
  readonly links: ProposalsItemLinks;
  /** Mark a proposal as presented. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/present` */
  present(body?: undefined, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Accept a proposal for the customer. Also accepts its quote, unless that was accepted before. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/accept` */
  accept(body?: S.AcceptProposalBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Reject a proposal for the customer. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/reject` */
  reject(body: S.RejectProposalBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Create a new version of a proposal. A DRAFT that replaces the latest version. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/version` */
  version(body?: undefined, options?: WriteOptions): ApiPromise<S.Proposal>;
  readonly compare: ProposalsItemCompare;
  readonly pdf: ProposalsItemPdf;
  readonly activities: ProposalsItemActivities;
}

export interface ProposalsItemFollow {
  /** Follow a proposal. `PUT /proposals/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a proposal. Also for the owner and for users who comment later, until they follow again. `DELETE /proposals/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface ProposalsItemFollowers {
  /** List the followers of a proposal. `GET /proposals/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface ProposalsItemSections {
  /** List the sections of a proposal. `GET /proposals/{id}/sections` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ProposalSection[]>;
  /** Add a section to a proposal. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/sections` */
  create(body?: S.AddProposalSectionBody, options?: WriteOptions): ApiPromise<S.Proposal>;
  /** Replace a section of a proposal. Omitted fields are cleared; the position does not change. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /proposals/{id}/sections/{section_id}` */
  replace(sectionId: string, body?: S.AddProposalSectionBody, options?: WriteOptions): ApiPromise<S.ProposalSection>;
  /** Remove a section from a proposal. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /proposals/{id}/sections/{section_id}` */
  delete(sectionId: string, options?: DeleteOptions): ApiPromise<S.Proposal>;
  /** Reorder the sections of a proposal. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/sections/reorder` */
  reorder(body: S.ReorderProposalSectionsBody, options?: WriteOptions): ApiPromise<S.Proposal>;
}

export interface ProposalsItemPreview {
  /** Preview a proposal as its customer sees it. Merge fields have values: the present ones for a draft, otherwise those of the submission. `GET /proposals/{id}/preview` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    sections: S.Sections;
    /** Merge fields without a value, with the field that contains them */
    missing: {
      field: string;
      path: string;
    }[];
  }>;
}

export interface ProposalsItemSubmissionPreview {
  /** Preview the submission of a proposal. Names the users who would be asked to approve the proposal, and the reasons. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /proposals/{id}/submission-preview` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SubmissionPreview>;
}

export interface ProposalsItemSendPreview {
  /** Preview the sending of a proposal. The address, the usual text, the PDF and the last day, as the mail would have them. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /proposals/{id}/send-preview` */
  get(query?: PreviewOrderSendingQuery, options?: CallOptions): ApiPromise<S.SendPreview>;
}

export interface ProposalsItemOffer {
  /** Read what was sent, seen and answered for a proposal. `GET /proposals/{id}/offer` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Offer>;
}

export interface ProposalsItemLinks {
  /** Revoke the links to a proposal. Sending again creates a new link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /proposals/{id}/links/revoke` */
  revoke(body?: undefined, options?: WriteOptions): ApiPromise<S.Offer>;
}

export interface ProposalsItemCompare {
  /** Compare two versions of a proposal. `GET /proposals/{id}/compare` */
  get(query: CompareProposalsQuery, options?: CallOptions): ApiPromise<S.ProposalComparison>;
}

export interface CompareProposalsQuery {
  /** The version to compare with */
  with: string;
}

export interface ProposalsItemPdf {
  /** Get a proposal as a PDF. The file that the customer gets. `ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link. `GET /proposals/{id}/pdf` */
  download(query?: GetOrderPdfQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface ProposalsItemActivities {
  /** List the activities of a proposal. `GET /proposals/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a proposal. For all roles except ANALYST. `POST /proposals/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListProposalsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "opportunity" | "series" | "paths" | "name" | "opportunity_id" | "contact_id" | "quote_id" | "owner_id" | "status_changed_at" | "expiration_date" | "accepted_date" | "version_number" | "is_primary" | "previous_version_id" | "template_id" | "last_activity_date" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  quote?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  status?: S.Status14 | S.StringOperators | undefined;
  /** Exact match */
  proposal_number?: string | S.TextOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  proposal_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  series_id?: string | S.StringOperators | undefined;
}

export interface ProposalsTemplates {
  /** What belongs to one of them, and its actions. */
  (id: string): ProposalsTemplatesItem;
  /** List proposal templates. `GET /proposals/templates` */
  list(query?: ListProposalTemplatesQuery, options?: CallOptions): List<S.ProposalTemplateRow>;
  /** Create a proposal template. Only for ADMIN, DIRECTOR, MANAGER. `POST /proposals/templates` */
  create(body: S.CreateProposalTemplateBody, options?: WriteOptions): ApiPromise<S.ProposalTemplate>;
  /** Read a proposal template. `GET /proposals/templates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ProposalTemplate>;
  /** Replace a proposal template. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /proposals/templates/{id}` */
  replace(id: string, body: S.CreateProposalTemplateBody, options?: WriteOptions): ApiPromise<S.ProposalTemplate>;
  /** Change fields of a proposal template. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /proposals/templates/{id}` */
  update(id: string, body?: S.UpdateProposalTemplateBody, options?: WriteOptions): ApiPromise<S.ProposalTemplate>;
  /** Delete a proposal template. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /proposals/templates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ProposalTemplate>;
  /** List proposal templates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /proposals/templates/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ProposalTemplateRow>;
  /** Create, change or delete many proposal templates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /proposals/templates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface ProposalsTemplatesItem {
  /** Restore a deleted proposal template. Only for ADMIN, DIRECTOR, MANAGER. `POST /proposals/templates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.ProposalTemplate>;
  /** Preview a proposal of a template. Nothing is stored. `POST /proposals/templates/{id}/preview` */
  preview(body?: S.PreviewProposalTemplateBody, options?: WriteOptions): ApiPromise<{
    revision: number;
    sections: S.Sections2;
    missing: S.Missing;
  }>;
  readonly revisions: ProposalsTemplatesItemRevisions;
}

export interface ProposalsTemplatesItemRevisions {
  /** List the revisions of a proposal template. `GET /proposals/templates/{id}/revisions` */
  list(query?: ListProposalTemplateRevisionsQuery, options?: CallOptions): List<S.ProposalTemplateRevision>;
}

export interface ListProposalTemplateRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "revision" | "name" | "description" | "is_active" | "valid_days" | "requires_signature" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  proposal_template_id?: string | S.StringOperators | undefined;
}

export interface ListProposalTemplatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "valid_days" | "requires_signature" | "revision" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
}

export interface SignatureAccounts {
  /** What belongs to one of them, and its actions. */
  (id: string): SignatureAccountsItem;
  /** List accounts with signature providers. Only for ADMIN. `GET /signature-accounts` */
  list(query?: ListSignatureAccountsQuery, options?: CallOptions): List<S.SignatureAccountRow>;
  /** Add an account with a signature provider. The key is stored encrypted and never returned. Only for ADMIN. `POST /signature-accounts` */
  create(body: S.CreateSignatureAccountBody, options?: WriteOptions): ApiPromise<S.SignatureAccount>;
  /** Read an account. Only for ADMIN. `GET /signature-accounts/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SignatureAccount>;
  /** Change an account. Changes only the named fields. An omitted key is kept; provider and environment cannot be changed. Only for ADMIN. `PATCH /signature-accounts/{id}` */
  update(id: string, body?: S.UpdateSignatureAccountBody, options?: WriteOptions): ApiPromise<S.SignatureAccount>;
  /** Delete an account with its key. Only for ADMIN. `DELETE /signature-accounts/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SignatureAccount>;
  /** List accounts with signature providers, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /signature-accounts/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.SignatureAccountRow>;
}

export interface SignatureAccountsItem {
  /** Check an account with its provider. Returns the problem; if consent is missing, also the URL of the consent page. Only for ADMIN. `POST /signature-accounts/{id}/check` */
  check(body?: undefined, options?: WriteOptions): ApiPromise<S.Data2>;
}

export interface ListSignatureAccountsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "is_default" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  provider?: "docusign" | "dropbox_sign" | S.StringOperators | undefined;
  /** Exact match */
  environment?: "demo" | "production" | S.StringOperators | undefined;
}

export interface Quotes {
  /** What belongs to one of them, and its actions. */
  (id: string): QuotesItem;
  /** List quotes. `GET /quotes` */
  list(query?: ListQuotesQuery, options?: CallOptions): List<S.QuoteRow>;
  /** Create a quote. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes` */
  create(body: S.CreateQuoteBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Read a quote. `GET /quotes/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Quote>;
  /** Replace a quote. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /quotes/{id}` */
  replace(id: string, body: S.ReplaceQuoteBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Change fields of a quote. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /quotes/{id}` */
  update(id: string, body?: S.UpdateQuoteBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Delete a quote. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /quotes/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Quote>;
  /** List quotes, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /quotes/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.QuoteRow>;
  /** Create, change or delete many quotes. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly pricingRules: QuotesPricingRules;
  readonly templates: QuotesTemplates;
  /** Export quotes to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /quotes/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface QuotesItem {
  readonly follow: QuotesItemFollow;
  readonly followers: QuotesItemFollowers;
  /** Restore a deleted quote. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /quotes/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Quote>;
  readonly lineItems: QuotesItemLineItems;
  /** Recalculate the prices of all lines. Uses the present products, price books and pricing rules. Prices entered by hand do not change. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/reprice` */
  reprice(body?: undefined, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Submit a quote for approval. The quote is APPROVED at once if the rule `quote_approval` requires no approval, otherwise PENDING_APPROVAL. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/submit` */
  submit(body?: undefined, options?: WriteOptions): ApiPromise<S.Quote>;
  readonly submissionPreview: QuotesItemSubmissionPreview;
  /** Send a quote to the customer. Sends an approved quote by email with a private link. A repeat sends the same link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/send` */
  send(body?: S.SendOrderBody, options?: WriteOptions): ApiPromise<S.Quote>;
  readonly sendPreview: QuotesItemSendPreview;
  readonly offer: QuotesItemOffer;
  readonly links: QuotesItemLinks;
  /** Mark a quote as presented. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/present` */
  present(body?: undefined, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Accept a quote for the customer. Wins its opportunity with the net amount, creates the deal, and closes other quotes of the opportunity. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/accept` */
  accept(body?: S.AcceptQuoteBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Reject a quote for the customer. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/reject` */
  reject(body: S.RejectProposalBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Request a signature of a quote. Default signer: its contact. The quote is accepted after all have signed; the request also sends an approved quote. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/request-signature` */
  requestSignature(body?: S.RequestQuoteSignatureBody, options?: WriteOptions): ApiPromise<S.SignatureRequest>;
  /** Convert an accepted quote. Once for each target: to a contract or an order, created from the quote, or to a `reference`. An order that the reference names is linked. The deal exists since the acceptance. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/convert` */
  convert(body: S.ConvertQuoteBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Create a new version of a quote. A DRAFT that replaces the latest version. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/version` */
  version(body?: undefined, options?: WriteOptions): ApiPromise<S.Quote>;
  readonly compare: QuotesItemCompare;
  readonly pdf: QuotesItemPdf;
  readonly activities: QuotesItemActivities;
}

export interface QuotesItemFollow {
  /** Follow a quote. `PUT /quotes/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a quote. Also for the owner and for users who comment later, until they follow again. `DELETE /quotes/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface QuotesItemFollowers {
  /** List the followers of a quote. `GET /quotes/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface QuotesItemLineItems {
  /** List the lines of a quote. `GET /quotes/{id}/line-items` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.QuoteLine[]>;
  /** Add a line to a quote. Prices and totals are recalculated. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/line-items` */
  create(body?: S.AddQuoteLineBody, options?: WriteOptions): ApiPromise<S.Quote>;
  /** Replace a line of a quote. Omitted fields are cleared; the position does not change. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /quotes/{id}/line-items/{line_id}` */
  replace(lineId: string, body?: S.AddQuoteLineBody, options?: WriteOptions): ApiPromise<S.QuoteLine>;
  /** Remove a line from a quote. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /quotes/{id}/line-items/{line_id}` */
  delete(lineId: string, options?: DeleteOptions): ApiPromise<S.Quote>;
}

export interface QuotesItemSubmissionPreview {
  /** Preview the submission of a quote. Names the users who would be asked to approve the quote, and the reasons. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /quotes/{id}/submission-preview` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SubmissionPreview>;
}

export interface QuotesItemSendPreview {
  /** Preview the sending of a quote. The address, the usual text, the PDF and the last day, as the mail would have them. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /quotes/{id}/send-preview` */
  get(query?: PreviewOrderSendingQuery, options?: CallOptions): ApiPromise<S.SendPreview>;
}

export interface QuotesItemOffer {
  /** Read what was sent, seen and answered for a proposal. `GET /quotes/{id}/offer` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Offer>;
}

export interface QuotesItemLinks {
  /** Revoke the links to a quote. Sending again creates a new link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /quotes/{id}/links/revoke` */
  revoke(body?: undefined, options?: WriteOptions): ApiPromise<S.Offer>;
}

export interface QuotesItemCompare {
  /** Compare two versions of a quote. `GET /quotes/{id}/compare` */
  get(query: CompareProposalsQuery, options?: CallOptions): ApiPromise<S.QuoteComparison>;
}

export interface QuotesItemPdf {
  /** Get a quote as a PDF. The file that the customer gets. `ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link. `GET /quotes/{id}/pdf` */
  download(query?: GetOrderPdfQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface QuotesItemActivities {
  /** List the activities of a quote. `GET /quotes/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a quote. For all roles except ANALYST. `POST /quotes/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListQuotesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "opportunity" | "series" | "paths" | "quote_number" | "name" | "opportunity_id" | "contact_id" | "owner_id" | "status_changed_at" | "net_amount" | "total_amount" | "currency" | "quote_date" | "expiration_date" | "accepted_date" | "version_number" | "is_primary" | "previous_version_id" | "template_id" | "last_activity_date" | "sale_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: S.Status14 | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  series_id?: string | S.StringOperators | undefined;
}

export interface QuotesPricingRules {
  /** What belongs to one of them, and its actions. */
  (id: string): QuotesPricingRulesItem;
  /** List pricing rules. `GET /quotes/pricing-rules` */
  list(query?: ListPricingRulesQuery, options?: CallOptions): List<S.PricingRuleRow>;
  /** Create a pricing rule. Only for ADMIN, DIRECTOR, MANAGER. `POST /quotes/pricing-rules` */
  create(body: S.CreatePricingRuleBody, options?: WriteOptions): ApiPromise<S.PricingRule>;
  /** Read a pricing rule. `GET /quotes/pricing-rules/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.PricingRule>;
  /** Replace a pricing rule. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /quotes/pricing-rules/{id}` */
  replace(id: string, body: S.ReplacePricingRuleBody, options?: WriteOptions): ApiPromise<S.PricingRule>;
  /** Change fields of a pricing rule. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /quotes/pricing-rules/{id}` */
  update(id: string, body?: S.UpdatePricingRuleBody, options?: WriteOptions): ApiPromise<S.PricingRule>;
  /** Delete a pricing rule. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /quotes/pricing-rules/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.PricingRule>;
  /** List pricing rules, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /quotes/pricing-rules/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.PricingRuleRow>;
  /** Create, change or delete many pricing rules. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /quotes/pricing-rules/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Preview the prices of products in a quote, with explanations. `rule` is evaluated as if it were active. Nothing is stored. `POST /quotes/pricing-rules/preview` */
  preview(body: S.PreviewPricesBody, options?: WriteOptions): ApiPromise<{
    product_id: string;
    quantity: string;
    /** Unit price; null: the product has no price in the currency */
    list_price: string | null;
    explanation: {
      /** From the price book, or the product's own price */
      base_price: string | null;
      base_reason: "ENTRY" | "PRODUCT" | "OTHER_CURRENCY" | "NO_PRICE";
      price_book_id: string | null;
      price_book_entry_id: string | null;
      rules: S.Rules;
    };
  }[]>;
}

export interface QuotesPricingRulesItem {
  /** Restore a deleted pricing rule. Only for ADMIN, DIRECTOR, MANAGER. `POST /quotes/pricing-rules/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.PricingRule>;
  readonly revisions: QuotesPricingRulesItemRevisions;
}

export interface QuotesPricingRulesItemRevisions {
  /** List the revisions of a pricing rule. `GET /quotes/pricing-rules/{id}/revisions` */
  list(query?: ListPricingRuleRevisionsQuery, options?: CallOptions): List<S.PricingRuleRevision>;
}

export interface ListPricingRuleRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "revision" | "name" | "description" | "is_active" | "stacks" | "effect" | "percent" | "amount" | "min_quantity" | "valid_from" | "valid_to" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  pricing_rule_id?: string | S.StringOperators | undefined;
  /** Exact match */
  priority?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  currency?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  customer_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  customer_type_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  tiers?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  customer_tags?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  product_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  category_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  together_with?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface ListPricingRulesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "effect" | "name" | "stacks" | "percent" | "amount" | "min_quantity" | "valid_from" | "valid_to" | "revision" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  priority?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  currency?: string | S.NullableTextOperators | undefined;
}

export interface QuotesTemplates {
  /** What belongs to one of them, and its actions. */
  (id: string): QuotesTemplatesItem;
  /** List quote templates. `GET /quotes/templates` */
  list(query?: ListQuoteTemplatesQuery, options?: CallOptions): List<S.QuoteTemplateRow>;
  /** Create a quote template. Only for ADMIN, DIRECTOR, MANAGER. `POST /quotes/templates` */
  create(body: S.CreateQuoteTemplateBody, options?: WriteOptions): ApiPromise<S.QuoteTemplate>;
  /** Read a quote template. `GET /quotes/templates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.QuoteTemplate>;
  /** Replace a quote template. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /quotes/templates/{id}` */
  replace(id: string, body: S.CreateQuoteTemplateBody, options?: WriteOptions): ApiPromise<S.QuoteTemplate>;
  /** Change fields of a quote template. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /quotes/templates/{id}` */
  update(id: string, body?: S.UpdateQuoteTemplateBody, options?: WriteOptions): ApiPromise<S.QuoteTemplate>;
  /** Delete a quote template. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /quotes/templates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.QuoteTemplate>;
  /** List quote templates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /quotes/templates/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.QuoteTemplateRow>;
  /** Create, change or delete many quote templates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /quotes/templates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface QuotesTemplatesItem {
  /** Restore a deleted quote template. Only for ADMIN, DIRECTOR, MANAGER. `POST /quotes/templates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.QuoteTemplate>;
  /** Preview a quote of a template. Nothing is stored. `POST /quotes/templates/{id}/preview` */
  preview(body?: S.PreviewQuoteTemplateBody, options?: WriteOptions): ApiPromise<{
    revision: number;
    currency: string;
    line_items: {
      product_id: string | null;
      name: string | null;
      description: string | null;
      quantity: string;
      unit_price: string;
      discount_percent: string;
      tax_percent: string;
      section: string | null;
      bundle: string | null;
      optional: boolean;
      chosen: boolean;
      /** Starts at 1 */
      sequence: number;
      /** true: entered by hand; the price does not follow list_price */
      unit_price_is_manual: boolean;
      /** Price from the price book and the pricing rules; discounts are measured against it */
      list_price: string | null;
      price_explanation: S.PriceExplanation;
      product_category_id: string | null;
      /** unit_price × quantity, rounded half up */
      gross_amount: string;
      /** From the discount_percent of the line */
      discount_amount: string;
      /** The line's share of the discount on the whole quote */
      allocated_discount: string;
      /** Net: gross_amount − discount_amount − allocated_discount */
      line_total: string;
      /** tax_percent of line_total, rounded half up */
      tax_amount: string;
    }[];
    subtotal: string;
    discount_amount: string;
    net_amount: string;
    tax_amount: string;
    total_amount: string;
  }>;
  readonly revisions: QuotesTemplatesItemRevisions;
}

export interface QuotesTemplatesItemRevisions {
  /** List the revisions of a quote template. `GET /quotes/templates/{id}/revisions` */
  list(query?: ListQuoteTemplateRevisionsQuery, options?: CallOptions): List<S.QuoteTemplateRevision>;
}

export interface ListQuoteTemplateRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "revision" | "name" | "description" | "is_active" | "valid_days" | "discount_percent" | "payment_terms" | "delivery_terms" | "requires_signature" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  quote_template_id?: string | S.StringOperators | undefined;
  /** Exact match */
  quote_description?: string | S.NullableTextOperators | undefined;
}

export interface ListQuoteTemplatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "valid_days" | "discount_percent" | "requires_signature" | "revision" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
}

export interface Campaigns {
  /** What belongs to one of them, and its actions. */
  (id: string): CampaignsItem;
  /** List campaigns. `GET /campaigns` */
  list(query?: ListCampaignsQuery, options?: CallOptions): List<S.CampaignRow>;
  /** Create a campaign. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns` */
  create(body: S.CreateCampaignBody, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Read a campaign. `GET /campaigns/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Campaign>;
  /** Replace a campaign. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PUT /campaigns/{id}` */
  replace(id: string, body: S.ReplaceCampaignBody, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Change fields of a campaign. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaigns/{id}` */
  update(id: string, body?: S.UpdateCampaignBody, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Delete a campaign. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Campaign>;
  /** List campaigns, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /campaigns/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.CampaignRow>;
  /** Create, change or delete many campaigns. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly performance: CampaignsPerformance;
  readonly attribution: CampaignsAttribution;
  readonly attributions: CampaignsAttributions;
  readonly templates: CampaignsTemplates;
  /** Export campaigns to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /campaigns/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import campaigns from a CSV or XLSX file. Each row is a campaign. `parent_campaign_id` accepts an id or a number. Rows are validated like single requests; rejected rows are reported and can be corrected. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface CampaignsItem {
  /** Restore a deleted campaign. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Start a campaign. A draft, or a campaign that is PLANNING or ON_HOLD, becomes IN_PROGRESS. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/activate` */
  activate(body?: undefined, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Put a running campaign on hold. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/pause` */
  pause(body?: undefined, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Continue a campaign that is on hold. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/resume` */
  resume(body?: undefined, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Complete a campaign. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/complete` */
  complete(body?: undefined, options?: WriteOptions): ApiPromise<S.Campaign>;
  /** Cancel a campaign. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.Campaign>;
  readonly performance: CampaignsItemPerformance;
  /** Create a draft with the fields of a campaign. Members and figures are not copied. The caller owns the draft. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/clone` */
  clone(body?: S.CloneCampaignBody, options?: WriteOptions): ApiPromise<S.Campaign>;
  readonly hierarchy: CampaignsItemHierarchy;
  readonly timeline: CampaignsItemTimeline;
  readonly members: CampaignsItemMembers;
  readonly responses: CampaignsItemResponses;
  /** Send a mail to the members of a campaign. Makes an email send to the active members, at once or at its time. Each person gets one mail. The campaign must be IN_PROGRESS; for a time in the future it can also be PLANNING. With `test_to`, only these users get the mail, as a test. With `variants`, an A/B test is created and started. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/send-email` */
  sendEmail(body?: S.SendCampaignEmailBody, options?: WriteOptions): ApiPromise<S.CampaignSendResult>;
  /** Send a text message to the members of a campaign. As for mails. Quiet hours of the recipient's country delay a message. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/send-sms` */
  sendSms(body?: S.SendCampaignSmsBody, options?: WriteOptions): ApiPromise<S.CampaignSendResult>;
  readonly metrics: CampaignsItemMetrics;
  readonly conversions: CampaignsItemConversions;
  readonly abTests: CampaignsItemAbTests;
  readonly activities: CampaignsItemActivities;
  readonly assets: CampaignsItemAssets;
}

export interface CampaignsItemPerformance {
  /** Read the figures of a campaign. Members, responses, metrics, cost, revenue and ROI: of the campaign, and with the campaigns below it. `by=day` adds the figures of each day. `GET /campaigns/{id}/performance` */
  get(query?: GetCampaignPerformanceQuery, options?: CallOptions): ApiPromise<S.CampaignPerformance>;
}

export interface GetCampaignPerformanceQuery {
  /** Also answers the figures by this */
  by?: "day" | undefined;
  /** With `by=day`: the first day; the period is 30 days by default and 366 at most */
  from?: string | undefined;
  /** With `by=day`: the last day; defaults to today */
  to?: string | undefined;
}

export interface CampaignsItemHierarchy {
  /** Read the campaigns above and below a campaign. `GET /campaigns/{id}/hierarchy` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.CampaignHierarchy>;
}

export interface CampaignsItemTimeline {
  /** List what is planned and what has happened in a campaign. Latest first: changes of the status, used budgets, activities, sends, notes and attachments. `GET /campaigns/{id}/timeline` */
  list(query?: ListCampaignTimelineQuery, options?: CallOptions): List<S.CampaignTimelineEntry>;
}

export interface ListCampaignTimelineQuery {
  /** Exact match */
  type?: "change" | "activity" | "task" | "send" | "note" | "attachment" | undefined;
  /** Default: 20 */
  limit?: number | undefined;
  /** next_cursor of the previous page */
  cursor?: string | undefined;
  /** Only entries at or after this time */
  from?: string | undefined;
  /** Only entries at or before this time */
  to?: string | undefined;
}

export interface CampaignsItemMembers {
  /** List the members of a campaign. Only members whose person the caller can see. `GET /campaigns/{id}/members` */
  list(query?: ListCampaignMembersQuery, options?: CallOptions): List<S.CampaignMemberRow>;
  /** Add a lead, a contact or a person to a campaign. A person is a member once. A person who is a member stays as they are, and a removed member is restored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/members` */
  create(body?: S.AddCampaignMemberBody, options?: WriteOptions): ApiPromise<S.CampaignMember>;
  /** Remove a person from a campaign. Fills do not add the person again; a user can. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/{id}/members/{member_id}` */
  delete(memberId: string, options?: DeleteOptions): ApiPromise<S.CampaignMember>;
  /** Add the persons of a segment, a contact list or a filter of leads. Works in the background. Members do not change, and persons whom a user removed from the campaign are not added again. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/members/fill` */
  fill(body?: S.FillCampaignBody, options?: WriteOptions): ApiPromise<S.CampaignFill>;
}

export interface ListCampaignMembersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "personal_key_id" | "contact_id" | "is_active" | "inactive_reason" | "added_at" | "sent_at" | "tracked_at" | "opened_at" | "clicked_at" | "responded_at" | "response_date" | "converted_at" | "bounced_at" | "opted_out_at" | "converted_opportunity_id" | "converted_order_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  /** The furthest step; BOUNCED and OPTED_OUT are the reasons of inactive members */
  status?: S.Status41 | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  source?: "hand" | "segment" | "list" | "filter" | "file" | "form" | "link" | S.StringOperators | undefined;
  /** Exact match */
  campaign?: S.StringOperators | undefined;
}

export interface CampaignsItemResponses {
  /** List the responses to a campaign. Only responses whose person the caller can see. `GET /campaigns/{id}/responses` */
  list(query?: ListCampaignResponsesQuery, options?: CallOptions): List<S.CampaignResponseRow>;
  /** Record a response of a member. The same source counts once for a kind: a repeated report returns the response that exists. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/responses` */
  create(body: S.RecordCampaignResponseBody, options?: WriteOptions): ApiPromise<S.CampaignResponse>;
}

export interface ListCampaignResponsesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "member" | "member_id" | "personal_key_id" | "link" | "occurred_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  kind?: S.Kind6 | S.StringOperators | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  source?: string | S.TextOperators | undefined;
  /** Exact match */
  campaign?: S.StringOperators | undefined;
}

export interface CampaignsItemMetrics {
  /** List the daily metrics of a campaign. `GET /campaigns/{id}/metrics` */
  list(query?: ListCampaignMetricsQuery, options?: CallOptions): List<S.CampaignMetricRow>;
  /** Set the metrics of a channel and day. Replaces the row of this channel, day and source if there is one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/metrics` */
  create(body: S.CreateCampaignMetricBody, options?: WriteOptions): ApiPromise<S.CampaignMetric>;
  /** Read a daily metric of a campaign. `GET /campaigns/{id}/metrics/{metric_id}` */
  get(metricId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignMetric>;
  /** Change numbers of a daily metric. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaigns/{id}/metrics/{metric_id}` */
  update(metricId: string, body?: S.UpdateCampaignMetricBody, options?: WriteOptions): ApiPromise<S.CampaignMetric>;
  /** Delete a daily metric. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/{id}/metrics/{metric_id}` */
  delete(metricId: string, options?: DeleteOptions): ApiPromise<S.CampaignMetric>;
  readonly summary: CampaignsItemMetricsSummary;
  /** Set the metrics of many channels and days. All rows are checked before the first is written. Each replaces the row of its channel, day and source. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/metrics/batch` */
  batch(body: S.CreateCampaignMetricsBody, options?: WriteOptions): ApiPromise<S.SavedCampaignMetrics>;
  /** Import daily metrics from a CSV or XLSX file. Exports of Google Ads, Meta Ads, LinkedIn Campaign Manager, TikTok Ads and Microsoft Advertising are recognised. Rows with the same day and channel are added up. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/metrics/import` */
  import(body?: S.ImportCampaignMetricsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
    /** Channel of rows that name none. By default search ads for Google and Microsoft, social ads for Meta, LinkedIn and TikTok */
    channel_id?: string | undefined;
    /** Only rows of this campaign of the platform; other rows are skipped */
    platform_campaign?: string | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface ListCampaignMetricsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "cost" | "currency" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** The first day */
  from?: string | undefined;
  /** The last day */
  to?: string | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel?: string | S.StringOperators | undefined;
  /** Exact match */
  source?: "manual" | "file" | "api" | "system" | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel_id?: string | S.StringOperators | undefined;
  /** Exact match */
  metric_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  impressions?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  clicks?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  conversions?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  revenue?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  cost_is_default?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  import_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  click_through_rate?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  cost_per_click?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  click_conversion_rate?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  roi?: string | S.NullableTextOperators | undefined;
}

export interface CampaignsItemMetricsSummary {
  /** Add up the daily metrics of a campaign by day, week, month or channel. `GET /campaigns/{id}/metrics/summary` */
  get(query: GetCampaignMetricSummaryQuery, options?: CallOptions): ApiPromise<S.CampaignMetricSummary>;
}

export interface GetCampaignMetricSummaryQuery {
  /** The first day */
  from?: string | undefined;
  /** The last day */
  to?: string | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel?: string | undefined;
  /** Exact match */
  source?: "manual" | "file" | "api" | "system" | undefined;
  /** Exact match */
  group_by: "day" | "channel" | "week" | "month";
}

export interface CampaignsItemConversions {
  /** List the sales with a touch of the campaign. The latest 1,000. Each is visible to users who see the owner of the sale. `GET /campaigns/{id}/conversions` */
  list(query?: ListCampaignConversionsQuery, options?: CallOptions): List<S.CampaignConversionRow>;
}

export interface ListCampaignConversionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "owner" | "conversion_kind" | "record_id" | "sale_id" | "customer_id" | "owner_id" | "converted_day" | "currency" | "value" | "is_attributed" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "person_ids" | "campaign_ids" | "channels" | "sources"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  converted_at?: string | S.DayOrInstantOperators | undefined;
}

export interface CampaignsItemAbTests {
  /** What belongs to one of them, and its actions. */
  (abTestId: string): CampaignsItemAbTestsItem;
  /** List the A/B tests of a campaign. `GET /campaigns/{id}/ab-tests` */
  list(query?: ListCampaignAbTestsQuery, options?: CallOptions): List<S.CampaignAbTestRow>;
  /** Create an A/B test of a mail. Two to five variants of the subject, the content, the sender or the time. Recipients are the members of the campaign, unless a segment or list is named. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/ab-tests` */
  create(body: S.CreateCampaignAbTestBody, options?: WriteOptions): ApiPromise<S.CampaignAbTest>;
  /** Read an A/B test. `GET /campaigns/{id}/ab-tests/{ab_test_id}` */
  get(abTestId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignAbTest>;
  /** Change fields of an A/B test that has not started. Changes only the named fields; `null` clears one. `variants` replaces all variants. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaigns/{id}/ab-tests/{ab_test_id}` */
  update(abTestId: string, body?: S.UpdateCampaignAbTestBody, options?: WriteOptions): ApiPromise<S.CampaignAbTest>;
  /** Delete an A/B test that does not run. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/{id}/ab-tests/{ab_test_id}` */
  delete(abTestId: string, options?: DeleteOptions): ApiPromise<S.CampaignAbTest>;
}

export interface CampaignsItemAbTestsItem {
  /** Check an A/B test before it starts. Checks each variant, and counts the persons of the sample, the others, and those who would get no mail, by reason, among the first 1,000 persons. Says whether opens and clicks would be counted. Nothing is stored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/ab-tests/{ab_test_id}/check` */
  check(body?: undefined, options?: WriteOptions): ApiPromise<S.CampaignAbTestCheck>;
  /** Start an A/B test, now or later. The sample gets the variants, once its send is approved if the rule `email_send_approval` requires approval. Only persons whom the caller can see are included. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/ab-tests/{ab_test_id}/start` */
  start(body?: S.StartCampaignAbTestBody, options?: WriteOptions): ApiPromise<S.CampaignAbTest>;
  /** Cancel an A/B test that is not decided. Cannot be undone. Mails of the sample that wait are not sent, and the others get no mail. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/ab-tests/{ab_test_id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.CampaignAbTest>;
  /** Send a variant to the others, where nothing won. Possible while `is_waiting` is true, for 60 days after the start. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/ab-tests/{ab_test_id}/choose` */
  choose(body: S.ChooseCampaignAbTestVariantBody, options?: WriteOptions): ApiPromise<S.CampaignAbTest>;
  readonly results: CampaignsItemAbTestsItemResults;
}

export interface CampaignsItemAbTestsItemResults {
  /** Read the figures of an A/B test by variant. Counted continuously, with a delay of seconds. `GET /campaigns/{id}/ab-tests/{ab_test_id}/results` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.CampaignAbTestResults>;
}

export interface ListCampaignAbTestsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "name" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: S.Status24 | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  tests?: "subject" | "content" | "sender" | "time" | S.StringOperators | undefined;
  /** Exact match */
  success_metric?: "click_rate" | "response_rate" | "conversion_rate" | "open_rate" | S.StringOperators | undefined;
  /** Exact match */
  sample_percent?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  start_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  end_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  winning_variant?: "A" | "B" | "C" | "D" | "E" | S.NullableStringOperators | undefined;
  /** Exact match */
  is_waiting?: boolean | S.BooleanOperators | undefined;
}

export interface CampaignsItemActivities {
  /** List the activities of a campaign. `GET /campaigns/{id}/activities` */
  list(query?: ListCampaignActivitiesQuery, options?: CallOptions): List<S.CampaignActivityRow>;
  /** Plan an activity of a campaign. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/activities` */
  create(body: S.CreateCampaignActivityBody, options?: WriteOptions): ApiPromise<S.CampaignActivity>;
  /** Read an activity of a campaign. `GET /campaigns/{id}/activities/{activity_id}` */
  get(activityId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignActivity>;
  /** Change fields of an activity of a campaign. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaigns/{id}/activities/{activity_id}` */
  update(activityId: string, body?: S.UpdateCampaignActivityBody, options?: WriteOptions): ApiPromise<S.CampaignActivity>;
  /** Delete an activity of a campaign. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/{id}/activities/{activity_id}` */
  delete(activityId: string, options?: DeleteOptions): ApiPromise<S.CampaignActivity>;
}

export interface ListCampaignActivitiesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "owner" | "name" | "channel_id" | "budget" | "owner_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "PLANNED" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  activity_type?: S.ActivityType | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  scheduled_date?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  execution_date?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface CampaignsItemAssets {
  /** What belongs to one of them, and its actions. */
  (assetId: string): CampaignsItemAssetsItem;
  /** List the assets of a campaign. `GET /campaigns/{id}/assets` */
  list(query?: ListCampaignAssetsQuery, options?: CallOptions): List<S.CampaignAssetRow>;
  /** Add an asset to a campaign. Either an uploaded file, or the address of a file that is stored elsewhere. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/{id}/assets` */
  create(body: S.CreateCampaignAssetBody, options?: WriteOptions): ApiPromise<S.CampaignAsset>;
  /** Read an asset of a campaign. `GET /campaigns/{id}/assets/{asset_id}` */
  get(assetId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignAsset>;
  /** Change fields of an asset. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaigns/{id}/assets/{asset_id}` */
  update(assetId: string, body?: S.UpdateCampaignAssetBody, options?: WriteOptions): ApiPromise<S.CampaignAsset>;
  /** Delete an asset. The uploaded file is deleted after 30 days. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/{id}/assets/{asset_id}` */
  delete(assetId: string, options?: DeleteOptions): ApiPromise<S.CampaignAsset>;
}

export interface CampaignsItemAssetsItem {
  readonly file: CampaignsItemAssetsItemFile;
}

export interface CampaignsItemAssetsItemFile {
  /** Get the uploaded file of an asset. Returns 303 with a short-lived download link. `GET /campaigns/{id}/assets/{asset_id}/file` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface ListCampaignAssetsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  asset_type?: "IMAGE" | "VIDEO" | "DOCUMENT" | "AUDIO" | "TEMPLATE" | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  file_url?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  dimensions?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  upload_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  file_name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  file_size?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  format?: string | S.NullableTextOperators | undefined;
}

export interface ListCampaignsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "paths" | "name" | "goal" | "status_changed_at" | "owner_id" | "end_date" | "currency" | "budget" | "expected_revenue" | "target_size" | "started_at" | "finished_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "channel_ids" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.Status22 | S.StringOperators | undefined;
  /** Exact match */
  type?: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING" | S.StringOperators | undefined;
  /** Campaigns directly below this one */
  parent?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  campaign_number?: string | S.TextOperators | undefined;
  /** Exact match */
  start_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  follows_dates?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  budget_cycle?: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | S.StringOperators | undefined;
  /** Exact match */
  other_cost?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  expected_response_rate?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  parent_campaign_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  campaign_template_id?: string | S.NullableStringOperators | undefined;
}

export interface CampaignsPerformance {
  /** Compare campaigns by their figures. Those that are IN_PROGRESS, unless `status` names another one. The highest ROI is first. `GET /campaigns/performance` */
  get(query?: CompareCampaignsQuery, options?: CallOptions): ApiPromise<S.CampaignComparison>;
}

export interface CompareCampaignsQuery {
  /** Exact match */
  status?: "DRAFT" | "PLANNING" | "IN_PROGRESS" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | undefined;
}

export interface CampaignsAttribution {
  /** Read revenue by campaign, channel or source. Divides the value of each sale of the period among the touches before it, by one of five models. Sales without a touch are `unattributed`. For all roles except SALES_REP, SUPPORT_AGENT, USER. `GET /campaigns/attribution` */
  get(query?: GetCampaignAttributionQuery, options?: CallOptions): ApiPromise<S.CampaignAttributionReport>;
}

export interface GetCampaignAttributionQuery extends Pick<Parameters, "from" | "to"> {
  /** Exact match */
  model?: "FIRST_TOUCH" | "LAST_TOUCH" | "LINEAR" | "TIME_DECAY" | "POSITION_BASED" | undefined;
  /** Exact match */
  group_by?: "campaign" | "channel" | "source" | undefined;
}

export interface CampaignsAttributions {
  /** List the sales of a period, or those behind a row of the report. The latest 1,000 of the period; with `key`, of the latest 5,000 sales those that have a touch of the campaign, channel or source. Each is visible to users who see the owner of the sale. `GET /campaigns/attributions` */
  list(query?: ListAttributedConversionsQuery, options?: CallOptions): List<S.CampaignConversionRow>;
  /** Read a sale with its touches, and the share of each by all models. `GET /campaigns/attributions/{attribution_id}` */
  get(attributionId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignConversion>;
}

export interface ListAttributedConversionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "owner" | "from" | "to" | "conversion_kind" | "record_id" | "sale_id" | "customer_id" | "owner_id" | "converted_day" | "currency" | "value" | "is_attributed" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "person_ids" | "campaign_ids" | "channels" | "sources"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** What `key` is */
  group_by?: "campaign" | "channel" | "source" | undefined;
  /** The key of a row of the report: a campaign, channel or source */
  key?: string | undefined;
  /** Exact match */
  converted_at?: string | S.DayOrInstantOperators | undefined;
}

export interface CampaignsTemplates {
  /** What belongs to one of them, and its actions. */
  (id: string): CampaignsTemplatesItem;
  /** List campaign templates. `GET /campaigns/templates` */
  list(query?: ListCampaignTemplatesQuery, options?: CallOptions): List<S.CampaignTemplateRow>;
  /** Create a campaign template. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/templates` */
  create(body: S.CreateCampaignTemplateBody, options?: WriteOptions): ApiPromise<S.CampaignTemplate>;
  /** Read a campaign template. `GET /campaigns/templates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignTemplate>;
  /** Replace a campaign template. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PUT /campaigns/templates/{id}` */
  replace(id: string, body: S.CreateCampaignTemplateBody, options?: WriteOptions): ApiPromise<S.CampaignTemplate>;
  /** Change fields of a campaign template. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaigns/templates/{id}` */
  update(id: string, body?: S.UpdateCampaignTemplateBody, options?: WriteOptions): ApiPromise<S.CampaignTemplate>;
  /** Delete a campaign template. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaigns/templates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.CampaignTemplate>;
  /** List campaign templates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /campaigns/templates/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.CampaignTemplateRow>;
  /** Create, change or delete many campaign templates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/templates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface CampaignsTemplatesItem {
  /** Restore a deleted campaign template. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaigns/templates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.CampaignTemplate>;
}

export interface ListCampaignTemplatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "goal" | "budget" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "channel_ids"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  type?: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING" | S.NullableStringOperators | undefined;
  /** Exact match */
  budget_cycle?: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | S.NullableStringOperators | undefined;
  /** Exact match */
  duration_days?: number | string | S.NullableNumberOperators | undefined;
}

export interface CampaignMembers {
  /** List members of campaigns. Only members whose person and campaign the caller can see. `person` gives the memberships of a person. `GET /campaign-members` */
  list(query?: ListAllCampaignMembersQuery, options?: CallOptions): List<S.CampaignMemberRow>;
  /** Add a lead, a contact or a person to a campaign that the body names. A person is a member once. A person who is a member stays as they are, and a removed member is restored. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaign-members` */
  create(body: S.CreateCampaignMemberBody, options?: WriteOptions): ApiPromise<S.CampaignMember>;
  /** Read a member of a campaign. `GET /campaign-members/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignMember>;
  /** Change fields of a member of a campaign. Changes only the named fields; `null` clears one. `status` can only become a further step. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `PATCH /campaign-members/{id}` */
  update(id: string, body?: S.UpdateCampaignMemberBody, options?: WriteOptions): ApiPromise<S.CampaignMember>;
  /** Remove a member. Fills do not add the person again; a user can. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `DELETE /campaign-members/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.CampaignMember>;
  /** List members of campaigns, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /campaign-members/query` */
  query(body?: S.QueryAllCampaignMembersBody, options?: CallOptions): List<S.CampaignMemberRow>;
  /** Create, change or delete many campaign members. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaign-members/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export campaign-members to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /campaign-members/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Import campaign-members from a CSV or XLSX file. Each row names a campaign by id or number, and a person by email address or by the id of a lead, a contact or a person. Rows are validated like single requests; rejected rows are reported and can be corrected. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaign-members/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface ListAllCampaignMembersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "personal_key_id" | "contact_id" | "is_active" | "inactive_reason" | "added_at" | "sent_at" | "tracked_at" | "opened_at" | "clicked_at" | "responded_at" | "response_date" | "converted_at" | "bounced_at" | "opted_out_at" | "converted_opportunity_id" | "converted_order_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  /** The furthest step; BOUNCED and OPTED_OUT are the reasons of inactive members */
  status?: S.Status41 | S.StringOperators | undefined;
  /** Exact match */
  campaign?: string | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  lead_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  source?: "hand" | "segment" | "list" | "filter" | "file" | "form" | "link" | S.StringOperators | undefined;
}

export interface CampaignResponses {
  /** List responses to campaigns. Only responses whose person and campaign the caller can see. `GET /campaign-responses` */
  list(query?: ListAllCampaignResponsesQuery, options?: CallOptions): List<S.CampaignResponseRow>;
  /** Read a response to a campaign. `GET /campaign-responses/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignResponse>;
  /** List responses to campaigns, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /campaign-responses/query` */
  query(body?: S.QueryAllCampaignMembersBody, options?: CallOptions): List<S.CampaignResponseRow>;
  /** Export campaign-responses to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /campaign-responses/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ListAllCampaignResponsesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "member" | "member_id" | "personal_key_id" | "link" | "occurred_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  kind?: S.Kind6 | S.StringOperators | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  /** Exact match */
  campaign?: string | S.StringOperators | undefined;
  /** Exact match */
  campaign_id?: string | S.StringOperators | undefined;
  /** Exact match */
  source?: string | S.TextOperators | undefined;
}

export interface CampaignFills {
  /** What belongs to one of them, and its actions. */
  (id: string): CampaignFillsItem;
  /** Read the progress of a fill. `GET /campaign-fills/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.CampaignFill>;
}

export interface CampaignFillsItem {
  /** Stop a fill. Members that were already added stay. Only for ADMIN, DIRECTOR, MANAGER, MARKETER. `POST /campaign-fills/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.CampaignFill>;
}

export interface Reengagement {
  readonly batches: ReengagementBatches;
  readonly fills: ReengagementFills;
  readonly members: ReengagementMembers;
}

export interface ReengagementBatches {
  /** What belongs to one of them, and its actions. */
  (id: string): ReengagementBatchesItem;
  /** List reengagement batches. `GET /reengagement/batches` */
  list(query?: ListReengagementBatchesQuery, options?: CallOptions): List<S.ReengagementBatchRow>;
  /** Create a reengagement batch. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches` */
  create(body: S.CreateReengagementBatchBody, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Read a reengagement batch. `GET /reengagement/batches/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ReengagementBatch>;
  /** Replace a reengagement batch. Omitted fields are cleared. For all roles except SUPPORT_AGENT, ANALYST, USER. `PUT /reengagement/batches/{id}` */
  replace(id: string, body: S.CreateReengagementBatchBody, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Change fields of a reengagement batch. Changes only the named fields; `null` clears one. For all roles except SUPPORT_AGENT, ANALYST, USER. `PATCH /reengagement/batches/{id}` */
  update(id: string, body?: S.UpdateReengagementBatchBody, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Delete a reengagement batch. The record can be restored. For all roles except SUPPORT_AGENT, ANALYST, USER. `DELETE /reengagement/batches/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ReengagementBatch>;
  /** List reengagement batches, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /reengagement/batches/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ReengagementBatchRow>;
  /** Create, change or delete many reengagement batches. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export batches to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /reengagement/batches/export` */
  export(body: S.ExportActivitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ReengagementBatchesItem {
  /** Restore a deleted reengagement batch. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Start or resume a batch. From then on members can be contacted, and receive the messages of its sequence. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/activate` */
  activate(body?: undefined, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Pause a batch. During the pause no member is contacted, and the sequence stops. Persons whom the batch has contacted stay held. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/pause` */
  pause(body?: undefined, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Complete a batch. The batch no longer holds persons. Purchases within the window after a member's last contact still count. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/complete` */
  complete(body?: undefined, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  /** Cancel a batch. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.ReengagementBatch>;
  readonly stats: ReengagementBatchesItemStats;
  readonly members: ReengagementBatchesItemMembers;
  /** Fill a batch. Adds the contacts of a list, or customers that match the criteria, in the background. Existing members do not change. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/fill` */
  fill(body?: S.FillReengagementBatchBody, options?: WriteOptions): ApiPromise<S.ReengagementFill>;
}

export interface ReengagementBatchesItemStats {
  /** What belongs to one of them, and its actions. */
  (day: string): ReengagementBatchesItemStatsItem;
  /** Read the daily figures of a batch. Each day of the range, at most 366, with totals up to that day. `GET /reengagement/batches/{id}/stats` */
  get(query?: GetReengagementStatsQuery, options?: CallOptions): ApiPromise<{
    batch_id: string;
    currency: string;
    days: {
      /** Day in the tenant's time zone */
      snapshot_date: string;
      /** Members contacted for the first time on this day */
      contacted_count: number;
      response_count: number;
      conversion_count: number;
      revenue_generated: string;
      /** Up to and including this day, like the other totals */
      total_contacted: number;
      total_responses: number;
      total_conversions: number;
      total_revenue: string;
      /** total_responses ÷ total_contacted × 100 */
      response_rate: string | null;
      /** total_conversions ÷ total_responses × 100 */
      conversion_rate: string | null;
      /** total_revenue ÷ total_conversions */
      avg_revenue_per_conversion: string | null;
      sms_sent: number;
      email_sent: number;
      phone_calls: number;
      /** Note that users wrote for this day */
      notes: string | null;
    }[];
  }>;
}

export interface ReengagementBatchesItemStatsItem {
  readonly notes: ReengagementBatchesItemStatsItemNotes;
}

export interface ReengagementBatchesItemStatsItemNotes {
  /** Write a note for a day of a batch. The note is returned with the figures of that day. For all roles except SUPPORT_AGENT, ANALYST, USER. `PUT /reengagement/batches/{id}/stats/{day}/notes` */
  replace(body: S.AnnotateReengagementStatsBody, options?: WriteOptions): ApiPromise<{
    batch_id: string;
    snapshot_date: string;
    notes: string | null;
  }>;
}

export interface GetReengagementStatsQuery {
  /** Exact match */
  from?: string | undefined;
  /** Default: today */
  to?: string | undefined;
}

export interface ReengagementBatchesItemMembers {
  /** List the members of a batch. Only members whose person the caller can see. `GET /reengagement/batches/{id}/members` */
  list(query?: ListReengagementBatchMembersQuery, options?: CallOptions): List<S.ReengagementMemberRow>;
  /** Add a person to a batch. A person can be a member only once. Adding a removed member restores the membership. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/batches/{id}/members` */
  create(body: S.AddReengagementMemberBody, options?: WriteOptions): ApiPromise<S.ReengagementMember>;
}

export interface ListReengagementBatchMembersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "priority" | "batch_id" | "personal_key_id" | "contact_attempts" | "last_contact_method" | "added_to_batch_at" | "contacted_at" | "last_contacted_at" | "responded_at" | "converted_at" | "opted_out_at" | "conversion_value" | "currency" | "sequence_step" | "next_step_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  /** Exact match */
  status?: S.Status27 | S.StringOperators | undefined;
  /** Id of a user */
  assigned_to?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  owner?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  batch?: S.StringOperators | undefined;
}

export interface ListReengagementBatchesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "owner" | "assigned_to" | "target_size" | "start_date" | "end_date" | "currency" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "DRAFT" | "ACTIVE" | "PAUSED" | "COMPLETED" | "CANCELLED" | S.StringOperators | undefined;
  /** Exact match */
  batch_name?: string | S.TextOperators | undefined;
  /** Exact match */
  historical_value?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  created_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  target_revenue?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  target_response_rate?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  window_days?: number | string | S.NumberOperators | undefined;
}

export interface ReengagementFills {
  /** What belongs to one of them, and its actions. */
  (id: string): ReengagementFillsItem;
  /** Read the progress of a fill. `GET /reengagement/fills/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ReengagementFill>;
}

export interface ReengagementFillsItem {
  /** Stop a fill. Members that were already added stay. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/fills/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.ReengagementFill>;
}

export interface ReengagementMembers {
  /** What belongs to one of them, and its actions. */
  (id: string): ReengagementMembersItem;
  /** List members of batches. Only members whose person and batch the caller can see. `GET /reengagement/members` */
  list(query?: ListReengagementMembersQuery, options?: CallOptions): List<S.ReengagementMemberRow>;
  /** Read a member of a batch. `GET /reengagement/members/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ReengagementMember>;
  /** Change fields of a member. Changes only the named fields; `null` clears one. The status is derived from events. For all roles except SUPPORT_AGENT, ANALYST, USER. `PATCH /reengagement/members/{id}` */
  update(id: string, body?: S.UpdateReengagementMemberBody, options?: WriteOptions): ApiPromise<S.ReengagementMember>;
  /** Remove a member from a batch. The member no longer counts, and no longer holds the person. For all roles except SUPPORT_AGENT, ANALYST, USER. `DELETE /reengagement/members/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ReengagementMember>;
  /** List members of batches, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /reengagement/members/query` */
  query(body?: S.QueryAllCampaignMembersBody, options?: CallOptions): List<S.ReengagementMemberRow>;
  /** Export members to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /reengagement/members/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ReengagementMembersItem {
  /** Record that a member was contacted. The batch must be ACTIVE, and no other batch may hold the person. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/members/{id}/contacted` */
  contacted(body: S.ContactReengagementMemberBody, options?: WriteOptions): ApiPromise<S.ReengagementMember>;
  /** Record that a member responded. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/members/{id}/responded` */
  responded(body?: S.RespondReengagementMemberBody, options?: WriteOptions): ApiPromise<S.ReengagementMember>;
  /** Record that a member opted out. Applies to this batch and all others. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/members/{id}/opted-out` */
  optedOut(body?: S.RespondReengagementMemberBody, options?: WriteOptions): ApiPromise<S.ReengagementMember>;
  /** Record that a member cannot be won back. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/members/{id}/failed` */
  failed(body: S.FailReengagementMemberBody, options?: WriteOptions): ApiPromise<S.ReengagementMember>;
  /** Send a message of the sequence that is due. The workflow of the batch calls this. It sends the message if it is due and no other batch holds the person, once however often it is called. For all roles except SUPPORT_AGENT, ANALYST, USER. `POST /reengagement/members/{id}/send-step` */
  sendStep(body: S.SendReengagementStepBody, options?: WriteOptions): ApiPromise<S.ReengagementSentStep>;
}

export interface ListReengagementMembersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "priority" | "batch_id" | "personal_key_id" | "contact_attempts" | "last_contact_method" | "added_to_batch_at" | "contacted_at" | "last_contacted_at" | "responded_at" | "converted_at" | "opted_out_at" | "conversion_value" | "currency" | "sequence_step" | "next_step_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  /** Exact match */
  status?: S.Status27 | S.StringOperators | undefined;
  /** Id of a user */
  assigned_to?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  batch?: string | S.StringOperators | undefined;
  /** Exact match */
  owner?: string | S.NullableStringOperators | undefined;
}

export interface Contracts {
  /** What belongs to one of them, and its actions. */
  (id: string): ContractsItem;
  /** List contracts. `GET /contracts` */
  list(query?: ListContractsQuery, options?: CallOptions): List<S.ContractRow>;
  /** Create a contract. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts` */
  create(body: S.CreateContractBody, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Read a contract. `GET /contracts/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Contract>;
  /** Replace a contract. Omitted fields are cleared. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /contracts/{id}` */
  replace(id: string, body: S.ReplaceContractBody, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Change fields of a contract. Changes only the named fields; `null` clears one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /contracts/{id}` */
  update(id: string, body?: S.UpdateContractBody, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Delete a contract. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `DELETE /contracts/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Contract>;
  readonly stats: ContractsStats;
  /** List contracts, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /contracts/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.ContractRow>;
  /** Create, change or delete many contracts. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly amendments: ContractsAmendments;
  readonly renewals: ContractsRenewals;
  readonly calendar: ContractsCalendar;
  /** Export contracts to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /contracts/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  readonly templates: ContractsTemplates;
  readonly clauses: ContractsClauses;
}

export interface ContractsItem {
  readonly follow: ContractsItemFollow;
  readonly followers: ContractsItemFollowers;
  /** Restore a deleted contract. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /contracts/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Submit a contract for approval. The contract is APPROVED at once if the rule `contract_approval` requires no approval, otherwise UNDER_REVIEW or PENDING_APPROVAL. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/submit` */
  submit(body?: undefined, options?: WriteOptions): ApiPromise<S.Contract>;
  readonly submissionPreview: ContractsItemSubmissionPreview;
  /** Withdraw a contract that is not in force. The contract becomes a DRAFT again, unless both sides have signed it. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/withdraw` */
  withdraw(body?: undefined, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Sign a contract. Records a signature on paper; the customer's needs the signed file and the permission `contract:record_signature`. With a provider or signers, or for the customer without a file, it starts a signature request. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/sign` */
  sign(body: S.SignContractBody, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Activate a contract. Possible once it is signed and its first day has come; this also happens automatically. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/activate` */
  activate(body?: undefined, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Convert a contract to an order. An approved contract, once: a second request returns 409 with the order. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/convert` */
  convert(body: S.ConvertDealBody, options?: WriteOptions): ApiPromise<S.Contract>;
  /** Terminate a contract. Immediately, or with effect from a later day. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /contracts/{id}/terminate` */
  terminate(body: S.TerminateContractBody, options?: WriteOptions): ApiPromise<S.Contract>;
  readonly termination: ContractsItemTermination;
  readonly plan: ContractsItemPlan;
  readonly text: ContractsItemText;
  readonly pdf: ContractsItemPdf;
  readonly deliverables: ContractsItemDeliverables;
  readonly amendments: ContractsItemAmendments;
  /** Renew a contract. A new term follows the present one, also after a proposal. By default it is as long, at the price from `renewal_value` or `renewal_uplift_percent`. It begins automatically on the day after `end_date`. A contract that is already renewed returns 409. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/renew` */
  renew(body?: S.RenewContractBody, options?: WriteOptions): ApiPromise<S.Contract>;
  readonly renewals: ContractsItemRenewals;
  readonly activities: ContractsItemActivities;
}

export interface ContractsItemFollow {
  /** Follow a contract. `PUT /contracts/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a contract. Also for the owner and for users who comment later, until they follow again. `DELETE /contracts/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface ContractsItemFollowers {
  /** List the followers of a contract. `GET /contracts/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface ContractsItemSubmissionPreview {
  /** Preview the submission of a contract. Names the users who would be asked to review and to approve the contract, and the reasons. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /contracts/{id}/submission-preview` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SubmissionPreview>;
}

export interface ContractsItemTermination {
  /** Withdraw the termination of a contract. Possible until the termination takes effect. Only for ADMIN, DIRECTOR, MANAGER, SALES_REP. `POST /contracts/{id}/termination/withdraw` */
  withdraw(body?: undefined, options?: WriteOptions): ApiPromise<S.Contract>;
}

export interface ContractsItemPlan {
  /** Read the payment plan of a contract. `GET /contracts/{id}/plan` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ContractPlan>;
}

export interface ContractsItemText {
  /** Read the terms of a contract. `GET /contracts/{id}/text` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ContractText>;
  /** Replace the terms of a contract. Replaces all terms. A submitted contract becomes a DRAFT again; a contract with a signature cannot be changed. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /contracts/{id}/text` */
  replace(body: S.SetContractTextBody, options?: WriteOptions): ApiPromise<S.ContractText>;
  /** Generate the terms of a contract from its template. From the present values of the contract. Replaces all existing terms. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/text/generate` */
  generate(body?: S.GenerateContractTextBody, options?: WriteOptions): ApiPromise<S.ContractText>;
}

export interface ContractsItemPdf {
  /** Get a contract as a PDF. The complete contract: parties, terms, deliverables, payment plan, signatures. `ETag` is its SHA-256; a file over 4 MB returns 303 with a link. `GET /contracts/{id}/pdf` */
  download(query?: GetOrderPdfQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface ContractsItemDeliverables {
  /** List the deliverables of a contract. `GET /contracts/{id}/deliverables` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ContractDeliverable[]>;
  /** Add a deliverable to a contract. Deliverables are part of the agreed content. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/deliverables` */
  create(body: S.AddContractDeliverableBody, options?: WriteOptions): ApiPromise<S.ContractDeliverable>;
  /** Change a deliverable of a contract, or its status. The status can change from the contract's first day on; the content is fixed after the submission. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /contracts/{id}/deliverables/{deliverable_id}` */
  update(deliverableId: string, body?: S.UpdateContractDeliverableBody, options?: WriteOptions): ApiPromise<S.ContractDeliverable>;
  /** Remove a deliverable from a contract. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /contracts/{id}/deliverables/{deliverable_id}` */
  delete(deliverableId: string, options?: DeleteOptions): ApiPromise<null>;
}

export interface ContractsItemAmendments {
  /** What belongs to one of them, and its actions. */
  (amendmentId: string): ContractsItemAmendmentsItem;
  /** List the amendments of a contract. `GET /contracts/{id}/amendments` */
  list(query?: ListContractAmendmentsQuery, options?: CallOptions): List<S.ContractAmendmentRow>;
  /** Create an amendment of a contract. The contract must be signed or in force. The amendment stores its changes next to the contract's values at that time. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments` */
  create(body: S.CreateContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Read an amendment. `GET /contracts/{id}/amendments/{amendmentId}` */
  get(amendmentId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ContractAmendment>;
  /** Replace an amendment. Omitted fields are cleared. The amendment is rebuilt, and becomes a DRAFT again. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PUT /contracts/{id}/amendments/{amendmentId}` */
  replace(amendmentId: string, body: S.CreateContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Change fields of an amendment. Changes only the named fields; `null` clears one. The amendment is rebuilt and becomes a DRAFT again, unless only `notes` change. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `PATCH /contracts/{id}/amendments/{amendmentId}` */
  update(amendmentId: string, body?: S.UpdateContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Delete an amendment. Only a DRAFT, rejected or withdrawn amendment can be deleted. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `DELETE /contracts/{id}/amendments/{amendmentId}` */
  delete(amendmentId: string, options?: DeleteOptions): ApiPromise<S.ContractAmendment>;
}

export interface ContractsItemAmendmentsItem {
  /** Rebuild an amendment. Rebuilds the same changes from the present contract, which may have changed since. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments/{amendmentId}/refresh` */
  refresh(body?: undefined, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Submit an amendment. Starts the first required step: legal review or approval, as the rule `contract_amendment_approval` decides, then the customer, then the signers. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments/{amendmentId}/submit` */
  submit(body?: undefined, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  readonly submissionPreview: ContractsItemAmendmentsItemSubmissionPreview;
  /** Approve an amendment. Decides the caller's own approval or, with `from: customer`, records the customer's consent with its proof. `POST /contracts/{id}/amendments/{amendmentId}/approve` */
  approve(body?: S.ApproveContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Reject an amendment. Decides the caller's own approval or, with `from: customer`, records the customer's refusal. `POST /contracts/{id}/amendments/{amendmentId}/reject` */
  reject(body?: S.ApproveContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Withdraw an amendment. Possible until both sides have signed it. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments/{amendmentId}/withdraw` */
  withdraw(body?: S.WithdrawContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Sign an amendment. Records a signature on paper; the customer's needs the signed file and the permission `contract:record_signature`. With a provider or signers, or for the customer without a file, it starts a signature request. After the second signature the amendment is binding and takes effect on its effective date. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments/{amendmentId}/sign` */
  sign(body: S.SignContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  /** Send an amendment to the customer. By email, with a private link to a page where the customer can accept, decline or ask. A repeat sends the same link. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments/{amendmentId}/send` */
  send(body?: S.SendContractAmendmentBody, options?: WriteOptions): ApiPromise<S.ContractAmendment>;
  readonly sendPreview: ContractsItemAmendmentsItemSendPreview;
  readonly offer: ContractsItemAmendmentsItemOffer;
  readonly links: ContractsItemAmendmentsItemLinks;
  readonly document: ContractsItemAmendmentsItemDocument;
}

export interface ContractsItemAmendmentsItemSubmissionPreview {
  /** Preview the submission of an amendment. Names the users who would be asked to review and to approve the amendment, and the reasons. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /contracts/{id}/amendments/{amendmentId}/submission-preview` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SubmissionPreview>;
}

export interface ContractsItemAmendmentsItemSendPreview {
  /** Preview the sending of an amendment. The address, the usual text, the PDF and the last day, as the mail would have them. Writes nothing. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `GET /contracts/{id}/amendments/{amendmentId}/send-preview` */
  get(query?: PreviewOrderSendingQuery, options?: CallOptions): ApiPromise<S.SendPreview>;
}

export interface ContractsItemAmendmentsItemOffer {
  /** Read what was sent, seen and answered for an amendment. `GET /contracts/{id}/amendments/{amendmentId}/offer` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Offer>;
}

export interface ContractsItemAmendmentsItemLinks {
  /** Revoke the links to an amendment. All links that were sent stop working; sending again creates a new one. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /contracts/{id}/amendments/{amendmentId}/links/revoke` */
  revoke(body?: undefined, options?: WriteOptions): ApiPromise<S.Offer>;
}

export interface ContractsItemAmendmentsItemDocument {
  /** Get an amendment as a PDF. The contract's values before and after the amendment, and the signatures. While it is being signed, the file has exactly the signed bytes, in the language in which they are signed. `ETag` is the SHA-256 of the file. `GET /contracts/{id}/amendments/{amendmentId}/document` */
  download(query?: GetOrderPdfQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface ListContractAmendmentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "owner" | "amendment_type" | "number" | "amendment_number" | "title" | "status_changed_at" | "effective_date" | "owner_id" | "requires_legal_review" | "requires_customer_approval" | "requires_signature" | "customer_signed" | "company_signed" | "signed_at" | "took_effect_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: S.Status29 | S.StringOperators | undefined;
  /** Exact match */
  contract_id?: string | S.StringOperators | undefined;
}

export interface ContractsItemRenewals {
  /** List the terms of a contract that have ended or been decided. Each with its outcome, and with the next term. `GET /contracts/{id}/renewals` */
  list(query?: ListContractRenewalsQuery, options?: CallOptions): List<S.ContractRenewal>;
}

export interface ListContractRenewalsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "contract_number" | "currency" | "term_number" | "contract_value" | "monthly_fee" | "is_automatic" | "reason" | "opportunity_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  contract_id?: string | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  start_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  end_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  status?: "PROPOSED" | "PLANNED" | "BEGUN" | "VOID" | S.StringOperators | undefined;
  /** Exact match */
  settled_on?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  told_on?: string | S.NullableDayOrPeriodOperators | undefined;
}

export interface ContractsItemActivities {
  /** List the activities of a contract. `GET /contracts/{id}/activities` */
  list(query?: ListLeadActivitiesQuery, options?: CallOptions): List<S.ActivityRow>;
  /** Log an activity of a contract. For all roles except ANALYST. `POST /contracts/{id}/activities` */
  create(body: S.LogLeadActivityBody, options?: WriteOptions): ApiPromise<S.Activity>;
}

export interface ListContractsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "opportunity" | "contract_type" | "project" | "paths" | "contract_number" | "title" | "contact_id" | "opportunity_id" | "quote_id" | "contract_type_id" | "owner_id" | "status_changed_at" | "contract_value" | "currency" | "billing_frequency" | "monthly_fee" | "duration_months" | "auto_renew" | "renewal_notice_days" | "term_number" | "term_start_date" | "notice_date" | "requires_signature" | "customer_signed" | "company_signed" | "has_amendments" | "amendment_count" | "template_id" | "last_activity_date" | "project_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  customer?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: S.Status13 | S.StringOperators | undefined;
  /** Exact match */
  customer_id?: string | S.StringOperators | undefined;
  /** Exact match */
  start_date?: string | S.DayOrPeriodOperators | undefined;
  /** Exact match */
  end_date?: string | S.DayOrPeriodOperators | undefined;
}

export interface ContractsStats {
  /** Count contracts and their values by status. By currency, for the contracts that the caller can see; read from counters. `GET /contracts/stats` */
  get(query?: GetContractStatsQuery, options?: CallOptions): ApiPromise<S.ContractStats>;
}

export interface GetContractStatsQuery {
  /** Only contracts of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
}

export interface ContractsAmendments {
  /** List the amendments of all contracts. The amendments of the contracts that the caller can see. `owner` is the owner of the contract. `GET /contracts/amendments` */
  list(query?: ListContractAmendmentsQuery, options?: CallOptions): List<S.ContractAmendmentRow>;
  /** List the amendments of all contracts, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /contracts/amendments/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ContractAmendmentRow>;
  /** Export amendments to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /contracts/amendments/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ContractsRenewals {
  /** List contracts whose renewal is due. Contracts in force by the day of notice, `renewal_notice_days` before the last day; the earliest come first. `GET /contracts/renewals` */
  list(query?: ListDueRenewalsQuery, options?: CallOptions): List<S.DueRenewal>;
}

export interface ListDueRenewalsQuery extends Pick<Parameters, "fields" | "expand"> {
  /** Days of notice up to this many days from today. Default: 90, unless `to` is set */
  days?: number | undefined;
  /** First day of notice. Default: no lower limit */
  from?: string | undefined;
  /** Last day of notice, instead of `days` */
  to?: string | undefined;
  /** Owner of the contracts: `me`, `none`, or a user whose records the caller sees. Default: all of these */
  owner?: "me" | "none" | string | undefined;
  /** Default: 20 */
  limit?: number | undefined;
  /** next_cursor of the previous page */
  cursor?: string | undefined;
}

export interface ContractsCalendar {
  /** List the days of notice and the last days of contracts. Contracts in force that the caller can see, in chronological order. `GET /contracts/calendar` */
  list(query?: GetContractCalendarQuery, options?: CallOptions): List<S.ContractDay>;
}

export interface GetContractCalendarQuery extends Pick<Parameters, "fields" | "expand"> {
  /** Default: today */
  from?: string | undefined;
  /** Default: 90 days after `from`. Maximum: 1100 days after it */
  to?: string | undefined;
  /** Owner of the contracts: `me`, `none`, or a user whose records the caller sees. Default: all of these */
  owner?: "me" | "none" | string | undefined;
  /** Default: 20 */
  limit?: number | undefined;
  /** next_cursor of the previous page */
  cursor?: string | undefined;
}

export interface ContractsTemplates {
  /** What belongs to one of them, and its actions. */
  (id: string): ContractsTemplatesItem;
  /** List contract templates. `GET /contracts/templates` */
  list(query?: ListContractTemplatesQuery, options?: CallOptions): List<S.ContractTemplateRow>;
  /** Create a contract template. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/templates` */
  create(body: S.CreateContractTemplateBody, options?: WriteOptions): ApiPromise<S.ContractTemplate>;
  /** Read a contract template. `GET /contracts/templates/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ContractTemplate>;
  /** Replace a contract template. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /contracts/templates/{id}` */
  replace(id: string, body: S.CreateContractTemplateBody, options?: WriteOptions): ApiPromise<S.ContractTemplate>;
  /** Change fields of a contract template. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /contracts/templates/{id}` */
  update(id: string, body?: S.UpdateContractTemplateBody, options?: WriteOptions): ApiPromise<S.ContractTemplate>;
  /** Delete a contract template. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /contracts/templates/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ContractTemplate>;
  /** List contract templates, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /contracts/templates/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ContractTemplateRow>;
  /** Create, change or delete many contract templates. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/templates/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface ContractsTemplatesItem {
  /** Restore a deleted contract template. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/templates/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.ContractTemplate>;
  /** Retire a contract template. No more contracts can be created from it; `status: ACTIVE` activates it again. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/templates/{id}/retire` */
  retire(body?: undefined, options?: WriteOptions): ApiPromise<S.ContractTemplate>;
  /** Preview a contract of a template. From given facts, or from a contract that the caller can see. Nothing is stored. `POST /contracts/templates/{id}/preview` */
  preview(body?: S.PreviewContractTemplateBody, options?: WriteOptions): ApiPromise<{
    revision: number;
    language: string;
    terms: S.ContractTerm[];
    /** Merge fields without a value; the text has a blank line instead */
    missing: {
      /** Key of the clause */
      key: string;
      path: string;
    }[];
  }>;
  readonly revisions: ContractsTemplatesItemRevisions;
}

export interface ContractsTemplatesItemRevisions {
  /** List the revisions of a contract template. `GET /contracts/templates/{id}/revisions` */
  list(query?: ListContractTemplateRevisionsQuery, options?: CallOptions): List<S.ContractTemplateRevision>;
}

export interface ListContractTemplateRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "revision" | "name" | "description" | "contract_type_id" | "payment_terms" | "renewal_notice_days" | "auto_renew" | "requires_signature" | "duration_months" | "created_at" | "created_by" | "fields" | "expand" | "languages"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  contract_template_id?: string | S.StringOperators | undefined;
  /** Exact match */
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | S.NullableStringOperators | undefined;
  /** Exact match */
  renewal_terms?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  governing_law?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  jurisdiction?: string | S.NullableTextOperators | undefined;
}

export interface ListContractTemplatesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "contract_type" | "name" | "contract_type_id" | "duration_months" | "revision" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "languages"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "DRAFT" | "ACTIVE" | "RETIRED" | S.StringOperators | undefined;
  /** Exact match */
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | S.NullableStringOperators | undefined;
}

export interface ContractsClauses {
  /** What belongs to one of them, and its actions. */
  (id: string): ContractsClausesItem;
  /** List contract clauses. `GET /contracts/clauses` */
  list(query?: ListContractClausesQuery, options?: CallOptions): List<S.ContractClauseRow>;
  /** Create a contract clause. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/clauses` */
  create(body: S.CreateContractClauseBody, options?: WriteOptions): ApiPromise<S.ContractClause>;
  /** Read a contract clause. `GET /contracts/clauses/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ContractClause>;
  /** Replace a contract clause. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /contracts/clauses/{id}` */
  replace(id: string, body: S.CreateContractClauseBody, options?: WriteOptions): ApiPromise<S.ContractClause>;
  /** Change fields of a contract clause. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /contracts/clauses/{id}` */
  update(id: string, body?: S.UpdateContractClauseBody, options?: WriteOptions): ApiPromise<S.ContractClause>;
  /** Delete a contract clause. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /contracts/clauses/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.ContractClause>;
  /** List contract clauses, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /contracts/clauses/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.ContractClauseRow>;
  /** Create, change or delete many contract clauses. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/clauses/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface ContractsClausesItem {
  /** Restore a deleted contract clause. Only for ADMIN, DIRECTOR, MANAGER. `POST /contracts/clauses/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.ContractClause>;
  readonly revisions: ContractsClausesItemRevisions;
}

export interface ContractsClausesItemRevisions {
  /** List the revisions of a contract clause. `GET /contracts/clauses/{id}/revisions` */
  list(query?: ListContractClauseRevisionsQuery, options?: CallOptions): List<S.ContractClauseRevision>;
}

export interface ListContractClauseRevisionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "revision" | "name" | "is_mandatory" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  contract_clause_id?: string | S.StringOperators | undefined;
  /** Exact match */
  category?: string | S.NullableTextOperators | undefined;
}

export interface ListContractClausesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "key" | "is_mandatory" | "revision" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  category?: string | S.NullableTextOperators | undefined;
}

export interface Approvals {
  /** What belongs to one of them, and its actions. */
  (id: string): ApprovalsItem;
  /** List approvals. `mine=true&status=pending` returns the approvals that the caller has to decide. `GET /approvals` */
  list(query?: ListApprovalsQuery, options?: CallOptions): List<S.ApprovalRow>;
  /** Read an approval. `GET /approvals/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Approval>;
  /** List approvals, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /approvals/query` */
  query(body?: S.QueryApprovalsBody, options?: CallOptions): List<S.ApprovalRow>;
}

export interface ApprovalsItem {
  readonly subject: ApprovalsItemSubject;
  /** Approve the subject of an approval. Only the assigned approver can decide, once. A second or late decision returns 409 with an explanation. `POST /approvals/{id}/approve` */
  approve(body?: S.ApproveApprovalBody, options?: WriteOptions): ApiPromise<S.Approval>;
  /** Reject the subject of an approval. Only the assigned approver can decide. The subject becomes a DRAFT again, and the other approvers are no longer asked. `POST /approvals/{id}/reject` */
  reject(body?: S.ApproveApprovalBody, options?: WriteOptions): ApiPromise<S.Approval>;
  /** Delegate an approval to another user. Only the assigned approver can delegate, to a user who can see the subject and may approve it. `POST /approvals/{id}/delegate` */
  delegate(body?: S.DelegateApprovalBody, options?: WriteOptions): ApiPromise<S.Approval>;
}

export interface ApprovalsItemSubject {
  /** Read what an approval decides. The user who is asked reads it as long as the decision is theirs, also if the record itself is hidden from them. Other callers read it if they see the record. `GET /approvals/{id}/subject` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ApprovalSubject>;
}

export interface ListApprovalsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "subject_type" | "subject_id" | "title" | "due_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also reasons, conditions, figures, for at most 20 records a page */
  include?: string | readonly S.IncludeItem2[] | undefined;
  /** Exact match */
  status?: "pending" | "approved" | "rejected" | "expired" | "cancelled" | S.StringOperators | undefined;
  /** Id of the record to be approved, such as a quote */
  subject?: string | S.TextOperators | undefined;
  /** true: only approvals that the caller is or was asked to decide */
  mine?: boolean | undefined;
  /** Exact match */
  round?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  place?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  level?: string | S.TextOperators | undefined;
  /** Exact match */
  role?: "MANAGER" | "DIRECTOR" | "ADMIN" | S.StringOperators | undefined;
  /** Exact match */
  approver_id?: string | S.StringOperators | undefined;
  /** Exact match */
  asked_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  stands_for_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  stands_because?: "DELEGATED" | "AWAY" | "GONE" | "OWNER" | "ESCALATED" | "UNSEEN" | S.NullableStringOperators | undefined;
  /** Exact match */
  requested_by?: string | S.TextOperators | undefined;
  /** Exact match */
  asked_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  decided_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  decided_by?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  asked?: S.NullableStringOperators | undefined;
}

export interface SignatureRequests {
  /** What belongs to one of them, and its actions. */
  (id: string): SignatureRequestsItem;
  /** List signature requests. `GET /signature-requests` */
  list(query?: ListSignatureRequestsQuery, options?: CallOptions): List<S.SignatureRequestRow>;
  /** Read a signature request. `GET /signature-requests/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SignatureRequest>;
  /** List signature requests, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /signature-requests/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.SignatureRequestRow>;
}

export interface SignatureRequestsItem {
  /** Remind the signers of a request. Only the signers who can sign now, and at most once an hour. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /signature-requests/{id}/remind` */
  remind(body?: undefined, options?: WriteOptions): ApiPromise<S.SignatureRequest>;
  /** Void a signature request. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /signature-requests/{id}/void` */
  void(body: S.RejectProposalBody, options?: WriteOptions): ApiPromise<S.SignatureRequest>;
  readonly signers: SignatureRequestsItemSigners;
  readonly document: SignatureRequestsItemDocument;
  readonly certificate: SignatureRequestsItemCertificate;
}

export interface SignatureRequestsItemSigners {
  /** What belongs to one of them, and its actions. */
  (signerId: string): SignatureRequestsItemSignersItem;
}

export interface SignatureRequestsItemSignersItem {
  /** Replace a signer by another person. The link of the former signer stops working. For all roles except MARKETER, SUPPORT_AGENT, ANALYST. `POST /signature-requests/{id}/signers/{signer_id}/reassign` */
  reassign(body: S.ReassignSignerBody, options?: WriteOptions): ApiPromise<S.SignatureRequest>;
}

export interface SignatureRequestsItemDocument {
  /** Get the document of a signature request. The exact bytes as of the start of the request. `ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link. `GET /signature-requests/{id}/document` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface SignatureRequestsItemCertificate {
  /** Get the certificate of a signature request. For a completed request: all events, with hashes that anyone can verify. `format=provider` returns the certificate of the provider. A file over 4 MB returns 303 with a link. `GET /signature-requests/{id}/certificate` */
  download(query?: GetSignatureCertificateQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface GetSignatureCertificateQuery {
  /** Default: `pdf`. `provider` is the provider's own certificate, as PDF */
  format?: "pdf" | "json" | "provider" | undefined;
}

export interface ListSignatureRequestsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "subject_type" | "subject_id" | "name" | "sent_at" | "ended_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: S.Status21 | S.StringOperators | undefined;
  /** Id of the signed record, such as a quote */
  subject?: string | S.TextOperators | undefined;
  /** Exact match */
  provider?: "builtin" | "docusign" | "dropbox_sign" | S.StringOperators | undefined;
  /** Exact match */
  expires_at?: string | S.DayOrInstantOperators | undefined;
}

export interface Sms {
  readonly senders: SmsSenders;
  readonly serviceAccounts: SmsServiceAccounts;
  readonly numbers: SmsNumbers;
}

export interface SmsSenders {
  /** What belongs to one of them, and its actions. */
  (id: string): SmsSendersItem;
  /** List SMS senders. `GET /sms/senders` */
  list(query?: ListSmsSendersQuery, options?: CallOptions): List<S.SmsSenderRow>;
  /** Add an SMS sender. Only for ADMIN. `POST /sms/senders` */
  create(body: S.CreateSmsSenderBody, options?: WriteOptions): ApiPromise<S.SmsSender>;
  /** Read an SMS sender. `GET /sms/senders/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SmsSender>;
  /** Change an SMS sender. Changes only the named fields; `null` clears one. Only for ADMIN. `PATCH /sms/senders/{id}` */
  update(id: string, body?: S.UpdateSmsSenderBody, options?: WriteOptions): ApiPromise<S.SmsSender>;
  /** Delete an SMS sender. Possible once it has no service accounts. It can be restored. Only for ADMIN. `DELETE /sms/senders/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SmsSender>;
  /** List SMS senders, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /sms/senders/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.SmsSenderRow>;
}

export interface SmsSendersItem {
  /** Restore a deleted SMS sender. Only for ADMIN. `POST /sms/senders/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.SmsSender>;
}

export interface ListSmsSendersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "is_default" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "ACTIVE" | "SUSPENDED" | S.StringOperators | undefined;
  /** Exact match */
  daily_limit?: number | string | S.NullableNumberOperators | undefined;
}

export interface SmsServiceAccounts {
  /** What belongs to one of them, and its actions. */
  (id: string): SmsServiceAccountsItem;
  /** List accounts with SMS providers. Only for ADMIN. `GET /sms/service-accounts` */
  list(query?: ListSmsServiceAccountsQuery, options?: CallOptions): List<S.SmsServiceAccountRow>;
  /** Add an account with an SMS provider. The key is stored encrypted and never returned. Only for ADMIN. `POST /sms/service-accounts` */
  create(body: S.CreateSmsServiceAccountBody, options?: WriteOptions): ApiPromise<S.SmsServiceAccount>;
  /** Read an account with an SMS provider. Only for ADMIN. `GET /sms/service-accounts/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SmsServiceAccount>;
  /** Change an account with an SMS provider. Changes only the named fields. An omitted key is kept; provider and sender cannot be changed. Only for ADMIN. `PATCH /sms/service-accounts/{id}` */
  update(id: string, body?: S.UpdateSmsServiceAccountBody, options?: WriteOptions): ApiPromise<S.SmsServiceAccount>;
  /** Delete an account with its key. Possible once it has no numbers. Only for ADMIN. `DELETE /sms/service-accounts/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SmsServiceAccount>;
  /** List accounts with SMS providers, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /sms/service-accounts/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.SmsServiceAccountRow>;
}

export interface SmsServiceAccountsItem {
  /** Check an account with its provider. Only for ADMIN. `POST /sms/service-accounts/{id}/check` */
  check(body?: undefined, options?: WriteOptions): ApiPromise<S.Data2>;
}

export interface ListSmsServiceAccountsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "sender" | "name" | "sender_id" | "is_active" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  provider?: "twilio" | "telnyx" | S.StringOperators | undefined;
  /** Exact match */
  linked_campaign_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  linked_project_id?: string | S.NullableTextOperators | undefined;
}

export interface SmsNumbers {
  /** What belongs to one of them, and its actions. */
  (id: string): SmsNumbersItem;
  /** List SMS numbers. Only for ADMIN. `GET /sms/numbers` */
  list(query?: ListSmsNumbersQuery, options?: CallOptions): List<S.SmsNumberRow>;
  /** Add an SMS number. Only for ADMIN. `POST /sms/numbers` */
  create(body: S.CreateSmsNumberBody, options?: WriteOptions): ApiPromise<S.SmsNumber>;
  /** Read an SMS number. Only for ADMIN. `GET /sms/numbers/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SmsNumber>;
  /** Change an SMS number. Changes only the named fields. The number itself and its account cannot be changed. Only for ADMIN. `PATCH /sms/numbers/{id}` */
  update(id: string, body?: S.UpdateSmsNumberBody, options?: WriteOptions): ApiPromise<S.SmsNumber>;
  /** Delete an SMS number. Can be restored as long as no other record has the number. Only for ADMIN. `DELETE /sms/numbers/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SmsNumber>;
  /** List SMS numbers, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /sms/numbers/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.SmsNumberRow>;
}

export interface SmsNumbersItem {
  /** Restore a deleted SMS number. Only for ADMIN. `POST /sms/numbers/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.SmsNumber>;
}

export interface ListSmsNumbersQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "sender" | "sender_id" | "is_active" | "is_default" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  account?: string | S.StringOperators | undefined;
  /** Exact match */
  number?: string | S.TextOperators | undefined;
  /** Exact match */
  account_id?: string | S.StringOperators | undefined;
  /** Exact match */
  messages_per_second?: number | string | S.NumberOperators | undefined;
}

export interface Flows {
  /** Read the history of an execution. Up to 100 entries at a time; states and errors, no values. `links.flow` of an approval refers to it. Only for ADMIN. `GET /flows/{id}` */
  get(id: string, query?: CursorQuery, options?: CallOptions): ApiPromise<S.FlowHistory>;
}

export interface Forms {
  /** What belongs to one of them, and its actions. */
  (id: string): FormsItem;
  /** List forms. `GET /forms` */
  list(query?: ListFormsQuery, options?: CallOptions): List<S.FormRow>;
  /** Create a form. Only for ADMIN, DIRECTOR, MARKETER. `POST /forms` */
  create(body: S.CreateFormBody, options?: WriteOptions): ApiPromise<S.Form>;
  /** Read a form. `GET /forms/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Form>;
  /** Replace a form. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MARKETER. `PUT /forms/{id}` */
  replace(id: string, body: S.CreateFormBody, options?: WriteOptions): ApiPromise<S.Form>;
  /** Change fields of a form. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MARKETER. `PATCH /forms/{id}` */
  update(id: string, body?: S.UpdateFormBody, options?: WriteOptions): ApiPromise<S.Form>;
  /** Delete a form. The record can be restored. Only for ADMIN, DIRECTOR, MARKETER. `DELETE /forms/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Form>;
  /** List forms, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /forms/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.FormRow>;
  /** Create, change or delete many forms. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MARKETER. `POST /forms/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export forms to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /forms/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
  /** Preview the page of a form that is being edited. Returns the page and the thank-you page as HTML. Nothing is stored. `POST /forms/preview` */
  preview(body: S.PreviewFormBody, options?: WriteOptions): ApiPromise<{
    html: string;
    thank_you_html: string;
  }>;
}

export interface FormsItem {
  /** Restore a deleted form. Only for ADMIN, DIRECTOR, MARKETER. `POST /forms/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Form>;
  /** Replace the public key of a form. The previous key stops working: here at once, elsewhere within a minute. Only for ADMIN, DIRECTOR, MARKETER. `POST /forms/{id}/rotate-key` */
  rotateKey(body?: undefined, options?: WriteOptions): ApiPromise<S.Form>;
  readonly statistics: FormsItemStatistics;
  readonly submissions: FormsItemSubmissions;
  /** Create a token that identifies a person to a form. Only for ADMIN, DIRECTOR, MARKETER. `POST /forms/{id}/tokens` */
  tokens(body: S.CreateFormTokenBody, options?: WriteOptions): ApiPromise<{
    /** Identifies the person to this form for 400 days; used as `t` in its public URLs */
    token: string;
    /** URL of the picture to put into a mail; only for a form that counts opened mails */
    open_url: string | null;
  }>;
}

export interface FormsItemStatistics {
  /** Read the results of a form's submissions. `GET /forms/{id}/statistics` */
  get(query?: GetFormStatisticsQuery, options?: CallOptions): ApiPromise<{
    days: {
      date: string;
      /** Times that a person opened the page of the form; programs and prefetches do not count */
      views: number;
      /** Submissions that became an interaction */
      accepted: number;
      /** Did not identify a person */
      anonymous: number;
      /** Were already received */
      repeated: number;
      /** Filled in the hidden field, were sent too soon, or had an invalid token */
      spam: number;
      /** Came from programs, or were prefetched */
      bot: number;
      /** Lacked a consent that the form requires */
      no_consent: number;
      /** Came from an origin that is not allowed, or could not be read */
      refused: number;
    }[];
    /** In all these days */
    views: number;
    /** Accepted ones, in all these days */
    submissions: number;
    /** Submissions for each view, in percent with one decimal; null without a view */
    rate: number | null;
  }>;
}

export interface GetFormStatisticsQuery {
  /** Number of days back, including today; defaults to 30 */
  days?: number | undefined;
}

export interface FormsItemSubmissions {
  /** List the submissions of a form. Newest first, with what each led to. `result=refused` lists those that wrote nothing, of the last 30 days and at most 100 a day of each outcome. `GET /forms/{id}/submissions` */
  list(query?: ListFormSubmissionsQuery, options?: CallOptions): List<S.FormSubmission>;
}

export interface ListFormSubmissionsQuery extends Pick<Parameters, "limit" | "cursor" | "fields" | "expand"> {
  /** accepted, or refused: by a robot, without consent, a duplicate */
  result?: "accepted" | "refused" | undefined;
}

export interface ListFormsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_active" | "name" | "key" | "campaign_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  kind?: "web_form" | "page_visit" | "email_open" | "email_click" | "download" | S.StringOperators | undefined;
  /** Exact match */
  makes_lead?: boolean | S.BooleanOperators | undefined;
}

export interface Notes {
  /** What belongs to one of them, and its actions. */
  (id: string): NotesItem;
  /** List notes. `GET /notes` */
  list(query?: ListNotesQuery, options?: CallOptions): List<S.NoteRow>;
  /** Create a note. For all roles except ANALYST. `POST /notes` */
  create(body: S.CreateNoteBody, options?: WriteOptions): ApiPromise<S.Note>;
  /** Read a note. `GET /notes/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Note>;
  /** Replace a note. Omitted fields are cleared. For all roles except ANALYST. `PUT /notes/{id}` */
  replace(id: string, body: S.ReplaceNoteBody, options?: WriteOptions): ApiPromise<S.Note>;
  /** Change fields of a note. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /notes/{id}` */
  update(id: string, body?: S.UpdateNoteBody, options?: WriteOptions): ApiPromise<S.Note>;
  /** Delete a note. The record can be restored. For all roles except ANALYST. `DELETE /notes/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Note>;
  /** List notes, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /notes/query` */
  query(body?: S.QueryNotesBody, options?: CallOptions): List<S.NoteRow>;
  /** Create, change or delete many notes. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /notes/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export notes to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /notes/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface NotesItem {
  /** Restore a deleted note. For all roles except ANALYST. `POST /notes/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Note>;
}

export interface ListNotesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "excerpt" | "is_private" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also content, for at most 20 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "content")[] | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  related_to_type?: string | S.TextOperators | undefined;
  /** Exact match */
  related_to_id?: string | S.TextOperators | undefined;
  /** Exact match */
  title?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  is_pinned?: boolean | S.BooleanOperators | undefined;
}

export interface Comments {
  /** What belongs to one of them, and its actions. */
  (id: string): CommentsItem;
  /** List comments. `GET /comments` */
  list(query?: ListCommentsQuery, options?: CallOptions): List<S.CommentRow>;
  /** Create a comment. For all roles except ANALYST. `POST /comments` */
  create(body: S.CreateCommentBody, options?: WriteOptions): ApiPromise<S.Comment>;
  /** Read a comment. `GET /comments/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Comment>;
  /** Replace a comment. Omitted fields are cleared. For all roles except ANALYST. `PUT /comments/{id}` */
  replace(id: string, body: S.ReplaceCommentBody, options?: WriteOptions): ApiPromise<S.Comment>;
  /** Change fields of a comment. Changes only the named fields; `null` clears one. For all roles except ANALYST. `PATCH /comments/{id}` */
  update(id: string, body?: S.UpdateCommentBody, options?: WriteOptions): ApiPromise<S.Comment>;
  /** Delete a comment. The record can be restored. For all roles except ANALYST. `DELETE /comments/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Comment>;
  readonly mentionable: CommentsMentionable;
  /** List comments, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /comments/query` */
  query(body?: S.QueryNotesBody, options?: CallOptions): List<S.CommentRow>;
  /** Create, change or delete many comments. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except ANALYST. `POST /comments/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export comments to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /comments/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface CommentsItem {
  /** Restore a deleted comment. For all roles except ANALYST. `POST /comments/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Comment>;
}

export interface ListCommentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "excerpt" | "reply_to_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also content, for at most 20 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "content")[] | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  related_to_type?: string | S.TextOperators | undefined;
  /** Exact match */
  related_to_id?: string | S.TextOperators | undefined;
  /** Exact match */
  edited_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  mentioned_ids?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface CommentsMentionable {
  /** List the users and teams that a comment can mention. Up to 10 active users who can see the record, and up to 10 teams. Users who are away now have the end of their absence. For all roles except ANALYST. `GET /comments/mentionable` */
  get(query: ListMentionableQuery, options?: CallOptions): ApiPromise<S.Mentionable[]>;
}

export interface ListMentionableQuery {
  /** The record to be commented on */
  related_to_id: string;
  /** The beginning of a word of the name */
  q?: string | undefined;
  /** Also lists up to 3 users who may not see the record, with `can_mention` false */
  with_unable?: boolean | undefined;
}

export interface Feed {
  /** Read the activity feed, newest first. By record, or by user or team, or without a filter of the records that the caller follows. Entries are about records that the caller sees. `GET /feed` */
  get(query?: ReadFeedQuery, options?: CallOptions): ApiPromise<S.FeedPage>;
}

export interface ReadFeedQuery {
  /** Only entries about this record, since its creation */
  record_id?: string | undefined;
  /** Only what this user did in the last 30 days. Id of a user, or `me` */
  user?: string | undefined;
  /** Only what the members of this team did in the last 30 days. Id of a team, or `mine` */
  team?: string | undefined;
  /** Default: 20 */
  limit?: number | undefined;
  /** next_cursor of the previous page */
  cursor?: string | undefined;
}

export interface Attachments {
  /** What belongs to one of them, and its actions. */
  (id: string): AttachmentsItem;
  /** List attachments. `GET /attachments` */
  list(query?: ListAttachmentsQuery, options?: CallOptions): List<S.AttachmentRow>;
  /** Attach an uploaded file to a record. For all roles except ANALYST. `POST /attachments` */
  create(body: S.CreateAttachmentBody, options?: WriteOptions): ApiPromise<S.Attachment>;
  /** Read an attachment. `GET /attachments/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Attachment>;
  /** Change fields of an attachment. For all roles except ANALYST. `PATCH /attachments/{id}` */
  update(id: string, body?: S.UpdateAttachmentBody, options?: WriteOptions): ApiPromise<S.Attachment>;
  /** Delete an attachment. Can be restored for 30 days; then the file is deleted. For all roles except ANALYST. `DELETE /attachments/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Attachment>;
  /** List attachments, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /attachments/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.AttachmentRow>;
  /** Export attachments to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /attachments/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface AttachmentsItem {
  readonly file: AttachmentsItemFile;
  /** Restore a deleted attachment. For all roles except ANALYST. `POST /attachments/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Attachment>;
}

export interface AttachmentsItemFile {
  /** Get the file of an attachment. Returns 303 with a short-lived download link. `GET /attachments/{id}/file` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface ListAttachmentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "file_name" | "file_size" | "description" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  related_to_type?: string | S.TextOperators | undefined;
  /** Exact match */
  related_to_id?: string | S.TextOperators | undefined;
  /** Exact match */
  file_type?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's document types */
  document_type_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's attachment categories */
  category_id?: string | S.NullableStringOperators | undefined;
}

export interface Search {
  /** Search records of all kinds. Only records that the caller can see; `meta.total` counts all kinds together. `GET /search` */
  get(query: SearchQuery, options?: CallOptions): ApiPromise<S.SearchResult[]>;
}

export interface SearchQuery {
  /** Each of these words must begin a word of the record */
  q: string;
  /** Only these types. Default: all types that the caller may read */
  types?: string | undefined;
  /** Maximum for each type. Default: 5 */
  limit?: number | undefined;
}

export interface Batch {
  /** Read several records and lists. Each read is processed, counted and answered like a single request, with the same permissions. One that fails does not fail the others. The reads run at the same time: they are not a snapshot of one instant. `POST /batch/read` */
  read(body: S.BatchReadsBody, options?: WriteOptions): ApiPromise<S.ReadResults>;
}

export interface Support {
  readonly tickets: SupportTickets;
  readonly queues: SupportQueues;
  readonly macros: SupportMacros;
  readonly sla: SupportSla;
  readonly calendars: SupportCalendars;
  readonly knowledge: SupportKnowledge;
  readonly inboundMails: SupportInboundMails;
  readonly agents: SupportAgents;
  readonly reports: SupportReports;
  readonly surveys: SupportSurveys;
}

export interface SupportTickets {
  /** What belongs to one of them, and its actions. */
  (id: string): SupportTicketsItem;
  /** List tickets. `GET /support/tickets` */
  list(query?: ListTicketsQuery, options?: CallOptions): List<S.TicketRow>;
  /** Create a ticket. For all roles except MARKETER, ANALYST. `POST /support/tickets` */
  create(body: S.CreateTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Read a ticket. `GET /support/tickets/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Ticket>;
  /** Replace a ticket. Omitted fields are cleared. For all roles except MARKETER, ANALYST. `PUT /support/tickets/{id}` */
  replace(id: string, body: S.ReplaceTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Change fields of a ticket. Changes only the named fields; `null` clears one. For all roles except MARKETER, ANALYST. `PATCH /support/tickets/{id}` */
  update(id: string, body?: S.UpdateTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Delete a ticket. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /support/tickets/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Ticket>;
  /** List tickets, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/tickets/query` */
  query(body?: S.QueryPersonsBody, options?: CallOptions): List<S.TicketRow>;
  /** Create, change or delete many tickets. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. For all roles except MARKETER, ANALYST. `POST /support/tickets/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export tickets to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /support/tickets/export` */
  export(body: S.ExportOpportunitiesBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface SupportTicketsItem {
  readonly follow: SupportTicketsItemFollow;
  readonly followers: SupportTicketsItemFollowers;
  /** Restore a deleted ticket. Only for ADMIN, DIRECTOR, MANAGER. `POST /support/tickets/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Assign a ticket to an agent, or return it to its queue. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/assign` */
  assign(body: S.AssignTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Resolve a ticket. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/resolve` */
  resolve(body?: S.ResolveTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Close a ticket. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/close` */
  close(body?: S.CloseTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Reopen a ticket. The previous resolution stays in `resolutions`. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/reopen` */
  reopen(body?: S.WithdrawContractAmendmentBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Escalate a ticket, with a reason. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/escalate` */
  escalate(body: S.EscalateTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  readonly comments: SupportTicketsItemComments;
  readonly suggestions: SupportTicketsItemSuggestions;
  /** Answer a ticket with the best matching public article. Sends the requester the article, once for each ticket. A ticket that is answered or resolved, or whose mail must not be answered, gets none. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/answer-from-knowledge` */
  answerFromKnowledge(body?: S.AnswerTicketFromKnowledgeBody, options?: WriteOptions): ApiPromise<S.TicketArticleAnswer>;
  /** Merge another ticket into this one. The ticket in the path survives; `ticket_id` is closed, and its comments are listed with those of the survivor. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/merge` */
  merge(body: S.MergeTicketsBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Undo the merge of a ticket into this one. The ticket continues as it was before the merge. Its clocks were paused meanwhile. Messages that came since stay with this ticket. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/unmerge` */
  unmerge(body: S.UnmergeTicketsBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Split comments of a ticket off into a new ticket. The comments are copied; requester and customer stay the same. A comment can be split off only once. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/split` */
  split(body: S.SplitTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Take back a ticket that was split off from this one. The copies of the messages are deleted. Messages that came since are listed with those of this ticket. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/unsplit` */
  unsplit(body: S.UnsplitTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Take a ticket out of the queues until a time. The ticket returns at once when the requester writes. Service levels continue to run. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/snooze` */
  snooze(body: S.SnoozeTicketBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Return a snoozed ticket to the queues now. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/wake` */
  wake(body?: undefined, options?: WriteOptions): ApiPromise<S.Ticket>;
  readonly related: SupportTicketsItemRelated;
  readonly presence: SupportTicketsItemPresence;
  /** Apply a macro to a ticket. Applies all of its changes, or none. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/macro` */
  macro(body: S.ApplyTicketMacroBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  readonly macroPreview: SupportTicketsItemMacroPreview;
  readonly sla: SupportTicketsItemSla;
  readonly survey: SupportTicketsItemSurvey;
}

export interface SupportTicketsItemFollow {
  /** Follow a ticket. `PUT /support/tickets/{id}/follow` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Following>;
  /** Stop following a ticket. Also for the owner and for users who comment later, until they follow again. `DELETE /support/tickets/{id}/follow` */
  delete(options?: DeleteOptions): ApiPromise<S.Following>;
}

export interface SupportTicketsItemFollowers {
  /** List the followers of a ticket. `GET /support/tickets/{id}/followers` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Followers>;
}

export interface SupportTicketsItemComments {
  /** Add a comment to a ticket. A comment of the requester reopens a ticket that is resolved, or was closed within the last 30 days. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/comments` */
  create(body?: S.AddTicketCommentBody, options?: WriteOptions): ApiPromise<S.TicketCommentAdded>;
  /** List the comments of a ticket. `GET /support/tickets/{id}/comments` */
  list(query?: ListTicketCommentsQuery, options?: CallOptions): List<S.TicketCommentRow>;
  /** Read a comment of a ticket. `GET /support/tickets/{id}/comments/{comment_id}` */
  get(commentId: string, query?: undefined, options?: CallOptions): ApiPromise<S.TicketComment>;
}

export interface ListTicketCommentsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "excerpt" | "is_public" | "is_automatic" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also body, attachment_ids, event, mentioned_ids, for at most 20 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "body" | "attachment_ids" | "event" | "mentioned_ids")[] | undefined;
  /** Exact match */
  ticket_id?: string | S.StringOperators | undefined;
  /** Exact match */
  from?: "AGENT" | "REQUESTER" | "SYSTEM" | S.StringOperators | undefined;
  /** Exact match */
  person_id?: string | S.NullableStringOperators | undefined;
}

export interface SupportTicketsItemSuggestions {
  /** Suggest articles for a ticket. `GET /support/tickets/{id}/suggestions` */
  get(query?: SuggestTicketArticlesQuery, options?: CallOptions): ApiPromise<S.Data6>;
}

export interface SuggestTicketArticlesQuery {
  /** Default: 5 */
  limit?: number | undefined;
  /** true: only articles that the requester may read */
  is_public?: boolean | undefined;
}

export interface SupportTicketsItemRelated {
  /** Link two tickets with each other. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/related` */
  (body: S.RelateTicketsBody, options?: WriteOptions): ApiPromise<S.Ticket>;
  /** Remove the link between two tickets. For all roles except MARKETER, ANALYST. `DELETE /support/tickets/{id}/related` */
  delete(options: DeleteOptions<UnrelateTicketsQuery>): ApiPromise<S.Ticket>;
  /** List the related tickets of a ticket. Only tickets that the caller can see. `GET /support/tickets/{id}/related` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    parent: S.Parent;
    /** The newest children, at most 50 */
    children: S.ChildrenItem[];
    merged_into: S.Parent;
    merged: S.Merged2;
    split_from: S.Parent;
    linked: S.Merged2;
    /** The newest other open tickets of the requester, at most 20 */
    same_requester: S.ChildrenItem[];
    /** The newest other open tickets of the customer, at most 20 */
    same_customer: S.ChildrenItem[];
  }>;
}

export interface UnrelateTicketsQuery {
  /** Exact match */
  ticket_id: string;
}

export interface SupportTicketsItemPresence {
  /** Report that the caller is viewing or answering a ticket. Valid for 90 seconds: repeat it every 30 seconds. `POST /support/tickets/{id}/presence` */
  (body?: S.WatchTicketBody, options?: WriteOptions): ApiPromise<null>;
  /** List who else is viewing or answering a ticket. `GET /support/tickets/{id}/presence` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.AlsoAnsweringItem[]>;
  /** Report that the caller has stopped viewing a ticket. `DELETE /support/tickets/{id}/presence` */
  delete(options?: DeleteOptions): ApiPromise<null>;
}

export interface SupportTicketsItemMacroPreview {
  /** Preview the changes of a macro to a ticket. For all roles except MARKETER, ANALYST. `GET /support/tickets/{id}/macro-preview` */
  get(query: PreviewTicketMacroQuery, options?: CallOptions): ApiPromise<{
    changes: {
      field: string;
      /** Any JSON value */
      before: unknown;
      /** Any JSON value */
      after: unknown;
    }[];
    comment: {
      body: string;
      is_public: boolean;
      missing: S.Missing;
    };
  }>;
}

export interface PreviewTicketMacroQuery {
  /** Exact match */
  macro_id: string;
}

export interface SupportTicketsItemSla {
  /** Read when a ticket is due, with an explanation. The running clocks with the working time that counts, and the results of the clocks that have stopped. `GET /support/tickets/{id}/sla` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    policy_id: string | null;
    /** null: the policies have changed, and the ticket will be updated shortly */
    choice: {
      policy_id: string;
      name: string;
      /** Fields by which the policy matched; empty for a policy that matches every ticket */
      because: string[];
      /** Policies that were tried before, with the field that did not match */
      passed: {
        policy_id: string;
        name: string;
        field: string;
      }[];
    };
    clocks: {
      metric: "first_response" | "next_response" | "resolution";
      state: "running" | "paused" | "violated";
      policy_id: string;
      started_at: string;
      /** null during a pause */
      due_at: string | null;
      target_seconds: number;
      remaining_seconds: number;
      segments: S.Segments2;
      skipped: S.Skipped2;
      levels: {
        percent: number;
        notify: ("OWNER" | "MANAGER" | "DIRECTOR")[];
        at: string;
        is_told: boolean;
      }[];
    }[];
    /** The newest 100 */
    judged: {
      metric: "first_response" | "next_response" | "resolution";
      state: "MET" | "VIOLATED";
      policy_id: string;
      started_at: string;
      due_at: string | null;
      stopped_at: string | null;
      target_seconds: number;
      over_seconds: number | null;
    }[];
  }>;
}

export interface SupportTicketsItemSurvey {
  /** Read the survey of a ticket. `GET /support/tickets/{id}/survey` */
  get(query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.TicketSurvey>;
  /** Send the survey of a resolved ticket now. Once for each resolution, and never after it was answered. For all roles except MARKETER, ANALYST. `POST /support/tickets/{id}/survey` */
  (body?: S.SendTicketSurveyBody, options?: WriteOptions): ApiPromise<S.TicketSurvey>;
}

export interface ListTicketsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "where" | "owner" | "customer" | "team" | "is_resolved" | "is_escalated" | "paths" | "ticket_number" | "ticket_type" | "urgency_level_id" | "status_changed_at" | "customer_id" | "customer_owner_id" | "contact_id" | "assigned_to_id" | "team_id" | "first_response_at" | "awaiting_since" | "resolved_at" | "satisfaction_rating" | "last_comment_at" | "last_activity_date" | "first_response_due_at" | "next_response_due_at" | "resolution_due_at" | "next_due_at" | "is_sla_paused" | "is_sla_violated" | "escalation_level" | "parent_ticket_id" | "merged_into_id" | "person_sight" | "answered_day" | "answered_by_id" | "resolved_day" | "resolved_by_id" | "snoozed_until" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
  include?: string | readonly ("version" | "updated_at" | "updated_by" | "custom_fields")[] | undefined;
  /** Exact match */
  status?: S.Status11 | S.StringOperators | undefined;
  /** Id or code of one of the tenant's priorities */
  priority?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  type?: S.TicketTypesItem | S.NullableStringOperators | undefined;
  /** Exact match */
  channel?: "EMAIL" | "PHONE" | "CHAT" | "PORTAL" | "SOCIAL" | "SMS" | S.NullableStringOperators | undefined;
  /** Only tickets below this one */
  parent?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  subject?: string | S.TextOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | S.StringOperators | undefined;
  /** Exact match */
  personal_key_id?: string | S.NullableStringOperators | undefined;
}

export interface SupportQueues {
  /** Read the queue of each team. Read from counters, for the tickets that lists show to the caller. For all roles except MARKETER, ANALYST. `GET /support/queues` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    /** null: tickets without a team */
    team_id: string | null;
    name: string | null;
    /** Not resolved */
    open: number;
    /** Open tickets without an assignee */
    unassigned: number;
    /** Open tickets that wait for the customer */
    waiting: number;
    /** Open tickets that were not answered or resolved in time */
    violated: number;
  }[]>;
}

export interface SupportMacros {
  /** What belongs to one of them, and its actions. */
  (id: string): SupportMacrosItem;
  /** List macros. `GET /support/macros` */
  list(query?: ListTicketMacrosQuery, options?: CallOptions): List<S.TicketMacroRow>;
  /** Create a macro. For all roles except MARKETER, ANALYST. `POST /support/macros` */
  create(body: S.CreateTicketMacroBody, options?: WriteOptions): ApiPromise<S.TicketMacro>;
  /** Read a macro. `GET /support/macros/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.TicketMacro>;
  /** Change a macro of the caller. For all roles except MARKETER, ANALYST. `PATCH /support/macros/{id}` */
  update(id: string, body?: S.UpdateTicketMacroBody, options?: WriteOptions): ApiPromise<S.TicketMacro>;
  /** Delete a macro of the caller. For all roles except MARKETER, ANALYST. `DELETE /support/macros/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.TicketMacro>;
  /** List macros, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/macros/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.TicketMacroRow>;
}

export interface SupportMacrosItem {
  /** Restore a deleted macro. For all roles except MARKETER, ANALYST. `POST /support/macros/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.TicketMacro>;
}

export interface ListTicketMacrosQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "description" | "sharing" | "audience" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  owner?: S.TextOperators | undefined;
}

export interface SupportSla {
  /** What belongs to one of them, and its actions. */
  (id: string): SupportSlaItem;
  /** List sla policies. `GET /support/sla` */
  list(query?: ListSlaPoliciesQuery, options?: CallOptions): List<S.SlaPolicy>;
  /** Create a sla policy. Only for ADMIN, DIRECTOR. `POST /support/sla` */
  create(body: S.CreateSlaPolicyBody, options?: WriteOptions): ApiPromise<S.SlaPolicy>;
  /** Read a sla policy. `GET /support/sla/{id}` */
  get(id: string, query?: TranslatedFieldsExpandQuery, options?: CallOptions): ApiPromise<S.SlaPolicy>;
  /** Replace a sla policy. Omitted fields are cleared. Only for ADMIN, DIRECTOR. `PUT /support/sla/{id}` */
  replace(id: string, body: S.CreateSlaPolicyBody, options?: WriteOptions): ApiPromise<S.SlaPolicy>;
  /** Change fields of a sla policy. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR. `PATCH /support/sla/{id}` */
  update(id: string, body?: S.UpdateSlaPolicyBody, options?: WriteOptions): ApiPromise<S.SlaPolicy>;
  /** Delete a sla policy. The record can be restored. Only for ADMIN, DIRECTOR. `DELETE /support/sla/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SlaPolicy>;
  /** Calculate when a target is due, with an explanation. With a calendar, which need not be stored, and pauses. Nothing is stored. `POST /support/sla/preview` */
  preview(body: S.PreviewSlaBody, options?: WriteOptions): ApiPromise<{
    /** null during a pause */
    due_at: string | null;
    /** During a pause: working time that remained when it began; otherwise 0 */
    remaining_seconds: number;
    segments: S.Segments2;
    skipped: S.Skipped2;
  }>;
  /** List sla policies, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/sla/query` */
  query(body?: S.QuerySlaPoliciesBody, options?: CallOptions): List<S.SlaPolicy>;
  /** Create, change or delete many sla policies. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR. `POST /support/sla/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  readonly violations: SupportSlaViolations;
}

export interface SupportSlaItem {
  /** Restore a deleted sla policy. Only for ADMIN, DIRECTOR. `POST /support/sla/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.SlaPolicy>;
}

export interface ListSlaPoliciesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "where" | "is_active" | "name" | "sequence" | "created_at" | "created_by" | "updated_at" | "translated" | "fields" | "expand"> {
  /** Default: the order in which the policies are tried */
  sort?: string | undefined;
  /** Each of these words must begin a word of the name */
  search?: string | undefined;
  /** Exact match */
  calendar_id?: string | S.NullableStringOperators | undefined;
}

export interface SupportSlaViolations {
  /** List SLA violations. `GET /support/sla/violations` */
  list(query?: ListSlaViolationsQuery, options?: CallOptions): List<S.SlaViolationRow>;
  /** Read a violation. `GET /support/sla/violations/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SlaViolation>;
  /** List SLA violations, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/sla/violations/query` */
  query(body?: S.QuerySlaViolationsBody, options?: CallOptions): List<S.SlaViolationRow>;
}

export interface ListSlaViolationsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "customer" | "agent_id" | "team_id" | "customer_id" | "due_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  metric?: "first_response" | "next_response" | "resolution" | S.StringOperators | undefined;
  /** Exact match */
  policy?: string | S.StringOperators | undefined;
  /** Assignee when the clock was violated */
  agent?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category?: string | S.NullableStringOperators | undefined;
  /** Violated at this instant or later */
  from?: string | undefined;
  /** Violated at this instant or earlier */
  to?: string | undefined;
  /** Exact match */
  ticket_id?: string | S.StringOperators | undefined;
  /** Exact match */
  state?: "MET" | "VIOLATED" | S.StringOperators | undefined;
  /** Exact match */
  policy_id?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | S.StringOperators | undefined;
  /** Exact match */
  started_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  stopped_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  judged_at?: string | S.DayOrInstantOperators | undefined;
  /** Exact match */
  target_seconds?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  over_seconds?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  judged_day?: string | S.DayOrPeriodOperators | undefined;
}

export interface SupportCalendars {
  /** What belongs to one of them, and its actions. */
  (id: string): SupportCalendarsItem;
  /** List support calendars. `GET /support/calendars` */
  list(query?: ListSupportCalendarsQuery, options?: CallOptions): List<S.SupportCalendarRow>;
  /** Create a support calendar. Only for ADMIN, DIRECTOR. `POST /support/calendars` */
  create(body: S.CreateSupportCalendarBody, options?: WriteOptions): ApiPromise<S.SupportCalendar>;
  /** Read a support calendar. `GET /support/calendars/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SupportCalendar>;
  /** Replace a support calendar. Omitted fields are cleared. Only for ADMIN, DIRECTOR. `PUT /support/calendars/{id}` */
  replace(id: string, body: S.CreateSupportCalendarBody, options?: WriteOptions): ApiPromise<S.SupportCalendar>;
  /** Change fields of a support calendar. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR. `PATCH /support/calendars/{id}` */
  update(id: string, body?: S.UpdateSupportCalendarBody, options?: WriteOptions): ApiPromise<S.SupportCalendar>;
  /** Delete a support calendar. The record can be restored. Only for ADMIN, DIRECTOR. `DELETE /support/calendars/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SupportCalendar>;
  /** List support calendars, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/calendars/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.SupportCalendarRow>;
  /** Create, change or delete many support calendars. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR. `POST /support/calendars/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
}

export interface SupportCalendarsItem {
  /** Restore a deleted support calendar. Only for ADMIN, DIRECTOR. `POST /support/calendars/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.SupportCalendar>;
}

export interface ListSupportCalendarsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "name" | "description" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  timezone?: string | S.TextOperators | undefined;
  /** Exact match */
  holiday_country?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  holiday_region?: string | S.NullableTextOperators | undefined;
}

export interface SupportKnowledge {
  /** What belongs to one of them, and its actions. */
  (id: string): SupportKnowledgeItem;
  /** List knowledge articles. `GET /support/knowledge` */
  list(query?: ListKnowledgeArticlesQuery, options?: CallOptions): List<S.KnowledgeArticleRow>;
  /** Create a knowledge article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge` */
  create(body: S.CreateKnowledgeArticleBody, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  /** Read a knowledge article. `GET /support/knowledge/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.KnowledgeArticle>;
  /** Replace a knowledge article. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `PUT /support/knowledge/{id}` */
  replace(id: string, body: S.ReplaceKnowledgeArticleBody, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  /** Change fields of a knowledge article. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `PATCH /support/knowledge/{id}` */
  update(id: string, body?: S.UpdateKnowledgeArticleBody, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  /** Delete a knowledge article. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `DELETE /support/knowledge/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.KnowledgeArticle>;
  readonly search: SupportKnowledgeSearch;
  /** Suggest articles for a text. For example the question of a ticket. Nothing is stored. `POST /support/knowledge/suggest` */
  suggest(body: S.SuggestArticlesBody, options?: WriteOptions): ApiPromise<S.Data6>;
  /** List knowledge articles, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/knowledge/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.KnowledgeArticleRow>;
  /** Create, change or delete many knowledge articles. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Export knowledge to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. `POST /support/knowledge/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface SupportKnowledgeItem {
  /** Restore a deleted knowledge article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  /** Publish an article, or the draft of a published one. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge/{id}/publish` */
  publish(body?: undefined, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  /** Turn an article back into a draft. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge/{id}/unpublish` */
  unpublish(body?: undefined, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  /** Archive an article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge/{id}/archive` */
  archive(body?: undefined, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
  readonly draft: SupportKnowledgeItemDraft;
  readonly preview: SupportKnowledgeItemPreview;
  readonly versions: SupportKnowledgeItemVersions;
  readonly related: SupportKnowledgeItemRelated;
  readonly feedback: SupportKnowledgeItemFeedback;
  /** Record a view of an article. `POST /support/knowledge/{id}/view` */
  view(body?: undefined, options?: WriteOptions): ApiPromise<null>;
  readonly figures: SupportKnowledgeItemFigures;
}

export interface SupportKnowledgeItemDraft {
  /** Discard the draft of a published article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `DELETE /support/knowledge/{id}/draft` */
  delete(options?: DeleteOptions): ApiPromise<S.KnowledgeArticle>;
}

export interface SupportKnowledgeItemPreview {
  /** Preview an article as HTML. Authors get the draft, if there is one. The HTML is safe to display. `GET /support/knowledge/{id}/preview` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    title: string;
    summary: string | null;
    html: string;
    /** true: readers see other content, or nothing */
    is_draft: boolean;
  }>;
}

export interface SupportKnowledgeItemVersions {
  /** What belongs to one of them, and its actions. */
  (versionId: string): SupportKnowledgeItemVersionsItem;
  /** List the published versions of an article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `GET /support/knowledge/{id}/versions` */
  list(query?: ListArticleVersionsQuery, options?: CallOptions): List<S.ArticleVersionRow>;
  /** Read a published version of an article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `GET /support/knowledge/{id}/versions/{version_id}` */
  get(versionId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ArticleVersion>;
}

export interface SupportKnowledgeItemVersionsItem {
  /** Revert an article to a published version. For a published article, the version becomes its draft. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `POST /support/knowledge/{id}/versions/{version_id}/revert` */
  revert(body?: undefined, options?: WriteOptions): ApiPromise<S.KnowledgeArticle>;
}

export interface ListArticleVersionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "article_id" | "version_number" | "title" | "summary" | "body" | "published_by" | "created_at" | "created_by" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  published_at?: string | S.DayOrInstantOperators | undefined;
}

export interface SupportKnowledgeItemRelated {
  /** Find published articles on the same topic. `GET /support/knowledge/{id}/related` */
  get(query?: ListRelatedArticlesQuery, options?: CallOptions): ApiPromise<S.Data6>;
}

export interface ListRelatedArticlesQuery {
  /** Default: 5 */
  limit?: number | undefined;
}

export interface SupportKnowledgeItemFeedback {
  /** Rate whether an article was helpful. One rating for each reader: a new one replaces it. `POST /support/knowledge/{id}/feedback` */
  create(body: S.GiveArticleFeedbackBody, options?: WriteOptions): ApiPromise<S.ArticleFeedback>;
  /** List the feedback on an article. Only for ADMIN, DIRECTOR, MANAGER, SUPPORT_AGENT. `GET /support/knowledge/{id}/feedback` */
  list(query?: ListArticleFeedbackQuery, options?: CallOptions): List<S.ArticleFeedbackRow>;
}

export interface ListArticleFeedbackQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "article_id" | "version_number" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  is_helpful?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  comment?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  given_by?: "USER" | "PUBLIC" | S.StringOperators | undefined;
  /** Exact match */
  given_at?: string | S.DayOrInstantOperators | undefined;
}

export interface SupportKnowledgeItemFigures {
  /** Read the view and feedback counts of an article. `GET /support/knowledge/{id}/figures` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    /** Number of views by the public and by users */
    view_count: number;
    /** Readers who found the article helpful */
    helpful_count: number;
    not_helpful_count: number;
  }>;
}

export interface ListKnowledgeArticlesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "is_public" | "title" | "summary" | "version_number" | "published_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand" | "tags"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "DRAFT" | "PUBLISHED" | "ARCHIVED" | S.StringOperators | undefined;
  /** Id or code of one of the tenant's article categories */
  category_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  language?: string | S.TextOperators | undefined;
  /** All translations of an article */
  group_id?: string | S.TextOperators | undefined;
  /** Exact match */
  author_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  has_draft?: boolean | S.BooleanOperators | undefined;
}

export interface SupportKnowledgeSearch {
  /** Search published articles. Searches the full content. Best match first, with the words that matched. `GET /support/knowledge/search` */
  get(query: SearchKnowledgeQuery, options?: CallOptions): ApiPromise<S.Data6>;
}

export interface SearchKnowledgeQuery {
  /** Exact match */
  q: string;
  /** Only articles in this language. Default: the best translation of each article */
  language?: string | undefined;
  /** Default: 5 */
  limit?: number | undefined;
}

export interface SupportInboundMails {
  /** What belongs to one of them, and its actions. */
  (id: string): SupportInboundMailsItem;
  /** List received emails. Includes all kinds; `kind=message` are emails that a person wrote. Only for ADMIN. `GET /support/inbound-mails` */
  list(query?: ListInboundMailsQuery, options?: CallOptions): List<S.InboundMailRow>;
  /** Read the result of a received email. Only for ADMIN. `GET /support/inbound-mails/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.InboundMail>;
  /** List received emails, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /support/inbound-mails/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.InboundMailRow>;
}

export interface SupportInboundMailsItem {
  readonly content: SupportInboundMailsItemContent;
}

export interface SupportInboundMailsItemContent {
  /** Read the content of a received email. The parsed content, and the part of it that is new. Returns 422 if the original bytes are not stored. Only for ADMIN. `GET /support/inbound-mails/{id}/content` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.InboundMailContent>;
}

export interface ListInboundMailsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "ticket_id" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "RECEIVED" | "SET_ASIDE" | "TOO_LARGE" | "HANDLED" | S.StringOperators | undefined;
  /** Exact match */
  kind?: "message" | "auto_reply" | "bounce" | "bulk" | "calendar" | "loop" | S.StringOperators | undefined;
  /** Exact match */
  sender?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  sender_name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  subject?: string | S.TextOperators | undefined;
  /** Exact match */
  message_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  size?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  attachments?: number | string | S.NumberOperators | undefined;
}

export interface SupportAgents {
  /** Read the load and the results of agents. For a period, in days of the tenant's time zone; only agents whose tickets the caller can see. For all roles except SALES_REP, MARKETER, USER. `GET /support/agents` */
  get(query?: FromToQuery, options?: CallOptions): ApiPromise<{
    from: string;
    to: string;
    /** Agents whose tickets the caller can see, in order of their ids */
    agents: S.SupportAgent[];
    /** Changes up to this time are counted; null if there are none */
    as_of: string | null;
  }>;
}

export interface SupportReports {
  readonly sla: SupportReportsSla;
  readonly snapshots: SupportReportsSnapshots;
  readonly satisfaction: SupportReportsSatisfaction;
}

export interface SupportReportsSla {
  /** Read how SLA targets were met. By day in the tenant's time zone; only for agents whose tickets the caller can see. For all roles except SALES_REP, MARKETER, USER. `GET /support/reports/sla` */
  get(query?: ReadSlaReportQuery, options?: CallOptions): ApiPromise<{
    by: "agent" | "policy" | "category" | "priority" | "metric" | "day" | "month";
    from: string;
    to: string;
    /** Days and months in chronological order, other rows by number of judged targets; at most 500 */
    rows: S.SlaReportGroup[];
    totals: {
      kept: number;
      violated: number;
      /** Decimal string with four places; null if there are none */
      share_kept: string | null;
    };
    /** Changes up to this time are counted; null if there are none */
    as_of: string | null;
  }>;
}

export interface ReadSlaReportQuery extends Pick<Parameters, "from" | "to"> {
  /** Default: by day */
  by?: "agent" | "policy" | "category" | "priority" | "metric" | "day" | "month" | undefined;
}

export interface SupportReportsSnapshots {
  /** Read the tickets as of the end of each day. In the tenant's time zone; only for agents whose tickets the caller can see, and for unassigned tickets. For all roles except SALES_REP, MARKETER, USER. `GET /support/reports/snapshots` */
  get(query?: FromToQuery, options?: CallOptions): ApiPromise<{
    /** In chronological order. Days without a snapshot are left out, such as days before the tenant existed */
    days: S.TicketDay[];
  }>;
}

export interface SupportReportsSatisfaction {
  /** Read the satisfaction of requesters. Mean rating, CSAT and NPS for the tickets of agents whom the caller can see, by the day of the answer. `GET /support/reports/satisfaction` */
  get(query?: GetSatisfactionReportQuery, options?: CallOptions): ApiPromise<S.SatisfactionReport>;
}

export interface GetSatisfactionReportQuery {
  /** First day in the tenant's time zone. Default: 30 days before `to` */
  from?: string | undefined;
  /** Last day. Default: today. The range can have at most 366 days */
  to?: string | undefined;
  /** Default: by agent, as assigned at the resolution */
  by?: "agent" | "team" | "category" | "day" | "month" | undefined;
}

export interface SupportSurveys {
  /** List surveys of tickets. `GET /support/surveys` */
  list(query?: ListTicketSurveysQuery, options?: CallOptions): List<S.TicketSurveyRow>;
  /** Read a survey. `GET /support/surveys/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.TicketSurvey>;
  /** List surveys of tickets, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /support/surveys/query` */
  query(body?: S.QueryTicketSurveysBody, options?: CallOptions): List<S.TicketSurveyRow>;
}

export interface ListTicketSurveysQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "team" | "ticket_number" | "personal_key_id" | "agent_id" | "team_id" | "sent_at" | "answered_day" | "expires_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  agent?: string | S.NullableStringOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  rating?: number | undefined;
  /** Exact match */
  status?: "SCHEDULED" | "SENT" | "ANSWERED" | "EXPIRED" | "CANCELLED" | S.StringOperators | undefined;
  /** Only surveys of tickets opened at or after this time */
  from?: string | undefined;
  /** Only surveys of tickets opened at or before this time */
  to?: string | undefined;
  /** Exact match */
  ticket_id?: string | S.StringOperators | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  nps?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  answered_at?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface Tags {
  /** List tags. Tags of records that the caller can see, by name, with the number of records of each kind. `GET /tags` */
  list(query?: ListTagsQuery, options?: CallOptions): List<S.Tag>;
  /** Remove a tag from all records. From all live records, in the background: one bulk change for each kind. Only for ADMIN, DIRECTOR. `DELETE /tags/{name}` */
  delete(name: string, options?: DeleteOptions): ApiPromise<S.TagRenamed>;
  /** Rename a tag, or merge it into another. On all live records with the tag, in the background: one bulk change for each kind. Only for ADMIN, DIRECTOR. `POST /tags/rename` */
  rename(body: S.RenameTagBody, options?: WriteOptions): ApiPromise<S.TagRenamed>;
}

export interface ListTagsQuery {
  /** Only tags of records of this kind */
  kind?: "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "knowledge_article" | "lead" | "opportunity" | "order" | "potential" | "project" | "proposal" | "quote" | "ticket" | undefined;
  /** Beginning of the tag, in any letter case */
  search?: string | undefined;
  /** Defaults to 50 */
  limit?: number | undefined;
  /** The `next_cursor` of the previous page */
  cursor?: string | undefined;
}

export interface Me {
  readonly preferences: MePreferences;
  readonly recent: MeRecent;
  readonly followUps: MeFollowUps;
  readonly favorites: MeFavorites;
  readonly secondFactor: MeSecondFactor;
}

export interface MePreferences {
  /** Read the caller's preferences. `GET /me/preferences` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data7>;
  /** Replace the caller's preferences. An omitted preference gets its default. The time zone is also that of the caller's working hours. `PUT /me/preferences` */
  replace(body?: S.ReplaceMyPreferencesBody, options?: WriteOptions): ApiPromise<S.Data7>;
  /** Change single preferences of the caller. `columns` and `ui` are merged by key, and null as the value of a key removes it. `PATCH /me/preferences` */
  update(body?: S.UpdateMyPreferencesBody, options?: WriteOptions): ApiPromise<S.Data7>;
}

export interface MeRecent {
  /** Report that the caller opened a record. Moves the record to the front of the caller's recent records. A repeat has no further effect. `POST /me/recent` */
  (body: S.VisitRecordBody, options?: WriteOptions): ApiPromise<null>;
  /** List the records that the caller opened last, newest first. Up to 50 records of the last 90 days. Deleted records and records that the caller cannot read are left out. `GET /me/recent` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    id: string;
    kind: string;
    /** Empty if the record has none */
    title: string;
    /** Path at which the record is read */
    path: string;
    /** For a view: the kind of the records in its list */
    view_kind: string | null;
    visited_at: string;
  }[]>;
}

export interface MeFollowUps {
  /** List whom the caller should contact next, and why. The caller's own records that are due, with their reasons, highest priority first. Records of persons whose data are restricted are left out. `GET /me/follow-ups` */
  get(query?: ListMyFollowUpsQuery, options?: CallOptions): ApiPromise<S.FollowUp[]>;
}

export interface ListMyFollowUpsQuery {
  /** Defaults to 20 */
  limit?: number | undefined;
}

export interface MeFavorites {
  /** Set the caller's favorites in their order. At most 100 records and saved views. `PUT /me/favorites` */
  replace(body: S.ReplaceMyFavoritesBody, options?: WriteOptions): ApiPromise<S.Data8>;
  /** List the caller's favorites. Records and saved views in the order of the caller. Records that the caller cannot read are left out. `GET /me/favorites` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data8>;
  /** Add a record or saved view to the caller's favorites. The record comes last. A record that is a favorite already stays at its place. `PUT /me/favorites/{record_id}` */
  replace(recordId: string, body?: undefined, options?: WriteOptions): ApiPromise<S.Data8>;
  /** Remove a record or saved view from the caller's favorites. `DELETE /me/favorites/{record_id}` */
  delete(recordId: string, options?: DeleteOptions): ApiPromise<S.Data8>;
}

export interface MeSecondFactor {
  /** Read whether two-factor sign-in is on. Only for users who have signed in, not for API keys. `GET /me/second-factor` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    is_on: boolean;
    switched_on_at: string | null;
    recovery_codes_left: number;
    last_used_at: string | null;
    /** Whether the tenant requires a second factor of the user */
    is_required: boolean;
  }>;
  /** Begin to set up two-factor sign-in. Creates a secret for an authenticator app (TOTP, RFC 6238). It is on once `confirm` gets a code of the app. Only for users who have signed in, not for API keys. `POST /me/second-factor` */
  (body: S.BeginMySecondFactorBody, options?: WriteOptions): ApiPromise<{
    /** For authenticator apps, as a QR code or a link */
    otpauth_uri: string;
    /** The secret in base32, for apps without a camera. It is shown only this once */
    secret: string;
    /** Until when it can be confirmed */
    expires_at: string;
  }>;
  /** Switch two-factor sign-in on. Ends all other sessions of the user. The response has ten recovery codes, only this once. Only for users who have signed in, not for API keys. `POST /me/second-factor/confirm` */
  confirm(body: S.ConfirmMySecondFactorBody, options?: WriteOptions): ApiPromise<S.Data9>;
  /** Replace the recovery codes. The former codes become invalid. The response has ten new ones, only this once. Only for users who have signed in, not for API keys. `POST /me/second-factor/recovery-codes` */
  recoveryCodes(body: S.RenewMyRecoveryCodesBody, options?: WriteOptions): ApiPromise<S.Data9>;
  /** Switch two-factor sign-in off. Not by DELETE, whose parameters are in the address: the password must not be in logs. Only for users who have signed in, not for API keys. `POST /me/second-factor/switch-off` */
  switchOff(body: S.RenewMyRecoveryCodesBody, options?: WriteOptions): ApiPromise<null>;
}

export interface Presence {
  /** Report that the caller views or edits a record. Valid for 45 seconds: repeat it every 15 seconds. `POST /presence` */
  (body: S.ReportPresenceBody, options?: WriteOptions): ApiPromise<null>;
  /** List who else views or edits a record now. `GET /presence` */
  get(query: ListPlaybookProgressQuery, options?: CallOptions): ApiPromise<{
    user_id: string;
    name: string | null;
    since: string;
    is_editing: boolean;
  }[]>;
  /** Report that the caller has stopped viewing a record. `DELETE /presence` */
  delete(options: DeleteOptions<ListPlaybookProgressQuery>): ApiPromise<null>;
}

export interface Views {
  /** What belongs to one of them, and its actions. */
  (id: string): ViewsItem;
  /** List views. `GET /views` */
  list(query?: ListViewsQuery, options?: CallOptions): List<S.ViewRow>;
  /** Create a view. `query` is a request of `POST /{kind}/query`, and is validated in the same way. `POST /views` */
  create(body: S.CreateViewBody, options?: WriteOptions): ApiPromise<S.View>;
  /** Read a view. `GET /views/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.View>;
  /** Change a view of the caller. `PATCH /views/{id}` */
  update(id: string, body?: S.UpdateViewBody, options?: WriteOptions): ApiPromise<S.View>;
  /** Delete a view of the caller. `DELETE /views/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.View>;
  /** List views, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /views/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ViewRow>;
  readonly defaults: ViewsDefaults;
}

export interface ViewsItem {
  /** Restore a deleted view. `POST /views/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.View>;
  readonly default: ViewsItemDefault;
  readonly roleDefault: ViewsItemRoleDefault;
}

export interface ViewsItemDefault {
  /** Make a view the default of its kind. `PUT /views/{id}/default` */
  replace(body?: undefined, options?: WriteOptions): ApiPromise<S.Data10>;
  /** Stop using a view as the default of its kind. `DELETE /views/{id}/default` */
  delete(options?: DeleteOptions): ApiPromise<S.Data10>;
}

export interface ViewsItemRoleDefault {
  /** Read the roles whose default a view is. Only for ADMIN. `GET /views/{id}/role-default` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data11>;
  /** Set the roles whose default a view is. The view must be shared with everyone. A default that a user chose counts before that of the role. Only for ADMIN. `PUT /views/{id}/role-default` */
  replace(body?: S.ReplaceRoleDefaultViewBody, options?: WriteOptions): ApiPromise<S.Data11>;
}

export interface ListViewsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "name" | "description" | "sharing" | "audience" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  kind?: S.Kind13 | S.TextOperators | undefined;
  /** Exact match */
  owner?: S.TextOperators | undefined;
}

export interface ViewsDefaults {
  /** Read the caller's default views. The view that the caller chose for a kind, else that of the role of the caller, else that of all roles. `GET /views/defaults` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data10>;
}

export interface BulkChanges {
  /** What belongs to one of them, and its actions. */
  (id: string): BulkChangesItem;
  /** List bulk changes. The caller's own; administrators see all. `GET /bulk-changes` */
  list(query?: ListBulkChangesQuery, options?: CallOptions): List<S.BulkChangeRow>;
  /** Change, delete or restore many records. The named records, or all that a query finds. Each is changed as by a separate request, in the background. For all roles except ANALYST. `POST /bulk-changes` */
  create(body: S.CreateBulkChangeBody, options?: WriteOptions): ApiPromise<S.BulkChange>;
  /** Read the progress of a bulk change. `GET /bulk-changes/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.BulkChange>;
  /** List bulk changes, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /bulk-changes/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.BulkChangeRow>;
}

export interface BulkChangesItem {
  readonly results: BulkChangesItemResults;
  /** Cancel a bulk change. Changes already made stay, and can be undone. For all roles except ANALYST. `POST /bulk-changes/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.BulkChange>;
  /** Undo a bulk change. The undo is a new bulk change. Records that were changed since do not change. For all roles except ANALYST. `POST /bulk-changes/{id}/undo` */
  undo(body?: undefined, options?: WriteOptions): ApiPromise<S.BulkChange>;
}

export interface BulkChangesItemResults {
  /** List the results of a bulk change by record. Failed records first; only records that the caller can see. `GET /bulk-changes/{id}/results` */
  list(query?: ListBulkChangeResultsQuery, options?: CallOptions): List<S.BulkChangeResult>;
}

export interface ListBulkChangeResultsQuery extends Pick<Parameters, "limit" | "cursor"> {
  /** Exact match */
  status?: "done" | "failed" | "skipped" | undefined;
}

export interface ListBulkChangesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "failed" | "skipped" | "started_at" | "finished_at" | "created_at" | "created_by" | "updated_at" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Id of the owner or assignee, `me`, or `none` for records without one */
  owner?: string | S.TextOperators | undefined;
  /** Exact match */
  status?: "queued" | "running" | "completed" | "failed" | "cancelled" | S.StringOperators | undefined;
  /** Exact match */
  kind?: "activity" | "booking_link" | "campaign_member" | "campaign" | "campaign_template" | "contact" | "contract" | "contract_clause" | "contract_template" | "customer" | "deal" | "email_send" | "exchange_rate" | "form" | "interaction" | "knowledge_article" | "lead" | "message_template" | "note" | "comment" | "opportunity" | "order" | "person" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "sla_policy" | "support_calendar" | "ticket" | "team" | S.TextOperators | undefined;
  /** Exact match */
  action?: "update" | "delete" | "restore" | "undo" | S.StringOperators | undefined;
  /** Exact match */
  owner_id?: string | S.TextOperators | undefined;
  /** Exact match */
  dry_run?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  found?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  done?: number | string | S.NumberOperators | undefined;
  /** Comma-separated fields of each record to return; `id` is always included */
  fields?: string | {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  add_tags?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  remove_tags?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface Notifications {
  /** What belongs to one of them, and its actions. */
  (id: string): NotificationsItem;
  /** List the caller's notifications, newest first. Stored for 90 days. `meta.unread` is the number of unread notifications. `GET /notifications` */
  list(query?: ListNotificationsQuery, options?: CallOptions): List<S.NotificationRow>;
  /** Read a notification of the caller. `GET /notifications/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Notification>;
  /** Delete a notification. A deleted notification cannot be restored. `DELETE /notifications/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<null>;
  /** List the caller's notifications, newest first, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /notifications/query` */
  query(body?: S.QueryNotificationsBody, options?: CallOptions): List<S.NotificationRow>;
  readonly preferences: NotificationsPreferences;
  /** Mark all of the caller's notifications as read. Notifications that arrive in the meantime stay unread. `POST /notifications/read-all` */
  readAll(body?: S.ReadAllNotificationsBody, options?: WriteOptions): ApiPromise<{
    /** Number of notifications that this request set to read */
    count: number;
    /** false: the rest is set to read later, without another request */
    is_complete: boolean;
  }>;
}

export interface NotificationsItem {
  /** Mark a notification as read. `POST /notifications/{id}/read` */
  read(body?: undefined, options?: WriteOptions): ApiPromise<S.Notification>;
  /** Mark a notification as unread. `POST /notifications/{id}/unread` */
  unread(body?: undefined, options?: WriteOptions): ApiPromise<S.Notification>;
}

export interface ListNotificationsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "include" | "where" | "record_kind" | "record_id" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  unread?: boolean | undefined;
  /** Exact match */
  type?: S.Type7 | S.TextOperators | undefined;
  /** Exact match */
  actor_id?: string | S.TextOperators | undefined;
}

export interface NotificationsPreferences {
  /** Read the caller's notification preferences. `GET /notifications/preferences` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.Data12>;
  /** Replace the caller's notification preferences. An omitted type or channel gets its default: shown in the list, not sent by email. `PUT /notifications/preferences` */
  replace(body: S.ReplaceNotificationPreferencesBody, options?: WriteOptions): ApiPromise<S.Data12>;
}

export interface Uploads {
  /** Announce a file, and get its upload URL. Send exactly the announced bytes to `url` with `method` and `headers`, within an hour and once. Then use `upload_id` in another request within a day. For all roles except ANALYST. `POST /uploads` */
  create(body: S.CreateUploadBody, options?: WriteOptions): ApiPromise<{
    upload_id: string;
    url: string;
    method: string;
    /** Headers to send unchanged with the bytes */
    headers: { [key: string]: string };
    /** Until when the bytes can be sent */
    expires_at: string;
    links: S.Links;
  }>;
  /** Read the state of an upload. Only for the user who announced it, and administrators. For all roles except ANALYST. `GET /uploads/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Upload>;
}

export interface Imports {
  /** What belongs to one of them, and its actions. */
  (id: string): ImportsItem;
  /** List imports. `GET /imports` */
  list(query?: ListImportsQuery, options?: CallOptions): List<S.ImportRow>;
  /** Read the progress of an import. `GET /imports/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Import>;
  /** List imports, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /imports/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ImportRow>;
  /** Inspect a file before it is imported. Columns with samples, their suggested fields, and values that name nothing yet. Reads the first 200 rows of an upload, which stays available. For all roles except SUPPORT_AGENT, ANALYST. `POST /imports/inspect` */
  inspect(body: S.InspectImportFileBody, options?: WriteOptions): ApiPromise<S.InspectedFile>;
}

export interface ImportsItem {
  readonly errors: ImportsItemErrors;
  readonly rejectedRows: ImportsItemRejectedRows;
  /** Cancel an import. Records already written stay, and can be reverted. For all roles except SUPPORT_AGENT, ANALYST. `POST /imports/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.Import>;
  /** Revert an import. Created records are deleted, and changed records get their previous values. Records that were changed since are kept, and counted. For all roles except SUPPORT_AGENT, ANALYST. `POST /imports/{id}/revert` */
  revert(body?: undefined, options?: WriteOptions): ApiPromise<S.Import>;
}

export interface ImportsItemErrors {
  /** Get the rejected rows as a CSV file. The original rows, with field and reason; once corrected, the file can be imported as it is. For the importing user and administrators, for seven days. `GET /imports/{id}/errors` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface ImportsItemRejectedRows {
  /** List the rejected rows of an import. Each with its cells, and the errors at their columns. For the importing user and administrators, for seven days. `GET /imports/{id}/rejected-rows` */
  get(query?: ListRejectedRowsQuery, options?: CallOptions): ApiPromise<S.RejectedRows>;
}

export interface ListRejectedRowsQuery extends Pick<Parameters, "cursor"> {
  /** Defaults to 100 */
  limit?: number | undefined;
}

export interface ListImportsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "file_name" | "skipped" | "failed" | "started_at" | "finished_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Id of the owner or assignee, `me`, or `none` for records without one */
  owner?: string | S.TextOperators | undefined;
  /** Exact match */
  status?: S.Status33 | S.StringOperators | undefined;
  /** Exact match */
  entity?: S.Entity | S.TextOperators | undefined;
  /** Exact match */
  owner_id?: string | S.TextOperators | undefined;
  /** Exact match */
  format?: string | S.TextOperators | undefined;
  /** Exact match */
  total_rows?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  processed?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  created?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  updated?: number | string | S.NumberOperators | undefined;
}

export interface SampleData {
  /** Read whether the tenant has sample data. Only for ADMIN. `GET /sample-data` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.SampleData>;
  /** Create sample data. Imports some leads, customers and opportunities with the tag `Sample`. A tenant that has sample data keeps it, so the request can be repeated. Only for ADMIN. `POST /sample-data` */
  (body?: undefined, options?: WriteOptions): ApiPromise<S.SampleData>;
  /** Remove the sample data. Deletes the records that `POST /sample-data` created, also those that users have changed since, and no others. The request can be repeated. Only for ADMIN. `DELETE /sample-data` */
  delete(options?: DeleteOptions): ApiPromise<S.SampleData>;
}

export interface Exports {
  /** What belongs to one of them, and its actions. */
  (id: string): ExportsItem;
  /** List exports. The caller's own; administrators see all. `GET /exports` */
  list(query?: ListExportsQuery, options?: CallOptions): List<S.ExportRow>;
  /** Read the progress of an export. `GET /exports/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Export>;
  /** List exports, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /exports/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ExportRow>;
}

export interface ExportsItem {
  readonly file: ExportsItemFile;
  /** Cancel an export. `POST /exports/{id}/cancel` */
  cancel(body?: undefined, options?: WriteOptions): ApiPromise<S.Export>;
}

export interface ExportsItemFile {
  /** Get the file of an export. The file, or a 303 with a link if it is larger than 4 MB. Available for seven days. `GET /exports/{id}/file` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface ListExportsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "file_name" | "expires_at" | "started_at" | "finished_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Id of the owner or assignee, `me`, or `none` for records without one */
  owner?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "queued" | "running" | "completed" | "failed" | "cancelled" | S.StringOperators | undefined;
  /** Exact match */
  entity?: S.Entity2 | S.TextOperators | undefined;
  /** Exact match */
  owner_id?: string | S.StringOperators | undefined;
  /** Exact match */
  format?: "csv" | "xlsx" | S.StringOperators | undefined;
  /** Exact match */
  rows?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  size?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  as_of?: string | S.DayOrInstantOperators | undefined;
}

export interface Analytics {
  readonly figures: AnalyticsFigures;
  readonly dashboard: AnalyticsDashboard;
  readonly sales: AnalyticsSales;
  readonly revenue: AnalyticsRevenue;
  readonly pipeline: AnalyticsPipeline;
  readonly teamPerformance: AnalyticsTeamPerformance;
  readonly conversionRates: AnalyticsConversionRates;
  readonly customerHealth: AnalyticsCustomerHealth;
  readonly winLoss: AnalyticsWinLoss;
  readonly cycleTimes: AnalyticsCycleTimes;
  readonly leadCohorts: AnalyticsLeadCohorts;
  readonly churn: AnalyticsChurn;
  readonly interactions: AnalyticsInteractions;
  readonly forecast: AnalyticsForecast;
  readonly reports: AnalyticsReports;
}

export interface AnalyticsFigures {
  /** List the definitions of figures. The figures that the caller may read: name, formula, source, unit and example. `GET /analytics/figures` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.FigureList>;
}

export interface AnalyticsDashboard {
  /** Read the figures of the sales and the operations dashboard. For the records of owners that the caller sees. The default period is the last 30 days. `GET /analytics/dashboard` */
  get(query?: GetAnalyticsDashboardQuery, options?: CallOptions): ApiPromise<S.AnalyticsDashboard>;
}

export interface GetAnalyticsDashboardQuery extends Pick<Parameters, "from" | "to" | "territory" | "compare_to"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface AnalyticsSales {
  /** Read what was won and lost. By period and by owner, with the period of comparison; with `group_by` also by product, product line or category. `GET /analytics/sales` */
  get(query?: GetSalesAnalyticsQuery, options?: CallOptions): ApiPromise<S.ProductSalesAnalytics>;
}

export interface GetSalesAnalyticsQuery extends Pick<Parameters, "from" | "to" | "territory" | "compare_to" | "interval" | "group_by"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface AnalyticsRevenue {
  /** Read revenue and bookings. By period and by owner, with the period of comparison. `GET /analytics/revenue` */
  get(query?: GetRevenueAnalyticsQuery, options?: CallOptions): ApiPromise<S.SalesAnalytics>;
}

export interface GetRevenueAnalyticsQuery extends Pick<Parameters, "from" | "to" | "territory" | "compare_to" | "interval"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface AnalyticsPipeline {
  /** Read the open pipeline by stage, owner and month. Open opportunities as they are now, at the latest rates. `GET /analytics/pipeline` */
  get(query?: GetPipelineAnalyticsQuery, options?: CallOptions): ApiPromise<S.PipelineAnalytics>;
}

export interface GetPipelineAnalyticsQuery extends Pick<Parameters, "from" | "to" | "territory" | "compare_to" | "group_by"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface AnalyticsTeamPerformance {
  /** Compare owners and agents. Sales and service of each user whose records the caller sees, with the targets of a period that is a month, a quarter or a year. `GET /analytics/team-performance` */
  get(query?: GetAnalyticsDashboardQuery, options?: CallOptions): ApiPromise<S.TeamPerformance>;
}

export interface AnalyticsConversionRates {
  /** Read the conversion of leads and opportunities. By period, owner and stage. The stages cover the opportunities of the last twelve months. `GET /analytics/conversion-rates` */
  get(query?: GetRevenueAnalyticsQuery, options?: CallOptions): ApiPromise<S.ConversionRateAnalytics>;
}

export interface AnalyticsCustomerHealth {
  /** Read customers by risk, lifecycle and satisfaction. Customers of owners whom the caller sees, with new and churned ones. `GET /analytics/customer-health` */
  get(query?: GetRevenueAnalyticsQuery, options?: CallOptions): ApiPromise<S.CustomerHealthAnalytics>;
}

export interface AnalyticsWinLoss {
  /** Read why opportunities were won and lost. Number, value and cycle of closed opportunities by reason, and by owner and period. `GET /analytics/win-loss` */
  get(query?: GetWinLossAnalyticsQuery, options?: CallOptions): ApiPromise<S.WinLossAnalytics>;
}

export interface GetWinLossAnalyticsQuery extends Pick<Parameters, "from" | "to" | "territory" | "compare_to" | "interval"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
  /** `owner` adds the reasons of each owner, from the counters of each owner and reason */
  group_by?: "owner" | undefined;
}

export interface AnalyticsCycleTimes {
  /** Read how long opportunities take, as a whole and in each stage. The days to a win and to a loss, by owner and period, and the days in each stage with the share that advanced. Stages have the moves of finished days. `GET /analytics/cycle-times` */
  get(query?: GetCycleTimesQuery, options?: CallOptions): ApiPromise<S.CycleTimeAnalytics>;
}

export interface GetCycleTimesQuery extends Pick<Parameters, "from" | "to" | "territory" | "compare_to" | "interval"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
  /** `owner` adds the stages of each owner, from the stored days of each */
  group_by?: "owner" | undefined;
}

export interface AnalyticsLeadCohorts {
  /** Read the funnel of leads by the month of their creation. Leads of each month, and how many were qualified, converted, made an opportunity and won, by the month after their creation. Leads count for their owner, opportunities for theirs. `GET /analytics/lead-cohorts` */
  get(query?: GetLeadCohortsQuery, options?: CallOptions): ApiPromise<S.LeadCohortAnalytics>;
}

export interface GetLeadCohortsQuery extends Pick<Parameters, "territory" | "compare_to"> {
  /** A day of the first month; defaults to the last 12 months. The period is 366 days at most */
  from?: string | undefined;
  /** A day of the last month; defaults to this month */
  to?: string | undefined;
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
}

export interface AnalyticsChurn {
  /** Read why customers churned. Number and lifetime value of churned customers by reason, and by owner and period. `GET /analytics/churn` */
  get(query?: GetRevenueAnalyticsQuery, options?: CallOptions): ApiPromise<S.ChurnAnalytics>;
}

export interface AnalyticsInteractions {
  /** Read interactions by type, channel, owner and sentiment. Interactions by their responsible user, with the period of comparison and the sentiment of each part of the period. `GET /analytics/interactions` */
  get(query?: GetRevenueAnalyticsQuery, options?: CallOptions): ApiPromise<S.InteractionAnalytics>;
}

export interface AnalyticsForecast {
  /** Read the forecast for the coming months. The same answer as `GET /opportunities/forecast`, with the targets of bookings of each month. `GET /analytics/forecast` */
  get(query?: GetForecastQuery, options?: CallOptions): ApiPromise<S.ForecastAnalytics>;
}

export interface AnalyticsReports {
  /** What belongs to one of them, and its actions. */
  (id: string): AnalyticsReportsItem;
  /** List reports. The definitions that the caller sees, without their rows. `GET /analytics/reports` */
  list(query?: ListReportsQuery, options?: CallOptions): List<S.ReportRow>;
  /** Create a report. `POST /analytics/reports` */
  create(body: S.CreateReportBody, options?: WriteOptions): ApiPromise<S.Report>;
  /** Read a report with its rows. The rows are those that the caller sees, by the caller's rights now. A report that reads more than 20,000 records is run in the background: `status` is `running` until its result is there. `GET /analytics/reports/{id}` */
  get(id: string, query?: GetReportQuery, options?: CallOptions): ApiPromise<S.ReportWithRows>;
  /** Replace a report of the caller. `PUT /analytics/reports/{id}` */
  replace(id: string, body: S.CreateReportBody, options?: WriteOptions): ApiPromise<S.Report>;
  /** Delete a report of the caller. `DELETE /analytics/reports/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Report>;
  /** List reports, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /analytics/reports/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.ReportRow>;
  /** Evaluate a report without saving it. Covers all records if the report has only fields of its own kind, and the kind has columns. Otherwise reads at most 20,000 records: of more, the first by time, and `is_partial` is true. `POST /analytics/reports/preview` */
  preview(body: S.PreviewReportBody, options?: WriteOptions): ApiPromise<{
    definition: {
      name?: string | undefined;
      kind: S.Kind10;
      /** Users who can see the definition besides its owner. Each reader gets the rows that this reader sees */
      visibility: "PRIVATE" | "TEAM" | "EVERYONE";
      columns?: S.Columns3 | undefined;
      where?: S.Where5 | undefined;
      with?: S.With2 | undefined;
      group_by?: S.GroupBy2 | undefined;
      measures?: S.Measures2 | undefined;
      sort?: S.Sort4 | undefined;
      /** The first rows of the order; default: all rows */
      limit?: number | undefined;
      chart?: S.Chart2 | undefined;
    };
    rows: S.Rows;
    /** The measures over all records; null for a report without measures */
    totals: { [key: string]: unknown } | null;
    /** Rows of the result before its limit */
    row_count: number;
    /** Records created later are not included */
    as_of: string;
    /** running: the rows are not there yet; read the report again */
    status: "ready" | "running";
    unconverted: S.Unconverted3;
    /** Whether only the first 20,000 records by time were read */
    is_partial: boolean;
  }>;
  readonly ready: AnalyticsReportsReady;
}

export interface AnalyticsReportsItem {
  /** Run a report in the background. In place of the former run of the caller. A run that is in progress continues. `POST /analytics/reports/{id}/run` */
  run(body?: undefined, options?: WriteOptions): ApiPromise<S.Data13>;
  readonly runs: AnalyticsReportsItemRuns;
  /** Export the rows of a report into a file. All rows that the caller sees, without a limit of rows. Starts a run; `file` of the run says how far the file is, which is then at `/analytics/reports/{id}/runs/{run_id}/file`. `POST /analytics/reports/{id}/export` */
  export(body: S.ExportReportBody, options?: WriteOptions): ApiPromise<S.Data13>;
  /** Restore a deleted report. `POST /analytics/reports/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Report>;
  readonly schedules: AnalyticsReportsItemSchedules;
}

export interface AnalyticsReportsItemRuns {
  /** What belongs to one of them, and its actions. */
  (runId: string): AnalyticsReportsItemRunsItem;
  /** Read a run of a report, with its rows. Only for the reader who started it, and only with the rights of its start. `GET /analytics/reports/{id}/runs/{run_id}` */
  get(runId: string, query?: GetReportRunQuery, options?: CallOptions): ApiPromise<S.Data13>;
}

export interface AnalyticsReportsItemRunsItem {
  readonly file: AnalyticsReportsItemRunsItemFile;
}

export interface AnalyticsReportsItemRunsItemFile {
  /** Get the file of an exported or delivered report. The file, or a 303 with a link if it is larger than 4 MB. Available for seven days, only for its reader, and only with the rights that the reader had at the run. `GET /analytics/reports/{id}/runs/{run_id}/file` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface GetReportRunQuery extends Pick<Parameters, "cursor"> {
  /** Rows of the answer; defaults to 1,000 */
  limit?: number | undefined;
}

export interface AnalyticsReportsItemSchedules {
  /** List the caller's schedules of a report. `GET /analytics/reports/{id}/schedules` */
  list(query?: ListReportSchedulesQuery, options?: CallOptions): List<S.ReportScheduleRow>;
  /** Send a report by mail on a schedule. Each recipient is a user with whom the report is shared, and gets a file with the rows of their own rights. Mails to people without an account are refused. `POST /analytics/reports/{id}/schedules` */
  create(body: S.CreateReportScheduleBody, options?: WriteOptions): ApiPromise<S.ReportSchedule>;
  /** Read a schedule of the caller. `GET /analytics/reports/{id}/schedules/{schedule_id}` */
  get(scheduleId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.ReportSchedule>;
  /** Replace a schedule of the caller. `PUT /analytics/reports/{id}/schedules/{schedule_id}` */
  replace(scheduleId: string, body: S.CreateReportScheduleBody, options?: WriteOptions): ApiPromise<S.ReportSchedule>;
  /** Delete a schedule of the caller. `DELETE /analytics/reports/{id}/schedules/{schedule_id}` */
  delete(scheduleId: string, options?: DeleteOptions): ApiPromise<S.ReportSchedule>;
}

export interface ListReportSchedulesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "is_active" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Id of the owner or assignee, `me`, or `none` for records without one */
  owner?: string | S.StringOperators | undefined;
  /** Exact match */
  report_id?: string | S.StringOperators | undefined;
  /** Exact match */
  owner_id?: string | S.StringOperators | undefined;
  /** Exact match */
  frequency?: "DAILY" | "WEEKLY" | "MONTHLY" | S.StringOperators | undefined;
  /** Exact match */
  time?: string | S.TextOperators | undefined;
  /** Exact match */
  weekday?: "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN" | S.NullableStringOperators | undefined;
  /** Exact match */
  month_day?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  format?: "csv" | "xlsx" | "pdf" | S.StringOperators | undefined;
  /** Exact match */
  next_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  last_due_at?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface ListReportsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "name" | "audience" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  kind?: S.Kind13 | S.TextOperators | undefined;
  /** Exact match */
  visibility?: "PRIVATE" | "TEAM" | "EVERYONE" | S.StringOperators | undefined;
  /** Exact match */
  owner?: S.TextOperators | undefined;
}

export interface GetReportQuery extends Pick<Parameters, "cursor" | "fields" | "expand"> {
  /** Rows of the answer; defaults to 1,000 */
  limit?: number | undefined;
}

export interface AnalyticsReportsReady {
  /** List the reports that every organization has. Those whose records the caller may read, with their definitions. `GET /analytics/reports/ready` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.ReadyReportList>;
  /** Read one of the reports that every organization has, with its rows. The rows are those that the caller sees. Reads at most 20,000 records: of more, the first by time, and `is_partial` is true. Create a report with its definition to run it over all. `GET /analytics/reports/ready/{key}` */
  get(key: string, query?: undefined, options?: CallOptions): ApiPromise<S.ReadyReportWithRows>;
}

export interface Targets {
  /** What belongs to one of them, and its actions. */
  (id: string): TargetsItem;
  /** List targets. `GET /targets` */
  list(query?: ListTargetsQuery, options?: CallOptions): List<S.TargetRow>;
  /** Create a target. Only for ADMIN, DIRECTOR, MANAGER. `POST /targets` */
  create(body: S.CreateTargetBody, options?: WriteOptions): ApiPromise<S.Target>;
  /** Read a target. `GET /targets/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Target>;
  /** Replace a target. Omitted fields are cleared. Only for ADMIN, DIRECTOR, MANAGER. `PUT /targets/{id}` */
  replace(id: string, body: S.CreateTargetBody, options?: WriteOptions): ApiPromise<S.Target>;
  /** Change fields of a target. Changes only the named fields; `null` clears one. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /targets/{id}` */
  update(id: string, body?: S.UpdateTargetBody, options?: WriteOptions): ApiPromise<S.Target>;
  /** Delete a target. The record can be restored. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /targets/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Target>;
  /** List targets, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /targets/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.TargetRow>;
  /** Create, change or delete many targets. Each item is processed, counted and answered like a single request. A repeat with the same Idempotency-Key has no second effect. Only for ADMIN, DIRECTOR, MANAGER. `POST /targets/batch` */
  batch(body: S.BatchUsersBody, options?: WriteOptions): ApiPromise<S.BatchResults>;
  /** Import targets from a CSV or XLSX file. Each row is the target of a figure, a user, team or territory, and a period, and replaces an existing one. Rows are validated like single requests; rejected rows are reported and can be corrected. Only for ADMIN, DIRECTOR, MANAGER. `POST /targets/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface TargetsItem {
  /** Restore a deleted target. Only for ADMIN, DIRECTOR, MANAGER. `POST /targets/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Target>;
}

export interface ListTargetsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "owner" | "figure" | "team_id" | "territory_id" | "value" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  period?: string | S.TextOperators | undefined;
  /** Exact match */
  user_id?: string | S.NullableStringOperators | undefined;
  /** Exact match */
  currency?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  period_start?: string | S.DayOrPeriodOperators | undefined;
}

export interface Kpis {
  /** What belongs to one of them, and its actions. */
  (id: string): KpisItem;
  /** List KPIs. The definitions that the caller sees, without their values. `GET /kpis` */
  list(query?: ListKpisQuery, options?: CallOptions): List<S.KpiRow>;
  /** Create a KPI. `POST /kpis` */
  create(body: S.CreateKpiBody, options?: WriteOptions): ApiPromise<S.Kpi>;
  /** Read a KPI with its value, trend and status. For the records that the caller sees, in the current period. `GET /kpis/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.KpiWithValue>;
  /** Replace a KPI of the caller. `PUT /kpis/{id}` */
  replace(id: string, body: S.CreateKpiBody, options?: WriteOptions): ApiPromise<S.Kpi>;
  /** Change a KPI of the caller. `PATCH /kpis/{id}` */
  update(id: string, body?: S.UpdateKpiBody, options?: WriteOptions): ApiPromise<S.Kpi>;
  /** Delete a KPI of the caller. `DELETE /kpis/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Kpi>;
  /** List KPIs, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /kpis/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.KpiRow>;
}

export interface KpisItem {
  /** Restore a deleted KPI. `POST /kpis/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Kpi>;
}

export interface ListKpisQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "figure" | "name" | "sharing" | "audience" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  period_length?: "month" | "quarter" | "year" | S.StringOperators | undefined;
  /** Exact match */
  target_type?: "FIXED" | "TARGETS" | S.StringOperators | undefined;
  /** Exact match */
  direction?: "HIGHER" | "LOWER" | S.StringOperators | undefined;
  /** Exact match */
  owner?: S.TextOperators | undefined;
}

export interface Dashboards {
  /** What belongs to one of them, and its actions. */
  (id: string): DashboardsItem;
  /** List dashboards. The layouts that the caller sees, without their data. `GET /dashboards` */
  list(query?: ListDashboardsQuery, options?: CallOptions): List<S.DashboardRow>;
  /** Create a dashboard. `POST /dashboards` */
  create(body: S.CreateDashboardBody, options?: WriteOptions): ApiPromise<S.Dashboard>;
  /** Read the layout of a dashboard. `GET /dashboards/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Dashboard>;
  /** Replace a dashboard of the caller. `PUT /dashboards/{id}` */
  replace(id: string, body: S.CreateDashboardBody, options?: WriteOptions): ApiPromise<S.Dashboard>;
  /** Change a dashboard of the caller. `PATCH /dashboards/{id}` */
  update(id: string, body?: S.UpdateDashboardBody, options?: WriteOptions): ApiPromise<S.Dashboard>;
  /** Delete a dashboard of the caller. `DELETE /dashboards/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Dashboard>;
  /** List dashboards, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /dashboards/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.DashboardRow>;
  readonly default: DashboardsDefault;
}

export interface DashboardsItem {
  readonly data: DashboardsItemData;
  /** Restore a deleted dashboard. `POST /dashboards/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.Dashboard>;
}

export interface DashboardsItemData {
  /** Read the data of a dashboard. All tiles, for the records that the caller sees. A tile that cannot be read has an `error`. `GET /dashboards/{id}/data` */
  get(query?: GetDashboardDataQuery, options?: CallOptions): ApiPromise<S.DashboardData>;
}

export interface GetDashboardDataQuery extends Pick<Parameters, "from" | "to" | "territory"> {
  /** Only of this owner: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Only of users who are in this team today */
  team?: string | undefined;
  /** The period with which the period of figures is compared */
  compare_to?: "previous_period" | "previous_year" | undefined;
}

export interface ListDashboardsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "name" | "description" | "sharing" | "audience" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  span?: "last_30_days" | "this_month" | "this_quarter" | "this_year" | S.StringOperators | undefined;
  /** Exact match */
  owner?: S.TextOperators | undefined;
}

export interface DashboardsDefault {
  /** Read the dashboard of the caller's role. `GET /dashboards/default` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.DefaultDashboard>;
  readonly data: DashboardsDefaultData;
}

export interface DashboardsDefaultData {
  /** Read the data of the dashboard of the caller's role. All tiles, for the records that the caller sees. `GET /dashboards/default/data` */
  get(query?: GetDashboardDataQuery, options?: CallOptions): ApiPromise<S.DashboardData>;
}

export interface SearchPaths {
  /** List the search paths of records. `GET /search-paths` */
  list(query?: ListSearchPathsQuery, options?: CallOptions): List<S.SearchPathRow>;
  /** Declare a search path into records. Lists accept it as a parameter of its name, and in `sort`, once it is READY: after a minute and a half, the existing records are processed. At most 20 for each kind of record. Only for ADMIN, DIRECTOR. `POST /search-paths` */
  create(body: S.CreateSearchPathBody, options?: WriteOptions): ApiPromise<S.SearchPath>;
  /** Read a search path, and the progress of its setup. `GET /search-paths/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.SearchPath>;
  /** Drop a path. Searches stop using the path: here at once, elsewhere within a minute. Only for ADMIN, DIRECTOR. `DELETE /search-paths/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.SearchPath>;
  /** List the search paths of records, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. `POST /search-paths/query` */
  query(body?: S.QuerySearchPathsBody, options?: CallOptions): List<S.SearchPathRow>;
  readonly fill: SearchPathsFill;
}

export interface ListSearchPathsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "include" | "where" | "revision" | "due_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  entity?: "lead" | "order" | "person" | S.TextOperators | undefined;
  /** Exact match */
  status?: "PENDING" | "BACKFILLING" | "READY" | "DROPPING" | S.StringOperators | undefined;
  /** Exact match */
  path?: string | S.TextOperators | undefined;
  /** Exact match */
  type?: S.Type8 | S.StringOperators | undefined;
  /** Exact match */
  records_done?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  records_failed?: number | string | S.NumberOperators | undefined;
}

export interface SearchPathsFill {
  /** Read how many records have a value at each path. For the newest 1,000 records, and for all records at declared paths. Only for ADMIN, DIRECTOR. `GET /search-paths/fill` */
  get(query: GetSearchPathFillQuery, options?: CallOptions): ApiPromise<{
    entity: "lead" | "order" | "person";
    sample: {
      /** Number of examined records: the newest live ones, at most 1,000 and 8 MB */
      records: number;
      /** Whether the sample contains all records */
      is_all: boolean;
    };
    /** The most frequent first, then by name */
    paths: {
      path: string;
      /** Records of the sample that have a value at this path */
      records: number;
      /** The same as a share of the sample, 0 to 1 */
      share: number;
      /** Id of the declaration, if the path is declared */
      search_path_id: string | null;
      /** If the path is declared: all live records that are found by it */
      all_records: number | null;
      /** If the path is declared: records with omitted values */
      records_cut: number | null;
    }[];
    /** Whether more than 500 paths occur and the rest is omitted */
    is_cut: boolean;
  }>;
}

export interface GetSearchPathFillQuery {
  /** Exact match */
  entity: "lead" | "order" | "person";
}

export interface Rules {
  /** What belongs to one of them, and its actions. */
  (kind: string): RulesItem;
  /** List the kinds of rules, with the active version of each. `GET /rules` */
  get(query?: undefined, options?: CallOptions): ApiPromise<S.DataItem2[]>;
  /** Read the active version of a kind of rule, and its schema. `GET /rules/{kind}` */
  get(kind: string, query?: undefined, options?: CallOptions): ApiPromise<S.DataItem2>;
}

export interface RulesItem {
  readonly versions: RulesItemVersions;
  /** Roll back to an earlier version. The earlier content is published as a new version, effective at once. Decisions made in the meantime keep their version. Only for ADMIN, DIRECTOR. `POST /rules/{kind}/rollback` */
  rollback(body: S.RollBackRuleBody, options?: WriteOptions): ApiPromise<S.Rule>;
}

export interface RulesItemVersions {
  /** What belongs to one of them, and its actions. */
  (id: string): RulesItemVersionsItem;
  /** List the versions of a rule, drafts and published. `GET /rules/{kind}/versions` */
  list(query?: ListRuleVersionsQuery, options?: CallOptions): List<S.RuleRow>;
  /** Create a draft of a rule. A draft has no effect until it is published. Only for ADMIN, DIRECTOR. `POST /rules/{kind}/versions` */
  create(body: S.CreateRuleVersionBody, options?: WriteOptions): ApiPromise<S.Rule>;
  /** Read a version of a rule. Also the initial rule of tenants, by the id that decisions refer to. `GET /rules/{kind}/versions/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Rule>;
  /** Change a draft. A definition is replaced as a whole. Only for ADMIN, DIRECTOR. `PATCH /rules/{kind}/versions/{id}` */
  update(id: string, body?: S.UpdateRuleVersionBody, options?: WriteOptions): ApiPromise<S.Rule>;
  /** Delete a draft. Only for ADMIN, DIRECTOR. `DELETE /rules/{kind}/versions/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.Rule>;
}

export interface RulesItemVersionsItem {
  /** Publish a draft. A published version never changes. All processes use it within ten seconds. Only for ADMIN, DIRECTOR. `POST /rules/{kind}/versions/{id}/publish` */
  publish(body?: S.PublishRuleVersionBody, options?: WriteOptions): ApiPromise<S.Rule>;
  /** Preview the decisions of a version. For the newest records that the caller sees, or for the record `record_id`, next to the decisions of the active version. Approval rules and scores also explain the decisions: which entries apply, and the values that each condition was compared with. Nothing is written. Only for ADMIN, DIRECTOR. `POST /rules/{kind}/versions/{id}/dry-run` */
  dryRun(body?: S.TryRuleVersionBody, options?: WriteOptions): ApiPromise<{
    /** Records evaluated with both rules */
    examined: number;
    changed: number;
    /** At most 100 */
    differences: {
      record_id: string;
      title: string;
      before: string;
      after: string;
    }[];
    /** Why the version decides so, for the 20 newest records; empty for kinds that do not explain it */
    decisions: {
      record_id: string;
      title: string;
      result: string;
      /** For approvals: the entries in their order */
      entries?: {
        /** The entry in the definition, such as `levels[1]` */
        path: string;
        name: string;
        /** Whether the decision follows from this entry */
        applies: boolean;
        /** The conditions that the entry has; one that holds is enough */
        conditions: {
          /** The property of the entry, such as `discount_from` */
          condition: string;
          /** The compared value, such as `highest_line_percent`; null: the condition always holds */
          field: string | null;
          /** null: the record has no such value */
          value: string | null;
          /** The required value, in the form of `value`; null: none for this record */
          limit: string | null;
          /** Of `value` and `limit`, if they are amounts */
          currency: string | null;
          holds: boolean;
        }[];
      }[] | undefined;
      /** For scores: the parts, whose sum is the score */
      parts?: {
        key: string;
        label: string;
        points: number;
        /** Maximum points */
        max: number;
        because: string;
      }[] | undefined;
    }[];
    before: S.Before;
    after: S.Before;
  }>;
}

export interface ListRuleVersionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "note" | "published_at" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "DRAFT" | "PUBLISHED" | S.StringOperators | undefined;
  /** Exact match */
  rule_kind?: string | S.TextOperators | undefined;
  /** Exact match */
  rule_set_id?: string | S.StringOperators | undefined;
  /** Exact match */
  number?: number | string | S.NullableNumberOperators | undefined;
  /** Exact match */
  valid_from?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  valid_to?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  published_by?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  based_on_id?: string | S.NullableStringOperators | undefined;
}

export interface Public {
  readonly forms: PublicForms;
  readonly track: PublicTrack;
  readonly booking: PublicBooking;
  readonly bookings: PublicBookings;
}

export interface PublicForms {
  /** What belongs to one of them, and its actions. */
  (key: string): PublicFormsItem;
  /** Read the definition of a form for a page. No sign-in required. `GET /public/forms/{key}` */
  get(key: string, query?: undefined, options?: CallOptions): ApiPromise<{
    name: string;
    /** Label, type and help are null for a form without questions */
    fields: {
      name: string;
      required: boolean;
      label: string | null;
      type: "text" | "textarea" | "email" | "phone" | "number" | "date" | "select" | "radio" | "checkboxes" | "checkbox" | null;
      help: string | null;
      choices: {
        value: string;
        label: string;
      }[];
    }[];
    consent_text: string | null;
    /** Send it back with the form, once */
    token: string;
  }>;
}

export interface PublicFormsItem {
  /** Submit a form. The form fields by name, as JSON or as a form post. The response does not reveal the result. A browser that sends the form of a page gets the thank-you page. No sign-in required. `POST /public/forms/{key}` */
  create(body?: S.SubmitPublicFormBody, options?: WriteOptions): ApiPromise<null>;
}

export interface PublicTrack {
  /** What belongs to one of them, and its actions. */
  (key: string): PublicTrackItem;
}

export interface PublicTrackItem {
  /** Record a page view, a download or a click in an email. No sign-in required. `POST /public/track/{key}` */
  create(body?: S.TrackEventBody, options?: WriteOptions): ApiPromise<null>;
  readonly "open.gif": PublicTrackItemOpenGif;
}

export interface PublicTrackItemOpenGif {
  /** Record that an email was opened, by a tracking pixel. No sign-in required. `GET /public/track/{key}/open.gif` */
  download(query?: TrackOpenedMailQuery, options?: CallOptions): ApiPromise<Response>;
}

export interface TrackOpenedMailQuery {
  /** Identifies the person; from POST /forms/{id}/tokens */
  t?: string | undefined;
}

export interface PublicBooking {
  /** What belongs to one of them, and its actions. */
  (token: string): PublicBookingItem;
  /** Read the available times of a booking link. No sign-in required. `GET /public/booking/{token}` */
  get(token: string, query?: ShowBookingTimesQuery, options?: CallOptions): ApiPromise<{
    name: string;
    description: string | null;
    host: string;
    organisation: string;
    timezone: string;
    duration_minutes: number;
    durations_minutes: number[];
    questions: S.Questions2;
    slots: {
      start: string;
      end: string;
      /** Local start time in the time zone */
      local: string;
    }[];
  }>;
}

export interface PublicBookingItem {
  /** Book a time. Returns 409 if the time is no longer available. The visitor gets an email with a link to move or cancel the booking. No sign-in required. `POST /public/booking/{token}` */
  create(body: S.BookTimeBody, options?: WriteOptions): ApiPromise<{
    start: string;
    end: string;
    timezone: string;
    /** Lets the visitor view, move and cancel the booking */
    booking_token: string;
  }>;
}

export interface ShowBookingTimesQuery {
  /** Default: now */
  from?: string | undefined;
  /** A day is included completely. Maximum: 14 days after `from`. Default: 7 days */
  to?: string | undefined;
  /** Time zone of the visitor. Default: the host's time zone */
  timezone?: string | undefined;
  /** One of the durations that the link offers. Default: the first */
  duration_minutes?: number | undefined;
}

export interface PublicBookings {
  /** Read a booking, as iCalendar. No sign-in required. `GET /public/bookings/{token}` */
  download(token: string, query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface Suppressions {
  /** List suppressed addresses. Channels, reasons and times; the addresses themselves are not stored. Only for ADMIN, DIRECTOR, MANAGER. `GET /suppressions` */
  list(query?: ListSuppressionsQuery, options?: CallOptions): List<S.SuppressionRow>;
  /** Suppress an address. Has no effect if the address is already suppressed for this reason. Only for ADMIN, DIRECTOR, MANAGER. `POST /suppressions` */
  create(body: S.CreateSuppressionBody, options?: WriteOptions): ApiPromise<S.Suppression>;
  /** Remove an address from the suppression list. Only administrators can remove a bounce or complaint that a provider reported. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /suppressions` */
  delete(options: DeleteOptions<LiftSuppressionQuery>): ApiPromise<S.Suppression>;
  /** Read why an address is suppressed. Only for ADMIN, DIRECTOR, MANAGER. `GET /suppressions/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.Suppression>;
  /** Remove a suppression by its id. Only administrators can remove a bounce or complaint that a provider reported. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /suppressions/{id}` */
  delete(id: string, options?: DeleteOptions<RemoveSuppressionQuery>): ApiPromise<S.Suppression>;
  /** List suppressed addresses, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN, DIRECTOR, MANAGER. `POST /suppressions/query` */
  query(body?: S.QueryApiKeysBody, options?: CallOptions): List<S.SuppressionRow>;
  readonly check: SuppressionsCheck;
  /** Import suppressions from a CSV or XLSX file. Each row is an address on a channel. Rows are validated like single requests; rejected rows are reported and can be corrected. Only for ADMIN, DIRECTOR, MANAGER. `POST /suppressions/import` */
  import(body?: S.ImportLeadsBody | {
    /** Up to 4 MB */
    file: Blob;
    /** Id of an uploaded file; alternatively, send the part `file` */
    upload_id?: string | undefined;
    mapping?: S.Mapping | undefined;
    value_map?: S.ValueMap | undefined;
    new_values?: S.NewValues | undefined;
    options?: S.Options | undefined;
  }, options?: WriteOptions): ApiPromise<S.ImportStarted>;
}

export interface ListSuppressionsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  channel?: "email" | "sms" | "whatsapp" | S.StringOperators | undefined;
  /** Exact match */
  reason?: "STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND" | S.NullableStringOperators | undefined;
  /** Exact match */
  reasons?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
  /** Exact match */
  refuses?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface LiftSuppressionQuery {
  /** Exact match */
  channel: "email" | "sms" | "whatsapp";
  /** An email address, or a telephone number as written in the tenant's country */
  address: string;
  /** The reason to lift, for every subscription type; defaults to all active reasons */
  reason?: "STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND" | undefined;
}

export interface RemoveSuppressionQuery {
  /** The reason to lift, for every subscription type; defaults to all active reasons */
  reason?: "STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND" | undefined;
}

export interface SuppressionsCheck {
  /** Check whether an address is suppressed. Only for ADMIN, DIRECTOR, MANAGER. `GET /suppressions/check` */
  get(query: CheckSuppressionQuery, options?: CallOptions): ApiPromise<S.SuppressionCheck>;
}

export interface CheckSuppressionQuery {
  /** Exact match */
  channel: "email" | "sms" | "whatsapp";
  /** An email address, or a telephone number as written in the tenant's country */
  address: string;
}

export interface Webhooks {
  readonly inbound: WebhooksInbound;
  readonly endpoints: WebhooksEndpoints;
}

export interface WebhooksInbound {
  /** What belongs to one of them, and its actions. */
  (id: string): WebhooksInboundItem;
  /** List inbound webhooks. Only for ADMIN. `GET /webhooks/inbound` */
  list(query?: ListInboundWebhooksQuery, options?: CallOptions): List<S.InboundWebhookRow>;
  /** Create an inbound webhook for a provider. The provider must call `url`. Only requests that are signed with the secret are accepted. Only for ADMIN. `POST /webhooks/inbound` */
  create(body: S.CreateInboundWebhookBody, options?: WriteOptions): ApiPromise<S.InboundWebhook>;
  /** Read an inbound webhook. Only for ADMIN. `GET /webhooks/inbound/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.InboundWebhookNow>;
  /** Change an inbound webhook, or its secrets. Either of two secrets is valid: configure the new one at the provider, then send only that one. A removed secret is valid for at most a minute more. Only for ADMIN. `PATCH /webhooks/inbound/{id}` */
  update(id: string, body?: S.UpdateInboundWebhookBody, options?: WriteOptions): ApiPromise<S.InboundWebhook>;
  /** Delete an inbound webhook. Deliveries that were already received are still processed. Only for ADMIN. `DELETE /webhooks/inbound/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.InboundWebhook>;
  /** List inbound webhooks, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN. `POST /webhooks/inbound/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.InboundWebhookRow>;
}

export interface WebhooksInboundItem {
  /** Restore a deleted inbound webhook. Only for ADMIN. `POST /webhooks/inbound/{id}/restore` */
  restore(body?: undefined, options?: WriteOptions): ApiPromise<S.InboundWebhook>;
  readonly deliveries: WebhooksInboundItemDeliveries;
}

export interface WebhooksInboundItemDeliveries {
  /** What belongs to one of them, and its actions. */
  (deliveryId: string): WebhooksInboundItemDeliveriesItem;
  /** List the deliveries of an inbound webhook. Received deliveries with their effect, those that wait for their record (`status=held`), and those that failed (`status=quarantined`). Only for ADMIN. `GET /webhooks/inbound/{id}/deliveries` */
  list(query?: ListInboundDeliveriesQuery, options?: CallOptions): List<S.InboundDeliveryRow>;
  /** Read the result of an inbound delivery. Only for ADMIN. `GET /webhooks/inbound/{id}/deliveries/{delivery_id}` */
  get(deliveryId: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.InboundDelivery>;
}

export interface WebhooksInboundItemDeliveriesItem {
  /** Retry a quarantined delivery. Only for ADMIN. `POST /webhooks/inbound/{id}/deliveries/{delivery_id}/retry` */
  retry(body?: undefined, options?: WriteOptions): ApiPromise<S.InboundDelivery>;
}

export interface ListInboundDeliveriesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "subject" | "reason" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  status?: "received" | "held" | "done" | "quarantined" | S.StringOperators | undefined;
  /** Exact match */
  webhook_id?: string | S.StringOperators | undefined;
  /** Exact match */
  provider?: S.Provider4 | S.StringOperators | undefined;
  /** Exact match */
  external_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  event_type?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  outcome?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  record_id?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  held_for?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  tries?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  work_at?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  settled_at?: string | S.NullableDayOrInstantOperators | undefined;
}

export interface ListInboundWebhooksQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  provider?: S.Provider4 | S.StringOperators | undefined;
  /** Exact match */
  name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  public_url?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  secret_count?: number | string | S.NumberOperators | undefined;
  /** Exact match */
  secret_set_at?: string | S.DayOrInstantOperators | undefined;
}

export interface WebhooksEndpoints {
  /** What belongs to one of them, and its actions. */
  (id: string): WebhooksEndpointsItem;
  /** List webhook endpoints. Only for ADMIN, DIRECTOR, MANAGER. `GET /webhooks/endpoints` */
  list(query?: ListWebhookEndpointsQuery, options?: CallOptions): List<S.WebhookEndpointRow>;
  /** Create a webhook endpoint for events. Sent as Standard Webhooks, signed with `secret`, which is returned only this once; with the rights of the owner at the time of sending. `url` must be a public host with https. Only for ADMIN, DIRECTOR, MANAGER. `POST /webhooks/endpoints` */
  create(body: S.CreateWebhookEndpointBody, options?: WriteOptions): ApiPromise<S.WebhookEndpointWithSecret>;
  /** Read a webhook endpoint. Only for ADMIN, DIRECTOR, MANAGER. `GET /webhooks/endpoints/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.WebhookEndpoint>;
  /** Change, pause or activate a webhook endpoint. When activated again, it receives all events since the pause that the feed still has. Only for ADMIN, DIRECTOR, MANAGER. `PATCH /webhooks/endpoints/{id}` */
  update(id: string, body?: S.UpdateWebhookEndpointBody, options?: WriteOptions): ApiPromise<S.WebhookEndpoint>;
  /** Delete a webhook endpoint. Only for ADMIN, DIRECTOR, MANAGER. `DELETE /webhooks/endpoints/{id}` */
  delete(id: string, options?: DeleteOptions): ApiPromise<S.WebhookEndpoint>;
  /** List webhook endpoints, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN, DIRECTOR, MANAGER. `POST /webhooks/endpoints/query` */
  query(body?: S.QueryUsersBody, options?: CallOptions): List<S.WebhookEndpointRow>;
}

export interface WebhooksEndpointsItem {
  /** Rotate the secret of a webhook endpoint. The response has the new secret, only this once. Until `former_until` the previous one also signs: switch at any time until then. Only for ADMIN, DIRECTOR, MANAGER. `POST /webhooks/endpoints/{id}/rotate-secret` */
  rotateSecret(body?: S.RotateWebhookEndpointSecretBody, options?: WriteOptions): ApiPromise<S.WebhookEndpointWithSecret>;
  /** Send a test event to a webhook endpoint. Sends `webhook.test` immediately and returns the endpoint's response. Only for ADMIN, DIRECTOR, MANAGER. `POST /webhooks/endpoints/{id}/test` */
  test(body?: undefined, options?: WriteOptions): ApiPromise<S.WebhookTest>;
  /** Send events again. One event by its id, or those of a period in the last 30 days: with the same `webhook-id`, in order, in parallel with new events. Only for ADMIN, DIRECTOR, MANAGER. `POST /webhooks/endpoints/{id}/replay` */
  replay(body?: S.ReplayWebhookEventsBody, options?: WriteOptions): ApiPromise<S.WebhookReplay>;
  readonly deliveries: WebhooksEndpointsItemDeliveries;
}

export interface WebhooksEndpointsItemDeliveries {
  /** List the deliveries of a webhook endpoint. Every attempt of the last 30 days, newest first. Only for ADMIN, DIRECTOR, MANAGER. `GET /webhooks/endpoints/{id}/deliveries` */
  list(query?: ListWebhookDeliveriesQuery, options?: CallOptions): List<S.WebhookAttempt>;
}

export interface ListWebhookDeliveriesQuery extends Pick<Parameters, "limit" | "cursor" | "fields" | "expand"> {
}

export interface ListWebhookEndpointsQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "search" | "deleted" | "include" | "where" | "url" | "created_at" | "created_by" | "updated_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Exact match */
  owner?: string | S.StringOperators | undefined;
  /** Exact match */
  status?: "ACTIVE" | "PAUSED" | "OFF" | S.StringOperators | undefined;
  /** Exact match */
  name?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  include_record?: boolean | S.BooleanOperators | undefined;
  /** Exact match */
  owner_id?: string | S.StringOperators | undefined;
  /** Exact match */
  off_reason?: string | S.NullableTextOperators | undefined;
  /** Exact match */
  failing_since?: string | S.NullableDayOrInstantOperators | undefined;
  /** Exact match */
  events?: {
    has?: string | undefined;
    not_has?: string | undefined;
    is_null?: boolean | undefined;
  } | undefined;
}

export interface Events {
  /** List events. Oldest first, of the last 30 days, for records that the caller can see now. To continue, send the `meta.after` of the response as `after`; new events never appear before it. `GET /events` */
  list(query?: ListEventsQuery, options?: CallOptions): List<S.Event>;
}

export interface ListEventsQuery extends Pick<Parameters, "limit"> {
  /** An event id, or `meta.after` of the previous response; `latest`: the end of the feed, for clients that want only events from now on; by default, the list starts with the oldest event */
  after?: string | undefined;
  /** Comma-separated, such as `lead.created` or `lead.*` */
  types?: string | readonly string[] | undefined;
}

export interface Audit {
  /** List changes, newest first. Only for ADMIN, DIRECTOR. `GET /audit` */
  list(query?: ListAuditEntriesQuery, options?: CallOptions): List<S.AuditEntryRow>;
  /** Read a change, with the values before and after. Only for ADMIN, DIRECTOR. `GET /audit/{id}` */
  get(id: string, query?: FieldsExpandQuery, options?: CallOptions): ApiPromise<S.AuditEntry>;
  /** List changes, newest first, filtered by conditions. Takes the parameters of the list, and in `where` conditions that are joined by and and or. Only for ADMIN, DIRECTOR. `POST /audit/query` */
  query(body?: S.QueryAuditEntriesBody, options?: CallOptions): List<S.AuditEntryRow>;
  /** Export the audit trail to a CSV or XLSX file. All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file. Only for ADMIN, DIRECTOR. `POST /audit/export` */
  export(body: S.ExportUsersBody, options?: WriteOptions): ApiPromise<S.ExportStarted>;
}

export interface ListAuditEntriesQuery extends Pick<Parameters, "page" | "limit" | "order" | "cursor" | "deleted" | "include" | "where" | "changed_at" | "fields" | "expand"> {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Only the history of this record */
  record_id?: string | undefined;
  /** Only changes of this field, such as `amount`; `custom_fields` for all custom fields */
  field?: string | undefined;
  /** Exact match */
  user_id?: string | S.TextOperators | undefined;
  /** Exact match */
  actor_type?: "user" | "api_key" | "automation" | "system" | S.StringOperators | undefined;
  /** Exact match */
  record_type?: string | S.TextOperators | undefined;
  /** Exact match */
  operation?: "INSERT" | "UPDATE" | "DELETE" | S.StringOperators | undefined;
  /** Whether entries have `old_values`, `new_values` and `unknown`, at most 25 a page. Long values and those of archived entries are unknown */
  with_values?: boolean | undefined;
}

export interface Health {
  /** Check whether the system responds. No sign-in required. `GET /health` */
  get(query?: undefined, options?: CallOptions): ApiPromise<{
    status: "ok";
  }>;
}

export interface OpenapiJson {
  /** Read the OpenAPI document. No sign-in required. `GET /openapi.json` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
}

export interface Docs {
  /** Show this document as a web page. No sign-in required. `GET /docs` */
  download(query?: undefined, options?: CallOptions): ApiPromise<Response>;
  /** Get a file of the documentation page. No sign-in required. `GET /docs/{file}` */
  download(file: string, query?: undefined, options?: CallOptions): ApiPromise<Response>;
}
