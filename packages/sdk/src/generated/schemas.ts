// Generated from the OpenAPI document by `npm run sdk-types`.

export interface AcceptProposalBody {
  /** Required if the proposal or its quote requires a signature */
  signed_by?: string | null | undefined;
  chosen?: Chosen | undefined;
}

export interface AcceptQuoteBody {
  /** Person who signed on paper; a quote that requires a signature is accepted by a signature request instead */
  signed_by?: string | null | undefined;
  chosen?: Chosen | undefined;
}

export interface ActivateBody {
  token: string;
  password: string;
  /** `cookie`: the refresh token is set as a cookie that scripts cannot read, and is not in the response; for pages. Default: `token` */
  session?: "token" | "cookie" | undefined;
}

export interface ActivitiesItem {
  name: string;
  activity_type: ActivityType;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel_id?: string | null | undefined;
  /** Days after the start of the campaign */
  offset_days: number;
}

export interface Activity extends ActivityRow {
  description: string | null;
  call_direction: "INBOUND" | "OUTBOUND" | null;
  call_recording_url: string | null;
  email_subject: string | null;
  email_opened: boolean | null;
  email_clicked: boolean | null;
  outcome: string | null;
  reminder_datetime: string | null;
  reminders: Reminders2;
  participants: Participants2;
  send_invitations: boolean;
  invitation_text: string | null;
  /** The one who set assigned_to_id */
  assigned_by_id: string | null;
  completed_by_id: string | null;
  /** Time of the last reminder that was sent */
  reminded_at: string | null;
  /** Reminders at or before this time are skipped */
  reminders_from: string;
  /** When the held-back invitations are sent */
  invitations_due_at: string | null;
  recurrence: Recurrence2;
  recurrence_pattern: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" | null;
  recurrence_end_date: string | null;
  own_fields: OwnFields;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ActivityInput {
  subject?: string | undefined;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id?: string | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
  due_date?: string | null | undefined;
  start_datetime?: string | null | undefined;
  end_datetime?: string | null | undefined;
  duration_minutes?: number | null | undefined;
  /** Id or code of one of the tenant's call outcomes */
  call_outcome_id?: string | null | undefined;
  call_direction?: "INBOUND" | "OUTBOUND" | null | undefined;
  call_recording_url?: string | null | undefined;
  meeting_location?: string | null | undefined;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  email_subject?: string | null | undefined;
  email_opened?: boolean | null | undefined;
  email_clicked?: boolean | null | undefined;
  outcome?: string | null | undefined;
  recurrence?: Recurrence | undefined;
  /** How often the activity is repeated; the frequency of `recurrence` */
  recurrence_pattern?: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" | null | undefined;
  /** Last day of the series; needs a recurrence pattern */
  recurrence_end_date?: string | null | undefined;
}

export interface ActivityRow extends BaseRecord {
  activity_number: string;
  /** The person in whose collection the activity was created; null if it concerns no person */
  personal_key_id: string | null;
  subject: string;
  activity_type_id: string;
  status: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED";
  priority_id: string | null;
  assigned_to_id: string | null;
  related_to_type: RelatedToType3;
  related_to_id: string | null;
  due_date: string | null;
  due_time: string | null;
  start_datetime: string | null;
  end_datetime: string | null;
  duration_minutes: number | null;
  call_outcome_id: string | null;
  /** due_date and due_time as an instant */
  due_at: string | null;
  /** When it happened, or else when it begins, is due or was created */
  happens_at: string;
  is_completed: boolean;
  completed_datetime: string | null;
  timezone: string | null;
  meeting_type_id: string | null;
  blocked_by: string | null;
  has_reminder: boolean;
  attending: Attending;
  is_private: boolean;
  series_id: string | null;
  /** Place in the series: the local start time before any move */
  occurrence: string | null;
  is_recurring: boolean;
  meeting_location: string | null;
  milestone_id: string | null;
  /** The day of completed_datetime in the tenant's time zone at that time; in UTC for activities of earlier releases */
  completed_day: string | null;
}

export type ActivityType = "EMAIL" | "SOCIAL_POST" | "AD_CAMPAIGN" | "WEBINAR" | "CONTENT" | "EVENT";

/** default: [] */
export type Add = string[];

/** default: [] */
export type Add2 = string[];

export interface AddActivityParticipantBody {
  user_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  person_id?: string | null | undefined;
  /** REQUIRED for a new participant by default */
  participant_type?: "ORGANIZER" | "REQUIRED" | "OPTIONAL" | undefined;
  /** NO_RESPONSE for a new participant by default */
  response_status?: "NO_RESPONSE" | "ACCEPTED" | "TENTATIVE" | "DECLINED" | undefined;
  response_comment?: string | null | undefined;
  /** When the participant answered; set by the system */
  responded_at?: string | null | undefined;
  /** Outcome of the invitation mail; set by the system */
  invitation_status?: "SENT" | "HELD_BACK" | "NO_ADDRESS" | "NO_ORGANIZER" | "REFUSED" | null | undefined;
}

export interface AddAddressBody {
  /** default: "primary" */
  type?: string | undefined;
  address_line1?: string | null | undefined;
  address_line2?: string | null | undefined;
  city?: string | null | undefined;
  /** A subdivision of the country by its ISO 3166-2 code or name */
  state?: string | null | undefined;
  /** ISO 3166-1 code or name; defaults to the tenant's country */
  country?: string | null | undefined;
  postal_code?: string | null | undefined;
  /** The default address of its type; initially the first one */
  is_default?: boolean | undefined;
}

export interface AddCampaignMemberBody {
  /** Name a lead, a contact or a person */
  lead_id?: string | undefined;
  contact_id?: string | undefined;
  person_id?: string | undefined;
  notes?: string | null | undefined;
}

export interface AddChildCustomerBody {
  child_customer_id: string;
  account_type?: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | undefined;
}

export interface AddCompetitorBody {
  competitor_name: string;
  strengths?: string | null | undefined;
  weaknesses?: string | null | undefined;
  /** At most one competitor is primary; default: false */
  is_primary_competitor?: boolean | undefined;
}

export interface AddContactPointBody {
  contact_type: "email" | "phone" | "social";
  /** An email address, a telephone number as written in the tenant's country, or an account */
  contact_value: string;
  platform_name?: string | null | undefined;
  platform_user_id?: string | null | undefined;
  platform_page_id?: string | null | undefined;
  platform_profile_url?: string | null | undefined;
  /** By default, true for the first of its type */
  is_primary?: boolean | undefined;
  /** Setting it manually requires a permission; otherwise a code or a link verifies the contact point */
  is_verified?: boolean | undefined;
  /** Belongs to several persons: a household, a switchboard, info@ */
  is_shared?: boolean | undefined;
  lead_id?: string | undefined;
}

export interface AddContractDeliverableBody {
  name: string;
  description?: string | null | undefined;
  /** Due date; the owner of the contract is notified */
  due_date?: string | null | undefined;
  product_id?: string | null | undefined;
  quantity?: string | undefined;
  /** Share of contract_value, for information; nothing is computed from it */
  amount?: string | null | undefined;
}

export interface AddCustomerAddressBody {
  type: "HEADQUARTERS" | "BILLING" | "SHIPPING" | "BRANCH" | "MAILING";
  address_line1?: string | null | undefined;
  address_line2?: string | null | undefined;
  city?: string | null | undefined;
  /** A subdivision of the country by its ISO 3166-2 code or name */
  state?: string | null | undefined;
  /** ISO 3166-1 code or name; defaults to the tenant's country */
  country?: string | null | undefined;
  postal_code?: string | null | undefined;
  /** One of the tenant's cities, instead of city */
  city_id?: string | null | undefined;
  /** The default address of its type; initially the first one */
  is_primary?: boolean | undefined;
}

export interface AddDealItemBody {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | undefined;
  quantity?: string | undefined;
  /** Default: the price of the product */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  description?: string | null | undefined;
}

export interface AddOpportunityProductBody {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | undefined;
  quantity?: string | undefined;
  /** Defaults to the price of the product; `null`: unknown */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  description?: string | null | undefined;
}

export interface AddOrderLineBody {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | null | undefined;
  description?: string | null | undefined;
  quantity?: string | undefined;
  /** If empty, the price from price book and pricing rules */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  tax_percent?: string | undefined;
  /** Heading above the line */
  section?: string | null | undefined;
  /** false: nothing is delivered, as for a fee; default: true */
  requires_delivery?: boolean | undefined;
  properties?: Properties | undefined;
  /** true: delivered only after its release; default: false */
  is_preorder?: boolean | undefined;
  preorder_release_at?: string | null | undefined;
  preorder_notes?: string | null | undefined;
}

export interface AddProjectMemberBody {
  user_id: string;
  /** VIEWER: sees the project and its tasks, and changes nothing */
  role?: "MANAGER" | "MEMBER" | "VIEWER" | undefined;
}

export interface AddProjectMilestoneBody {
  name: string;
  due_date?: string | null | undefined;
}

export interface AddProposalSectionBody {
  section_type?: "TEXT" | "PICTURE" | "QUOTE_LINES" | undefined;
  /** Can contain merge fields such as {{customer.name}} */
  heading?: string | null | undefined;
  /** Only for TEXT; can contain merge fields */
  text?: string | null | undefined;
  /** Only for PICTURE: a PNG or JPEG that is attached to the proposal */
  attachment_id?: string | null | undefined;
  /** Only for PICTURE: description for readers who cannot see it */
  alt_text?: string | null | undefined;
  /** Starts on a new page; default: false */
  page_break?: boolean | undefined;
  /** Position from 1. Default: the last position */
  position?: number | undefined;
}

export interface AddQuoteLineBody {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | null | undefined;
  description?: string | null | undefined;
  quantity?: string | undefined;
  /** If empty, the price from price book and pricing rules */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  tax_percent?: string | undefined;
  /** Heading above the line */
  section?: string | null | undefined;
  /** Optional lines of the same bundle are chosen together */
  bundle?: string | null | undefined;
  /** An optional line counts only if it is chosen; default: false */
  optional?: boolean | undefined;
  /** Only for an optional line; default: false */
  chosen?: boolean | undefined;
  /** Position of the line. If empty, the last one */
  sequence?: number | undefined;
}

export interface AddReengagementMemberBody {
  person_id: string;
  /** User who contacts the member. Default: the assignee of the batch */
  assigned_to?: string | null | undefined;
  /** Code of the priority */
  priority?: string | null | undefined;
  notes?: string | null | undefined;
}

export type AddTags = string[];

export interface AddTicketCommentBody {
  /** Can be empty if the comment has files. An internal note mentions users and teams by their ids, as @[usr_…] or @[tea_…]; default: "" */
  body?: string | undefined;
  /** true: visible to the requester; false: an internal note; default: false */
  is_public?: boolean | undefined;
  /** Attachments of the ticket that belong to the comment; a public comment is mailed with them; default: [] */
  attachment_ids?: string[] | undefined;
  /** REQUESTER: a user records a statement of the requester, which is public */
  from?: "AGENT" | "REQUESTER" | undefined;
}

export interface AddedItem {
  id: string;
  name: string;
  description: string | null;
  due_date: string | null;
  product_id: string | null;
  quantity: string;
  amount: string | null;
}

export type Address3 = {
  street_address?: string | null | undefined;
  city?: string | null | undefined;
  state?: string | null | undefined;
  postal_code?: string | null | undefined;
  country?: string | null | undefined;
};

export type Address4 = {
  street_address?: string | null | undefined;
  city?: string | null | undefined;
  state?: string | null | undefined;
  postal_code?: string | null | undefined;
  country?: string | null | undefined;
};

export type Addresses = {
  /** Unique within the person */
  id: string;
  type: string;
  address_line1: string | null;
  address_line2: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
  postal_code: string | null;
  is_default: boolean;
  /** Whether the postal code is valid for the country; null if unknown, and on addresses of earlier releases */
  is_postal_code_valid: boolean | null;
  latitude: number | null;
  longitude: number | null;
  is_verified: boolean;
  verified_at: string | null;
  created_at: string;
  updated_at: string;
}[];

export type Addresses2 = CustomerAddress[];

export interface AdjustOrderBody {
  /** Amount that the customer no longer owes. Below 0: an amount that the customer owes in addition */
  amount: string;
  reason: string;
}

export interface AfterSalesCase extends AfterSalesCaseRow {
  details: string | null;
  notes: string | null;
  items: AfterSalesItem[];
  /** Text of the mail about the last step, in addition to the usual one */
  message: string | null;
  resolved_at: string | null;
  rejection_reason: string | null;
  refund_id: string | null;
  /** The credit note */
  invoice_id: string | null;
  /** The order at no charge that replaces the items */
  exchange_order_id: string | null;
  /** The service levels that were missed */
  overdue: ("RESPONSE" | "RESOLUTION")[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface AfterSalesCaseRow extends BaseRecord {
  /** Names the case, also for the customer */
  rma_code: string;
  case_type: "RETURN" | "EXCHANGE" | "REPAIR" | "REFUND" | "COMPLAINT";
  status: Status17;
  status_changed_at: string;
  order_id: string;
  order_number: string;
  customer_id: string;
  contact_id: string | null;
  /** The ticket that the case came of */
  ticket_id: string | null;
  /** The user who works on it; null: unassigned */
  owner_id: string | null;
  reason_id: string | null;
  /** CUSTOMER: on the page of the order */
  requested_by: "STAFF" | "CUSTOMER";
  tracking_number: string | null;
  inquiry_date: string;
  received_date: string | null;
  resolution: "REFUND" | "CREDIT" | "EXCHANGE" | "REPAIR" | "NONE" | null;
  /** The sum that was refunded or credited; null: nothing */
  amount: string | null;
  currency: string;
  /** Until when the request must be approved or rejected; null: no service level */
  response_due_at: string | null;
  /** Until when the case must end; null: no service level */
  resolution_due_at: string | null;
}

export interface AfterSalesFigures {
  product_id: string;
  /** Cases that were not rejected or cancelled */
  cases: number;
  /** Items in these cases */
  quantity: string;
  by_reason: AfterSalesReasonFigure[];
  by_resolution: AfterSalesResolutionFigure[];
  /** The instant up to which the cases are counted */
  as_of: string;
}

export interface AfterSalesItem {
  line_id: string;
  product_id: string | null;
  /** Name of the line when the case was opened */
  name: string;
  quantity: string;
  reason_id: string | null;
  /** null: nothing has arrived */
  received_quantity: string | null;
  /** null: not inspected */
  accepted_quantity: string | null;
  condition: "AS_NEW" | "USED" | "DAMAGED" | "DEFECTIVE" | "INCOMPLETE" | null;
  inspection_notes: string | null;
}

export interface AfterSalesReasonFigure {
  /** null: no reason was given */
  reason_id: string | null;
  quantity: string;
}

export interface AfterSalesResolutionFigure {
  resolution: "REFUND" | "CREDIT" | "EXCHANGE" | "REPAIR" | "NONE";
  /** Accepted items in resolved cases */
  quantity: string;
}

export interface Ageing {
  as_of: string;
  /** The day in the tenant's time zone from which days are counted */
  day: string;
  /** By customer and currency */
  rows: CurrencyAgeing[];
  /** true: a customer has more than 10000 open invoices */
  is_lower_bound: boolean;
  /** For further customers; null if there are none */
  next_cursor: string | null;
}

export interface AlsoAnsweringItem {
  user_id: string;
  name: string | null;
  since: string;
  is_answering: boolean;
}

/** Won and open amounts and lifetime value, by currency */
export type Amounts = CustomerAmount[];

export interface AnalyticsDashboard {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  /** The figures of each dashboard, in order */
  dashboards: {
    sales: Sales;
    operations: Sales;
  };
  stages: ByStage;
}

export interface AnnotateReengagementStatsBody {
  /** null deletes the note */
  notes: string | null;
}

export interface AnswerTicketFromKnowledgeBody {
  /** Minimum score of the article. Default: that of the rule ticket_answer */
  least_score?: number | undefined;
  /** The version of the rule ticket_answer that asks for it. Default: the one in force */
  rule_id?: string | undefined;
}

export interface ApiKey extends ApiKeyRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ApiKeyCreated extends BaseRecord {
  name: string;
  role: Role;
  expires_at: string | null;
  /** Last characters of the secret, to distinguish keys */
  hint: string;
  /** Shown only once */
  key: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ApiKeyRow extends BaseRecord {
  name: string;
  role: Role;
  expires_at: string | null;
  /** Last characters of the secret, to distinguish keys */
  hint: string;
}

export interface ApplyTicketMacroBody {
  macro_id: string;
}

export interface Approval extends ApprovalRow {
  /** Number of approvers in the round */
  of: number;
  /** true: all approvers are asked at the same time; false: one after another */
  side_by_side: boolean;
  reminded_at: string | null;
  escalated_at: string | null;
  comment: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  reasons: Reasons2;
  conditions: Conditions;
  figures: Figures;
}

export interface ApprovalRow extends BaseRecord {
  subject_type: SubjectType2;
  subject_id: string;
  /** Number of the submission of the record */
  round: number;
  /** Position in the order of the approvers, from 1 */
  place: number;
  title: string;
  level: string;
  /** Required role of the approver */
  role: "MANAGER" | "DIRECTOR" | "ADMIN";
  approver_id: string;
  /** The approver, once they are asked; null before */
  asked_id: string | null;
  /** The previous approver */
  stands_for_id: string | null;
  stands_because: "DELEGATED" | "AWAY" | "GONE" | "OWNER" | "ESCALATED" | "UNSEEN" | null;
  requested_by: string;
  status: "pending" | "approved" | "rejected" | "expired" | "cancelled";
  /** null: earlier approvers have not decided yet */
  asked_at: string | null;
  /** When the approval expires */
  due_at: string | null;
  decided_at: string | null;
  decided_by: string | null;
  reasons?: Reasons2 | undefined;
  conditions?: Conditions | undefined;
  figures?: Figures | undefined;
}

export interface ApprovalSubject {
  record_id: string;
  /** Kind of the record; for an approval of a workflow, that of the enrolled record */
  record_kind: string;
  title: string;
  /** Whether the caller sees the record itself */
  is_visible: boolean;
  /** null: it has no customer, or the caller is not asked to decide and does not see the customer */
  customer: {
    id: string;
    name: string;
  };
  /** Fields of the record that lists show, and those that matter for the decision */
  record: { [key: string]: unknown };
}

/** The approvers as of the submission; after the decision, with their final status. `/approvals` has the current state */
export type Approvals = ApprovalsItem[];

export interface ApprovalsItem {
  id: string;
  role: "MANAGER" | "DIRECTOR" | "ADMIN";
  approver_id: string;
  status: "pending" | "approved" | "rejected" | "expired" | "cancelled";
}

export interface ApproveAfterSalesCaseBody {
  /** Further text of the mail to the customer */
  message?: string | null | undefined;
}

export interface ApproveApprovalBody {
  comment?: string | null | undefined;
}

export interface ApproveContractAmendmentBody {
  /** customer: records the customer's answer. Omitted: the caller answers as the approver */
  from?: "customer" | undefined;
  comment?: string | null | undefined;
  /** Name of the person who answered for the customer */
  name?: string | null | undefined;
  /** Day of the customer's answer. Default: today */
  date?: string | null | undefined;
  /** File that proves the customer's answer, attached to the amendment; required for the customer's approval */
  attachment_id?: string | null | undefined;
}

export type Approvers = ("MANAGER" | "DIRECTOR" | "ADMIN")[];

export interface ArticleFeedback extends ArticleFeedbackRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ArticleFeedbackRow extends BaseRecord {
  article_id: string;
  is_helpful: boolean;
  comment: string | null;
  /** Version that was read */
  version_number: number;
  given_by: "USER" | "PUBLIC";
  /** When the reader last gave feedback */
  given_at: string;
}

export interface ArticleVersion extends ArticleVersionRow {
  body: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ArticleVersionRow extends BaseRecord {
  article_id: string;
  version_number: number;
  title: string;
  summary: string | null;
  published_at: string;
  published_by: string;
}

export interface AssignConversationBody {
  assigned_staff_id: string | null;
}

export interface AssignCustomersBody {
  customer_ids: string[];
  /** To one user (LIST), to several users (ROUND_ROBIN, LEAST_LOADED), or by the rule customer_assignment */
  method?: "LIST" | "ROUND_ROBIN" | "LEAST_LOADED" | "RULE" | undefined;
  /** User for the method “list” */
  owner_id?: string | undefined;
  user_ids?: UserIds | undefined;
}

export interface AssignLeadsBody {
  lead_ids: string[];
  /** To one user (LIST), to several users (ROUND_ROBIN, LEAST_LOADED), or by the rule lead_assignment */
  method?: "LIST" | "ROUND_ROBIN" | "LEAST_LOADED" | "RULE" | undefined;
  /** User for the method “list” */
  owner_id?: string | undefined;
  user_ids?: UserIds | undefined;
}

export interface AssignOpportunitiesBody {
  opportunity_ids: string[];
  /** To one user (LIST), to several users (ROUND_ROBIN, LEAST_LOADED), or by the rule opportunity_assignment */
  method?: "LIST" | "ROUND_ROBIN" | "LEAST_LOADED" | "RULE" | undefined;
  /** User for the method “list” */
  owner_id?: string | undefined;
  user_ids?: UserIds | undefined;
}

export interface AssignTerritoriesBody {
  kind: "lead" | "customer" | "opportunity";
  ids?: Ids2 | undefined;
  query?: Query2 | undefined;
  /** Finds all records, tries the first 100, and changes nothing; default: false */
  dry_run?: boolean | undefined;
  /** Includes records that have a territory; a record that matches no rule keeps it; default: false */
  overwrite?: boolean | undefined;
}

export interface AssignTicketBody {
  assigned_to_id: string | null;
}

export interface Attachment extends AttachmentRow {
  upload_id: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

/** Attachments of the ticket that came with the comment */
export type AttachmentIds = string[];

export interface AttachmentRow extends BaseRecord {
  /** The related person, or the person of the related record */
  personal_key_id: string | null;
  related_to_type: RelatedToType6;
  related_to_id: string;
  file_name: string;
  /** In bytes */
  file_size: number;
  /** Content type detected from the first bytes, or else as declared */
  file_type: string;
  document_type_id: string | null;
  category_id: string | null;
  description: string | null;
}

export interface Attainment {
  figure: SalesItem;
  /** The user whose target it is; null for all owners of the answer together */
  owner_id: string | null;
  /** The month, quarter or year: `2026-11`, `2026-Q4`, `2026` */
  period: string;
  /** The value of the figure */
  value: number | string | null;
  /** The target, rolled up; an amount in the tenant's currency */
  target: string;
  /** Value ÷ target × 100, with two decimals; null without a value, or if the target is 0 */
  percent: string | null;
  /** Target − value: what is missing; negative beyond the target */
  gap: string | null;
}

/** Users who participate and have not declined */
export type Attending = string[];

export interface AttributedRevenue {
  /** At the exchange rates of the days of the sales */
  revenue: string;
  conversions: number;
  /** Revenue ÷ revenue of all sales, in percent */
  share: string | null;
  /** Open opportunities that were created in the period and name the campaign or lead source. null for channels, and without a touch */
  pipeline_value: string | null;
  /** Leads that were created in the period and name the campaign or lead source. null as for `pipeline_value` */
  new_leads: number | null;
}

export interface AttributionShare {
  /** At the exchange rates of the days of the sales */
  revenue: string;
  conversions: number;
  /** Revenue ÷ revenue of all sales, in percent */
  share: string | null;
  /** Open opportunities that were created in the period and name the campaign or lead source. null for channels, and without a touch */
  pipeline_value: string | null;
  /** Leads that were created in the period and name the campaign or lead source. null as for `pipeline_value` */
  new_leads: number | null;
  /** The campaign, channel or source; null: the touches name none */
  key: string | null;
  /** null for a campaign that the caller does not see */
  name: string | null;
}

export interface AttributionShares {
  FIRST_TOUCH: string;
  LAST_TOUCH: string;
  LINEAR: string;
  TIME_DECAY: string;
  POSITION_BASED: string;
}

export interface AttributionTouch {
  /** The interaction, step of a journey, or response */
  id: string;
  at: string;
  campaign_id: string | null;
  /** A marketing channel, or the code of another channel */
  channel_id: string | null;
  source: string | null;
  person_id: string;
  /** null for a campaign that the caller does not see */
  campaign_name: string | null;
  channel_name: string | null;
  /** The part of the value that the touch gets, by model */
  shares: AttributionShares;
}

export interface AuditEntry extends AuditEntryRow {
  session_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  change_reason: string | null;
  customer_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  old_values: { [key: string]: unknown } | null;
  new_values: { [key: string]: unknown } | null;
  unknown: Unknown3;
  /** The currency of the record's amounts after the change. Null if the record has none, or if it is not known */
  currency: string | null;
}

export interface AuditEntryRow extends BaseRecord {
  record_id: string;
  record_type: string;
  operation: "INSERT" | "UPDATE" | "DELETE";
  changed: string[];
  record_version: number;
  user_id: string;
  /** automation: workflows, sends, batches, imports and bulk changes, for the user of `user_id`. system: jobs, forms and public pages, and changes of bookkeeping fields alone */
  actor_type: "user" | "api_key" | "automation" | "system";
  request_id: string;
  data_sensitivity: "public" | "internal" | "confidential" | "restricted";
  changed_at: string;
  /** Null if the record was removed permanently, is archived, has no title, or is private and closed to the caller */
  record_title: string | null;
  work: Work;
  old_values?: { [key: string]: unknown } | null | undefined;
  new_values?: { [key: string]: unknown } | null | undefined;
  unknown?: Unknown3 | undefined;
  /** The currency of the record's amounts after the change. Null if the record has none, or if it is not known */
  currency?: string | null | undefined;
  /** The name of the kind of record, in the language of the caller */
  record_label: string;
}

/** Details of car insurance, replaced as a whole */
export type AutoData = {
  /** default: 2 */
  schema_version?: 2 | undefined;
  drivers: Drivers;
  vehicles: Vehicles;
  current_carrier?: string | null | undefined;
  current_policy_expires?: string | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
};

export type AutoData2 = {
  schema_version: 2;
  drivers: {
    name: string;
    date_of_birth?: string | null | undefined;
    license_number?: string | null | undefined;
    license_state?: string | null | undefined;
    years_licensed?: number | null | undefined;
    relation?: "self" | "spouse" | "child" | "parent" | "employee" | "other" | null | undefined;
    accidents?: {
      date?: string | null | undefined;
      is_at_fault?: boolean | null | undefined;
      amount?: string | null | undefined;
      description?: string | null | undefined;
    }[] | null | undefined;
    violations?: {
      date?: string | null | undefined;
      violation?: string | null | undefined;
      points?: number | null | undefined;
    }[] | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  }[];
  vehicles: {
    vin?: string | null | undefined;
    year: number;
    make: string;
    model: string;
    use?: "commute" | "pleasure" | "business" | "farm" | "rideshare" | null | undefined;
    annual_mileage?: number | null | undefined;
    ownership?: "owned" | "financed" | "leased" | null | undefined;
    /** Index in drivers, from 0 */
    primary_driver?: number | null | undefined;
    /** Where the vehicle is parked at night */
    garaging?: {
      street_address?: string | null | undefined;
      city?: string | null | undefined;
      state?: string | null | undefined;
      postal_code?: string | null | undefined;
      country?: string | null | undefined;
    } | undefined;
    coverages?: {
      coverage: string;
      limit?: string | null | undefined;
      deductible?: string | null | undefined;
    }[] | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  }[];
  current_carrier?: string | null | undefined;
  current_policy_expires?: string | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
};

export type BankAccount = {
  holder?: string | null | undefined;
  iban?: string | null | undefined;
  account_number?: string | null | undefined;
  bic?: string | null | undefined;
  bank_name?: string | null | undefined;
};

/** In full for callers with permission, but never in the response to a write; otherwise masked with `•` */
export type BankAccount2 = {
  holder: string | null;
  iban: string | null;
  account_number: string | null;
  bic: string | null;
  bank_name: string | null;
};

export interface BaseRecord {
  id: string;
  /** Increases by one with each change; the ETag is derived from it */
  version?: number | undefined;
  created_at: string;
  created_by: string;
  updated_at?: string | undefined;
  updated_by?: string | undefined;
  deleted_at: string | null;
  links?: Links | undefined;
  expanded?: Expanded | undefined;
}

export interface BatchReadsBody {
  /** Addresses of records and lists with their parameters, such as `/api/v1/notes?related_to_id=led_…&limit=20`: every GET that answers with a record or with a list of a kind, except audit entries and uploads, and the schema, recent records, default views, events, the day and the default dashboard of the caller, the overview, the hierarchy and the ageing of a customer, the pipeline, and figures of `/analytics`. The lists have at most 500 rows together */
  reads: string[];
}

export interface BatchResults {
  results: {
    index: number;
    id: string | null;
    /** Status of the single request: 201 created, 200 changed or deleted */
    status: number;
    error?: Error2 | undefined;
  }[];
}

export interface BatchUsersBody {
  operation: "create" | "update" | "upsert" | "delete";
  /** Upsert only: the field by which an item finds an existing record, such as `id` */
  match_on?: string | undefined;
  /** true: all or nothing, in one transaction of 100 actions; one rejected item returns 422 for the whole batch; default: false */
  atomic?: boolean | undefined;
  /** Bodies of the single requests. To change or delete, with `id` and optionally the expected `version` */
  items: unknown[];
}

export interface Before {
  id: string;
  number: number | null;
}

export interface BeginMySecondFactorBody {
  /** The present password */
  password: string;
}

/** If empty, the billing address of the customer */
export type BillingAddress = {
  /** If empty, the name of the customer */
  recipient?: string | null | undefined;
  address_line1?: string | null | undefined;
  address_line2?: string | null | undefined;
  city?: string | null | undefined;
  /** A subdivision of the country by its ISO 3166-2 code or name */
  state?: string | null | undefined;
  /** ISO 3166-1 code or name; defaults to the tenant's country */
  country?: string | null | undefined;
  postal_code?: string | null | undefined;
};

export type BlocksItem = BlocksItem2 | BlocksItem3 | BlocksItem4 | BlocksItem5 | BlocksItem6 | BlocksItem7 | BlocksItem8 | BlocksItem9 | {
  type: "columns";
  columns: ((BlocksItem2 | BlocksItem3 | BlocksItem4 | BlocksItem5 | BlocksItem6 | BlocksItem7 | BlocksItem8 | BlocksItem9)[])[];
  /** Whether phones show the columns below each other; default: true */
  stack?: boolean | undefined;
} | {
  type: "footer";
  /** Stands before the address of the tenant and the link with which readers choose what they get */
  text?: string | null | undefined;
};

export type BlocksItem10 = BlocksItem11 | BlocksItem12 | BlocksItem13 | BlocksItem14 | BlocksItem15 | BlocksItem16 | BlocksItem17 | BlocksItem18 | {
  type: "columns";
  columns: ((BlocksItem11 | BlocksItem12 | BlocksItem13 | BlocksItem14 | BlocksItem15 | BlocksItem16 | BlocksItem17 | BlocksItem18)[])[];
  /** Whether phones show the columns below each other */
  stack: boolean;
} | {
  type: "footer";
  /** Stands before the address of the tenant and the link with which readers choose what they get */
  text?: string | null | undefined;
};

export interface BlocksItem11 {
  type: "heading";
  text: string;
  level: 1 | 2 | 3;
  align: "start" | "center" | "end";
}

export interface BlocksItem12 {
  type: "text";
  /** Paragraphs, lists, quotes, bold, italic, underlined and struck text, code and links: p, br, ul, ol, li, blockquote, b, strong, i, em, u, s, code, a */
  html: string;
  align: "start" | "center" | "end";
}

export interface BlocksItem13 {
  type: "image";
  url: string;
  /** Says what the image shows, for readers whose mail program blocks images. Required unless `decorative` */
  alt: string;
  /** The image says nothing, so it needs no `alt` */
  decorative: boolean;
  /** Largest width in pixels. Default: the width of its column */
  width?: number | null | undefined;
  link?: string | null | undefined;
  align: "start" | "center" | "end";
}

export interface BlocksItem14 {
  type: "button";
  label: string;
  url: string;
  /** Default: the colour of the tenant. Made darker or lighter until its text is legible */
  color?: string | null | undefined;
  align: "start" | "center" | "end";
}

export interface BlocksItem15 {
  type: "divider";
}

export interface BlocksItem16 {
  type: "spacer";
  height: number;
}

export interface BlocksItem17 {
  type: "products";
  items: {
    name: string;
    text?: string | null | undefined;
    /** As readers see it, such as € 1,200 */
    price?: string | null | undefined;
    image_url?: string | null | undefined;
    url?: string | null | undefined;
  }[];
}

export interface BlocksItem18 {
  type: "social";
  links: {
    network: Network;
    url: string;
  }[];
  align: "start" | "center" | "end";
}

export interface BlocksItem2 {
  type: "heading";
  text: string;
  /** default: 1 */
  level?: 1 | 2 | 3 | undefined;
  align?: "start" | "center" | "end" | undefined;
}

export interface BlocksItem3 {
  type: "text";
  /** Paragraphs, lists, quotes, bold, italic, underlined and struck text, code and links: p, br, ul, ol, li, blockquote, b, strong, i, em, u, s, code, a */
  html: string;
  align?: "start" | "center" | "end" | undefined;
}

export interface BlocksItem4 {
  type: "image";
  url: string;
  /** Says what the image shows, for readers whose mail program blocks images. Required unless `decorative`; default: "" */
  alt?: string | undefined;
  /** The image says nothing, so it needs no `alt`; default: false */
  decorative?: boolean | undefined;
  /** Largest width in pixels. Default: the width of its column */
  width?: number | null | undefined;
  link?: string | null | undefined;
  align?: "start" | "center" | "end" | undefined;
}

export interface BlocksItem5 {
  type: "button";
  label: string;
  url: string;
  /** Default: the colour of the tenant. Made darker or lighter until its text is legible */
  color?: string | null | undefined;
  align?: "start" | "center" | "end" | undefined;
}

export interface BlocksItem6 {
  type: "divider";
}

export interface BlocksItem7 {
  type: "spacer";
  /** default: 24 */
  height?: number | undefined;
}

export interface BlocksItem8 {
  type: "products";
  items: {
    name: string;
    text?: string | null | undefined;
    /** As readers see it, such as € 1,200 */
    price?: string | null | undefined;
    image_url?: string | null | undefined;
    url?: string | null | undefined;
  }[];
}

export interface BlocksItem9 {
  type: "social";
  links: {
    network: Network;
    url: string;
  }[];
  align?: "start" | "center" | "end" | undefined;
}

export interface BookTimeBody {
  /** Start of one of the offered slots */
  start: string;
  /** One of the offered durations. Default: the first */
  duration_minutes?: number | undefined;
  name: string;
  email: string;
  phone?: string | null | undefined;
  note?: string | null | undefined;
  /** Answers to the questions of the link, in order; default: [] */
  answers?: string[] | undefined;
  /** Time zone in which times are shown to the visitor. Default: the host's time zone */
  timezone?: string | null | undefined;
  /** Unguessable id chosen by the sender. A repeat with the same id books nothing more and gets the same response */
  request_id?: string | undefined;
}

export interface BookingLink extends BookingLinkRow {
  description: string | null;
  meeting_type_id: string | null;
  location: string | null;
  durations_minutes: number[];
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  minimum_notice_hours: number;
  horizon_days: number;
  max_per_day: number | null;
  hours: Hours2;
  host_ids: string[];
  questions: Questions2;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface BookingLinkRow extends BaseRecord {
  /** Name of the meeting, as visitors see it */
  name: string;
  /** User whose time is booked */
  owner_id: string;
  is_active: boolean;
  activity_type_id: string;
  /** Identifies the link in its public URLs; visible to visitors */
  token: string;
}

export interface BooleanOperators {
  eq?: boolean | undefined;
  ne?: boolean | undefined;
}

/** Parts of the budget by channel; together at most the budget */
export type BudgetAllocations = BudgetAllocationsItem[];

export interface BudgetAllocationsItem {
  /** Id or code of one of the tenant's marketing channels */
  channel_id: string;
  amount: string;
}

export interface BulkChange extends BulkChangeRow {
  /** Parameters of the list that selects the records; null if ids were given */
  query: { [key: string]: unknown } | null;
  /** Undo only: the bulk change that is undone */
  undoes_id: string | null;
  /** The bulk change that undoes this one */
  undone_by_id: string | null;
  /** Reason given by the user who started it */
  reason: string | null;
  /** Records created later are not included */
  as_of: string;
  /** Why the bulk change failed as a whole */
  error: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface BulkChangeResult {
  id: string;
  outcome: "done" | "failed" | "skipped";
  /** HTTP status, as for a separate request */
  status: number;
  code: string | null;
  message: string | null;
  details: Details;
  links?: Links | undefined;
}

export interface BulkChangeRow extends BaseRecord {
  kind: Kind2;
  action: "update" | "delete" | "restore" | "undo";
  /** The user who started it; each record is changed with this user's permissions */
  owner_id: string;
  fields: Fields2;
  add_tags: string[];
  remove_tags: string[];
  dry_run: boolean;
  status: "queued" | "running" | "completed" | "failed" | "cancelled";
  /** Number of selected records; null until all are found */
  found: number | null;
  done: number;
  /** Rejected records, each with its reason */
  failed: number;
  /** Records that needed no change; for an undo, records that were changed since */
  skipped: number;
  started_at: string | null;
  finished_at: string | null;
}

export type ByDirection = InteractionShare[];

export type ByLifecycleStage = CustomerGroup[];

/** By value, the largest first, at most 500 */
export type ByOwner = OpenPipelineGroup[];

/** The figures of each owner, those with the highest first figure first, at most 100 */
export type ByOwner2 = FigureGroup[];

/** Months of closing in order, `none` at the end */
export type ByPeriod = OpenPipelineGroup[];

/** The figures of each part of the period, in order */
export type ByPeriod2 = FigureGroup[];

/** With `group_by`: those with most opportunities first, at most 500 rows */
export type ByProduct = ProductFigureGroup[];

/** Open stages, in order */
export type ByStage = OpenPipelineGroup[];

export interface CalendarEntry extends BaseRecord {
  activity_number: string;
  /** The person in whose collection the activity was created; null if it concerns no person */
  personal_key_id: string | null;
  subject: string;
  activity_type_id: string;
  status: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED";
  priority_id: string | null;
  assigned_to_id: string | null;
  related_to_type: RelatedToType3;
  related_to_id: string | null;
  due_date: string | null;
  due_time: string | null;
  start_datetime: string | null;
  end_datetime: string | null;
  duration_minutes: number | null;
  call_outcome_id: string | null;
  /** due_date and due_time as an instant */
  due_at: string | null;
  /** When it happened, or else when it begins, is due or was created */
  happens_at: string;
  is_completed: boolean;
  completed_datetime: string | null;
  timezone: string | null;
  meeting_type_id: string | null;
  blocked_by: string | null;
  has_reminder: boolean;
  attending: Attending;
  is_private: boolean;
  series_id: string | null;
  /** Place in the series: the local start time before any move */
  occurrence: string | null;
  is_recurring: boolean;
  meeting_location: string | null;
  milestone_id: string | null;
  /** The day of completed_datetime in the tenant's time zone at that time; in UTC for activities of earlier releases */
  completed_day: string | null;
  starts_at: string;
  /** Equals starts_at if the entry has no duration */
  ends_at: string;
  /** Whether the entry is for a day, without a time */
  all_day: boolean;
}

export interface Campaign extends CampaignRow {
  description: string | null;
  primary_goal: string | null;
  success_criteria: { [key: string]: unknown } | null;
  budget_allocations: {
    channel_id: string;
    amount: string;
  }[];
  target_audience: string | null;
  target_demographics: { [key: string]: unknown } | null;
  target_locations: string[];
  target_interests: string[];
  subscription_type: string;
  adds_utm: boolean;
  notes: string | null;
  cloned_from_id: string | null;
  /** The last notification of the owner about the budget */
  budget_alert: {
    budget_cycle: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY";
    /** First day of the cycle; null if the budget is for the whole campaign */
    cycle_start: string | null;
    /** Percent of the budget */
    level: 80 | 100;
  };
  /** Leads whose source is the campaign */
  leads_generated?: number | undefined;
  /** Opportunities whose source is the campaign */
  opportunities_generated?: number | undefined;
  /** Sales whose source is the campaign */
  revenue_generated?: string | undefined;
  /** Members that responded */
  response_count?: number | undefined;
  /** Members that responded ÷ members that were sent, in percent */
  response_rate?: string | null | undefined;
  /** Members that converted ÷ members that responded, in percent */
  conversion_rate?: string | null | undefined;
  /** The cost of the daily metrics, and other_cost */
  actual_cost?: string | undefined;
  /** (revenue − cost) ÷ cost, in percent */
  roi?: string | null | undefined;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields26;
}

export interface CampaignAbTest extends CampaignAbTestRow {
  minimum_sample_size: number;
  confidence_level: number;
  decide_after_hours: number;
  without_winner: "send_better" | "wait";
  segment_id: string | null;
  contact_list_id: string | null;
  member_status: MemberStatus2;
  exclude_segment_ids: string[];
  subject: string | null;
  template_id: string | null;
  content: Content2;
  sender_id: string | null;
  subscription_type: string | null;
  throttle_per_hour: number | null;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks: boolean | null;
  variants: {
    /** By position: A is the first */
    id: "A" | "B" | "C" | "D" | "E";
    subject: string | null;
    template_id: string | null;
    content: Content2;
    sender_id: string | null;
    send_at: string | null;
    share: number;
  }[];
  /** The user who started it. Only persons whom this user sees get a mail */
  started_by: string | null;
  /** The send of the variants. In a draft: the one that was not approved */
  sample_send_id: string | null;
  /** When no mail of the sample waited any more, to ten minutes */
  sample_sent_at: string | null;
  /** The send of the winner to the others */
  rest_send_id: string | null;
  /** When the state of the test is looked at next */
  decide_at: string | null;
  decision: {
    /** not_tracked: opens and clicks of the mails are not counted, so they decide nothing */
    outcome: "winner" | "no_difference" | "inconclusive" | "unequal_shares" | "not_tracked";
    /** The variant with the highest rate */
    better: "A" | "B" | "C" | "D" | "E" | null;
    pairs: Pairs;
    intervals: {
      id: "A" | "B" | "C" | "D" | "E";
      /** Successes ÷ delivered mails; null without delivered mails, and if they are not tracked */
      rate: number | null;
      /** Lower end of Wilson's interval at the confidence level */
      low: number;
      high: number;
    }[];
    /** Probability of so unequal numbers of persons; below 0.001 the split is faulty */
    shares_p: number | null;
    variants: {
      id: "A" | "B" | "C" | "D" | "E";
      assigned: number;
      delivered: number;
      /** null: not tracked */
      successes: number | null;
    }[];
    /** When the figures were compared */
    decided_at: string;
    /** The user who chose the winner; null if the figures decided */
    decided_by: string | null;
  };
  /** Why the system cancelled the test or did not send the winner, or why the sample was not approved */
  error: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignAbTestCheck {
  content: {
    code: Code2;
    severity: "error" | "warning";
    message: string;
    /** The path in the template, such as blocks[2].url */
    field: string | null;
    /** The variants that have it */
    variants: ("A" | "B" | "C" | "D" | "E")[];
  }[];
  /** Persons of the whole audience who would get a mail: a variant or the winner */
  recipients: number;
  left_out: LeftOut;
  /** false: only the first 1000 persons of the audience were counted */
  is_complete: boolean;
  /** Whether opens and clicks would be counted */
  is_tracked: boolean;
  /** Choice of the mail account about opens and clicks; null: not decided yet, and for text messages */
  account_tracks: boolean | null;
  /** The account that sends the mails; null: several do, and for text messages */
  mail_account_id: string | null;
  /** Persons who would get each variant */
  variants: {
    id: "A" | "B" | "C" | "D" | "E";
    recipients: number;
  }[];
  /** Persons of the sample: the sum of the variants */
  sample: number;
  /** Persons who would get the winner */
  rest: number;
  /** Whether opens or clicks decide the test: it then starts only if its mails are tracked */
  needs_tracking: boolean;
}

export interface CampaignAbTestResults {
  success_metric: "click_rate" | "response_rate" | "conversion_rate" | "open_rate";
  confidence_level: number;
  minimum_sample_size: number;
  status: Status24;
  /** The variant that the others get */
  winning_variant: "A" | "B" | "C" | "D" | "E" | null;
  variants: {
    /** Successes ÷ delivered mails; null without delivered mails, and if they are not tracked */
    rate: number | null;
    /** Lower end of Wilson's interval at the confidence level */
    low: number;
    high: number;
    id: "A" | "B" | "C" | "D" | "E";
    /** Proportion within the sample */
    share: number;
    /** Mails that were written, each to another person */
    assigned: number;
    /** Mails that wait */
    queued: number;
    /** Mails that left */
    sent: number;
    /** Mails that left and did not come back */
    delivered: number;
    /** Mails that came back */
    undelivered: number;
    /** Mails whose opens and clicks are counted */
    tracked: number;
    /** Mails that a person opened. Opens by programs are left out. null: not tracked */
    opened: number | null;
    /** Mails in which a person followed a link. null: not tracked */
    clicked: number | null;
    /** Members of the campaign that responded after their mail left */
    responded: number;
    /** Members of the campaign that bought after their mail left */
    converted: number;
    /** Persons with the success metric of the test. null: not tracked */
    successes: number | null;
  }[];
  /** By the present counts. The decision is in the test, and does not change */
  outcome: "winner" | "no_difference" | "inconclusive" | "unequal_shares" | "not_tracked";
  /** The variant with the highest rate */
  better: "A" | "B" | "C" | "D" | "E" | null;
  pairs: Pairs;
  /** Probability of so unequal numbers of persons; below 0.001 the split is faulty */
  shares_p: number | null;
  /** not_decided: the figures still change, and looking early finds differences that are none; not_tracked: opens and clicks of the mails are not counted, so they decide nothing; small_sample: a variant has fewer delivered mails than minimum_sample_size; unequal_shares: the split of the persons is faulty; opens_are_uncertain: programs of mailboxes open mails too, and not all are recognised */
  warnings: ("not_decided" | "not_tracked" | "small_sample" | "unequal_shares" | "opens_are_uncertain")[];
  /** Mails of the winner to the others */
  rest: {
    /** All messages */
    written: number;
    /** Waiting, or being handed to the provider */
    queued: number;
    /** Accepted by the provider, regardless of the later outcome */
    sent: number;
    /** The provider confirmed the delivery */
    delivered: number;
    /** Mails whose opens and clicks are counted. If messages were written and it is 0, `opened` and `clicked` are null: they are not tracked */
    tracked: number;
    /** Opened by a person, as judged about ten minutes later. null: not tracked */
    opened: number | null;
    /** A person followed a link, as judged about ten minutes later. null: not tracked */
    clicked: number | null;
    /** Bounced: the provider reported that they did not arrive */
    undelivered: number;
    /** Permanently rejected by the provider */
    failed: number;
    /** Blocked by consent, an opt-out or the suppression list */
    refused: number;
    /** Cancelled or manually recalled before they reached the provider */
    recalled: number;
    /** Handed to the provider, with unknown outcome */
    unknown: number;
    /** Time up to which changes are counted */
    as_of: string | null;
  };
}

export interface CampaignAbTestRow extends BaseRecord {
  campaign_id: string;
  name: string;
  /** The part of the mail in which the variants differ */
  tests: "subject" | "content" | "sender" | "time";
  status: Status24;
  success_metric: "click_rate" | "response_rate" | "conversion_rate" | "open_rate";
  sample_percent: number;
  /** When the test was started */
  start_date: string | null;
  /** When it was decided or cancelled */
  end_date: string | null;
  /** The variant that the others get */
  winning_variant: "A" | "B" | "C" | "D" | "E" | null;
  /** Whether the others wait until a person chooses a variant */
  is_waiting: boolean;
}

export interface CampaignActivity extends CampaignActivityRow {
  description: string | null;
  target_audience: { [key: string]: unknown } | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignActivityRow extends BaseRecord {
  campaign_id: string;
  name: string;
  activity_type: ActivityType;
  channel_id: string | null;
  scheduled_date: string | null;
  execution_date: string | null;
  status: "PLANNED" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED";
  budget: string | null;
  owner_id: string | null;
}

export interface CampaignAsset extends CampaignAssetRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignAssetRow extends BaseRecord {
  campaign_id: string;
  name: string;
  asset_type: "IMAGE" | "VIDEO" | "DOCUMENT" | "AUDIO" | "TEMPLATE";
  file_url: string | null;
  dimensions: string | null;
  tags: string[];
  upload_id: string | null;
  file_name: string | null;
  /** In bytes */
  file_size: number | null;
  /** `png`, `jpeg`, `gif` or `webp` for an uploaded image, the content type for another file */
  format: string | null;
}

export interface CampaignAttributionReport {
  model: "FIRST_TOUCH" | "LAST_TOUCH" | "LINEAR" | "TIME_DECAY" | "POSITION_BASED";
  group_by: "campaign" | "channel" | "source";
  from: string;
  to: string;
  /** That of the organization */
  currency: string;
  /** Highest revenue first; at most 200 */
  rows: AttributionShare[];
  /** Further campaigns, channels or sources */
  other: AttributedRevenue;
  /** Conversions without a touch */
  unattributed: AttributedRevenue;
  /** All sales of the period */
  total: AttributedRevenue;
  unconverted: Unconverted2;
  /** Whether sales are being computed again: after a change of `attribution_window_days`, and at the first report */
  is_recomputing: boolean;
}

export interface CampaignComparison {
  /** Highest ROI first; those without a cost come last */
  campaigns: ComparedCampaign[];
  /** false if more than 300 campaigns match. The newest are compared */
  is_complete: boolean;
}

export interface CampaignConversion extends CampaignConversionRow {
  /** From the earliest to the latest */
  touches: AttributionTouch[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignConversionRow extends BaseRecord {
  conversion_kind: "opportunity" | "order";
  /** The opportunity or order */
  record_id: string;
  /** Shared by the records of one sale */
  sale_id: string;
  customer_id: string | null;
  /** The owner of the sale */
  owner_id: string | null;
  /** End of closed_date, or when the order was confirmed. Later touches do not count */
  converted_at: string;
  /** The day on which the revenue counts */
  converted_day: string;
  currency: string;
  value: string;
  /** Whether the conversion has a touch */
  is_attributed: boolean;
  person_ids: PersonIds;
  campaign_ids: CampaignIds;
  channels: Channels;
  sources: Sources;
}

export interface CampaignFigures {
  /** Leads whose source is the campaign */
  leads_generated: number;
  /** Opportunities whose source is the campaign */
  opportunities_generated: number;
  /** Sales whose source is the campaign */
  revenue_generated: string;
  /** Members that responded */
  response_count: number;
  /** Members that responded ÷ members that were sent, in percent */
  response_rate: string | null;
  /** Members that converted ÷ members that responded, in percent */
  conversion_rate: string | null;
  /** The cost of the daily metrics, and other_cost */
  actual_cost: string;
  /** (revenue − cost) ÷ cost, in percent */
  roi: string | null;
  member_count: number;
  sent_count: number;
  /** Members to whom a mail was sent whose opens and clicks are counted */
  tracked_count: number;
  /** null: messages were sent and none is tracked (`tracked_count` is 0) */
  opened_count: number | null;
  /** null: messages were sent and none is tracked (`tracked_count` is 0) */
  clicked_count: number | null;
  converted_count: number;
  bounced_count: number;
  opted_out_count: number;
  /** Members that opened ÷ members that were sent, in percent */
  open_rate: string | null;
  /** Members that clicked ÷ members that were sent, in percent */
  click_rate: string | null;
  responses: Responses;
  impressions: number;
  /** null: no row of the daily metrics knows its clicks, as of messages that are not tracked */
  clicks: number | null;
  /** Conversions of the daily metrics */
  conversions: number;
  /** Conversions ÷ clicks of the daily metrics, in percent */
  click_conversion_rate: string | null;
  /** Clicks ÷ impressions, in percent */
  click_through_rate: string | null;
  cost_per_click: string | null;
  /** Revenue that the daily metrics report. ROI does not use it */
  reported_revenue: string;
  open_opportunities: number;
  won_opportunities: number;
  /** Amounts of open opportunities */
  pipeline_value: string;
  /** Won opportunities without an order, and orders */
  sales_count: number;
  unconverted: Unconverted2;
}

export interface CampaignFill extends BaseRecord {
  segment_id: string | null;
  contact_list_id: string | null;
  lead_filter: { [key: string]: unknown } | null;
  campaign_id: string;
  /** User who started the fill; only persons whom this user can see are found */
  owner_id: string;
  status: "queued" | "running" | "completed" | "failed" | "cancelled";
  /** Records created after this time are not included */
  as_of: string;
  /** Persons found so far */
  found: number;
  /** New members so far */
  added: number;
  /** Persons so far whose data are restricted */
  skipped: number;
  error: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignHierarchy {
  campaign: CampaignNode;
  /** From the top; campaigns that the caller cannot see contain no details */
  ancestors: CampaignNode[];
  /** Level by level, those that the caller sees; at most 200 */
  descendants: CampaignNode[];
  /** false if there are more */
  descendants_complete: boolean;
}

/** Campaigns of the touches, the latest first */
export type CampaignIds = string[];

export interface CampaignInput {
  description?: string | null | undefined;
  goal?: Goal | undefined;
  primary_goal?: string | null | undefined;
  start_date?: string | undefined;
  expected_revenue?: string | null | undefined;
  target_audience?: string | null | undefined;
  target_size?: number | null | undefined;
  notes?: string | null | undefined;
}

export interface CampaignMember extends CampaignMemberRow {
  notes: string | null;
  /** A/B tests whose sample the member is in, the latest 20 */
  ab_tests: {
    ab_test_id: string;
    variant: string;
    /** When the mail of the variant left */
    sent_at: string;
    /** The first response after it */
    responded_at: string | null;
    /** The first purchase after it */
    converted_at: string | null;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignMemberRow extends BaseRecord {
  campaign_id: string;
  /** The person behind the lead or the contact */
  personal_key_id: string;
  lead_id: string | null;
  contact_id: string | null;
  /** The furthest step that has an instant */
  status: "ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED";
  /** false after a bounce or an opt-out: the campaign sends the member no message */
  is_active: boolean;
  inactive_reason: "BOUNCED" | "OPTED_OUT" | null;
  /** The way by which the person was added */
  source: "hand" | "segment" | "list" | "filter" | "file" | "form" | "link";
  added_at: string;
  /** When a message of the campaign left. Members of campaigns of a type other than EMAIL are sent when they are added */
  sent_at: string | null;
  /** When a mail of the campaign left whose opens and clicks are counted; null: `opened_at` and `clicked_at` are not tracked */
  tracked_at: string | null;
  opened_at: string | null;
  clicked_at: string | null;
  responded_at: string | null;
  /** The same as `responded_at` */
  response_date: string | null;
  converted_at: string | null;
  bounced_at: string | null;
  opted_out_at: string | null;
  converted_opportunity_id: string | null;
  converted_order_id: string | null;
}

export interface CampaignMetric extends CampaignMetricRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignMetricGroup {
  impressions: number | null;
  clicks: number | null;
  conversions: number | null;
  cost: string | null;
  revenue: string | null;
  click_through_rate: string | null;
  cost_per_click: string | null;
  click_conversion_rate: string | null;
  roi: string | null;
  /** A day, the Monday of a week, a month (`YYYY-MM`), or the id of a channel */
  key: string;
  /** The name of the channel */
  label: string | null;
}

export interface CampaignMetricNumbers {
  impressions: number | null;
  clicks: number | null;
  conversions: number | null;
  cost: string | null;
  revenue: string | null;
  click_through_rate: string | null;
  cost_per_click: string | null;
  click_conversion_rate: string | null;
  roi: string | null;
}

export interface CampaignMetricRow extends BaseRecord {
  campaign_id: string;
  channel_id: string;
  /** A day in the time zone of the organization */
  metric_date: string;
  /** How the row was written; `system`: from the messages of the campaign */
  source: "manual" | "file" | "api" | "system";
  impressions: number | null;
  clicks: number | null;
  conversions: number | null;
  cost: string | null;
  revenue: string | null;
  /** That of the campaign */
  currency: string;
  /** Whether the cost was computed from the default prices of the channel */
  cost_is_default: boolean;
  /** The import whose file last set the row */
  import_id: string | null;
  /** Clicks ÷ impressions, in percent */
  click_through_rate: string | null;
  cost_per_click: string | null;
  /** Conversions ÷ clicks, in percent */
  click_conversion_rate: string | null;
  /** (Revenue − cost) ÷ cost, in percent */
  roi: string | null;
}

export interface CampaignMetricSummary {
  group_by: "day" | "channel" | "week" | "month";
  currency: string;
  /** In ascending order of the key */
  groups: CampaignMetricGroup[];
  totals: CampaignMetricNumbers;
}

export interface CampaignNode {
  id: string | null;
  campaign_number: string | null;
  name: string | null;
  status: string | null;
  parent_campaign_id: string | null;
}

export interface CampaignPerformance {
  /** Currency of the amounts: that of the campaign */
  currency: string;
  /** Figures of the campaign itself */
  own: CampaignFigures;
  /** Sum of the campaign and of the campaigns below it that the caller sees */
  total: CampaignFigures;
  /** Campaigns in `total` */
  campaign_count: number;
  /** false if there are more than 200 campaigns below it */
  is_complete: boolean;
  /** With `by=day`: the figures of the campaign itself on each day of the period, in order */
  days: CampaignPerformanceDay[] | null;
}

export interface CampaignPerformanceDay {
  impressions: number | null;
  clicks: number | null;
  conversions: number | null;
  cost: string | null;
  revenue: string | null;
  click_through_rate: string | null;
  cost_per_click: string | null;
  click_conversion_rate: string | null;
  roi: string | null;
  /** In the time zone of the organization */
  day: string;
  /** Mails and text messages of the campaign */
  messages_sent: number;
  /** Those of them whose opens and clicks are counted */
  messages_tracked: number;
  /** Messages that a person first opened on that day; null: messages were sent and none of them is tracked */
  messages_opened: number | null;
  /** Messages in which a person first followed a link on that day; null: messages were sent and none of them is tracked */
  messages_clicked: number | null;
}

export interface CampaignResponse extends CampaignResponseRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignResponseRow extends BaseRecord {
  campaign_id: string;
  member_id: string;
  personal_key_id: string;
  kind: Kind6;
  /** Identifies what the person did, such as the id of a message, a form's submission, or a call. The same source counts once for a kind */
  source: string;
  link: string | null;
  /** When the person responded. Cannot be changed later */
  occurred_at: string;
}

export interface CampaignRow extends BaseRecord {
  campaign_number: string;
  name: string;
  type: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING";
  goal: Goal;
  status: Status22;
  status_changed_at: string;
  /** null: unassigned */
  owner_id: string | null;
  start_date: string;
  end_date: string | null;
  follows_dates: boolean;
  currency: string;
  budget: string | null;
  budget_cycle: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY";
  other_cost: string | null;
  expected_revenue: string | null;
  expected_response_rate: number | null;
  target_size: number | null;
  channel_ids: ChannelIds;
  parent_campaign_id: string | null;
  /** When the campaign was first IN_PROGRESS */
  started_at: string | null;
  /** When it became COMPLETED or CANCELLED */
  finished_at: string | null;
  tags: string[];
  /** The template from which it was created */
  campaign_template_id: string | null;
  custom_fields?: CustomFields26 | undefined;
}

export interface CampaignSendResult {
  /** The send, an email send record; null for a test */
  send_id: string | null;
  /** The A/B test of `variants`; its sample is the send */
  ab_test_id: string | null;
}

export interface CampaignTemplate extends CampaignTemplateRow {
  description: string | null;
  primary_goal: string | null;
  success_criteria: { [key: string]: unknown } | null;
  target_audience: string | null;
  target_size: number | null;
  target_demographics: { [key: string]: unknown } | null;
  target_locations: string[];
  target_interests: string[];
  activities: {
    name: string;
    activity_type: ActivityType;
    description: string | null;
    channel_id: string | null;
    /** Days after the start of the campaign */
    offset_days: number;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface CampaignTemplateInput {
  name?: string | undefined;
  description?: string | null | undefined;
  type?: Type5 | undefined;
  goal?: Goal | undefined;
  primary_goal?: string | null | undefined;
  success_criteria?: { [key: string]: unknown } | null | undefined;
  budget_cycle?: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | null | undefined;
  target_audience?: string | null | undefined;
  target_size?: number | null | undefined;
  target_demographics?: { [key: string]: unknown } | null | undefined;
}

export interface CampaignTemplateRow extends BaseRecord {
  name: string;
  type: Type5;
  goal: Goal;
  budget: string | null;
  budget_cycle: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | null;
  channel_ids: ChannelIds;
  duration_days: number | null;
}

export interface CampaignTimelineEntry {
  /** Id of the record; of a change, that of its entry in the audit trail */
  id: string;
  /** change: another status, or a budget that is used up; task: an activity of the calendar */
  type: "change" | "activity" | "task" | "send" | "note" | "attachment";
  /** When it happened; for a planned activity, when it begins */
  at: string;
  title: string;
  /** Id of the actor who did it or is to do it */
  by: string | null;
  links?: Links | undefined;
}

export interface CancelActivityBody {
  /** Recurring activities only; defaults to this occurrence. Completed occurrences do not change */
  apply_to?: "THIS" | "FOLLOWING" | "ALL" | undefined;
  outcome?: string | null | undefined;
}

export interface CancelOrderBody {
  /** Required for a confirmed order */
  reason?: string | null | undefined;
  /** Amount that the customer still owes. Default: 0 */
  cancellation_fee?: string | null | undefined;
}

/** Includes the categories below these; default: [] */
export type CategoryIds = string[];

export type CategoryIds2 = string[];

export type Cause = "CREATED" | "FACTS" | "TIME" | "RULE" | "REQUESTED" | "MANUAL" | "CLEARED";

export interface ChangeContactListMembersBody {
  add?: Add2 | undefined;
  remove?: Add2 | undefined;
}

export interface ChangeMessageBody {
  /** In the past: now */
  send_at?: string | undefined;
  /** Mails only */
  subject?: string | undefined;
  /** Replaces the text; a mail then has no HTML */
  body?: string | undefined;
  /** Mails only: replaces text and HTML */
  body_html?: string | undefined;
  /** Mails only: replaces the copies */
  cc?: string[] | undefined;
  /** Mails only: replaces the files */
  attachment_ids?: string[] | undefined;
}

export interface ChangePasswordBody {
  current_password: string;
  password: string;
}

export interface ChangeSegmentMembersBody {
  add?: Add | undefined;
  remove?: Add | undefined;
}

export type ChannelIds = string[];

/** Channels of the touches, the latest first */
export type Channels = string[];

export interface Chart {
  kind: "bar" | "stacked" | "line" | "area" | "funnel" | "donut";
  /** The grouping whose values are the categories */
  category?: string | undefined;
  /** A second grouping, whose values are the series */
  split?: string | undefined;
  /** The measures that are shown */
  series?: string[] | undefined;
}

export interface Chart2 {
  kind: "bar" | "stacked" | "line" | "area" | "funnel" | "donut";
  /** The grouping whose values are the categories */
  category?: string | undefined;
  /** A second grouping, whose values are the series */
  split?: string | undefined;
  /** The measures that are shown */
  series?: string[] | undefined;
}

export interface CheckMessageTemplateBody {
  related_to_type?: RelatedToType | undefined;
  related_to_id?: string | undefined;
  /** Uses sample values instead of a record; default: false */
  sample?: boolean | undefined;
}

export interface CheckSignupLinkBody {
  token: string;
}

export interface ChildrenItem {
  id: string;
  ticket_number: string;
  subject: string;
  status: Status11;
  priority_id: string;
  /** null: waits in the queue */
  assigned_to_id: string | null;
  created_at: string;
}

export type Choices = { [key: string]: "survivor" | "merged" };

/** All values in use, if there are 50 or fewer */
export type Choices2 = ChoicesItem[];

export interface ChoicesItem {
  /** The value that records store, if it is not the code */
  id?: string | undefined;
  /** The value that inputs accept */
  code: string;
  name: string;
  color?: string | null | undefined;
}

export interface ChooseCampaignAbTestVariantBody {
  /** The others get this variant */
  variant: "A" | "B" | "C" | "D" | "E";
}

/** Ids of the chosen optional lines; all others are not chosen. Default: the lines that are already chosen */
export type Chosen = string[];

export interface ChurnAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** Reasons of the customers that churned and are not back, the most frequent first */
  by_reason: ChurnReason[];
}

export interface ChurnReason {
  /** Id of the reason; `none` for customers that churned without one */
  key: string;
  label: string | null;
  code: string | null;
  count: number;
  /** Percent of the customers that churned, two decimals; null if none did */
  share: number | null;
  /** Lifetime value of these customers, each at the rate of its day */
  lost_value: string;
  unconverted: Unconverted6;
  /** The numbers of the period of comparison; null without a comparison */
  previous: {
    count: number;
    /** Percent of the customers that churned, two decimals; null if none did */
    share: number | null;
    /** Lifetime value of these customers, each at the rate of its day */
    lost_value: string;
    unconverted: Unconverted6;
  };
}

export type Class = "a" | "b" | "c" | "travel_trailer" | "fifth_wheel" | "truck_camper" | null;

export type Clauses = {
  clause_id: string | null;
  clause_revision: number | null;
  key: string;
  level: number;
  page_break: boolean;
  is_mandatory: boolean;
  when: When;
  texts: TextsItem2[];
}[];

export interface ClausesItem {
  key: string;
  heading?: string | null | undefined;
  /** null: the clause is removed */
  text: string | null;
}

export interface ClausesItem2 {
  /** A library clause; null: this position has its own texts */
  clause_id?: string | null | undefined;
  /** Revision of the clause to use. Default: the latest */
  clause_revision?: number | null | undefined;
  /** Default: the key of the clause. Required for a position with its own texts */
  key?: string | null | undefined;
  /** Level 1 is numbered 1., level 2 is 1.1, level 3 is (a); default: 1 */
  level?: number | undefined;
  /** Starts on a new page; default: false */
  page_break?: boolean | undefined;
  /** Only for a position with its own texts; default: false */
  is_mandatory?: boolean | undefined;
  /** In addition to the conditions of the clause */
  when?: WhenItem[] | undefined;
  /** Only for a position with its own texts: one text per language */
  texts?: TextsItem[] | undefined;
}

export interface CloneCampaignBody {
  /** The name of the campaign by default */
  name?: string | undefined;
  /** Today by default. The end date keeps its distance */
  start_date?: string | undefined;
}

export interface CloseTicketBody {
  /** Description of the solution, if the ticket was not resolved before */
  resolution?: string | null | undefined;
}

export type Code2 = "unfilled_merge_field" | "dead_link" | "unchecked_link" | "placeholder_address" | "broken_link" | "insecure_link" | "missing_alt" | "no_postal_address" | "no_unsubscribe" | "too_large" | "no_text" | "outdated_brand";

export interface CohortMonth {
  after: number;
  /** Leads that are qualified */
  qualified: number;
  converted: number;
  /** Opportunities that came from the leads */
  opportunities: number;
  /** Those of the opportunities that are won */
  won: number;
}

/** Fields, in the order of the file; defaults to those of the list */
export type Columns = string[];

/** Fields of each row, for reports without groupings and measures */
export type Columns2 = string[];

/** Fields of each row, for reports without groupings and measures */
export type Columns3 = string[];

export interface ColumnsItemItem {
  /** Field of the kind */
  name: string;
  /** In pixels; null: by content */
  width?: number | null | undefined;
  /** true: stays in place when the list is scrolled sideways; default: false */
  frozen?: boolean | undefined;
}

export interface Comment extends CommentRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  /** Plain text with mentions of users and teams by their ids */
  content: string;
}

export interface CommentRow extends BaseRecord {
  /** The related person, or the person of the related record */
  personal_key_id: string | null;
  related_to_type: RelatedToType5;
  related_to_id: string;
  /** The first 280 characters of its content, with the names of mentioned users and teams at that time */
  excerpt: string;
  mentioned_ids: MentionedIds;
  /** The first comment of the conversation */
  reply_to_id: string | null;
  /** When the content was last changed */
  edited_at: string | null;
  /** Plain text with mentions of users and teams by their ids */
  content?: string | undefined;
}

/** The period of `previous` */
export type Compared = {
  from: string;
  to: string;
};

export interface ComparedCampaign {
  /** Leads whose source is the campaign */
  leads_generated: number;
  /** Opportunities whose source is the campaign */
  opportunities_generated: number;
  /** Sales whose source is the campaign */
  revenue_generated: string;
  /** Members that responded */
  response_count: number;
  /** Members that responded ÷ members that were sent, in percent */
  response_rate: string | null;
  /** Members that converted ÷ members that responded, in percent */
  conversion_rate: string | null;
  /** The cost of the daily metrics, and other_cost */
  actual_cost: string;
  /** (revenue − cost) ÷ cost, in percent */
  roi: string | null;
  member_count: number;
  sent_count: number;
  /** Members to whom a mail was sent whose opens and clicks are counted */
  tracked_count: number;
  /** null: messages were sent and none is tracked (`tracked_count` is 0) */
  opened_count: number | null;
  /** null: messages were sent and none is tracked (`tracked_count` is 0) */
  clicked_count: number | null;
  converted_count: number;
  bounced_count: number;
  opted_out_count: number;
  /** Members that opened ÷ members that were sent, in percent */
  open_rate: string | null;
  /** Members that clicked ÷ members that were sent, in percent */
  click_rate: string | null;
  responses: Responses;
  impressions: number;
  /** null: no row of the daily metrics knows its clicks, as of messages that are not tracked */
  clicks: number | null;
  /** Conversions of the daily metrics */
  conversions: number;
  /** Conversions ÷ clicks of the daily metrics, in percent */
  click_conversion_rate: string | null;
  /** Clicks ÷ impressions, in percent */
  click_through_rate: string | null;
  cost_per_click: string | null;
  /** Revenue that the daily metrics report. ROI does not use it */
  reported_revenue: string;
  open_opportunities: number;
  won_opportunities: number;
  /** Amounts of open opportunities */
  pipeline_value: string;
  /** Won opportunities without an order, and orders */
  sales_count: number;
  unconverted: Unconverted2;
  campaign_number: string;
  name: string;
  type: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING";
  status: Status22;
  start_date: string;
  end_date: string | null;
  budget: string | null;
  currency: string;
  id: string;
}

export interface ComparedStageTime {
  /** Id of the stage */
  key: string;
  label: string | null;
  code: string | null;
  /** Moves out of the stage */
  left: number;
  /** To the next open stage */
  moved_forward: number;
  won: number;
  lost: number;
  moved_back: number;
  /** Average days in the stage before these moves, four decimals; null without moves */
  average_days: number | null;
  /** Percent of these moves that went forward or won, two decimals; null without moves */
  advance_rate: number | null;
  /** The numbers of the period of comparison; null without a comparison */
  previous: {
    /** Moves out of the stage */
    left: number;
    /** To the next open stage */
    moved_forward: number;
    won: number;
    lost: number;
    moved_back: number;
    /** Average days in the stage before these moves, four decimals; null without moves */
    average_days: number | null;
    /** Percent of these moves that went forward or won, two decimals; null without moves */
    advance_rate: number | null;
  };
}

export interface ComparedWinLossReason {
  /** Id of the reason; `none` for closed opportunities without one */
  key: string;
  label: string | null;
  code: string | null;
  category: string | null;
  won_count: number;
  won_value: string;
  lost_count: number;
  lost_value: string;
  /** Percent of the won opportunities, two decimals; null if none was won */
  won_share: number | null;
  /** Percent of the lost opportunities, two decimals; null if none was lost */
  lost_share: number | null;
  /** Average days from creation to closing of won opportunities */
  average_won_cycle_days: number | null;
  /** Average days from creation to closing of lost opportunities */
  average_lost_cycle_days: number | null;
  unconverted: Unconverted5;
  /** The numbers of the period of comparison; null without a comparison */
  previous: {
    won_count: number;
    won_value: string;
    lost_count: number;
    lost_value: string;
    /** Percent of the won opportunities, two decimals; null if none was won */
    won_share: number | null;
    /** Percent of the lost opportunities, two decimals; null if none was lost */
    lost_share: number | null;
    /** Average days from creation to closing of won opportunities */
    average_won_cycle_days: number | null;
    /** Average days from creation to closing of lost opportunities */
    average_lost_cycle_days: number | null;
    unconverted: Unconverted5;
  };
}

export type Competitors = OpportunityCompetitor[];

export interface CompleteActivityBody {
  outcome?: string | null | undefined;
  duration_minutes?: number | null | undefined;
  /** Id or code of one of the tenant's call outcomes */
  call_outcome_id?: string | null | undefined;
}

/** Why the level is reached */
export type Conditions = {
  /** The property of the level */
  condition: string;
  /** The value of the record that was compared */
  field: string | null;
  value: string | null;
  limit: string | null;
  /** The currency of value and limit, if they are amounts */
  currency: string | null;
}[];

export interface ConfirmContactPointBody {
  code: string;
}

export interface ConfirmMySecondFactorBody {
  code: string;
}

export type Consent = string[];

export type Construction = "frame" | "masonry" | "brick" | "stucco" | "log" | "steel" | "concrete" | "manufactured" | "other" | null;

export interface Contact extends ContactRow {
  fax: string | null;
  other_role_ids: OtherRoleIds2;
  street_address: string | null;
  city_id: string | null;
  state_id: string | null;
  country_id: string | null;
  postal_code: string | null;
  /** Whether the person refuses emails, regardless of who recorded the refusal */
  email_opt_out: boolean;
  /** Whether the person refuses telephone calls, regardless of who recorded the refusal */
  phone_opt_out: boolean;
  /** Code of the contact method */
  preferred_contact_method: string | null;
  linkedin_url: string | null;
  twitter_handle: string | null;
  assistant_name: string | null;
  assistant_phone: string | null;
  description: string | null;
  notes: string | null;
  /** The contact that this one was merged into */
  merged_into: string | null;
  merge_id: string | null;
  merged_ids: MergedIds3;
  /** The person's `birth_date`: in full for callers with permission, but never in the response to a write; otherwise masked with `•`. Null if the caller does not see the person */
  birthdate: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields9;
}

export interface ContactInput {
  first_name?: string | null | undefined;
  last_name?: string | null | undefined;
  email?: string | null | undefined;
  phone?: string | null | undefined;
  mobile?: string | null | undefined;
  fax?: string | null | undefined;
  lead_id?: string | null | undefined;
  job_title?: string | null | undefined;
  department?: string | null | undefined;
  street_address?: string | null | undefined;
  /** Id or code of one of the tenant's cities */
  city_id?: string | null | undefined;
  /** Id or code of one of the tenant's states */
  state_id?: string | null | undefined;
  /** Id or code of one of the tenant's countries */
  country_id?: string | null | undefined;
  postal_code?: string | null | undefined;
  /** Id or code of one of the tenant's communication channels */
  preferred_contact_method?: string | null | undefined;
  linkedin_url?: string | null | undefined;
  twitter_handle?: string | null | undefined;
  assistant_name?: string | null | undefined;
  assistant_phone?: string | null | undefined;
  next_contact_date?: string | null | undefined;
  description?: string | null | undefined;
  notes?: string | null | undefined;
}

export interface ContactList extends ContactListRow {
  filter: { [key: string]: unknown } | null;
  problems: Problems;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ContactListMember extends BaseRecord {
  contact_number: string;
  personal_key_id: string;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  owner_id: string | null;
  /** Name to display: the name, or else the email or telephone number */
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  mobile: string | null;
  customer_id: string | null;
  lead_id: string | null;
  is_primary: boolean;
  job_title: string | null;
  department: string | null;
  contact_role_id: string | null;
  reports_to_id: string | null;
  is_decision_maker: boolean;
  is_influencer: boolean;
  contact_status: "ACTIVE" | "INACTIVE" | "FORMER";
  next_contact_date: string | null;
  last_activity_date: string | null;
  tags: string[];
  custom_fields?: CustomFields9 | undefined;
  added_date: string;
  /** true: added by hand */
  is_manual: boolean;
}

export interface ContactListRow extends BaseRecord {
  name: string;
  description: string | null;
  /** DYNAMIC: records that match the filter, and records added by hand. Cannot be changed */
  membership: "STATIC" | "DYNAMIC";
  /** Members that the caller can see */
  member_count: number;
  /** building: the filter is being applied to the members */
  state: "ready" | "building";
  /** Changes through time or other customers' purchases are included up to here; all other changes follow within seconds */
  as_of: string | null;
}

export interface ContactPoint {
  /** Unique within the person */
  id: string;
  contact_type: "email" | "phone" | "social";
  /** As typed */
  contact_value: string;
  /** Normalized form for comparison; null if the value cannot be parsed */
  normalized: string | null;
  /** One contact point of each type is primary */
  is_primary: boolean;
  is_verified: boolean;
  verified_at: string | null;
  /** Method of verification; null if not verified, or if an earlier release accepted it as entered */
  verified_by: "code" | "link" | "staff" | "provider" | null;
  /** The actor who verified it */
  verified_by_id: string | null;
  /** Belongs to several persons, so it does not identify one of them */
  is_shared: boolean;
  platform_name: string | null;
  platform_user_id: string | null;
  platform_page_id: string | null;
  platform_profile_url: string | null;
  /** The lead that named it most recently */
  lead_id: string | null;
  /** The lead that named it first */
  original_lead_id: string | null;
  created_at: string;
  updated_at: string;
}

export type ContactPoints = ContactPoint[];

export interface ContactReengagementMemberBody {
  method: "PHONE" | "SMS" | "EMAIL" | "WHATSAPP" | "IN_PERSON" | "OTHER";
  /** Default: now. Must not be before the member was added */
  at?: string | undefined;
  /** Identifies the fact: reporting the same id again has no effect. Default: the id of the request */
  source_id?: string | undefined;
}

export interface ContactRow extends BaseRecord {
  contact_number: string;
  personal_key_id: string;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  owner_id: string | null;
  /** Name to display: the name, or else the email or telephone number */
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  mobile: string | null;
  customer_id: string | null;
  lead_id: string | null;
  is_primary: boolean;
  job_title: string | null;
  department: string | null;
  contact_role_id: string | null;
  reports_to_id: string | null;
  is_decision_maker: boolean;
  is_influencer: boolean;
  contact_status: "ACTIVE" | "INACTIVE" | "FORMER";
  next_contact_date: string | null;
  last_activity_date: string | null;
  tags: string[];
  custom_fields?: CustomFields9 | undefined;
}

/** A message without a template, with merge fields */
export type Content = {
  /** Mails only, and required for these */
  subject?: string | null | undefined;
  /** The text of a text message; the text part of a mail. A mail without it uses the text of its HTML */
  body?: string | null | undefined;
  /** Mails only */
  body_html?: string | null | undefined;
  /** Mails only: the parts of a mail, in place of body and body_html */
  blocks?: BlocksItem[] | null | undefined;
};

export type Content2 = {
  /** Mails only, and required for these */
  subject?: string | null | undefined;
  /** The text of a text message; the text part of a mail. A mail without it uses the text of its HTML */
  body?: string | null | undefined;
  /** Mails only */
  body_html?: string | null | undefined;
  /** Mails only: the parts of a mail, in place of body and body_html */
  blocks?: BlocksItem10[] | null | undefined;
};

export type Content3 = {
  /** Mails only, and required for these */
  subject?: string | null | undefined;
  /** The text of a text message; the text part of a mail. A mail without it uses the text of its HTML */
  body?: string | null | undefined;
  /** Mails only */
  body_html?: string | null | undefined;
  /** Mails only: the parts of a mail, in place of body and body_html */
  blocks?: BlocksItem[] | null | undefined;
};

export interface ContentItem {
  code: Code2;
  severity: "error" | "warning";
  message: string;
  /** The path in the template, such as blocks[2].url */
  field: string | null;
}

export type ContentType = "text/csv" | "text/plain" | "text/tab-separated-values" | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" | "application/vnd.ms-excel" | "application/octet-stream" | "application/pdf" | "application/json" | "application/zip" | "application/msword" | "application/vnd.ms-powerpoint" | "application/vnd.openxmlformats-officedocument.wordprocessingml.document" | "application/vnd.openxmlformats-officedocument.presentationml.presentation" | "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "video/mp4" | "video/quicktime" | "video/webm" | "audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/wav";

export interface Contract extends ContractRow {
  description: string | null;
  payment_terms: string | null;
  auto_renew_agreed: boolean;
  renewal_uplift_percent: string | null;
  renewal_value: string | null;
  renewal_terms: string | null;
  governing_law: string | null;
  jurisdiction: string | null;
  terms_and_conditions: string | null;
  special_terms: string | null;
  notes: string | null;
  /** Start of start_date in the tenant's time zone at the time of writing */
  starts_at: string;
  /** End of end_date in the tenant's time zone at the time of writing */
  ends_at: string;
  /** The order that the contract became */
  order_id: string | null;
  /** Shared by the opportunity, quote, deal, contract and orders of one sale */
  sale_id: string | null;
  template_revision: number | null;
  /** The latest signature request for the present version of the contract */
  signature_request_id: string | null;
  deliverables: ContractDeliverable[];
  approval: {
    rule: Rule2;
    submitted_by: string;
    submitted_at: string;
    steps: Steps4;
  };
  customer_signed_by: string | null;
  customer_signed_date: string | null;
  /** The signed file, attached to the contract */
  customer_signed_file_id: string | null;
  company_signed_by: string | null;
  company_signed_date: string | null;
  /** The signed file, attached to the contract */
  company_signed_file_id: string | null;
  activated_at: string | null;
  expired_at: string | null;
  terminated_at: string | null;
  /** A notice of termination that was not withdrawn; the contract stays in force until effective_date */
  termination: {
    reason: string;
    /** First day on which the contract is no longer in force */
    effective_date: string;
    /** Start of effective_date in the tenant's time zone */
    effective_at: string;
    notice_days: number | null;
    given_by: string;
    given_at: string;
  };
  /** When the next renewal step is due, provided the contract is in force */
  notice_at: string | null;
  renewal: {
    /** Last day of the term for which the customer was notified of the renewal */
    told_for: string | null;
    told_on: string | null;
    /** Last day of the term for which the renewal was decided */
    settled_for: string | null;
    /** RENEW: another term follows; PROPOSE: a user must renew the contract */
    outcome: "RENEW" | "PROPOSE" | null;
    renewal_id: string | null;
    opportunity_id: string | null;
    /** null: the next term is derived from the present one */
    wish: {
      duration_months: number | null;
      end_date: string | null;
      contract_value: string | null;
      monthly_fee: string | null;
    };
  };
  /** Figures before the first change; null: no change yet */
  first_agreed: {
    contract_value: string;
    monthly_fee: string | null;
    billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME";
    payment_terms: string | null;
    term_start_date: string;
    end_date: string;
  };
  /** Changes that have taken effect, in the order in which they apply */
  changes: {
    kind: "VALUE" | "SCOPE" | "TERM" | "PRICING" | "RENEWAL";
    /** Amendment: its number within the contract. Renewal: the number of its term */
    number: number;
    effective_date: string;
    /** Instalments from this day on follow the change: effective_date or, if later, the day of the agreement */
    billed_from: string;
    applied_at: string;
    /** null for a renewal */
    amendment_id: string | null;
    set: {
      contract_value?: string | undefined;
      monthly_fee?: string | null | undefined;
      billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | undefined;
      payment_terms?: string | null | undefined;
      term_start_date?: string | undefined;
      end_date?: string | undefined;
    };
    /** Keys of the terms whose text has changed since */
    clauses: string[];
    /** true: the amendment changed deliverables, and lists them */
    is_scope: boolean;
  }[];
  /** Agreed amendments that take effect on a later day */
  amendments_ahead: {
    amendment_id: string;
    number: number;
    effective_date: string;
    effective_at: string;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields14;
}

export interface ContractAmendment extends ContractAmendmentRow {
  reason: string;
  justification: string | null;
  impacted_clauses: string[];
  contract_value: string | null;
  value_delta: string | null;
  end_date: string | null;
  monthly_fee: string | null;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null;
  payment_terms: string | null;
  notes: string | null;
  deliverables: {
    added: AddedItem[];
    changed: {
      id: string;
      set: {
        name?: string | undefined;
        description?: string | null | undefined;
        due_date?: string | null | undefined;
        product_id?: string | null | undefined;
        quantity?: string | undefined;
        amount?: string | null | undefined;
      };
      before: AddedItem;
    }[];
    removed: {
      id: string;
      before: AddedItem;
    }[];
  };
  clauses: {
    key: string;
    heading: string | null;
    text: string | null;
    original: {
      number: string;
      heading: string | null;
      text: string | null;
    };
  }[];
  /** Currency of the contract */
  currency: string;
  /** Figures that it sets, with the values before it at the time of drafting */
  figures: {
    field: "contract_value" | "monthly_fee" | "billing_frequency" | "payment_terms" | "end_date";
    before: string | null;
    after: string;
  }[];
  /** When it was drafted from the contract's figures */
  drawn_at: string;
  /** Beginning of effective_date in the tenant's time zone at the time of drafting */
  effective_at: string;
  /** The latest internal legal review and approval */
  approval: {
    rule: Rule2;
    submitted_by: string;
    submitted_at: string;
    steps: Steps4;
  };
  /** Last day for the customer's answer by the link that was sent; null if none was sent */
  answer_by: string | null;
  customer_answer: {
    decision: "APPROVED" | "REJECTED";
    /** The person who answered for the customer; null if declined on the page, which then asks for no name */
    name: string | null;
    date: string;
    /** Proof of the answer, attached to the amendment */
    attachment_id: string | null;
    comment: string | null;
    /** RECORDED: entered by staff; PAGE: given on the page of a private link; SIGNATURE: declined instead of signed */
    via: "RECORDED" | "PAGE" | "SIGNATURE";
    recorded_by: string;
    recorded_at: string;
  };
  customer_signed_by: string | null;
  customer_signed_date: string | null;
  /** The signed file, attached to the amendment */
  customer_signed_file_id: string | null;
  company_signed_by: string | null;
  company_signed_date: string | null;
  /** The signed file, attached to the amendment */
  company_signed_file_id: string | null;
  /** The latest request for signatures of its current text */
  signature_request_id: string | null;
  submitted_at: string | null;
  /** Why it was rejected, withdrawn or made void */
  ended_because: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ContractAmendmentInput {
  amendment_type?: "VALUE" | "SCOPE" | "TERM" | "PRICING" | undefined;
  title?: string | undefined;
  reason?: string | undefined;
  justification?: string | null | undefined;
  /** First day on which it is in effect, not before the contract's first day */
  effective_date?: string | undefined;
  monthly_fee?: string | null | undefined;
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null | undefined;
  payment_terms?: string | null | undefined;
  deliverables?: Deliverables | undefined;
}

export interface ContractAmendmentRow extends BaseRecord {
  contract_id: string;
  /** Number among the amendments of the contract, from 1 */
  number: number;
  amendment_number: string;
  amendment_type: "VALUE" | "SCOPE" | "TERM" | "PRICING";
  title: string;
  status: Status29;
  status_changed_at: string;
  /** First day on which it is in effect, not before the contract's first day */
  effective_date: string;
  /** Owner of the contract */
  owner_id: string | null;
  requires_legal_review: boolean;
  requires_customer_approval: boolean;
  requires_signature: boolean;
  customer_signed: boolean;
  company_signed: boolean;
  /** When all required parties had agreed */
  signed_at: string | null;
  took_effect_at: string | null;
}

export interface ContractClause extends ContractClauseRow {
  when: When;
  texts: Texts2;
  revised_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ContractClauseRevision extends BaseRecord {
  name: string;
  category: string | null;
  is_mandatory: boolean;
  when: When;
  texts: Texts2;
  /** Increases with each change of the content; contracts refer to it */
  revision: number;
  contract_clause_id: string;
}

export interface ContractClauseRow extends BaseRecord {
  name: string;
  key: string;
  category: string | null;
  is_active: boolean;
  is_mandatory: boolean;
  /** Increases with each change of the content; contracts refer to it */
  revision: number;
}

export interface ContractDay extends BaseRecord {
  contract_number: string;
  title: string;
  customer_id: string;
  contact_id: string | null;
  opportunity_id: string | null;
  /** Quote from which the contract was created */
  quote_id: string | null;
  contract_type_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  status: Status13;
  status_changed_at: string;
  contract_value: string;
  currency: string;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME";
  monthly_fee: string | null;
  start_date: string;
  end_date: string;
  duration_months: number | null;
  auto_renew: boolean;
  renewal_notice_days: number;
  /** 1 for the first term */
  term_number: number;
  /** First day of the present term */
  term_start_date: string;
  /** Day of notice of the present term */
  notice_date: string;
  requires_signature: boolean;
  customer_signed: boolean;
  company_signed: boolean;
  has_amendments: boolean;
  amendment_count: number;
  template_id: string | null;
  last_activity_date: string | null;
  tags: string[];
  project_id: string | null;
  day: string;
  /** NOTICE: the day of notice; END: the last day */
  event: "NOTICE" | "END";
}

export interface ContractDeliverable {
  name: string;
  description: string | null;
  due_date: string | null;
  product_id: string | null;
  quantity: string;
  amount: string | null;
  id: string;
  status: "PENDING" | "IN_PROGRESS" | "DELIVERED" | "ACCEPTED";
  delivered_at: string | null;
  accepted_at: string | null;
  created_at: string;
  /** Start of due_date in the tenant's time zone at the time of writing */
  due_at: string | null;
  /** When the owner was notified that the deliverable is due */
  told_at: string | null;
}

export interface ContractGroup {
  status: Status13;
  currency: string;
  count: number;
  value: string;
}

export interface ContractInput {
  description?: string | null | undefined;
  /** Id or code of one of the tenant's contract types */
  contract_type_id?: string | null | undefined;
  monthly_fee?: string | null | undefined;
  payment_terms?: string | null | undefined;
  renewal_terms?: string | null | undefined;
  governing_law?: string | null | undefined;
  jurisdiction?: string | null | undefined;
  terms_and_conditions?: string | null | undefined;
  special_terms?: string | null | undefined;
}

export interface ContractPlan {
  contract_id: string;
  /** Sum of the instalments */
  contract_value: string;
  currency: string;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME";
  instalments: {
    number: number;
    due_date: string;
    period_start: string;
    period_end: string;
    /** Below 0: a credit, because the value fell below the amount already due */
    amount: string;
  }[];
}

export interface ContractRenewal extends BaseRecord {
  contract_id: string;
  contract_number: string;
  customer_id: string;
  currency: string;
  term_number: number;
  start_date: string;
  /** Last day, inclusive */
  end_date: string;
  /** Value of the term that ends */
  contract_value: string;
  monthly_fee: string | null;
  /** PROPOSED: a user must renew it; PLANNED: another term follows; BEGUN: that term has begun; VOID: the contract ended, or its last day moved */
  status: "PROPOSED" | "PLANNED" | "BEGUN" | "VOID";
  /** true: not renewed by hand */
  is_automatic: boolean;
  /** Why the contract does not renew automatically although auto_renew is set */
  reason: string | null;
  settled_on: string;
  /** When the customer was notified */
  told_on: string | null;
  /** The next term: as planned or, once it has begun, as it began */
  next: {
    term_number: number;
    start_date: string;
    /** Last day, inclusive */
    end_date: string;
    /** Value of this term */
    contract_value: string;
    monthly_fee: string | null;
  };
  /** The opportunity that proposes the renewal */
  opportunity_id: string | null;
}

export interface ContractRow extends BaseRecord {
  contract_number: string;
  title: string;
  customer_id: string;
  contact_id: string | null;
  opportunity_id: string | null;
  /** Quote from which the contract was created */
  quote_id: string | null;
  contract_type_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  status: Status13;
  status_changed_at: string;
  contract_value: string;
  currency: string;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME";
  monthly_fee: string | null;
  start_date: string;
  end_date: string;
  duration_months: number | null;
  auto_renew: boolean;
  renewal_notice_days: number;
  /** 1 for the first term */
  term_number: number;
  /** First day of the present term */
  term_start_date: string;
  /** Day of notice of the present term */
  notice_date: string;
  requires_signature: boolean;
  customer_signed: boolean;
  company_signed: boolean;
  has_amendments: boolean;
  amendment_count: number;
  template_id: string | null;
  last_activity_date: string | null;
  tags: string[];
  project_id: string | null;
  custom_fields?: CustomFields14 | undefined;
}

export interface ContractStats {
  /** Grouped by status and currency; amounts in different currencies are never added up */
  rows: ContractGroup[];
  /** Changes up to this time are counted */
  as_of: string | null;
}

export interface ContractTemplate extends ContractTemplateRow {
  description: string | null;
  payment_terms: string | null;
  renewal_notice_days: number;
  auto_renew: boolean;
  renewal_terms: string | null;
  governing_law: string | null;
  jurisdiction: string | null;
  requires_signature: boolean;
  clauses: Clauses;
  revised_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ContractTemplateInput {
  name?: string | undefined;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's contract types */
  contract_type_id?: string | null | undefined;
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null | undefined;
  payment_terms?: string | null | undefined;
  renewal_terms?: string | null | undefined;
  governing_law?: string | null | undefined;
  jurisdiction?: string | null | undefined;
  duration_months?: number | null | undefined;
}

export interface ContractTemplateRevision extends BaseRecord {
  name: string;
  description: string | null;
  contract_type_id: string | null;
  languages: Languages;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null;
  payment_terms: string | null;
  renewal_notice_days: number;
  auto_renew: boolean;
  renewal_terms: string | null;
  governing_law: string | null;
  jurisdiction: string | null;
  requires_signature: boolean;
  duration_months: number | null;
  clauses: Clauses;
  /** Increases with each change of the content; contracts refer to it */
  revision: number;
  contract_template_id: string;
}

export interface ContractTemplateRow extends BaseRecord {
  name: string;
  status: "DRAFT" | "ACTIVE" | "RETIRED";
  contract_type_id: string | null;
  languages: Languages;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null;
  duration_months: number | null;
  /** Increases with each change of the content; contracts refer to it */
  revision: number;
}

export interface ContractTerm {
  key: string;
  /** Printed before the clause: `1.`, `1.1`, `(a)` */
  number: string;
  heading: string | null;
  text: string;
  level: number;
  clause_id: string | null;
  /** Revision of the clause; null for the template's own text */
  clause_version: number | null;
  page_break: boolean;
  is_mandatory: boolean;
}

export interface ContractText {
  contract_id: string;
  terms: {
    /** Identifies the term; the same in every version of the wording */
    key: string;
    /** Default: 1 */
    level?: number | undefined;
    /** Printed before the heading, such as `3.2` */
    number: string;
    heading: string | null;
    text: string;
    /** Clause from which the term was generated */
    clause_id?: string | null | undefined;
    clause_version?: number | null | undefined;
    /** Starts on a new page */
    page_break?: boolean | undefined;
    [key: string]: unknown;
  }[];
  template_id: string | null;
  template_revision: number | null;
  /** true: the contract was submitted; a new wording is rejected or makes it a DRAFT again */
  is_frozen: boolean;
  /** true: a user edited the text; changes of the contract do not regenerate it */
  is_by_hand: boolean;
  /** DRAFT only: merge fields whose value in the text is outdated */
  outdated: {
    field: string;
    was: string | number | boolean | null;
    is: string | number | boolean | null;
  }[];
  written_at: string | null;
}

export interface Conversation extends ConversationRow {
  /** Text messages only: the number that sent or received the last one */
  number_id: string | null;
  /** Mails only */
  mail_account_id: string | null;
  read_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ConversationRow extends BaseRecord {
  /** Id of this record, as its messages refer to it */
  conversation_id: string;
  channel: "sms" | "email";
  /** Text messages only: the sender; null for mails */
  sender_id: string | null;
  /** Address of the correspondent: an E.164 number or an email address */
  address: string;
  person_id: string;
  customer_id_crm: string | null;
  /** User who answers */
  assigned_staff_id: string | null;
  last_message_at: string;
  last_direction: "in" | "out";
  /** Beginning of the last message */
  last_text: string;
  /** Messages received since a user last read the conversation */
  unread_count: number;
  /** When a user closed it; null: it is open. The next message opens it again */
  closed_at: string | null;
}

export interface Conversion extends BaseRecord {
  lead_id: string;
  personal_key_id: string;
  customer_id: string;
  contact_id: string;
  opportunity_id: string;
  follow_up_activity_id: string;
  customer_is_new: boolean;
  contact_is_new: boolean;
  opportunity_is_new: boolean;
  /** Score at the time of the conversion */
  lead_score: number;
  /** Minimum score that was required */
  min_score: number;
  rule: Rule3;
  passed_over: PassedOver;
  override_reason: string | null;
  /** MOVING while activities, interactions and contacts of the lead are being moved */
  status: "MOVING" | "MOVED";
  turn: number;
  attention_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ConversionPreview {
  customer: {
    /** null: a new record */
    id: string | null;
    name: string;
  };
  contact: {
    /** null: a new record */
    id: string | null;
    name: string;
  };
  opportunity: {
    /** The open opportunity of the lead; null: a new one */
    id: string | null;
    name: string;
    amount: string | null;
    currency: string;
    close_date: string | null;
    stage_id: string | null;
  };
  follow_up: {
    /** Code of the type of the activity */
    activity_type: string;
    subject: string;
    due_date: string;
    assigned_to_id: string | null;
  };
  /** Missing values and records that the conversion requires */
  gaps: {
    field: string;
    message: string;
    /** Whether a reason of those in override_users makes up for it */
    can_waive: boolean;
  }[];
  lead_score: number;
  min_score: number;
  /** Whether the lead needs no minimum score once it is set to qualified */
  qualified_passes: boolean;
  /** Whether the caller may waive gaps with a reason */
  can_override: boolean;
  /** Other users who may waive gaps, at most five; directors come first */
  override_users: {
    id: string;
    name: string;
  }[];
}

export interface ConversionRateAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** Leads of the months of the period, and how many are converted by now; null with `owner`, `team` or `territory` */
  leads: {
    leads: number;
    /** Number of these leads that were converted, regardless of the conversion date */
    converted: number;
    /** Percentage of converted leads, with two decimals; 0 without leads */
    conversion_rate: number;
    /** From creation to conversion, with one decimal; null without conversions */
    average_days_to_convert: number | null;
    opens: Opens;
  };
  by_stage: ConversionRates;
}

/** Share of the opportunities created within 12 months that are won, by their current stage */
export type ConversionRates = {
  stage_id: string;
  label: string | null;
  created: number;
  won: number;
  /** Two decimals */
  rate: number;
  opens: Opens;
}[];

export interface ConvertDealBody {
  to: "order";
}

export interface ConvertLeadBody {
  /** Why the lead is converted although its score is too low or budget, authority, need or timeline is missing. For administrators and directors only */
  override_reason?: string | null | undefined;
  /** If empty, the customer of the person, or the one with the same company name, or a new one */
  customer_id?: string | null | undefined;
  /** A contact of that customer. If empty, that of the person, or a new one */
  contact_id?: string | null | undefined;
  /** An open opportunity of that customer. If empty, a new one */
  opportunity_id?: string | null | undefined;
  /** Fields of a new opportunity */
  opportunity?: {
    /** Defaults to the company, or else the full name */
    name?: string | null | undefined;
    /** Defaults to the lead's budget, or 0 */
    amount?: string | null | undefined;
    /** Defaults to 90 days from today */
    close_date?: string | null | undefined;
    /** If empty, the first open stage */
    stage_id?: string | null | undefined;
  } | undefined;
}

export interface ConvertPotentialBody {
  to: "order" | "opportunity";
  /** The order that it became, by its id or number here or in another system. If empty, an order is made */
  order_reference?: string | undefined;
  opportunity?: {
    /** Defaults to the customer of the contact, or the one that the person is or is a contact of */
    customer_id?: string | null | undefined;
    /** A contact of that customer; defaults to the person's contact there */
    contact_id?: string | null | undefined;
    /** Defaults to the products that the person is interested in, or else the person's name */
    name?: string | null | undefined;
    /** Defaults to the estimated value */
    amount?: string | null | undefined;
    /** Defaults to the expected closing date */
    close_date?: string | null | undefined;
    /** If empty, the first open stage */
    stage_id?: string | null | undefined;
  } | undefined;
  /** The order to be made */
  order?: {
    /** Defaults to the customer of the contact, or the one that the person is or is a contact of */
    customer_id?: string | null | undefined;
    /** A contact of that customer; defaults to the person's contact there */
    contact_id?: string | null | undefined;
    /** If empty, one line with the estimated value */
    line_items?: AddOrderLineBody[] | undefined;
  } | undefined;
}

export interface ConvertQuoteBody {
  to: "deal" | "contract" | "order";
  /** Reference of a contract or order that is kept in another system */
  reference?: string | null | undefined;
}

/** Countries of the addresses, by ISO 3166-1 code, without duplicates */
export type Countries = string[];

export type CountsItem = "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "knowledge_article" | "lead" | "opportunity" | "order" | "potential" | "project" | "proposal" | "quote" | "ticket";

export interface CreateActivityBody extends ActivityInput {
  /** Blocked until the activity that comes first is completed */
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
  /** If empty, you */
  assigned_to_id?: string | undefined;
  /** In the time zone of the activity */
  due_time?: string | null | undefined;
  /** Time zone of the due date and time. If empty, that of the organization */
  timezone?: string | null | undefined;
  /** When the app reminds the assignee; short for one of the reminders */
  reminder_datetime?: string | null | undefined;
  reminders?: Reminders | undefined;
  participants?: Participants | undefined;
  /** Whether participants who are contacts or persons are invited by mail; default: false */
  send_invitations?: boolean | undefined;
  /** Text of the invitation; the description is not sent */
  invitation_text?: string | null | undefined;
  /** An activity that must be completed first */
  blocked_by?: string | null | undefined;
  /** A milestone of the project that the activity is about */
  milestone_id?: string | null | undefined;
  /** Visible only to the assignee, the creator, the participants and administrators; default: false */
  is_private?: boolean | undefined;
  /** Kind of the related record. Optional, because the record determines it */
  related_to_type?: "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket" | null | undefined;
  /** The record that it is about */
  related_to_id?: string | null | undefined;
  /** The next activity about the same record, created together with this one */
  follow_up?: {
    subject: string;
    description?: string | null | undefined;
    /** Id or code of one of the tenant's activity types */
    activity_type_id: string;
    /** Blocked until the activity that comes first is completed */
    status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
    /** Id or code of one of the tenant's priorities */
    priority_id?: string | null | undefined;
    /** If empty, you */
    assigned_to_id?: string | undefined;
    due_date?: string | null | undefined;
    /** In the time zone of the activity */
    due_time?: string | null | undefined;
    /** Time zone of the due date and time. If empty, that of the organization */
    timezone?: string | null | undefined;
    start_datetime?: string | null | undefined;
    end_datetime?: string | null | undefined;
    duration_minutes?: number | null | undefined;
    /** Id or code of one of the tenant's call outcomes */
    call_outcome_id?: string | null | undefined;
    call_direction?: "INBOUND" | "OUTBOUND" | null | undefined;
    call_recording_url?: string | null | undefined;
    meeting_location?: string | null | undefined;
    /** Id or code of one of the tenant's meeting types */
    meeting_type_id?: string | null | undefined;
    email_subject?: string | null | undefined;
    email_opened?: boolean | null | undefined;
    email_clicked?: boolean | null | undefined;
    outcome?: string | null | undefined;
    /** When the app reminds the assignee; short for one of the reminders */
    reminder_datetime?: string | null | undefined;
    reminders?: Reminders | undefined;
    participants?: Participants | undefined;
    /** Whether participants who are contacts or persons are invited by mail; default: false */
    send_invitations?: boolean | undefined;
    /** Text of the invitation; the description is not sent */
    invitation_text?: string | null | undefined;
    /** An activity that must be completed first */
    blocked_by?: string | null | undefined;
    /** A milestone of the project that the activity is about */
    milestone_id?: string | null | undefined;
    /** Visible only to the assignee, the creator, the participants and administrators; default: false */
    is_private?: boolean | undefined;
  } | undefined;
  subject: string;
  /** Id or code of one of the tenant's activity types */
  activity_type_id: string;
}

export interface CreateAfterSalesCaseBody {
  /** The reason of items that name none of their own */
  reason_id?: string | null | undefined;
  /** The contact who gets the mails. If empty, that of the order */
  contact_id?: string | null | undefined;
  /** The parcel that the customer sends back */
  tracking_number?: string | null | undefined;
  /** When the customer asked. If empty, today */
  inquiry_date?: string | null | undefined;
  details?: string | null | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  case_type: "RETURN" | "EXCHANGE" | "REPAIR" | "REFUND" | "COMPLAINT";
  /** The ticket that the case came of, of the same customer */
  ticket_id?: string | null | undefined;
  items?: Items2 | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  order_id: string;
}

export interface CreateApiKeyBody {
  name: string;
  role: Role;
  expires_at?: string | null | undefined;
}

export interface CreateAttachmentBody {
  /** Kind of the related record. Optional, because the record determines it */
  related_to_type?: "activity" | "after_sales_case" | "campaign" | "contact" | "contract" | "contract_amendment" | "customer" | "deal" | "interaction" | "lead" | "note" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket" | undefined;
  /** The record that it belongs to. Cannot be changed */
  related_to_id: string;
  /** Id of an uploaded file that no record uses yet */
  upload_id: string;
  /** If empty, the name of the uploaded file */
  file_name?: string | undefined;
  /** Limits the file extension and size */
  document_type_id?: string | null | undefined;
  /** Id or code of one of the tenant's attachment categories */
  category_id?: string | null | undefined;
  description?: string | null | undefined;
}

export interface CreateBookingLinkBody {
  /** Name of the meeting, as visitors see it */
  name: string;
  description?: string | null | undefined;
  /** false: the public page responds as if the link did not exist; default: true */
  is_active?: boolean | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id: string;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  /** Place of the meeting or address of the call; shown after the booking */
  location?: string | null | undefined;
  durations_minutes?: DurationsMinutes | undefined;
  /** Time kept free before the meeting; default: 0 */
  buffer_before_minutes?: number | undefined;
  /** Time kept free after the meeting; default: 0 */
  buffer_after_minutes?: number | undefined;
  /** default: 4 */
  minimum_notice_hours?: number | undefined;
  /** How many days ahead visitors can book, not counting today; default: 30 */
  horizon_days?: number | undefined;
  /** Maximum number of bookings of this link per day in the owner's time zone */
  max_per_day?: number | null | undefined;
  /** Bookable hours within the owner's working hours, in the owner's time zone; null: all working hours, by default Monday to Friday from 09:00 to 17:00 */
  hours?: WorkingHoursItem[] | null | undefined;
  host_ids?: HostIds | undefined;
  questions?: Questions | undefined;
  /** Default: the caller. Only an administrator can name another user */
  owner_id?: string | undefined;
}

export interface CreateBulkChangeBody {
  /** Kind of the records, as in `GET /schema` */
  kind: "activity" | "booking_link" | "campaign_member" | "campaign" | "campaign_template" | "contact" | "contract" | "contract_clause" | "contract_template" | "customer" | "deal" | "email_send" | "exchange_rate" | "form" | "interaction" | "knowledge_article" | "lead" | "message_template" | "note" | "comment" | "opportunity" | "order" | "person" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "sla_policy" | "support_calendar" | "ticket" | "team";
  ids?: Ids2 | undefined;
  query?: Query2 | undefined;
  action: "update" | "delete" | "restore";
  /** For update: the input of PATCH */
  changes?: { [key: string]: unknown } | undefined;
  add_tags?: AddTags | undefined;
  remove_tags?: AddTags | undefined;
  /** For update: changes only records that still have one of remove_tags when they are processed; default: false */
  only_tagged?: boolean | undefined;
  /** Finds all records, tries the first 100, and changes nothing; default: false */
  dry_run?: boolean | undefined;
}

export interface CreateCampaignAbTestBody {
  name: string;
  /** The part of the mail in which the variants differ */
  tests: "subject" | "content" | "sender" | "time";
  /** Persons who get a variant. The others get the winner; default: 20 */
  sample_percent?: number | undefined;
  /** Persons who did it ÷ delivered mails. response_rate and conversion_rate need members of the campaign */
  success_metric?: "click_rate" | "response_rate" | "conversion_rate" | "open_rate" | undefined;
  /** Delivered mails that each variant needs; with fewer, the test is INCONCLUSIVE; default: 100 */
  minimum_sample_size?: number | undefined;
  /** In percent; default: 95 */
  confidence_level?: number | undefined;
  /** Hours after the last mail of the sample left; default: 4 */
  decide_after_hours?: number | undefined;
  /** The others get this if no variant wins: the one with the highest rate, or nothing until a person chooses */
  without_winner?: "send_better" | "wait" | undefined;
  /** Recipients are the customers of this segment. Default: the members of the campaign */
  segment_id?: string | null | undefined;
  /** Recipients are the contacts of this list */
  contact_list_id?: string | null | undefined;
  /** Only members of these statuses */
  member_status?: ("ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED")[] | null | undefined;
  /** Persons of these segments get no mail; default: [] */
  exclude_segment_ids?: string[] | undefined;
  /** Replaces the subject of the template. Not for tests of the subject or content */
  subject?: string | null | undefined;
  /** The mail: a template, or `content`. Not for tests of the content */
  template_id?: string | null | undefined;
  content?: Content3 | undefined;
  /** Default: the tenant's default account. Not for tests of the sender */
  sender_id?: string | null | undefined;
  /** Default: that of the campaign */
  subscription_type?: string | null | undefined;
  /** Mails in an hour */
  throttle_per_hour?: number | null | undefined;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks?: boolean | null | undefined;
  variants: Variants;
}

export interface CreateCampaignActivityBody {
  name: string;
  activity_type: ActivityType;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel_id?: string | null | undefined;
  /** When it is planned */
  scheduled_date?: string | null | undefined;
  /** When it took place */
  execution_date?: string | null | undefined;
  status?: "PLANNED" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED" | undefined;
  /** In the currency of the campaign */
  budget?: string | null | undefined;
  /** In a form of your own, such as segments and their sizes */
  target_audience?: { [key: string]: unknown } | null | undefined;
  /** The user who carries it out */
  owner_id?: string | null | undefined;
}

export interface CreateCampaignAssetBody {
  name: string;
  asset_type: "IMAGE" | "VIDEO" | "DOCUMENT" | "AUDIO" | "TEMPLATE";
  /** Address of a file that is stored elsewhere; the system does not read it */
  file_url?: string | null | undefined;
  /** An uploaded image has those of its file */
  dimensions?: string | null | undefined;
  tags?: Tags | undefined;
  /** Id of an uploaded file that no record uses yet */
  upload_id?: string | null | undefined;
}

export interface CreateCampaignBody extends CampaignInput {
  /** Required if no template is chosen */
  name?: string | undefined;
  /** Required if the template has none */
  type?: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING" | undefined;
  /** In a form of your own, such as a list of figures with their targets */
  success_criteria?: { [key: string]: unknown } | null | undefined;
  /** Not before the start date */
  end_date?: string | null | undefined;
  /** Whether a planned campaign starts on its start date, and a running one ends afterwards; default: false */
  follows_dates?: boolean | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** For each budget cycle */
  budget?: string | null | undefined;
  /** ONE_TIME by default */
  budget_cycle?: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | undefined;
  budget_allocations?: BudgetAllocations | undefined;
  /** Costs besides those of the daily metrics */
  other_cost?: string | null | undefined;
  /** Percent */
  expected_response_rate?: number | null | undefined;
  /** In a form of your own, such as age groups */
  target_demographics?: { [key: string]: unknown } | null | undefined;
  target_locations?: TargetLocations | undefined;
  target_interests?: TargetLocations | undefined;
  channel_ids?: string[] | undefined;
  /** The subject of its mails and text messages, unless a send names another one. Persons who refuse this type get none; default: "general" */
  subscription_type?: string | undefined;
  /** Whether tracked links in mails of the campaign get utm_source, utm_medium and utm_campaign; default: true */
  adds_utm?: boolean | undefined;
  /** The campaign above this one; at most five levels */
  parent_campaign_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** A template: fields that are left out get its values, and its activities are planned */
  campaign_template_id?: string | null | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** DRAFT by default; PLANNING and IN_PROGRESS are allowed too */
  status?: "DRAFT" | "PLANNING" | "IN_PROGRESS" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | undefined;
  custom_fields?: CustomFields27 | undefined;
  start_date: string;
}

export interface CreateCampaignMemberBody {
  /** Name a lead, a contact or a person */
  lead_id?: string | undefined;
  contact_id?: string | undefined;
  person_id?: string | undefined;
  notes?: string | null | undefined;
  campaign_id: string;
}

export interface CreateCampaignMetricBody {
  /** Id or code of one of the tenant's marketing channels */
  channel_id: string;
  metric_date: string;
  impressions?: number | null | undefined;
  clicks?: number | null | undefined;
  conversions?: number | null | undefined;
  /** If empty, clicks × the default price of a click of the channel, or else impressions ÷ 1000 × its default CPM */
  cost?: string | null | undefined;
  /** As reported by the platform */
  revenue?: string | null | undefined;
  /** `api` for an API key, otherwise `manual`. Each source has a row of its own */
  source?: "manual" | "file" | "api" | undefined;
}

export interface CreateCampaignMetricsBody {
  rows: CreateCampaignMetricBody[];
}

export interface CreateCampaignTemplateBody extends CampaignTemplateInput {
  /** For each budget cycle, in the currency of the campaign */
  budget?: string | null | undefined;
  target_locations?: TargetLocations2 | undefined;
  target_interests?: TargetLocations2 | undefined;
  /** default: [] */
  channel_ids?: string[] | undefined;
  /** Days from the first day of a campaign to its last */
  duration_days?: number | null | undefined;
  /** Planned with each campaign */
  activities?: ActivitiesItem[] | undefined;
  name: string;
}

export interface CreateCommentBody {
  /** Kind of the related record. Optional, because the record determines it */
  related_to_type?: "activity" | "after_sales_case" | "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "invoice" | "lead" | "opportunity" | "order" | "payment" | "pre_order" | "person" | "potential" | "product" | "project" | "proposal" | "quote" | "ticket" | undefined;
  /** The record that it belongs to. Cannot be changed */
  related_to_id: string;
  /** A comment on the same record. An answer to an answer belongs to the first comment */
  reply_to_id?: string | null | undefined;
  /** Plain text with mentions of users and teams by their ids */
  content: string;
}

export interface CreateContactBody extends ContactInput {
  /** Needed if the contact belongs to no lead */
  customer_id?: string | null | undefined;
  /** Each customer or lead has one primary contact. The new one replaces the previous one; default: false */
  is_primary?: boolean | undefined;
  /** The main role */
  contact_role_id?: string | null | undefined;
  other_role_ids?: OtherRoleIds | undefined;
  /** Another contact of the same customer or lead */
  reports_to_id?: string | null | undefined;
  /** default: false */
  is_decision_maker?: boolean | undefined;
  /** default: false */
  is_influencer?: boolean | undefined;
  contact_status?: "ACTIVE" | "INACTIVE" | "FORMER" | undefined;
  /** Whether the person refuses emails. A refusal stays until a change sets it to `false`; empty changes nothing */
  email_opt_out?: boolean | null | undefined;
  /** Whether the person refuses phone calls. A refusal stays until a change sets it to `false`; empty changes nothing */
  phone_opt_out?: boolean | null | undefined;
  tags?: Tags | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** The `birth_date` of the person, under the same rules. Omitted, it stays, and only null clears it */
  birthdate?: string | null | undefined;
  custom_fields?: CustomFields10 | undefined;
  /** The person, if known. Empty names, addresses and numbers are taken from this person */
  personal_key_id?: string | undefined;
  /** Key of the person in another system */
  external_key?: string | undefined;
}

export interface CreateContractAmendmentBody extends ContractAmendmentInput {
  /** Keys of the contract's terms; includes those in clauses; default: [] */
  impacted_clauses?: string[] | undefined;
  /** The new value of the contract */
  contract_value?: string | null | undefined;
  /** Alternative to contract_value: the increase, or below 0 the decrease */
  value_delta?: string | null | undefined;
  /** The new last day of the contract */
  end_date?: string | null | undefined;
  /** default: [] */
  clauses?: ClausesItem[] | undefined;
  /** Requests a legal review; from the submission on, also true if the tenant's rule requires one; default: false */
  requires_legal_review?: boolean | undefined;
  /** default: true */
  requires_customer_approval?: boolean | undefined;
  /** Signature of both sides. The customer agrees by an approval, by a signature, or by both; default: true */
  requires_signature?: boolean | undefined;
  /** Not shown to the customer */
  notes?: string | null | undefined;
  amendment_type: "VALUE" | "SCOPE" | "TERM" | "PRICING";
  title: string;
  reason: string;
  /** First day on which it is in effect, not before the contract's first day */
  effective_date: string;
}

export interface CreateContractBody extends ContractInput {
  /** If empty, the name of the quote or the opportunity */
  title?: string | null | undefined;
  /** If empty, the customer of the quote or the opportunity */
  customer_id?: string | undefined;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  /** Value of the whole term. If empty, the amount of the quote or the opportunity, or else the monthly fees */
  contract_value?: string | null | undefined;
  /** If empty, the currency of the quote or the opportunity, or else of the organization */
  currency?: string | null | undefined;
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null | undefined;
  /** First day. If empty, today */
  start_date?: string | null | undefined;
  /** Last day. If empty, it follows from the duration */
  end_date?: string | null | undefined;
  /** Null if the term is not a number of whole months. Default for a new contract: 12 */
  duration_months?: number | null | undefined;
  auto_renew?: boolean | null | undefined;
  renewal_notice_days?: number | null | undefined;
  /** The customer agreed to auto_renew separately and is notified first. Otherwise a contract of an individual does not renew automatically; default: false */
  auto_renew_agreed?: boolean | undefined;
  /** Percentage by which the price rises in each new term */
  renewal_uplift_percent?: string | null | undefined;
  /** Value of each new term, instead of renewal_uplift_percent */
  renewal_value?: string | null | undefined;
  requires_signature?: boolean | null | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  /** The project that the contract belongs to */
  project_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** Supplies the terms and the defaults of other fields */
  template_id?: string | null | undefined;
  /** Language of the terms. Default: the first language of the template */
  language?: string | null | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** An accepted quote; each quote can become only one contract */
  quote_id?: string | null | undefined;
  /** Default: the lines of the quote */
  deliverables?: AddContractDeliverableBody[] | undefined;
  custom_fields?: CustomFields28 | undefined;
}

export interface CreateContractClauseBody {
  name: string;
  /** Name for references from other clauses: {{ref:…}}. Cannot be changed. Default: derived from the name */
  key?: string | null | undefined;
  category?: string | null | undefined;
  /** false: retired; the clause cannot be added to templates; default: true */
  is_active?: boolean | undefined;
  /** true: a contract that includes the clause cannot drop it; default: false */
  is_mandatory?: boolean | undefined;
  /** The clause is included only if all conditions hold */
  when?: WhenItem[] | undefined;
  texts: Texts;
}

export interface CreateContractTemplateBody extends ContractTemplateInput {
  /** Contracts can be created only from ACTIVE templates */
  status?: "DRAFT" | "ACTIVE" | "RETIRED" | undefined;
  /** An active template must have every clause in each of these languages */
  languages?: LanguagesItem[] | undefined;
  /** default: 30 */
  renewal_notice_days?: number | undefined;
  /** default: false */
  auto_renew?: boolean | undefined;
  /** default: true */
  requires_signature?: boolean | undefined;
  clauses?: ClausesItem2[] | undefined;
  name: string;
}

export interface CreateCustomFieldBody {
  entity_type: EntityType;
  field_name: string;
  /** Whether no two records can have the same value. Set only when the field is created; default: false */
  is_unique?: boolean | undefined;
  /** Name shown to users */
  field_label: string;
  field_type: FieldType;
  /** default: false */
  is_required?: boolean | undefined;
  /** For choice, picklist and choices. An omitted option is retired: records keep it, but it can no longer be chosen */
  picklist_values?: PicklistValuesItem[] | null | undefined;
  /** Value of a record that is created without one */
  default_value?: unknown;
  validation?: Validation | undefined;
  /** For numbers; defaults to 2 */
  decimal_places?: number | null | undefined;
  reference_kind?: ReferenceKind2 | undefined;
  /** Order of display; default: 100 */
  sequence?: number | undefined;
  /** Heading under which the field is shown */
  section?: string | null | undefined;
  help_text?: string | null | undefined;
  /** An inactive field is hidden. Its values are kept, and are shown again when it is active; default: true */
  is_active?: boolean | undefined;
  /** default: false */
  is_filterable?: boolean | undefined;
  /** default: false */
  is_sortable?: boolean | undefined;
  visible_to?: VisibleTo | undefined;
  editable_by?: EditableBy | undefined;
}

export interface CreateCustomerBody extends CustomerInput {
  customer_type?: "business" | "individual" | undefined;
  /** Name of the company. If empty for an individual, the name of the person */
  name?: string | undefined;
  /** Code in an industry classification, such as NAICS 541511 */
  industry_code?: string | null | undefined;
  /** Unique among customers, regardless of spaces and punctuation */
  tax_id?: string | null | undefined;
  /** Not later than this year */
  founding_year?: number | null | undefined;
  /** default: false */
  is_public_company?: boolean | undefined;
  /** default: false */
  is_startup?: boolean | undefined;
  /** Role of the customer among those above and below it */
  account_type?: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | null | undefined;
  /** Currency of annual revenue and credit limit. If empty, that of the organization */
  currency?: string | null | undefined;
  status?: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED" | undefined;
  /** Why the customer left. Needed for customers that left, and only for them */
  churn_reason_id?: string | null | undefined;
  /** Only for customers that left */
  churn_notes?: string | null | undefined;
  lifecycle_stage?: LifecycleStage2 | undefined;
  /** Empty or a rank of the rule `customer_rank`: it follows the sales of the customer */
  customer_rank?: string | null | undefined;
  /** default: false */
  vip_status?: boolean | undefined;
  /** If empty, the day on which the customer became active */
  customer_since?: string | null | undefined;
  /** Origin of the customer. If empty, the source of its first lead */
  source?: string | null | undefined;
  tags?: Tags | undefined;
  custom_fields?: CustomFields7 | undefined;
  /** If empty, the owner of new customers that the settings name */
  owner_id?: string | null | undefined;
  /** Only for individuals: the person, if known */
  personal_key_id?: string | undefined;
  /** Only for individuals: key of the person in another system */
  external_key?: string | undefined;
  /** Only for individuals. The person is found or created by email and phone number */
  first_name?: string | undefined;
  last_name?: string | undefined;
  /** Only for individuals: another number of the person */
  mobile?: string | undefined;
}

export interface CreateDashboardBody {
  name: string;
  description?: string | null | undefined;
  /** The period of its figures, unless the reader chooses another one */
  span?: "last_30_days" | "this_month" | "this_quarter" | "this_year" | undefined;
  tiles: Tiles;
  /** Users who can see it besides its owner. Each reader gets the numbers that this reader sees */
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | undefined;
}

export interface CreateDealBody {
  /** If empty, the name of the opportunity */
  name?: string | null | undefined;
  /** If empty, the customer of the opportunity */
  customer_id?: string | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  deal_status?: DealStatus2 | undefined;
  /** Required reason of a cancellation or reopening */
  status_reason?: string | null | undefined;
  /** If empty, the sum of the priced items */
  final_amount?: string | null | undefined;
  /** If empty, the currency of the opportunity, or else of the organization */
  currency?: string | null | undefined;
  start_date?: string | null | undefined;
  /** Not before the start date */
  end_date?: string | null | undefined;
  campaign_manager_id?: string | null | undefined;
  deliverables?: string | null | undefined;
  terms?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** Default: the products of the opportunity */
  items?: AddDealItemBody[] | undefined;
  /** true: allowed even if the opportunity already has a live deal */
  another?: boolean | undefined;
  custom_fields?: CustomFields19 | undefined;
}

export interface CreateEmailSendBody {
  name: string;
  channel?: "email" | "sms" | undefined;
  campaign_id?: string | null | undefined;
  /** Recipients are the active members of `campaign_id`; default: false */
  to_members?: boolean | undefined;
  member_status?: MemberStatus | undefined;
  /** Recipients are the customers of this segment; a business is reached through its contacts. Set exactly one of this, contact_list_id and to_members */
  segment_id?: string | null | undefined;
  /** Recipients are the contacts of this list */
  contact_list_id?: string | null | undefined;
  exclude_segment_ids?: ExcludeSegmentIds | undefined;
  /** Template of the channel; must be active when the send is scheduled. Set either this or content */
  template_id?: string | null | undefined;
  content?: Content | undefined;
  /** Mails only: replaces the subject of the template */
  subject?: string | null | undefined;
  /** Account of the mails, or sender of the text messages. Default: the tenant's default */
  sender_id?: string | null | undefined;
  /** The subject of the messages. Persons who refuse this type get none. Default: that of the campaign, or else `general` */
  subscription_type?: string | null | undefined;
  /** Each person gets the message at this time in their own time zone: that of the country of their address, or else the tenant's */
  local_time?: string | null | undefined;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks?: boolean | null | undefined;
  /** The most messages in an hour: they are spread evenly. With local_time, for each time zone */
  throttle_per_hour?: number | null | undefined;
  /** null: unassigned, and visible to all users. Default: the caller */
  owner_id?: string | null | undefined;
}

export interface CreateExchangeRateBody {
  from: string;
  to: string;
  date: string;
  /** Price of one unit of `from` in `to` */
  rate: string;
}

export interface CreateFormBody {
  name: string;
  kind?: "web_form" | "page_visit" | "email_open" | "email_click" | "download" | undefined;
  /** An inactive form responds as if it did not exist; default: true */
  is_active?: boolean | undefined;
  /** Such as https://shop.example. Leave it empty for all websites; default: [] */
  allowed_origins?: string[] | undefined;
  field_mapping?: FieldMapping | undefined;
  /** default: false */
  makes_lead?: boolean | undefined;
  /** Id or code of one of the tenant's lead sources */
  lead_source_id?: string | null | undefined;
  /** Owner of the leads. Leave it empty for the owner of new leads in the settings */
  owner_id?: string | null | undefined;
  campaign_id?: string | null | undefined;
  /** The visitor ticks a box to agree to this text */
  consent_text?: string | null | undefined;
  /** The visitor consents to messages by this channel */
  consent_channel?: string | null | undefined;
  /** The visitor consents to these messages. Some types need a confirmation by mail; default: "general" */
  subscription_type?: string | undefined;
  /** A field that people cannot see; a submission that fills it in is spam */
  honeypot_field?: string | null | undefined;
  /** A form that is submitted sooner after it was shown is spam; default: 0 */
  minimum_seconds?: number | undefined;
  /** Requests per minute from all addresses together; default: 300 */
  rate_limit_per_minute?: number | undefined;
  /** Requests per minute from one address; default: 30 */
  rate_limit_per_address?: number | undefined;
  /** Leave it empty for the name of the form */
  title?: string | null | undefined;
  /** Text above the questions */
  introduction?: string | null | undefined;
  /** Questions of the page, in this order; without any, the page asks for the fields of field_mapping */
  questions?: QuestionsItem2[] | null | undefined;
  /** Leave it empty for the language of the visitor */
  language?: string | null | undefined;
  /** Leave it empty for “Send” in the language of the page */
  submit_label?: string | null | undefined;
  /** The visitor reads it after sending */
  thank_you_text?: string | null | undefined;
  /** This page opens after sending, in place of the thank-you message */
  redirect_url?: string | null | undefined;
  /** Assignment rules give the leads to users. The owner gets the leads that fit no rule */
  assigns_by_rule?: boolean | null | undefined;
  /** Visitors cannot send the form without consent */
  is_consent_required?: boolean | null | undefined;
  /** The consent counts once the visitor has opened the link in a mail */
  confirms_by_mail?: boolean | null | undefined;
}

export interface CreateFormTokenBody {
  personal_key_id: string;
}

export interface CreateInboundWebhookBody {
  name?: string | null | undefined;
  /** The complete URL that the provider calls, if it differs from `url`. Some providers sign it */
  public_url?: string | null | undefined;
  provider: Provider4;
  /** Never shown again. Twilio's or Plivo's auth token, Telnyx's public key, the HMAC key of DocuSign Connect, Dropbox Sign's API key, the signing secret of Stripe's endpoint, a Standard Webhooks secret, the ARN of the SNS topic for SES events; during a rotation, a list of two */
  secret: string | string[];
}

export interface CreateInteractionBody extends InteractionInput {
  /** The person, here or by external key. Empty if the interaction was with a customer only */
  personal_key_id?: string | undefined;
  external_key?: string | undefined;
  /** Means of communication. Default: the one with the same code as the interaction type */
  communication_type_id?: string | null | undefined;
  /** If empty, now. At most one day ahead. Cannot be changed later */
  interaction_date?: string | undefined;
  /** Source of the sentiment judgement */
  sentiment_source?: "MANUAL" | "MODEL" | "SURVEY" | undefined;
  /** The channel that the person requested */
  channel_preference?: string | null | undefined;
  participants?: Participants4 | undefined;
  /** A lead of the same person */
  lead_id?: string | null | undefined;
  /** Default: the customer of the person, if there is exactly one that the caller can see */
  customer_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** The responsible user. Default: the caller */
  owner_id?: string | null | undefined;
  /** An activity about the interaction, created together with it */
  follow_up?: {
    subject: string;
    description?: string | null | undefined;
    /** Id or code of one of the tenant's activity types */
    activity_type_id: string;
    /** Blocked until the activity that comes first is completed */
    status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
    /** Id or code of one of the tenant's priorities */
    priority_id?: string | null | undefined;
    /** If empty, you */
    assigned_to_id?: string | undefined;
    due_date?: string | null | undefined;
    /** In the time zone of the activity */
    due_time?: string | null | undefined;
    /** Time zone of the due date and time. If empty, that of the organization */
    timezone?: string | null | undefined;
    start_datetime?: string | null | undefined;
    end_datetime?: string | null | undefined;
    duration_minutes?: number | null | undefined;
    /** Id or code of one of the tenant's call outcomes */
    call_outcome_id?: string | null | undefined;
    call_direction?: "INBOUND" | "OUTBOUND" | null | undefined;
    call_recording_url?: string | null | undefined;
    meeting_location?: string | null | undefined;
    /** Id or code of one of the tenant's meeting types */
    meeting_type_id?: string | null | undefined;
    email_subject?: string | null | undefined;
    email_opened?: boolean | null | undefined;
    email_clicked?: boolean | null | undefined;
    outcome?: string | null | undefined;
    /** When the app reminds the assignee; short for one of the reminders */
    reminder_datetime?: string | null | undefined;
    reminders?: Reminders | undefined;
    participants?: Participants | undefined;
    /** Whether participants who are contacts or persons are invited by mail; default: false */
    send_invitations?: boolean | undefined;
    /** Text of the invitation; the description is not sent */
    invitation_text?: string | null | undefined;
    /** An activity that must be completed first */
    blocked_by?: string | null | undefined;
    /** A milestone of the project that the activity is about */
    milestone_id?: string | null | undefined;
    /** Visible only to the assignee, the creator, the participants and administrators; default: false */
    is_private?: boolean | undefined;
  } | undefined;
  /** Id or code of one of the tenant's interaction types */
  interaction_type_id: string;
}

export interface CreateJourneyEntryBody extends JourneyEntryInput {
  /** Stage of the person's journey, in the tenant's own terms */
  stage?: string | null | undefined;
  /** If empty, you */
  recorded_by?: string | null | undefined;
  /** Id of an order that you see, or the number of an order in another system */
  related_order_id?: string | null | undefined;
  /** Defaults to now; cannot be changed */
  occurred_at?: string | undefined;
}

export interface CreateKnowledgeArticleBody {
  title: string;
  /** Shown in lists and search results */
  summary?: string | null | undefined;
  /** Markdown without HTML and pictures; links must be http, https or mailto; default: "" */
  body?: string | undefined;
  /** Id or code of one of the tenant's article categories */
  category_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** true: the published article is public, if the tenant's setting allows public reading; default: false */
  is_public?: boolean | undefined;
  /** Default: the creator */
  author_id?: string | null | undefined;
  /** Default: the tenant's language (`letterhead.language`). Cannot be changed */
  language?: string | undefined;
  /** An article in another language */
  translation_of?: string | undefined;
}

export interface CreateKpiBody {
  name: string;
  description?: string | null | undefined;
  figure: Figure2;
  /** Only the records of this user */
  user_id?: string | null | undefined;
  /** Only the records of users who are in this team today */
  team_id?: string | null | undefined;
  /** Only the records of users whose team has this territory today */
  territory_id?: string | null | undefined;
  /** The KPI is of the current month, quarter or year */
  period_length?: "month" | "quarter" | "year" | undefined;
  /** `FIXED`: `target_value` of each period; `TARGETS`: the targets of the figure, rolled up */
  target_type?: "FIXED" | "TARGETS" | undefined;
  /** For `FIXED`, in the unit of the figure */
  target_value?: string | null | undefined;
  /** For a `target_value` that is money. Default: the tenant's currency */
  currency?: string | null | undefined;
  /** Whether higher or lower values are better */
  direction?: "HIGHER" | "LOWER" | undefined;
  /** Users who can see it besides its owner. Each reader gets the value of records that this reader sees */
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | undefined;
}

export interface CreateLeadBody extends LeadInput {
  /** Annual revenue of the company, if you know more than its range */
  annual_revenue?: string | null | undefined;
  /** The campaign that the lead came from */
  source_campaign_id?: string | null | undefined;
  /** If empty, the status new */
  lead_status_id?: string | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** Name of the decision maker */
  authority?: string | null | undefined;
  /** default: false */
  is_qualified?: boolean | undefined;
  /** Line of products: auto, home, specialty or one of the organization's own. If left out, that of the detail; `null` clears the detail */
  product_line?: string | null | undefined;
  auto_data?: AutoData | undefined;
  home_data?: HomeData | undefined;
  specialty_data?: SpecialtyData | undefined;
  /** The detail of one of the tenant's own lines, by its code: `{pet: {schema_version, …}}`; replaced as a whole */
  product_data?: { [key: string]: unknown } | null | undefined;
  /** Whether the person refuses emails. A refusal stays until a change sets it to `false`; empty changes nothing */
  email_opt_out?: boolean | null | undefined;
  /** Whether the person refuses phone calls. A refusal stays until a change sets it to `false`; empty changes nothing */
  phone_opt_out?: boolean | null | undefined;
  tags?: Tags | undefined;
  /** Further data as JSON; a referral sets `referred_by` here */
  metadata?: { [key: string]: unknown } | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  /** If empty, the default owner of new leads */
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields2 | undefined;
  /** The person, if known. Empty names, addresses and numbers are taken from this person */
  personal_key_id?: string | undefined;
  /** Key of the person in another system */
  external_key?: string | undefined;
}

export interface CreateMailAccountBody {
  name: string;
  /** How mails are sent: through the mail service of this installation (`house`) or your own server (`smtp`). Cannot be changed */
  way: "house" | "smtp";
  /** Sender name of mails, shown with the address */
  from_name?: string | null | undefined;
  /** With your own server the address of the sender, otherwise the address for replies. Replies arrive here if the address belongs to the organization */
  address: string;
  /** Only for your own server: its public name, such as smtp.example.com */
  host?: string | null | undefined;
  /** Only for your own server. Port 465 uses TLS from the start, other ports use STARTTLS */
  port?: 465 | 587 | 2525 | null | undefined;
  /** Only for your own server: the user name */
  user?: string | null | undefined;
  /** Maximum rate that the server accepts; default: 5 */
  mails_per_second?: number | undefined;
  /** Most mails per day in the time zone of the organization. Further mails go out the next day. Empty means no limit */
  daily_limit?: number | null | undefined;
  /** Whether opens and clicks of marketing mails are counted, and of other mails whose author asks for it */
  tracks?: boolean | null | undefined;
  /** While the account is inactive, its mails wait; default: true */
  is_active?: boolean | undefined;
  /** Used for mails that name no account; one account is the default; default: false */
  is_default?: boolean | undefined;
  /** Record that an inbound message creates besides its conversation: none, a ticket or, if the sender is unknown, a lead */
  inbound_makes?: "conversation" | "ticket" | "lead" | undefined;
  /** Team whose queue receives the tickets */
  inbound_team_id?: string | null | undefined;
  /** Owner of the leads or tickets. If empty, the settings decide for leads and the routing rule for tickets */
  inbound_owner_id?: string | null | undefined;
  /** Source of the leads */
  inbound_source_id?: string | null | undefined;
  /** Only for your own server. Stored encrypted and never shown */
  password?: string | undefined;
}

export interface CreateMailImageBody {
  name: string;
  /** Description of the image. Blocks that use the image begin with it */
  alt?: string | null | undefined;
  /** Id of an uploaded file that no record uses yet */
  upload_id: string;
}

export interface CreateMasterBody {
  /** Name shown to users */
  name?: string | undefined;
  sequence?: number | null | undefined;
  color?: string | null | undefined;
  icon?: string | null | undefined;
  is_active?: boolean | null | undefined;
  description?: string | null | undefined;
  parent_id?: string | null | undefined;
  is_final?: boolean | null | undefined;
  min_employees?: number | null | undefined;
  max_employees?: number | null | undefined;
  min_revenue?: number | null | undefined;
  max_revenue?: number | null | undefined;
  region?: string | null | undefined;
  country?: string | null | undefined;
  manager_id?: string | null | undefined;
  currency_code?: string | null | undefined;
  symbol?: string | null | undefined;
  decimal_places?: number | null | undefined;
  /** Id or code of one of the tenant's countries */
  country_id?: string | null | undefined;
  /** Id or code of one of the tenant's states */
  state_id?: string | null | undefined;
  zip_code?: string | null | undefined;
  requires_legal_review?: boolean | null | undefined;
  requires_duration?: boolean | null | undefined;
  is_successful?: boolean | null | undefined;
  default_duration_minutes?: number | null | undefined;
  level?: number | null | undefined;
  is_trackable?: boolean | null | undefined;
  is_opt_in_required?: boolean | null | undefined;
  street_address?: string | null | undefined;
  city?: string | null | undefined;
  phone?: string | null | undefined;
  channel_type?: "PAID" | "ORGANIC" | "SOCIAL" | "DIRECT" | "EMAIL" | "REFERRAL" | null | undefined;
  default_cost_per_click?: string | null | undefined;
  default_cost_per_impression?: string | null | undefined;
  probability?: number | null | undefined;
  forecast_category?: "PIPELINE" | "BEST_CASE" | "COMMIT" | "CLOSED" | "OMITTED" | null | undefined;
  is_closed?: boolean | null | undefined;
  /** Id or code of one of the tenant's insurance types */
  insurance_type_id?: string | null | undefined;
  versions?: {
    schema_version: number;
    schema: Schema;
  }[] | null | undefined;
  category?: string | null | undefined;
  is_preventable?: boolean | null | undefined;
  file_extensions?: string[] | null | undefined;
  max_size_mb?: number | null | undefined;
  sla_hours?: number | null | undefined;
  required_fields?: RequiredFieldsItem[] | null | undefined;
  exit_checks?: ExitChecksItem[] | null | undefined;
  reason_type?: "WON" | "LOST" | null | undefined;
  requires_details?: boolean | null | undefined;
  is_won?: boolean | null | undefined;
  channel?: "email" | "sms" | "any" | null | undefined;
  is_default_on?: boolean | null | undefined;
  needs_double_opt_in?: boolean | null | undefined;
  code?: string | undefined;
}

export interface CreateMessageTemplateBody {
  name: string;
  channel?: "EMAIL" | "SMS" | undefined;
  category?: string | null | undefined;
  /** Mails only */
  subject?: string | null | undefined;
  /** Mails only. With `blocks`, it is made of these */
  body_html?: string | null | undefined;
  /** A mail without it uses the text of its HTML. With `blocks`, it is made of these */
  body_text?: string | null | undefined;
  language?: string | null | undefined;
  /** Only active templates can be sent; default: true */
  is_active?: boolean | undefined;
  description?: string | null | undefined;
  /** The parts of a mail, in place of body_html and body_text */
  blocks?: BlocksItem[] | null | undefined;
  /** Cannot be changed. Default: derived from the name */
  code?: string | undefined;
}

export interface CreateNoteBody {
  /** Kind of the related record. Optional, because the record determines it */
  related_to_type?: "activity" | "after_sales_case" | "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket" | undefined;
  /** The record that it belongs to. Cannot be changed */
  related_to_id: string;
  title?: string | null | undefined;
  content: string;
  /** Visible only to its author and administrators; default: false */
  is_private?: boolean | undefined;
  /** Whether the note is shown first; default: false */
  is_pinned?: boolean | undefined;
}

export interface CreateOpportunityBody extends OpportunityInput {
  /** Needed at the latest when the opportunity is won */
  customer_id?: string | null | undefined;
  /** A contact of the customer, or of the lead */
  contact_id?: string | null | undefined;
  /** If empty, the first open stage */
  stage_id?: string | undefined;
  /** In percent. If empty, the probability of the stage, which it then follows */
  probability?: number | null | undefined;
  /** If empty, the sum of the priced products, which it then follows */
  amount?: string | null | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** Expected closing date */
  close_date?: string | null | undefined;
  /** Only for a closed opportunity */
  win_loss_reason_id?: string | null | undefined;
  /** Always yes if the opportunity has competitors; default: false */
  has_competition?: boolean | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** An unconverted lead; its conversion moves the opportunity to the customer */
  lead_id?: string | null | undefined;
  products?: AddOpportunityProductBody[] | undefined;
  competitors?: AddCompetitorBody[] | undefined;
  custom_fields?: CustomFields17 | undefined;
  name: string;
}

export interface CreateOrderAfterSalesCaseBody {
  /** The reason of items that name none of their own */
  reason_id?: string | null | undefined;
  /** The contact who gets the mails. If empty, that of the order */
  contact_id?: string | null | undefined;
  /** The parcel that the customer sends back */
  tracking_number?: string | null | undefined;
  /** When the customer asked. If empty, today */
  inquiry_date?: string | null | undefined;
  details?: string | null | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  case_type: "RETURN" | "EXCHANGE" | "REPAIR" | "REFUND" | "COMPLAINT";
  /** The ticket that the case came of, of the same customer */
  ticket_id?: string | null | undefined;
  items?: Items2 | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
}

export interface CreateOrderBody extends OrderInput {
  /** If empty, the customer of the source or of the opportunity */
  customer_id?: string | undefined;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** The customer's own number of the order */
  customer_reference?: string | null | undefined;
  /** Date of the order and of its prices. If empty, today */
  order_date?: string | null | undefined;
  /** If empty, the currency of the source, or else of the organization */
  currency?: string | null | undefined;
  /** If empty, the default price book of the currency */
  price_book_id?: string | null | undefined;
  /** Discount on the whole order */
  discount_percent?: string | undefined;
  /** Discount on the whole order as an amount, in place of a percentage */
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  /** The project that the order belongs to */
  project_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** An accepted quote. A quote becomes an order once */
  quote_id?: string | null | undefined;
  /** A deal becomes an order once */
  deal_id?: string | null | undefined;
  /** A contract becomes an order once */
  contract_id?: string | null | undefined;
  /** A potential becomes an order once */
  potential_id?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  /** The lead that the order came of */
  lead_id?: string | null | undefined;
  /** A number that another system gave. If empty, the next number of the organization */
  order_number?: string | undefined;
  /** DRAFT by default; CONFIRMED confirms it at once. Others only for imported history */
  status?: "DRAFT" | "CONFIRMED" | "IN_FULFILLMENT" | "COMPLETED" | "CANCELLED" | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** If empty, the lines of the source */
  line_items?: AddOrderLineBody[] | undefined;
  custom_fields?: CustomFields20 | undefined;
}

export interface CreateOrderFulfilmentBody {
  carrier?: string | null | undefined;
  tracking_number?: string | null | undefined;
  /** If empty, today */
  shipped_date?: string | null | undefined;
  notes?: string | null | undefined;
  /** Default: all that is not sent yet, without pre-orders */
  items?: LineItemsItem2[] | undefined;
}

export interface CreateOrderInvoiceBody {
  /** The contact who gets the invoice. If empty, the contact of the customer with the role Billing, or else that of the order */
  contact_id?: string | null | undefined;
  /** Day of the delivery or service. If empty, the date of the invoice */
  supply_date?: string | null | undefined;
  /** If empty, the date of the invoice and the days of the rule `invoice_reminders` */
  due_date?: string | null | undefined;
  payment_terms?: string | null | undefined;
  /** If empty, the tax id of the customer when the invoice is issued */
  buyer_tax_id?: string | null | undefined;
  /** Text above the lines */
  text?: string | null | undefined;
  /** Language of the document. If empty, that of the letterhead */
  language?: string | null | undefined;
  line_items?: LineItems2 | undefined;
  /** Part of the shipping of the order. Default: all that is not invoiced yet */
  shipping_amount?: string | undefined;
}

export interface CreateOrderPaymentBody {
  /** Id or code of one of the tenant's payment methods */
  payment_method_id?: string | null | undefined;
  /** The provider that gave the transaction id. If empty, the tenant itself */
  provider?: string | null | undefined;
  /** Unique for each provider. The same one twice is the same record */
  transaction_id?: string | null | undefined;
  notes?: string | null | undefined;
  /** When a pending payment is expected */
  due_date?: string | null | undefined;
  /** If empty, the day on which the payment succeeds */
  paid_date?: string | null | undefined;
  /** default: false */
  is_deposit?: boolean | undefined;
  amount: string;
  /** Must be the currency of the order */
  currency?: string | undefined;
  status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | undefined;
  failure_reason?: string | null | undefined;
}

export interface CreateOrderPaymentLinkBody {
  /** If empty, the default payment account */
  payment_account_id?: string | undefined;
}

export interface CreateOrderPreOrderBody {
  /** Replaces the release date: the item becomes READY when this day begins */
  hold_until?: string | null | undefined;
  category?: string | null | undefined;
  /** The vendor from whom the goods are expected */
  vendor?: string | null | undefined;
  /** 0 to 100; an allocation by PRIORITY begins with the highest; default: 0 */
  priority?: number | undefined;
  /** Why the item waits, or why it does no longer */
  reason?: string | null | undefined;
  notes?: string | null | undefined;
  line_id: string;
}

export interface CreateOrderRefundBody {
  /** Id or code of one of the tenant's payment methods */
  payment_method_id?: string | null | undefined;
  /** The provider that gave the transaction id. If empty, the tenant itself */
  provider?: string | null | undefined;
  /** Unique for each provider. The same one twice is the same record */
  transaction_id?: string | null | undefined;
  notes?: string | null | undefined;
  /** If empty, the day on which the refund succeeds */
  refunded_date?: string | null | undefined;
  reason?: string | null | undefined;
  amount: string;
  /** Must be the currency of the order */
  currency?: string | undefined;
  /** The payment that is given back */
  payment_id?: string | null | undefined;
  /** true: the customer no longer owes the amount, as for a return; false: money that was paid too much; default: false */
  credits?: boolean | undefined;
  status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | undefined;
  failure_reason?: string | null | undefined;
}

export interface CreatePaymentAccountBody {
  /** Cannot be changed */
  provider?: "stripe" | undefined;
  /** default: "Stripe" */
  name?: string | undefined;
  /** Events and keys of the other mode are not accepted. Cannot be changed */
  mode: "test" | "live";
  /** The version of Stripe's API that every request names; default: "2026-10-28.endive" */
  api_version?: string | undefined;
  /** The account at Stripe. Events of Connect that name another account are set aside */
  external_account?: string | null | undefined;
  /** The webhook that receives the events of the account. A webhook without an account belongs to the default account */
  webhook_id?: string | null | undefined;
  /** Used for payment links if a request names no account; default: false */
  is_default?: boolean | undefined;
  /** Restricted key that reads charges, refunds and disputes and writes payment links. Stored encrypted, never returned */
  api_key?: string | undefined;
}

export interface CreatePersonBody extends PersonInput {
  /** Key of the person in another system; unique in the organization */
  external_key?: string | null | undefined;
  /** WOOD, FIRE, EARTH, METAL, WATER in upper or lower case, or the tenant's own terms */
  five_element?: string | null | undefined;
  /** Type of the document: passport, national_id, … */
  document_type?: string | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  custom_fields?: CustomFields4 | undefined;
  contact_points?: {
    contact_type: "email" | "phone" | "social";
    /** An email address, a telephone number as written in the tenant's country, or an account */
    contact_value: string;
    platform_name?: string | null | undefined;
    platform_user_id?: string | null | undefined;
    platform_page_id?: string | null | undefined;
    platform_profile_url?: string | null | undefined;
    /** By default, true for the first of its type */
    is_primary?: boolean | undefined;
    /** Setting it manually requires a permission; otherwise a code or a link verifies the contact point */
    is_verified?: boolean | undefined;
    /** Belongs to several persons: a household, a switchboard, info@ */
    is_shared?: boolean | undefined;
  }[] | undefined;
  addresses?: AddAddressBody[] | undefined;
  preferences?: PreferencesItem[] | undefined;
}

export interface CreatePlaybookBody {
  name: string;
  description?: string | null | undefined;
  record_kind: RecordKind;
  /** Otherwise the playbook applies to no record; default: true */
  is_active?: boolean | undefined;
  /** Only opportunities in this stage */
  stage_id?: string | null | undefined;
  /** Only leads with this status */
  lead_status_id?: string | null | undefined;
  /** Only customers in this segment */
  segment_id?: string | null | undefined;
  /** Only contacts on this list */
  contact_list_id?: string | null | undefined;
  /** Only records that match these conditions */
  where?: { [key: string]: unknown } | null | undefined;
  steps: Steps3;
}

export interface CreatePotentialBody {
  /** If empty, the status new */
  status?: string | undefined;
  /** The stage in the sales process */
  stage?: string | null | undefined;
  /** Code of the priority */
  priority?: string | null | undefined;
  campaign_id?: string | null | undefined;
  estimated_value?: string | null | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** Percent */
  probability_score?: number | null | undefined;
  expected_close_date?: string | null | undefined;
  interested_products?: InterestedProducts | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  assigned_to?: string | null | undefined;
  /** The person. Cannot be changed */
  personal_key_id?: string | undefined;
  /** Key of the person in another system */
  external_key?: string | undefined;
  custom_fields?: CustomFields18 | undefined;
}

export interface CreatePreOrderAllocationBody {
  product_id: string;
  /** The stock that is there for pre-orders */
  quantity: string;
  /** First come: the oldest item first. Priority: the highest priority first, of equal ones the oldest. Manual: the named items */
  method: "FIRST_COME" | "PRIORITY" | "MANUAL";
  /** Manual only: how much each item gets at most */
  items?: PreOrderAllocationItem[] | null | undefined;
  notes?: string | null | undefined;
}

export interface CreatePriceBookBody {
  name: string;
  description?: string | null | undefined;
  /** Used if no book is named. Each currency has one default book; setting this replaces the previous one; default: false */
  is_default?: boolean | undefined;
  /** Currency of all its prices; cannot be changed. Default: the tenant's currency */
  currency?: string | null | undefined;
  /** default: true */
  is_active?: boolean | undefined;
  valid_from?: string | null | undefined;
  /** Last day */
  valid_to?: string | null | undefined;
}

export interface CreatePriceBookEntryBody {
  product_id: string;
  unit_price: string;
  /** Minimum number of pieces; default: 1 */
  min_quantity?: number | undefined;
  valid_from?: string | null | undefined;
  /** Last day */
  valid_to?: string | null | undefined;
  /** default: true */
  is_active?: boolean | undefined;
}

export interface CreatePricingRuleBody {
  name: string;
  description?: string | null | undefined;
  /** false: retired; the rule changes no price; default: true */
  is_active?: boolean | undefined;
  /** The matching rule with the highest priority wins; of equal ones, the older; default: 0 */
  priority?: number | undefined;
  /** true: combined with other rules that stack; false: applied alone; default: false */
  stacks?: boolean | undefined;
  effect: "PERCENT" | "AMOUNT" | "FIXED_PRICE";
  /** Only for PERCENT: percentage off the price */
  percent?: string | null | undefined;
  /** With the effect AMOUNT, what is taken off the unit price. Else the new unit price */
  amount?: string | null | undefined;
  /** Currency of amount; the rule applies only to quotes in it. Default: the tenant's currency */
  currency?: string | null | undefined;
  /** Minimum quantity of the line */
  min_quantity?: string | null | undefined;
  /** First day, compared with quote_date */
  valid_from?: string | null | undefined;
  /** Last day, inclusive */
  valid_to?: string | null | undefined;
  customer_ids?: CustomerIds | undefined;
  customer_type_ids?: CustomerTypeIds | undefined;
  tiers?: Tiers | undefined;
  customer_tags?: CustomerTags | undefined;
  product_ids?: ProductIds | undefined;
  category_ids?: CategoryIds | undefined;
  together_with?: TogetherWith | undefined;
}

export interface CreateProductBody extends ProductInput {
  /** A package cannot change its type, and no other product can become one */
  product_type?: "PRODUCT" | "SERVICE" | "PACKAGE" | undefined;
  /** Unique among products, in any letter case */
  sku?: string | null | undefined;
  /** A line of products, such as GTX */
  family?: string | null | undefined;
  /** Used if no price book has a price */
  unit_price?: string | null | undefined;
  /** Currency of price and cost. If empty, that of the organization */
  currency?: string | null | undefined;
  /** An inactive product stays where it is used, but cannot be added; default: true */
  is_active?: boolean | undefined;
  /** Pre-orders whose line has no date of its own are released then */
  release_at?: string | null | undefined;
  /** Services and packages only, like all fields up to `items` */
  service_type?: "SOCIAL_MEDIA" | "SEO" | "CONTENT_MARKETING" | "PPC" | "EMAIL_MARKETING" | "ANALYTICS" | "STRATEGY" | null | undefined;
  /** default: false */
  is_recurring?: boolean | undefined;
  /** How often it is billed */
  frequency?: string | null | undefined;
  /** In days */
  project_duration?: number | null | undefined;
  /** Contents of a package; default: [] */
  items?: ItemsItem[] | undefined;
  name: string;
}

export interface CreateProjectBody {
  title: string;
  description?: string | null | undefined;
  /** If empty, the customer of the opportunity */
  customer_id?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  date_time_start?: string | null | undefined;
  date_time_end?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** PLANNED by default */
  status?: "PLANNED" | "ACTIVE" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | undefined;
  members?: AddProjectMemberBody[] | undefined;
  milestones?: AddProjectMilestoneBody[] | undefined;
  custom_fields?: CustomFields22 | undefined;
}

export interface CreateProjectFromTemplateBody {
  project_template_id: string;
  /** If empty, the title of the template */
  title?: string | undefined;
  /** If empty, the customer of the opportunity */
  customer_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** If empty, today */
  start_date?: string | null | undefined;
}

export interface CreateProjectTaskBody {
  subject: string;
  description?: string | null | undefined;
  /** task by default */
  activity_type_id?: string | undefined;
  /** Blocked until the activity that comes first is completed */
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
  /** If empty, you */
  assigned_to_id?: string | undefined;
  due_date?: string | null | undefined;
  /** In the time zone of the activity */
  due_time?: string | null | undefined;
  /** Time zone of the due date and time. If empty, that of the organization */
  timezone?: string | null | undefined;
  start_datetime?: string | null | undefined;
  end_datetime?: string | null | undefined;
  duration_minutes?: number | null | undefined;
  /** Id or code of one of the tenant's call outcomes */
  call_outcome_id?: string | null | undefined;
  call_direction?: "INBOUND" | "OUTBOUND" | null | undefined;
  call_recording_url?: string | null | undefined;
  meeting_location?: string | null | undefined;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  email_subject?: string | null | undefined;
  email_opened?: boolean | null | undefined;
  email_clicked?: boolean | null | undefined;
  outcome?: string | null | undefined;
  /** When the app reminds the assignee; short for one of the reminders */
  reminder_datetime?: string | null | undefined;
  reminders?: Reminders | undefined;
  participants?: Participants | undefined;
  /** Whether participants who are contacts or persons are invited by mail; default: false */
  send_invitations?: boolean | undefined;
  /** Text of the invitation; the description is not sent */
  invitation_text?: string | null | undefined;
  /** An activity that must be completed first */
  blocked_by?: string | null | undefined;
  /** A milestone of the project that the activity is about */
  milestone_id?: string | null | undefined;
  /** Visible only to the assignee, the creator, the participants and administrators; default: false */
  is_private?: boolean | undefined;
  recurrence?: Recurrence | undefined;
  /** How often the activity is repeated; the frequency of `recurrence` */
  recurrence_pattern?: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" | null | undefined;
  /** Last day of the series; needs a recurrence pattern */
  recurrence_end_date?: string | null | undefined;
}

export interface CreateProjectTemplateBody {
  name: string;
  /** false: no projects are made from it; default: true */
  is_active?: boolean | undefined;
  /** When a project is made without a user; empty: only by hand */
  trigger?: {
    event: "OPPORTUNITY_WON";
    /** If empty, opportunities of every type */
    opportunity_type?: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | null | undefined;
    /** In the currency of the organization; other currencies are converted */
    min_amount?: string | null | undefined;
  } | undefined;
  /** Title of the projects; `{customer}` and `{opportunity}` stand for their names */
  title: string;
  description?: string | null | undefined;
  members?: MembersItem[] | undefined;
  /** default: [] */
  milestones?: MilestonesItem2[] | undefined;
  /** default: [] */
  tasks?: TasksItem[] | undefined;
}

export interface CreateProposalBody {
  /** If empty, the name of the opportunity */
  name?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  /** If empty, the customer of the opportunity or the quote */
  customer_id?: string | undefined;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** A quote of the customer. The proposal can show its lines, and both are accepted together */
  quote_id?: string | null | undefined;
  /** Default: today */
  proposal_date?: string | null | undefined;
  /** Last day. If empty, that of the quote, or 30 days after the date of the proposal */
  expiration_date?: string | null | undefined;
  requires_signature?: boolean | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** The template brings sections and dates */
  template_id?: string | null | undefined;
  /** Default: the sections of the template */
  sections?: SectionsItem[] | undefined;
  custom_fields?: CustomFields24 | undefined;
}

export interface CreateProposalTemplateBody {
  name: string;
  description?: string | null | undefined;
  /** false: retired; no proposals can be created from it; default: true */
  is_active?: boolean | undefined;
  /** Number of days from proposal_date to expiration_date; default: 30 */
  valid_days?: number | undefined;
  /** default: false */
  requires_signature?: boolean | undefined;
  sections?: SectionsItem2[] | undefined;
}

export interface CreateQuoteBody {
  /** If empty, the name of the opportunity */
  name?: string | null | undefined;
  description?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  /** If empty, the customer of the opportunity */
  customer_id?: string | undefined;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** Date of the prices. If empty, today */
  quote_date?: string | null | undefined;
  /** Last day of the quote. If empty, 30 days after its date */
  expiration_date?: string | null | undefined;
  /** If empty, the currency of the opportunity, or else of the organization */
  currency?: string | null | undefined;
  /** If empty, the default price book of the currency */
  price_book_id?: string | null | undefined;
  /** Discount on the whole quote */
  discount_percent?: string | undefined;
  /** Discount on the whole quote as an amount, in place of a percentage */
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  requires_signature?: boolean | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** The template brings lines, terms and discount */
  template_id?: string | null | undefined;
  /** If empty, the lines of the template */
  line_items?: LineItemsItem3[] | undefined;
  custom_fields?: CustomFields25 | undefined;
}

export interface CreateQuoteTemplateBody {
  name: string;
  description?: string | null | undefined;
  /** false: retired; no quotes can be created from it; default: true */
  is_active?: boolean | undefined;
  /** Description for quotes created from the template */
  quote_description?: string | null | undefined;
  /** Number of days from quote_date to expiration_date; default: 30 */
  valid_days?: number | undefined;
  discount_percent?: string | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  /** default: false */
  requires_signature?: boolean | undefined;
  line_items?: LineItemsItem3[] | undefined;
}

export interface CreateReengagementBatchBody {
  batch_name: string;
  /** Earlier value of the persons, as entered by the user */
  historical_value?: number | null | undefined;
  /** Number of persons to be contacted */
  target_size?: number | null | undefined;
  target_revenue?: string | null | undefined;
  target_response_rate?: string | null | undefined;
  start_date?: string | null | undefined;
  /** Not before the start date */
  end_date?: string | null | undefined;
  /** Cannot be changed. Default: the tenant's currency */
  currency?: string | null | undefined;
  /** Days after a contact in which responses count and no other batch contacts the person. Fixed once the batch has begun; default: 30 */
  window_days?: number | undefined;
  /** Messages that members receive while the batch is ACTIVE. They can change while it is DRAFT or PAUSED */
  sequence?: SequenceItem[] | undefined;
  /** null: unassigned, and visible to all users. Default: the caller */
  assigned_to?: string | null | undefined;
}

export interface CreateReportBody {
  name: string;
  kind: Kind10;
  /** Users who can see the definition besides its owner. Each reader gets the rows that this reader sees */
  visibility?: "PRIVATE" | "TEAM" | "EVERYONE" | undefined;
  columns?: Columns2 | undefined;
  where?: Where5 | undefined;
  with?: With | undefined;
  group_by?: GroupBy | undefined;
  measures?: Measures | undefined;
  sort?: Sort3 | undefined;
  /** The first rows of the order; default: all rows */
  limit?: number | undefined;
  chart?: Chart | undefined;
}

export interface CreateReportScheduleBody {
  /** How often the report is sent */
  frequency: "DAILY" | "WEEKLY" | "MONTHLY";
  /** The time of day in the tenant's time zone, such as 07:30 */
  time: string;
  /** For WEEKLY: the day of the week */
  weekday?: "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN" | null | undefined;
  /** For MONTHLY: the day; the last one of a shorter month; default: null */
  month_day?: number | null | undefined;
  /** Users with whom the report is shared. Each gets the rows of their own rights */
  recipients: string[];
  format: "csv" | "xlsx" | "pdf";
  /** default: true */
  is_active?: boolean | undefined;
}

export interface CreateRuleVersionBody {
  definition: Definition3;
  /** Why */
  note?: string | null | undefined;
  /** The version that it is created from */
  based_on_id?: string | null | undefined;
}

export interface CreateSearchPathBody {
  entity: "lead" | "order" | "person";
  /** Such as `auto_data.vehicles[].vin`; [] means each element of a list */
  path: string;
  /** How values are compared. Defaults to the type in the schema, if there is one, and otherwise to text */
  type?: "text" | "integer" | "number" | "money" | "date" | "instant" | "boolean" | "choice" | "choices" | "url" | "email" | "phone" | "reference" | undefined;
  /** Whether lists can also be sorted by it. Not allowed if a record can have several values; default: false */
  sort?: boolean | undefined;
}

export interface CreateSegmentBody {
  name: string;
  description?: string | null | undefined;
  /** DYNAMIC only: conditions as in `where` of a list, also on fields of the segments guide */
  filter?: { [key: string]: unknown } | null | undefined;
  /** DYNAMIC: records that match the filter, and records added by hand. Cannot be changed */
  membership?: "STATIC" | "DYNAMIC" | undefined;
}

export interface CreateSignatureAccountBody {
  provider: "docusign" | "dropbox_sign";
  name: string;
  /** Signatures in `demo` are not legally binding */
  environment: "demo" | "production";
  /** DocuSign only. Default: the user's default account */
  account_id?: string | null | undefined;
  /** DocuSign only; also called client id */
  integration_key?: string | null | undefined;
  /** DocuSign only: the user for whom the integration acts */
  user_id?: string | null | undefined;
  /** Used if a request names only the provider; each provider has one default account; default: false */
  is_default?: boolean | undefined;
  /** DocuSign only: one of the integration's RSA keys, in PEM. Stored encrypted and never returned */
  private_key?: string | undefined;
  /** Dropbox Sign only. Stored encrypted and never returned */
  api_key?: string | undefined;
}

export interface CreateSlaPolicyBody {
  name: string;
  description?: string | null | undefined;
  /** Policies are tried in this order; the first that matches a ticket applies; default: 100 */
  sequence?: number | undefined;
  /** default: true */
  is_active?: boolean | undefined;
  /** Empty: any priority; the same applies to the other conditions; default: [] */
  priority_ids?: string[] | undefined;
  /** Includes the categories below these; default: [] */
  category_ids?: string[] | undefined;
  ticket_types?: TicketTypesItem[] | undefined;
  /** default: [] */
  urgency_level_ids?: string[] | undefined;
  customer_tiers?: ("BRONZE" | "SILVER" | "GOLD" | "PLATINUM")[] | undefined;
  /** true: only VIP customers; false: only other customers */
  is_vip?: boolean | null | undefined;
  /** Default: around the clock */
  calendar_id?: string | null | undefined;
  /** Working time. Default: the `sla_hours` of the ticket's urgency */
  first_response_minutes?: number | null | undefined;
  /** Working time after the customer's message. Default: first_response_minutes */
  next_response_minutes?: number | null | undefined;
  resolution_minutes?: number | null | undefined;
  /** Levels in order: when users are notified, and which */
  escalations?: EscalationsItem[] | undefined;
}

export interface CreateSmsNumberBody {
  /** E.164 number; cannot be changed */
  number: string;
  /** Cannot be changed */
  account_id: string;
  capabilities?: ("sms" | "mms" | "voice")[] | undefined;
  /** Maximum rate that the provider and the carriers accept from the number; default: 1 */
  messages_per_second?: number | undefined;
  /** While the number is inactive, its messages wait; default: true */
  is_active?: boolean | undefined;
  /** All messages of the sender go out from its default number. One number of a sender is the default; default: false */
  is_default?: boolean | undefined;
  /** Record that an inbound message creates besides its conversation: none, a ticket or, if the sender is unknown, a lead */
  inbound_makes?: "conversation" | "ticket" | "lead" | undefined;
  /** Team whose queue receives the tickets */
  inbound_team_id?: string | null | undefined;
  /** Owner of the leads or tickets. If empty, the settings decide for leads and the routing rule for tickets */
  inbound_owner_id?: string | null | undefined;
  /** Source of the leads */
  inbound_source_id?: string | null | undefined;
}

export interface CreateSmsSenderBody {
  name: string;
  /** While the sender is `SUSPENDED`, its messages wait */
  status?: "ACTIVE" | "SUSPENDED" | undefined;
  /** Maximum messages per day, in the tenant's time zone. Further messages go out the next day. null: no limit */
  daily_limit?: number | null | undefined;
  /** Used for messages that name no sender; one sender is the default; default: false */
  is_default?: boolean | undefined;
}

export interface CreateSmsServiceAccountBody extends SmsServiceAccountInput {
  /** While the account is inactive, its messages wait; default: true */
  is_active?: boolean | undefined;
  /** Twilio only */
  account_sid?: string | null | undefined;
  /** Whether the system replies to STOP, START and HELP; some providers do so themselves; default: true */
  confirms_words?: boolean | undefined;
  /** The webhook that receives delivery reports and inbound messages; messages without a report are polled */
  webhook_id?: string | null | undefined;
  /** Id of the campaign in another system that the account is for */
  linked_campaign_id?: string | null | undefined;
  /** A project that the account is for, or the id of one in another system */
  linked_project_id?: string | null | undefined;
  name: string;
  /** The sender for which messages are sent; cannot be changed */
  sender_id: string;
  /** Cannot be changed */
  provider: "twilio" | "telnyx";
}

export interface CreateSupportCalendarBody {
  name: string;
  description?: string | null | undefined;
  timezone: string;
  hours: Hours3;
  holidays?: Holidays | undefined;
  extra_days?: ExtraDays | undefined;
  /** Public holidays of this country count as holidays */
  holiday_country?: string | null | undefined;
  /** Region of the country whose regional holidays also count */
  holiday_region?: string | null | undefined;
}

export interface CreateSuppressionBody {
  channel: "email" | "sms" | "whatsapp";
  /** An email address, or a telephone number as written in the tenant's country */
  address: string;
  reason?: "STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND" | undefined;
  /** Origin of the information */
  source?: string | null | undefined;
  /** When it was reported; defaults to now */
  at?: string | undefined;
}

export interface CreateTargetBody {
  figure: Figure2;
  /** The user whose target it is. Without user, team and territory, it is the organization's */
  user_id?: string | null | undefined;
  team_id?: string | null | undefined;
  /** The target of the users whose team has the territory */
  territory_id?: string | null | undefined;
  period: string;
  /** In the unit of the figure */
  value: string;
  /** For a figure that is money; null for other figures. Default: the tenant's currency */
  currency?: string | null | undefined;
}

export interface CreateTeamBody {
  name: string;
  manager_id?: string | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
}

export interface CreateTicketBody extends TicketInput {
  /** If empty, medium */
  priority_id?: string | undefined;
  /** If empty, the customer of the requester */
  customer_id?: string | null | undefined;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** Team whose queue has the ticket; its members can see the ticket */
  team_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, the routing rule chooses an agent */
  assigned_to_id?: string | null | undefined;
  /** The requester, identified by email or phone */
  requester?: {
    name?: string | null | undefined;
    email?: string | null | undefined;
    phone?: string | null | undefined;
  } | undefined;
  /** The requester, if already known as a person */
  personal_key_id?: string | null | undefined;
  custom_fields?: CustomFields29 | undefined;
  subject: string;
  description: string;
}

export interface CreateTicketMacroBody extends TicketMacroInput {
  /** Audience in addition to the owner */
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | undefined;
  /** Assignee; `me` is the user who applies the macro */
  assigned_to_id?: "me" | string | null | undefined;
  add_tags?: Tags | undefined;
  remove_tags?: Tags | undefined;
  /** Can contain merge fields: {{ticket.number}}, {{requester.first_name|there}} */
  comment?: string | null | undefined;
  /** default: false */
  comment_is_public?: boolean | undefined;
  name: string;
}

export interface CreateUploadBody {
  file_name: string;
  content_type: ContentType;
  /** Bytes, exactly */
  size: number;
}

export interface CreateUserBody extends UserInput {
  /** One of the two names is enough */
  last_name?: string | null | undefined;
  extra_roles?: ExtraRoles2 | undefined;
  /** 18 or older */
  date_of_birth?: string | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  /** Without a password, the user is asked by mail to choose one */
  password?: string | undefined;
  email: string;
  role: Role;
}

export interface CreateViewBody {
  /** Kind of the records in the list; cannot be changed */
  kind: "activity" | "after_sales_case" | "approval" | "attachment" | "audit" | "bulk_change" | "booking_link" | "campaign" | "campaign_template" | "campaign_member" | "campaign_response" | "campaign_fill" | "contact" | "contact_list" | "contract" | "contract_clause" | "contract_template" | "custom_field" | "customer" | "deal" | "email_send" | "exchange_rate" | "export" | "forecast_submission" | "import" | "inbound_mail" | "inbound_webhook" | "form" | "interaction" | "invoice" | "knowledge_article" | "lead" | "mail_account" | "message" | "conversation" | "message_template" | "note" | "comment" | "notification" | "opportunity" | "order" | "fulfilment" | "payment" | "refund" | "payment_account" | "pre_order" | "pre_order_allocation" | "person" | "candidate" | "journey" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "reengagement_member" | "reengagement_fill" | "report" | "target" | "kpi" | "dashboard" | "search_path" | "segment" | "signature_request" | "signature_account" | "support_calendar" | "sla_policy" | "sms_sender" | "sms_service_account" | "sms_number" | "workflow" | "workflow_enrollment" | "suppression" | "tenant" | "ticket" | "ticket_macro" | "sla_outcome" | "ticket_survey" | "upload" | "user" | "team" | "view" | "webhook_endpoint";
  name: string;
  description?: string | null | undefined;
  /** Users who can see it besides its owner */
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | undefined;
  query: Query3;
}

export interface CreateWebhookEndpointBody {
  name?: string | null | undefined;
  /** An https URL of a public host */
  url: string;
  events: Events2;
  /** true: also sends the record as the endpoint's owner sees it now, its `record_version`, and in `changes` the values that the event's version wrote; false: sends ids, version and names of changed fields; default: false */
  include_record?: boolean | undefined;
  /** An ADMIN can name another user. Default: the caller */
  owner_id?: string | undefined;
}

export interface CreateWorkflowBody {
  name: string;
  description?: string | null | undefined;
  /** The user with whose rights its steps run. Default: the caller */
  owner_id?: string | null | undefined;
  /** The kind of the records, such as lead */
  kind: string;
  trigger: Trigger;
  /** Only records that meet these conditions. Those of a schedule may have relative dates, such as now-14d */
  where?: unknown;
  steps: Steps;
  /** A record leaves when the conditions hold or one of the events comes. It then counts as reached */
  exit?: {
    /** Conditions in the grammar of lists, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]} */
    where?: unknown;
    events?: Events | undefined;
  } | undefined;
  enrollment?: {
    repeat?: "once" | "once_at_a_time" | "every_time" | undefined;
    /** Whether records that meet `where` at publication are enrolled too; default: false */
    existing?: boolean | undefined;
    /** With once: a record enrolls again when this field has another value than at its last enrollment */
    per?: string | undefined;
  } | undefined;
  run_as?: "owner" | "system" | undefined;
  /** Steps run only at these times, in the tenant's time zone */
  window?: {
    days: Days;
    from: string;
    to: string;
  } | undefined;
}

export interface CreateWorkflowFromTemplateBody {
  /** Default: the name of the template */
  name?: string | undefined;
  /** Values of the template's parameters, by name; default: {} */
  parameters?: { [key: string]: unknown } | undefined;
}

export interface CreditInvoiceBody {
  /** Lines of the invoice with quantities */
  line_items?: {
    /** The `order_line_id` of a line of the invoice */
    line_id: string;
    quantity: string;
  }[] | undefined;
  /** An amount with tax, distributed over the tax rates of the invoice */
  amount?: string | undefined;
  reason: string;
  /** If empty, today. Not before the date of the last number, and not after today */
  invoice_date?: string | null | undefined;
}

export interface CurrencyAgeing {
  customer_id: string;
  /** null: you do not see the customer */
  customer_name: string | null;
  currency: string;
  /** Sum of the following */
  open_amount: string;
  not_due: string;
  /** 1 to 30 days after the due date */
  days_1_to_30: string;
  days_31_to_60: string;
  days_61_to_90: string;
  over_90_days: string;
  invoice_count: number;
}

export interface CustomField extends BaseRecord {
  entity_type: EntityType;
  field_name: string;
  is_unique: boolean;
  /** Name shown to users */
  field_label: string;
  field_type: FieldType;
  is_required: boolean;
  picklist_values: PicklistValues;
  default_value: unknown;
  validation: {
    /** For number, money, date and instant, in the format of a value */
    min?: number | string | undefined;
    max?: number | string | undefined;
    /** For texts, in characters */
    min_length?: number | undefined;
    max_length?: number | undefined;
    /** A regular expression that can be matched in linear time: without backreferences and lookaround */
    pattern?: string | undefined;
  };
  decimal_places: number | null;
  reference_kind: ReferenceKind;
  sequence: number;
  section: string | null;
  help_text: string | null;
  is_active: boolean;
  is_filterable: boolean;
  is_sortable: boolean;
  visible_to: ExtraRoles;
  editable_by: ExtraRoles;
  /** Increases with each change that affects what is stored or how it is found */
  revision: number;
  /** Former meanings of the field, the oldest first */
  former: {
    field_type: FieldType;
    picklist_values: PicklistValues;
  }[];
  /** READY: lists support the field; before that, existing records are being processed */
  index_status: "PENDING" | "BACKFILLING" | "READY" | "DROPPING" | null;
  /** Records processed for the current status */
  records_done: number;
  /** Records that could not be processed */
  records_failed: number;
  /** When processing continues; null if there is none */
  due_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields10 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields11 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields12 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields13 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields14 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields15 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields16 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields17 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields18 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields19 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields2 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields20 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields21 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields22 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields23 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields24 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields25 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields26 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields27 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields28 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields29 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields3 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields4 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields5 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields6 = { [key: string]: unknown };

/** The tenant's custom fields, by name */
export type CustomFields7 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields8 = { [key: string]: unknown };

/** The tenant's custom fields that the caller can see, by name */
export type CustomFields9 = { [key: string]: unknown };

export interface Customer extends CustomerRow {
  /** The day of created_at in the tenant's time zone at that time; null for customers of earlier releases, whose day is in UTC */
  created_day: string | null;
  fax: string | null;
  industry_code: string | null;
  legal_name: string | null;
  tax_id: string | null;
  founding_year: number | null;
  company_size_id: string | null;
  annual_revenue_range_id: string | null;
  annual_revenue: string | null;
  employee_count: number | null;
  sector: string | null;
  is_public_company: boolean;
  is_startup: boolean;
  target_market: string | null;
  mission_statement: string | null;
  credit_limit: string | null;
  payment_terms: string | null;
  churn_notes: string | null;
  insurance_type_id: string | null;
  source: string | null;
  description: string | null;
  notes: string | null;
  billing_street: string | null;
  billing_city_id: string | null;
  billing_state_id: string | null;
  billing_country_id: string | null;
  billing_postal_code: string | null;
  shipping_street: string | null;
  shipping_city_id: string | null;
  shipping_state_id: string | null;
  shipping_country_id: string | null;
  shipping_postal_code: string | null;
  addresses: Addresses2;
  /** Whether it was set manually and does not follow the rule */
  lifecycle_is_manual: boolean;
  territory_rule: TerritoryRule;
  /** The first lead that was converted to it */
  first_lead_id: string | null;
  /** Business only: consent to messages, by channel and purpose. For an individual, the person's consent applies */
  preferences: PreferencesItem2[] | null;
  /** Derived from employee_count; null if unknown */
  company_size: "MICRO" | "SMALL" | "MEDIUM" | "LARGE" | "ENTERPRISE" | null;
  /** When the health next changes because time passes */
  health_due_at: string | null;
  /** The day of churned_at in the tenant's time zone at that time; null for customers that churned in earlier releases */
  churned_day: string | null;
  /** The customer that this one was merged into */
  merged_into: string | null;
  merge_id: string | null;
  merged_ids: MergedIds2;
  amounts: Amounts;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields5;
}

export interface CustomerAddress {
  /** Unique within the customer */
  id: string;
  type: "HEADQUARTERS" | "BILLING" | "SHIPPING" | "BRANCH" | "MAILING";
  address_line1: string | null;
  address_line2: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
  postal_code: string | null;
  city_id: string | null;
  is_primary: boolean;
  /** Whether the postal code is valid for the country; null if unknown, and on addresses of earlier releases */
  is_postal_code_valid: boolean | null;
  latitude: number | null;
  longitude: number | null;
  is_verified: boolean;
  verified_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface CustomerAmount {
  currency: string;
  won_amount: string;
  pipeline_value: string;
  lifetime_value: string;
}

export interface CustomerDescendant {
  id: string | null;
  customer_number: string | null;
  name: string | null;
  account_type: string | null;
  hierarchy_level: number | null;
  status: string | null;
  parent_customer_id: string | null;
}

export interface CustomerFinancials {
  /** By currency */
  amounts: {
    currency: string;
    lifetime_value: string;
    /** Still owed for all orders of the customer */
    open_balance: string;
    /** Overdue of the newest 100 orders, as far as the caller can see them */
    overdue_balance: string;
  }[];
  /** The newest 10 that the caller can see */
  last_orders: {
    order_id: string;
    order_number: string;
    date: string;
    status: "DRAFT" | "CONFIRMED" | "IN_FULFILLMENT" | "COMPLETED" | "CANCELLED";
    payment_state: PaymentState;
    total: string;
    balance: string;
    currency: string;
    due_date: string | null;
  }[];
  /** The newest 10 that the caller can see */
  last_payments: {
    payment_id: string;
    order_id: string;
    amount: string;
    currency: string;
    status: string;
    date: string | null;
  }[];
}

export interface CustomerGroup {
  key: string;
  count: number;
  opens: Opens;
}

export interface CustomerHealth {
  customer_id: string;
  health_score: number;
  risk_level: "LOW" | "MEDIUM" | "HIGH";
  rule: Rule4;
  parts: Parts;
  /** When the score next changes because time passes */
  changes_at: string | null;
}

export interface CustomerHealthAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** Customers of now; customers without a risk level are left out */
  by_risk_level: CustomerGroup[];
  by_lifecycle_stage: ByLifecycleStage;
  by_status: ByLifecycleStage;
}

export interface CustomerHealthScore extends BaseRecord {
  customer_id: string;
  health_score: number;
  previous_score: number | null;
  risk_level: "LOW" | "MEDIUM" | "HIGH";
  /** The rule version that computed the score */
  rule: {
    kind: string;
    id: string;
    /** 0: the default rule */
    number: number;
  };
  parts: Parts;
  cause: "CREATED" | "FACTS" | "TIME" | "REQUESTED";
  scored_at: string;
}

/** default: [] */
export type CustomerIds = string[];

export type CustomerIds2 = string[];

export interface CustomerInput {
  /** Id or code of one of the tenant's customer types */
  customer_type_id?: string | null | undefined;
  website?: string | null | undefined;
  phone?: string | null | undefined;
  fax?: string | null | undefined;
  email?: string | null | undefined;
  /** Id or code of one of the tenant's industries */
  industry_id?: string | null | undefined;
  legal_name?: string | null | undefined;
  /** Id or code of one of the tenant's company sizes */
  company_size_id?: string | null | undefined;
  /** Id or code of one of the tenant's revenue ranges */
  annual_revenue_range_id?: string | null | undefined;
  annual_revenue?: string | null | undefined;
  employee_count?: number | null | undefined;
  sector?: string | null | undefined;
  target_market?: string | null | undefined;
  mission_statement?: string | null | undefined;
  parent_customer_id?: string | null | undefined;
  credit_limit?: string | null | undefined;
  payment_terms?: string | null | undefined;
  tier?: "BRONZE" | "SILVER" | "GOLD" | "PLATINUM" | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
  last_contact_date?: string | null | undefined;
  next_contact_date?: string | null | undefined;
  /** Id or code of one of the tenant's insurance types */
  insurance_type_id?: string | null | undefined;
  description?: string | null | undefined;
  notes?: string | null | undefined;
  billing_street?: string | null | undefined;
  /** Id or code of one of the tenant's cities */
  billing_city_id?: string | null | undefined;
  /** Id or code of one of the tenant's states */
  billing_state_id?: string | null | undefined;
  /** Id or code of one of the tenant's countries */
  billing_country_id?: string | null | undefined;
  billing_postal_code?: string | null | undefined;
  shipping_street?: string | null | undefined;
  /** Id or code of one of the tenant's cities */
  shipping_city_id?: string | null | undefined;
  /** Id or code of one of the tenant's states */
  shipping_state_id?: string | null | undefined;
  /** Id or code of one of the tenant's countries */
  shipping_country_id?: string | null | undefined;
  shipping_postal_code?: string | null | undefined;
  preferences?: Preferences3 | undefined;
}

export interface CustomerNode {
  id: string | null;
  customer_number: string | null;
  name: string | null;
  account_type: string | null;
  hierarchy_level: number | null;
  status: string | null;
}

export interface CustomerRow extends BaseRecord {
  customer_number: string;
  /** Cannot be changed */
  customer_type: "business" | "individual";
  /** The person of an individual */
  personal_key_id: string | null;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  owner_id: string | null;
  name: string;
  customer_type_id: string | null;
  website: string | null;
  phone: string | null;
  email: string | null;
  industry_id: string | null;
  parent_customer_id: string | null;
  status: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED";
  lifecycle_stage: LifecycleStage;
  tier: "BRONZE" | "SILVER" | "GOLD" | "PLATINUM" | null;
  customer_rank: string | null;
  vip_status: boolean;
  territory_id: string | null;
  lead_score: number | null;
  health_score: number | null;
  risk_level: "LOW" | "MEDIUM" | "HIGH" | null;
  tags: string[];
  customer_since: string | null;
  last_contact_date: string | null;
  next_contact_date: string | null;
  last_activity_date: string | null;
  account_type: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | null;
  /** Number of customers above it; updated moments after a move */
  hierarchy_level: number;
  churn_reason_id: string | null;
  churned_at: string | null;
  currency: string;
  total_opportunities: number;
  open_opportunities: number;
  won_opportunities: number;
  /** Sum of won opportunities in the customer's currency; those in other currencies are in amounts */
  won_amount: string;
  /** Sum of open opportunities in the customer's currency */
  pipeline_value: string;
  /** Sum of the sales in the customer's currency, less refunds: what was paid for confirmed orders, and the amounts of won opportunities without an order */
  lifetime_value: string;
  /** Orders that were paid in full and are neither cancelled nor wholly refunded, and won opportunities without an order */
  paid_orders_count: number;
  /** Beginning of the day, in the tenant's time zone, on which an opportunity was last won */
  last_won_at: string | null;
  /** Beginning of the day of the last confirmed order, or of the last won opportunity without an order */
  last_order_at: string | null;
  /** Individual only: code of the status of the person's newest unconverted lead */
  lead_status: string | null;
  /** Individual only: code of the status of the person's newest potential that is not final */
  potential_status: string | null;
  /** Individual only: the re-engagement batch to which the person was last added, until it is over for the person */
  id_batch: string | null;
  custom_fields?: CustomFields5 | undefined;
}

/** The customer has at least one of these tags; default: [] */
export type CustomerTags = string[];

/** default: [] */
export type CustomerTypeIds = string[];

export type CustomerTypeIds2 = string[];

export interface CycleTimeAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** Open stages that opportunities left in the period, in order */
  by_stage: ComparedStageTime[];
  /** With `group_by=owner`: the stages of each owner at the time of the moves, at most 100 owners */
  stages_by_owner: OwnerStageTimes[];
  /** Moves up to this instant are in the stages: the end of the last day that was taken; null if none was */
  stages_as_of: string | null;
}

export interface Dashboard extends DashboardRow {
  tiles: Tiles2;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface DashboardData {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  /** In the order of the dashboard's tiles */
  tiles: DashboardTileData[];
  /** Changes up to this instant are in the figures */
  as_of: string | null;
}

export interface DashboardRow extends BaseRecord {
  name: string;
  description: string | null;
  span: "last_30_days" | "this_month" | "this_quarter" | "this_year";
  sharing: "PRIVATE" | "TEAM" | "EVERYONE";
  /** The user or team that can see it, or `everyone` */
  audience: string;
}

export interface DashboardTileData {
  type: "figure" | "chart" | "table" | "funnel" | "list" | "report" | "kpi";
  title: string | null;
  /** Why the tile could not be read */
  error: {
    code: string;
    message: string;
  };
  /** The figures of a figure, chart or table, with the values of the whole period */
  figures: FigureValue[];
  /** The rows of a chart or table */
  rows: FigureGroup[];
  /** The open stages of a funnel */
  stages: OpenPipelineGroup[];
  /** The rows of a list or report */
  records: Schema[];
  /** The number of rows of a list or report */
  total: number | null;
  /** Whether a large report is being run: read it again later */
  is_running: boolean;
  kpi: {
    /** The label of the figure */
    label: string;
    unit: Unit;
    /** Currency of amounts: the tenant's */
    value_currency: string;
    /** The current period: `2026-11`, `2026-Q4` or `2026` */
    period: string;
    from: string;
    to: string;
    /** The value of the figure */
    value: number | string | null;
    /** The target of the period; null without one, or if its amount has no exchange rate */
    target: string | null;
    /** Value ÷ target × 100, with two decimals; null without a value, or if the target is 0 */
    percent: string | null;
    /** Target − value: what is missing; negative beyond the target */
    gap: string | null;
    /** The value that is expected by today. For figures that add up over time: target × elapsed days ÷ days of the period */
    expected: string | null;
    /** `ON_TRACK`: as expected or better; `AT_RISK`: at least 80 % of it (or at most 125 %, if lower is better); `BEHIND` */
    status: "ON_TRACK" | "AT_RISK" | "BEHIND" | null;
    trend: Trend;
    opens: Opens;
    as_of: string | null;
  };
  opens: Opens;
}

export interface Data {
  user_id: string;
  capacity: number | null;
  timezone: string | null;
  working_hours: Hours2;
  absences: {
    from: string;
    /** When the user returns. Empty: not known yet */
    to?: string | null | undefined;
    /** Whether the user's open work is handed over when the absence begins, and what comes for them meanwhile */
    reassign: boolean;
    /** User who takes over the work, and is told when the absent user is mentioned. Without `reassign`: only new tickets, conversations and activities. Empty: rules, queues and the user's manager decide */
    stand_in_id?: string | null | undefined;
  }[];
}

export interface Data10 {
  /** The id of the view with which the list of a kind opens, by kind */
  views: { [key: string]: string };
  /** By kind, the origin of the view: chosen by the user, or by an administrator for the role of the user or for all roles */
  sources: { [key: string]: "user" | "role" | "tenant" };
}

export interface Data11 {
  roles: ExtraRoles;
  all_roles: boolean;
}

export interface Data12 {
  types: { [key: string]: {
    /** Shown in the list of notifications */
    in_app: boolean;
    /** Sent to the address that the user signs in with */
    email: boolean;
  } };
}

export interface Data13 {
  definition: Definition2;
  rows: Rows;
  /** The measures over all records; null for a report without measures */
  totals: { [key: string]: unknown } | null;
  /** Rows of the result before its limit */
  row_count: number;
  /** Records created later are not included */
  as_of: string;
  /** running: the rows are not there yet; read the report again */
  status: "ready" | "running";
  unconverted: Unconverted3;
  /** The run of a large report; null for a report that is evaluated at once */
  run_id: string | null;
  /** Records that were read so far */
  rows_read: number;
  /** Continues the rows of this result */
  next_cursor: string | null;
  /** The file of an export; null for a run whose rows are read */
  file: {
    file_name: string;
    format: "csv" | "xlsx" | "pdf";
    /** Bytes; null until the file exists */
    size: number | null;
    /** Until when the file can be downloaded */
    expires_at: string | null;
  };
}

export interface Data2 {
  works: boolean;
  /** Name of the account at the provider */
  account_name: string | null;
  problems: {
    code: string;
    message: string;
    /** Page where a person can fix the problem, such as the consent page */
    url?: string | undefined;
  }[];
}

export interface Data3 {
  kind: string;
  /** As requested; null: for all roles */
  role: "ADMIN" | "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER" | null;
  /** Version of the layout that the tenant set for exactly this kind and role; 0: none was ever set */
  version: number;
  /** Origin of the layout: set for the role, set for all roles, or the default of the kind */
  source: "role" | "tenant" | "default";
  layout: {
    sections: {
      name: string;
      label: string | null;
      fields: string[];
    }[];
    primary: string[];
    columns: string[];
    card: string[];
    tabs: string[];
  };
}

export interface Data4 {
  results: {
    id: string;
    success: boolean;
    owner_id: string | null;
    error: Error3;
  }[];
  assigned: number;
  failed: number;
}

export type Data5 = OrderInstalmentState[];

export type Data6 = {
  id: string;
  title: string;
  summary: string | null;
  language: string;
  category_id: string | null;
  is_public: boolean;
  published_at: string | null;
  /** 1 to 100: the article's share of the total weight of the query */
  score: number;
  /** Indexed words of the query that the article contains, with the field in which each occurs first */
  matched: {
    word: string;
    in: "title" | "tags" | "summary" | "body";
  }[];
}[];

export interface Data7 {
  user_id: string;
  language: string | null;
  density: "compact" | "default" | "comfortable";
  start_page: string | null;
  theme: "system" | "light" | "dark";
  single_key_shortcuts: boolean;
  sidebar_collapsed: boolean;
  view_as_role: ViewAsRole;
  mail_signature: string | null;
  columns: { [key: string]: {
    /** Field of the kind */
    name: string;
    /** In pixels; null: by content */
    width?: number | null | undefined;
    /** true: stays in place when the list is scrolled sideways */
    frozen: boolean;
  }[] };
  ui: Schema;
  /** 0: no preference was ever set */
  version: number;
  updated_at: string | null;
  /** null: that of the tenant */
  time_zone: string | null;
}

export interface Data8 {
  /** 0: the caller never had a favorite */
  version: number;
  record_ids: string[];
  records: {
    id: string;
    kind: string;
    /** Empty if the record has none */
    title: string;
    /** Path at which the record is read */
    path: string;
    /** For a view: the kind of the records in its list */
    view_kind: string | null;
  }[];
}

export interface Data9 {
  /** Each is valid once, in place of a code of the app. They are shown only this once */
  recovery_codes: string[];
}

export interface DataItem {
  start: string;
  end: string;
}

export interface DataItem2 {
  kind: string;
  label: string;
  description: string;
  in_force: {
    id: string;
    /** 0: the default rule */
    number: number;
    definition: { [key: string]: unknown };
  };
  /** Published versions that are in force, or will be */
  upcoming: {
    id: string;
    number: number;
    valid_from: string;
    valid_to: string | null;
  }[];
  /** The JSON Schema of a definition */
  schema: { [key: string]: unknown };
}

export interface DayOrInstantOperators {
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  eq?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  gt?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  gte?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  lt?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  lte?: string | undefined;
}

export interface DayOrPeriodOperators {
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  eq?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  ne?: string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  gt?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  gte?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  lt?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  lte?: string | undefined;
}

export type Days = DaysItem[];

export type Days2 = DaysItem[];

export type DaysItem = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

export interface Deal extends DealRow {
  status_reason: string | null;
  deliverables: string | null;
  terms: string | null;
  /** true: final_amount was set by hand and does not follow the items */
  final_amount_is_manual: boolean;
  items: DealItem[];
  /** true: created in addition to another live deal of the opportunity */
  is_additional: boolean;
  /** The quote from whose acceptance the deal was created */
  quote_id: string | null;
  /** The order that the deal became */
  order_id: string | null;
  /** Shared by the opportunity, quote, deal, contract and orders of one sale */
  sale_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields12;
}

export interface DealItem {
  product_id: string | null;
  name: string | null;
  quantity: string;
  unit_price: string | null;
  discount_percent: string;
  description: string | null;
  id: string;
  /** unit_price × quantity × (100 − discount_percent) / 100, rounded half up to the minor unit */
  total_price: string | null;
}

export interface DealRow extends BaseRecord {
  deal_number: string;
  name: string | null;
  customer_id: string;
  opportunity_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  deal_status: DealStatus;
  status_changed_at: string;
  final_amount: string | null;
  currency: string;
  start_date: string | null;
  end_date: string | null;
  campaign_manager_id: string | null;
  signed_at: string | null;
  paid_at: string | null;
  completed_at: string | null;
  cancelled_at: string | null;
  last_activity_date: string | null;
  tags: string[];
  /** Number of the quote from which the deal was created; unique among deals */
  order_reference: string | null;
  custom_fields?: CustomFields12 | undefined;
}

export type DealStatus = "DRAFT" | "IN_NEGOTIATION" | "SIGNED" | "PAID" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED";

/** Changes only along the allowed transitions. Default: DRAFT */
export type DealStatus2 = "DRAFT" | "IN_NEGOTIATION" | "SIGNED" | "PAID" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED";

export interface DecidedDuplicate extends BaseRecord {
  person_id: string;
  other_person_id: string;
  status: "OPEN" | "MERGED" | "DISMISSED" | "OBSOLETE";
  score: number;
  reasons: Reasons;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface DefaultDashboard {
  name: string;
  role: string;
  span: "last_30_days" | "this_month" | "this_quarter" | "this_year";
  tiles: Tiles2;
}

/** With `name` and `kind` the body of `POST /analytics/reports` for a report of one's own */
export type Definition = {
  columns?: Columns3 | undefined;
  where?: Where5 | undefined;
  with?: With2 | undefined;
  group_by?: GroupBy2 | undefined;
  measures?: Measures2 | undefined;
  sort?: Sort4 | undefined;
  /** The first rows of the order; default: all rows */
  limit?: number | undefined;
  chart?: Chart2 | undefined;
};

/** Columns, conditions, groupings, measures and order */
export interface Definition2 {
  columns?: Columns3 | undefined;
  where?: Where5 | undefined;
  with?: With2 | undefined;
  group_by?: GroupBy2 | undefined;
  measures?: Measures2 | undefined;
  sort?: Sort4 | undefined;
  /** The first rows of the order; default: all rows */
  limit?: number | undefined;
  chart?: Chart2 | undefined;
}

/** Must conform to the schema of the kind; see GET /rules/{kind} */
export type Definition3 = { [key: string]: unknown };

export interface DelegateApprovalBody {
  comment?: string | null | undefined;
  /** Default: the next candidate, as if the caller were away */
  to?: string | undefined;
}

export interface DeliverOrderFulfilmentBody {
  /** If empty, today */
  delivered_date?: string | null | undefined;
}

export type Deliverables = {
  added?: AddContractDeliverableBody[] | undefined;
  changed?: {
    name?: string | undefined;
    description?: string | null | undefined;
    due_date?: string | null | undefined;
    product_id?: string | null | undefined;
    quantity?: string | null | undefined;
    amount?: string | null | undefined;
    id: string;
  }[] | undefined;
  removed?: string[] | undefined;
};

/** Delivery as an email or text message; null if the comment is not sent */
export type Delivery = {
  status: "QUEUED" | "SENT" | "NOT_SENT" | "BOUNCED";
  /** NOT_SENT: one of OFF, NO_ADDRESS, REFUSED, TOO_MANY, NO_DOMAIN, SUSPENDED, TOO_LONG. BOUNCED: the response of the mail server */
  because: string | null;
  to: string | null;
  at: string;
};

export type Details = DetailsItem[];

export interface DetailsItem {
  field: string;
  message: string;
}

export type Differences = {
  field: string;
  /** Any JSON value */
  from: unknown;
  /** Any JSON value */
  to: unknown;
}[];

export interface DismissDuplicateBody {
  /** Stored in the audit trail */
  reason?: string | undefined;
}

export type Do = "count" | "distinct" | "sum" | "avg" | "median" | "min" | "max" | "share" | "rate" | "formula";

export type Drivers = {
  name: string;
  date_of_birth?: string | null | undefined;
  license_number?: string | null | undefined;
  license_state?: string | null | undefined;
  years_licensed?: number | null | undefined;
  relation?: "self" | "spouse" | "child" | "parent" | "employee" | "other" | null | undefined;
  accidents?: {
    date?: string | null | undefined;
    is_at_fault?: boolean | null | undefined;
    amount?: string | null | undefined;
    description?: string | null | undefined;
  }[] | null | undefined;
  violations?: {
    date?: string | null | undefined;
    violation?: string | null | undefined;
    points?: number | null | undefined;
  }[] | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
}[];

export interface DryRunWorkflowBody {
  /** A record of the kind of the workflow: what would happen to it now */
  record_id?: string | undefined;
  /** The records that would have been enrolled in so many days, and what would have happened to them */
  last_days?: number | undefined;
}

export interface DueRenewal extends BaseRecord {
  contract_number: string;
  title: string;
  customer_id: string;
  contact_id: string | null;
  opportunity_id: string | null;
  /** Quote from which the contract was created */
  quote_id: string | null;
  contract_type_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  status: Status13;
  status_changed_at: string;
  contract_value: string;
  currency: string;
  billing_frequency: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME";
  monthly_fee: string | null;
  start_date: string;
  end_date: string;
  duration_months: number | null;
  auto_renew: boolean;
  renewal_notice_days: number;
  /** 1 for the first term */
  term_number: number;
  /** First day of the present term */
  term_start_date: string;
  /** Day of notice of the present term */
  notice_date: string;
  requires_signature: boolean;
  customer_signed: boolean;
  company_signed: boolean;
  has_amendments: boolean;
  amendment_count: number;
  template_id: string | null;
  last_activity_date: string | null;
  tags: string[];
  project_id: string | null;
  /** Days from today to the day of notice; negative after that day */
  days_left: number;
  /** RENEW: the next term is planned; PROPOSE: the owner has to renew; null: not decided yet */
  renewal_outcome: "RENEW" | "PROPOSE" | null;
  renewal_uplift_percent: string | null;
  /** Value of the next term, if there is one, at the present price */
  next_value: string;
  /** Last day of the next term, if there is one */
  next_end_date: string;
  /** First day on which the contract is no longer in force, after a notice of termination */
  termination_date: string | null;
}

export interface Duplicate extends DuplicateRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface DuplicateRow extends BaseRecord {
  /** The requested person, if the request names one */
  person_id: string;
  /** First and last name, or the display name */
  person_name: string | null;
  other_person_id: string;
  /** First and last name, or the display name */
  other_person_name: string | null;
  status: "OPEN" | "MERGED" | "DISMISSED" | "OBSOLETE";
  /** Points out of 100 */
  score: number;
  /** Rating of the score; null below the score that opens a candidate */
  level: "certain" | "likely" | "possible" | null;
  reasons: Reasons;
}

/** Duration; if there are several, the visitor chooses; default: [30] */
export type DurationsMinutes = number[];

/** Roles that can change the field, of those that see it; empty: all of them */
export type EditableBy = Role[];

export type EducationLevel = "none" | "secondary" | "associate" | "bachelors" | "masters" | "phd" | null;

export interface EmailSend extends EmailSendRow {
  channel: "email" | "sms";
  to_members: boolean;
  member_status: MemberStatus2;
  exclude_segment_ids: string[];
  content: Content2;
  subject: string | null;
  subscription_type: string;
  local_time: string | null;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks: boolean | null;
  throttle_per_hour: number | null;
  /** User who last scheduled or changed the send; only persons whom this user can see receive it */
  scheduled_by: string | null;
  /** Persons without a message by reason. `no_address`: no valid address for the channel. `restricted`: their data are restricted. `opted_out`, `bounced`: inactive member. `excluded`: in a segment of `exclude_segment_ids`. `duplicate`: another person has the same address. `missing_field`: no value for a merge field. `unsendable`: the message to this person is invalid, for example too long */
  left_out: { [key: string]: number };
  /** Revision of the template that goes out: the one of the time when the send was last scheduled or changed; null in a draft */
  template_revision: number | null;
  /** Whether opens and clicks of its mails are counted, as decided when it was last scheduled or changed; null in a draft */
  is_tracked: boolean | null;
  /** The latest approval; null if the rule `email_send_approval` needed none. The mails to the others in an A/B test have that of the sample */
  approval: {
    /** Increases with each submission; decisions on earlier rounds have no effect */
    round: number;
    rule: Rule2;
    /** null: no approval was needed */
    level: string | null;
    approvers: Approvers;
    side_by_side: boolean;
    reasons: string[];
    conditions?: Conditions | undefined;
    submitted_by: string;
    submitted_at: string;
    /** null while the approval is open */
    outcome: "APPROVED" | "REJECTED" | "EXPIRED" | null;
    decided_at: string | null;
    comment: string | null;
    approvals: Approvals;
  };
  /** A/B test whose sample or rest this send reaches */
  ab_test_id: string | null;
  ab_phase: "sample" | "rest" | null;
  /** Why the system cancelled the send */
  error: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface EmailSendCheck {
  /** Findings of the check of mails, errors first; empty for text messages */
  content: ContentItem[];
  /** Persons who would get a message */
  recipients: number;
  left_out: LeftOut;
  /** false: only the first 1000 persons of the audience were counted */
  is_complete: boolean;
  /** Whether opens and clicks would be counted */
  is_tracked: boolean;
  /** Choice of the mail account about opens and clicks; null: not decided yet, and for text messages */
  account_tracks: boolean | null;
  /** The account that sends the mails; null: several do, and for text messages */
  mail_account_id: string | null;
}

export interface EmailSendResults {
  /** All messages */
  written: number;
  /** Waiting, or being handed to the provider */
  queued: number;
  /** Accepted by the provider, regardless of the later outcome */
  sent: number;
  /** The provider confirmed the delivery */
  delivered: number;
  /** Mails whose opens and clicks are counted. If messages were written and it is 0, `opened` and `clicked` are null: they are not tracked */
  tracked: number;
  /** Opened by a person, as judged about ten minutes later. null: not tracked */
  opened: number | null;
  /** A person followed a link, as judged about ten minutes later. null: not tracked */
  clicked: number | null;
  /** Bounced: the provider reported that they did not arrive */
  undelivered: number;
  /** Permanently rejected by the provider */
  failed: number;
  /** Blocked by consent, an opt-out or the suppression list */
  refused: number;
  /** Cancelled or manually recalled before they reached the provider */
  recalled: number;
  /** Handed to the provider, with unknown outcome */
  unknown: number;
  /** Time up to which changes are counted */
  as_of: string | null;
}

export interface EmailSendRow extends BaseRecord {
  name: string;
  campaign_id: string | null;
  segment_id: string | null;
  contact_list_id: string | null;
  template_id: string | null;
  sender_id: string | null;
  /** User who sees the send and receives replies; null: unassigned, and visible to all users */
  owner_id: string | null;
  send_status: SendStatus;
  /** When the send starts or started; null while PENDING_APPROVAL: as soon as it is approved */
  scheduled_send_time: string | null;
  /** Messages created so far, each to a different address */
  recipients_count: number;
  /** Persons without a message: the sum of `left_out` */
  passed_over_count: number;
  started_at: string | null;
  /** When all messages were created, or the send was cancelled */
  finished_at: string | null;
}

/** Email addresses of the contact points, the primary one first */
export type Emails = string[];

export interface Engagement {
  score: number;
  rule: Rule4;
  /** Components whose points add up to the score */
  parts: PartsItem[];
}

export interface EnrollInWorkflowBody {
  /** A record of the kind of the workflow */
  record_id: string;
}

export interface Enrollment {
  repeat: "once" | "once_at_a_time" | "every_time";
  /** Whether records that meet `where` at publication are enrolled too */
  existing: boolean;
  /** With once: a record enrolls again when this field has another value than at its last enrollment */
  per?: string | undefined;
}

export type Entity = "campaigns" | "campaign-metrics" | "campaign-members" | "contacts" | "customers" | "deals" | "exchange-rates" | "leads" | "opportunities" | "orders" | "order-items" | "persons" | "potentials" | "products" | "projects" | "targets" | "suppressions";

export type Entity2 = "activities" | "after-sales" | "attachments" | "audit" | "campaigns" | "campaign-members" | "campaign-responses" | "contacts" | "contracts" | "amendments" | "customers" | "deals" | "email-sends" | "exchange-rates" | "forms" | "interactions" | "invoices" | "knowledge" | "leads" | "masters" | "messages" | "conversations" | "message-templates" | "notes" | "comments" | "opportunities" | "orders" | "fulfilments" | "payments" | "refunds" | "pre-orders" | "persons" | "journey" | "duplicates" | "potentials" | "products" | "price-books" | "projects" | "proposals" | "quotes" | "batches" | "members" | "tickets" | "users" | "teams";

export type EntityType = "campaign" | "contact" | "contract" | "customer" | "deal" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket";

export type EntryType = "CONFIRMATION" | "REVISION" | "CANCELLATION" | "PAYMENT" | "DEPOSIT" | "REFUND" | "CREDIT" | "ADJUSTMENT" | "REVERSAL";

export interface Error {
  success: false;
  error: {
    code: "VALIDATION_ERROR" | "UNAUTHENTICATED" | "SECOND_FACTOR_REQUIRED" | "FORBIDDEN" | "SECOND_FACTOR_SETUP_REQUIRED" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "VERSION_CONFLICT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "IDEMPOTENCY_MISMATCH" | "RULE_VIOLATION" | "RATE_LIMITED" | "INTERNAL" | "UNAVAILABLE";
    message: string;
    details: {
      field?: string | undefined;
      message?: string | undefined;
    }[];
    /** Only with SECOND_FACTOR_REQUIRED: send it with a code to `POST /auth/login` within 5 minutes */
    challenge?: string | undefined;
    request_id: string;
  };
}

export interface Error2 {
  code: string;
  message: string;
  details: DetailsItem[];
}

export type Error3 = {
  code: string;
  message: string;
};

export interface EscalateTicketBody {
  reason: string;
  /** Default: the manager of the assignee or of the team */
  to_id?: string | undefined;
}

export interface EscalationsItem {
  /** Percent of the target. A level above 100 follows at least one hour after the previous level */
  percent: number;
  /** OWNER: the assignee; MANAGER: the manager of the team */
  notify: ("OWNER" | "MANAGER" | "DIRECTOR")[];
}

export interface Event {
  /** The `webhook-id` of the same event; pass it as `after` to read the events that follow */
  id: string;
  type: string;
  timestamp: string;
  data: {
    id: string;
    kind: string;
    version: number;
    /** Names of the fields that changed */
    changed: string[];
    actor_id: string;
  };
}

/** The event that a comment of the system records */
export type Event2 = {
  /** MERGED: the other ticket was merged into this one. UNMERGED: they were separated again. SPLIT_TO, SPLIT_FROM: messages became a ticket of their own. UNSPLIT: that was undone */
  type: "MERGED" | "UNMERGED" | "SPLIT_TO" | "SPLIT_FROM" | "UNSPLIT";
  ticket_id: string;
  ticket_number: string;
  subject: string;
};

export type Events = string[];

/** Event types to send: `lead.created`, `lead.*`, or `*` */
export type Events2 = string[];

export interface ExchangeRate extends ExchangeRateRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ExchangeRateRow extends BaseRecord {
  from: string;
  to: string;
  date: string;
  /** Price of one unit of `from` in `to` */
  rate: string;
  pair: string;
}

/** Persons who are reached through a customer of these segments get no message; default: [] */
export type ExcludeSegmentIds = string[];

export type ExitChecksItem = "HAS_CONTACT" | "HAS_PRODUCTS" | "HAS_COMPETITOR" | "HAS_NEXT_STEP" | "HAS_ACTIVITY";

/** Data behind ids, by field name, as requested with `expand`. A record that the caller does not see is null, or has only `id`, `name` and `is_hidden: true` where its name is disclosed, such as the customer of a ticket */
export type Expanded = { [key: string]: unknown };

/** Why this automatic answer was chosen */
export type Explanation = {
  rule_id: string;
  rule_number: number;
  article_id: string;
  score: number;
  /** Words of the ticket that the article contains */
  matched: string[];
};

export interface Export extends ExportRow {
  /** The parameters of the list */
  query: { [key: string]: unknown };
  /** The records that were chosen; null: all records of the list */
  ids: string[] | null;
  /** Fields, in the order of the file */
  columns: string[];
  labels: boolean;
  /** Records that are not in the file because the data of their person are restricted */
  left_out: number;
  /** Why the export failed */
  error: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ExportActivitiesBody {
  format: "csv" | "xlsx";
  ids?: Ids | undefined;
  columns?: Columns | undefined;
  /** true: readable headers, master data by name and users by email address; false: all values as in the API; default: true */
  labels?: boolean | undefined;
  query?: Query | undefined;
}

export interface ExportMastersBody {
  format: "csv" | "xlsx";
  ids?: Ids | undefined;
  columns?: Columns | undefined;
  /** true: readable headers, master data by name and users by email address; false: all values as in the API; default: true */
  labels?: boolean | undefined;
  /** The parameters of the list by name, except those for order and paging; default: {} */
  query?: {
    /** Kind of the master data */
    kind: "activity_statuses" | "activity_types" | "call_outcomes" | "meeting_types" | "after_sales_reasons" | "document_types" | "attachment_categories" | "contact_roles" | "contact_statuses" | "customer_types" | "customer_statuses" | "churn_reasons" | "interaction_types" | "communication_channels" | "communication_types" | "lead_statuses" | "lead_sources" | "insurance_types" | "product_lines" | "industries" | "company_sizes" | "revenue_ranges" | "priorities" | "urgency_levels" | "ticket_statuses" | "ticket_categories" | "article_categories" | "contract_types" | "territories" | "countries" | "states" | "currencies" | "cities" | "opportunity_stages" | "win_loss_reasons" | "payment_methods" | "marketing_channels" | "stores" | "brands" | "potential_statuses" | "potential_stages" | "product_categories" | "subscription_types";
  } | undefined;
}

export interface ExportOpportunitiesBody {
  format: "csv" | "xlsx";
  ids?: Ids | undefined;
  columns?: Columns | undefined;
  /** true: readable headers, master data by name and users by email address; false: all values as in the API; default: true */
  labels?: boolean | undefined;
  query?: Query | undefined;
}

export interface ExportReportBody {
  format: "csv" | "xlsx" | "pdf";
}

export interface ExportRow extends BaseRecord {
  entity: Entity2;
  /** The user who started it; the file contains only records that this user can see */
  owner_id: string;
  file_name: string;
  format: "csv" | "xlsx";
  status: "queued" | "running" | "completed" | "failed" | "cancelled";
  rows: number;
  /** Bytes of the file; null until it exists */
  size: number | null;
  /** Records created later are not included */
  as_of: string;
  /** Until when the file can be downloaded */
  expires_at: string | null;
  started_at: string | null;
  finished_at: string | null;
}

export interface ExportStarted {
  export_id: string;
}

export interface ExportUsersBody {
  format: "csv" | "xlsx";
  ids?: Ids | undefined;
  columns?: Columns | undefined;
  /** true: readable headers, master data by name and users by email address; false: all values as in the API; default: true */
  labels?: boolean | undefined;
  query?: Query | undefined;
}

/** Additional windows by day; they also apply on holidays; default: {} */
export type ExtraDays = { [key: string]: HoursItem };

export type ExtraRoles = Role[];

export type ExtraRoles2 = Role[];

export interface FailReengagementMemberBody {
  reason: string;
  /** Default: now. Must not be before the member was added */
  at?: string | undefined;
}

export interface FeedPage {
  entries: {
    id: string;
    at: string;
    actor: {
      id: string;
      /** null for the system and API keys */
      name: string | null;
    };
    /** In the feed of a record: the work that made the change for the actor; null if none did */
    work: {
      /** Kind of the work: workflow, email_send, import, bulk_change, campaign or reengagement_batch */
      kind: string;
      id: string;
      /** null: the caller does not see it, or it was deleted */
      title: string | null;
    };
    type: "created" | "changed" | "status_changed" | "completed" | "deleted" | "restored" | "commented" | "noted";
    /** The record; for a comment or note, the record that it is about */
    record: {
      id: string;
      kind: string;
      /** Empty if the record has none */
      title: string;
      /** Path at which the record is read */
      path: string;
    };
    /** Names of the changed fields */
    fields: string[];
    /** For a change of the status or stage: the label before */
    from: string | null;
    /** The label after */
    to: string | null;
    /** For a comment or note: its beginning, with the names of mentioned users and teams */
    item: {
      kind: string;
      id: string;
      text: string;
    };
  }[];
  /** Continues with older entries. A page may be short or empty before the last one */
  next_cursor: string | null;
}

export interface FieldInfo {
  type: Type10;
  format?: Format2 | undefined;
  /** Whether the field holds a list of values */
  multiple: boolean;
  choices?: Choices2 | undefined;
  /** For a reference: the kind of record that it names by id */
  record?: string | undefined;
  /** For the id of a part of the record: the field of the record, or the tab, with the list of its parts */
  item_of?: string | undefined;
  /** For a reference to records of several kinds, and for conditions: the field with the kind */
  type_field?: string | undefined;
  /** For master data: the kind of master data that it names by id or code */
  master?: string | undefined;
  /** For money: the field with the currency. Without one, it is that of the tenant */
  currency_field?: string | undefined;
  /** For money in a fixed currency */
  currency?: string | undefined;
  max_length?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  /** For an object: its fields */
  fields?: FieldInfo[] | undefined;
  /** Any JSON value */
  values?: unknown;
  /** Field name in requests and responses */
  name: string;
  label: string;
  help?: string | undefined;
  /** More help for a new record, such as the default. Clients leave it out where they change a record */
  create_help?: string | undefined;
  /** Whether inputs must include the field */
  required: boolean;
  /** The value of a new record that omits the field */
  default?: unknown;
  /** true: set by the system, or not writable for you */
  read_only?: boolean | undefined;
}

/** Name on the page → field of the lead or person. If empty, the usual fields under their own names */
export type FieldMapping = { [key: string]: FieldMappingItem };

export type FieldMappingItem = "first_name" | "last_name" | "full_name" | "email" | "phone" | "mobile" | "company" | "job_title" | "website" | "street_address" | "postal_code" | "budget" | "need" | "timeline" | "description" | "notes";

export type FieldType = "text" | "textarea" | "number" | "money" | "date" | "instant" | "boolean" | "checkbox" | "choice" | "picklist" | "choices" | "url" | "email" | "phone" | "reference";

/** Names of the fields to set */
export type Fields2 = string[];

export interface Figure {
  name: SalesItem;
  label: string;
  unit: Unit;
  formula: string;
  source: string;
  example: string;
  /** `period`: of the days of the request; `now`: the state at the time of the request */
  time: "period" | "now";
  /** How the figure can be divided into rows */
  groups: ("owner" | "period")[];
}

/** Name of the figure, as in `GET /analytics/figures` */
export type Figure2 = "opportunities_created" | "created_conversion_rate" | "opportunities_won" | "opportunities_lost" | "bookings" | "lost_value" | "win_rate" | "average_deal_value" | "average_cycle_days" | "average_lost_cycle_days" | "average_cycle_months" | "revenue" | "opportunities" | "open_opportunities" | "pipeline_value" | "weighted_pipeline" | "forecast_3_months" | "open_leads" | "average_lead_score" | "leads" | "hot_leads" | "hot_lead_rate" | "lead_conversion_rate" | "customers" | "active_customers" | "new_customers" | "customers_at_risk" | "churned_customers" | "customers_churned" | "churned_value" | "tickets" | "open_tickets" | "tickets_answered" | "average_first_response_minutes" | "tickets_resolved" | "average_resolution_hours" | "sla_violations" | "sla_kept_rate" | "average_rating" | "csat" | "nps" | "active_campaigns" | "campaign_cost" | "campaign_conversions" | "campaign_conversion_rate" | "campaign_roi" | "campaign_revenue" | "campaign_leads" | "campaign_open_rate" | "campaign_click_rate" | "campaign_response_rate" | "interactions" | "inbound_interactions" | "outbound_interactions" | "positive_interactions" | "neutral_interactions" | "negative_interactions" | "average_sentiment" | "average_interaction_minutes" | "interaction_outcome_rate" | "interaction_follow_up_rate" | "complaints" | "activities_completed" | "calls_completed" | "call_answer_rate" | "meetings_completed" | "emails_completed" | "tasks_completed" | "operations_health";

/** For `figure` and `chart` */
export type Figure3 = "opportunities_created" | "created_conversion_rate" | "opportunities_won" | "opportunities_lost" | "bookings" | "lost_value" | "win_rate" | "average_deal_value" | "average_cycle_days" | "average_lost_cycle_days" | "average_cycle_months" | "revenue" | "opportunities" | "open_opportunities" | "pipeline_value" | "weighted_pipeline" | "forecast_3_months" | "open_leads" | "average_lead_score" | "leads" | "hot_leads" | "hot_lead_rate" | "lead_conversion_rate" | "customers" | "active_customers" | "new_customers" | "customers_at_risk" | "churned_customers" | "customers_churned" | "churned_value" | "tickets" | "open_tickets" | "tickets_answered" | "average_first_response_minutes" | "tickets_resolved" | "average_resolution_hours" | "sla_violations" | "sla_kept_rate" | "average_rating" | "csat" | "nps" | "active_campaigns" | "campaign_cost" | "campaign_conversions" | "campaign_conversion_rate" | "campaign_roi" | "campaign_revenue" | "campaign_leads" | "campaign_open_rate" | "campaign_click_rate" | "campaign_response_rate" | "interactions" | "inbound_interactions" | "outbound_interactions" | "positive_interactions" | "neutral_interactions" | "negative_interactions" | "average_sentiment" | "average_interaction_minutes" | "interaction_outcome_rate" | "interaction_follow_up_rate" | "complaints" | "activities_completed" | "calls_completed" | "call_answer_rate" | "meetings_completed" | "emails_completed" | "tasks_completed" | "operations_health";

export interface FigureGroup {
  /** Id of the owner, or `none`; or the period, such as `2026-11`, `2026-W47` or `2026-Q4` */
  key: string;
  label: string | null;
  /** Values by the name of the figure */
  values: { [key: string]: number | string | null };
  /** The requests that list the rows behind each value, by the name of the figure */
  opens: { [key: string]: Opens };
}

export interface FigureList {
  figures: Figure[];
}

export interface FigureValue {
  name: SalesItem;
  label: string;
  unit: Unit;
  /** An amount as text, another value as a number. null if the divisor is 0 */
  value: number | string | null;
  /** The value of the period of comparison; null without a comparison, and for figures of now */
  previous: number | string | null;
  /** Change from `previous` in percent, with two decimals */
  change_percent: string | null;
  /** Amounts without an exchange rate, which are not in the value */
  unconverted: UnconvertedItem2[];
  opens: Opens;
  /** The requests that list the rows behind `previous` */
  previous_opens: RowRequest[];
}

/** Figures of the decision, as of the submission; null if it has none */
export type Figures = {
  currency: string;
  total_amount: string | null;
  /** Discount of all lines, against their list prices */
  discount_percent: string | null;
  discount_amount: string | null;
  /** Net amount less the costs of the products; null if no cost is known */
  margin_amount: string | null;
  /** The margin as a percentage of the net amount */
  margin_percent: string | null;
  /** true: some lines have no product with a cost in this currency, and are left out of the margin */
  is_margin_partial: boolean;
  /** Differences from the version before, or the changes of an amendment */
  changes: {
    /** The changed field; `line_items`, `deliverables` or `clauses` for a part of the record */
    field: string;
    /** The name of the line, deliverable or clause; null for a field of the record */
    name: string | null;
    /** null: it did not exist, or it is not a figure */
    before: string | null;
    /** null: it was removed, or it is not a figure */
    after: string | null;
  }[];
};

/** The figures that the caller may read */
export type Figures2 = FigureValue[];

export interface FillCampaignBody {
  /** Adds the customers of this segment; a business is added through its contacts. Name one audience */
  segment_id?: string | null | undefined;
  /** Adds the contacts of this list */
  contact_list_id?: string | null | undefined;
  /** Adds leads: the input of `POST /leads/query` without order and paging. {} selects all leads that you can see */
  lead_filter?: { [key: string]: unknown } | null | undefined;
}

export interface FillReengagementBatchBody {
  /** Adds the contacts of this list; cannot be combined with other criteria */
  contact_list_id?: string | null | undefined;
  /** Only customers of this segment. Default: all customers */
  segment_id?: string | null | undefined;
  /** Only customers without activity since the start of this day */
  last_activity_before?: string | null | undefined;
  /** Only customers whose last purchase was before this day */
  last_order_before?: string | null | undefined;
  /** Minimum lifetime_value of the customer, in the customer's own currency */
  value_min?: string | null | undefined;
  value_max?: string | null | undefined;
}

export interface FindSlotsBody {
  participants: Participants3;
  from: string;
  /** At most 31 days after `from` */
  to: string;
  duration_minutes: number;
  /** default: 20 */
  limit?: number | undefined;
}

export interface FlowHistory {
  id: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  started_at: string;
  ended_at: string | null;
  error: string | null;
  cause: string | null;
  events: {
    at: string;
    /** Name of the event type in Step Functions */
    type: string;
    state: string | null;
    error: string | null;
    cause: string | null;
  }[];
  next_cursor: string | null;
}

export interface FollowUp {
  record: {
    id: string;
    kind: string;
    /** Empty if the record has none */
    title: string;
    /** Path at which the record is read */
    path: string;
  };
  /** The sum of the points, at most 100 */
  priority: number;
  /** The reason with the most points comes first */
  reasons: {
    code: "contact_overdue" | "contact_due_today" | "next_step_overdue" | "next_step_due_today" | "activity_overdue" | "activity_due_today" | "ticket_overdue" | "ticket_due_today" | "promise" | "urgent" | "score" | "probability" | "value" | "closing_overdue" | "closing_soon" | "silent";
    /** In English; the code and the values are for other languages */
    text: string;
    /** The values in the text, by name */
    values: { [key: string]: string | number };
    /** 0: another reason of the same sort counts */
    points: number;
  }[];
  /** The earliest time that the record is due */
  due_at: string | null;
  /** The open activity of the caller that is due first */
  activity_id: string | null;
  /** Title of the record with the phone number, if this is another record */
  contact_name: string | null;
  /** Name of the contact of the record, such as that of an opportunity */
  person_name: string | null;
  /** Name of the customer of the record, or the company of a lead */
  customer_name: string | null;
  phone: string | null;
  email: string | null;
  /** Whether the person refuses phone calls */
  is_call_refused: boolean;
}

export interface FollowUpInteractionBody {
  subject: string;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id: string;
  /** Blocked until the activity that comes first is completed */
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
  /** If empty, you */
  assigned_to_id?: string | undefined;
  due_date?: string | null | undefined;
  /** In the time zone of the activity */
  due_time?: string | null | undefined;
  /** Time zone of the due date and time. If empty, that of the organization */
  timezone?: string | null | undefined;
  start_datetime?: string | null | undefined;
  end_datetime?: string | null | undefined;
  duration_minutes?: number | null | undefined;
  /** Id or code of one of the tenant's call outcomes */
  call_outcome_id?: string | null | undefined;
  call_direction?: "INBOUND" | "OUTBOUND" | null | undefined;
  call_recording_url?: string | null | undefined;
  meeting_location?: string | null | undefined;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  email_subject?: string | null | undefined;
  email_opened?: boolean | null | undefined;
  email_clicked?: boolean | null | undefined;
  outcome?: string | null | undefined;
  /** When the app reminds the assignee; short for one of the reminders */
  reminder_datetime?: string | null | undefined;
  reminders?: Reminders | undefined;
  participants?: Participants | undefined;
  /** Whether participants who are contacts or persons are invited by mail; default: false */
  send_invitations?: boolean | undefined;
  /** Text of the invitation; the description is not sent */
  invitation_text?: string | null | undefined;
  /** An activity that must be completed first */
  blocked_by?: string | null | undefined;
  /** A milestone of the project that the activity is about */
  milestone_id?: string | null | undefined;
  /** Visible only to the assignee, the creator, the participants and administrators; default: false */
  is_private?: boolean | undefined;
}

export interface Followers {
  is_following: boolean;
  /** Why the caller follows the record */
  reason: "OWNER" | "COMMENTER" | "MANUAL" | null;
  /** The users who see the record, the owner first */
  followers: {
    user_id: string;
    name: string;
    reason: "OWNER" | "COMMENTER" | "MANUAL";
  }[];
}

export interface Following {
  is_following: boolean;
  /** Why the caller follows the record */
  reason: "OWNER" | "COMMENTER" | "MANUAL" | null;
}

export interface Forecast {
  /** Currency of the sums: the tenant's */
  currency: string;
  confidence_level: number;
  months: Months;
  /** All open amounts, regardless of their close dates */
  open_value: string;
  open_value_opens: Opens;
  conversion_rates: ConversionRates;
  /** Time up to which changes are counted */
  as_of: string | null;
}

export interface ForecastAnalytics {
  /** Currency of the sums: the tenant's */
  currency: string;
  confidence_level: number;
  months: Months;
  /** All open amounts, regardless of their close dates */
  open_value: string;
  open_value_opens: Opens;
  conversion_rates: ConversionRates;
  /** Time up to which changes are counted */
  as_of: string | null;
  /** The targets of bookings of each month, with what was won in it */
  targets: Attainment[];
}

export interface ForecastMonth {
  /** The first day of the month */
  forecast_period: string;
  /** 1.2 × expected_revenue */
  best_case_revenue: string;
  /** Sum of the open amounts expected to close in the month, each times its probability */
  expected_revenue: string;
  /** 0.8 × expected_revenue */
  worst_case_revenue: string;
  /** Expected revenue divided by all open amounts, four decimals; 0 if nothing is open */
  pipeline_coverage_ratio: number;
  risk_factors: {
    period: string;
    risk_type: "low_pipeline_coverage";
    severity: "high";
    description: string;
  }[];
  recommended_actions: {
    action: "increase_lead_generation";
    priority: "high";
    target_date: string;
  }[];
  unconverted: Unconverted4;
  opens: Opens;
  /** CLOSED contains the bookings: the amounts won in the month */
  by_category: {
    forecast_category: "PIPELINE" | "BEST_CASE" | "COMMIT" | "CLOSED" | "OMITTED";
    count: number;
    value: string;
    weighted: string;
    unconverted: Unconverted4;
    opens: Opens;
  }[];
  /** Revenue of the sales of the month, beside the bookings: payments of orders less refunds, and won amounts of opportunities without an order */
  revenue: {
    value: string;
    unconverted: UnconvertedItem2[];
    opens: Opens;
  };
  /** Owners with the largest sums first, at most 100 */
  by_owner: {
    owner_id: string | null;
    label: string | null;
    count: number;
    value: string;
    weighted: string;
    unconverted: Unconverted4;
    opens: Opens;
    /** The owner's forecast of the month, and the override of a leader */
    submitted: {
      commit: string | null;
      best_case: string | null;
      note: string | null;
      override_commit: string | null;
      override_best_case: string | null;
      override_note: string | null;
      currency: string;
    };
  }[];
}

export interface ForecastSubmission extends ForecastSubmissionRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ForecastSubmissionRow extends BaseRecord {
  period: string;
  owner_id: string;
  /** The tenant's currency at the time of the first submission */
  currency: string;
  /** null until the owner submits */
  commit: string | null;
  best_case: string | null;
  note: string | null;
  submitted_at: string | null;
  /** Override by a leader; null if there is none */
  override_commit: string | null;
  override_best_case: string | null;
  override_note: string | null;
  overridden_by: string | null;
  overridden_at: string | null;
}

export interface ForgotPasswordBody {
  email: string;
  tenant_slug?: string | undefined;
}

export interface Form extends FormRow {
  allowed_origins: string[];
  field_mapping: { [key: string]: FieldMappingItem };
  lead_source_id: string | null;
  owner_id: string | null;
  consent_text: string | null;
  /** Code of the channel */
  consent_channel: string | null;
  subscription_type: string;
  honeypot_field: string | null;
  minimum_seconds: number;
  rate_limit_per_minute: number;
  rate_limit_per_address: number;
  title: string | null;
  introduction: string | null;
  questions: {
    /** Name of the answer in submissions; unique in the form */
    name: string;
    /** The question, as visitors read it */
    label: string;
    type: Type6;
    is_required: boolean;
    /** Text below the question */
    help: string | null;
    /** For select, radio and checkboxes. A custom field with options brings its own */
    choices: string[];
    /** Field of the lead that the answer fills: a field of its person, or custom_fields.<name> */
    field: string | null;
  }[] | null;
  language: string | null;
  submit_label: string | null;
  thank_you_text: string | null;
  redirect_url: string | null;
  assigns_by_rule: boolean | null;
  is_consent_required: boolean | null;
  confirms_by_mail: boolean | null;
  key_rotated_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface FormRow extends BaseRecord {
  name: string;
  kind: "web_form" | "page_visit" | "email_open" | "email_click" | "download";
  is_active: boolean;
  makes_lead: boolean;
  /** Identifies the form in its public URLs; every visitor of the page can see it */
  key: string;
  campaign_id: string | null;
}

export interface FormSubmission {
  id: string;
  submitted_at: string;
  outcome: "accepted" | "anonymous" | "repeated" | "spam" | "bot" | "no_consent" | "refused";
  lead_id: string | null;
  personal_key_id: string | null;
  interaction_id: string | null;
  /** Pending until the person confirms it by mail */
  consent: "given" | "pending" | "none";
  /** Version of the form whose consent text the person read */
  consent_version: number | null;
  expanded?: Expanded | undefined;
}

/** How clients show and enter the value, if the type does not say so */
export type Format2 = "long_text" | "markdown" | "html" | "tags" | "exact" | "percent" | "bytes" | "seconds" | "minutes" | "hours" | "days" | "months" | "time" | "month" | "color" | "country" | "currency" | "language" | "time_zone" | "secret" | "conditions";

export interface FoundPerson {
  id: string;
  first_name: string | null;
  last_name: string | null;
}

export interface From {
  id: string;
  version_number: number;
}

export interface From2 {
  id: string;
  version_number: number;
}

export interface Fulfilment extends FulfilmentRow {
  notes: string | null;
  items: FulfilmentItem[];
  status_changed_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface FulfilmentItem {
  line_id: string;
  /** Name of the line when it was sent */
  name?: string | null | undefined;
  quantity: string;
}

export interface FulfilmentRow extends BaseRecord {
  order_id: string;
  /** Counts the fulfilments of the order, from 1 */
  number: number;
  status: "SHIPPED" | "DELIVERED" | "CANCELLED";
  carrier: string | null;
  tracking_number: string | null;
  shipped_date: string;
  delivered_date: string | null;
}

export interface GenerateContractTextBody {
  /** Default: the template of the contract */
  template_id?: string | null | undefined;
  /** Default: the first language of the template */
  language?: string | null | undefined;
}

export interface GiveArticleFeedbackBody {
  is_helpful: boolean;
  comment?: string | null | undefined;
}

export type Goal = "AWARENESS" | "CONVERSION" | "RETENTION" | "REACTIVATION" | "BRANDING" | null;

export interface GrantPersonSightBody {
  /** A lead, contact, customer, opportunity or ticket of the person */
  record_id: string;
}

export type GroupBy = {
  field: string;
  /** The period of a date or an instant, in the tenant's time zone; weeks begin on Monday */
  by?: "day" | "week" | "month" | "quarter" | "year" | undefined;
  /** Ascending limits of a number or an amount: `[1000, 10000]` gives below 1000, 1000 to below 10000, and from 10000 */
  buckets?: string[] | undefined;
}[];

export type GroupBy2 = {
  field: string;
  /** The period of a date or an instant, in the tenant's time zone; weeks begin on Monday */
  by?: "day" | "week" | "month" | "quarter" | "year" | undefined;
  /** Ascending limits of a number or an amount: `[1000, 10000]` gives below 1000, 1000 to below 10000, and from 10000 */
  buckets?: string[] | undefined;
}[];

/** Why the message waits until `send_at`, or was not sent at all */
export type HeldReason = "no_postal_address" | "suppressed" | "refused" | "no_consent" | "quiet_hours" | "daily_limit" | "frequency_cap" | "recalled" | "restricted" | "sender_suspended" | "account_inactive" | "number_inactive" | "provider_busy" | "account_refused" | null;

export type HeldReason2 = "no_postal_address" | "suppressed" | "refused" | "no_consent" | "quiet_hours" | "daily_limit" | "frequency_cap" | "recalled" | "restricted" | "sender_suspended" | "account_inactive" | "number_inactive" | "provider_busy" | "account_refused";

export interface HoldPreOrderBody {
  /** If empty, the item waits for an allocation or a user */
  hold_until?: string | null | undefined;
  reason: string;
}

/** Days on which the weekly hours do not apply; default: [] */
export type Holidays = string[];

/** Details of home insurance, replaced as a whole */
export type HomeData = {
  /** default: 2 */
  schema_version?: 2 | undefined;
  locations: Locations;
  current_carrier?: string | null | undefined;
  current_policy_expires?: string | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
};

export type HomeData2 = {
  schema_version: 2;
  locations: {
    address?: Address4 | undefined;
    year_built?: number | null | undefined;
    square_feet?: number | null | undefined;
    stories?: number | null | undefined;
    construction?: Construction | undefined;
    roof?: {
      material?: Material | undefined;
      year?: number | null | undefined;
    } | undefined;
    occupancy?: "primary" | "secondary" | "seasonal" | "rental" | "vacant" | null | undefined;
    protections?: ProtectionsItem[] | null | undefined;
    coverages?: {
      dwelling?: string | null | undefined;
      other_structures?: string | null | undefined;
      personal_property?: string | null | undefined;
      loss_of_use?: string | null | undefined;
      liability?: string | null | undefined;
      medical_payments?: string | null | undefined;
      deductible?: string | null | undefined;
    } | undefined;
    claims?: {
      date?: string | null | undefined;
      cause?: string | null | undefined;
      amount?: string | null | undefined;
      description?: string | null | undefined;
    }[] | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  }[];
  current_carrier?: string | null | undefined;
  current_policy_expires?: string | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
};

/** Users who take part in addition to the owner; all must be free; default: [] */
export type HostIds = string[];

export type Hours2 = {
  weekday: "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN";
  from: string;
  to: string | "24:00";
}[] | null;

/** Windows by the day of the week on which they start. A day without windows is closed */
export type Hours3 = { [key: string]: HoursItem };

export type HoursItem = ([string, string | "24:00"])[];

export type HoursItem3 = ([string, string | "24:00"])[];

/** Only these records, if the list shows them; defaults to all records of the list */
export type Ids = string[];

export type Ids2 = string[];

export interface IgnoredItem {
  column: string;
  reason: string;
}

export interface Import extends ImportRow {
  /** The user who started the revert, which runs with this user's permissions */
  reverted_by?: string | null | undefined;
  encoding: string | null;
  delimiter: string | null;
  sheet: string | null;
  /** Columns of the file */
  header: string[];
  mapping: Mapping2;
  /** Columns that are not mapped to a field, and why; null for imports of earlier releases */
  ignored: IgnoredItem[] | null;
  /** Whether the mapping was suggested from header and samples */
  is_suggested: boolean;
  value_map: { [key: string]: { [key: string]: string | null } };
  /** Field → values in the file that are added to its master data */
  new_values?: { [key: string]: string[] } | null | undefined;
  options: {
    /** Reports what would happen, and changes nothing */
    dry_run: boolean;
    /** `update` changes the record that `match_on` finds; `upsert` also creates records that it does not find */
    mode: "create" | "update" | "upsert";
    /** The field by which a row finds its record: `id`, `external_key`, a unique custom field */
    match_on?: string | undefined;
    /** In mode `create`: what to do with existing records; see the operation */
    on_duplicate?: "skip" | "update" | "create" | undefined;
    /** Such as `DD.MM.YYYY`; by default detected from the values of the file. An ended import has what was detected */
    date_format?: string | undefined;
    /** By default detected from the values of the file. An ended import has what was detected */
    decimal_mark?: "." | "," | undefined;
    delimiter?: string | undefined;
    /** Such as `windows-1252`; by default detected from the bytes */
    encoding?: string | undefined;
    /** Sheet of a workbook; defaults to the first visible one that looks like a table */
    sheet?: string | undefined;
    /** Time zone of times without an offset; defaults to the tenant's */
    timezone?: string | undefined;
    /** Country of telephone numbers without a country code; defaults to the tenant's */
    default_country?: string | undefined;
    /** Field → value, used if the file has none */
    defaults?: { [key: string]: unknown } | undefined;
    /** Adds values of master data that do not exist in the tenant */
    create_masters: boolean;
    /** Handling of values that name no choice, master data or user: `refuse` (default) refuses the row, `leave_empty` leaves the field empty, and `keep_as_text` also adds the value to the notes of a new record */
    unknown_values?: "refuse" | "leave_empty" | "keep_as_text" | undefined;
    /** Takes `created_at` from the file */
    historic: boolean;
    /** The rows are sample data: a revert also deletes created records that users changed since */
    is_sample: boolean;
  };
  /** The list that contacts created or found by the rows join */
  list_id: string | null;
  /** Why the import failed as a whole */
  error: {
    message: string;
    details: Details;
  };
  /** Result of a revert; `kept` counts records that were changed since */
  reverted: {
    removed: number;
    restored: number;
    kept: number;
  };
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ImportCampaignMetricsBody {
  /** Id of an uploaded file; alternatively, send the part `file` */
  upload_id?: string | undefined;
  mapping?: Mapping | undefined;
  value_map?: ValueMap | undefined;
  new_values?: NewValues | undefined;
  options?: Options | undefined;
  /** Channel of rows that name none. By default search ads for Google and Microsoft, social ads for Meta, LinkedIn and TikTok */
  channel_id?: string | undefined;
  /** Only rows of this campaign of the platform; other rows are skipped */
  platform_campaign?: string | undefined;
}

export interface ImportContactsBody {
  /** Id of an uploaded file; alternatively, send the part `file` */
  upload_id?: string | undefined;
  mapping?: Mapping | undefined;
  value_map?: ValueMap | undefined;
  new_values?: NewValues | undefined;
  options?: Options | undefined;
  /** A STATIC list; records that the rows create or find join it */
  list_id?: string | undefined;
}

export interface ImportLeadsBody {
  /** Id of an uploaded file; alternatively, send the part `file` */
  upload_id?: string | undefined;
  mapping?: Mapping | undefined;
  value_map?: ValueMap | undefined;
  new_values?: NewValues | undefined;
  options?: Options | undefined;
}

export interface ImportRow extends BaseRecord {
  entity: Entity;
  /** The user who started the import; its rows are written with this user's permissions */
  owner_id: string;
  file_name: string;
  status: Status33;
  format: string;
  /** null until the file has been read to its end */
  total_rows: number | null;
  processed: number;
  created: number;
  updated: number;
  skipped: number;
  /** Rejected rows; `errors` lists them */
  failed: number;
  started_at: string | null;
  finished_at: string | null;
}

export interface ImportStarted {
  import_id: string;
  /** Dry run only: pass this id to the real import instead of sending the file again */
  upload_id?: string | undefined;
  mapping: Mapping2;
  /** Columns that are not mapped to a field, and why */
  ignored: IgnoredItem[];
  /** Dry run only, if the encoding cannot be detected: the three most likely ones; the first was used */
  encodings?: {
    encoding: string;
    /** Header and first rows */
    preview: string[][];
  }[] | undefined;
}

export interface InboundDelivery extends InboundDeliveryRow {
  content_type: string | null;
  /** Query string of the request, after the `?` */
  query: string | null;
  /** Bytes of the body */
  size: number;
  /** SHA-256 of the body, in hexadecimal digits */
  sha256: string;
  /** When the delivery is deleted */
  expires_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface InboundDeliveryRow extends BaseRecord {
  webhook_id: string;
  provider: Provider4;
  /** The provider's id of the delivery, if it sends one */
  external_id: string | null;
  /** Event type, as the provider names it */
  event_type: string | null;
  /** Id of the object that the event is about: an envelope, a message, … */
  subject: string | null;
  /** held: the delivery waits for its record; quarantined: it cannot be processed until a person retries it */
  status: "received" | "held" | "done" | "quarantined";
  /** Result of the processing */
  outcome: string | null;
  /** The record concerned */
  record_id: string | null;
  /** Why the delivery waits, or why it failed */
  reason: string | null;
  /** Key that the delivery waits for, such as `docusign:<envelope id>` */
  held_for: string | null;
  /** Failed attempts to process the delivery or to find its record */
  tries: number;
  /** When the delivery is processed next */
  work_at: string | null;
  /** When the delivery was done or quarantined */
  settled_at: string | null;
}

export interface InboundMail extends InboundMailRow {
  /** The tenant's addresses that received the mail */
  recipients: string[];
  /** As stated by the sender */
  sent_at: string | null;
  /** The header or other evidence for `kind` */
  kind_because: string | null;
  status_because: string | null;
  spam_verdict: "PASS" | "FAIL" | "GRAY" | "UNKNOWN";
  virus_verdict: "PASS" | "FAIL" | "GRAY" | "UNKNOWN";
  /** `pass` if DMARC confirms the sender */
  dmarc: string | null;
  /** SHA-256 of the bytes, in hexadecimal digits */
  sha256: string;
  /** The comment created from the mail, unless the mail opened the ticket */
  comment_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface InboundMailContent {
  subject: string;
  sent_at: string | null;
  /** The address in From. It differs from the sender if a form or a list sent the mail */
  from: string | null;
  text: string;
  /** The new text, without quoted text and signature */
  answer: string;
  attachments: {
    name: string;
    type: string;
    size: number;
    cid: string | null;
    is_inline: boolean;
  }[];
  bounce: {
    deliveries: {
      recipient: string | null;
      action: string | null;
      status: string | null;
      diagnostic: string | null;
    }[];
    is_permanent: boolean;
    original_message_id: string | null;
  };
  /** Threads that the mail provably replies to */
  threads: {
    id: string;
    proof: "address" | "message_id";
  }[];
  /** Whether the mail has more content than is read */
  is_cut: boolean;
}

export interface InboundMailRow extends BaseRecord {
  /** The writer of the mail, also if a form or a list sent it */
  sender: string | null;
  sender_name: string | null;
  subject: string;
  /** `message` if a person wrote the mail, otherwise its type */
  kind: "message" | "auto_reply" | "bounce" | "bulk" | "calendar" | "loop";
  /** SET_ASIDE if the mail needs no attention, HANDLED once it is processed */
  status: "RECEIVED" | "SET_ASIDE" | "TOO_LARGE" | "HANDLED";
  message_id: string | null;
  /** Bytes */
  size: number;
  attachments: number;
  /** The ticket that the mail belongs to */
  ticket_id: string | null;
}

export interface InboundWebhook extends InboundWebhookRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface InboundWebhookNow extends BaseRecord {
  name: string | null;
  public_url: string | null;
  provider: Provider4;
  /** Two during a rotation */
  secret_count: number;
  secret_set_at: string;
  /** The URL for the provider to call */
  url: string;
  /** Calls in the last 30 days with a wrong, missing or expired signature */
  refused_count: number;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface InboundWebhookRow extends BaseRecord {
  name: string | null;
  provider: Provider4;
  public_url: string | null;
  /** Two during a rotation */
  secret_count: number;
  secret_set_at: string;
  /** The URL for the provider to call */
  url: string;
}

/** Version fields to include in each record, separated by commas; every change of a record changes them */
export type Include = ("version" | "updated_at" | "updated_by")[];

/** Version fields to include in each record, separated by commas; every change of a record changes them. Also custom_fields, for at most 50 records a page */
export type Include2 = ("version" | "updated_at" | "updated_by" | "custom_fields")[];

export type IncludeItem2 = "version" | "updated_at" | "updated_by" | "reasons" | "conditions" | "figures";

export interface InspectAfterSalesCaseBody {
  /** Items that are left out are accepted as they arrived */
  items?: {
    line_id: string;
    /** 0: nothing is accepted, and the items go back to the customer */
    accepted_quantity?: "0" | 0 | string | undefined;
    condition?: "AS_NEW" | "USED" | "DAMAGED" | "DEFECTIVE" | "INCOMPLETE" | null | undefined;
    notes?: string | null | undefined;
  }[] | undefined;
}

export interface InspectImportFileBody {
  /** Kind of the rows, as in the address of their list: `leads` */
  entity: "campaigns" | "campaign-metrics" | "campaign-members" | "contacts" | "customers" | "deals" | "exchange-rates" | "leads" | "opportunities" | "orders" | "order-items" | "persons" | "potentials" | "products" | "projects" | "targets" | "suppressions";
  upload_id: string;
  /** Column → field; suggested by default */
  mapping?: { [key: string]: string } | undefined;
  value_map?: ValueMap | undefined;
  options?: Options | undefined;
}

export interface InspectedFile {
  file_name: string;
  format: string;
  encoding: string | null;
  /** If the encoding cannot be detected: the most likely ones, with header and first rows; the first was used */
  encodings?: {
    encoding: string;
    preview: string[][];
  }[] | undefined;
  sheet: string | null;
  /** The visible sheets of a workbook; `options.sheet` chooses one */
  sheets: string[];
  /** The first rows, with a cell for each column */
  rows: string[][];
  /** The field to which `unknown_values: keep_as_text` adds values */
  note_field: string | null;
  columns: {
    column: string;
    /** null: the column is not imported */
    field: string | null;
    /** From 0 to 1; 1 for a field that the request names */
    confidence: number;
    reason: string;
    /** The first different values */
    samples: string[];
    /** Values among the first 200 rows that name no choice, master data or user; `value_map` can give their meaning */
    unknown: string[];
  }[];
  /** Fields that columns can be mapped to */
  fields: {
    name: string;
    label: string;
    type: Type8;
    required: boolean;
    values?: string[] | undefined;
    master?: string | undefined;
    record?: string | undefined;
    /** Whether the caller may add values to its master data */
    can_add: boolean;
  }[];
  /** Fields by which rows can find their records */
  match_on: string[];
}

export interface Interaction extends InteractionRow {
  communication_type_id: string | null;
  summary: string | null;
  notes: string | null;
  outcome: string | null;
  sentiment_source: "MANUAL" | "MODEL" | "SURVEY";
  channel_preference: string | null;
  recording_url: string | null;
  participants: {
    type: "user" | "contact" | "person";
    id: string;
    role?: string | null | undefined;
  }[];
  metadata: { [key: string]: unknown } | null;
  /** All judgements, the latest last; at most 100 are stored */
  sentiment_history: {
    sentiment: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | null;
    sentiment_score: number | null;
    at: string;
    by: string;
    source: "MANUAL" | "MODEL" | "SURVEY";
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface InteractionAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** Most interactions first */
  by_type: InteractionGroup[];
  /** Most interactions first; interactions without a channel are left out */
  by_channel: InteractionGroup[];
  /** From Monday to Sunday, those with interactions */
  by_weekday: InteractionGroup[];
  by_direction: ByDirection;
  by_sentiment: ByDirection;
}

export interface InteractionGroup {
  /** Id of the type, code of the channel, `INBOUND`, `POSITIVE` or `MON`; `none` for interactions without a value */
  key: string;
  label: string | null;
  count: number;
  /** Percent of all interactions of the answer, with two decimals; null without interactions */
  share: number | null;
  inbound: number;
  outbound: number;
  positive: number;
  neutral: number;
  negative: number;
  /** From −1 to 1, with two decimals; null without scores */
  average_sentiment: number | null;
  /** With one decimal; null without durations */
  average_minutes: number | null;
}

export interface InteractionInput {
  /** Id or code of one of the tenant's interaction types */
  interaction_type_id?: string | undefined;
  /** Id or code of one of the tenant's communication channels */
  channel?: string | null | undefined;
  direction?: "INBOUND" | "OUTBOUND" | null | undefined;
  subject?: string | null | undefined;
  summary?: string | null | undefined;
  notes?: string | null | undefined;
  duration_minutes?: number | null | undefined;
  outcome?: string | null | undefined;
  sentiment?: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | null | undefined;
  sentiment_score?: number | null | undefined;
  feedback_type?: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | "COMPLAINT" | null | undefined;
  recording_url?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  ticket_id?: string | null | undefined;
  campaign_id?: string | null | undefined;
  metadata?: { [key: string]: unknown } | null | undefined;
}

export interface InteractionRow extends BaseRecord {
  /** null: the interaction was with the customer, not with a particular person */
  personal_key_id: string | null;
  interaction_type_id: string;
  /** A code, like channel_preference */
  channel: string | null;
  direction: "INBOUND" | "OUTBOUND" | null;
  subject: string | null;
  interaction_date: string;
  /** The day of interaction_date in the tenant's time zone at the time of recording */
  interaction_day: string | null;
  duration_minutes: number | null;
  sentiment: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | null;
  sentiment_score: number | null;
  feedback_type: "POSITIVE" | "NEUTRAL" | "NEGATIVE" | "COMPLAINT" | null;
  lead_id: string | null;
  customer_id: string | null;
  opportunity_id: string | null;
  ticket_id: string | null;
  campaign_id: string | null;
  owner_id: string | null;
  /** The user or system that recorded it */
  recorded_by: string;
  /** The follow-up activity; the latest if there are several */
  follow_up_activity_id: string | null;
  tags: string[];
}

export interface InteractionShare {
  /** Id of the type, code of the channel, `INBOUND`, `POSITIVE` or `MON`; `none` for interactions without a value */
  key: string;
  label: string | null;
  count: number;
  /** Percent of all interactions of the answer, with two decimals; null without interactions */
  share: number | null;
}

/** As text, or by product id; default: [] */
export type InterestedProducts = string[];

export interface Invoice extends InvoiceRow {
  issued_at: string | null;
  contact_id: string | null;
  supply_date: string | null;
  payment_terms: string | null;
  buyer_tax_id: string | null;
  text: string | null;
  language: string | null;
  line_items: InvoiceLine[];
  net_amount: string;
  shipping_amount: string;
  tax_amount: string;
  /** Net amounts and taxes by rate. Shipping has no tax */
  taxes: InvoiceTax[];
  /** Why a credit note was issued */
  reason: string | null;
  /** Lines of the letterhead when it was issued */
  seller: string[] | null;
  /** Name and address of the customer when it was issued */
  buyer: string[] | null;
  seller_tax_id: string | null;
  /** For a credit note: the number of the invoice */
  corrected_number: string | null;
  corrected_date: string | null;
  /** SHA-256 of the content from which the PDF is made, in hexadecimal */
  content_hash: string | null;
  /** SHA-256 of the stored PDF, in hexadecimal */
  pdf_sha256: string | null;
  /** Settled by the net payment of the order, invoices in the order of issue */
  settled_amount: string;
  reminded_at: string | null;
  next_reminder_at: string | null;
  sent_to: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface InvoiceLine {
  /** null: an amount that belongs to no single line */
  order_line_id: string | null;
  name: string;
  description: string | null;
  quantity: string;
  unit_price: string;
  /** Before discounts */
  gross_amount: string;
  /** gross_amount − net_amount */
  discount_amount: string;
  net_amount: string;
  tax_percent: string;
  tax_amount: string;
  /** true: a change of the price of a line whose quantity is invoiced */
  is_difference: boolean;
}

export interface InvoiceRow extends BaseRecord {
  document_type: "INVOICE" | "CREDIT_NOTE";
  status: "DRAFT" | "ISSUED";
  /** null: a draft */
  invoice_number: string | null;
  order_id: string;
  customer_id: string;
  /** For a credit note: the invoice that it corrects */
  invoice_id: string | null;
  invoice_date: string | null;
  due_date: string | null;
  currency: string;
  /** net_amount + tax_amount + shipping_amount */
  total: string;
  /** Sum of the credit notes of the invoice */
  credited_amount: string;
  /** total − credited_amount − settled_amount. Follows the order moments later */
  open_amount: string;
  /** null: a draft or a credit note */
  payment_state: "UNPAID" | "PARTLY_PAID" | "PAID" | "CREDITED" | null;
  /** The level of the last reminder; 0: none */
  reminder_level: number;
  sent_at: string | null;
}

export interface InvoiceTax {
  tax_percent: string;
  net_amount: string;
  tax_amount: string;
}

export interface InvoicedPart {
  quantity: string;
  gross_amount: string;
  net_amount: string;
  tax_amount: string;
}

export interface IssueInvoiceBody {
  /** If empty, today. Not before the date of the last number, and not after today */
  invoice_date?: string | null | undefined;
}

export type Items = {
  kind: "boat";
  description: string;
  value?: string | null | undefined;
  year?: number | null | undefined;
  /** Identifying numbers, such as a serial number or a registration */
  identifiers?: { [key: string]: string } | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
  hull_id?: string | null | undefined;
  hull_material?: string | null | undefined;
  length_feet?: number | null | undefined;
  horsepower?: number | null | undefined;
  mooring?: Address3 | undefined;
} | {
  kind: "motorcycle";
  description: string;
  value?: string | null | undefined;
  year?: number | null | undefined;
  /** Identifying numbers, such as a serial number or a registration */
  identifiers?: { [key: string]: string } | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
  vin?: string | null | undefined;
  make?: string | null | undefined;
  model?: string | null | undefined;
  engine_cc?: number | null | undefined;
} | {
  kind: "rv";
  description: string;
  value?: string | null | undefined;
  year?: number | null | undefined;
  /** Identifying numbers, such as a serial number or a registration */
  identifiers?: { [key: string]: string } | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
  vin?: string | null | undefined;
  make?: string | null | undefined;
  model?: string | null | undefined;
  class?: Class | undefined;
  length_feet?: number | null | undefined;
  is_lived_in?: boolean | null | undefined;
} | {
  kind: "jewelry";
  description: string;
  value?: string | null | undefined;
  year?: number | null | undefined;
  /** Identifying numbers, such as a serial number or a registration */
  identifiers?: { [key: string]: string } | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
  appraised_on?: string | null | undefined;
  material?: string | null | undefined;
  is_in_safe?: boolean | null | undefined;
} | {
  kind: "art";
  description: string;
  value?: string | null | undefined;
  year?: number | null | undefined;
  /** Identifying numbers, such as a serial number or a registration */
  identifiers?: { [key: string]: string } | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
  appraised_on?: string | null | undefined;
  artist?: string | null | undefined;
  medium?: string | null | undefined;
  kept_at?: Address3 | undefined;
} | {
  kind: "other";
  description: string;
  value?: string | null | undefined;
  year?: number | null | undefined;
  /** Identifying numbers, such as a serial number or a registration */
  identifiers?: { [key: string]: string } | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
}[];

/** Required but for a REFUND and a COMPLAINT. At most what was delivered and is in no other case */
export type Items2 = {
  /** A line of the order */
  line_id: string;
  quantity: string;
  /** If empty, the reason of the case */
  reason_id?: string | null | undefined;
}[];

export interface ItemsItem {
  product_id: string;
  /** default: 1 */
  quantity?: number | undefined;
}

export interface JourneyEntry extends JourneyEntryRow {
  next_action: string | null;
  summary_text: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface JourneyEntryInput {
  emotion?: string | null | undefined;
  next_action?: string | null | undefined;
  summary_text?: string | null | undefined;
  confidence_score?: number | null | undefined;
  sentiment_score?: number | null | undefined;
  source?: string | null | undefined;
  interaction_type?: "email" | "sms" | "call" | "visit" | "chat" | null | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel_id?: string | null | undefined;
  campaign_id?: string | null | undefined;
  /** Id or code of one of the tenant's stores */
  store_id?: string | null | undefined;
  /** Id or code of one of the tenant's brands */
  brand_id?: string | null | undefined;
}

export interface JourneyEntryRow extends BaseRecord {
  personal_key_id: string;
  stage: string | null;
  emotion: string | null;
  confidence_score: number | null;
  sentiment_score: number | null;
  recorded_by: string | null;
  source: string | null;
  interaction_type: "email" | "sms" | "call" | "visit" | "chat" | null;
  channel_id: string | null;
  campaign_id: string | null;
  store_id: string | null;
  brand_id: string | null;
  related_order_id: string | null;
  occurred_at: string;
}

export type Key2 = "active_campaigns_by_roi" | "company_pipeline" | "won_by_owner" | "open_pipeline_by_stage" | "lost_by_reason" | "customers_without_activity" | "tickets_by_priority_and_status" | "leads_by_source";

export type Kind = "activity_statuses" | "activity_types" | "call_outcomes" | "meeting_types" | "after_sales_reasons" | "document_types" | "attachment_categories" | "contact_roles" | "contact_statuses" | "customer_types" | "customer_statuses" | "churn_reasons" | "interaction_types" | "communication_channels" | "communication_types" | "lead_statuses" | "lead_sources" | "insurance_types" | "product_lines" | "industries" | "company_sizes" | "revenue_ranges" | "priorities" | "urgency_levels" | "ticket_statuses" | "ticket_categories" | "article_categories" | "contract_types" | "territories" | "countries" | "states" | "currencies" | "cities" | "opportunity_stages" | "win_loss_reasons" | "payment_methods" | "marketing_channels" | "stores" | "brands" | "potential_statuses" | "potential_stages" | "product_categories" | "subscription_types";

/** Kind of the records that the report reads; also `opportunity_line` and `order_line` */
export type Kind10 = "activity" | "after_sales_case" | "approval" | "attachment" | "audit" | "bulk_change" | "booking_link" | "campaign" | "campaign_template" | "campaign_member" | "campaign_response" | "campaign_fill" | "contact" | "contact_list" | "contract" | "contract_clause" | "contract_template" | "custom_field" | "customer" | "deal" | "email_send" | "exchange_rate" | "export" | "forecast_submission" | "import" | "inbound_mail" | "inbound_webhook" | "form" | "interaction" | "invoice" | "knowledge_article" | "lead" | "mail_account" | "message" | "conversation" | "message_template" | "note" | "comment" | "notification" | "opportunity" | "order" | "fulfilment" | "payment" | "refund" | "payment_account" | "pre_order" | "pre_order_allocation" | "person" | "candidate" | "journey" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "reengagement_member" | "reengagement_fill" | "report" | "target" | "kpi" | "dashboard" | "search_path" | "segment" | "signature_request" | "signature_account" | "support_calendar" | "sla_policy" | "sms_sender" | "sms_service_account" | "sms_number" | "workflow" | "workflow_enrollment" | "suppression" | "tenant" | "ticket" | "ticket_macro" | "sla_outcome" | "ticket_survey" | "upload" | "user" | "team" | "view" | "webhook_endpoint";

export type Kind13 = "activity" | "after_sales_case" | "approval" | "attachment" | "audit" | "bulk_change" | "booking_link" | "campaign" | "campaign_template" | "campaign_member" | "campaign_response" | "campaign_fill" | "contact" | "contact_list" | "contract" | "contract_clause" | "contract_template" | "custom_field" | "customer" | "deal" | "email_send" | "exchange_rate" | "export" | "forecast_submission" | "import" | "inbound_mail" | "inbound_webhook" | "form" | "interaction" | "invoice" | "knowledge_article" | "lead" | "mail_account" | "message" | "conversation" | "message_template" | "note" | "comment" | "notification" | "opportunity" | "order" | "fulfilment" | "payment" | "refund" | "payment_account" | "pre_order" | "pre_order_allocation" | "person" | "candidate" | "journey" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "reengagement_member" | "reengagement_fill" | "report" | "target" | "kpi" | "dashboard" | "search_path" | "segment" | "signature_request" | "signature_account" | "support_calendar" | "sla_policy" | "sms_sender" | "sms_service_account" | "sms_number" | "workflow" | "workflow_enrollment" | "suppression" | "tenant" | "ticket" | "ticket_macro" | "sla_outcome" | "ticket_survey" | "upload" | "user" | "team" | "view" | "webhook_endpoint";

/** Kind of the records */
export type Kind2 = "activity" | "booking_link" | "campaign_member" | "campaign" | "campaign_template" | "contact" | "contract" | "contract_clause" | "contract_template" | "customer" | "deal" | "email_send" | "exchange_rate" | "form" | "interaction" | "knowledge_article" | "lead" | "message_template" | "note" | "comment" | "opportunity" | "order" | "person" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "sla_policy" | "support_calendar" | "ticket" | "team";

export type Kind6 = "OPENED" | "CLICKED" | "FORM" | "REPLIED" | "CALLED" | "ATTENDED" | "PURCHASED";

/** Kind of the records in the list */
export type Kind9 = "activity" | "after_sales_case" | "approval" | "attachment" | "audit" | "bulk_change" | "booking_link" | "campaign" | "campaign_template" | "campaign_member" | "campaign_response" | "campaign_fill" | "contact" | "contact_list" | "contract" | "contract_clause" | "contract_template" | "custom_field" | "customer" | "deal" | "email_send" | "exchange_rate" | "export" | "forecast_submission" | "import" | "inbound_mail" | "inbound_webhook" | "form" | "interaction" | "invoice" | "knowledge_article" | "lead" | "mail_account" | "message" | "conversation" | "message_template" | "note" | "comment" | "notification" | "opportunity" | "order" | "fulfilment" | "payment" | "refund" | "payment_account" | "pre_order" | "pre_order_allocation" | "person" | "candidate" | "journey" | "playbook" | "potential" | "product" | "price_book" | "project" | "project_template" | "proposal" | "proposal_template" | "quote" | "pricing_rule" | "quote_template" | "reengagement_batch" | "reengagement_member" | "reengagement_fill" | "report" | "target" | "kpi" | "dashboard" | "search_path" | "segment" | "signature_request" | "signature_account" | "support_calendar" | "sla_policy" | "sms_sender" | "sms_service_account" | "sms_number" | "workflow" | "workflow_enrollment" | "suppression" | "tenant" | "ticket" | "ticket_macro" | "sla_outcome" | "ticket_survey" | "upload" | "user" | "team" | "view" | "webhook_endpoint";

export interface KnowledgeArticle extends KnowledgeArticleRow {
  body: string;
  /** Unpublished changes of a published article; visible only to authors */
  draft: {
    title: string;
    summary: string | null;
    body: string;
  };
  published_by: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface KnowledgeArticleRow extends BaseRecord {
  title: string;
  summary: string | null;
  status: "DRAFT" | "PUBLISHED" | "ARCHIVED";
  /** BCP 47 tag; cannot be changed */
  language: string;
  /** The same for an article and its translations; one article per language */
  group_id: string;
  category_id: string | null;
  tags: string[];
  is_public: boolean;
  author_id: string | null;
  has_draft: boolean;
  /** How often the article was published */
  version_number: number;
  /** When the article was last published */
  published_at: string | null;
}

export interface Kpi extends KpiRow {
  description: string | null;
  user_id: string | null;
  team_id: string | null;
  territory_id: string | null;
  target_value: string | null;
  currency: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface KpiPoint {
  period: string;
  /** The value of the figure */
  value: number | string | null;
  target: string | null;
  opens: Opens;
}

export interface KpiRow extends BaseRecord {
  name: string;
  figure: Figure2;
  period_length: "month" | "quarter" | "year";
  target_type: "FIXED" | "TARGETS";
  direction: "HIGHER" | "LOWER";
  sharing: "PRIVATE" | "TEAM" | "EVERYONE";
  /** The user or team that can see it, or `everyone` */
  audience: string;
}

export interface KpiWithValue extends BaseRecord {
  name: string;
  description: string | null;
  figure: Figure2;
  user_id: string | null;
  team_id: string | null;
  territory_id: string | null;
  period_length: "month" | "quarter" | "year";
  target_type: "FIXED" | "TARGETS";
  target_value: string | null;
  currency: string | null;
  direction: "HIGHER" | "LOWER";
  sharing: "PRIVATE" | "TEAM" | "EVERYONE";
  /** The user or team that can see it, or `everyone` */
  audience: string;
  /** The label of the figure */
  label: string;
  unit: Unit;
  /** Currency of amounts: the tenant's */
  value_currency: string;
  /** The current period: `2026-11`, `2026-Q4` or `2026` */
  period: string;
  from: string;
  to: string;
  /** The value of the figure */
  value: number | string | null;
  /** The target of the period; null without one, or if its amount has no exchange rate */
  target: string | null;
  /** Value ÷ target × 100, with two decimals; null without a value, or if the target is 0 */
  percent: string | null;
  /** Target − value: what is missing; negative beyond the target */
  gap: string | null;
  /** The value that is expected by today. For figures that add up over time: target × elapsed days ÷ days of the period */
  expected: string | null;
  /** `ON_TRACK`: as expected or better; `AT_RISK`: at least 80 % of it (or at most 125 %, if lower is better); `BEHIND` */
  status: "ON_TRACK" | "AT_RISK" | "BEHIND" | null;
  trend: Trend;
  opens: Opens;
  as_of: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export type Languages = LanguagesItem[];

export type LanguagesItem = "en" | "de" | "fr" | "es" | "it" | "ar" | "ja" | "zh-Hans" | "zh-Hant" | "ko";

export interface Lead extends LeadRow {
  /** The day of created_at in the tenant's time zone at that time */
  created_day: string;
  industry_id: string | null;
  company_size_id: string | null;
  annual_revenue_range_id: string | null;
  annual_revenue: string | null;
  employee_count: number | null;
  website: string | null;
  street_address: string | null;
  city_id: string | null;
  state_id: string | null;
  country_id: string | null;
  postal_code: string | null;
  authority: string | null;
  need: string | null;
  timeline: string | null;
  auto_data: AutoData2;
  home_data: HomeData2;
  specialty_data: SpecialtyData2;
  product_data: { [key: string]: unknown } | null;
  umbrella_value: string | null;
  premium: string | null;
  /** Whether the person refuses emails, regardless of who recorded the refusal */
  email_opt_out: boolean;
  /** Whether the person refuses telephone calls, regardless of who recorded the refusal */
  phone_opt_out: boolean;
  marketing_settings: { [key: string]: unknown } | null;
  last_contact_date: string | null;
  description: string | null;
  notes: string | null;
  metadata: { [key: string]: unknown } | null;
  territory_rule: TerritoryRule;
  /** How the score was computed; manual: set by a person, until it is cleared */
  score_model: "standard" | "dynamic" | "manual" | null;
  /** The rule version that computed the score */
  score_rule_id: string | null;
  /** null while the score depends only on the lead's own fields: the person's actions were not evaluated, or added nothing */
  scored_at: string | null;
  /** When the score next changes because time passes */
  rescore_at: string | null;
  qualified_date: string | null;
  /** The day of qualified_date in the tenant's time zone at that time; null for leads that were qualified in earlier releases */
  qualified_day: string | null;
  /** The next_contact_date for which the owner was reminded */
  follow_up_reminded_at: string | null;
  /** The day of converted_date in the tenant's time zone at that time */
  converted_day: string | null;
  converted_opportunity_id: string | null;
  converted_contact_id: string | null;
  converted_customer_id: string | null;
  /** The first order that names the lead */
  order_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields;
}

export interface LeadAssignment extends BaseRecord {
  lead_id: string;
  personal_key_id: string;
  /** null if the lead was unassigned or just created */
  from_owner_id: string | null;
  /** null if the lead is unassigned */
  to_owner_id: string | null;
  method: "MANUAL" | "LIST" | "USER" | "ROUND_ROBIN" | "LEAST_LOADED";
  /** The version that chose the owner; null if a person did */
  rule: {
    kind: string;
    id: string;
    /** 0: the default rule */
    number: number;
  };
  /** The matching rule in the version; null for `otherwise` */
  rule_name: string | null;
  reason: string | null;
  assigned_by: string;
  assigned_at: string;
}

export interface LeadCohort {
  key: string;
  /** Leads that were created in the month */
  leads: number;
  /** Leads that are qualified */
  qualified: number;
  converted: number;
  /** Opportunities that came from the leads */
  opportunities: number;
  /** Those of the opportunities that are won */
  won: number;
  /** Qualified leads in percent of the leads, two decimals; null without leads */
  qualification_rate: number | null;
  /** Converted leads in percent of the leads, two decimals; null without leads */
  conversion_rate: number | null;
  /** Won opportunities in percent of the leads, two decimals; null without leads */
  win_rate: number | null;
  /** The steps by month after the creation of the lead: 0 is the month of creation, 12 stands for later ones too. Ends with the last month that has a number */
  months: CohortMonth[];
}

export interface LeadCohortAnalytics {
  /** First day of the first month */
  from: string;
  /** Last day of the last month */
  to: string;
  compared: Compared;
  /** Months in order, those without leads included */
  cohorts: LeadCohort[];
  totals: {
    /** Leads that were created in the month */
    leads: number;
    /** Leads that are qualified */
    qualified: number;
    converted: number;
    /** Opportunities that came from the leads */
    opportunities: number;
    /** Those of the opportunities that are won */
    won: number;
    /** Qualified leads in percent of the leads, two decimals; null without leads */
    qualification_rate: number | null;
    /** Converted leads in percent of the leads, two decimals; null without leads */
    conversion_rate: number | null;
    /** Won opportunities in percent of the leads, two decimals; null without leads */
    win_rate: number | null;
    /** The totals of the period of comparison; null without a comparison */
    previous: {
      /** Leads that were created in the month */
      leads: number;
      /** Leads that are qualified */
      qualified: number;
      converted: number;
      /** Opportunities that came from the leads */
      opportunities: number;
      /** Those of the opportunities that are won */
      won: number;
      /** Qualified leads in percent of the leads, two decimals; null without leads */
      qualification_rate: number | null;
      /** Converted leads in percent of the leads, two decimals; null without leads */
      conversion_rate: number | null;
      /** Won opportunities in percent of the leads, two decimals; null without leads */
      win_rate: number | null;
    };
  };
  /** Changes up to this instant are counted */
  as_of: string | null;
}

export interface LeadDay {
  /** In the tenant's time zone at that time */
  day: string;
  /** Includes leads that were deleted since */
  created: number;
  converted: number;
}

export interface LeadDays {
  /** In order. Days without figures, such as those before the tenant existed, are omitted */
  days: LeadDay[];
}

export interface LeadInput {
  first_name?: string | null | undefined;
  last_name?: string | null | undefined;
  email?: string | null | undefined;
  phone?: string | null | undefined;
  mobile?: string | null | undefined;
  company?: string | null | undefined;
  job_title?: string | null | undefined;
  /** Id or code of one of the tenant's industries */
  industry_id?: string | null | undefined;
  /** Id or code of one of the tenant's company sizes */
  company_size_id?: string | null | undefined;
  /** Id or code of one of the tenant's revenue ranges */
  annual_revenue_range_id?: string | null | undefined;
  employee_count?: number | null | undefined;
  website?: string | null | undefined;
  street_address?: string | null | undefined;
  /** Id or code of one of the tenant's cities */
  city_id?: string | null | undefined;
  /** Id or code of one of the tenant's states */
  state_id?: string | null | undefined;
  /** Id or code of one of the tenant's countries */
  country_id?: string | null | undefined;
  postal_code?: string | null | undefined;
  /** Id or code of one of the tenant's lead sources */
  lead_source_id?: string | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
  /** Id or code of one of the tenant's insurance types */
  insurance_type_id?: string | null | undefined;
  budget?: string | null | undefined;
  need?: string | null | undefined;
  timeline?: string | null | undefined;
  umbrella_value?: string | null | undefined;
  premium?: string | null | undefined;
  marketing_settings?: { [key: string]: unknown } | null | undefined;
  last_contact_date?: string | null | undefined;
  next_contact_date?: string | null | undefined;
  follow_up_priority?: "LOW" | "MEDIUM" | "HIGH" | "URGENT" | null | undefined;
  description?: string | null | undefined;
  notes?: string | null | undefined;
}

export interface LeadRow extends BaseRecord {
  lead_number: string;
  personal_key_id: string;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  /** Name to display: the name, or else the company, email or telephone number */
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  mobile: string | null;
  company: string | null;
  job_title: string | null;
  lead_status_id: string;
  lead_source_id: string | null;
  /** null if the lead is unassigned */
  owner_id: string | null;
  lead_score: number;
  /** Derived from the score; null on leads that were never scored */
  rating: "HOT" | "WARM" | "COLD" | "DISQUALIFIED" | null;
  is_qualified: boolean;
  is_converted: boolean;
  product_line: string | null;
  budget: string | null;
  currency: string;
  tags: string[];
  insurance_type_id: string | null;
  territory_id: string | null;
  status_changed_at: string;
  converted_date: string | null;
  next_contact_date: string | null;
  follow_up_priority: "LOW" | "MEDIUM" | "HIGH" | "URGENT" | null;
  last_activity_date: string | null;
  source_campaign_id: string | null;
  custom_fields?: CustomFields | undefined;
}

export interface LeadScore extends BaseRecord {
  lead_id: string;
  personal_key_id: string;
  lead_score: number;
  previous_score: number | null;
  rating: string | null;
  score_model: string;
  /** The rule version that computed the score; null if a person set it, and for the first entry */
  rule: {
    kind: string;
    id: string;
    /** 0: the default rule */
    number: number;
  };
  /** Parts of the score, which is the sum of their points; not stored for the first entry */
  parts: PartsItem[];
  cause: Cause;
  reason: string | null;
  scored_at: string;
}

export interface LedgerEntry extends BaseRecord {
  order_id: string;
  /** Position in the ledger of the order, from 1 */
  sequence: number;
  entry_type: EntryType;
  /** Below 0 only for an ADJUSTMENT that raises the claim, and for a REVISION that lowers the total */
  amount: string;
  currency: string;
  /** When the money moved or the claim changed, as reported */
  occurred_at: string;
  /** The payment, refund or invoice that the entry belongs to */
  record_id: string | null;
  /** For a REVERSAL: the sequence of the entry that it undoes */
  reverses: number | null;
  reversed_type: "CONFIRMATION" | "REVISION" | "CANCELLATION" | "PAYMENT" | "DEPOSIT" | "REFUND" | "CREDIT" | "ADJUSTMENT" | "REVERSAL" | null;
  provider: string | null;
  /** The provider's id of the charge, refund or dispute */
  provider_reference: string | null;
  reason: string | null;
  /** After the entry, as are the following */
  paid: string;
  refunded: string;
  credited: string;
  due: string;
  balance: string;
  payment_state: PaymentState;
}

/** Persons who would get none, by reason; `opted_out` includes those who refuse the subscription type. `not_visible`: customers, contacts or persons whom the caller does not see */
export type LeftOut = { [key: string]: number };

export type LifecycleStage = "LEAD" | "PROSPECT" | "OPPORTUNITY" | "CUSTOMER" | "CHAMPION" | "CHURNED";

/** If empty, the stage by the rule of the organization, which it then follows */
export type LifecycleStage2 = "LEAD" | "PROSPECT" | "OPPORTUNITY" | "CUSTOMER" | "CHAMPION" | "CHURNED" | null;

export type LineItems = OrderLine[];

/** Lines of the order with quantities. Default: all that is not invoiced yet */
export type LineItems2 = LineItemsItem2[];

export type LineItems3 = {
  product_id: string | null;
  name: string | null;
  description: string | null;
  quantity: string;
  unit_price: string | null;
  discount_percent: string;
  tax_percent: string;
  section: string | null;
  bundle: string | null;
  optional: boolean;
  chosen: boolean;
}[];

export interface LineItemsItem {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | null | undefined;
  description?: string | null | undefined;
  quantity?: string | undefined;
  /** If empty, the price from price book and pricing rules */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  tax_percent?: string | undefined;
  /** Heading above the line */
  section?: string | null | undefined;
  /** false: nothing is delivered, as for a fee; default: true */
  requires_delivery?: boolean | undefined;
  properties?: Properties | undefined;
  /** true: delivered only after its release; default: false */
  is_preorder?: boolean | undefined;
  preorder_release_at?: string | null | undefined;
  preorder_notes?: string | null | undefined;
  /** The stored line that it replaces. Without it, a line with the same values stays that line */
  id?: string | undefined;
}

export interface LineItemsItem2 {
  line_id: string;
  quantity: string;
}

export interface LineItemsItem3 {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | null | undefined;
  description?: string | null | undefined;
  quantity?: string | undefined;
  /** If empty, the price from price book and pricing rules */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  tax_percent?: string | undefined;
  /** Heading above the line */
  section?: string | null | undefined;
  /** Optional lines of the same bundle are chosen together */
  bundle?: string | null | undefined;
  /** An optional line counts only if it is chosen; default: false */
  optional?: boolean | undefined;
  /** Only for an optional line; default: false */
  chosen?: boolean | undefined;
}

export interface LineItemsItem4 {
  product_id?: string | null | undefined;
  /** If empty, the name of the product */
  name?: string | null | undefined;
  description?: string | null | undefined;
  quantity?: string | undefined;
  /** If empty, the price from price book and pricing rules */
  unit_price?: string | null | undefined;
  discount_percent?: string | undefined;
  tax_percent?: string | undefined;
  /** Heading above the line */
  section?: string | null | undefined;
  /** Optional lines of the same bundle are chosen together */
  bundle?: string | null | undefined;
  /** An optional line counts only if it is chosen; default: false */
  optional?: boolean | undefined;
  /** Only for an optional line; default: false */
  chosen?: boolean | undefined;
  /** The stored line that it replaces. Without it, a line with the same values stays that line */
  id?: string | undefined;
}

export interface LinkConversationBody {
  /** null: of no customer */
  customer_id_crm: string | null;
}

/** URLs of the record and of related data */
export type Links = { [key: string]: string };

export type Locations = {
  address?: Address3 | undefined;
  year_built?: number | null | undefined;
  square_feet?: number | null | undefined;
  stories?: number | null | undefined;
  construction?: Construction | undefined;
  roof?: {
    material?: Material | undefined;
    year?: number | null | undefined;
  } | undefined;
  occupancy?: "primary" | "secondary" | "seasonal" | "rental" | "vacant" | null | undefined;
  protections?: ProtectionsItem[] | null | undefined;
  coverages?: {
    dwelling?: string | null | undefined;
    other_structures?: string | null | undefined;
    personal_property?: string | null | undefined;
    loss_of_use?: string | null | undefined;
    liability?: string | null | undefined;
    medical_payments?: string | null | undefined;
    deductible?: string | null | undefined;
  } | undefined;
  claims?: {
    date?: string | null | undefined;
    cause?: string | null | undefined;
    amount?: string | null | undefined;
    description?: string | null | undefined;
  }[] | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
}[];

export interface LogLeadActivityBody {
  subject: string;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id: string;
  /** Blocked until the activity that comes first is completed */
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
  /** If empty, you */
  assigned_to_id?: string | undefined;
  due_date?: string | null | undefined;
  /** In the time zone of the activity */
  due_time?: string | null | undefined;
  /** Time zone of the due date and time. If empty, that of the organization */
  timezone?: string | null | undefined;
  start_datetime?: string | null | undefined;
  end_datetime?: string | null | undefined;
  duration_minutes?: number | null | undefined;
  /** Id or code of one of the tenant's call outcomes */
  call_outcome_id?: string | null | undefined;
  call_direction?: "INBOUND" | "OUTBOUND" | null | undefined;
  call_recording_url?: string | null | undefined;
  meeting_location?: string | null | undefined;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  email_subject?: string | null | undefined;
  email_opened?: boolean | null | undefined;
  email_clicked?: boolean | null | undefined;
  outcome?: string | null | undefined;
  /** When the app reminds the assignee; short for one of the reminders */
  reminder_datetime?: string | null | undefined;
  reminders?: Reminders | undefined;
  participants?: Participants | undefined;
  /** Whether participants who are contacts or persons are invited by mail; default: false */
  send_invitations?: boolean | undefined;
  /** Text of the invitation; the description is not sent */
  invitation_text?: string | null | undefined;
  /** An activity that must be completed first */
  blocked_by?: string | null | undefined;
  /** A milestone of the project that the activity is about */
  milestone_id?: string | null | undefined;
  /** Visible only to the assignee, the creator, the participants and administrators; default: false */
  is_private?: boolean | undefined;
  recurrence?: Recurrence | undefined;
  /** How often the activity is repeated; the frequency of `recurrence` */
  recurrence_pattern?: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" | null | undefined;
  /** Last day of the series; needs a recurrence pattern */
  recurrence_end_date?: string | null | undefined;
}

export interface LoginBody {
  email?: string | undefined;
  password?: string | undefined;
  /** Required only if the email exists in several tenants and no device_token names the one that is meant */
  tenant_slug?: string | undefined;
  /** From an earlier sign-in on this device: wrong passwords that others try elsewhere then do not lock it out */
  device_token?: string | undefined;
  /** From the answer SECOND_FACTOR_REQUIRED to a right email and password. It is sent in place of them, within 5 minutes */
  challenge?: string | undefined;
  /** With `challenge`: a code of the authenticator app, or a recovery code */
  code?: string | undefined;
  /** `cookie`: the refresh token is set as a cookie that scripts cannot read, and is not in the response; for pages. Default: `token` */
  session?: "token" | "cookie" | undefined;
}

export interface LookUpPersonsBody {
  birth_date?: string | undefined;
  /** Narrows down a frequent birth date; matches by sound */
  first_name?: string | undefined;
  /** Narrows down a frequent birth date; matches by sound */
  last_name?: string | undefined;
  document_number?: string | undefined;
  /** As stored on the person */
  document_type?: string | undefined;
  document_country?: string | null | undefined;
  iban?: string | undefined;
}

export interface LoseOpportunityBody {
  /** If empty, today in the time zone of the organization */
  closed_date?: string | undefined;
  notes?: string | null | undefined;
  /** Id or code of one of the tenant's win loss reasons */
  win_loss_reason_id: string;
  /** The competitor that won, one of those of the opportunity */
  competitor_id?: string | null | undefined;
}

export interface MailAccount extends MailAccountRow {
  host: string | null;
  port: 465 | 587 | 2525 | null;
  user: string | null;
  mails_per_second: number;
  daily_limit: number | null;
  tracks: boolean | null;
  inbound_makes: "conversation" | "ticket" | "lead";
  inbound_team_id: string | null;
  inbound_owner_id: string | null;
  inbound_source_id: string | null;
  /** When the password was last set */
  secret_changed_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface MailAccountRow extends BaseRecord {
  name: string;
  /** How mails are sent: through the mail service of this installation (`house`) or your own server (`smtp`). Cannot be changed */
  way: "house" | "smtp";
  from_name: string | null;
  /** With your own server the address of the sender, otherwise the address for replies. Replies arrive here if the address belongs to the organization */
  address: string;
  is_active: boolean;
  is_default: boolean;
}

export interface MailComposer {
  /** Persons of the record who have an email address: its own first, then contacts of its customer */
  recipients: {
    person_id: string;
    name: string;
    address: string;
  }[];
  /** Active mail accounts */
  accounts: {
    id: string;
    name: string;
    address: string;
    is_default: boolean;
    /** Whether opens and clicks can be counted */
    tracks: boolean;
  }[];
  /** The `mail_signature` of the caller's preferences */
  signature: string | null;
  /** Merge fields that have a value for the record */
  merge_fields: {
    path: string;
    value: string;
  }[];
}

export interface MailImage extends MailImageRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface MailImageRow extends BaseRecord {
  name: string;
  alt: string | null;
  upload_id: string;
  file_name: string;
  /** In bytes */
  file_size: number;
  format: "png" | "jpeg" | "gif";
  /** In pixels */
  width: number;
  /** In pixels */
  height: number;
  /** Address for mails. Any holder of the address sees the image, and it cannot be guessed */
  url: string;
}

export interface MailStarter {
  key: string;
  name: string;
  description: string;
  subject: string;
  blocks: BlocksItem10[];
}

/** Column → field; suggested from header and samples by default */
export type Mapping = { [key: string]: string };

/** Column → field, as given or as suggested */
export type Mapping2 = { [key: string]: string };

export interface Master extends MasterRow {
}

export interface MasterRow extends BaseRecord {
  kind: Kind;
  code: string;
  /** Name shown to users */
  name: string;
  sequence: number;
  color: string | null;
  icon: string | null;
  is_active: boolean;
  description: string | null;
  parent_id?: string | null | undefined;
  is_final?: boolean | undefined;
  min_employees?: number | null | undefined;
  max_employees?: number | null | undefined;
  min_revenue?: number | null | undefined;
  max_revenue?: number | null | undefined;
  region?: string | null | undefined;
  country?: string | null | undefined;
  manager_id?: string | null | undefined;
  currency_code?: string | null | undefined;
  symbol?: string | null | undefined;
  decimal_places?: number | null | undefined;
  country_id?: string | null | undefined;
  state_id?: string | null | undefined;
  zip_code?: string | null | undefined;
  requires_legal_review?: boolean | undefined;
  requires_duration?: boolean | undefined;
  is_successful?: boolean | undefined;
  default_duration_minutes?: number | null | undefined;
  level?: number | null | undefined;
  is_trackable?: boolean | undefined;
  is_opt_in_required?: boolean | undefined;
  street_address?: string | null | undefined;
  city?: string | null | undefined;
  phone?: string | null | undefined;
  channel_type?: "PAID" | "ORGANIC" | "SOCIAL" | "DIRECT" | "EMAIL" | "REFERRAL" | null | undefined;
  default_cost_per_click?: string | null | undefined;
  default_cost_per_impression?: string | null | undefined;
  probability?: number | undefined;
  forecast_category?: "PIPELINE" | "BEST_CASE" | "COMMIT" | "CLOSED" | "OMITTED" | undefined;
  is_closed?: boolean | undefined;
  insurance_type_id?: string | null | undefined;
  versions?: {
    schema_version: number;
    schema: Schema;
  }[] | null | undefined;
  category?: string | null | undefined;
  is_preventable?: boolean | undefined;
  file_extensions?: string[] | null | undefined;
  max_size_mb?: number | null | undefined;
  sla_hours?: number | null | undefined;
  required_fields?: RequiredFieldsItem[] | null | undefined;
  exit_checks?: ExitChecksItem[] | null | undefined;
  reason_type?: "WON" | "LOST" | undefined;
  requires_details?: boolean | undefined;
  is_won?: boolean | undefined;
  channel?: "email" | "sms" | "any" | undefined;
  is_default_on?: boolean | undefined;
  needs_double_opt_in?: boolean | undefined;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export type Material = "asphalt" | "metal" | "tile" | "slate" | "wood" | "membrane" | "other" | null;

export interface Me extends BaseRecord {
  /** Empty for an API key */
  email: string;
  first_name: string | null;
  last_name: string | null;
  role: Role;
  extra_roles: ExtraRoles;
  department: string | null;
  team_id: string | null;
  manager_id: string | null;
  phone_number: string | null;
  gender: "MALE" | "FEMALE" | "OTHER" | "UNKNOWN" | null;
  date_of_birth: string | null;
  preferences: { [key: string]: unknown } | null;
  /** Name to display: both names, or the only one */
  display_name: string;
  status: "ACTIVE" | "INACTIVE" | "PENDING_ACTIVATION" | "SUSPENDED" | "DELETED";
  last_login_at: string | null;
  /** null: the user has not chosen a password yet */
  password_changed_at: string | null;
  /** When the mail with the link that is valid now was sent */
  activation_requested_at: string | null;
  /** Used by an earlier release; a link now contains its own time */
  password_reset_requested_at: string | null;
  /** When the user switched two-factor sign-in on; null: it is off */
  second_factor_at: string | null;
  /** Type of the caller. An API key has its name as `display_name`, and no other personal data */
  type: "user" | "api_key";
  /** When the session or the API key ends; null: never */
  expires_at: string | null;
  permissions: Permissions;
  /** Whether the tenant requires a second factor that the user has not set up. All other operations are then a 403 */
  must_set_up_second_factor: boolean;
  /** Whether the caller sees the records of all owners. If not, lists, totals and figures have only the records that the caller sees */
  sees_all_records: boolean;
  tenant: {
    id: string;
    name: string;
    slug: string;
  };
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export type Measures = {
  /** The name of the measure in rows */
  as: string;
  do: Do;
  /** A field, or the days between two dates: `closed_date - created_day`. Not for count, rate and formula */
  field?: string | undefined;
  where?: Where6 | undefined;
  over?: Over | undefined;
  /** For formula: two earlier measures, such as `["won", "/", "closed"]` */
  of?: [string, "+" | "-" | "*" | "/", string] | undefined;
}[];

export type Measures2 = {
  /** The name of the measure in rows */
  as: string;
  do: Do;
  /** A field, or the days between two dates: `closed_date - created_day`. Not for count, rate and formula */
  field?: string | undefined;
  where?: Where6 | undefined;
  over?: Over | undefined;
  /** For formula: two earlier measures, such as `["won", "/", "closed"]` */
  of?: [string, "+" | "-" | "*" | "/", string] | undefined;
}[];

/** The users of `members` */
export type MemberIds = string[];

/** With to_members: only members with one of these statuses */
export type MemberStatus = ("ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED")[] | null;

export type MemberStatus2 = ("ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED")[] | null;

export interface MembersItem {
  /** If empty, the owner of the opportunity */
  user_id?: string | null | undefined;
  role?: "MANAGER" | "MEMBER" | "VIEWER" | undefined;
}

export interface Mentionable {
  id: string;
  kind: "user" | "team";
  name: string;
  /** False for a user who may not see the record */
  can_mention: boolean;
  /** The absence of a user who is away now and can be mentioned */
  away: {
    /** When the user returns. Null: not known yet */
    until: string | null;
  };
}

/** Ids of the users and teams that the content mentions */
export type MentionedIds = string[];

/** Ids of the users and teams that an internal note mentions */
export type MentionedIds2 = string[];

/** Group of the menu; null: the kind is not in the menu */
export type Menu = "sales" | "people" | "activity" | "agreements" | "service" | "marketing" | "messages" | "catalog" | "data" | "settings" | null;

export interface Merge extends BaseRecord {
  survivor_id: string;
  merged_id: string;
  choices: Choices;
  reason: string | null;
  undone_at: string | null;
  undone_by: string | null;
}

/** Values of merge fields; they override those of the record */
export type Merge2 = { [key: string]: string };

export interface MergeCustomersBody {
  /** The record to merge into the survivor */
  merged_id: string;
  /** By field: the record whose value to use instead of the one chosen by the rule */
  choices?: { [key: string]: "survivor" | "merged" } | undefined;
  reason?: string | undefined;
  /** Returns the result without writing anything; default: false */
  dry_run?: boolean | undefined;
}

export interface MergePersonsBody {
  /** The person to merge into the survivor */
  merged_id: string;
  /** By field: the person whose value to use instead of the one chosen by the rule */
  choices?: { [key: string]: "survivor" | "merged" } | undefined;
  reason?: string | undefined;
  /** Returns the result without writing anything; default: false */
  dry_run?: boolean | undefined;
}

export interface MergeTicketsBody {
  /** Ticket that is merged into this one and closed */
  ticket_id: string;
}

export interface Merged {
  survivor_id: string;
  merged_id: string;
  fields: {
    field: string;
    /** Any JSON value */
    survivor: unknown;
    /** Any JSON value */
    merged: unknown;
    /** Any JSON value */
    outcome: unknown;
    from: "survivor" | "merged";
    /** Both persons have different values; `choices` can override the rule. For sealed values that the caller cannot see: both have a value */
    is_conflict: boolean;
  }[];
  joins: {
    contact_points: string[];
    addresses: string[];
    /** Number of records about the merged person, by kind; up to 1,000 are counted */
    records: { [key: string]: number };
  };
  /** Null for a dry run */
  merge_id: string | null;
}

export type Merged2 = ChildrenItem[];

/** Persons that were merged into this one; their ids lead here */
export type MergedIds = string[];

/** Customers that were merged into this one; their ids lead to it */
export type MergedIds2 = string[];

/** Contacts that were merged into this one; their ids lead to it */
export type MergedIds3 = string[];

/** Merges into this person that are in effect, in order */
export type Merges = {
  /** Id of the merge */
  id: string;
  person_id: string;
  choices: Choices;
}[];

export interface Message extends MessageRow {
  /** Text messages only, like the two below; null for mails */
  sender_id: string | null;
  sender_phone_number_id: string | null;
  service_account_id: string | null;
  /** Mails only */
  mail_account_id: string | null;
  /** Mails only, in addition to the text */
  body_html: string | null;
  template_id: string | null;
  template_revision: number | null;
  /** The record that the system sent the message for: a batch member or a bulk send; it decides whether the message is still wanted */
  sent_for_id: string | null;
  /** The campaign of the bulk send; empty in messages of earlier releases */
  campaign_id: string | null;
  /** The A/B test of the bulk send */
  ab_test_id: string | null;
  /** The variant that the person got; null for the winner that the others get */
  ab_variant: string | null;
  /** Text messages only */
  encoding: "GSM-7" | "UCS-2" | null;
  /** Inbound only: the record that it creates besides its conversation, by the rule at that time */
  makes: "ticket" | "lead" | null;
  /** Outbound marketing only: code of its subscription type; empty in messages of earlier releases, which count as `general` */
  subscription_type: string | null;
  error_message: string | null;
  /** Mails only: addresses that get a copy */
  cc: string[] | null;
  /** Mails only: the attached files */
  files: {
    attachment_id: string;
    upload_id: string;
    file_name: string;
    file_type: string;
    /** In bytes */
    file_size: number;
  }[] | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface MessageDay {
  /** In the tenant's time zone at that time */
  day: string;
  /** Accepted by the provider on that day */
  sent: number;
  delivered: number;
  /** The provider reported that they did not arrive */
  undelivered: number;
  /** All messages that ended as `failed` or `cancelled`, including the two below */
  failed: number;
  /** Failed because of consent, an opt-out or a limit */
  refused: number;
  /** Cancelled by a user while they waited */
  cancelled: number;
  /** Handed to the provider on that day, with an outcome that is still unknown */
  unknown: number;
  /** Held for the first time, regardless of the later outcome */
  held: number;
  /** Inbound messages, which have no purpose */
  received: number;
}

export interface MessageRow extends BaseRecord {
  direction: "in" | "out";
  channel: "sms" | "email";
  /** Outbound only; `answer` is the reply to STOP, START and HELP, `test` a template sent to a user */
  purpose: "marketing" | "service" | "security" | "answer" | "test" | null;
  status: Status3;
  conversation_id: string;
  person_id: string;
  /** An E.164 number or an email address */
  from_address: string;
  /** An E.164 number or an email address */
  to_address: string;
  /** Mails only */
  subject: string | null;
  body: string;
  /** Text messages only: the number of parts */
  segments: number | null;
  /** Earliest time at which the message can be sent; null for inbound messages */
  send_at: string | null;
  held_reason: HeldReason;
  /** When the provider accepted the message */
  sent_at: string | null;
  delivered_at: string | null;
  /** When it became `undelivered`, `failed` or `cancelled` */
  failed_at: string | null;
  received_at: string | null;
  /** Error code of the provider; `canceled` if a user cancelled the message */
  error_code: string | null;
  related_to_type: RelatedToType2;
  /** The record in whose timeline it stands; a reply stands in that of the mail that it answers */
  related_to_id: string | null;
  /** Inbound only: the mail about a record that it answers */
  reply_to_id: string | null;
  /** Tracked mails only: when a person first opened it; final about ten minutes later, when the event is published */
  opened_at: string | null;
  /** When a person first followed a link in it; final about ten minutes later, when the event is published */
  clicked_at: string | null;
  /** Whether opens and clicks of the mail are counted; null for inbound messages and those of earlier releases. Without tracking, `opened_at` and `clicked_at` stay null */
  is_tracked: boolean | null;
}

export interface MessageStats {
  /** All days of the period, in order */
  days: MessageDay[];
  /** Totals of these days */
  totals: {
    /** Accepted by the provider on that day */
    sent: number;
    delivered: number;
    /** The provider reported that they did not arrive */
    undelivered: number;
    /** All messages that ended as `failed` or `cancelled`, including the two below */
    failed: number;
    /** Failed because of consent, an opt-out or a limit */
    refused: number;
    /** Cancelled by a user while they waited */
    cancelled: number;
    /** Handed to the provider on that day, with an outcome that is still unknown */
    unknown: number;
    /** Held for the first time, regardless of the later outcome */
    held: number;
    /** Inbound messages, which have no purpose */
    received: number;
  };
  /** Time up to which changes are counted */
  as_of: string | null;
}

export interface MessageTemplate extends MessageTemplateRow {
  body_html: string | null;
  body_text: string | null;
  description: string | null;
  blocks: BlocksItem10[] | null;
  /** Merge fields used in the texts */
  merge_fields: string[];
  revised_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface MessageTemplateRow extends BaseRecord {
  name: string;
  code: string;
  channel: "EMAIL" | "SMS";
  category: string | null;
  subject: string | null;
  language: string | null;
  is_active: boolean;
  /** Increases when the texts change; each message stores the revision that was sent */
  revision: number;
}

export interface MilestonesItem {
  id: string;
  name: string;
  due_date: string | null;
  completed_at: string | null;
}

export interface MilestonesItem2 {
  name: string;
  /** Days after the start of the project */
  offset_days: number;
}

/** Merge fields without a value and without a fallback */
export type Missing = string[];

export type Months = ForecastMonth[];

export type Move = "CREATED" | "FORWARD" | "BACK" | "WON" | "LOST" | "REOPENED" | "CHANGED" | "DELETED" | "RESTORED";

export interface MoveOpportunityBody {
  /** Id or code of one of the tenant's opportunity stages */
  stage_id: string;
  /** Needed to move back */
  reason?: string | null | undefined;
  /** In percent. If empty, the probability of the stage, which it then follows */
  probability?: number | null | undefined;
  /** Fields written with the move, such as those that the stage requires */
  fields?: {
    name?: string | undefined;
    description?: string | null | undefined;
    customer_id?: string | null | undefined;
    contact_id?: string | null | undefined;
    amount?: string | null | undefined;
    currency?: string | null | undefined;
    close_date?: string | null | undefined;
    next_step?: string | null | undefined;
    next_step_date?: string | null | undefined;
    /** Id or code of one of the tenant's territories */
    territory_id?: string | null | undefined;
    type?: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | null | undefined;
    /** Id or code of one of the tenant's lead sources */
    lead_source_id?: string | null | undefined;
    source_campaign_id?: string | null | undefined;
    /** Id or code of one of the tenant's win loss reasons */
    win_loss_reason_id?: string | null | undefined;
    win_loss_notes?: string | null | undefined;
    has_competition?: boolean | null | undefined;
    tags?: string[] | null | undefined;
    owner_id?: string | null | undefined;
    custom_fields?: CustomFields15 | undefined;
  } | undefined;
}

export interface MoveProjectBody {
  /** The column. If empty, the present one */
  status?: "PLANNED" | "ACTIVE" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | undefined;
  /** The project above; null: the project becomes the first of the column */
  after_id?: string | null | undefined;
  /** The project below. If both are empty, the project becomes the last of the column */
  before_id?: string | null | undefined;
  /** true: becomes COMPLETED although tasks are open */
  force?: boolean | undefined;
}

export interface MoveProjectTaskBody {
  project_id: string;
  /** A milestone of the other project */
  milestone_id?: string | null | undefined;
}

export type Network = "bluesky" | "facebook" | "instagram" | "kakaotalk" | "line" | "linkedin" | "mastodon" | "pinterest" | "telegram" | "threads" | "tiktok" | "wechat" | "whatsapp" | "x" | "xing" | "youtube";

/** Field → values in the file that are added to its master data, by the rows that are imported; default: {} */
export type NewValues = { [key: string]: string[] };

export interface Note extends NoteRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  content: string;
}

export interface NoteRow extends BaseRecord {
  /** The related person, or the person of the related record */
  personal_key_id: string | null;
  related_to_type: RelatedToType4;
  related_to_id: string;
  title: string | null;
  /** The first 280 characters of its content */
  excerpt: string;
  is_private: boolean;
  is_pinned: boolean;
  content?: string | undefined;
}

export interface Notification extends NotificationRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface NotificationRow extends BaseRecord {
  user_id: string;
  type: Type7;
  title: string;
  body: string | null;
  /** Kind of the record that it is about, such as `lead` */
  record_kind: string;
  record_id: string;
  /** The user, API key or system that caused it */
  actor_id: string;
  read_at: string | null;
  /** When it is deleted */
  expires_at: string;
}

export interface NullableBooleanOperators {
  eq?: boolean | undefined;
  ne?: boolean | undefined;
  is_null?: boolean | undefined;
}

export interface NullableDayOrInstantOperators {
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  eq?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  gt?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  gte?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  lt?: string | undefined;
  /** A date in the tenant's time zone, a timestamp, a period, or a relative date (`today`, `now-1h`, `this_week`) */
  lte?: string | undefined;
  is_null?: boolean | undefined;
}

export interface NullableDayOrPeriodOperators {
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  eq?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  ne?: string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  gt?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  gte?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  lt?: string | undefined;
  /** A date, a period of days (`2026-01-01/2026-03-31`), or a relative date (`today-7d`, `this_month`) */
  lte?: string | undefined;
  is_null?: boolean | undefined;
}

export interface NullableNumberOperators {
  eq?: number | string | undefined;
  ne?: number | string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  gt?: number | string | undefined;
  gte?: number | string | undefined;
  lt?: number | string | undefined;
  lte?: number | string | undefined;
  is_null?: boolean | undefined;
}

export interface NullableStringOperators {
  eq?: string | undefined;
  ne?: string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  is_null?: boolean | undefined;
}

export interface NullableTextOperators {
  eq?: string | undefined;
  ne?: string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  /** Beginning of the value, ignoring letter case */
  prefix?: string | undefined;
  /** Part of the value, ignoring letter case */
  contains?: string | undefined;
  /** Part that the value does not have, ignoring letter case */
  not_contains?: string | undefined;
  is_null?: boolean | undefined;
}

export interface NumberOperators {
  eq?: number | string | undefined;
  ne?: number | string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  gt?: number | string | undefined;
  gte?: number | string | undefined;
  lt?: number | string | undefined;
  lte?: number | string | undefined;
}

export interface Offer {
  id: string;
  record_kind: string;
  /** Id of the offered record */
  record_id: string;
  /** Display name of the record, such as its number */
  name: string;
  to: string;
  /** Addresses that got a copy of the last mail */
  cc: string[] | null;
  /** null: the default subject of the language */
  subject: string | null;
  message: string | null;
  /** null: the language of the letterhead */
  language: string | null;
  /** Last */
  sent_at: string;
  times_sent: number;
  /** Increases when links are revoked */
  link_number: number;
  /** When the links were revoked */
  revoked_at: string | null;
  first_viewed_at: string | null;
  last_viewed_at: string | null;
  view_count: number;
  /** 9999-12-31: there is nothing to answer */
  last_day: string;
  /** When the customer is reminded; null: no reminder is due */
  reminder_at: string | null;
  reminded_at: string | null;
  answer: {
    outcome: "ACCEPTED" | "REJECTED";
    at: string;
    /** Name as typed by the customer; only for an acceptance */
    name: string | null;
    /** Only for a rejection */
    reason: string | null;
    /** Consent text that was shown and accepted in addition to the document */
    consent_text: string | null;
    /** SHA-256 of consent_text */
    consent_hash: string | null;
    /** SHA-256 of the document and of the options, as they were shown */
    document_hash: string;
    /** Ids of the chosen options */
    chosen: string[] | null;
    language: string;
    ip_address: string | null;
    user_agent: string | null;
  };
  questions: {
    request_id: string;
    at: string;
    name: string;
    text: string;
  }[];
}

export interface OpenPipelineGroup {
  key: string;
  label: string | null;
  code: string | null;
  count: number;
  value: string;
  /** Sum of the amounts, each times its probability */
  weighted: string;
  unconverted: Unconverted;
  opens: Opens;
}

/** The requests that list the rows behind the number. The sum of their `meta.total` is the number of rows */
export type Opens = RowRequest[];

export type Operations = ("list" | "query" | "create" | "read" | "replace" | "update" | "delete" | "restore" | "batch" | "import" | "export" | "bulk")[];

export interface Opportunity extends OpportunityRow {
  description: string | null;
  next_step: string | null;
  source_campaign_id: string | null;
  win_loss_notes: string | null;
  /** Whether the amount was set manually, regardless of the products */
  amount_is_manual: boolean;
  products: Products;
  competitors: Competitors;
  /** Whether it was set manually and does not follow the stage while the stage is open */
  probability_is_manual: boolean;
  /** The day on which that lead was created; null for opportunities of earlier releases, for which the id of the lead tells it in UTC */
  lead_created_day: string | null;
  /** The competitor that won, one of those of the opportunity */
  competitor_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields11;
}

export interface OpportunityAmount {
  currency: string;
  won_amount: string;
  pipeline_value: string;
}

export interface OpportunityCompetitor {
  competitor_name: string;
  strengths: string | null;
  weaknesses: string | null;
  is_primary_competitor: boolean;
  id: string;
}

export interface OpportunityHistory extends BaseRecord {
  opportunity_id: string;
  move: Move;
  from_stage_id: string | null;
  to_stage_id: string;
  /** Time spent in the stage that it left; null if it stayed in the stage */
  seconds_in_stage: number | null;
  reason: string | null;
  /** null if the opportunity was just created */
  before: OpportunityStanding | null;
  after: OpportunityStanding;
  changed_by: string;
  changed_at: string;
}

export interface OpportunityInput {
  name?: string | undefined;
  description?: string | null | undefined;
  next_step?: string | null | undefined;
  next_step_date?: string | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
  type?: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | null | undefined;
  /** Id or code of one of the tenant's lead sources */
  lead_source_id?: string | null | undefined;
  source_campaign_id?: string | null | undefined;
  win_loss_notes?: string | null | undefined;
}

export interface OpportunityLine {
  product_id: string | null;
  name: string | null;
  quantity: string;
  unit_price: string | null;
  discount_percent: string;
  description: string | null;
  id: string;
  /** unit_price × quantity × (100 − discount_percent) / 100, rounded half up to the minor unit */
  total_price: string | null;
}

export interface OpportunityRow extends BaseRecord {
  opportunity_number: string;
  name: string;
  customer_id: string | null;
  contact_id: string | null;
  /** The person of the contact */
  personal_key_id: string | null;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  /** null if the opportunity is unassigned */
  owner_id: string | null;
  stage_id: string;
  stage_changed_at: string;
  probability: number;
  amount: string | null;
  currency: string;
  /** amount × probability / 100, rounded half up to the minor unit */
  expected_revenue: string | null;
  close_date: string | null;
  next_step_date: string | null;
  type: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | null;
  is_closed: boolean;
  /** null while the opportunity is open */
  is_won: boolean | null;
  closed_date: string | null;
  /** Forecast category of the stage */
  forecast_category: "PIPELINE" | "BEST_CASE" | "COMMIT" | "CLOSED" | "OMITTED";
  last_activity_date: string | null;
  tags: string[];
  /** The lead that it came from */
  lead_id: string | null;
  territory_id: string | null;
  lead_source_id: string | null;
  win_loss_reason_id: string | null;
  /** The day of created_at in the tenant's time zone at that time */
  created_day: string;
  has_competition: boolean;
  /** When an order of the opportunity was first confirmed. Its orders then state the revenue of the sale */
  ordered_at: string | null;
  custom_fields?: CustomFields11 | undefined;
}

export interface OpportunityStanding {
  stage_id: string;
  amount: string | null;
  currency: string;
  probability: number;
  close_date: string | null;
  owner_id: string | null;
  is_closed: boolean;
}

export interface OpportunityStats {
  group_by: "owner" | "manager" | "team" | "region" | "period" | "stage" | "source" | "type" | "territory" | "reason" | "product" | "competitor" | "campaign";
  from: string | null;
  to: string | null;
  /** Currency of the values: the tenant's */
  currency: string;
  /** Periods and stages in order, other rows by their number of opportunities; at most 500 */
  rows: OpportunityStatsGroup[];
  /** Totals of all opportunities; one with several products or competitors is in several rows, but counts here once */
  totals: OpportunityStatsGroup;
  /** Time up to which changes are counted */
  as_of: string | null;
}

export interface OpportunityStatsGroup {
  /** An id, a word, a name or a period; `none` if there is no value, `other` for further values of a record */
  key: string;
  label: string | null;
  /** Code, if the row is master data */
  code: string | null;
  count: number;
  /** Value of all opportunities, open and closed */
  value: string;
  open_count: number;
  open_value: string;
  won_count: number;
  won_value: string;
  lost_count: number;
  lost_value: string;
  /** won / (won + lost), four decimals; null if none is closed */
  win_rate: number | null;
  /** From creation to closing of won opportunities; null if none is won */
  average_cycle_days: number | null;
  /** Amounts without an exchange rate; they are in none of the values */
  unconverted: {
    currency: string;
    value: string;
    open_value: string;
    won_value: string;
    lost_value: string;
  }[];
}

/** default: {} */
export interface Options {
  /** Reports what would happen, and changes nothing; default: false */
  dry_run?: boolean | undefined;
  /** `update` changes the record that `match_on` finds; `upsert` also creates records that it does not find */
  mode?: "create" | "update" | "upsert" | undefined;
  /** The field by which a row finds its record: `id`, `external_key`, a unique custom field */
  match_on?: string | undefined;
  /** In mode `create`: what to do with existing records; see the operation */
  on_duplicate?: "skip" | "update" | "create" | undefined;
  /** Such as `DD.MM.YYYY`; by default detected from the values of the file. An ended import has what was detected */
  date_format?: string | undefined;
  /** By default detected from the values of the file. An ended import has what was detected */
  decimal_mark?: "." | "," | undefined;
  delimiter?: string | undefined;
  /** Such as `windows-1252`; by default detected from the bytes */
  encoding?: string | undefined;
  /** Sheet of a workbook; defaults to the first visible one that looks like a table */
  sheet?: string | undefined;
  /** Time zone of times without an offset; defaults to the tenant's */
  timezone?: string | undefined;
  /** Country of telephone numbers without a country code; defaults to the tenant's */
  default_country?: string | undefined;
  /** Field → value, used if the file has none */
  defaults?: { [key: string]: unknown } | undefined;
  /** Adds values of master data that do not exist in the tenant; default: false */
  create_masters?: boolean | undefined;
  /** Handling of values that name no choice, master data or user: `refuse` (default) refuses the row, `leave_empty` leaves the field empty, and `keep_as_text` also adds the value to the notes of a new record */
  unknown_values?: "refuse" | "leave_empty" | "keep_as_text" | undefined;
  /** Takes `created_at` from the file; default: false */
  historic?: boolean | undefined;
  /** The rows are sample data: a revert also deletes created records that users changed since; default: false */
  is_sample?: boolean | undefined;
}

export interface Order extends OrderRow {
  price_book_id: string | null;
  discount_percent: string;
  fixed_discount: string | null;
  shipping_amount: string;
  payment_terms: string | null;
  delivery_terms: string | null;
  notes: string | null;
  potential_id: string | null;
  lead_id: string | null;
  /** The case whose exchange the order is, at no charge */
  after_sales_id: string | null;
  /** As it was when the order was made */
  billing_address: OrderAddress | null;
  /** As it was when the order was made */
  shipping_address: OrderAddress | null;
  line_items: LineItems;
  /** Sum of gross_amount of the lines */
  subtotal: string;
  /** Discounts on the lines and on the whole order */
  discount_amount: string;
  tax_amount: string;
  /** The day of confirmed_at in the tenant's time zone at that time */
  confirmed_day: string | null;
  completed_at: string | null;
  cancelled_at: string | null;
  cancellation_reason: string | null;
  /** Amount that the customer owes for a CANCELLED order */
  cancellation_fee: string;
  /** Amount that the customer no longer owes: credits and adjustments. Below 0 if adjustments raise the claim */
  credited: string;
  /** total − credited; for a CANCELLED order, the cancellation fee */
  due: string;
  /** Refunds less their reversals */
  refunded: string;
  /** paid − refunded */
  net_payment: string;
  /** When the confirmed order was first paid in full */
  first_paid_at: string | null;
  review_reasons: ("REFUNDS_EXCEED_PAYMENTS" | "PAID_AFTER_CANCELLATION" | "OTHER_CURRENCY" | "REPEATED_DISPUTE")[];
  instalments: OrderInstalment[];
  /** The part of shipping_amount in invoices, drafts included */
  invoiced_shipping_amount: string;
  /** End of next_due_date in the tenant's time zone at the time of writing */
  next_due_at: string | null;
  /** Rises with each change of a confirmed order */
  revision: number;
  revised_at: string;
  revision_reason: string | null;
  payment_link: OrderPaymentLink | null;
  /** When the confirmation was last sent to the customer */
  sent_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields13;
}

export interface OrderAddress {
  recipient: string | null;
  address_line1: string | null;
  address_line2: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
  postal_code: string | null;
}

export interface OrderDay {
  day: string;
  /** Orders that were confirmed */
  confirmed: number;
  amounts: OrderDayAmounts[];
}

export interface OrderDayAmounts {
  currency: string;
  /** Totals of the orders that were confirmed on the day, as they are now */
  ordered_amount: string;
  /** Revenue of the sales of the day: payments of orders less refunds, and won amounts of opportunities without an order */
  revenue: string;
  /** Given back on the day, for sales of any day; null for a caller who does not see all records, or with a filter */
  refunded_amount: string | null;
}

export interface OrderDays {
  /** All days of the period, in order */
  days: OrderDay[];
}

export interface OrderInput {
  campaign_id?: string | null | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  billing_address?: BillingAddress | undefined;
  shipping_address?: ShippingAddress | undefined;
}

export interface OrderInstalment {
  /** Starts at 1 */
  number: number;
  due_date: string;
  amount: string;
}

export interface OrderInstalmentState {
  /** Starts at 1 */
  number: number;
  due_date: string;
  amount: string;
  /** The part that payments have settled, the oldest instalment first */
  paid_amount: string;
  status: "OPEN" | "PARTLY_PAID" | "PAID";
}

export interface OrderLine {
  product_id: string | null;
  name: string | null;
  description: string | null;
  quantity: string;
  unit_price: string;
  discount_percent: string;
  tax_percent: string;
  section: string | null;
  id: string;
  /** Starts at 1 */
  sequence: number;
  created_at: string;
  /** true: entered by hand; the price does not follow list_price */
  unit_price_is_manual: boolean;
  /** Price from the price book and the pricing rules; discounts are measured against it */
  list_price: string | null;
  price_explanation: PriceExplanation;
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
  requires_delivery: boolean;
  properties: Schema;
  is_preorder: boolean;
  preorder_release_at: string | null;
  preorder_notes: string | null;
  /** In fulfilments that were not cancelled */
  fulfilled_quantity: string;
  delivered_quantity: string;
  /** When the pre-order became ready to be delivered */
  preorder_released_at: string | null;
  /** In after-sales cases that are open, or that took back, refunded, credited or exchanged it */
  claimed_quantity: string;
  /** Sent back by the customer, and kept */
  returned_quantity: string;
  /** Refunded, credited or exchanged by after-sales cases */
  settled_quantity: string;
  /** The pre-order of the line, once the order is confirmed */
  pre_order_id: string | null;
  /** The part in invoices, drafts included; null: none */
  invoiced: InvoicedPart | null;
}

export interface OrderPaymentLink {
  url: string;
  /** The balance when the link was made */
  amount: string;
  /** EXPIRED: the balance has changed, and the provider is being told */
  status: "ACTIVE" | "EXPIRED";
  payment_account_id: string;
  /** The provider's id of the link */
  external_id: string;
  created_at: string;
}

export interface OrderRevision extends BaseRecord {
  order_id: string;
  revision: number;
  line_items: LineItems;
  discount_percent: string;
  fixed_discount: string | null;
  shipping_amount: string;
  /** Sum of gross_amount of the lines */
  subtotal: string;
  /** Discounts on the lines and on the whole order */
  discount_amount: string;
  /** subtotal − discount_amount */
  net_amount: string;
  tax_amount: string;
  /** net_amount + tax_amount + shipping_amount */
  total: string;
  payment_terms: string | null;
  delivery_terms: string | null;
  revision_reason: string | null;
}

export interface OrderRow extends BaseRecord {
  order_number: string;
  customer_id: string;
  contact_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  order_date: string;
  status: "DRAFT" | "CONFIRMED" | "IN_FULFILLMENT" | "COMPLETED" | "CANCELLED";
  status_changed_at: string;
  currency: string;
  /** subtotal − discount_amount */
  net_amount: string;
  /** net_amount + tax_amount + shipping_amount */
  total: string;
  /** Payments and deposits less their reversals */
  paid: string;
  /** due − net_payment. Below 0: the customer has paid too much */
  balance: string;
  payment_state: PaymentState;
  /** true: a provider reported what does not fit; see review_reasons */
  needs_review: boolean;
  /** Due date of the oldest unpaid instalment of an order in force */
  next_due_date: string | null;
  opportunity_id: string | null;
  quote_id: string | null;
  deal_id: string | null;
  contract_id: string | null;
  /** Shared by the opportunity, quote, deal, contract and orders of one sale */
  sale_id: string;
  campaign_id: string | null;
  customer_reference: string | null;
  confirmed_at: string | null;
  last_activity_date: string | null;
  tags: string[];
  project_id: string | null;
  /** The day of its revenue: closed_date of its won opportunity, or else confirmed_day */
  sale_day: string | null;
  custom_fields?: CustomFields13 | undefined;
}

/** default: [] */
export type OtherRoleIds = string[];

export type OtherRoleIds2 = string[];

/** For rate: the records of the whole; default: all */
export type Over = { [key: string]: unknown };

/** Fields changed only in this occurrence; changes of the whole series do not affect them */
export type OwnFields = string[];

export interface OwnerStageTimes {
  key: string;
  label: string | null;
  stages: StageTime[];
}

export interface PageMeta {
  page: number;
  limit: number;
  total: number;
  totalPages: number;
  next_cursor: string | null;
  /** Time up to which the total, the search, and lists that no index serves are complete. The caller's own writes are in these lists already (`X-Read-After`) */
  as_of: string;
  /** true: there are more than `total`; absent if it is exact */
  total_is_lower_bound?: boolean | undefined;
  /** false: the page has fewer rows than its limit because reading stopped before all rows were looked at. Continue by `next_cursor`; without one, filter to fewer records. Absent otherwise */
  is_complete?: boolean | undefined;
  /** With `is_complete`: rows looked at so far, by all pages of the cursor */
  searched?: number | undefined;
  /** Records before this time are archived, and this filter or order does not reach them; `total` may count them. Absent if the list is complete */
  archived_before?: string | undefined;
  /** Notifications only: number of the caller's unread notifications */
  unread?: number | undefined;
  /** Events only: send it as `after` to read the events that follow */
  after?: string | null | undefined;
  /** Calendars only: `{busy, start, end}` of entries that are private to others */
  busy?: { [key: string]: unknown }[] | undefined;
}

export type Pairs = {
  a: "A" | "B" | "C" | "D" | "E";
  b: "A" | "B" | "C" | "D" | "E";
  /** Statistic of the two-proportion z-test; above 0 if `a` has the higher rate */
  z: number;
  /** Two-sided */
  p: number;
  /** After Holm's correction for all pairs */
  p_holm: number;
  is_significant: boolean;
}[];

export type Parent = {
  id: string;
  ticket_number: string;
  subject: string;
  status: Status11;
  priority_id: string;
  /** null: waits in the queue */
  assigned_to_id: string | null;
  created_at: string;
};

export type Participants = ParticipantsItem[];

export type Participants2 = {
  /** Id of the user, contact or person */
  id?: string | null | undefined;
  user_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  person_id?: string | null | undefined;
  participant_type: "ORGANIZER" | "REQUIRED" | "OPTIONAL";
  response_status: "NO_RESPONSE" | "ACCEPTED" | "TENTATIVE" | "DECLINED";
  response_comment?: string | null | undefined;
  /** When the participant answered; set by the system */
  responded_at?: string | null | undefined;
  /** Outcome of the invitation mail; set by the system */
  invitation_status?: "SENT" | "HELD_BACK" | "NO_ADDRESS" | "NO_ORGANIZER" | "REFUSED" | null | undefined;
}[];

/** Participants as in an activity, or `me` or the id alone; OPTIONAL participants are ignored */
export type Participants3 = (ParticipantsItem | string)[];

export type Participants4 = ParticipantsItem2[];

export interface ParticipantsItem {
  /** Id of the user, contact or person */
  id?: string | null | undefined;
  user_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  person_id?: string | null | undefined;
  participant_type?: "ORGANIZER" | "REQUIRED" | "OPTIONAL" | undefined;
  response_status?: "NO_RESPONSE" | "ACCEPTED" | "TENTATIVE" | "DECLINED" | undefined;
  response_comment?: string | null | undefined;
  /** When the participant answered; set by the system */
  responded_at?: string | null | undefined;
  /** Outcome of the invitation mail; set by the system */
  invitation_status?: "SENT" | "HELD_BACK" | "NO_ADDRESS" | "NO_ORGANIZER" | "REFUSED" | null | undefined;
}

export interface ParticipantsItem2 {
  type: "user" | "contact" | "person";
  id: string;
  role?: string | null | undefined;
}

/** Signals; the score is the sum of their points */
export type Parts = PartsItem[];

export interface PartsItem {
  key: string;
  label: string;
  group: string;
  points: number;
  /** Maximum points */
  max: number;
  because: string;
}

/** Requirements that the lead did not meet and that were waived */
export type PassedOver = string[];

/** Parameters named after a path that the tenant declared for filtering (see search paths), such as `custom_fields.region=north`; a declared path can be used in `sort` as well */
export type Paths = { [key: string]: string };

export interface Payment extends PaymentRow {
  notes: string | null;
  status_changed_at: string;
  failure_reason: string | null;
  /** The entry in the ledger of the order */
  entry_sequence: number | null;
  reversal_reason: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PaymentAccount extends PaymentAccountRow {
  api_version: string;
  /** When the key was last written */
  secret_changed_at: string;
  /** When the account is compared with the provider next */
  reconcile_at: string | null;
  /** Objects of the last comparison, as are the following */
  checked_count: number;
  /** Objects that no event had told */
  posted_count: number;
  /** The first 50 */
  differences: PaymentDifference[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PaymentAccountRow extends BaseRecord {
  provider: "stripe";
  name: string;
  /** Events and keys of the other mode are not accepted. Cannot be changed */
  mode: "test" | "live";
  is_default: boolean;
  webhook_id: string | null;
  external_account: string | null;
  /** Everything before was compared with the provider */
  reconciled_until: string | null;
  /** Why the last comparison stopped */
  reconciliation_problem: string | null;
  difference_count: number;
}

export interface PaymentDifference {
  /** The provider's id of the charge, refund or dispute */
  object_id: string;
  order_id: string | null;
  /** The field that differs: order, charge, amount or currency. order or charge without a record: it does not exist */
  field: string;
  recorded: string | null;
  reported: string | null;
}

export interface PaymentRow extends BaseRecord {
  order_id: string;
  customer_id: string;
  amount: string;
  currency: string;
  status: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  payment_method_id: string | null;
  provider: string | null;
  transaction_id: string | null;
  due_date: string | null;
  paid_date: string | null;
  is_deposit: boolean;
  /** Sum of the refunds that name this payment */
  refunded_amount: string;
  reversed_at: string | null;
}

export type PaymentState = "UNPAID" | "PARTLY_PAID" | "PAID" | "OVERPAID" | "PARTLY_REFUNDED" | "REFUNDED";

/** Such as `lead:convert` */
export type Permissions = string[];

export interface Person extends PersonRow {
  title: string | null;
  five_element: string | null;
  intention: string | null;
  notes: string | null;
  custom_attributes: { [key: string]: unknown } | null;
  document_type: string | null;
  document_country: string | null;
  contact_points: ContactPoints;
  addresses: Addresses;
  preferences: Preferences2;
  /** The person that this one was merged into */
  merged_into: string | null;
  merged_ids: MergedIds;
  merges: Merges;
  /** In full for callers with permission, but never in the response to a write; otherwise masked with `•` */
  birth_date: string | null;
  /** In full for callers with permission, but never in the response to a write; otherwise masked with `•` */
  document_number: string | null;
  bank_account: BankAccount2;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields3;
}

export interface Person360 {
  person: Person;
  /** The newest 10 that the caller may see */
  leads: LeadRow[];
  /** Number of leads that the caller may see */
  leads_total: number;
  /** Customers that the person is or represents: the newest 10 that the caller may see */
  customers: CustomerRow[];
  /** The person's contact records: the newest 10 that the caller may see */
  contacts: ContactRow[];
  /** The newest 10 that the caller may see */
  opportunities: OpportunityRow[];
  /** The newest 10 that the caller may see */
  potentials: PotentialRow[];
  /** The latest 10 */
  timeline: TimelineEntry[];
  /** The latest 10 */
  interactions: InteractionRow[];
  /** Open activities that the caller may see: the first 10 by due date */
  open_activities: ActivityRow[];
  preferences: Preferences2;
}

/** Persons whose touches count */
export type PersonIds = string[];

export interface PersonInput {
  first_name?: string | null | undefined;
  last_name?: string | null | undefined;
  display_name?: string | null | undefined;
  title?: string | null | undefined;
  job_title?: string | null | undefined;
  education_level?: EducationLevel | undefined;
  intention?: string | null | undefined;
  notes?: string | null | undefined;
  custom_attributes?: { [key: string]: unknown } | null | undefined;
  /** Id or code of one of the tenant's communication channels */
  preferred_contact_method?: string | null | undefined;
  document_country?: string | null | undefined;
  birth_date?: string | null | undefined;
  document_number?: string | null | undefined;
  bank_account?: BankAccount | undefined;
}

export interface PersonRow extends BaseRecord {
  external_key: string | null;
  first_name: string | null;
  last_name: string | null;
  display_name: string | null;
  job_title: string | null;
  education_level: EducationLevel;
  preferred_contact_method: string | null;
  emails: Emails;
  phones: Phones;
  social_accounts: SocialAccounts;
  countries: Countries;
  custom_fields?: CustomFields3 | undefined;
}

export interface PersonSight {
  person_id: string;
  record_id: string;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
}

/** Telephone numbers of the contact points, in E.164 if they can be parsed, the primary one first */
export type Phones = string[];

export type PicklistValues = {
  /** Cannot be changed, because records store it */
  code: string;
  label: string;
  /** No longer offered, but kept on records that have it */
  is_retired: boolean;
}[] | null;

export type PicklistValuesItem = string | {
  code?: string | undefined;
  label: string;
  is_retired?: boolean | undefined;
};

export interface Pipeline {
  /** Currency of the values: the tenant's */
  currency: string;
  by_stage: ByStage;
  by_owner: ByOwner;
  by_period: ByPeriod;
  totals: {
    count: number;
    value: string;
    /** Sum of the amounts, each times its probability */
    weighted: string;
    unconverted: Unconverted;
    opens: Opens;
  };
  /** Time up to which changes are counted */
  as_of: string | null;
}

export interface PipelineAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_stage: ByStage;
  by_owner: ByOwner;
  by_month: ByPeriod;
  by_product: ByProduct;
  /** How the pipeline came from the day before `from` to `to`; null if the day before was not taken */
  bridge: PipelineBridge | null;
}

export interface PipelineBridge {
  from: string;
  /** The last day that was taken */
  to: string;
  /** Currency of the amounts, which are converted at the rates of the last day */
  currency: string;
  /** Open at the end of the day before `from` */
  opening: {
    count: number;
    value: string;
  };
  /** Created on these days */
  new: {
    count: number;
    value: string;
  };
  /** Amounts that grew, with the number of changes */
  increased: {
    count: number;
    value: string;
  };
  /** Amounts that shrank, with the number of changes */
  decreased: {
    count: number;
    value: string;
  };
  /** Reopened, restored, or given to one of the owners */
  moved_in: {
    count: number;
    value: string;
  };
  /** Deleted, or given to another owner */
  moved_out: {
    count: number;
    value: string;
  };
  /** Won */
  won: {
    count: number;
    value: string;
  };
  /** Lost */
  lost: {
    count: number;
    value: string;
  };
  /** History that was changed afterwards, such as by an import of older records */
  corrected: {
    count: number;
    value: string;
  };
  /** Open at the end of the last day */
  closing: {
    count: number;
    value: string;
  };
  unconverted: {
    currency: string;
    opening: string;
    closing: string;
  }[];
}

export interface PipelineDay {
  day: string;
  /** Stages that had open opportunities, in order */
  by_stage: PipelineGroup[];
  count: number;
  value: string;
  /** Sum of the amounts, each times its probability */
  weighted: string;
  unconverted: Unconverted;
}

export interface PipelineGroup {
  key: string;
  label: string | null;
  code: string | null;
  count: number;
  value: string;
  /** Sum of the amounts, each times its probability */
  weighted: string;
  unconverted: Unconverted;
}

export interface PipelineTrend {
  /** Currency of the values: the tenant's */
  currency: string;
  /** In order. Days without figures, such as those before the tenant existed, are omitted */
  days: PipelineDay[];
}

export interface Playbook extends PlaybookRow {
  description: string | null;
  where: { [key: string]: unknown } | null;
  steps: {
    id: string;
    name: string;
    text: string | null;
    task: Task;
    required_fields: string[];
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PlaybookProgress {
  playbook_id: string;
  name: string;
  description: string | null;
  record_id: string;
  steps: {
    id: string;
    name: string;
    text: string | null;
    task: Task;
    required_fields: string[];
    /** Whether a user checked it off */
    is_checked: boolean;
    /** Whether it is checked off and all required fields are filled */
    is_done: boolean;
    completed_at: string | null;
    completed_by: string | null;
    /** The task that was created from the step */
    task_id: string | null;
    /** Required fields that are empty */
    missing_fields: string[];
  }[];
  done_count: number;
  /** The first step that is not done; null: all are done */
  next_step_id: string | null;
  /** Steps with progress that the playbook no longer has */
  removed_steps: {
    name: string;
    completed_at: string | null;
    completed_by: string | null;
    /** The task that was created from the step */
    task_id: string | null;
    id: string;
  }[];
}

export interface PlaybookRow extends BaseRecord {
  name: string;
  record_kind: RecordKind;
  is_active: boolean;
  stage_id: string | null;
  lead_status_id: string | null;
  segment_id: string | null;
  contact_list_id: string | null;
}

export interface Potential extends PotentialRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields6;
}

export interface PotentialRow extends BaseRecord {
  potential_number: string;
  personal_key_id: string;
  /** null if the potential is unassigned */
  assigned_to: string | null;
  status: string;
  stage: string | null;
  priority: string | null;
  campaign_id: string | null;
  estimated_value: string | null;
  currency: string;
  probability_score: number | null;
  expected_close_date: string | null;
  interested_products: string[];
  tags: string[];
  status_changed_at: string;
  converted_at: string | null;
  /** The order that it became, as named in the conversion request */
  converted_to_order_id: string | null;
  converted_opportunity_id: string | null;
  last_activity_date: string | null;
  custom_fields?: CustomFields6 | undefined;
}

export interface PreOrder extends PreOrderRow {
  reason: string | null;
  notes: string | null;
  /** true: release_at is that of the product, and moves with it */
  is_product_release: boolean;
  /** true: held without a date, until an allocation or a user releases it */
  is_held: boolean;
  status_changed_at: string;
  /** The last allocation that gave it a quantity */
  allocation_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PreOrderAllocation extends PreOrderAllocationRow {
  items: PreOrderAllocationItem[] | null;
  notes: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PreOrderAllocationItem {
  pre_order_id: string;
  quantity: string;
}

export interface PreOrderAllocationRow extends BaseRecord {
  product_id: string;
  /** Name of the product */
  name: string;
  /** The stock that is there for pre-orders */
  quantity: string;
  /** First come: the oldest item first. Priority: the highest priority first, of equal ones the oldest. Manual: the named items */
  method: "FIRST_COME" | "PRIORITY" | "MANUAL";
  /** The quantity that no item has got */
  remaining_quantity: string;
  /** Items that got a quantity */
  allocated_count: number;
  /** Items that became READY by it */
  ready_count: number;
  status: "RUNNING" | "COMPLETED";
  completed_at: string | null;
}

export interface PreOrderRow extends BaseRecord {
  order_id: string;
  line_id: string;
  customer_id: string;
  /** null: a line of free text */
  product_id: string | null;
  name: string;
  quantity: string;
  /** Given by allocations */
  allocated_quantity: string;
  category: string | null;
  vendor: string | null;
  hold_until: string | null;
  /** The release date of the line, or else of the product */
  release_at: string | null;
  /** When the waiting item becomes READY; null: it waits for an allocation or a user */
  due_at: string | null;
  priority: number;
  status: "WAITING" | "READY" | "PROCESSED" | "CANCELLED";
  ready_at: string | null;
  ready_reason: "RELEASE" | "HOLD_ENDED" | "ALLOCATION" | "MANUAL" | null;
  /** The day on which the whole line was in fulfilments */
  processing_date: string | null;
}

export type Preferences2 = PreferencesItem2[];

/** Only for businesses. Answers that you leave out do not change */
export type Preferences3 = PreferencesItem[];

export interface PreferencesItem {
  /** Id or code of one of the tenant's communication channels */
  channel: string;
  /** default: "any" */
  purpose?: string | undefined;
  consent: "ALLOWED" | "REFUSED" | "NOT_ASKED";
  /** Where the person gave the answer */
  source?: string | null | undefined;
  /** When the person gave the answer; defaults to now */
  at?: string | undefined;
}

export interface PreferencesItem2 {
  /** Code of one of the tenant's communication channels */
  channel: string;
  /** `any`, `marketing` for all marketing, `service`, or the code of a subscription type, such as `newsletter` */
  purpose: string;
  consent: "ALLOWED" | "REFUSED" | "NOT_ASKED";
  /** Where the person gave the answer */
  source: string | null;
  at: string;
  /** The text that the person agreed to in a form; `NOT_ASKED`: they have not confirmed it yet */
  text?: string | null | undefined;
}

export interface PreviewContractTemplateBody {
  /** Values for merge fields; they override the values from contract_id */
  facts?: {
    contract?: {
      number?: string | null | undefined;
      title?: string | null | undefined;
      description?: string | null | undefined;
      contract_type?: string | null | undefined;
      contract_value?: string | null | undefined;
      currency?: string | null | undefined;
      monthly_fee?: string | null | undefined;
      billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null | undefined;
      payment_terms?: string | null | undefined;
      start_date?: string | null | undefined;
      end_date?: string | null | undefined;
      duration_months?: number | null | undefined;
      auto_renew?: boolean | null | undefined;
      renewal_notice_days?: number | null | undefined;
      renewal_terms?: string | null | undefined;
      requires_signature?: boolean | null | undefined;
      governing_law?: string | null | undefined;
      jurisdiction?: string | null | undefined;
    } | undefined;
    customer?: {
      name?: string | null | undefined;
      number?: string | null | undefined;
      legal_name?: string | null | undefined;
      address?: string | null | undefined;
      country?: string | null | undefined;
    } | undefined;
    contact?: {
      first_name?: string | null | undefined;
      last_name?: string | null | undefined;
      full_name?: string | null | undefined;
      job_title?: string | null | undefined;
      email?: string | null | undefined;
    } | undefined;
    owner?: {
      first_name?: string | null | undefined;
      last_name?: string | null | undefined;
      full_name?: string | null | undefined;
      email?: string | null | undefined;
    } | undefined;
    opportunity?: {
      name?: string | null | undefined;
      number?: string | null | undefined;
      amount?: string | null | undefined;
      currency?: string | null | undefined;
      close_date?: string | null | undefined;
    } | undefined;
    quote?: {
      name?: string | null | undefined;
      number?: string | null | undefined;
      quote_date?: string | null | undefined;
      net_amount?: string | null | undefined;
      total_amount?: string | null | undefined;
      currency?: string | null | undefined;
    } | undefined;
    tenant?: {
      name?: string | null | undefined;
      address?: string | null | undefined;
    } | undefined;
    /** Custom fields of contracts, by name */
    custom?: { [key: string]: string | number | boolean | string[] | null } | undefined;
  } | undefined;
  /** Takes values from this contract, which the caller must be able to see */
  contract_id?: string | null | undefined;
  /** Default: the latest revision */
  revision?: number | undefined;
  /** Default: the first language of the template */
  language?: string | undefined;
}

export interface PreviewFormBody {
  name: string;
  /** Leave it empty for the name of the form */
  title?: string | null | undefined;
  /** Text above the questions */
  introduction?: string | null | undefined;
  /** Questions of the page, in this order; without any, the page asks for the fields of field_mapping */
  questions?: QuestionsItem2[] | null | undefined;
  field_mapping?: FieldMapping | undefined;
  /** default: false */
  makes_lead?: boolean | undefined;
  /** The visitor ticks a box to agree to this text */
  consent_text?: string | null | undefined;
  /** Leave it empty for the language of the visitor */
  language?: string | null | undefined;
  /** Visitors cannot send the form without consent */
  is_consent_required?: boolean | null | undefined;
  /** Leave it empty for “Send” in the language of the page */
  submit_label?: string | null | undefined;
  /** The visitor reads it after sending */
  thank_you_text?: string | null | undefined;
}

export interface PreviewMessageTemplateBody {
  related_to_type?: RelatedToType | undefined;
  related_to_id?: string | undefined;
  /** Uses sample values instead of a record; default: false */
  sample?: boolean | undefined;
  /** A subject that is not saved yet */
  subject?: string | undefined;
  /** Blocks that are not saved yet */
  blocks?: BlocksItem[] | undefined;
  /** A language that is not saved yet */
  language?: string | undefined;
}

export interface PreviewPricesBody {
  customer_id?: string | null | undefined;
  /** Default: the tenant's currency */
  currency?: string | null | undefined;
  /** Default: today */
  quote_date?: string | null | undefined;
  price_book_id?: string | null | undefined;
  line_items: {
    product_id: string;
    quantity?: string | undefined;
  }[];
  /** A rule to test as if it were active */
  rule?: {
    name: string;
    description?: string | null | undefined;
    /** false: retired; the rule changes no price; default: true */
    is_active?: boolean | undefined;
    /** The matching rule with the highest priority wins; of equal ones, the older; default: 0 */
    priority?: number | undefined;
    /** true: combined with other rules that stack; false: applied alone; default: false */
    stacks?: boolean | undefined;
    effect: "PERCENT" | "AMOUNT" | "FIXED_PRICE";
    /** Only for PERCENT: percentage off the price */
    percent?: string | null | undefined;
    /** With the effect AMOUNT, what is taken off the unit price. Else the new unit price */
    amount?: string | null | undefined;
    /** Currency of amount; the rule applies only to quotes in it. Default: the tenant's currency */
    currency?: string | null | undefined;
    /** Minimum quantity of the line */
    min_quantity?: string | null | undefined;
    /** First day, compared with quote_date */
    valid_from?: string | null | undefined;
    /** Last day, inclusive */
    valid_to?: string | null | undefined;
    customer_ids?: CustomerIds | undefined;
    customer_type_ids?: CustomerTypeIds | undefined;
    tiers?: Tiers | undefined;
    customer_tags?: CustomerTags | undefined;
    product_ids?: ProductIds | undefined;
    category_ids?: CategoryIds | undefined;
    together_with?: TogetherWith | undefined;
    id?: string | undefined;
  } | undefined;
}

export interface PreviewProposalTemplateBody {
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  quote_id?: string | null | undefined;
}

export interface PreviewQuoteTemplateBody {
  customer_id?: string | null | undefined;
  /** Default: the tenant's currency */
  currency?: string | null | undefined;
  /** Default: today */
  quote_date?: string | null | undefined;
}

export interface PreviewReportBody {
  definition: {
    name?: string | undefined;
    kind: Kind10;
    /** Users who can see the definition besides its owner. Each reader gets the rows that this reader sees */
    visibility?: "PRIVATE" | "TEAM" | "EVERYONE" | undefined;
    columns?: Columns2 | undefined;
    where?: Where5 | undefined;
    with?: With | undefined;
    group_by?: GroupBy | undefined;
    measures?: Measures | undefined;
    sort?: Sort3 | undefined;
    /** The first rows of the order; default: all rows */
    limit?: number | undefined;
    chart?: Chart | undefined;
  };
}

export interface PreviewSlaBody {
  calendar: {
    timezone: string;
    hours: Hours3;
    holidays?: Holidays | undefined;
    extra_days?: ExtraDays | undefined;
  };
  start: string;
  target_minutes: number;
  /** default: [] */
  pauses?: {
    from: string;
    /** null: the pause has not ended */
    to?: string | null | undefined;
  }[] | undefined;
}

export interface PriceBook extends PriceBookRow {
  description: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PriceBookEntry extends PriceBookEntryRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PriceBookEntryRow extends BaseRecord {
  price_book_id: string;
  product_id: string;
  unit_price: string;
  min_quantity: number;
  valid_from: string | null;
  valid_to: string | null;
  is_active: boolean;
  /** Currency of the book */
  currency: string;
}

export interface PriceBookRow extends BaseRecord {
  name: string;
  is_default: boolean;
  currency: string;
  is_active: boolean;
  valid_from: string | null;
  valid_to: string | null;
}

/** null: the line has no product */
export type PriceExplanation = {
  /** From the price book, or the product's own price */
  base_price: string | null;
  base_reason: "ENTRY" | "PRODUCT" | "OTHER_CURRENCY" | "NO_PRICE";
  price_book_id: string | null;
  price_book_entry_id: string | null;
  rules: Rules;
};

export interface PricingRule extends PricingRuleRow {
  description: string | null;
  customer_ids: CustomerIds2;
  customer_type_ids: CustomerTypeIds2;
  tiers: Tiers2;
  customer_tags: string[];
  product_ids: string[];
  category_ids: CategoryIds2;
  together_with: string[];
  revised_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface PricingRuleRevision extends BaseRecord {
  name: string;
  description: string | null;
  is_active: boolean;
  priority: number;
  stacks: boolean;
  effect: "PERCENT" | "AMOUNT" | "FIXED_PRICE";
  percent: string | null;
  amount: string | null;
  currency: string | null;
  min_quantity: string | null;
  valid_from: string | null;
  valid_to: string | null;
  customer_ids: CustomerIds2;
  customer_type_ids: CustomerTypeIds2;
  tiers: Tiers2;
  customer_tags: string[];
  product_ids: string[];
  category_ids: CategoryIds2;
  together_with: string[];
  /** Increases with each change; prices refer to it */
  revision: number;
  pricing_rule_id: string;
}

export interface PricingRuleRow extends BaseRecord {
  name: string;
  is_active: boolean;
  priority: number;
  stacks: boolean;
  effect: "PERCENT" | "AMOUNT" | "FIXED_PRICE";
  percent: string | null;
  amount: string | null;
  currency: string | null;
  min_quantity: string | null;
  valid_from: string | null;
  valid_to: string | null;
  /** Increases with each change; prices refer to it */
  revision: number;
}

/** Conditions of the filter that can no longer match any record */
export type Problems = DetailsItem[];

export interface Product extends ProductRow {
  description: string | null;
  release_at: string | null;
  deliverables: string | null;
  estimated_hours: number | null;
  complexity: "LOW" | "MEDIUM" | "HIGH" | "VERY_HIGH" | null;
  frequency: string | null;
  project_duration: number | null;
  items: {
    product_id: string;
    quantity: number;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ProductFigureGroup {
  /** Id of the product or category, or name of the product line; `none` without one, `other` for further products of an opportunity */
  key: string;
  label: string | null;
  /** An opportunity with several products of a row counts once for each of them */
  open_count: number;
  /** Sum of the lines */
  open_value: string;
  won_count: number;
  won_value: string;
  lost_count: number;
  lost_value: string;
  /** Amounts without an exchange rate, which are in no value */
  unconverted: {
    currency: string;
    open_value: string;
    won_value: string;
    lost_value: string;
  }[];
}

/** default: [] */
export type ProductIds = string[];

export interface ProductInput {
  name?: string | undefined;
  /** Id or code of one of the tenant's product categories */
  category_id?: string | null | undefined;
  description?: string | null | undefined;
  cost?: string | null | undefined;
  deliverables?: string | null | undefined;
  estimated_hours?: number | null | undefined;
  complexity?: "LOW" | "MEDIUM" | "HIGH" | "VERY_HIGH" | null | undefined;
}

export interface ProductRow extends BaseRecord {
  product_type: "PRODUCT" | "SERVICE" | "PACKAGE";
  name: string;
  sku: string | null;
  category_id: string | null;
  family: string | null;
  unit_price: string | null;
  cost: string | null;
  currency: string;
  is_active: boolean;
  service_type: ServiceType;
  is_recurring: boolean;
}

export interface ProductSalesAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  by_product: ByProduct;
}

export type Products = OpportunityLine[];

/** Percent reached: contacted of target_size, revenue of target_revenue, response_rate of target_response_rate */
export interface Progress {
  size: string | null;
  revenue: string | null;
  response_rate: string | null;
}

export interface Project extends ProjectRow {
  description: string | null;
  /** Users who see the project and its tasks besides its owner */
  members: ProjectMember[];
  /** In order of due_date; those without one come last */
  milestones: MilestonesItem[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields21;
}

export interface ProjectMember {
  user_id: string;
  role: "MANAGER" | "MEMBER" | "VIEWER";
  added_at: string;
  added_by: string;
}

export interface ProjectMilestone {
  id: string;
  name: string;
  due_date: string | null;
  completed_at: string | null;
  total_task: number;
  total_task_completed: number;
}

export interface ProjectRow extends BaseRecord {
  title: string;
  customer_id: string | null;
  opportunity_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  status: "PLANNED" | "ACTIVE" | "ON_HOLD" | "COMPLETED" | "CANCELLED";
  status_changed_at: string;
  completed_at: string | null;
  /** Place on the board, within the column of the status; the lowest is first */
  space_order: number;
  date_time_start: string | null;
  date_time_end: string | null;
  member_ids: MemberIds;
  /** Members, and the owner */
  total_member: number;
  /** Tasks that are not cancelled */
  total_task: number;
  total_task_completed: number;
  /** Time spent: duration_minutes of completed tasks */
  total_minutes: number;
  /** Share of completed tasks; null without tasks */
  percent_complete: number | null;
  /** The template that the project was made from */
  project_template_id: string | null;
  last_activity_date: string | null;
  tags: string[];
  custom_fields?: CustomFields21 | undefined;
}

export interface ProjectTemplate extends ProjectTemplateRow {
  trigger: {
    event: "OPPORTUNITY_WON";
    opportunity_type: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | null;
    min_amount: string | null;
  };
  description: string | null;
  members: {
    user_id: string | null;
    role: "MANAGER" | "MEMBER" | "VIEWER";
  }[];
  milestones: {
    name: string;
    /** Days after the start of the project */
    offset_days: number;
  }[];
  tasks: {
    subject: string;
    /** Days from the start of the project to the deadline */
    offset_days: number;
    duration_minutes: number | null;
    milestone: number | null;
    assigned_to_id: string | null;
    priority_id: string | null;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ProjectTemplateRow extends BaseRecord {
  name: string;
  is_active: boolean;
  trigger_event: "OPPORTUNITY_WON" | null;
  /** Title of the projects; `{customer}` and `{opportunity}` stand for their names */
  title: string;
}

export interface ProjectTimeline {
  starts_at: string | null;
  ends_at: string | null;
  /** Share of completed tasks; null without tasks */
  percent_complete: number | null;
  milestones: MilestonesItem[];
  /** In order of their deadline; those without one come last */
  tasks: {
    id: string;
    subject: string;
    status: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED";
    is_completed: boolean;
    /** null: the task has a deadline alone */
    starts_at: string | null;
    /** The end or the deadline; null: the task has no date */
    ends_at: string | null;
    due_date: string | null;
    assigned_to_id: string | null;
    milestone_id: string | null;
  }[];
  /** For the next tasks; null: there are no more */
  next_cursor: string | null;
}

/** Free details of the line, such as size and color; default: {} */
export type Properties = { [key: string]: unknown };

export interface Proposal extends ProposalRow {
  requires_signature: boolean;
  notes: string | null;
  /** End of expiration_date in the tenant's time zone at the time of writing */
  expires_at: string;
  sections: Sections;
  template_revision: number | null;
  approval: {
    /** Increases with each submission; decisions on earlier rounds have no effect */
    round: number;
    rule: Rule2;
    /** null: no approval was needed */
    level: string | null;
    approvers: Approvers;
    side_by_side: boolean;
    reasons: string[];
    conditions?: Conditions | undefined;
    submitted_by: string;
    submitted_at: string;
    /** null while the approval is open */
    outcome: "APPROVED" | "REJECTED" | "EXPIRED" | null;
    decided_at: string | null;
    comment: string | null;
    approvals: Approvals;
  };
  /** When it was last sent to the customer */
  sent_at: string | null;
  /** When the customer first viewed it */
  viewed_at: string | null;
  presented_at: string | null;
  rejected_date: string | null;
  rejection_reason: string | null;
  signed_by: string | null;
  signed_date: string | null;
  /** WITH_IT: the quote was accepted with the proposal; BEFORE: it was accepted separately before */
  quote_accepted: "WITH_IT" | "BEFORE" | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields23;
}

export interface ProposalComparison {
  from: From;
  to: From;
  differences: Differences;
  sections: {
    section_id: string;
    change: "ADDED" | "REMOVED" | "CHANGED";
    heading: string | null;
    differences: Differences;
  }[];
}

export interface ProposalRow extends BaseRecord {
  proposal_number: string;
  name: string;
  customer_id: string;
  opportunity_id: string | null;
  contact_id: string | null;
  quote_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  status: Status14;
  status_changed_at: string;
  proposal_date: string;
  expiration_date: string;
  accepted_date: string | null;
  version_number: number;
  /** true: the latest version */
  is_primary: boolean;
  /** Id of the first version, the same for all versions */
  series_id: string;
  previous_version_id: string | null;
  template_id: string | null;
  last_activity_date: string | null;
  tags: string[];
  custom_fields?: CustomFields23 | undefined;
}

export interface ProposalSection {
  section_type: "TEXT" | "PICTURE" | "QUOTE_LINES";
  heading: string | null;
  text: string | null;
  attachment_id: string | null;
  alt_text: string | null;
  page_break: boolean;
  id: string;
  created_at: string;
}

export interface ProposalTemplate extends ProposalTemplateRow {
  description: string | null;
  sections: Sections2;
  revised_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ProposalTemplateRevision extends BaseRecord {
  name: string;
  description: string | null;
  is_active: boolean;
  valid_days: number;
  requires_signature: boolean;
  sections: Sections2;
  /** Increases with each change; proposals refer to it */
  revision: number;
  proposal_template_id: string;
}

export interface ProposalTemplateRow extends BaseRecord {
  name: string;
  is_active: boolean;
  valid_days: number;
  requires_signature: boolean;
  /** Increases with each change; proposals refer to it */
  revision: number;
}

export type ProtectionsItem = "smoke_alarm" | "fire_alarm" | "burglar_alarm" | "sprinklers" | "deadbolts" | "security_camera" | "water_leak_sensor";

export type Provider4 = "twilio" | "telnyx" | "plivo" | "docusign" | "dropbox_sign" | "ses" | "stripe" | "standard";

export interface PublishRuleVersionBody {
  /** Defaults to now; must not be in the past */
  valid_from?: string | null | undefined;
  /** In force before this time; after that, the previous version or another one is in force again */
  valid_to?: string | null | undefined;
}

export interface PublishWorkflowBody {
  /** Whether records that meet `where` now are enrolled too. Default: as the workflow says */
  existing?: boolean | undefined;
  /** Whether records that are inside stay with their version, or move to the step of the same id of the new one */
  move?: "stay" | "move" | undefined;
}

/** The parameters of the list by name, except those for order and paging; default: {} */
export type Query = { [key: string]: unknown };

/** Instead of ids: the input of `POST /{kind}/query` without order and paging; {} selects all records that the caller can see */
export type Query2 = { [key: string]: unknown };

/** The body for `POST /{kind}/query` */
export interface Query3 {
  where?: { [key: string]: unknown } | null | undefined;
  search?: string | null | undefined;
  sort?: string | null | undefined;
  order?: "asc" | "desc" | null | undefined;
  fields?: string | null | undefined;
  expand?: string | null | undefined;
}

export interface QueryAllCampaignMembersBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  /** Matches all ids that the person has had */
  person?: string | undefined;
  [key: string]: unknown;
}

export interface QueryApiKeysBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  [key: string]: unknown;
}

export interface QueryApprovalsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also reasons, conditions, figures, for at most 20 records a page */
  include?: IncludeItem2[] | undefined;
  /** true: only approvals that the caller is or was asked to decide */
  mine?: boolean | undefined;
  [key: string]: unknown;
}

export interface QueryAuditEntriesBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  /** Only the history of this record */
  record_id?: string | undefined;
  /** Only changes of this field, such as `amount`; `custom_fields` for all custom fields */
  field?: string | undefined;
  /** Whether entries have `old_values`, `new_values` and `unknown`, at most 25 a page. Long values and those of archived entries are unknown */
  with_values?: boolean | undefined;
  [key: string]: unknown;
}

export interface QueryContactsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include2 | undefined;
  paths?: Paths | undefined;
  /** Includes contacts under all ids that the person has had */
  person?: string | undefined;
  [key: string]: unknown;
}

export interface QueryCustomFieldsBody extends QueryInput {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  section?: string | undefined;
  [key: string]: unknown;
}

export interface QueryCustomersBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include2 | undefined;
  paths?: Paths | undefined;
  /** The customer that the person is, and those that the person is a contact of */
  person?: string | undefined;
  /** The customer whose first lead this is */
  first_lead_id?: string | undefined;
  [key: string]: unknown;
}

export interface QueryDuplicatesBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  include?: Include | undefined;
  /** Defaults to OPEN */
  status?: "OPEN" | "MERGED" | "DISMISSED" | "OBSOLETE" | undefined;
  [key: string]: unknown;
}

export interface QueryInput {
  /** From 1; page × limit is at most 10,000. Use cursor to continue beyond that */
  page?: number | undefined;
  /** Defaults to 20 */
  limit?: number | undefined;
  order?: "asc" | "desc" | undefined;
  /** The next_cursor of the previous page */
  cursor?: string | undefined;
  /** Conditions, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]} */
  where?: unknown;
  /** Comma-separated fields of each record to return; `id` is always included */
  fields?: string | readonly string[] | string[] | undefined;
  /** Comma-separated data to return in `expanded` in addition to ids: `labels`, the names of users and of master data; or fields that refer to records, without `_id`, for these records as lists show them; or `next_activity`, the open activity of the record that happens first: its id, subject and time, or null. `GET /schema` has the names for each kind */
  expand?: string | readonly string[] | string[] | undefined;
}

export interface QueryInteractionsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  /** Includes interactions under all ids that the person has had */
  person?: string | undefined;
  /** Only interactions at or after this time */
  from?: string | undefined;
  /** Only interactions at or before this time */
  to?: string | undefined;
  [key: string]: unknown;
}

export interface QueryJourneyEntriesBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  /** Only steps at or after this time */
  from?: string | undefined;
  /** Only steps at or before this time */
  to?: string | undefined;
  [key: string]: unknown;
}

export interface QueryLeadsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include2 | undefined;
  /** With this filter, the list is sorted by lead_score by default */
  min_score?: number | undefined;
  /** next_contact_date at or before this time; with this filter, the list is sorted by it by default, most urgent first */
  contact_due_by?: string | undefined;
  paths?: Paths | undefined;
  [key: string]: unknown;
}

export interface QueryMastersBody extends QueryInput {
  /** Defaults to the order of display */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  /** Words; each must begin a word of the name or the code */
  search?: string | undefined;
  /** For states: the country, by id or code */
  country?: string | undefined;
  /** For cities: the state, by id or code */
  state?: string | undefined;
  /** true: names with which every tenant starts are in the language of the request, and are also found by it. Names that the tenant chose stay as they are */
  translated?: boolean | undefined;
  [key: string]: unknown;
}

export interface QueryNotesBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  /** Version fields to include in each record, separated by commas; every change of a record changes them. Also content, for at most 20 records a page */
  include?: ("version" | "updated_at" | "updated_by" | "content")[] | undefined;
  [key: string]: unknown;
}

export interface QueryNotificationsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  include?: Include | undefined;
  unread?: boolean | undefined;
  [key: string]: unknown;
}

export interface QueryOpportunitiesBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include2 | undefined;
  campaign?: string | undefined;
  paths?: Paths | undefined;
  [key: string]: unknown;
}

export interface QueryPersonsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include2 | undefined;
  paths?: Paths | undefined;
  [key: string]: unknown;
}

export interface QueryPotentialsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include2 | undefined;
  paths?: Paths | undefined;
  /** Includes potentials under all ids that the person has had */
  person?: string | undefined;
  [key: string]: unknown;
}

export interface QuerySearchPathsBody extends QueryInput {
  include?: Include | undefined;
  [key: string]: unknown;
}

export interface QuerySegmentsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  include?: Include | undefined;
  [key: string]: unknown;
}

export interface QuerySlaPoliciesBody extends QueryInput {
  /** Default: the order in which the policies are tried */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  /** Each of these words must begin a word of the name */
  search?: string | undefined;
  /** true: names with which every tenant starts are in the language of the request, and are also found by it. Names that the tenant chose stay as they are */
  translated?: boolean | undefined;
  [key: string]: unknown;
}

export interface QuerySlaViolationsBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  /** Violated at this instant or later */
  from?: string | undefined;
  /** Violated at this instant or earlier */
  to?: string | undefined;
  [key: string]: unknown;
}

export interface QueryTicketSurveysBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  /** Only surveys of tickets opened at or after this time */
  from?: string | undefined;
  /** Only surveys of tickets opened at or before this time */
  to?: string | undefined;
  [key: string]: unknown;
}

export interface QueryUsersBody extends QueryInput {
  /** A leading - reverses the order. Up to 3, separated by commas: equal records are sorted by the next */
  sort?: string | undefined;
  /** Words; each must begin a word of the record */
  search?: string | undefined;
  /** Lists deleted records instead of live ones */
  deleted?: boolean | undefined;
  include?: Include | undefined;
  [key: string]: unknown;
}

/** default: [] */
export type Questions = QuestionsItem[];

export type Questions2 = {
  label: string;
  is_required: boolean;
}[];

export interface QuestionsItem {
  label: string;
  /** default: false */
  is_required?: boolean | undefined;
}

export interface QuestionsItem2 {
  /** Name of the answer in submissions; unique in the form */
  name: string;
  /** The question, as visitors read it */
  label: string;
  type?: Type6 | undefined;
  /** default: false */
  is_required?: boolean | undefined;
  /** Text below the question; default: null */
  help?: string | null | undefined;
  /** For select, radio and checkboxes. A custom field with options brings its own; default: [] */
  choices?: string[] | undefined;
  /** Field of the lead that the answer fills: a field of its person, or custom_fields.<name>; default: null */
  field?: string | null | undefined;
}

export interface Quote extends QuoteRow {
  description: string | null;
  price_book_id: string | null;
  discount_percent: string;
  fixed_discount: string | null;
  shipping_amount: string;
  payment_terms: string | null;
  delivery_terms: string | null;
  requires_signature: boolean;
  notes: string | null;
  /** End of expiration_date in the tenant's time zone at the time of writing */
  expires_at: string;
  /** Sum of gross_amount of the lines that count */
  subtotal: string;
  /** Discounts on the lines and on the whole quote */
  discount_amount: string;
  tax_amount: string;
  line_items: QuoteLine[];
  template_revision: number | null;
  approval: {
    /** Increases with each submission; decisions on earlier rounds have no effect */
    round: number;
    rule: Rule2;
    /** null: no approval was needed */
    level: string | null;
    approvers: Approvers;
    side_by_side: boolean;
    reasons: string[];
    conditions?: Conditions | undefined;
    submitted_by: string;
    submitted_at: string;
    /** null while the approval is open */
    outcome: "APPROVED" | "REJECTED" | "EXPIRED" | null;
    decided_at: string | null;
    comment: string | null;
    approvals: Approvals;
    highest_line_percent: string;
    whole_percent: string;
  };
  /** When it was last sent to the customer */
  sent_at: string | null;
  /** When the customer first viewed it */
  viewed_at: string | null;
  presented_at: string | null;
  rejected_date: string | null;
  rejection_reason: string | null;
  signature_url: string | null;
  signed_by: string | null;
  signed_date: string | null;
  deal_id: string | null;
  is_converted_to_order: boolean;
  order_id: string | null;
  is_converted_to_contract: boolean;
  contract_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields16;
}

export interface QuoteComparison {
  from: From2;
  to: From2;
  differences: Differences;
  line_items: {
    line_id: string;
    change: "ADDED" | "REMOVED" | "CHANGED";
    name: string | null;
    differences: Differences;
  }[];
}

export interface QuoteLine {
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
  id: string;
  /** Starts at 1 */
  sequence: number;
  created_at: string;
  /** true: entered by hand; the price does not follow list_price */
  unit_price_is_manual: boolean;
  /** Price from the price book and the pricing rules; discounts are measured against it */
  list_price: string | null;
  price_explanation: PriceExplanation;
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
}

export interface QuoteRow extends BaseRecord {
  quote_number: string;
  name: string;
  customer_id: string;
  opportunity_id: string | null;
  contact_id: string | null;
  /** null: unassigned */
  owner_id: string | null;
  status: Status14;
  status_changed_at: string;
  /** subtotal − discount_amount */
  net_amount: string;
  /** net_amount + tax_amount + shipping_amount */
  total_amount: string;
  currency: string;
  quote_date: string;
  expiration_date: string;
  accepted_date: string | null;
  version_number: number;
  /** true: the latest version */
  is_primary: boolean;
  /** Id of the first version, the same for all versions */
  series_id: string;
  previous_version_id: string | null;
  template_id: string | null;
  last_activity_date: string | null;
  tags: string[];
  /** Shared by the opportunity, quote, deal, contract and orders of one sale */
  sale_id: string;
  custom_fields?: CustomFields16 | undefined;
}

export interface QuoteTemplate extends QuoteTemplateRow {
  description: string | null;
  quote_description: string | null;
  payment_terms: string | null;
  delivery_terms: string | null;
  line_items: LineItems3;
  revised_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface QuoteTemplateRevision extends BaseRecord {
  name: string;
  description: string | null;
  is_active: boolean;
  quote_description: string | null;
  valid_days: number;
  discount_percent: string;
  payment_terms: string | null;
  delivery_terms: string | null;
  requires_signature: boolean;
  line_items: LineItems3;
  /** Increases with each change; quotes refer to it */
  revision: number;
  quote_template_id: string;
}

export interface QuoteTemplateRow extends BaseRecord {
  name: string;
  is_active: boolean;
  valid_days: number;
  discount_percent: string;
  requires_signature: boolean;
  /** Increases with each change; quotes refer to it */
  revision: number;
}

/** Number of ratings of 1, 2, 3, 4 and 5 */
export type Ratings = number[];

export interface ReadAllNotificationsBody {
  /** Only notifications that have been unread since this time or earlier; defaults to now */
  up_to?: string | undefined;
}

export interface ReadFreeBusyBody {
  participants: Participants3;
  from: string;
  /** At most 31 days after `from` */
  to: string;
}

export interface ReadResults {
  /** In the order of `reads` */
  results: {
    index: number;
    /** Status of the single request */
    status: number;
    /** `data` of its answer: a record, or the rows of a list */
    data?: unknown;
    /** `meta` of its answer */
    meta?: { [key: string]: unknown } | undefined;
    error?: Error2 | undefined;
  }[];
}

export interface ReadyReport {
  key: Key2;
  name: string;
  description: string;
  /** The kind of the records; null for campaigns, whose figures come from counters */
  kind: string | null;
  definition: Definition;
}

export interface ReadyReportList {
  reports: ReadyReport[];
}

export interface ReadyReportWithRows {
  key: Key2;
  name: string;
  description: string;
  /** The kind of the records; null for campaigns, whose figures come from counters */
  kind: string | null;
  definition: Definition;
  rows: Rows;
  /** The measures over all records; null for a report without measures */
  totals: { [key: string]: unknown } | null;
  /** Rows of the result before its limit */
  row_count: number;
  /** Records created later are not included */
  as_of: string;
  /** running: the rows are not there yet; read the report again */
  status: "ready" | "running";
  unconverted: Unconverted3;
  /** Whether only the first 20,000 records by time were read */
  is_partial: boolean;
}

export type Reasons = {
  reason: string;
  lead_id: string | null;
}[];

/** Why approval is needed */
export type Reasons2 = string[];

/** Active reasons that are not only for single subscription types, the most serious first */
export type Reasons3 = ("STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND")[];

export interface ReassignSignerBody {
  name: string;
  email: string;
  /** Without a country code, the tenant's country is assumed; required for codes by SMS */
  phone?: string | null | undefined;
  /** How the signer gets codes on our own page. Default: `email` */
  code_by?: "email" | "sms" | undefined;
}

export interface ReceiveAfterSalesCaseBody {
  /** Further text of the mail to the customer */
  message?: string | null | undefined;
  /** If empty, today */
  received_date?: string | null | undefined;
  /** Items that arrived. If left out, all that the case names */
  items?: {
    line_id: string;
    quantity: string;
  }[] | undefined;
}

export interface RecordCampaignResponseBody {
  /** Name the member or the person */
  member_id?: string | undefined;
  person_id?: string | undefined;
  kind: Kind6;
  /** The address that the person followed */
  link?: string | null | undefined;
  /** Identifies what the person did, such as the id of a message, a form's submission, or a call. The same source counts once for a kind. Default: the id of the request */
  source?: string | undefined;
  /** When the person responded. Default: now */
  at?: string | undefined;
}

/** Kind of the records. Cannot be changed */
export type RecordKind = "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket";

export interface RecordMerged {
  survivor_id: string;
  merged_id: string;
  fields: {
    field: string;
    /** Any JSON value */
    survivor: unknown;
    /** Any JSON value */
    merged: unknown;
    /** Any JSON value */
    outcome: unknown;
    from: "survivor" | "merged" | "both";
    /** Both records have different values */
    is_conflict: boolean;
  }[];
  /** Records that refer to the merged one and that the caller can see, by kind, up to 100 each */
  moves: { [key: string]: number };
  /** Null for a dry run */
  merge_id: string | null;
}

export interface RecordUnmerged {
  survivor_id: string;
  restored_id: string;
  merge_id: string;
}

export type Recurrence = {
  /** RFC 5545, without DTSTART: `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10` */
  rule?: string | undefined;
  /** MONTHLY on the 29th to 31st uses the last day of shorter months */
  frequency?: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" | undefined;
  interval?: number | undefined;
  /** Inclusive */
  until?: string | undefined;
  count?: number | undefined;
  by_day?: ("MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")[] | undefined;
};

export type Recurrence2 = {
  rule: string;
};

export interface ReengagementBatch extends ReengagementBatchRow {
  sequence: {
    channel: "sms" | "email";
    /** An active template of this channel */
    template_id: string;
    /** Days of 24 hours after the previous step. First step: after the start of the batch, or after the member was added */
    after_days: number;
    /** SMS sender or email account. Default: the tenant's default */
    sender_id: string | null;
    subscription_type?: string | undefined;
  }[];
  /** When the batch was first activated */
  activated_at: string | null;
  ended_at: string | null;
  /** The user who last activated the batch: its sequence is sent with the rights of this user */
  started_by: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ReengagementBatchRow extends BaseRecord {
  batch_name: string;
  /** null: unassigned, and visible to all users */
  assigned_to: string | null;
  historical_value: number | null;
  status: "DRAFT" | "ACTIVE" | "PAUSED" | "COMPLETED" | "CANCELLED";
  /** Day of the creation in the tenant's time zone */
  created_date: string;
  target_size: number | null;
  start_date: string | null;
  end_date: string | null;
  target_revenue: string | null;
  target_response_rate: string | null;
  currency: string;
  window_days: number;
  member_count: number;
  contacted_count: number;
  response_count: number;
  conversion_count: number;
  reactivated_revenue: string;
  /** Responses ÷ contacted × 100; null if there were no contacts */
  response_rate: string | null;
  /** Conversions ÷ responses × 100; null if there were no responses */
  conversion_rate: string | null;
  avg_revenue_per_conversion: string | null;
  progress: Progress;
}

export interface ReengagementFill extends BaseRecord {
  contact_list_id: string | null;
  segment_id: string | null;
  last_activity_before: string | null;
  last_order_before: string | null;
  value_min: string | null;
  value_max: string | null;
  batch_id: string;
  /** User who started the fill; only persons whom this user can see are found */
  owner_id: string;
  status: "queued" | "running" | "completed" | "failed" | "cancelled";
  /** Records created after this time are not included */
  as_of: string;
  /** Persons found so far */
  found: number;
  /** New members so far, not counting persons who were already members */
  added: number;
  error: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ReengagementMember extends ReengagementMemberRow {
  notes: string | null;
  /** The first order of the purchase that was paid */
  converted_order_id: string | null;
  converted_opportunity_id: string | null;
  failure_reason: string | null;
  /** The first 50 contacts, in order */
  contacts: {
    /** Identifies the contact: the id of the message, the call, or the request that reported it */
    source_id: string;
    method: "PHONE" | "SMS" | "EMAIL" | "WHATSAPP" | "IN_PERSON" | "OTHER";
    at: string;
    /** Day of `at` in the tenant's time zone when the contact was recorded */
    day: string;
  }[];
  step_waits: StepWaits;
  /** Results of the steps of the batch's sequence */
  steps: {
    /** `passed`: no message could be created; `unknown`: not known whether the message was sent */
    as: "waiting" | "sent" | "unknown" | "failed" | "passed";
    at: string;
    message_id: string | null;
    why: string | null;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ReengagementMemberRow extends BaseRecord {
  batch_id: string;
  personal_key_id: string;
  assigned_to: string | null;
  priority: string | null;
  status: Status27;
  contact_attempts: number;
  last_contact_method: "PHONE" | "SMS" | "EMAIL" | "WHATSAPP" | "IN_PERSON" | "OTHER" | null;
  added_to_batch_at: string;
  /** First */
  contacted_at: string | null;
  last_contacted_at: string | null;
  responded_at: string | null;
  converted_at: string | null;
  opted_out_at: string | null;
  /** Revenue of the purchase, less refunds, in the currency of the batch; null if there is no exchange rate */
  conversion_value: string | null;
  currency: string;
  /** Completed steps of the batch's sequence */
  sequence_step: number;
  /** When the next step is due or checked again; null while a step is in progress, or if none follows */
  next_step_at: string | null;
  /** End of the hold by another batch, unless that batch ends earlier; null without a hold */
  waits_until: string | null;
  /** The batch that holds the person, if the caller can see it */
  waits_for_batch_id: string | null;
}

export interface ReengagementSentStep {
  /** Completed steps of the batch's sequence */
  sequence_step: number;
  /** When the next step is due or checked again; null while a step is in progress, or if none follows */
  next_step_at: string | null;
  step_waits: StepWaits;
  id: string;
  /** When the step has to be run again, because it has not ended; null if it has */
  postponed_until: string | null;
}

export type ReferenceKind = "user" | "lead" | "person" | "customer" | "contact" | "opportunity" | null;

/** For references: the kind of the referenced records */
export type ReferenceKind2 = "user" | "lead" | "person" | "customer" | "contact" | "opportunity" | null;

export interface RefreshBody {
  /** Required, unless it is in the session cookie */
  refresh_token?: string | undefined;
  /** `cookie`: the refresh token is set as a cookie that scripts cannot read, and is not in the response; for pages. Default: `token` */
  session?: "token" | "cookie" | undefined;
}

export interface Refund extends RefundRow {
  notes: string | null;
  status_changed_at: string;
  failure_reason: string | null;
  /** The case that the refund resolves */
  after_sales_id: string | null;
  /** The entry in the ledger of the order */
  entry_sequence: number | null;
  reversal_reason: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface RefundRow extends BaseRecord {
  order_id: string;
  customer_id: string;
  /** The payment that is given back */
  payment_id: string | null;
  amount: string;
  currency: string;
  status: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  /** true: the customer no longer owes the amount, as for a return; false: money that was paid too much */
  credits: boolean;
  payment_method_id: string | null;
  provider: string | null;
  transaction_id: string | null;
  refunded_date: string | null;
  reason: string | null;
  reversed_at: string | null;
}

/** Purposes for which nothing is sent */
export type Refuses = ("marketing" | "service" | "security")[];

export interface RejectAfterSalesCaseBody {
  /** Further text of the mail to the customer */
  message?: string | null | undefined;
  /** Shown to the customer */
  reason: string;
}

export interface RejectProposalBody {
  reason: string;
}

export interface RejectedRows {
  rows: RowRejection[];
  /** Rejected rows so far, on all pages */
  total: number;
  next_cursor: string | null;
}

export interface RelateTicketsBody {
  ticket_id: string;
}

/** Kind of the related record. Optional, because the record determines it */
export type RelatedToType = "opportunity" | "contact" | "customer" | "lead" | "person" | "quote" | "proposal" | "contract" | "ticket";

/** Kind of the record in whose timeline it stands */
export type RelatedToType2 = "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket" | null;

/** Kind of the related record; users who can see that record see the activity */
export type RelatedToType3 = "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket" | null;

/** Kind of the related record; users who can see that record see the note */
export type RelatedToType4 = "activity" | "after_sales_case" | "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "lead" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket";

/** Kind of the related record; users who can see that record see the comment */
export type RelatedToType5 = "activity" | "after_sales_case" | "campaign" | "contact" | "contract" | "customer" | "deal" | "interaction" | "invoice" | "lead" | "opportunity" | "order" | "payment" | "pre_order" | "person" | "potential" | "product" | "project" | "proposal" | "quote" | "ticket";

/** Kind of the related record; users who can see that record see the attachment */
export type RelatedToType6 = "activity" | "after_sales_case" | "campaign" | "contact" | "contract" | "contract_amendment" | "customer" | "deal" | "interaction" | "lead" | "note" | "opportunity" | "order" | "person" | "potential" | "project" | "proposal" | "quote" | "ticket";

export interface ReleasePreOrderBody {
  /** Why the item waits, or why it does no longer */
  reason?: string | null | undefined;
}

/** Each is sent once to the assignee, unless the activity is done by then */
export type Reminders = RemindersItem[];

export type Reminders2 = {
  minutes_before?: number | null | undefined;
  at?: string | null | undefined;
  /** SMS: to the assignee's `phone_number`; if no text message can be sent, in the app with the reason */
  by: "APP" | "EMAIL" | "SMS";
}[];

export interface RemindersItem {
  minutes_before?: number | null | undefined;
  at?: string | null | undefined;
  /** SMS: to the assignee's `phone_number`; if no text message can be sent, in the app with the reason */
  by?: "APP" | "EMAIL" | "SMS" | undefined;
}

export interface RenameTagBody {
  from: string;
  to: string;
}

export interface RenewContractBody {
  /** Default: the length of the present term */
  duration_months?: number | null | undefined;
  /** Last day of the new term, instead of duration_months */
  end_date?: string | null | undefined;
  /** Value of the new term. Default: from renewal_value or renewal_uplift_percent */
  contract_value?: string | null | undefined;
  monthly_fee?: string | null | undefined;
}

export interface RenewMyRecoveryCodesBody {
  /** The present password */
  password: string;
  /** A code of the app, or a recovery code */
  code: string;
}

export interface ReopenOpportunityBody {
  reason: string;
  /** If empty, the first open stage */
  stage_id?: string | null | undefined;
}

export interface ReorderMastersBody {
  /** Values by id or code, in the new order; values that are not listed follow in their current order */
  ids: string[];
}

export interface ReorderProposalSectionsBody {
  /** The ids of all sections of the proposal, in the new order */
  section_ids: string[];
}

export interface ReplaceActivityBody extends ActivityInput {
  /** Blocked until the activity that comes first is completed */
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | undefined;
  /** If empty, you */
  assigned_to_id?: string | undefined;
  /** In the time zone of the activity */
  due_time?: string | null | undefined;
  /** Time zone of the due date and time. If empty, that of the organization */
  timezone?: string | null | undefined;
  /** When the app reminds the assignee; short for one of the reminders */
  reminder_datetime?: string | null | undefined;
  reminders?: Reminders | undefined;
  participants?: Participants | undefined;
  /** Whether participants who are contacts or persons are invited by mail; default: false */
  send_invitations?: boolean | undefined;
  /** Text of the invitation; the description is not sent */
  invitation_text?: string | null | undefined;
  /** An activity that must be completed first */
  blocked_by?: string | null | undefined;
  /** A milestone of the project that the activity is about */
  milestone_id?: string | null | undefined;
  /** Visible only to the assignee, the creator, the participants and administrators; default: false */
  is_private?: boolean | undefined;
  /** Recurring activities only; defaults to this occurrence. Completed occurrences do not change */
  apply_to?: "THIS" | "FOLLOWING" | "ALL" | undefined;
  subject: string;
  /** Id or code of one of the tenant's activity types */
  activity_type_id: string;
}

export interface ReplaceBookingLinkBody {
  /** Name of the meeting, as visitors see it */
  name: string;
  description?: string | null | undefined;
  /** false: the public page responds as if the link did not exist; default: true */
  is_active?: boolean | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id: string;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  /** Place of the meeting or address of the call; shown after the booking */
  location?: string | null | undefined;
  durations_minutes?: DurationsMinutes | undefined;
  /** Time kept free before the meeting; default: 0 */
  buffer_before_minutes?: number | undefined;
  /** Time kept free after the meeting; default: 0 */
  buffer_after_minutes?: number | undefined;
  /** default: 4 */
  minimum_notice_hours?: number | undefined;
  /** How many days ahead visitors can book, not counting today; default: 30 */
  horizon_days?: number | undefined;
  /** Maximum number of bookings of this link per day in the owner's time zone */
  max_per_day?: number | null | undefined;
  /** Bookable hours within the owner's working hours, in the owner's time zone; null: all working hours, by default Monday to Friday from 09:00 to 17:00 */
  hours?: WorkingHoursItem[] | null | undefined;
  host_ids?: HostIds | undefined;
  questions?: Questions | undefined;
}

export interface ReplaceCampaignBody extends CampaignInput {
  name: string;
  type: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING";
  /** In a form of your own, such as a list of figures with their targets */
  success_criteria?: { [key: string]: unknown } | null | undefined;
  /** Not before the start date */
  end_date?: string | null | undefined;
  /** Whether a planned campaign starts on its start date, and a running one ends afterwards; default: false */
  follows_dates?: boolean | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** For each budget cycle */
  budget?: string | null | undefined;
  budget_cycle?: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | undefined;
  budget_allocations?: BudgetAllocations | undefined;
  /** Costs besides those of the daily metrics */
  other_cost?: string | null | undefined;
  /** Percent */
  expected_response_rate?: number | null | undefined;
  /** In a form of your own, such as age groups */
  target_demographics?: { [key: string]: unknown } | null | undefined;
  target_locations?: TargetLocations2 | undefined;
  target_interests?: TargetLocations2 | undefined;
  /** Channels of the campaign; default: [] */
  channel_ids?: string[] | undefined;
  /** The subject of its mails and text messages, unless a send names another one. Persons who refuse this type get none; default: "general" */
  subscription_type?: string | undefined;
  /** Whether tracked links in mails of the campaign get utm_source, utm_medium and utm_campaign; default: true */
  adds_utm?: boolean | undefined;
  /** The campaign above this one; at most five levels */
  parent_campaign_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  status?: Status22 | undefined;
  custom_fields?: CustomFields27 | undefined;
  start_date: string;
}

export interface ReplaceCommentBody {
  /** Plain text with mentions of users and teams by their ids */
  content: string;
}

export interface ReplaceContactBody extends ContactInput {
  /** Needed if the contact belongs to no lead */
  customer_id?: string | null | undefined;
  /** Each customer or lead has one primary contact. The new one replaces the previous one; default: false */
  is_primary?: boolean | undefined;
  /** The main role */
  contact_role_id?: string | null | undefined;
  other_role_ids?: OtherRoleIds | undefined;
  /** Another contact of the same customer or lead */
  reports_to_id?: string | null | undefined;
  /** default: false */
  is_decision_maker?: boolean | undefined;
  /** default: false */
  is_influencer?: boolean | undefined;
  contact_status?: "ACTIVE" | "INACTIVE" | "FORMER" | undefined;
  /** Whether the person refuses emails. A refusal stays until a change sets it to `false`; empty changes nothing */
  email_opt_out?: boolean | null | undefined;
  /** Whether the person refuses phone calls. A refusal stays until a change sets it to `false`; empty changes nothing */
  phone_opt_out?: boolean | null | undefined;
  tags?: Tags | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** The `birth_date` of the person, under the same rules. Omitted, it stays, and only null clears it */
  birthdate?: string | null | undefined;
  custom_fields?: CustomFields10 | undefined;
}

export interface ReplaceContractBody extends ContractInput {
  /** If empty, the name of the quote or the opportunity */
  title?: string | null | undefined;
  customer_id: string;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  /** Value of the whole term. If empty, the amount of the quote or the opportunity, or else the monthly fees */
  contract_value?: string | null | undefined;
  /** If empty, the currency of the quote or the opportunity, or else of the organization */
  currency?: string | null | undefined;
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | undefined;
  /** First day. If empty, today */
  start_date?: string | null | undefined;
  /** Last day. If empty, it follows from the duration */
  end_date?: string | null | undefined;
  /** Null if the term is not a number of whole months. Default for a new contract: 12 */
  duration_months?: number | null | undefined;
  /** default: false */
  auto_renew?: boolean | undefined;
  /** The renewal is due this many days before end_date; default: 30 */
  renewal_notice_days?: number | undefined;
  /** The customer agreed to auto_renew separately and is notified first. Otherwise a contract of an individual does not renew automatically; default: false */
  auto_renew_agreed?: boolean | undefined;
  /** Percentage by which the price rises in each new term */
  renewal_uplift_percent?: string | null | undefined;
  /** Value of each new term, instead of renewal_uplift_percent */
  renewal_value?: string | null | undefined;
  /** true: the contract comes into force only after both sides have signed; default: true */
  requires_signature?: boolean | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  /** The project that the contract belongs to */
  project_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields28 | undefined;
}

export interface ReplaceCustomFieldBody {
  /** Name shown to users */
  field_label: string;
  field_type: FieldType;
  /** default: false */
  is_required?: boolean | undefined;
  /** For choice, picklist and choices. An omitted option is retired: records keep it, but it can no longer be chosen */
  picklist_values?: PicklistValuesItem[] | null | undefined;
  /** Value of a record that is created without one */
  default_value?: unknown;
  validation?: Validation | undefined;
  /** For numbers; defaults to 2 */
  decimal_places?: number | null | undefined;
  reference_kind?: ReferenceKind2 | undefined;
  /** Order of display; default: 100 */
  sequence?: number | undefined;
  /** Heading under which the field is shown */
  section?: string | null | undefined;
  help_text?: string | null | undefined;
  /** An inactive field is hidden. Its values are kept, and are shown again when it is active; default: true */
  is_active?: boolean | undefined;
  /** default: false */
  is_filterable?: boolean | undefined;
  /** default: false */
  is_sortable?: boolean | undefined;
  visible_to?: VisibleTo | undefined;
  editable_by?: EditableBy | undefined;
  entity_type?: EntityType | undefined;
  field_name?: string | undefined;
  is_unique?: boolean | undefined;
}

export interface ReplaceCustomerBody extends CustomerInput {
  /** Name of the company. If empty for an individual, the name of the person */
  name?: string | undefined;
  /** Code in an industry classification, such as NAICS 541511 */
  industry_code?: string | null | undefined;
  /** Unique among customers, regardless of spaces and punctuation */
  tax_id?: string | null | undefined;
  /** Not later than this year */
  founding_year?: number | null | undefined;
  /** default: false */
  is_public_company?: boolean | undefined;
  /** default: false */
  is_startup?: boolean | undefined;
  /** Role of the customer among those above and below it */
  account_type?: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | null | undefined;
  /** Currency of annual revenue and credit limit. If empty, that of the organization */
  currency?: string | null | undefined;
  status?: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED" | undefined;
  /** Why the customer left. Needed for customers that left, and only for them */
  churn_reason_id?: string | null | undefined;
  /** Only for customers that left */
  churn_notes?: string | null | undefined;
  lifecycle_stage?: LifecycleStage2 | undefined;
  /** Empty or a rank of the rule `customer_rank`: it follows the sales of the customer */
  customer_rank?: string | null | undefined;
  /** default: false */
  vip_status?: boolean | undefined;
  /** If empty, the day on which the customer became active */
  customer_since?: string | null | undefined;
  /** Origin of the customer. If empty, the source of its first lead */
  source?: string | null | undefined;
  tags?: Tags | undefined;
  /** Cannot be changed */
  customer_type?: "business" | "individual" | undefined;
  /** If empty, the owner of new customers that the settings name */
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields7 | undefined;
}

export interface ReplaceDealBody {
  /** If empty, the name of the opportunity */
  name?: string | null | undefined;
  customer_id: string;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  deal_status?: DealStatus2 | undefined;
  /** Required reason of a cancellation or reopening */
  status_reason?: string | null | undefined;
  /** If empty, the sum of the priced items */
  final_amount?: string | null | undefined;
  /** If empty, the currency of the opportunity, or else of the organization */
  currency?: string | null | undefined;
  start_date?: string | null | undefined;
  /** Not before the start date */
  end_date?: string | null | undefined;
  campaign_manager_id?: string | null | undefined;
  deliverables?: string | null | undefined;
  terms?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields19 | undefined;
  /** true: allowed even if the opportunity already has a live deal */
  another?: boolean | undefined;
}

export interface ReplaceInteractionBody extends InteractionInput {
  /** Means of communication. Default: the one with the same code as the interaction type */
  communication_type_id?: string | null | undefined;
  /** If empty, now. At most one day ahead. Cannot be changed later */
  interaction_date?: string | undefined;
  /** Source of the sentiment judgement */
  sentiment_source?: "MANUAL" | "MODEL" | "SURVEY" | undefined;
  /** The channel that the person requested */
  channel_preference?: string | null | undefined;
  participants?: Participants4 | undefined;
  /** A lead of the same person */
  lead_id?: string | null | undefined;
  /** Default: the customer of the person, if there is exactly one that the caller can see */
  customer_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** The responsible user. Default: the caller */
  owner_id?: string | null | undefined;
  /** Id or code of one of the tenant's interaction types */
  interaction_type_id: string;
}

export interface ReplaceKnowledgeArticleBody {
  title: string;
  /** Shown in lists and search results */
  summary?: string | null | undefined;
  /** Markdown without HTML and pictures; links must be http, https or mailto; default: "" */
  body?: string | undefined;
  /** Id or code of one of the tenant's article categories */
  category_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** true: the published article is public, if the tenant's setting allows public reading; default: false */
  is_public?: boolean | undefined;
  /** Default: the creator */
  author_id?: string | null | undefined;
}

export interface ReplaceLayoutBody {
  /** Groups of fields on the page of a record, in their order */
  sections?: {
    name: string;
    /** null: the name of the section */
    label?: string | null | undefined;
    fields: string[];
  }[] | null | undefined;
  /** Fields of the form for a new record, in their order */
  primary?: string[] | null | undefined;
  /** Columns of lists, in their order */
  columns?: string[] | null | undefined;
  /** Fields on the card of a board, below the title */
  card?: string[] | null | undefined;
  /** Tabs on the page of a record, in their order */
  tabs?: string[] | null | undefined;
}

export interface ReplaceLeadBody extends LeadInput {
  /** Annual revenue of the company, if you know more than its range */
  annual_revenue?: string | null | undefined;
  /** The campaign that the lead came from */
  source_campaign_id?: string | null | undefined;
  /** If empty, the status new */
  lead_status_id?: string | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** Name of the decision maker */
  authority?: string | null | undefined;
  /** default: false */
  is_qualified?: boolean | undefined;
  /** Line of products: auto, home, specialty or one of the organization's own. If left out, that of the detail; `null` clears the detail */
  product_line?: string | null | undefined;
  auto_data?: AutoData | undefined;
  home_data?: HomeData | undefined;
  specialty_data?: SpecialtyData | undefined;
  /** The detail of one of the tenant's own lines, by its code: `{pet: {schema_version, …}}`; replaced as a whole */
  product_data?: { [key: string]: unknown } | null | undefined;
  /** Whether the person refuses emails. A refusal stays until a change sets it to `false`; empty changes nothing */
  email_opt_out?: boolean | null | undefined;
  /** Whether the person refuses phone calls. A refusal stays until a change sets it to `false`; empty changes nothing */
  phone_opt_out?: boolean | null | undefined;
  tags?: Tags | undefined;
  /** Further data as JSON; a referral sets `referred_by` here */
  metadata?: { [key: string]: unknown } | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  /** If empty, the default owner of new leads */
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields2 | undefined;
}

export interface ReplaceMessageTemplateBody {
  name: string;
  channel?: "EMAIL" | "SMS" | undefined;
  category?: string | null | undefined;
  /** Mails only */
  subject?: string | null | undefined;
  /** Mails only. With `blocks`, it is made of these */
  body_html?: string | null | undefined;
  /** A mail without it uses the text of its HTML. With `blocks`, it is made of these */
  body_text?: string | null | undefined;
  language?: string | null | undefined;
  /** Only active templates can be sent; default: true */
  is_active?: boolean | undefined;
  description?: string | null | undefined;
  /** The parts of a mail, in place of body_html and body_text */
  blocks?: BlocksItem[] | null | undefined;
  /** Cannot be changed. Default: derived from the name */
  code?: string | undefined;
}

export interface ReplaceMyFavoritesBody {
  record_ids: string[];
}

export interface ReplaceMyPreferencesBody {
  /** Also the time zone of the working hours; null: that of the tenant */
  time_zone?: string | null | undefined;
  /** null: the language of the browser */
  language?: string | null | undefined;
  density?: "compact" | "default" | "comfortable" | undefined;
  /** Path of the page that opens after signing in; null: the home page */
  start_page?: string | null | undefined;
  theme?: "system" | "light" | "dark" | undefined;
  /** Whether single keys are shortcuts; default: true */
  single_key_shortcuts?: boolean | undefined;
  /** default: false */
  sidebar_collapsed?: boolean | undefined;
  /** The role as which an administrator views the data. Requests with this role in the header `X-View-As` read what the role may read, and change nothing. The audit trail records each change; null: none */
  view_as_role?: "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER" | null | undefined;
  /** Lines below mails that ask for it (`adds_signature`); null: none */
  mail_signature?: string | null | undefined;
  /** Columns of lists in their order, by the name of a kind or the id of a view; default: {} */
  columns?: { [key: string]: ColumnsItemItem[] } | undefined;
  /** Further state of the user interface: any JSON object of at most 16 kB; default: {} */
  ui?: { [key: string]: unknown } | undefined;
}

export interface ReplaceNoteBody {
  title?: string | null | undefined;
  content: string;
  /** Visible only to its author and administrators; default: false */
  is_private?: boolean | undefined;
  /** Whether the note is shown first; default: false */
  is_pinned?: boolean | undefined;
}

export interface ReplaceNotificationPreferencesBody {
  /** By type; omitted types have their defaults */
  types: { [key: string]: {
    /** Shown in the list of notifications; default: true */
    in_app?: boolean | undefined;
    /** Sent to the address that the user signs in with; default: false */
    email?: boolean | undefined;
  } };
}

export interface ReplaceOpportunityBody extends OpportunityInput {
  /** Needed at the latest when the opportunity is won */
  customer_id?: string | null | undefined;
  /** A contact of the customer, or of the lead */
  contact_id?: string | null | undefined;
  /** If empty, the first open stage */
  stage_id?: string | undefined;
  /** In percent. If empty, the probability of the stage, which it then follows */
  probability?: number | null | undefined;
  /** If empty, the sum of the priced products, which it then follows */
  amount?: string | null | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** Expected closing date */
  close_date?: string | null | undefined;
  /** Only for a closed opportunity */
  win_loss_reason_id?: string | null | undefined;
  /** Always yes if the opportunity has competitors; default: false */
  has_competition?: boolean | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields17 | undefined;
  name: string;
}

export interface ReplaceOrderBody extends OrderInput {
  customer_id: string;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** The customer's own number of the order */
  customer_reference?: string | null | undefined;
  /** Date of the order and of its prices. If empty, today */
  order_date?: string | null | undefined;
  /** If empty, the currency of the source, or else of the organization */
  currency?: string | null | undefined;
  /** If empty, the default price book of the currency */
  price_book_id?: string | null | undefined;
  /** Discount on the whole order */
  discount_percent?: string | undefined;
  /** Discount on the whole order as an amount, in place of a percentage */
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  /** The project that the order belongs to */
  project_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** Omitted: the lines do not change */
  line_items?: LineItemsItem[] | undefined;
  custom_fields?: CustomFields20 | undefined;
}

export interface ReplaceOrderInstalmentsBody {
  /** In any order; empty to have none. They add up to what is due */
  instalments: {
    due_date: string;
    amount: string;
  }[];
}

export interface ReplacePersonBody extends PersonInput {
  /** Key of the person in another system; unique in the organization */
  external_key?: string | null | undefined;
  /** WOOD, FIRE, EARTH, METAL, WATER in upper or lower case, or the tenant's own terms */
  five_element?: string | null | undefined;
  /** Type of the document: passport, national_id, … */
  document_type?: string | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  custom_fields?: CustomFields4 | undefined;
}

export interface ReplacePotentialBody {
  /** If empty, the status new */
  status?: string | undefined;
  /** The stage in the sales process */
  stage?: string | null | undefined;
  /** Code of the priority */
  priority?: string | null | undefined;
  campaign_id?: string | null | undefined;
  estimated_value?: string | null | undefined;
  /** If empty, the currency of the organization */
  currency?: string | null | undefined;
  /** Percent */
  probability_score?: number | null | undefined;
  expected_close_date?: string | null | undefined;
  interested_products?: InterestedProducts | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  assigned_to?: string | null | undefined;
  custom_fields?: CustomFields18 | undefined;
}

export interface ReplacePricingRuleBody {
  name: string;
  description?: string | null | undefined;
  /** false: retired; the rule changes no price; default: true */
  is_active?: boolean | undefined;
  /** The matching rule with the highest priority wins; of equal ones, the older; default: 0 */
  priority?: number | undefined;
  /** true: combined with other rules that stack; false: applied alone; default: false */
  stacks?: boolean | undefined;
  effect: "PERCENT" | "AMOUNT" | "FIXED_PRICE";
  /** Only for PERCENT: percentage off the price */
  percent?: string | null | undefined;
  /** With the effect AMOUNT, what is taken off the unit price. Else the new unit price */
  amount?: string | null | undefined;
  /** Currency of amount; the rule applies only to quotes in it. Default: the tenant's currency */
  currency?: string | null | undefined;
  /** Minimum quantity of the line */
  min_quantity?: string | null | undefined;
  /** First day, compared with quote_date */
  valid_from?: string | null | undefined;
  /** Last day, inclusive */
  valid_to?: string | null | undefined;
  customer_ids?: CustomerIds | undefined;
  customer_type_ids?: CustomerTypeIds | undefined;
  tiers?: Tiers | undefined;
  customer_tags?: CustomerTags | undefined;
  product_ids?: ProductIds | undefined;
  category_ids?: CategoryIds | undefined;
  together_with?: TogetherWith | undefined;
}

export interface ReplaceProjectBody {
  title: string;
  description?: string | null | undefined;
  /** If empty, the customer of the opportunity */
  customer_id?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  date_time_start?: string | null | undefined;
  date_time_end?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** PLANNED by default */
  status?: "PLANNED" | "ACTIVE" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | undefined;
  /** true: becomes COMPLETED although tasks are open */
  force?: boolean | undefined;
  custom_fields?: CustomFields22 | undefined;
}

export interface ReplaceProposalBody {
  /** If empty, the name of the opportunity */
  name?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  customer_id: string;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** A quote of the customer. The proposal can show its lines, and both are accepted together */
  quote_id?: string | null | undefined;
  /** Default: today */
  proposal_date?: string | null | undefined;
  /** Last day. If empty, that of the quote, or 30 days after the date of the proposal */
  expiration_date?: string | null | undefined;
  /** default: false */
  requires_signature?: boolean | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** Omitted: the sections do not change */
  sections?: SectionsItem[] | undefined;
  custom_fields?: CustomFields24 | undefined;
}

export interface ReplaceQuoteBody {
  /** If empty, the name of the opportunity */
  name?: string | null | undefined;
  description?: string | null | undefined;
  /** An opportunity of the customer */
  opportunity_id?: string | null | undefined;
  customer_id: string;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** Date of the prices. If empty, today */
  quote_date?: string | null | undefined;
  /** Last day of the quote. If empty, 30 days after its date */
  expiration_date?: string | null | undefined;
  /** If empty, the currency of the opportunity, or else of the organization */
  currency?: string | null | undefined;
  /** If empty, the default price book of the currency */
  price_book_id?: string | null | undefined;
  /** Discount on the whole quote */
  discount_percent?: string | undefined;
  /** Discount on the whole quote as an amount, in place of a percentage */
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  /** default: false */
  requires_signature?: boolean | undefined;
  /** Internal; not shown to the customer */
  notes?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, you; unassigned if an API key creates the record */
  owner_id?: string | null | undefined;
  /** Omitted: the lines do not change */
  line_items?: LineItemsItem4[] | undefined;
  custom_fields?: CustomFields25 | undefined;
}

export interface ReplaceRoleDefaultViewBody {
  /** Roles whose users open the list of the kind with this view. Other views are no longer the default of these roles */
  roles?: Role[] | undefined;
  /** Also the default of all roles that have no default of their own; default: false */
  all_roles?: boolean | undefined;
}

export interface ReplaceTicketBody extends TicketInput {
  /** If empty, medium */
  priority_id?: string | undefined;
  /** If empty, the customer of the requester */
  customer_id?: string | null | undefined;
  /** A contact of the customer */
  contact_id?: string | null | undefined;
  /** Team whose queue has the ticket; its members can see the ticket */
  team_id?: string | null | undefined;
  tags?: Tags | undefined;
  /** If empty, the routing rule chooses an agent */
  assigned_to_id?: string | null | undefined;
  custom_fields?: CustomFields29 | undefined;
  subject: string;
  description: string;
}

export interface ReplaceUserAvailabilityBody {
  /** Maximum number of open leads that rules assign. Empty: no limit */
  capacity?: number | null | undefined;
  /** Time zone of the working hours. Empty: that of the organization */
  timezone?: string | null | undefined;
  /** Empty: rules assign at all times, and meetings are proposed from Monday to Friday, 09:00 to 17:00 */
  working_hours?: WorkingHoursItem[] | null | undefined;
  /** default: [] */
  absences?: {
    from: string;
    /** When the user returns. Empty: not known yet */
    to?: string | null | undefined;
    /** Whether the user's open work is handed over when the absence begins, and what comes for them meanwhile; default: false */
    reassign?: boolean | undefined;
    /** User who takes over the work, and is told when the absent user is mentioned. Without `reassign`: only new tickets, conversations and activities. Empty: rules, queues and the user's manager decide */
    stand_in_id?: string | null | undefined;
  }[] | undefined;
}

export interface ReplaceUserBody extends UserInput {
  /** One of the two names is enough */
  last_name?: string | null | undefined;
  extra_roles?: ExtraRoles2 | undefined;
  /** 18 or older */
  date_of_birth?: string | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  email: string;
  role: Role;
}

export interface ReplayWebhookEventsBody {
  /** Id of a single event */
  event_id?: string | undefined;
  /** Start of a range of events */
  from?: string | undefined;
  /** End of the range; defaults to now */
  to?: string | undefined;
}

export interface ReplyToInvitationBody {
  /** iCalendar with METHOD:REPLY and one VEVENT */
  calendar: string;
}

export interface Report extends ReportRow {
  definition: Definition2;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ReportPresenceBody {
  record_id: string;
  /** true: the user edits the record; false: the user only views it; default: false */
  is_editing?: boolean | undefined;
}

export interface ReportRow extends BaseRecord {
  name: string;
  kind: Kind10;
  visibility: "PRIVATE" | "TEAM" | "EVERYONE";
  /** The user or team that can see it, or `everyone` */
  audience: string;
}

export interface ReportSchedule extends ReportScheduleRow {
  /** Users with whom the report is shared. Each gets the rows of their own rights */
  recipients: string[];
  /** Recipients who did not get the last delivery, with the reason */
  skipped: {
    user_id: string;
    due_at: string;
    reason: string;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface ReportScheduleRow extends BaseRecord {
  report_id: string;
  owner_id: string;
  /** How often the report is sent */
  frequency: "DAILY" | "WEEKLY" | "MONTHLY";
  /** The time of day in the tenant's time zone, such as 07:30 */
  time: string;
  weekday: "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN" | null;
  month_day: number | null;
  format: "csv" | "xlsx" | "pdf";
  is_active: boolean;
  /** When the report is sent next; null if the schedule is not active */
  next_at: string | null;
  /** The instant of the last delivery */
  last_due_at: string | null;
}

export interface ReportWithRows extends BaseRecord {
  name: string;
  kind: Kind10;
  visibility: "PRIVATE" | "TEAM" | "EVERYONE";
  /** The user or team that can see it, or `everyone` */
  audience: string;
  definition: Definition2;
  rows: Rows;
  /** The measures over all records; null for a report without measures */
  totals: { [key: string]: unknown } | null;
  /** Rows of the result before its limit */
  row_count: number;
  /** Records created later are not included */
  as_of: string;
  /** running: the rows are not there yet; read the report again */
  status: "ready" | "running";
  unconverted: Unconverted3;
  /** The run of a large report; null for a report that is evaluated at once */
  run_id: string | null;
  /** Records that were read so far */
  rows_read: number;
  /** Continues the rows of this result */
  next_cursor: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface RequestQuoteSignatureBody {
  /** Where people sign; `builtin` is our own signing page */
  provider?: "builtin" | "docusign" | "dropbox_sign" | undefined;
  /** Account with the provider. If empty, the default account of the provider */
  account_id?: string | null | undefined;
  /** If empty, the contact of the record */
  signers?: {
    name: string;
    email: string;
    /** Without a country code, the tenant's country is assumed; required for codes by SMS */
    phone?: string | null | undefined;
    /** How the signer gets codes on our own page. Default: `email` */
    code_by?: "email" | "sms" | undefined;
    role?: "customer" | "company" | undefined;
    /** Default: the position in the list of signers */
    order?: number | undefined;
  }[] | undefined;
  /** Whether the signers sign one after another, by `order`, and not all at the same time; default: false */
  in_order?: boolean | undefined;
  /** Text above the link in the email */
  message?: string | null | undefined;
  /** Language of emails and pages. If empty, that of the letterhead */
  language?: string | null | undefined;
  /** If empty, as in the settings */
  expires_in_days?: number | undefined;
}

export type RequiredFieldsItem = "amount" | "close_date" | "competitors" | "contact_id" | "customer_id" | "description" | "lead_source_id" | "next_step" | "next_step_date" | "products" | "territory_id" | "type";

export interface ResetPasswordBody {
  token: string;
  password: string;
}

export interface ResolveAfterSalesCaseBody {
  /** REFUND: money back; CREDIT: the customer owes less; EXCHANGE: another order at no charge; REPAIR: the items go back; NONE: an answer */
  resolution: "REFUND" | "CREDIT" | "EXCHANGE" | "REPAIR" | "NONE";
  /** Further text of the mail to the customer */
  message?: string | null | undefined;
  /** For REFUND and CREDIT. If empty, what the accepted items cost, with tax */
  amount?: string | undefined;
  /** For REFUND and CREDIT: an issued invoice, which a credit note corrects */
  invoice_id?: string | null | undefined;
  /** For REFUND: the payment that is given back */
  payment_id?: string | null | undefined;
  /** Id or code of one of the tenant's payment methods */
  payment_method_id?: string | null | undefined;
  /** The provider that gave the transaction id. If empty, the tenant itself */
  provider?: string | null | undefined;
  /** Unique for each provider. The same one twice is the same record */
  transaction_id?: string | null | undefined;
  /** For REFUND: PENDING if the money is still on its way */
  refund_status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | undefined;
  /** For REFUND: a refund of the order that is recorded already, such as one that a payment provider reported */
  refund_id?: string | null | undefined;
  /** For EXCHANGE: the items that the customer gets. If left out, the accepted items */
  exchange_items?: {
    product_id?: string | null | undefined;
    /** If empty, the name of the product */
    name?: string | undefined;
    quantity?: string | undefined;
  }[] | undefined;
}

export interface ResolvePersonBody {
  /** Used first to find the person; assigned to the person that is found or created */
  external_key?: string | undefined;
  first_name?: string | null | undefined;
  last_name?: string | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  /** default: [] */
  emails?: string[] | undefined;
  /** default: [] */
  phones?: string[] | undefined;
  /** By the platform's own id, or else by page, address or name; default: [] */
  social_accounts?: {
    contact_value: string;
    platform_name: string;
    platform_user_id?: string | null | undefined;
    platform_page_id?: string | null | undefined;
    platform_profile_url?: string | null | undefined;
  }[] | undefined;
}

export interface ResolveTicketBody {
  /** Description of the solution */
  resolution?: string | null | undefined;
}

export interface ResolvedPerson {
  person: Person;
  is_new: boolean;
}

export interface RespondReengagementMemberBody {
  /** Default: now. Must not be before the member was added */
  at?: string | undefined;
  /** Identifies the fact: reporting the same id again has no effect. Default: the id of the request */
  source_id?: string | undefined;
}

/** Responses by kind */
export type Responses = { [key: string]: number };

export interface ResumeWorkflowBody {
  /** Whether steps that came due meanwhile run now, or are skipped */
  overdue?: "run" | "skip" | undefined;
}

export interface RetireMasterBody {
  /** The value that replaces it in records, by id or code */
  replace_with?: string | undefined;
}

export interface ReversePaymentBody {
  reason: string;
}

export interface ReviseOrderBody {
  discount_percent?: string | null | undefined;
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | null | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  /** Replaces all lines. A line that is named by its id stays that line */
  line_items?: LineItemsItem[] | undefined;
  reason: string;
}

export type Role = "ADMIN" | "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER";

export interface RollBackRuleBody {
  /** The version, or the default rule */
  to_id: string;
  /** Why */
  note?: string | null | undefined;
}

export interface RotateWebhookEndpointSecretBody {
  /** Hours for which the previous secret also signs; 0: not at all; default: 24 */
  former_hours?: number | undefined;
}

export interface RowRejection {
  /** Number of the row in the file, as spreadsheets count */
  row: number;
  /** Column → cell as in the file */
  cells: { [key: string]: string };
  errors: {
    /** null: the error is about the whole row, or about a field without a column */
    column: string | null;
    field: string;
    message: string;
  }[];
}

export interface RowRequest {
  path: string;
  body: { [key: string]: unknown } | null;
}

export type Rows = Schema[];

export interface Rule extends RuleRow {
  /** Must conform to the schema of its kind */
  definition: { [key: string]: unknown };
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface Rule2 {
  kind: string;
  id: string;
  number: number;
}

/** The rule version that was applied */
export interface Rule3 {
  kind: string;
  id: string;
  number: number;
}

export interface Rule4 {
  kind: string;
  id: string;
  /** 0: the default rule */
  number: number;
}

export interface RuleRow extends BaseRecord {
  rule_kind: string;
  rule_set_id: string;
  status: "DRAFT" | "PUBLISHED";
  /** In order of publication; null for a draft, 0 for the default rule */
  number: number | null;
  /** Why the version was created */
  note: string | null;
  valid_from: string | null;
  /** In force before this time; null until another version replaces it */
  valid_to: string | null;
  published_at: string | null;
  published_by: string | null;
  /** The version that it was created from */
  based_on_id: string | null;
}

export type Rules = {
  pricing_rule_id: string;
  revision: number;
  name: string;
  effect: "PERCENT" | "AMOUNT" | "FIXED_PRICE";
  category_id?: string | null | undefined;
  /** Unit price after this rule */
  price: string;
}[];

export type Sales = SalesItem[];

export interface SalesAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
}

export type SalesItem = "opportunities_created" | "created_conversion_rate" | "opportunities_won" | "opportunities_lost" | "bookings" | "lost_value" | "win_rate" | "average_deal_value" | "average_cycle_days" | "average_lost_cycle_days" | "average_cycle_months" | "revenue" | "opportunities" | "open_opportunities" | "pipeline_value" | "weighted_pipeline" | "forecast_3_months" | "open_leads" | "average_lead_score" | "leads" | "hot_leads" | "hot_lead_rate" | "lead_conversion_rate" | "customers" | "active_customers" | "new_customers" | "customers_at_risk" | "churned_customers" | "customers_churned" | "churned_value" | "tickets" | "open_tickets" | "tickets_answered" | "average_first_response_minutes" | "tickets_resolved" | "average_resolution_hours" | "sla_violations" | "sla_kept_rate" | "average_rating" | "csat" | "nps" | "active_campaigns" | "campaign_cost" | "campaign_conversions" | "campaign_conversion_rate" | "campaign_roi" | "campaign_revenue" | "campaign_leads" | "campaign_open_rate" | "campaign_click_rate" | "campaign_response_rate" | "interactions" | "inbound_interactions" | "outbound_interactions" | "positive_interactions" | "neutral_interactions" | "negative_interactions" | "average_sentiment" | "average_interaction_minutes" | "interaction_outcome_rate" | "interaction_follow_up_rate" | "complaints" | "activities_completed" | "calls_completed" | "call_answer_rate" | "meetings_completed" | "emails_completed" | "tasks_completed" | "operations_health";

export interface SampleData {
  /** `none`: there is no sample data, or it was removed */
  status: "none" | "loading" | "loaded" | "removing";
  /** The imports that created the sample data */
  imports: {
    id: string;
    entity: string;
    status: Status33;
    /** Records that were created */
    created: number;
    /** Rows that were refused, for instance because a stage was retired */
    failed: number;
  }[];
}

export interface SatisfactionGroup {
  /** Id or period; `none` for tickets without one */
  key: string;
  label: string | null;
  answers: number;
  ratings: Ratings;
  /** Mean rating with four decimals */
  mean: string | null;
  /** Share of ratings of 4 and 5, from 0 to 1, with four decimals */
  csat: string | null;
  nps_answers: number;
  /** Percentage of promoters (9, 10) minus percentage of detractors (0 to 6); null if there are no answers */
  nps: number | null;
}

export interface SatisfactionReport {
  by: "agent" | "team" | "category" | "day" | "month";
  from: string;
  to: string;
  /** Periods in chronological order, other rows by number of answers; at most 500 */
  rows: SatisfactionGroup[];
  totals: {
    answers: number;
    ratings: Ratings;
    /** Mean rating with four decimals */
    mean: string | null;
    /** Share of ratings of 4 and 5, from 0 to 1, with four decimals */
    csat: string | null;
    nps_answers: number;
    /** Percentage of promoters (9, 10) minus percentage of detractors (0 to 6); null if there are no answers */
    nps: number | null;
  };
  /** Answers up to this time are counted */
  as_of: string | null;
}

export interface SavedCampaignMetrics {
  /** In the order of the request */
  rows: {
    id: string;
    version: number;
  }[];
}

export interface ScheduleEmailSendBody {
  /** When the send starts. Default: immediately, or for a send with local_time when the first time zone reaches it */
  scheduled_send_time?: string | undefined;
}

export type Schema = { [key: string]: unknown };

export interface SchemaActionField {
  type: Type10;
  format?: Format2 | undefined;
  /** Whether the field holds a list of values */
  multiple: boolean;
  choices?: Choices2 | undefined;
  /** For a reference: the kind of record that it names by id */
  record?: string | undefined;
  /** For the id of a part of the record: the field of the record, or the tab, with the list of its parts */
  item_of?: string | undefined;
  /** For a reference to records of several kinds, and for conditions: the field with the kind */
  type_field?: string | undefined;
  /** For master data: the kind of master data that it names by id or code */
  master?: string | undefined;
  /** For money: the field with the currency. Without one, it is that of the tenant */
  currency_field?: string | undefined;
  /** For money in a fixed currency */
  currency?: string | undefined;
  max_length?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  /** Any JSON value */
  fields?: unknown;
  /** Any JSON value */
  values?: unknown;
  /** Field name in requests and responses */
  name: string;
  label: string;
  help?: string | undefined;
  /** More help for a new record, such as the default. Clients leave it out where they change a record */
  create_help?: string | undefined;
  /** Whether inputs must include the field */
  required: boolean;
  /** The value of a new record that omits the field */
  default?: unknown;
  /** true: set by the system, or not writable for you */
  read_only?: boolean | undefined;
  /** true: clients show it with the required inputs */
  first?: boolean | undefined;
  /** Clients show the input only if the record and the other inputs fulfil this */
  visible_when?: SchemaAlternatives | SchemaConditions | undefined;
  /** Clients require the input if the record and the other inputs fulfil this */
  required_when?: SchemaAlternatives | SchemaConditions | undefined;
}

export interface SchemaAlternatives {
  or: SchemaConditions[];
}

export type SchemaConditions = { [key: string]: Schema };

export interface SchemaField {
  type: Type10;
  format?: Format2 | undefined;
  /** Whether the field holds a list of values */
  multiple: boolean;
  choices?: Choices2 | undefined;
  /** For a reference: the kind of record that it names by id */
  record?: string | undefined;
  /** For the id of a part of the record: the field of the record, or the tab, with the list of its parts */
  item_of?: string | undefined;
  /** For a reference to records of several kinds, and for conditions: the field with the kind */
  type_field?: string | undefined;
  /** For master data: the kind of master data that it names by id or code */
  master?: string | undefined;
  /** For money: the field with the currency. Without one, it is that of the tenant */
  currency_field?: string | undefined;
  /** For money in a fixed currency */
  currency?: string | undefined;
  max_length?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  /** Any JSON value */
  fields?: unknown;
  /** Any JSON value */
  values?: unknown;
  /** Field name in requests and responses */
  name: string;
  label: string;
  help?: string | undefined;
  /** More help for a new record, such as the default. Clients leave it out where they change a record */
  create_help?: string | undefined;
  /** true: required to create a record */
  required: boolean;
  /** The value of a new record that omits the field */
  default?: unknown;
  /** true: set by the system, or not writable for you */
  read_only: boolean;
  /** true: a custom field of the tenant, named `custom_fields.…`; requests and responses have it in `custom_fields` */
  custom: boolean;
  /** true: responses contain it */
  visible: boolean;
  /** true: you may set it on a new record */
  creatable: boolean;
  /** true: you may change it */
  editable: boolean;
  /** For a list of objects: the fields that clients show as columns */
  columns?: string[] | undefined;
  /** Clients show the field only for records that fulfil this */
  visible_when?: SchemaAlternatives | SchemaConditions | undefined;
  /** Clients require the field for records that fulfil this */
  required_when?: SchemaAlternatives | SchemaConditions | undefined;
}

export interface SchemaKind {
  kind: string;
  /** Path of the list; a single record is below it */
  path: string;
  /** Name of the kind in the singular */
  label: string;
  /** Name of the kind in the plural */
  labels: string;
  /** Name of a Lucide icon */
  icon: string;
  menu: Menu;
  /** Template for the title of a record, with its fields in braces */
  title: string;
  fields: SchemaField[];
  /** Groups of fields; a new record needs at least one field of each group */
  any_of: string[][];
  /** Fields that rows of lists have. With `custom_fields`, rows have those that `fields` names, by `custom_fields.name` */
  row: string[];
  filters: {
    name: string;
    /** Field that the filter applies to, which defines the possible values */
    field?: string | undefined;
    type: Type10;
    /** true: can be used as `name=value` */
    plain: boolean;
    /** Operators that can be used as `name[operator]=value` */
    operators: string[];
    /** An index serves it by `eq` and `in`, so the list reads only records that match */
    indexed?: true | undefined;
    choices?: ChoicesItem[] | undefined;
    record?: string | undefined;
    master?: string | undefined;
  }[];
  sorts: string[];
  /** Orders that work for any number of records; the others sort up to 1,000. `updated_at` needs `updated_at[gte]` */
  indexed_sorts: string[];
  /** Values of `expand` in addition to `labels`: names of referenced records, each with its key in `expanded`; and `next_activity` */
  expand: {
    name: string;
    field: string;
  }[];
  /** Data that belongs to a record, with the id of the record in their paths */
  tabs: {
    name: string;
    label: string;
    /** Path with fields of the record in braces */
    path: string;
    answers: "list" | "record" | "value" | "file";
    /** For a list of records of another kind: the kind */
    kind?: string | undefined;
    /** Fields of an entry that clients show; records also have their titles */
    fields?: FieldInfo[] | undefined;
  }[];
  /** Other operations that you may call */
  actions: {
    name: string;
    label: string;
    /** Path with fields of the record in braces */
    path: string;
    /** Title of the dialog: a verb and its object. Without it, clients shorten the label */
    title?: string | undefined;
    /** Effect of the action, for the person who runs it */
    help?: string | undefined;
    /** Message after the action, with the title of the record as `{record}` */
    done?: string | undefined;
    method: "POST" | "PUT" | "PATCH" | "DELETE";
    on: "record" | "collection";
    /** Name of a Lucide icon */
    icon: string;
    /** true: the action that clients show first */
    primary: boolean;
    /** true: it ends or removes something */
    danger: boolean;
    /** true: clients ask before they call it */
    confirm: boolean;
    /** Suggested values of inputs; `{balance}` stands for a field of the record */
    preset?: { [key: string]: string } | undefined;
    /** The action applies to records that fulfil this; the server decides */
    enabled_when?: SchemaAlternatives | SchemaConditions | undefined;
    /** A request that says what the action will do, and changes nothing */
    preview?: {
      method: "GET" | "POST";
      /** Path with fields of the record in braces */
      path: string;
      /** Fields of its answer that clients show */
      fields: FieldInfo[];
    } | undefined;
    /** Fields of the answer that clients show after the action, because no page has them */
    answer?: FieldInfo[] | undefined;
    /** Fields of the request that people fill in */
    fields: SchemaActionField[];
  }[];
  /** Records of other kinds that name a record */
  related: {
    name: string;
    label: string;
    /** Kind of the related records */
    kind: string;
    /** Field of the related records that names the record */
    field: string;
    /** Filter of their list; `{id}` stands for the id of the record */
    filter: { [key: string]: string };
    /** Values of a new related record, if it can be created with them */
    preset?: { [key: string]: string } | undefined;
    /** Fields of a related record that clients show below its title */
    card: FieldInfo[];
  }[];
  board?: {
    /** Field whose values are the columns */
    field: string;
    /** Kind of master data; empty: the columns are the choices of the field */
    master: string;
    /** Operations that move a record: to the column `to`, or to any column with the field as input */
    moves: {
      to?: string | undefined;
      action: string;
    }[];
    /** Money that columns sum */
    sum?: string | undefined;
    currency_field?: string | undefined;
    /** Columns of records that ended without success, such as lost and rejected */
    exits: string[];
    /** Condition of the records whose value of the field counts. Boards, and lists with a filter on the field, leave out the others unless a filter names a field of the condition */
    open?: SchemaConditions | undefined;
    /** Operation that puts a record between two others of a column, by `after_id` and `before_id` */
    place?: string | undefined;
  } | undefined;
  /** Fields with the start and the end of a record */
  calendar?: {
    start: string;
    end?: string | undefined;
    /** List of the entries of a period, by `from`, `to` and `owner`; without it, the list of the kind */
    path?: string | undefined;
  } | undefined;
  /** Fields by which a record is a bar on a line of time */
  timeline?: {
    start: string;
    end: string;
    /** The done share of a record, in percent */
    progress?: string | undefined;
    /** Values of the field of the board of records that are over. Clients leave these records out at first */
    ended?: string[] | undefined;
  } | undefined;
  layout: {
    /** Groups of fields on the page of a record and in its form */
    sections: {
      name: string;
      label: string;
      fields: string[];
      /** Whether the fields are those that the layout of the tenant leaves out. Clients show them on demand */
      folded?: boolean | undefined;
    }[];
    /** Fields of the short form that creates a record: at most seven */
    primary: string[];
    /** Columns of a list whose view names none */
    columns: string[];
    /** Fields of a card, below its title */
    card: string[];
    /** Lists beside a record, by the names of `tabs` and `related` */
    tabs: string[];
  };
  operations: Operations;
}

export interface SchemaKindSummary {
  kind: string;
  /** Path of the list; a single record is below it */
  path: string;
  /** Name of the kind in the singular */
  label: string;
  /** Name of the kind in the plural */
  labels: string;
  /** Name of a Lucide icon */
  icon: string;
  menu: Menu;
  /** Template for the title of a record, with its fields in braces */
  title: string;
  operations: Operations;
}

export interface ScoreOfLead {
  lead_id: string;
  /** The stored score of the lead, used in lists */
  lead_score: number;
  rating: "HOT" | "WARM" | "COLD" | "DISQUALIFIED" | null;
  /** manual: set by a person, until it is cleared */
  score_model: "standard" | "dynamic" | "manual" | null;
  /** The rule version that computed the score */
  score_rule_id: string | null;
  scored_at: string | null;
  /** When the score next changes because time passes */
  rescore_at: string | null;
  /** Computed from the current facts that the caller can see; the total is the sum of its parts */
  calculated: {
    total: number;
    rating: "HOT" | "WARM" | "COLD" | "DISQUALIFIED";
    model: "standard" | "dynamic";
    rule: Rule4;
    parts: PartsItem[];
  };
  total_score: number;
  /** Points by group, and their total */
  score_breakdown: { [key: string]: number };
  scoring_factors: {
    /** Only interactions that the caller can see; the same applies to the other factors */
    interaction_count: number;
    /** In the last 7 days */
    recent_interactions: number;
    /** Emails opened and clicked */
    campaign_responses: number;
    opportunity_count: number;
  };
  recommended_actions: {
    action: string;
    priority: string;
    reason: string;
  }[];
  /** Derived from the level of the score */
  score_trend: "increasing" | "stable" | "declining";
  /** Time up to which the person's actions are counted */
  as_of: string | null;
}

export interface SearchPath extends SearchPathRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SearchPathRow extends BaseRecord {
  entity: "lead" | "order" | "person";
  path: string;
  type: Type8;
  sort: boolean;
  /** READY: lists support it; before that, existing records are being processed */
  status: "PENDING" | "BACKFILLING" | "READY" | "DROPPING";
  /** Records processed for the current status */
  records_done: number;
  /** Records that could not be processed */
  records_failed: number;
  /** Increases when entries must be rebuilt */
  revision: number;
  /** When processing continues; null if there is none */
  due_at: string | null;
}

export interface SearchResult {
  id: string;
  type: "customer" | "person" | "lead" | "contact" | "opportunity" | "deal" | "contract" | "quote" | "proposal" | "potential" | "ticket" | "knowledge_article" | "activity" | "interaction" | "note" | "comment" | "attachment";
  title: string;
  /** A detail beside the title, such as the company of a lead: one that the query names, or else the first one */
  subtitle: string | null;
  created_at: string;
  links?: Links | undefined;
}

export type SecondFactorRequiredForItem = "ALL" | "ADMIN" | "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER";

export type Sections = ProposalSection[];

export type Sections2 = {
  section_type: "TEXT" | "QUOTE_LINES";
  heading: string | null;
  text: string | null;
  page_break: boolean;
}[];

export interface SectionsItem {
  section_type?: "TEXT" | "PICTURE" | "QUOTE_LINES" | undefined;
  /** Can contain merge fields such as {{customer.name}} */
  heading?: string | null | undefined;
  /** Only for TEXT; can contain merge fields */
  text?: string | null | undefined;
  /** Only for PICTURE: a PNG or JPEG that is attached to the proposal */
  attachment_id?: string | null | undefined;
  /** Only for PICTURE: description for readers who cannot see it */
  alt_text?: string | null | undefined;
  /** Starts on a new page; default: false */
  page_break?: boolean | undefined;
}

export interface SectionsItem2 {
  /** Templates have no pictures, because a picture is attached to one proposal */
  section_type?: "TEXT" | "QUOTE_LINES" | undefined;
  /** Can contain merge fields such as {{customer.name}} */
  heading?: string | null | undefined;
  /** Only for TEXT; can contain merge fields */
  text?: string | null | undefined;
  /** Starts on a new page; default: false */
  page_break?: boolean | undefined;
}

export interface Segment extends SegmentRow {
  filter: { [key: string]: unknown } | null;
  problems: Problems;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SegmentMember extends BaseRecord {
  customer_number: string;
  /** Cannot be changed */
  customer_type: "business" | "individual";
  /** The person of an individual */
  personal_key_id: string | null;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  owner_id: string | null;
  name: string;
  customer_type_id: string | null;
  website: string | null;
  phone: string | null;
  email: string | null;
  industry_id: string | null;
  parent_customer_id: string | null;
  status: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED";
  lifecycle_stage: LifecycleStage;
  tier: "BRONZE" | "SILVER" | "GOLD" | "PLATINUM" | null;
  customer_rank: string | null;
  vip_status: boolean;
  territory_id: string | null;
  lead_score: number | null;
  health_score: number | null;
  risk_level: "LOW" | "MEDIUM" | "HIGH" | null;
  tags: string[];
  customer_since: string | null;
  last_contact_date: string | null;
  next_contact_date: string | null;
  last_activity_date: string | null;
  account_type: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | null;
  /** Number of customers above it; updated moments after a move */
  hierarchy_level: number;
  churn_reason_id: string | null;
  churned_at: string | null;
  currency: string;
  total_opportunities: number;
  open_opportunities: number;
  won_opportunities: number;
  /** Sum of won opportunities in the customer's currency; those in other currencies are in amounts */
  won_amount: string;
  /** Sum of open opportunities in the customer's currency */
  pipeline_value: string;
  /** Sum of the sales in the customer's currency, less refunds: what was paid for confirmed orders, and the amounts of won opportunities without an order */
  lifetime_value: string;
  /** Orders that were paid in full and are neither cancelled nor wholly refunded, and won opportunities without an order */
  paid_orders_count: number;
  /** Beginning of the day, in the tenant's time zone, on which an opportunity was last won */
  last_won_at: string | null;
  /** Beginning of the day of the last confirmed order, or of the last won opportunity without an order */
  last_order_at: string | null;
  /** Individual only: code of the status of the person's newest unconverted lead */
  lead_status: string | null;
  /** Individual only: code of the status of the person's newest potential that is not final */
  potential_status: string | null;
  /** Individual only: the re-engagement batch to which the person was last added, until it is over for the person */
  id_batch: string | null;
  custom_fields?: CustomFields5 | undefined;
  added_date: string;
  /** true: added by hand */
  is_manual: boolean;
}

export interface SegmentRow extends BaseRecord {
  name: string;
  description: string | null;
  /** DYNAMIC: records that match the filter, and records added by hand. Cannot be changed */
  membership: "STATIC" | "DYNAMIC";
  /** Members that the caller can see */
  member_count: number;
  /** building: the filter is being applied to the members */
  state: "ready" | "building";
  /** Changes through time or other customers' purchases are included up to here; all other changes follow within seconds */
  as_of: string | null;
}

/** Working time that counts */
export type Segments2 = {
  from: string;
  to: string;
  seconds: number;
}[];

export interface SendCampaignEmailBody {
  /** Template of the channel; must be active when the send is scheduled. Set either this or content */
  template_id?: string | null | undefined;
  content?: Content | undefined;
  /** Each person gets the message at this time in their own time zone: that of the country of their address, or else the tenant's */
  local_time?: string | null | undefined;
  /** The most messages in an hour: they are spread evenly. With local_time, for each time zone */
  throttle_per_hour?: number | null | undefined;
  member_status?: MemberStatus | undefined;
  /** The subject of the messages. Persons who refuse this type get none. Default: that of the campaign, or else `general` */
  subscription_type?: string | null | undefined;
  /** Name of the send. Default: that of the campaign */
  name?: string | undefined;
  exclude_segments?: ExcludeSegmentIds | undefined;
  /** When the send starts. Default: at once */
  schedule_at?: string | undefined;
  test_to?: TestTo | undefined;
  /** Mails only: replaces the subject of the template */
  subject?: string | null | undefined;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks?: boolean | null | undefined;
  /** Default: the tenant's default account */
  sender_id?: string | null | undefined;
  /** Starts an A/B test of these variants. They differ in the part that they name: subject, content, sender or time */
  variants?: VariantsItem[] | undefined;
  /** Settings of the test of `variants` */
  ab_test?: {
    /** Persons who get a variant. The others get the winner; default: 20 */
    sample_percent?: number | undefined;
    /** Persons who did it ÷ delivered mails. response_rate and conversion_rate need members of the campaign */
    success_metric?: "click_rate" | "response_rate" | "conversion_rate" | "open_rate" | undefined;
    /** Delivered mails that each variant needs; with fewer, the test is INCONCLUSIVE; default: 100 */
    minimum_sample_size?: number | undefined;
    /** In percent; default: 95 */
    confidence_level?: number | undefined;
    /** Hours after the last mail of the sample left; default: 4 */
    decide_after_hours?: number | undefined;
    /** The others get this if no variant wins: the one with the highest rate, or nothing until a person chooses */
    without_winner?: "send_better" | "wait" | undefined;
  } | undefined;
}

export interface SendCampaignSmsBody {
  /** Template of the channel; must be active when the send is scheduled. Set either this or content */
  template_id?: string | null | undefined;
  content?: Content | undefined;
  /** Each person gets the message at this time in their own time zone: that of the country of their address, or else the tenant's */
  local_time?: string | null | undefined;
  /** The most messages in an hour: they are spread evenly. With local_time, for each time zone */
  throttle_per_hour?: number | null | undefined;
  member_status?: MemberStatus | undefined;
  /** The subject of the messages. Persons who refuse this type get none. Default: that of the campaign, or else `general` */
  subscription_type?: string | null | undefined;
  /** Name of the send. Default: that of the campaign */
  name?: string | undefined;
  exclude_segments?: ExcludeSegmentIds | undefined;
  /** When the send starts. Default: at once */
  schedule_at?: string | undefined;
  test_to?: TestTo | undefined;
  /** Default: the tenant's default sender */
  sender_id?: string | null | undefined;
}

export interface SendContractAmendmentBody {
  /** If empty, the address of the contact */
  to?: string | undefined;
  /** Addresses that get a copy of the mail, visible to all recipients */
  cc?: string[] | null | undefined;
  subject?: string | null | undefined;
  /** Text above the link in the email */
  message?: string | null | undefined;
  /** Language of the email and the page. If empty, that of the letterhead */
  language?: string | null | undefined;
  /** Last day for the answer by the link; defaults to 14 days from today */
  answer_by?: string | null | undefined;
}

export interface SendInvoiceBody {
  /** If empty, the address of the billing contact */
  to?: string | undefined;
  /** Addresses that get a copy of the mail, visible to all recipients */
  cc?: string[] | null | undefined;
  subject?: string | null | undefined;
  /** Text of the mail in place of the usual one */
  message?: string | null | undefined;
  /** Language of the mail. If empty, that of the document */
  language?: string | null | undefined;
}

export interface SendMessageBody {
  channel: "sms" | "email" | "whatsapp";
  person_id?: string | undefined;
  /** A phone number as written in the tenant's country, or an email address; an unknown recipient is created as a person */
  to?: string | undefined;
  /** An SMS sender or a mail account; defaults to the tenant's default */
  sender_id?: string | undefined;
  purpose?: "marketing" | "service" | undefined;
  /** The subject of marketing; `general` by default. Other messages have none */
  subscription_type?: string | undefined;
  /** Mails only */
  subject?: string | undefined;
  body?: string | undefined;
  /** Mails only, instead of `body`: HTML as in a mail template. Merge fields in it and in its subject are filled */
  body_html?: string | undefined;
  template_id?: string | undefined;
  /** The record in whose timeline the message stands. It supplies the merge fields; `person.*` is the recipient in `person_id` */
  related_to_id?: string | undefined;
  /** Mails only: addresses that get a copy, visible to all recipients */
  cc?: string[] | undefined;
  /** Attachments of the record, 10 MB in all */
  attachment_ids?: string[] | undefined;
  /** Mails only: appends the `mail_signature` of the caller's preferences; default: false */
  adds_signature?: boolean | undefined;
  /** Counts opens and clicks if the mail account tracks them and the mail has HTML. Marketing mails need no `tracks`; default: false */
  tracks?: boolean | undefined;
  merge?: Merge2 | undefined;
  /** Defaults to now */
  send_at?: string | undefined;
}

export interface SendOrderBody {
  /** If empty, the address of the contact */
  to?: string | undefined;
  /** Addresses that get a copy of the mail, visible to all recipients */
  cc?: string[] | null | undefined;
  subject?: string | null | undefined;
  /** Text above the link in the email */
  message?: string | null | undefined;
  /** Language of the email and the page. If empty, that of the letterhead */
  language?: string | null | undefined;
}

export interface SendPreview {
  /** The address that gets the mail if `to` is omitted; null: see `problem` */
  to: string | null;
  /** Why `to` is null. HIDDEN: the caller does not see the contact, which gets the mail all the same */
  problem: "NO_ADDRESS" | "REFUSED" | "NO_CONTACT" | "HIDDEN" | null;
  /** The contact of the record, and others of its customer that the caller sees */
  contacts: {
    id: string;
    name: string | null;
    email: string | null;
    /** Why the contact gets no mail; null: it can be chosen */
    problem: "NO_ADDRESS" | "REFUSED" | null;
  }[];
  language: string;
  subject: string;
  message: string;
  /** The PDF */
  file_name: string;
  /** Whether the PDF is attached; otherwise it is behind the link in the mail */
  is_attached: boolean;
  /** Last day for the answer by the link; null: the link has no answer, or there is no link */
  last_day: string | null;
  /** The customer's page; null until the record is sent, and for a record without a page */
  link: string | null;
  /** The record was sent before */
  is_repeat: boolean;
  /** Whether mails stay in a mailbox on the machine of the server and reach no recipient */
  keeps_mail_local: boolean;
}

export interface SendReengagementStepBody {
  /** The number of the message in the sequence */
  step: number;
}

export type SendStatus = "DRAFT" | "PENDING_APPROVAL" | "SCHEDULED" | "SENDING" | "SENT" | "CANCELLED";

export interface SendTicketSurveyBody {
  /** Language of the email and the page. If empty, that of the letterhead */
  language?: string | null | undefined;
}

export interface SequenceItem {
  channel: "sms" | "email";
  /** An active template of this channel */
  template_id: string;
  /** Days of 24 hours after the previous step. First step: after the start of the batch, or after the member was added */
  after_days: number;
  /** SMS sender or email account. Default: the tenant's default; default: null */
  sender_id?: string | null | undefined;
  /** The subject of marketing of the message. Default: `general` */
  subscription_type?: string | undefined;
}

export type ServiceType = "SOCIAL_MEDIA" | "SEO" | "CONTENT_MARKETING" | "PPC" | "EMAIL_MARKETING" | "ANALYTICS" | "STRATEGY" | null;

export type ServiceType2 = "SOCIAL_MEDIA" | "SEO" | "CONTENT_MARKETING" | "PPC" | "EMAIL_MARKETING" | "ANALYTICS" | "STRATEGY";

export interface SetContractTextBody {
  terms: {
    /** Identifies the term; the same in every version of the wording */
    key: string;
    /** Default: 1 */
    level?: number | undefined;
    /** Printed before the heading, such as `3.2` */
    number: string;
    heading: string | null;
    text: string;
    /** Clause from which the term was generated */
    clause_id?: string | null | undefined;
    clause_version?: number | null | undefined;
    /** Starts on a new page */
    page_break?: boolean | undefined;
  }[];
}

export interface SetDealStatusBody {
  deal_status: DealStatus;
  /** Required to cancel or reopen a deal */
  reason?: string | null | undefined;
  /** Day of the change. Default: today */
  date?: string | undefined;
  /** true: allowed even if the opportunity already has a live deal */
  another?: boolean | undefined;
}

export interface SetLeadScoreBody {
  /** A score that you set by hand, with a reason. If empty, the score is computed from the facts */
  lead_score?: number | null | undefined;
  reason?: string | null | undefined;
}

export interface SetLeadStatusBody {
  /** Id or code of one of the tenant's lead statuses */
  lead_status_id: string;
}

export interface SetPreferencesBody {
  preferences: PreferencesItem[];
}

export interface SetResults {
  results: {
    id: string;
    success: boolean;
    error: Error3;
  }[];
  changed: number;
  failed: number;
}

export interface SetUserStatusBody {
  status: "ACTIVE" | "INACTIVE" | "SUSPENDED";
}

export interface SetsOf {
  sets: {
    added_date: string;
    /** true: added by hand */
    is_manual: boolean;
    /** Id of the set */
    id: string;
    name: string;
    /** Conditions of the filter that match */
    reasons: {
      field: string;
      operator: string;
      /** Master data as ids, instants as bounds */
      asked: string | string[];
      /** Value of the record; null for a figure about events if the caller cannot see all of these events */
      value: unknown;
    }[];
  }[];
}

/** If empty, the shipping address of the customer */
export type ShippingAddress = {
  /** If empty, the name of the customer */
  recipient?: string | null | undefined;
  address_line1?: string | null | undefined;
  address_line2?: string | null | undefined;
  city?: string | null | undefined;
  /** A subdivision of the country by its ISO 3166-2 code or name */
  state?: string | null | undefined;
  /** ISO 3166-1 code or name; defaults to the tenant's country */
  country?: string | null | undefined;
  postal_code?: string | null | undefined;
};

export interface SignContractAmendmentBody {
  party: "company" | "customer";
  /** Person who signed on paper. Default for the company: the caller */
  signed_by?: string | null | undefined;
  /** Time of the signature. Default: now */
  signed_date?: string | null | undefined;
  /** The signed file, attached to the amendment; required for the customer */
  attachment_id?: string | null | undefined;
  /** Starts a signature request with this provider */
  provider?: "builtin" | "docusign" | "dropbox_sign" | null | undefined;
  signers?: Signers | undefined;
}

export interface SignContractBody {
  party: "company" | "customer";
  /** Person who signed on paper. Default for the company: the caller */
  signed_by?: string | null | undefined;
  /** Time of the signature. Default: now */
  signed_date?: string | null | undefined;
  /** The signed file, attached to the contract; required for the customer */
  attachment_id?: string | null | undefined;
  /** Starts a signature request with this provider */
  provider?: "builtin" | "docusign" | "dropbox_sign" | null | undefined;
  signers?: Signers | undefined;
}

export interface SignInOptions {
  /** `open`: a visitor may sign up; `link`: only with a sign-up link */
  signup: "open" | "link";
  /** Whether there is no tenant yet */
  is_empty: boolean;
  /** Whether mails stay in a mailbox on the machine of the server and reach no recipient, as on a laptop */
  keeps_mail_local: boolean;
  /** Settings for a new tenant, as far as they follow from the request or the country */
  suggested: {
    default_country?: string | undefined;
    timezone?: string | undefined;
    currency?: string | undefined;
  };
}

export interface SignatureAccount extends SignatureAccountRow {
  account_id: string | null;
  integration_key: string | null;
  user_id: string | null;
  /** When the key was last written */
  secret_changed_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SignatureAccountRow extends BaseRecord {
  provider: "docusign" | "dropbox_sign";
  name: string;
  /** Signatures in `demo` are not legally binding */
  environment: "demo" | "production";
  is_default: boolean;
}

export interface SignatureRequest extends SignatureRequestRow {
  /** Account with the provider; null: our own page */
  account_id: string | null;
  /** Id of the request at the provider */
  envelope_id: string | null;
  /** Whether the signers sign one after another, by `order`, and not all at the same time */
  in_order: boolean;
  signers: {
    id: string;
    /** Id of the signer at the provider */
    ref: string | null;
    name: string;
    email: string;
    /** In E.164 format if codes are sent to it */
    phone: string | null;
    /** How the signer gets codes on our own page */
    code_by: "email" | "sms";
    role: "customer" | "company";
    /** Position in the signing order, from 1; signers with the same number sign at the same time */
    order: number;
    state: "waiting" | "sent" | "delivered" | "signed" | "declined";
    /** When the signer was asked; null: earlier signers have not signed yet */
    sent_at: string | null;
    /** When the signer opened the document with a code */
    delivered_at: string | null;
    signed_at: string | null;
    declined_at: string | null;
    decline_reason: string | null;
    /** Name as typed by the signer */
    signed_name: string | null;
    /** SHA-256 of the drawn signature; null: no drawing */
    drawing_hash: string | null;
  }[];
  message: string | null;
  /** Language of emails and of the document */
  language: string;
  document_name: string;
  /** SHA-256 of the file to be signed, in hexadecimal digits */
  document_hash: string;
  delivered_at: string | null;
  reminded_at: string | null;
  /** When the signers who can sign now are reminded */
  reminder_at: string | null;
  /** Why the request was declined or voided */
  end_reason: string | null;
  /** Why the record could not be updated after the signatures */
  not_followed: string | null;
  /** When the signed file and the certificate were stored */
  filed_at: string | null;
  /** SHA-256 of the signed file */
  signed_hash: string | null;
  /** SHA-256 of the certificate */
  certificate_hash: string | null;
  /** SHA-256 of the provider's certificate. Dropbox Sign: of the signed file, which ends with it. null: our own page, or no certificate */
  provider_certificate_hash: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SignatureRequestRow extends BaseRecord {
  /** Kind of the signed record */
  subject_type: "contract" | "contract_amendment" | "quote";
  subject_id: string;
  /** Display name of the record, such as its number */
  name: string;
  status: Status21;
  provider: "builtin" | "docusign" | "dropbox_sign";
  sent_at: string | null;
  expires_at: string;
  ended_at: string | null;
}

export interface SignedIn {
  /** Sent as `Authorization: Bearer …`, valid for expires_in seconds */
  access_token: string;
  /** Valid for one use; the response contains the next one. Omitted if the request has `session: cookie` */
  refresh_token: string;
  token_type: "Bearer";
  expires_in: number;
  tenant: {
    id: string;
    name: string;
    slug: string;
    [key: string]: unknown;
  };
  user: {
    id: string;
    email: string;
    role: string;
    [key: string]: unknown;
  };
  /** After a sign-in with a password: send it with the next `login` on this device. It is valid for 90 days, until the password or the email changes */
  device_token?: string | undefined;
}

/** Starts a signature request to these signers, in this order */
export type Signers = {
  name: string;
  email: string;
  /** Without a country code, the tenant's country is assumed; required for codes by SMS */
  phone?: string | null | undefined;
  /** How the signer gets codes on our own page. Default: `email` */
  code_by?: "email" | "sms" | undefined;
  party?: "company" | "customer" | undefined;
}[] | null;

export interface SignupBody {
  tenant_name: string;
  tenant_slug: string;
  first_name?: string | null | undefined;
  /** One of the two names is enough */
  last_name?: string | null | undefined;
  /** In place of first and last name. The last word becomes the last name, even if it is the only word */
  full_name?: string | null | undefined;
  email: string;
  password: string;
  /** Token of a sign-up link, which is used up. Required where sign-up is not open */
  token?: string | undefined;
  default_country?: string | undefined;
  timezone?: string | undefined;
  currency?: string | undefined;
  /** `cookie`: the refresh token is set as a cookie that scripts cannot read, and is not in the response; for pages. Default: `token` */
  session?: "token" | "cookie" | undefined;
}

/** Time that does not count */
export type Skipped2 = {
  from: string;
  to: string | null;
  reason: "closed" | "holiday" | "pause";
}[];

export interface SlaPolicy extends BaseRecord {
  name: string;
  description: string | null;
  sequence: number;
  is_active: boolean;
  priority_ids: string[];
  category_ids: string[];
  ticket_types: TicketTypesItem[];
  urgency_level_ids: string[];
  customer_tiers: Tiers2;
  is_vip: boolean | null;
  calendar_id: string | null;
  first_response_minutes: number | null;
  next_response_minutes: number | null;
  resolution_minutes: number | null;
  escalations: {
    /** Percent of the target. A level above 100 follows at least one hour after the previous level */
    percent: number;
    /** OWNER: the assignee; MANAGER: the manager of the team */
    notify: ("OWNER" | "MANAGER" | "DIRECTOR")[];
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SlaReportGroup {
  /** `none` for tickets without a value */
  key: string;
  label: string | null;
  kept: number;
  violated: number;
  /** Decimal string with four places; null if there are none */
  share_kept: string | null;
}

export interface SlaViolation extends SlaViolationRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SlaViolationRow extends BaseRecord {
  ticket_id: string;
  metric: "first_response" | "next_response" | "resolution";
  state: "MET" | "VIOLATED";
  policy_id: string;
  /** Assignee when the clock was judged */
  agent_id: string | null;
  team_id: string | null;
  category_id: string | null;
  priority_id: string;
  customer_id: string | null;
  started_at: string;
  /** null: the clock was met, and would not have been due within ten years */
  due_at: string | null;
  /** null: violated, and the answer or resolution is still missing */
  stopped_at: string | null;
  /** When the clock was violated or met */
  judged_at: string;
  /** Target in working time */
  target_seconds: number;
  /** Working time beyond the target; null while it increases */
  over_seconds: number | null;
  /** Day of judged_at in the tenant's time zone at that time */
  judged_day: string;
}

export interface SmsNumber extends SmsNumberRow {
  capabilities: ("sms" | "mms" | "voice")[];
  inbound_makes: "conversation" | "ticket" | "lead";
  inbound_team_id: string | null;
  inbound_owner_id: string | null;
  inbound_source_id: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SmsNumberRow extends BaseRecord {
  /** E.164 number; cannot be changed */
  number: string;
  /** Cannot be changed */
  account_id: string;
  /** The sender of its account */
  sender_id: string;
  messages_per_second: number;
  is_active: boolean;
  is_default: boolean;
}

export interface SmsSender extends SmsSenderRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SmsSenderRow extends BaseRecord {
  name: string;
  status: "ACTIVE" | "SUSPENDED";
  daily_limit: number | null;
  is_default: boolean;
}

export interface SmsServiceAccount extends SmsServiceAccountRow {
  account_sid: string | null;
  confirms_words: boolean;
  webhook_id: string | null;
  /** When the key was last set */
  secret_changed_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SmsServiceAccountInput {
  name?: string | undefined;
  /** The sender for which messages are sent; cannot be changed */
  sender_id?: string | undefined;
  /** Cannot be changed */
  provider?: "twilio" | "telnyx" | undefined;
  /** Twilio only. Stored encrypted and never shown */
  auth_token?: string | undefined;
  /** Telnyx only. Stored encrypted and never shown */
  api_key?: string | undefined;
}

export interface SmsServiceAccountRow extends BaseRecord {
  name: string;
  /** The sender for which messages are sent; cannot be changed */
  sender_id: string;
  /** Cannot be changed */
  provider: "twilio" | "telnyx";
  is_active: boolean;
  linked_campaign_id: string | null;
  linked_project_id: string | null;
}

export interface SnoozeTicketBody {
  /** When the ticket returns to the queues */
  until: string;
}

/** Accounts of the contact points, as `platform:account` if they can be parsed, the primary one first */
export type SocialAccounts = string[];

export type Sort3 = {
  /** The name of a column, a grouping or a measure */
  by: string;
  order?: "asc" | "desc" | undefined;
}[];

export type Sort4 = {
  /** The name of a column, a grouping or a measure */
  by: string;
  order: "asc" | "desc";
}[];

/** Sources of the touches, the latest first */
export type Sources = string[];

/** Details of specialty insurance, replaced as a whole */
export type SpecialtyData = {
  /** default: 2 */
  schema_version?: 2 | undefined;
  items: Items;
  current_carrier?: string | null | undefined;
  current_policy_expires?: string | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
};

export type SpecialtyData2 = {
  schema_version: 2;
  items: {
    kind: "boat";
    description: string;
    value?: string | null | undefined;
    year?: number | null | undefined;
    /** Identifying numbers, such as a serial number or a registration */
    identifiers?: { [key: string]: string } | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
    hull_id?: string | null | undefined;
    hull_material?: string | null | undefined;
    length_feet?: number | null | undefined;
    horsepower?: number | null | undefined;
    mooring?: Address4 | undefined;
  } | {
    kind: "motorcycle";
    description: string;
    value?: string | null | undefined;
    year?: number | null | undefined;
    /** Identifying numbers, such as a serial number or a registration */
    identifiers?: { [key: string]: string } | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
    vin?: string | null | undefined;
    make?: string | null | undefined;
    model?: string | null | undefined;
    engine_cc?: number | null | undefined;
  } | {
    kind: "rv";
    description: string;
    value?: string | null | undefined;
    year?: number | null | undefined;
    /** Identifying numbers, such as a serial number or a registration */
    identifiers?: { [key: string]: string } | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
    vin?: string | null | undefined;
    make?: string | null | undefined;
    model?: string | null | undefined;
    class?: Class | undefined;
    length_feet?: number | null | undefined;
    is_lived_in?: boolean | null | undefined;
  } | {
    kind: "jewelry";
    description: string;
    value?: string | null | undefined;
    year?: number | null | undefined;
    /** Identifying numbers, such as a serial number or a registration */
    identifiers?: { [key: string]: string } | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
    appraised_on?: string | null | undefined;
    material?: string | null | undefined;
    is_in_safe?: boolean | null | undefined;
  } | {
    kind: "art";
    description: string;
    value?: string | null | undefined;
    year?: number | null | undefined;
    /** Identifying numbers, such as a serial number or a registration */
    identifiers?: { [key: string]: string } | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
    appraised_on?: string | null | undefined;
    artist?: string | null | undefined;
    medium?: string | null | undefined;
    kept_at?: Address4 | undefined;
  } | {
    kind: "other";
    description: string;
    value?: string | null | undefined;
    year?: number | null | undefined;
    /** Identifying numbers, such as a serial number or a registration */
    identifiers?: { [key: string]: string } | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  }[];
  current_carrier?: string | null | undefined;
  current_policy_expires?: string | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
};

export interface SplitTicketBody {
  subject: string;
  /** Comments of the ticket or of tickets merged into it; copied with their timestamps and authors */
  comment_ids: string[];
  /** Default: the text of the first comment */
  description?: string | undefined;
  ticket_type?: TicketType | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | null | undefined;
  /** If empty, medium */
  priority_id?: string | undefined;
  /** Team whose queue has the ticket; its members can see the ticket */
  team_id?: string | null | undefined;
  /** Default: the assignee of the ticket */
  assigned_to_id?: string | null | undefined;
  custom_fields?: CustomFields29 | undefined;
}

export interface StageAction extends BaseRecord {
  opportunity_id: string;
  /** Version of the opportunity that the change created */
  opportunity_version: number;
  from_stage_id: string | null;
  to_stage_id: string;
  /** Version of the rule that requested the action */
  rule: {
    kind: string;
    id: string;
    /** 0: the default rule */
    number: number;
  };
  automation: string;
  action: "mail" | "task" | "notify" | "health";
  result: "DONE" | "HELD_BACK" | "FAILED";
  /** Why the action, or a part of it, was held back or failed */
  reason: string | null;
  /** The contact or the users who were reached */
  recipient_ids: string[];
  template_id: string | null;
  template_revision: number | null;
  activity_id: string | null;
  done_at: string;
}

export interface StageTime {
  /** Id of the stage */
  key: string;
  label: string | null;
  code: string | null;
  /** Moves out of the stage */
  left: number;
  /** To the next open stage */
  moved_forward: number;
  won: number;
  lost: number;
  moved_back: number;
  /** Average days in the stage before these moves, four decimals; null without moves */
  average_days: number | null;
  /** Percent of these moves that went forward or won, two decimals; null without moves */
  advance_rate: number | null;
}

export interface StartCampaignAbTestBody {
  /** When the mails of the sample are sent. Default: now. Not for tests of the time */
  schedule_at?: string | undefined;
}

export type Status11 = "NEW" | "OPEN" | "IN_PROGRESS" | "PENDING" | "WAITING_ON_CUSTOMER" | "RESOLVED" | "CLOSED";

export type Status13 = "DRAFT" | "UNDER_REVIEW" | "PENDING_APPROVAL" | "APPROVED" | "ACTIVE" | "EXPIRED" | "TERMINATED";

export type Status14 = "DRAFT" | "PENDING_APPROVAL" | "APPROVED" | "SENT" | "VIEWED" | "PRESENTED" | "ACCEPTED" | "REJECTED" | "EXPIRED";

export type Status17 = "REQUESTED" | "APPROVED" | "RECEIVED" | "INSPECTED" | "RESOLVED" | "REJECTED" | "CANCELLED";

export type Status21 = "preparing" | "failed" | "sent" | "delivered" | "partially_signed" | "completed" | "declined" | "voided" | "expired";

export type Status22 = "DRAFT" | "PLANNING" | "IN_PROGRESS" | "ON_HOLD" | "COMPLETED" | "CANCELLED";

export type Status24 = "DRAFT" | "RUNNING" | "DECIDED" | "INCONCLUSIVE" | "FAULTY" | "CANCELLED";

export type Status27 = "ADDED" | "CONTACTED" | "RESPONDED" | "FAILED" | "OPTED_OUT" | "CONVERTED";

export type Status29 = "DRAFT" | "LEGAL_REVIEW" | "INTERNAL_APPROVAL" | "CUSTOMER_APPROVAL" | "SIGNING" | "SIGNED" | "EFFECTIVE" | "REJECTED" | "WITHDRAWN" | "VOID";

/** `cancelled`: a user cancelled the message while it waited; messages cancelled with version 0.2.0 or earlier are `failed` */
export type Status3 = "queued" | "sending" | "unknown" | "sent" | "delivered" | "undelivered" | "failed" | "cancelled" | "received";

export type Status30 = "NEW" | "OPEN" | "IN_PROGRESS" | "PENDING" | "WAITING_ON_CUSTOMER" | "RESOLVED" | "CLOSED" | null;

export type Status33 = "queued" | "running" | "completed" | "failed" | "cancelled" | "reverting" | "reverted";

export type Status40 = "queued" | "sending" | "unknown" | "sent" | "delivered" | "undelivered" | "failed" | "cancelled" | "received";

export type Status41 = "ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED" | "BOUNCED" | "OPTED_OUT";

export type Status5 = "PLANNED" | "ACTIVE" | "WAITING" | "HELD" | "COMPLETED" | "EXITED" | "STOPPED" | "FAILED";

/** Why the next step waits although it is due. `starter_rights`: the user who last activated the batch may not send it, or does not see the person */
export type StepWaits = "other_batch" | "template" | "sender" | "subscription_type" | "starter_rights" | null;

/** Run in this order */
export type Steps = unknown[];

/** Run in this order */
export type Steps2 = unknown[];

/** In their order */
export type Steps3 = {
  /** Id of a present step; if empty, that of the step with the same name */
  id?: string | null | undefined;
  name: string;
  /** Instructions for the user */
  text?: string | null | undefined;
  /** A task that users create from the step */
  task?: {
    subject: string;
    /** Id or code of one of the tenant's activity types */
    activity_type_id: string;
    /** Days after the task is created; default: 0 */
    due_in_days?: number | undefined;
    /** Owner of the record, or the user who creates the task */
    assign_to?: "OWNER" | "ME" | undefined;
  } | undefined;
  /** Fields of the record that must be filled; a custom field as custom_fields.name; default: [] */
  required_fields?: string[] | undefined;
}[];

/** Legal review, then approval; empty if no approval is needed */
export type Steps4 = {
  step: "LEGAL_REVIEW" | "APPROVAL";
  /** null: the step has not started. Each new round has a higher number; decisions on earlier rounds have no effect */
  round: number | null;
  level: string;
  approvers: Approvers;
  side_by_side: boolean;
  patience: {
    remind_after_hours: number | null;
    escalate_after_hours: number | null;
    expire_after_hours: number;
  };
  reasons: string[];
  conditions?: Conditions | undefined;
  /** null while the step is open */
  outcome: "APPROVED" | "REJECTED" | "EXPIRED" | null;
  decided_at: string | null;
  comment: string | null;
  /** The approvers as of the submission; after the decision, with their final status */
  approvals: ApprovalsItem[];
}[];

export interface StringOperators {
  eq?: string | undefined;
  ne?: string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
}

/** Kind of the record to be approved */
export type SubjectType2 = "contract" | "contract_amendment" | "email_send" | "proposal" | "quote" | "workflow_enrollment";

export interface SubmissionPreview {
  /** The rounds in their order; empty: no approval is needed */
  steps: {
    step: "LEGAL_REVIEW" | "APPROVAL";
    /** The level of the rule that is reached */
    level: string;
    conditions: Conditions;
    /** The users who would be asked, in order */
    approvers: {
      role: "MANAGER" | "DIRECTOR" | "ADMIN";
      /** The user who would be asked; null: no user can approve as this role */
      id: string | null;
      name: string | null;
    }[];
  }[];
}

export interface SubmitForecastBody {
  period: string;
  /** Defaults to the caller; for another user, a leader can override the forecast, with a note */
  owner_id?: string | undefined;
  /** The amount that is committed */
  commit: string;
  /** The best-case amount; must not be less than commit */
  best_case: string;
  note?: string | null | undefined;
}

export interface SubmitPublicFormBody {
  /** Chosen by the sender; a repeated id has no second effect */
  submission_id?: string | undefined;
  /** From the response that showed the form; required if the form has minimum_seconds */
  token?: string | undefined;
  /** Identifies the person on pages linked from a mail; the values that they enter take precedence */
  t?: string | undefined;
  /** Agreement to the form's consent text */
  consent?: string | number | boolean | null | Consent | undefined;
  /** Any value; from the address of the page */
  utm_source?: unknown;
  /** Any value; from the address of the page */
  utm_medium?: unknown;
  /** Any value; from the address of the page */
  utm_campaign?: unknown;
  /** Any value; from the address of the page */
  utm_term?: unknown;
  /** Any value; from the address of the page */
  utm_content?: unknown;
  [key: string]: unknown;
}

export interface SuggestArticlesBody {
  /** Text of the question, with the subject first */
  text: string;
  /** Only articles in this language. Default: the best translation of each article */
  language?: string | undefined;
  /** Default: 5 */
  limit?: number | undefined;
  /** true: only articles that the public may read; default: false */
  is_public?: boolean | undefined;
}

export interface SupportAgent {
  agent_id: string;
  name: string;
  department: string | null;
  /** Tickets currently assigned to the agent */
  load: number;
  /** Maximum number of tickets that routing assigns to the agent */
  capacity: number;
  availability: "FREE" | "FULL" | "AWAY";
  /** First answers to tickets assigned to the agent */
  answered: number;
  /** Average in wall-clock minutes with one decimal; null if there are none */
  first_response_minutes: number | null;
  /** Tickets assigned to the agent at their resolution, and not reopened */
  resolved: number;
  /** Average in wall-clock minutes with one decimal; null if there are none */
  resolution_minutes: number | null;
  /** Resolved tickets with a rating */
  rated: number;
  /** Average rating from 1 to 5 with two decimals; null if there are none */
  satisfaction: number | null;
}

export interface SupportCalendar extends SupportCalendarRow {
  /** Windows by the day of the week on which they start. A day without windows is closed */
  hours: { [key: string]: HoursItem3 };
  holidays: string[];
  extra_days: { [key: string]: HoursItem3 };
  /** Holidays of the country and region for ten years after the last change of the calendar */
  public_holidays: {
    date: string;
    name: string;
  }[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SupportCalendarRow extends BaseRecord {
  name: string;
  description: string | null;
  timezone: string;
  holiday_country: string | null;
  holiday_region: string | null;
}

export interface Suppression extends SuppressionRow {
  /** All reasons, including lifted ones */
  entries: {
    reason: "STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND";
    /** Code of the subscription type that is refused; empty: everything that the reason refuses */
    type?: string | null | undefined;
    /** When it was last reported; null if it was only lifted */
    at: string | null;
    /** The message, person or file that reported it */
    source: string | null;
    lifted_at: string | null;
    /** SELF: lifted by the owner of the address */
    lifted_by: "SELF" | "OTHERS" | null;
  }[];
  /** Codes of the subscription types that are refused on their own */
  subscription_types: string[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface SuppressionCheck {
  is_suppressed: boolean;
  reasons: ("STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND")[];
  refuses: Refuses;
  /** Codes of the subscription types that the address refuses */
  subscription_types: string[];
  suppression_id: string | null;
}

export interface SuppressionRow extends BaseRecord {
  channel: "email" | "sms" | "whatsapp";
  /** The most serious active reason, also if only a subscription type is refused */
  reason: "STOP" | "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "BY_HAND" | null;
  reasons: Reasons3;
  refuses: Refuses;
}

export interface Tag {
  name: string;
  /** Live records of these kinds with the tag that the caller can see */
  total: number;
  /** By kind, for the kinds that the caller can read: published articles; tickets by assignee, or else by team; interactions only for callers who see all records */
  counts: { [key: string]: number };
}

export interface TagRenamed {
  /** For the progress of each, see `GET /bulk-changes/{id}` */
  bulk_changes: {
    kind: CountsItem;
    id: string;
  }[];
}

/** default: [] */
export type Tags = string[];

export interface Target extends TargetRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export type TargetLocations = string[];

/** default: [] */
export type TargetLocations2 = string[];

export interface TargetRow extends BaseRecord {
  figure: Figure2;
  user_id: string | null;
  team_id: string | null;
  territory_id: string | null;
  period: string;
  /** In the unit of the figure */
  value: string;
  currency: string | null;
  /** First day of the period */
  period_start: string;
}

export type Task = {
  subject: string;
  activity_type_id: string;
  due_in_days: number;
  assign_to: "OWNER" | "ME";
};

export interface TasksItem {
  subject: string;
  /** Days from the start of the project to the deadline */
  offset_days: number;
  duration_minutes?: number | null | undefined;
  /** Number of a milestone of the template, from 1 */
  milestone?: number | null | undefined;
  /** If empty, the owner of the project */
  assigned_to_id?: string | null | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
}

export interface Team extends TeamRow {
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface TeamPerformance {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** The targets of figures that have one, if `from` to `to` is a month, a quarter or a year */
  targets: Attainment[];
}

export interface TeamRow extends BaseRecord {
  name: string;
  manager_id: string | null;
  territory_id: string | null;
}

export interface TemplateRevision extends BaseRecord {
  template_id: string;
  revision: number;
  subject: string | null;
  body_html: string | null;
  body_text: string | null;
  language: string | null;
}

export interface Tenant extends BaseRecord {
  name: string;
  slug: string;
  plan: "FREE" | "STANDARD" | "ENTERPRISE";
  status: "ACTIVE" | "SUSPENDED";
  status_reason: string | null;
  settings: {
    /** Requests per minute for each API key, and for each user who signs in with a program. A user of the console has at least 1,200. A value above the tenant's `limits.requests_per_minute` counts as that limit, which answers show */
    rate_limit_per_minute: number;
    timezone: string;
    currency: string;
    /** Country of phone numbers that are entered without a country code */
    default_country: string;
    /** Which records roles below MANAGER can see; they can always see unassigned records */
    visibility: "own" | "team" | "all";
    /** Roles whose users can see all records, regardless of `visibility`; ADMIN and DIRECTOR can in any case */
    all_records_roles: Role[];
    new_lead_owner: "creator" | "unassigned" | "rule";
    new_customer_owner: "creator" | "unassigned" | "rule";
    new_opportunity_owner: "creator" | "unassigned" | "rule";
    /** Roles whose users must set up two-factor sign-in before they can do anything else; `ALL`: all users */
    second_factor_required_for: SecondFactorRequiredForItem[];
    conversion_min_score: number;
    score_model: "standard" | "dynamic";
    letterhead: {
      /** Sender, line by line: the name, then the postal address, without which no marketing mail is sent. Defaults to the name of the tenant */
      sender: string[];
      /** Upload id of a PNG or JPEG of at most 1 MB that no other record uses */
      logo_upload_id: string | null;
      /** Footer of each page, such as register and tax number */
      footer: string | null;
      /** Tax number of the seller, which invoices state */
      tax_id: string | null;
      paper: "A4" | "LETTER";
      /** Language of documents for which no other language is given */
      language: string;
    };
    /** Color of buttons, links and lines on pages, mails and PDFs for customers. Where it is hard to read, a darker or lighter shade is used. null: the default */
    brand_color: string | null;
    /** Days before the last day on which a customer who has not answered is reminded; 0: never */
    offer_reminder_days: number;
    /** Days between reminders to signers who have not signed; 0: never */
    signature_reminder_days: number;
    /** Days for which a signature request is open */
    signature_expiry_days: number;
    /** Whether the public can read articles for the public, at `/kb/{slug of the tenant}` */
    knowledge_is_public: boolean;
    /** Whether replies to tickets are sent by email */
    support_mail: boolean;
    /** Whether requesters of resolved tickets get a satisfaction survey by email */
    survey_is_sent: boolean;
    /** Hours from the resolution of a ticket to its survey */
    survey_after_hours: number;
    /** Whether the survey also asks how likely they are to recommend the tenant, from 0 to 10 */
    survey_asks_nps: boolean;
    /** In the local time of the recipient of a text message; none if both times are the same */
    quiet_hours: {
      from: string;
      to: string;
    };
    /** Maximum number of marketing messages to one person; null: no limit */
    message_cap: {
      messages: number;
      days: number;
    };
    /** Whether marketing email is sent only to people who have opted in */
    mail_opt_in_required: boolean;
    /** Each reply is sent once, to the person who sent the keyword */
    word_answers: {
      stop: string;
      start: string;
      help: string;
    };
    /** Days before a sale in which contacts of its persons share its revenue. A change recomputes all sales */
    attribution_window_days: number;
    /** Additional keywords that opt people out of text messages, besides STOP and its variants */
    stop_words: string[];
  };
  limits: {
    /** The highest request limit that a tenant can set for each user or API key */
    requests_per_minute: number;
    /** Create requests per minute, across all users and API keys */
    records_per_minute: number;
    /** Maximum number of API keys at a time */
    api_keys: number;
  };
  /** Imports that created the sample data */
  sample_import_ids?: string[] | null | undefined;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface TerminateContractBody {
  reason: string;
  /** First day on which the contract is no longer in force. Default: today, with immediate effect */
  effective_date?: string | null | undefined;
  /** Instead of effective_date: number of days from today */
  notice_days?: number | null | undefined;
}

/** The rule version that assigned the territory, and the matching rule in it (null: `otherwise`); null if a person assigned it */
export type TerritoryRule = {
  rule_id: string;
  number: number;
  name: string | null;
};

export interface TestMessageTemplateBody {
  /** Another user of the tenant; defaults to the caller */
  user_id?: string | undefined;
  /** The record that supplies the merge fields of the template */
  related_to_id?: string | undefined;
  /** Uses sample values instead of a record. Defaults to true without a record */
  sample?: boolean | undefined;
  merge?: Merge2 | undefined;
  /** Defaults to the tenant's default */
  sender_id?: string | undefined;
}

/** Users who get the message as a test, with sample values. No send is made, and members get nothing */
export type TestTo = string[];

export interface TextOperators {
  eq?: string | undefined;
  ne?: string | undefined;
  /** Comma-separated values; one of them must match */
  in?: string | readonly string[] | undefined;
  /** Comma-separated values; none of them may match */
  not_in?: string | readonly string[] | undefined;
  /** Beginning of the value, ignoring letter case */
  prefix?: string | undefined;
  /** Part of the value, ignoring letter case */
  contains?: string | undefined;
  /** Part that the value does not have, ignoring letter case */
  not_contains?: string | undefined;
}

/** One text per language */
export type Texts = TextsItem[];

/** One text per language */
export type Texts2 = TextsItem2[];

export interface TextsItem {
  language: LanguagesItem;
  /** default: null */
  heading?: string | null | undefined;
  /** Can contain merge fields such as {{customer.name}} and references such as {{ref:payment}} */
  body: string;
}

export interface TextsItem2 {
  language: LanguagesItem;
  heading: string | null;
  /** Can contain merge fields such as {{customer.name}} and references such as {{ref:payment}} */
  body: string;
}

export interface Ticket extends TicketRow {
  description: string;
  contract_id: string | null;
  customer_notes: string | null;
  assigned_at: string | null;
  routing: {
    reason: string;
    /** Reason of the case that sets the target, if it is a different case */
    raised_by: string | null;
    rule_id: string;
    rule_number: number;
    /** By wall-clock time */
    target_at: string;
    /** Requested priority, if routing raised it */
    raised_from: string | null;
    /** When the ticket was last offered to agents */
    routed_at: string;
    /** The first 10 agents, in the order in which they are considered */
    considered: {
      agent_id: string;
      department_match: boolean;
      /** Tickets assigned to the agent at that time */
      load: number;
      /** Why the agent was skipped */
      passed_over: "full" | "away" | null;
    }[];
  };
  /** true: an agent has answered the requester publicly */
  is_answered: boolean;
  resolution: string | null;
  closed_at: string | null;
  /** From the creation to the last resolution */
  resolution_time_minutes: number | null;
  /** The newest 20 */
  resolutions: {
    resolution: string | null;
    resolved_at: string;
    resolved_by: string;
    reopened_at: string | null;
    reopened_by: string | null;
    reopened_because: string | null;
  }[];
  escalated_to_id: string | null;
  escalated_at: string | null;
  /** Text of the user who escalated; null if a clock did */
  escalation_reason: string | null;
  satisfaction_comments: string | null;
  given_priority_id: string;
  sla_policy_id: string | null;
  /** Number of violated clocks */
  sla_violations: number;
  /** Clock that caused the escalation; null if a user escalated */
  escalation_metric: "first_response" | "next_response" | "resolution" | null;
  /** Percent of the target time that caused the escalation; null if a user escalated */
  escalation_percent: number | null;
  /** Assignments and snoozes, the newest 30 */
  work_history: {
    at: string;
    type: "ASSIGNED" | "UNASSIGNED" | "SNOOZED" | "SNOOZE_ENDED";
    by: string;
    /** The new assignee */
    agent_id: string | null;
    /** Why the ticket has another assignee; null if a user chose it by hand */
    cause: "MACRO" | "ROUTING" | "STAND_IN" | "ABSENCE" | null;
    /** The absent user for whom another user stands in */
    absent_user_id: string | null;
    /** Null also for a macro that only its owner sees */
    macro_name: string | null;
    /** The end of a snooze, as it was chosen */
    until: string | null;
  }[];
  /** Tickets merged into this one, at most 20; their comments are listed here */
  merged_ids: string[];
  split_from_id: string | null;
  /** Linked tickets, at most 50 */
  related_ids: string[];
  /** Attachments that came with the first message */
  attachment_ids: string[];
  /** Recipients of email answers; null: the requester's address */
  mail: {
    /** Address from which the requester last wrote */
    email: string;
    /** Other recipients of the requester's email */
    cc: string[];
    /** Message id of the requester's last email */
    message_id: string | null;
    /** true: apparently started by a person, so automatic answers are allowed */
    is_answerable: boolean;
  };
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  custom_fields: CustomFields8;
}

export interface TicketArticleAnswer {
  /** The comment with the answer; null if there is none */
  id: string | null;
  /** Why the ticket was not answered */
  reason: string | null;
}

export interface TicketComment extends TicketCommentRow {
  /** The comment of another ticket from which a split copied it */
  copied_from_id: string | null;
  delivery: Delivery;
  /** Email that contained the comment */
  inbound_mail_id: string | null;
  explanation: Explanation;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
  body: string;
  event: Event2;
  mentioned_ids: MentionedIds2;
  attachment_ids: AttachmentIds;
}

export interface TicketCommentAdded extends BaseRecord {
  ticket_id: string;
  body: string;
  is_public: boolean;
  from: "AGENT" | "REQUESTER" | "SYSTEM";
  /** The person, if the author is a requester */
  person_id: string | null;
  /** The first 280 characters of the body, with the names of mentioned users; without a body, of the names of its files */
  excerpt: string;
  /** true: written by the system; stops no clock */
  is_automatic: boolean;
  event: Event2;
  mentioned_ids: MentionedIds2;
  /** The comment of another ticket from which a split copied it */
  copied_from_id: string | null;
  delivery: Delivery;
  /** Email that contained the comment */
  inbound_mail_id: string | null;
  attachment_ids: AttachmentIds;
  explanation: Explanation;
  /** Other users who are writing an answer now */
  also_answering: AlsoAnsweringItem[];
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface TicketCommentRow extends BaseRecord {
  ticket_id: string;
  /** The first 280 characters of the body, with the names of mentioned users; without a body, of the names of its files */
  excerpt: string;
  is_public: boolean;
  from: "AGENT" | "REQUESTER" | "SYSTEM";
  /** The person, if the author is a requester */
  person_id: string | null;
  /** true: written by the system; stops no clock */
  is_automatic: boolean;
  body?: string | undefined;
  attachment_ids?: AttachmentIds | undefined;
  event?: Event2 | undefined;
  mentioned_ids?: MentionedIds2 | undefined;
}

export interface TicketDay {
  day: string;
  /** Open tickets at the end of the day */
  open: number;
  /** Open tickets by status */
  by_status: {
    NEW: number;
    OPEN: number;
    IN_PROGRESS: number;
    PENDING: number;
    WAITING_ON_CUSTOMER: number;
  };
  unassigned: number;
  /** Mean age of the open tickets at the end of the day; null if there were none */
  mean_age_minutes: number | null;
  /** Count for this day, as are the following fields */
  created: number;
  resolved: number;
  reopened: number;
  /** SLA targets that were met */
  kept: number;
  violated: number;
}

export interface TicketInput {
  subject?: string | undefined;
  description?: string | undefined;
  ticket_type?: TicketType | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | null | undefined;
  /** Id or code of one of the tenant's urgency levels */
  urgency_level_id?: string | null | undefined;
  channel?: "EMAIL" | "PHONE" | "CHAT" | "PORTAL" | "SOCIAL" | "SMS" | null | undefined;
  contract_id?: string | null | undefined;
  parent_ticket_id?: string | null | undefined;
  customer_notes?: string | null | undefined;
}

export interface TicketMacro extends TicketMacroRow {
  status: Status30;
  priority_id: string | null;
  category_id: string | null;
  ticket_type: TicketType;
  team_id: string | null;
  assigned_to_id: "me" | string | null;
  add_tags: string[];
  remove_tags: string[];
  comment: string | null;
  comment_is_public: boolean;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface TicketMacroInput {
  name?: string | undefined;
  description?: string | null | undefined;
  status?: Status30 | undefined;
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
  /** Id or code of one of the tenant's ticket categories */
  category_id?: string | null | undefined;
  ticket_type?: TicketType | undefined;
  team_id?: string | null | undefined;
}

export interface TicketMacroRow extends BaseRecord {
  name: string;
  description: string | null;
  sharing: "PRIVATE" | "TEAM" | "EVERYONE";
  /** Audience: a user, a team, or `everyone` */
  audience: string;
}

export interface TicketRow extends BaseRecord {
  ticket_number: string;
  subject: string;
  ticket_type: TicketType;
  category_id: string | null;
  priority_id: string;
  urgency_level_id: string | null;
  status: Status11;
  status_changed_at: string;
  channel: "EMAIL" | "PHONE" | "CHAT" | "PORTAL" | "SOCIAL" | "SMS" | null;
  customer_id: string | null;
  /** Owner of the customer, who can also see the ticket */
  customer_owner_id: string | null;
  contact_id: string | null;
  /** The requester */
  personal_key_id: string | null;
  /** null: waits in the queue */
  assigned_to_id: string | null;
  team_id: string | null;
  first_response_at: string | null;
  /** Oldest message of the requester that waits for an answer */
  awaiting_since: string | null;
  resolved_at: string | null;
  is_resolved: boolean;
  is_escalated: boolean;
  satisfaction_rating: number | null;
  last_comment_at: string | null;
  last_activity_date: string | null;
  tags: string[];
  first_response_due_at: string | null;
  /** Set while a later message waits for an answer */
  next_response_due_at: string | null;
  resolution_due_at: string | null;
  /** Earliest due time of the open clocks */
  next_due_at: string | null;
  is_sla_paused: boolean;
  is_sla_violated: boolean;
  /** 0: not escalated; 1: to the owner; 2: to a manager, or by hand to another user; 3: to a director */
  escalation_level: number;
  parent_ticket_id: string | null;
  /** Ticket into which this one was merged; this one is closed */
  merged_into_id: string | null;
  /** LIMITED: the record joined a person whom its creator could not see, and shows only the person's data entered in the record; GRANTED: a user who sees the person allowed the record to show them */
  person_sight: "LIMITED" | "GRANTED" | null;
  /** The day of the first answer in the tenant's time zone at that time */
  answered_day: string | null;
  /** The agent who had the ticket when it was first answered */
  answered_by_id: string | null;
  /** The day of the resolution in the tenant's time zone at that time */
  resolved_day: string | null;
  /** The agent who had the ticket when it was resolved; null while it is open, and if it was merged */
  resolved_by_id: string | null;
  /** Until then the ticket is not in the queues of the desk, unless the requester writes; its clocks run */
  snoozed_until: string | null;
  custom_fields?: CustomFields8 | undefined;
}

export interface TicketSurvey extends TicketSurveyRow {
  cancelled_because: "REOPENED" | "TICKET_GONE" | "NO_ADDRESS" | "REFUSED" | "SWITCHED_OFF" | null;
  comments: string | null;
  /** Resolution that the survey is about */
  resolved_at: string;
  send_at: string;
  reminded_at: string | null;
  /** null: the language of the letterhead */
  language: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface TicketSurveyRow extends BaseRecord {
  ticket_id: string;
  ticket_number: string;
  /** The requester, who receives the survey */
  personal_key_id: string;
  agent_id: string | null;
  team_id: string | null;
  category_id: string | null;
  status: "SCHEDULED" | "SENT" | "ANSWERED" | "EXPIRED" | "CANCELLED";
  rating: number | null;
  nps: number | null;
  sent_at: string | null;
  /** Last */
  answered_at: string | null;
  /** Day of answered_at in the tenant's time zone; reports count the answer on this day */
  answered_day: string | null;
  /** Until when the survey can be answered and the answer changed */
  expires_at: string | null;
}

export type TicketType = "QUESTION" | "INCIDENT" | "PROBLEM" | "BUG_REPORT" | "FEATURE_REQUEST" | "BILLING_ISSUE" | "ACCOUNT_ISSUE" | "COMPLAINT" | "OTHER" | null;

export type TicketTypesItem = "QUESTION" | "INCIDENT" | "PROBLEM" | "BUG_REPORT" | "FEATURE_REQUEST" | "BILLING_ISSUE" | "ACCOUNT_ISSUE" | "COMPLAINT" | "OTHER";

/** Tiers of the customer */
export type Tiers = ("BRONZE" | "SILVER" | "GOLD" | "PLATINUM")[];

export type Tiers2 = ("BRONZE" | "SILVER" | "GOLD" | "PLATINUM")[];

export type Tiles = {
  type: "figure" | "chart" | "table" | "funnel" | "list" | "report" | "kpi";
  /** Defaults to the name of what the tile shows */
  title?: string | undefined;
  /** Column, from 0; the grid has 12 */
  x: number;
  y: number;
  width: number;
  height: number;
  figure?: Figure3 | undefined;
  /** For `table`: its columns */
  figures?: SalesItem[] | undefined;
  /** For `chart` and `table`: a row for each owner, or for each part of the period */
  by?: "owner" | "day" | "week" | "month" | "quarter" | "year" | undefined;
  /** For `chart`; default: bar */
  chart?: "bar" | "line" | "area" | undefined;
  /** For `list`: the id of a view */
  view?: string | undefined;
  /** For `report`: the id of a report */
  report?: string | undefined;
  /** For `kpi`: the id of a KPI */
  kpi?: string | undefined;
  /** Rows of a `list`, `report` or `table`; default: 10 */
  limit?: number | undefined;
  /** Figures and funnels of this owner only: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Figures and funnels of users who are in this team today */
  team?: string | undefined;
  /** Figures and funnels of users whose team has this territory today */
  territory?: string | undefined;
}[];

export type Tiles2 = {
  type: "figure" | "chart" | "table" | "funnel" | "list" | "report" | "kpi";
  /** Defaults to the name of what the tile shows */
  title?: string | undefined;
  /** Column, from 0; the grid has 12 */
  x: number;
  y: number;
  width: number;
  height: number;
  figure?: Figure3 | undefined;
  /** For `table`: its columns */
  figures?: SalesItem[] | undefined;
  /** For `chart` and `table`: a row for each owner, or for each part of the period */
  by?: "owner" | "day" | "week" | "month" | "quarter" | "year" | undefined;
  /** For `chart`; default: bar */
  chart?: "bar" | "line" | "area" | undefined;
  /** For `list`: the id of a view */
  view?: string | undefined;
  /** For `report`: the id of a report */
  report?: string | undefined;
  /** For `kpi`: the id of a KPI */
  kpi?: string | undefined;
  /** Rows of a `list`, `report` or `table`; default: 10 */
  limit?: number | undefined;
  /** Figures and funnels of this owner only: an id, `me`, or `none` */
  owner?: string | undefined;
  /** Figures and funnels of users who are in this team today */
  team?: string | undefined;
  /** Figures and funnels of users whose team has this territory today */
  territory?: string | undefined;
}[];

export interface TimelineEntry {
  /** Id of the record */
  id: string;
  type: "activity" | "interaction" | "journey" | "note" | "comment" | "ticket" | "change";
  /** When the event happened; for a planned one, when it begins or is due */
  at: string;
  title: string;
  /** Id of the actor who did it or is to do it */
  by: string | null;
  /** For a change: the work that made it for the user of `by`; null if none did */
  work: {
    /** Kind of the work: workflow, email_send, import, bulk_change, campaign or reengagement_batch */
    kind: string;
    id: string;
    /** null: the caller does not see it, or it was deleted */
    title: string | null;
  };
  /** The record as in lists of its kind */
  record: { [key: string]: unknown };
  links?: { [key: string]: string } | undefined;
}

/** The quote also contains all of these products; default: [] */
export type TogetherWith = string[];

export interface TokenBody {
  grant_type: "password";
  /** Email address of the user */
  username: string;
  password: string;
  /** Slug of the tenant; needed if the email exists in several tenants */
  client_id?: string | undefined;
  /** Ignored: clients are not distinguished */
  client_secret?: string | undefined;
  /** Ignored: a token has all permissions of its user */
  scope?: string | undefined;
}

export interface TrackEventBody {
  /** Identifies the person; from POST /forms/{id}/tokens */
  t?: string | undefined;
  /** Alternative to a token: finds or creates the person */
  email?: string | undefined;
  url?: string | undefined;
  title?: string | undefined;
  referrer?: string | undefined;
  /** A repeated id has no second effect */
  submission_id?: string | undefined;
  /** Any value; from the address of the page */
  utm_source?: unknown;
  /** Any value; from the address of the page */
  utm_medium?: unknown;
  /** Any value; from the address of the page */
  utm_campaign?: unknown;
  /** Any value; from the address of the page */
  utm_term?: unknown;
  /** Any value; from the address of the page */
  utm_content?: unknown;
}

/** The last 12 periods, in order; only the current one for figures of now */
export type Trend = KpiPoint[];

/** The way in which records are enrolled */
export type Trigger = {
  on: "created";
} | {
  on: "changed";
  /** Each change of one of these fields. Without it: each change that makes `where` true */
  fields?: string[] | undefined;
  /** Only with one field: it had one of these values before */
  from?: (string | number | boolean | null)[] | undefined;
  /** Only with one field: it has one of these values now */
  to?: (string | number | boolean | null)[] | undefined;
  /** Only with one field of master data, such as stage_id: it has a later, or an earlier, value in display order now */
  direction?: "forward" | "backward" | undefined;
} | {
  on: "event";
  /** An event about records of the kind */
  event: string;
} | {
  on: "date";
  date_field: string;
  /** Time after the date; before it with a minus: -30d; default: "0d" */
  offset?: string | undefined;
  /** Whether it repeats each year, as a birthday does; default: false */
  yearly?: boolean | undefined;
} | {
  on: "schedule";
  /** Minute, hour, day of month, month, day of week, in the tenant's time zone: `0 8 * * 1` */
  cron: string;
} | {
  on: "webhook";
} | {
  on: "manual";
};

/** The way in which records are enrolled */
export type Trigger2 = {
  on: "created";
} | {
  on: "changed";
  /** Each change of one of these fields. Without it: each change that makes `where` true */
  fields?: string[] | undefined;
  /** Only with one field: it had one of these values before */
  from?: (string | number | boolean | null)[] | undefined;
  /** Only with one field: it has one of these values now */
  to?: (string | number | boolean | null)[] | undefined;
  /** Only with one field of master data, such as stage_id: it has a later, or an earlier, value in display order now */
  direction?: "forward" | "backward" | undefined;
} | {
  on: "event";
  /** An event about records of the kind */
  event: string;
} | {
  on: "date";
  date_field: string;
  /** Time after the date; before it with a minus: -30d */
  offset: string;
  /** Whether it repeats each year, as a birthday does */
  yearly: boolean;
} | {
  on: "schedule";
  /** Minute, hour, day of month, month, day of week, in the tenant's time zone: `0 8 * * 1` */
  cron: string;
} | {
  on: "webhook";
} | {
  on: "manual";
};

export interface TryRuleVersionBody {
  /** Number of newest records to examine; default: 100 */
  sample?: number | undefined;
  /** The only record to examine, in place of the newest ones */
  record_id?: string | undefined;
  /** Tried in place of the definition of the version; it is not saved */
  definition?: { [key: string]: unknown } | undefined;
}

/** Type of the value, or of each value if `multiple` is true */
export type Type10 = "text" | "integer" | "number" | "money" | "date" | "instant" | "boolean" | "choice" | "url" | "email" | "phone" | "reference" | "master" | "json";

export type Type5 = "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING" | null;

export type Type6 = "text" | "textarea" | "email" | "phone" | "number" | "date" | "select" | "radio" | "checkboxes" | "checkbox";

export type Type7 = "ab_test_waiting" | "activity_assigned" | "activity_answered" | "activity_reminder" | "after_sales_assigned" | "after_sales_overdue" | "approval_asked" | "approval_reminded" | "approval_decided" | "approval_of_own_decided" | "booking_made" | "booking_moved" | "booking_cancelled" | "campaign_assigned" | "campaign_budget" | "campaign_completed" | "contract_renewal_due" | "contract_renewed" | "contract_approved" | "contract_signed" | "contract_active" | "contract_expired" | "contract_terminated" | "contract_amendment_moved" | "contract_amendment_of_yours" | "contract_deliverables_due" | "lead_assigned" | "lead_follow_up_due" | "lead_converted" | "message_replied" | "comment_mentioned" | "comment_added" | "offer_viewed" | "offer_accepted" | "offer_rejected" | "offer_asked" | "offer_expiring" | "order_assigned" | "order_paid" | "order_review_needed" | "order_instalment_overdue" | "pre_order_ready" | "project_assigned" | "project_member_added" | "project_completed" | "reengagement_batch_assigned" | "report_delivered" | "report_recipient_skipped" | "signature_completed" | "signature_declined" | "signature_expired" | "signature_failed" | "workflow_paused" | "workflow_rights_withdrawn" | "workflow_notice" | "stage_moved" | "ticket_assigned" | "ticket_sla_warning" | "ticket_sla_violated" | "ticket_escalated" | "ticket_snooze_ended" | "ticket_mail_bounced" | "survey_rated_low" | "webhook_endpoint_off";

export type Type8 = "text" | "integer" | "number" | "money" | "date" | "instant" | "boolean" | "choice" | "choices" | "url" | "email" | "phone" | "reference" | "master" | "json";

/** Amounts without an exchange rate; they are in none of the values */
export type Unconverted = UnconvertedItem[];

/** Revenue without an exchange rate. The other figures do not contain it */
export type Unconverted2 = {
  currency: string;
  revenue: string;
}[];

/** Records with an amount that was left out, because its currency has no exchange rate */
export type Unconverted3 = {
  currency: string;
  rows: number;
}[];

/** Amounts without an exchange rate; they are in none of the sums */
export type Unconverted4 = UnconvertedItem[];

/** Amounts without an exchange rate, which are in no value */
export type Unconverted5 = {
  currency: string;
  won_value: string;
  lost_value: string;
}[];

/** Amounts without an exchange rate, which are in no value */
export type Unconverted6 = {
  currency: string;
  lost_value: string;
}[];

export interface UnconvertedItem {
  currency: string;
  value: string;
  weighted: string;
}

export interface UnconvertedItem2 {
  currency: string;
  value: string;
}

export type Unit = "count" | "money" | "percent" | "ratio" | "days" | "months" | "hours" | "minutes" | "rating" | "points" | "score";

/** Changed fields whose value before or after is unknown, because entries in between are missing or not yet written */
export type Unknown3 = string[];

export interface UnmergeCustomersBody {
  /** The record to merge into the survivor */
  merged_id: string;
}

export interface UnmergePersonsBody {
  /** The person that was merged into the survivor */
  merged_id: string;
  reason?: string | undefined;
}

export interface UnmergeTicketsBody {
  /** Ticket that was merged into this one */
  ticket_id: string;
}

export interface Unmerged {
  survivor_id: string;
  restored_id: string;
  /** Contact points, and custom fields by name, that the person lost because others have claimed them since the merge */
  lost: string[];
}

export interface UnsplitTicketBody {
  /** Ticket that was split off from this one */
  ticket_id: string;
}

export interface UpdateActivityBody extends ActivityInput {
  status?: "NOT_STARTED" | "IN_PROGRESS" | "BLOCKED" | "COMPLETED" | "CANCELLED" | null | undefined;
  assigned_to_id?: string | null | undefined;
  due_time?: string | null | undefined;
  timezone?: string | null | undefined;
  reminder_datetime?: string | null | undefined;
  reminders?: RemindersItem[] | null | undefined;
  participants?: ParticipantsItem[] | null | undefined;
  send_invitations?: boolean | null | undefined;
  invitation_text?: string | null | undefined;
  blocked_by?: string | null | undefined;
  milestone_id?: string | null | undefined;
  is_private?: boolean | null | undefined;
  /** Recurring activities only; defaults to this occurrence. Completed occurrences do not change */
  apply_to?: "THIS" | "FOLLOWING" | "ALL" | undefined;
}

export interface UpdateAddressBody {
  type?: string | null | undefined;
  address_line1?: string | null | undefined;
  address_line2?: string | null | undefined;
  city?: string | null | undefined;
  state?: string | null | undefined;
  country?: string | null | undefined;
  postal_code?: string | null | undefined;
  is_default?: boolean | null | undefined;
}

export interface UpdateAfterSalesCaseBody {
  /** Id or code of one of the tenant's after sales reasons */
  reason_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  tracking_number?: string | null | undefined;
  inquiry_date?: string | null | undefined;
  details?: string | null | undefined;
  notes?: string | null | undefined;
  owner_id?: string | null | undefined;
  /** APPROVED, RECEIVED, INSPECTED or CANCELLED, for all items alike. Reject and resolve by their own operations */
  status?: "REQUESTED" | "APPROVED" | "RECEIVED" | "INSPECTED" | "RESOLVED" | "REJECTED" | "CANCELLED" | undefined;
}

export interface UpdateAttachmentBody {
  file_name?: string | null | undefined;
  /** Id or code of one of the tenant's document types */
  document_type_id?: string | null | undefined;
  /** Id or code of one of the tenant's attachment categories */
  category_id?: string | null | undefined;
  description?: string | null | undefined;
}

export interface UpdateBookingLinkBody {
  /** Name of the meeting, as visitors see it */
  name?: string | undefined;
  description?: string | null | undefined;
  is_active?: boolean | null | undefined;
  /** Id or code of one of the tenant's activity types */
  activity_type_id?: string | undefined;
  /** Id or code of one of the tenant's meeting types */
  meeting_type_id?: string | null | undefined;
  location?: string | null | undefined;
  durations_minutes?: number[] | null | undefined;
  buffer_before_minutes?: number | null | undefined;
  buffer_after_minutes?: number | null | undefined;
  minimum_notice_hours?: number | null | undefined;
  horizon_days?: number | null | undefined;
  max_per_day?: number | null | undefined;
  hours?: WorkingHoursItem[] | null | undefined;
  host_ids?: string[] | null | undefined;
  questions?: QuestionsItem[] | null | undefined;
}

export interface UpdateCampaignAbTestBody {
  name?: string | undefined;
  /** The part of the mail in which the variants differ */
  tests?: "subject" | "content" | "sender" | "time" | undefined;
  sample_percent?: number | null | undefined;
  success_metric?: "click_rate" | "response_rate" | "conversion_rate" | "open_rate" | null | undefined;
  minimum_sample_size?: number | null | undefined;
  confidence_level?: number | null | undefined;
  decide_after_hours?: number | null | undefined;
  without_winner?: "send_better" | "wait" | null | undefined;
  segment_id?: string | null | undefined;
  contact_list_id?: string | null | undefined;
  member_status?: ("ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED")[] | null | undefined;
  exclude_segment_ids?: string[] | null | undefined;
  subject?: string | null | undefined;
  template_id?: string | null | undefined;
  content?: Content3 | undefined;
  sender_id?: string | null | undefined;
  /** Id or code of one of the tenant's subscription types */
  subscription_type?: string | null | undefined;
  throttle_per_hour?: number | null | undefined;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks?: boolean | null | undefined;
  variants?: Variants | undefined;
}

export interface UpdateCampaignActivityBody {
  name?: string | undefined;
  activity_type?: ActivityType | undefined;
  description?: string | null | undefined;
  /** Id or code of one of the tenant's marketing channels */
  channel_id?: string | null | undefined;
  scheduled_date?: string | null | undefined;
  execution_date?: string | null | undefined;
  status?: "PLANNED" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED" | null | undefined;
  budget?: string | null | undefined;
  target_audience?: { [key: string]: unknown } | null | undefined;
  owner_id?: string | null | undefined;
}

export interface UpdateCampaignAssetBody {
  name?: string | undefined;
  asset_type?: "IMAGE" | "VIDEO" | "DOCUMENT" | "AUDIO" | "TEMPLATE" | undefined;
  file_url?: string | null | undefined;
  dimensions?: string | null | undefined;
  tags?: string[] | null | undefined;
}

export interface UpdateCampaignBody extends CampaignInput {
  name?: string | undefined;
  type?: "EMAIL" | "SOCIAL" | "EVENT" | "WEBINAR" | "CONTENT" | "ADVERTISING" | undefined;
  success_criteria?: { [key: string]: unknown } | null | undefined;
  end_date?: string | null | undefined;
  follows_dates?: boolean | null | undefined;
  currency?: string | null | undefined;
  budget?: string | null | undefined;
  budget_cycle?: "ONE_TIME" | "DAILY" | "WEEKLY" | "MONTHLY" | null | undefined;
  budget_allocations?: BudgetAllocationsItem[] | null | undefined;
  other_cost?: string | null | undefined;
  expected_response_rate?: number | null | undefined;
  target_demographics?: { [key: string]: unknown } | null | undefined;
  target_locations?: string[] | null | undefined;
  target_interests?: string[] | null | undefined;
  channel_ids?: string[] | null | undefined;
  /** Id or code of one of the tenant's subscription types */
  subscription_type?: string | null | undefined;
  adds_utm?: boolean | null | undefined;
  parent_campaign_id?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  status?: Status22 | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateCampaignMemberBody {
  notes?: string | null | undefined;
  /** A further step, whose instant becomes now; BOUNCED and OPTED_OUT make the member inactive. ADDED is only the first status */
  status?: "ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED" | "BOUNCED" | "OPTED_OUT" | undefined;
}

export interface UpdateCampaignMetricBody {
  impressions?: number | null | undefined;
  clicks?: number | null | undefined;
  conversions?: number | null | undefined;
  cost?: string | null | undefined;
  revenue?: string | null | undefined;
}

export interface UpdateCampaignTemplateBody extends CampaignTemplateInput {
  budget?: string | null | undefined;
  target_locations?: string[] | null | undefined;
  target_interests?: string[] | null | undefined;
  channel_ids?: string[] | null | undefined;
  duration_days?: number | null | undefined;
  activities?: ActivitiesItem[] | null | undefined;
}

export interface UpdateCommentBody {
  /** Plain text with mentions of users and teams by their ids */
  content?: string | undefined;
}

export interface UpdateContactBody extends ContactInput {
  customer_id?: string | null | undefined;
  is_primary?: boolean | null | undefined;
  /** Id or code of one of the tenant's contact roles */
  contact_role_id?: string | null | undefined;
  other_role_ids?: string[] | null | undefined;
  reports_to_id?: string | null | undefined;
  is_decision_maker?: boolean | null | undefined;
  is_influencer?: boolean | null | undefined;
  contact_status?: "ACTIVE" | "INACTIVE" | "FORMER" | null | undefined;
  email_opt_out?: boolean | null | undefined;
  phone_opt_out?: boolean | null | undefined;
  tags?: string[] | null | undefined;
  full_name?: string | null | undefined;
  owner_id?: string | null | undefined;
  birthdate?: string | null | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateContactPointBody {
  /** An email address, a telephone number as written in the tenant's country, or an account */
  contact_value?: string | undefined;
  platform_name?: string | null | undefined;
  platform_user_id?: string | null | undefined;
  platform_page_id?: string | null | undefined;
  platform_profile_url?: string | null | undefined;
  is_primary?: boolean | null | undefined;
  is_verified?: boolean | null | undefined;
  is_shared?: boolean | null | undefined;
}

export interface UpdateContractAmendmentBody extends ContractAmendmentInput {
  impacted_clauses?: string[] | null | undefined;
  contract_value?: string | null | undefined;
  value_delta?: string | null | undefined;
  end_date?: string | null | undefined;
  clauses?: ClausesItem[] | null | undefined;
  requires_legal_review?: boolean | null | undefined;
  requires_customer_approval?: boolean | null | undefined;
  requires_signature?: boolean | null | undefined;
  notes?: string | null | undefined;
}

export interface UpdateContractBody extends ContractInput {
  title?: string | null | undefined;
  customer_id?: string | undefined;
  contact_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  contract_value?: string | null | undefined;
  currency?: string | null | undefined;
  billing_frequency?: "MONTHLY" | "QUARTERLY" | "ANNUALLY" | "ONE_TIME" | null | undefined;
  start_date?: string | null | undefined;
  end_date?: string | null | undefined;
  duration_months?: number | null | undefined;
  auto_renew?: boolean | null | undefined;
  renewal_notice_days?: number | null | undefined;
  auto_renew_agreed?: boolean | null | undefined;
  renewal_uplift_percent?: string | null | undefined;
  renewal_value?: string | null | undefined;
  requires_signature?: boolean | null | undefined;
  notes?: string | null | undefined;
  project_id?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateContractClauseBody {
  name?: string | undefined;
  key?: string | null | undefined;
  category?: string | null | undefined;
  is_active?: boolean | null | undefined;
  is_mandatory?: boolean | null | undefined;
  when?: WhenItem[] | null | undefined;
  texts?: Texts | undefined;
}

export interface UpdateContractDeliverableBody {
  name?: string | undefined;
  description?: string | null | undefined;
  due_date?: string | null | undefined;
  product_id?: string | null | undefined;
  quantity?: string | null | undefined;
  amount?: string | null | undefined;
  status?: "PENDING" | "IN_PROGRESS" | "DELIVERED" | "ACCEPTED" | undefined;
}

export interface UpdateContractTemplateBody extends ContractTemplateInput {
  status?: "DRAFT" | "ACTIVE" | "RETIRED" | null | undefined;
  languages?: LanguagesItem[] | null | undefined;
  renewal_notice_days?: number | null | undefined;
  auto_renew?: boolean | null | undefined;
  requires_signature?: boolean | null | undefined;
  clauses?: ClausesItem2[] | null | undefined;
}

export interface UpdateCustomFieldBody {
  /** Name shown to users */
  field_label?: string | undefined;
  field_type?: FieldType | undefined;
  is_required?: boolean | null | undefined;
  picklist_values?: PicklistValuesItem[] | null | undefined;
  default_value?: unknown;
  validation?: Validation | undefined;
  decimal_places?: number | null | undefined;
  reference_kind?: ReferenceKind | undefined;
  sequence?: number | null | undefined;
  section?: string | null | undefined;
  help_text?: string | null | undefined;
  is_active?: boolean | null | undefined;
  is_filterable?: boolean | null | undefined;
  is_sortable?: boolean | null | undefined;
  visible_to?: Role[] | null | undefined;
  editable_by?: Role[] | null | undefined;
  entity_type?: EntityType | undefined;
  field_name?: string | undefined;
  is_unique?: boolean | undefined;
}

export interface UpdateCustomerAddressBody {
  type?: "HEADQUARTERS" | "BILLING" | "SHIPPING" | "BRANCH" | "MAILING" | undefined;
  address_line1?: string | null | undefined;
  address_line2?: string | null | undefined;
  city?: string | null | undefined;
  state?: string | null | undefined;
  country?: string | null | undefined;
  postal_code?: string | null | undefined;
  /** Id or code of one of the tenant's cities */
  city_id?: string | null | undefined;
  is_primary?: boolean | null | undefined;
}

export interface UpdateCustomerBody extends CustomerInput {
  name?: string | null | undefined;
  industry_code?: string | null | undefined;
  tax_id?: string | null | undefined;
  founding_year?: number | null | undefined;
  is_public_company?: boolean | null | undefined;
  is_startup?: boolean | null | undefined;
  account_type?: "PARENT" | "SUBSIDIARY" | "BRANCH" | "DIVISION" | null | undefined;
  currency?: string | null | undefined;
  status?: "LEAD" | "PROSPECT" | "ACTIVE" | "INACTIVE" | "CHURNED" | "SUSPENDED" | null | undefined;
  /** Id or code of one of the tenant's churn reasons */
  churn_reason_id?: string | null | undefined;
  churn_notes?: string | null | undefined;
  lifecycle_stage?: "LEAD" | "PROSPECT" | "OPPORTUNITY" | "CUSTOMER" | "CHAMPION" | "CHURNED" | null | undefined;
  customer_rank?: string | null | undefined;
  vip_status?: boolean | null | undefined;
  customer_since?: string | null | undefined;
  source?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** Cannot be changed */
  customer_type?: "business" | "individual" | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateDashboardBody {
  name?: string | undefined;
  description?: string | null | undefined;
  span?: "last_30_days" | "this_month" | "this_quarter" | "this_year" | null | undefined;
  tiles?: Tiles | undefined;
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | null | undefined;
}

export interface UpdateDealBody {
  name?: string | null | undefined;
  customer_id?: string | undefined;
  opportunity_id?: string | null | undefined;
  deal_status?: "DRAFT" | "IN_NEGOTIATION" | "SIGNED" | "PAID" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED" | null | undefined;
  status_reason?: string | null | undefined;
  final_amount?: string | null | undefined;
  currency?: string | null | undefined;
  start_date?: string | null | undefined;
  end_date?: string | null | undefined;
  campaign_manager_id?: string | null | undefined;
  deliverables?: string | null | undefined;
  terms?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** true: allowed even if the opportunity already has a live deal */
  another?: boolean | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateEmailSendBody {
  name?: string | undefined;
  channel?: "email" | "sms" | null | undefined;
  campaign_id?: string | null | undefined;
  to_members?: boolean | null | undefined;
  member_status?: ("ADDED" | "SENT" | "OPENED" | "CLICKED" | "RESPONDED" | "CONVERTED")[] | null | undefined;
  segment_id?: string | null | undefined;
  contact_list_id?: string | null | undefined;
  exclude_segment_ids?: string[] | null | undefined;
  template_id?: string | null | undefined;
  content?: Content3 | undefined;
  subject?: string | null | undefined;
  sender_id?: string | null | undefined;
  /** The subject of the messages. Persons who refuse this type get none. Default: that of the campaign, or else `general` */
  subscription_type?: string | null | undefined;
  local_time?: string | null | undefined;
  /** Mails only: whether opens and clicks are counted. Default: as the mail account says */
  tracks?: boolean | null | undefined;
  throttle_per_hour?: number | null | undefined;
  owner_id?: string | null | undefined;
}

export interface UpdateExchangeRateBody {
  from?: string | undefined;
  to?: string | undefined;
  date?: string | undefined;
  /** Price of one unit of `from` in `to` */
  rate?: string | undefined;
}

export interface UpdateFormBody {
  name?: string | undefined;
  kind?: "web_form" | "page_visit" | "email_open" | "email_click" | "download" | null | undefined;
  is_active?: boolean | null | undefined;
  allowed_origins?: string[] | null | undefined;
  field_mapping?: { [key: string]: FieldMappingItem } | null | undefined;
  makes_lead?: boolean | null | undefined;
  /** Id or code of one of the tenant's lead sources */
  lead_source_id?: string | null | undefined;
  owner_id?: string | null | undefined;
  campaign_id?: string | null | undefined;
  consent_text?: string | null | undefined;
  /** Id or code of one of the tenant's communication channels */
  consent_channel?: string | null | undefined;
  /** Id or code of one of the tenant's subscription types */
  subscription_type?: string | null | undefined;
  honeypot_field?: string | null | undefined;
  minimum_seconds?: number | null | undefined;
  rate_limit_per_minute?: number | null | undefined;
  rate_limit_per_address?: number | null | undefined;
  title?: string | null | undefined;
  introduction?: string | null | undefined;
  questions?: QuestionsItem2[] | null | undefined;
  language?: string | null | undefined;
  submit_label?: string | null | undefined;
  thank_you_text?: string | null | undefined;
  redirect_url?: string | null | undefined;
  assigns_by_rule?: boolean | null | undefined;
  is_consent_required?: boolean | null | undefined;
  confirms_by_mail?: boolean | null | undefined;
}

export interface UpdateFulfilmentBody {
  carrier?: string | null | undefined;
  tracking_number?: string | null | undefined;
  shipped_date?: string | null | undefined;
  notes?: string | null | undefined;
}

export interface UpdateInboundWebhookBody {
  name?: string | null | undefined;
  public_url?: string | null | undefined;
  /** Never shown again. Twilio's or Plivo's auth token, Telnyx's public key, the HMAC key of DocuSign Connect, Dropbox Sign's API key, the signing secret of Stripe's endpoint, a Standard Webhooks secret, the ARN of the SNS topic for SES events; during a rotation, a list of two */
  secret?: string | string[] | undefined;
}

export interface UpdateInteractionBody extends InteractionInput {
  /** Id or code of one of the tenant's communication types */
  communication_type_id?: string | null | undefined;
  interaction_date?: string | null | undefined;
  sentiment_source?: "MANUAL" | "MODEL" | "SURVEY" | null | undefined;
  /** Id or code of one of the tenant's communication channels */
  channel_preference?: string | null | undefined;
  participants?: ParticipantsItem2[] | null | undefined;
  lead_id?: string | null | undefined;
  customer_id?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
}

export interface UpdateInvoiceBody {
  contact_id?: string | null | undefined;
  supply_date?: string | null | undefined;
  due_date?: string | null | undefined;
  payment_terms?: string | null | undefined;
  buyer_tax_id?: string | null | undefined;
  text?: string | null | undefined;
  language?: string | null | undefined;
  line_items?: LineItems2 | undefined;
  /** Part of the shipping of the order. Default: all that is not invoiced yet */
  shipping_amount?: string | undefined;
}

export interface UpdateJourneyEntryBody extends JourneyEntryInput {
  stage?: string | null | undefined;
  recorded_by?: string | null | undefined;
  related_order_id?: string | null | undefined;
  occurred_at?: string | null | undefined;
}

export interface UpdateKnowledgeArticleBody {
  title?: string | undefined;
  summary?: string | null | undefined;
  body?: string | null | undefined;
  /** Id or code of one of the tenant's article categories */
  category_id?: string | null | undefined;
  tags?: string[] | null | undefined;
  is_public?: boolean | null | undefined;
  author_id?: string | null | undefined;
}

export interface UpdateKpiBody {
  name?: string | undefined;
  description?: string | null | undefined;
  figure?: Figure2 | undefined;
  user_id?: string | null | undefined;
  team_id?: string | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
  period_length?: "month" | "quarter" | "year" | null | undefined;
  target_type?: "FIXED" | "TARGETS" | null | undefined;
  target_value?: string | null | undefined;
  currency?: string | null | undefined;
  direction?: "HIGHER" | "LOWER" | null | undefined;
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | null | undefined;
}

export interface UpdateLeadBody extends LeadInput {
  annual_revenue?: string | null | undefined;
  source_campaign_id?: string | null | undefined;
  /** Id or code of one of the tenant's lead statuses */
  lead_status_id?: string | null | undefined;
  currency?: string | null | undefined;
  authority?: string | null | undefined;
  is_qualified?: boolean | null | undefined;
  /** Id or code of one of the tenant's product lines */
  product_line?: string | null | undefined;
  auto_data?: {
    /** default: 2 */
    schema_version?: 2 | undefined;
    drivers: Drivers;
    vehicles: Vehicles;
    current_carrier?: string | null | undefined;
    current_policy_expires?: string | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  } | undefined;
  home_data?: {
    /** default: 2 */
    schema_version?: 2 | undefined;
    locations: Locations;
    current_carrier?: string | null | undefined;
    current_policy_expires?: string | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  } | undefined;
  specialty_data?: {
    /** default: 2 */
    schema_version?: 2 | undefined;
    items: Items;
    current_carrier?: string | null | undefined;
    current_policy_expires?: string | null | undefined;
    /** Free */
    attributes?: { [key: string]: unknown } | null | undefined;
  } | undefined;
  product_data?: { [key: string]: unknown } | null | undefined;
  email_opt_out?: boolean | null | undefined;
  phone_opt_out?: boolean | null | undefined;
  tags?: string[] | null | undefined;
  metadata?: { [key: string]: unknown } | null | undefined;
  full_name?: string | null | undefined;
  owner_id?: string | null | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateMailAccountBody {
  name?: string | undefined;
  /** How mails are sent: through the mail service of this installation (`house`) or your own server (`smtp`). Cannot be changed */
  way?: "house" | "smtp" | undefined;
  from_name?: string | null | undefined;
  /** With your own server the address of the sender, otherwise the address for replies. Replies arrive here if the address belongs to the organization */
  address?: string | undefined;
  host?: string | null | undefined;
  port?: 465 | 587 | 2525 | null | undefined;
  user?: string | null | undefined;
  mails_per_second?: number | null | undefined;
  daily_limit?: number | null | undefined;
  tracks?: boolean | null | undefined;
  is_active?: boolean | null | undefined;
  is_default?: boolean | null | undefined;
  inbound_makes?: "conversation" | "ticket" | "lead" | null | undefined;
  inbound_team_id?: string | null | undefined;
  inbound_owner_id?: string | null | undefined;
  /** Id or code of one of the tenant's lead sources */
  inbound_source_id?: string | null | undefined;
  /** Only for your own server. Stored encrypted and never shown */
  password?: string | undefined;
}

export interface UpdateMailImageBody {
  name?: string | undefined;
  alt?: string | null | undefined;
}

export interface UpdateMessageTemplateBody {
  name?: string | undefined;
  channel?: "EMAIL" | "SMS" | null | undefined;
  category?: string | null | undefined;
  subject?: string | null | undefined;
  body_html?: string | null | undefined;
  body_text?: string | null | undefined;
  language?: string | null | undefined;
  is_active?: boolean | null | undefined;
  description?: string | null | undefined;
  blocks?: BlocksItem[] | null | undefined;
  /** Cannot be changed. Default: derived from the name */
  code?: string | undefined;
}

export interface UpdateMyPreferencesBody {
  time_zone?: string | null | undefined;
  language?: string | null | undefined;
  density?: "compact" | "default" | "comfortable" | null | undefined;
  start_page?: string | null | undefined;
  theme?: "system" | "light" | "dark" | null | undefined;
  single_key_shortcuts?: boolean | null | undefined;
  sidebar_collapsed?: boolean | null | undefined;
  view_as_role?: ViewAsRole | undefined;
  mail_signature?: string | null | undefined;
  /** Merged by list; null as the value of a list removes it */
  columns?: { [key: string]: ColumnsItemItem[] | null } | null | undefined;
  /** Merged by name; null as the value of a name removes it */
  ui?: { [key: string]: unknown } | null | undefined;
}

export interface UpdateNoteBody {
  title?: string | null | undefined;
  content?: string | undefined;
  is_private?: boolean | null | undefined;
  is_pinned?: boolean | null | undefined;
}

export interface UpdateOpportunityBody extends OpportunityInput {
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  stage_id?: string | null | undefined;
  probability?: number | null | undefined;
  amount?: string | null | undefined;
  currency?: string | null | undefined;
  close_date?: string | null | undefined;
  /** Id or code of one of the tenant's win loss reasons */
  win_loss_reason_id?: string | null | undefined;
  has_competition?: boolean | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields15 | undefined;
}

export interface UpdateOrderBody extends OrderInput {
  customer_id?: string | undefined;
  contact_id?: string | null | undefined;
  customer_reference?: string | null | undefined;
  order_date?: string | null | undefined;
  currency?: string | null | undefined;
  price_book_id?: string | null | undefined;
  discount_percent?: string | null | undefined;
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | null | undefined;
  notes?: string | null | undefined;
  project_id?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** Replaces all lines */
  line_items?: LineItemsItem[] | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdatePaymentAccountBody {
  provider?: "stripe" | null | undefined;
  name?: string | null | undefined;
  /** Events and keys of the other mode are not accepted. Cannot be changed */
  mode?: "test" | "live" | undefined;
  api_version?: string | null | undefined;
  external_account?: string | null | undefined;
  webhook_id?: string | null | undefined;
  is_default?: boolean | null | undefined;
  /** Restricted key that reads charges, refunds and disputes and writes payment links. Stored encrypted, never returned */
  api_key?: string | undefined;
}

export interface UpdatePaymentBody {
  /** Id or code of one of the tenant's payment methods */
  payment_method_id?: string | null | undefined;
  notes?: string | null | undefined;
  due_date?: string | null | undefined;
  paid_date?: string | null | undefined;
  status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | undefined;
  failure_reason?: string | null | undefined;
}

export interface UpdatePersonBody extends PersonInput {
  external_key?: string | null | undefined;
  five_element?: string | null | undefined;
  document_type?: string | null | undefined;
  full_name?: string | null | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdatePlaybookBody {
  name?: string | undefined;
  description?: string | null | undefined;
  record_kind?: RecordKind | undefined;
  is_active?: boolean | null | undefined;
  /** Id or code of one of the tenant's opportunity stages */
  stage_id?: string | null | undefined;
  /** Id or code of one of the tenant's lead statuses */
  lead_status_id?: string | null | undefined;
  segment_id?: string | null | undefined;
  contact_list_id?: string | null | undefined;
  where?: { [key: string]: unknown } | null | undefined;
  steps?: Steps3 | undefined;
}

export interface UpdatePotentialBody {
  /** Id or code of one of the tenant's potential statuses */
  status?: string | null | undefined;
  /** Id or code of one of the tenant's potential stages */
  stage?: string | null | undefined;
  /** Id or code of one of the tenant's priorities */
  priority?: string | null | undefined;
  campaign_id?: string | null | undefined;
  estimated_value?: string | null | undefined;
  currency?: string | null | undefined;
  probability_score?: number | null | undefined;
  expected_close_date?: string | null | undefined;
  interested_products?: string[] | null | undefined;
  tags?: string[] | null | undefined;
  assigned_to?: string | null | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdatePreOrderBody {
  hold_until?: string | null | undefined;
  category?: string | null | undefined;
  vendor?: string | null | undefined;
  priority?: number | null | undefined;
  reason?: string | null | undefined;
  notes?: string | null | undefined;
  /** READY releases the item, WAITING holds it. The other statuses follow from the order and its fulfilments */
  status?: "WAITING" | "READY" | "PROCESSED" | "CANCELLED" | undefined;
}

export interface UpdatePriceBookBody {
  name?: string | undefined;
  description?: string | null | undefined;
  is_default?: boolean | null | undefined;
  currency?: string | null | undefined;
  is_active?: boolean | null | undefined;
  valid_from?: string | null | undefined;
  valid_to?: string | null | undefined;
}

export interface UpdatePriceBookEntryBody {
  product_id?: string | undefined;
  unit_price?: string | undefined;
  min_quantity?: number | null | undefined;
  valid_from?: string | null | undefined;
  valid_to?: string | null | undefined;
  is_active?: boolean | null | undefined;
}

export interface UpdatePricingRuleBody {
  name?: string | undefined;
  description?: string | null | undefined;
  is_active?: boolean | null | undefined;
  priority?: number | null | undefined;
  stacks?: boolean | null | undefined;
  effect?: "PERCENT" | "AMOUNT" | "FIXED_PRICE" | undefined;
  percent?: string | null | undefined;
  amount?: string | null | undefined;
  currency?: string | null | undefined;
  min_quantity?: string | null | undefined;
  valid_from?: string | null | undefined;
  valid_to?: string | null | undefined;
  customer_ids?: string[] | null | undefined;
  customer_type_ids?: string[] | null | undefined;
  tiers?: ("BRONZE" | "SILVER" | "GOLD" | "PLATINUM")[] | null | undefined;
  customer_tags?: string[] | null | undefined;
  product_ids?: string[] | null | undefined;
  category_ids?: string[] | null | undefined;
  together_with?: string[] | null | undefined;
}

export interface UpdateProductBody extends ProductInput {
  product_type?: "PRODUCT" | "SERVICE" | "PACKAGE" | null | undefined;
  sku?: string | null | undefined;
  family?: string | null | undefined;
  unit_price?: string | null | undefined;
  currency?: string | null | undefined;
  is_active?: boolean | null | undefined;
  release_at?: string | null | undefined;
  service_type?: ServiceType | undefined;
  is_recurring?: boolean | null | undefined;
  frequency?: string | null | undefined;
  project_duration?: number | null | undefined;
  items?: ItemsItem[] | null | undefined;
}

export interface UpdateProjectBody {
  title?: string | undefined;
  description?: string | null | undefined;
  customer_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  date_time_start?: string | null | undefined;
  date_time_end?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** PLANNED by default */
  status?: "PLANNED" | "ACTIVE" | "ON_HOLD" | "COMPLETED" | "CANCELLED" | undefined;
  /** true: becomes COMPLETED although tasks are open */
  force?: boolean | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateProjectMemberBody {
  role: "MANAGER" | "MEMBER" | "VIEWER";
}

export interface UpdateProjectMilestoneBody {
  name?: string | undefined;
  due_date?: string | null | undefined;
}

export interface UpdateProjectTemplateBody {
  name?: string | undefined;
  is_active?: boolean | null | undefined;
  trigger?: {
    event: "OPPORTUNITY_WON";
    /** If empty, opportunities of every type */
    opportunity_type?: "NEW_BUSINESS" | "UPSELL" | "RENEWAL" | "CROSS_SELL" | null | undefined;
    /** In the currency of the organization; other currencies are converted */
    min_amount?: string | null | undefined;
  } | undefined;
  /** Title of the projects; `{customer}` and `{opportunity}` stand for their names */
  title?: string | undefined;
  description?: string | null | undefined;
  members?: MembersItem[] | null | undefined;
  milestones?: MilestonesItem2[] | null | undefined;
  tasks?: TasksItem[] | null | undefined;
}

export interface UpdateProposalBody {
  name?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  customer_id?: string | undefined;
  contact_id?: string | null | undefined;
  quote_id?: string | null | undefined;
  proposal_date?: string | null | undefined;
  expiration_date?: string | null | undefined;
  requires_signature?: boolean | null | undefined;
  notes?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** Replaces all sections */
  sections?: SectionsItem[] | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateProposalTemplateBody {
  name?: string | undefined;
  description?: string | null | undefined;
  is_active?: boolean | null | undefined;
  valid_days?: number | null | undefined;
  requires_signature?: boolean | null | undefined;
  sections?: SectionsItem2[] | null | undefined;
}

export interface UpdateQuoteBody {
  name?: string | null | undefined;
  description?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  customer_id?: string | undefined;
  contact_id?: string | null | undefined;
  quote_date?: string | null | undefined;
  expiration_date?: string | null | undefined;
  currency?: string | null | undefined;
  price_book_id?: string | null | undefined;
  discount_percent?: string | null | undefined;
  fixed_discount?: string | null | undefined;
  shipping_amount?: string | null | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  requires_signature?: boolean | null | undefined;
  notes?: string | null | undefined;
  tags?: string[] | null | undefined;
  owner_id?: string | null | undefined;
  /** Replaces all lines */
  line_items?: LineItemsItem4[] | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateQuoteTemplateBody {
  name?: string | undefined;
  description?: string | null | undefined;
  is_active?: boolean | null | undefined;
  quote_description?: string | null | undefined;
  valid_days?: number | null | undefined;
  discount_percent?: string | null | undefined;
  payment_terms?: string | null | undefined;
  delivery_terms?: string | null | undefined;
  requires_signature?: boolean | null | undefined;
  line_items?: LineItemsItem3[] | null | undefined;
}

export interface UpdateReengagementBatchBody {
  batch_name?: string | undefined;
  historical_value?: number | null | undefined;
  target_size?: number | null | undefined;
  target_revenue?: string | null | undefined;
  target_response_rate?: string | null | undefined;
  start_date?: string | null | undefined;
  end_date?: string | null | undefined;
  currency?: string | null | undefined;
  window_days?: number | null | undefined;
  sequence?: SequenceItem[] | null | undefined;
  assigned_to?: string | null | undefined;
}

export interface UpdateReengagementMemberBody {
  assigned_to?: string | null | undefined;
  /** Id or code of one of the tenant's priorities */
  priority?: string | null | undefined;
  notes?: string | null | undefined;
}

export interface UpdateRefundBody {
  /** Id or code of one of the tenant's payment methods */
  payment_method_id?: string | null | undefined;
  notes?: string | null | undefined;
  refunded_date?: string | null | undefined;
  reason?: string | null | undefined;
  status?: "PENDING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | undefined;
  failure_reason?: string | null | undefined;
}

export interface UpdateRuleVersionBody {
  definition?: Definition3 | undefined;
  /** Why */
  note?: string | null | undefined;
}

export interface UpdateSegmentBody {
  name?: string | undefined;
  description?: string | null | undefined;
  filter?: { [key: string]: unknown } | null | undefined;
}

export interface UpdateSignatureAccountBody {
  provider?: "docusign" | "dropbox_sign" | undefined;
  name?: string | undefined;
  /** Signatures in `demo` are not legally binding */
  environment?: "demo" | "production" | undefined;
  account_id?: string | null | undefined;
  integration_key?: string | null | undefined;
  user_id?: string | null | undefined;
  is_default?: boolean | null | undefined;
  /** DocuSign only: one of the integration's RSA keys, in PEM. Stored encrypted and never returned */
  private_key?: string | undefined;
  /** Dropbox Sign only. Stored encrypted and never returned */
  api_key?: string | undefined;
}

export interface UpdateSlaPolicyBody {
  name?: string | undefined;
  description?: string | null | undefined;
  sequence?: number | null | undefined;
  is_active?: boolean | null | undefined;
  priority_ids?: string[] | null | undefined;
  category_ids?: string[] | null | undefined;
  ticket_types?: TicketTypesItem[] | null | undefined;
  urgency_level_ids?: string[] | null | undefined;
  customer_tiers?: ("BRONZE" | "SILVER" | "GOLD" | "PLATINUM")[] | null | undefined;
  is_vip?: boolean | null | undefined;
  calendar_id?: string | null | undefined;
  first_response_minutes?: number | null | undefined;
  next_response_minutes?: number | null | undefined;
  resolution_minutes?: number | null | undefined;
  escalations?: EscalationsItem[] | null | undefined;
}

export interface UpdateSmsNumberBody {
  /** E.164 number; cannot be changed */
  number?: string | undefined;
  /** Cannot be changed */
  account_id?: string | undefined;
  capabilities?: ("sms" | "mms" | "voice")[] | null | undefined;
  messages_per_second?: number | null | undefined;
  is_active?: boolean | null | undefined;
  is_default?: boolean | null | undefined;
  inbound_makes?: "conversation" | "ticket" | "lead" | null | undefined;
  inbound_team_id?: string | null | undefined;
  inbound_owner_id?: string | null | undefined;
  /** Id or code of one of the tenant's lead sources */
  inbound_source_id?: string | null | undefined;
}

export interface UpdateSmsSenderBody {
  name?: string | undefined;
  status?: "ACTIVE" | "SUSPENDED" | null | undefined;
  daily_limit?: number | null | undefined;
  is_default?: boolean | null | undefined;
}

export interface UpdateSmsServiceAccountBody extends SmsServiceAccountInput {
  is_active?: boolean | null | undefined;
  account_sid?: string | null | undefined;
  confirms_words?: boolean | null | undefined;
  webhook_id?: string | null | undefined;
  linked_campaign_id?: string | null | undefined;
  linked_project_id?: string | null | undefined;
}

export interface UpdateSupportCalendarBody {
  name?: string | undefined;
  description?: string | null | undefined;
  timezone?: string | undefined;
  hours?: Hours3 | undefined;
  holidays?: string[] | null | undefined;
  extra_days?: { [key: string]: HoursItem } | null | undefined;
  holiday_country?: string | null | undefined;
  holiday_region?: string | null | undefined;
}

export interface UpdateTargetBody {
  figure?: Figure2 | undefined;
  user_id?: string | null | undefined;
  team_id?: string | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
  period?: string | undefined;
  /** In the unit of the figure */
  value?: string | undefined;
  currency?: string | null | undefined;
}

export interface UpdateTeamBody {
  name?: string | undefined;
  manager_id?: string | null | undefined;
  /** Id or code of one of the tenant's territories */
  territory_id?: string | null | undefined;
}

export interface UpdateTenantBody {
  name?: string | undefined;
  settings?: {
    rate_limit_per_minute?: number | null | undefined;
    timezone?: string | null | undefined;
    currency?: string | null | undefined;
    default_country?: string | null | undefined;
    visibility?: "own" | "team" | "all" | null | undefined;
    all_records_roles?: Role[] | null | undefined;
    new_lead_owner?: "creator" | "unassigned" | "rule" | null | undefined;
    new_customer_owner?: "creator" | "unassigned" | "rule" | null | undefined;
    new_opportunity_owner?: "creator" | "unassigned" | "rule" | null | undefined;
    second_factor_required_for?: SecondFactorRequiredForItem[] | null | undefined;
    conversion_min_score?: number | null | undefined;
    score_model?: "standard" | "dynamic" | null | undefined;
    letterhead?: {
      /** Sender, line by line: the name, then the postal address, without which no marketing mail is sent. Defaults to the name of the tenant; default: [] */
      sender?: string[] | undefined;
      /** Upload id of a PNG or JPEG of at most 1 MB that no other record uses; default: null */
      logo_upload_id?: string | null | undefined;
      /** Footer of each page, such as register and tax number; default: null */
      footer?: string | null | undefined;
      /** Tax number of the seller, which invoices state; default: null */
      tax_id?: string | null | undefined;
      paper?: "A4" | "LETTER" | undefined;
      /** Language of documents for which no other language is given; default: "en" */
      language?: string | undefined;
    } | undefined;
    brand_color?: string | null | undefined;
    offer_reminder_days?: number | null | undefined;
    signature_reminder_days?: number | null | undefined;
    signature_expiry_days?: number | null | undefined;
    knowledge_is_public?: boolean | null | undefined;
    support_mail?: boolean | null | undefined;
    survey_is_sent?: boolean | null | undefined;
    survey_after_hours?: number | null | undefined;
    survey_asks_nps?: boolean | null | undefined;
    quiet_hours?: {
      /** default: "20:00" */
      from?: string | undefined;
      /** default: "08:00" */
      to?: string | undefined;
    } | undefined;
    message_cap?: {
      messages: number;
      days: number;
    } | undefined;
    mail_opt_in_required?: boolean | null | undefined;
    word_answers?: {
      /** default: "You get no more messages from us. Reply START to get them again." */
      stop?: string | undefined;
      /** default: "You get messages from us again. Reply STOP to opt out." */
      start?: string | undefined;
      /** default: "Reply STOP to get no more messages from us, START to get them again." */
      help?: string | undefined;
    } | undefined;
    attribution_window_days?: number | null | undefined;
    stop_words?: string[] | null | undefined;
  } | undefined;
}

export interface UpdateTicketBody extends TicketInput {
  /** Id or code of one of the tenant's priorities */
  priority_id?: string | null | undefined;
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  team_id?: string | null | undefined;
  tags?: string[] | null | undefined;
  assigned_to_id?: string | null | undefined;
  status?: Status11 | undefined;
  /** The tenant's custom fields, by name */
  custom_fields?: { [key: string]: unknown } | undefined;
}

export interface UpdateTicketMacroBody extends TicketMacroInput {
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | null | undefined;
  assigned_to_id?: "me" | string | null | undefined;
  add_tags?: string[] | null | undefined;
  remove_tags?: string[] | null | undefined;
  comment?: string | null | undefined;
  comment_is_public?: boolean | null | undefined;
}

export interface UpdateUserBody extends UserInput {
  last_name?: string | null | undefined;
  extra_roles?: Role[] | null | undefined;
  date_of_birth?: string | null | undefined;
  full_name?: string | null | undefined;
}

export interface UpdateViewBody {
  name?: string | undefined;
  description?: string | null | undefined;
  sharing?: "PRIVATE" | "TEAM" | "EVERYONE" | null | undefined;
  query?: Query3 | undefined;
}

export interface UpdateWebhookEndpointBody {
  name?: string | null | undefined;
  /** An https URL of a public host */
  url?: string | undefined;
  events?: Events2 | undefined;
  include_record?: boolean | null | undefined;
  /** An ADMIN can name another user. Default: the caller */
  owner_id?: string | undefined;
  status?: "ACTIVE" | "PAUSED" | undefined;
}

export interface UpdateWorkflowBody {
  name?: string | undefined;
  description?: string | null | undefined;
  owner_id?: string | null | undefined;
  /** The kind of the records, such as lead */
  kind?: string | undefined;
  trigger?: Trigger | undefined;
  where?: unknown;
  steps?: Steps | undefined;
  exit?: {
    /** Conditions in the grammar of lists, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]} */
    where?: unknown;
    events?: Events | undefined;
  } | undefined;
  enrollment?: {
    repeat?: "once" | "once_at_a_time" | "every_time" | undefined;
    /** Whether records that meet `where` at publication are enrolled too; default: false */
    existing?: boolean | undefined;
    /** With once: a record enrolls again when this field has another value than at its last enrollment */
    per?: string | undefined;
  } | undefined;
  run_as?: "owner" | "system" | null | undefined;
  window?: {
    days: Days;
    from: string;
    to: string;
  } | undefined;
}

export interface Upload extends BaseRecord {
  file_name: string;
  content_type: ContentType;
  /** Bytes, exactly */
  size: number;
  /** PENDING until the bytes are uploaded, STORED until they are used */
  status: "PENDING" | "STORED" | "USED" | "EXPIRED";
  /** Until when the bytes can be uploaded or, after that, used */
  expires_at: string;
  /** Type detected from the first bytes; known after the first use */
  detected_type: "TEXT" | "XLSX" | "UNKNOWN" | null;
  /** SHA-256 of the bytes, in hexadecimal digits; known after they were read completely */
  sha256: string | null;
  used_for: string | null;
  used_at: string | null;
  /** When the bytes are deleted; null after that */
  kept_until: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface User extends UserRow {
  phone_number: string | null;
  gender: "MALE" | "FEMALE" | "OTHER" | "UNKNOWN" | null;
  date_of_birth: string | null;
  preferences: { [key: string]: unknown } | null;
  /** null: the user has not chosen a password yet */
  password_changed_at: string | null;
  /** When the mail with the link that is valid now was sent */
  activation_requested_at: string | null;
  /** Used by an earlier release; a link now contains its own time */
  password_reset_requested_at: string | null;
  /** When the user switched two-factor sign-in on; null: it is off */
  second_factor_at: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

/** Users for the methods “round robin” and “least loaded” */
export type UserIds = string[];

export interface UserInput {
  email?: string | undefined;
  first_name?: string | null | undefined;
  role?: Role | undefined;
  department?: string | null | undefined;
  team_id?: string | null | undefined;
  manager_id?: string | null | undefined;
  phone_number?: string | null | undefined;
  gender?: "MALE" | "FEMALE" | "OTHER" | "UNKNOWN" | null | undefined;
  preferences?: { [key: string]: unknown } | null | undefined;
}

export interface UserRow extends BaseRecord {
  email: string;
  first_name: string | null;
  last_name: string | null;
  /** Name to display: both names, or the only one */
  display_name: string;
  role: Role;
  extra_roles: ExtraRoles;
  status: "ACTIVE" | "INACTIVE" | "PENDING_ACTIVATION" | "SUSPENDED" | "DELETED";
  team_id: string | null;
  manager_id: string | null;
  department: string | null;
  last_login_at: string | null;
}

export type Validation = {
  /** For number, money, date and instant, in the format of a value */
  min?: number | string | undefined;
  max?: number | string | undefined;
  /** For texts, in characters */
  min_length?: number | undefined;
  max_length?: number | undefined;
  /** A regular expression that can be matched in linear time: without backreferences and lookaround */
  pattern?: string | undefined;
};

/** Field → value in the file → value; null leaves the field empty; default: {} */
export type ValueMap = { [key: string]: { [key: string]: string | null } };

export type Variants = VariantsItem[];

export interface VariantsItem {
  /** Tests of the subject: replaces the subject of the mail */
  subject?: string | null | undefined;
  /** Tests of the content: this template, or `content` */
  template_id?: string | null | undefined;
  /** Tests of the content: a mail without a template */
  content?: {
    /** Mails only, and required for these */
    subject?: string | null | undefined;
    /** The text of a text message; the text part of a mail. A mail without it uses the text of its HTML */
    body?: string | null | undefined;
    /** Mails only */
    body_html?: string | null | undefined;
    /** Mails only: the parts of a mail, in place of body and body_html */
    blocks?: BlocksItem[] | null | undefined;
  } | undefined;
  /** Tests of the sender: the account that sends the mail */
  sender_id?: string | null | undefined;
  /** Tests of the time: when the mails of the sample are sent */
  send_at?: string | null | undefined;
  /** Proportion within the sample: 1 and 1 are halves; default: 1 */
  share?: number | undefined;
}

export type Vehicles = {
  vin?: string | null | undefined;
  year: number;
  make: string;
  model: string;
  use?: "commute" | "pleasure" | "business" | "farm" | "rideshare" | null | undefined;
  annual_mileage?: number | null | undefined;
  ownership?: "owned" | "financed" | "leased" | null | undefined;
  /** Index in drivers, from 0 */
  primary_driver?: number | null | undefined;
  /** Where the vehicle is parked at night */
  garaging?: {
    street_address?: string | null | undefined;
    city?: string | null | undefined;
    state?: string | null | undefined;
    postal_code?: string | null | undefined;
    country?: string | null | undefined;
  } | undefined;
  coverages?: {
    coverage: string;
    limit?: string | null | undefined;
    deductible?: string | null | undefined;
  }[] | null | undefined;
  /** Free */
  attributes?: { [key: string]: unknown } | null | undefined;
}[];

export interface VerificationStarted {
  point_id: string;
  by: "email" | "sms";
  /** Masked */
  to: string;
  /** Until when the code is valid; a link is valid for a day */
  code_until: string;
}

export interface View extends ViewRow {
  /** The body for `POST /{kind}/query` */
  query: {
    where?: { [key: string]: unknown } | null | undefined;
    search?: string | null | undefined;
    sort?: string | null | undefined;
    order?: "asc" | "desc" | null | undefined;
    fields?: string | null | undefined;
    expand?: string | null | undefined;
  };
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export type ViewAsRole = "DIRECTOR" | "MANAGER" | "SALES_REP" | "MARKETER" | "SUPPORT_AGENT" | "ANALYST" | "USER" | null;

export interface ViewRow extends BaseRecord {
  kind: Kind9;
  name: string;
  description: string | null;
  sharing: "PRIVATE" | "TEAM" | "EVERYONE";
  /** The user or team that can see it, or `everyone` */
  audience: string;
}

/** Roles that can see the field; empty: all */
export type VisibleTo = Role[];

export interface VisitRecordBody {
  record_id: string;
}

export interface WatchTicketBody {
  /** true: the user is writing an answer; false: the user is only viewing; default: false */
  is_answering?: boolean | undefined;
}

export interface WebhookAttempt extends BaseRecord {
  endpoint_id: string;
  /** The `webhook-id` of the event */
  event_id: string;
  event_type: string;
  record_id: string | null;
  reason: "event" | "replay" | "test";
  /** taken: a 2xx response; refused: any other response */
  outcome: "taken" | "refused" | "no_answer";
  /** HTTP status of the response */
  status: number | null;
  duration_ms: number;
  /** Beginning of the response, or why there was none */
  answer: string | null;
  sent_at: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface WebhookEndpoint extends WebhookEndpointRow {
  /** Failed attempts since then */
  tries: number;
  /** Time of the next attempt */
  work_at: string | null;
  secret_set_at: string;
  /** Until when the previous secret also signs */
  former_until: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface WebhookEndpointRow extends BaseRecord {
  name: string | null;
  /** An https URL of a public host */
  url: string;
  events: string[];
  include_record: boolean;
  /** Events are sent with the permissions of this user */
  owner_id: string;
  /** OFF: the system switched the endpoint off; `off_reason` says why */
  status: "ACTIVE" | "PAUSED" | "OFF";
  off_reason: string | null;
  /** Time of the first failed attempt since the last success */
  failing_since: string | null;
}

export interface WebhookEndpointWithSecret extends BaseRecord {
  name: string | null;
  /** An https URL of a public host */
  url: string;
  events: string[];
  include_record: boolean;
  /** Events are sent with the permissions of this user */
  owner_id: string;
  /** OFF: the system switched the endpoint off; `off_reason` says why */
  status: "ACTIVE" | "PAUSED" | "OFF";
  off_reason: string | null;
  /** Time of the first failed attempt since the last success */
  failing_since: string | null;
  /** Failed attempts since then */
  tries: number;
  /** Time of the next attempt */
  work_at: string | null;
  secret_set_at: string;
  /** Until when the previous secret also signs */
  former_until: string | null;
  /** Shown only once; requests are signed with it */
  secret: string;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface WebhookReplay {
  from: string | null;
  to: string | null;
  event_id: string | null;
}

export interface WebhookTest {
  endpoint_id: string;
  /** The `webhook-id` of the event */
  event_id: string;
  event_type: string;
  record_id: string | null;
  reason: "event" | "replay" | "test";
  /** taken: a 2xx response; refused: any other response */
  outcome: "taken" | "refused" | "no_answer";
  /** HTTP status of the response */
  status: number | null;
  duration_ms: number;
  /** Beginning of the response, or why there was none */
  answer: string | null;
  sent_at: string;
}

export type When = {
  field: string;
  operator: "eq" | "ne" | "in" | "prefix" | "gt" | "gte" | "lt" | "lte" | "is_null";
  /** A list for `in`, true or false for `is_null`, otherwise a single value */
  value: string | number | boolean | (string | number | boolean)[];
}[];

export interface WhenItem {
  field: string;
  operator?: "eq" | "ne" | "in" | "prefix" | "gt" | "gte" | "lt" | "lte" | "is_null" | undefined;
  /** A list for `in`, true or false for `is_null`, otherwise a single value */
  value: string | number | boolean | (string | number | boolean)[];
}

/** Conditions, as in the body of `POST /{kind}/query` */
export type Where5 = { [key: string]: unknown };

/** Only records that fulfil these conditions */
export type Where6 = { [key: string]: unknown };

export interface WinLossAnalytics {
  /** Currency of the amounts: the tenant's */
  currency: string;
  from: string;
  to: string;
  compared: Compared;
  figures: Figures2;
  /** Changes up to this instant are counted */
  as_of: string | null;
  by_period: ByPeriod2;
  by_owner: ByOwner2;
  /** Reasons of won and lost opportunities, the most frequent first */
  by_reason: ComparedWinLossReason[];
  /** With `group_by=owner`: the reasons of each owner, at most 100 owners */
  reasons_by_owner: WinLossGroup[];
  /** With `interval`: the reasons of each part of the period */
  reasons_by_period: WinLossGroup[];
}

export interface WinLossGroup {
  key: string;
  label: string | null;
  reasons: WinLossReason[];
}

export interface WinLossReason {
  /** Id of the reason; `none` for closed opportunities without one */
  key: string;
  label: string | null;
  code: string | null;
  category: string | null;
  won_count: number;
  won_value: string;
  lost_count: number;
  lost_value: string;
  /** Percent of the won opportunities, two decimals; null if none was won */
  won_share: number | null;
  /** Percent of the lost opportunities, two decimals; null if none was lost */
  lost_share: number | null;
  /** Average days from creation to closing of won opportunities */
  average_won_cycle_days: number | null;
  /** Average days from creation to closing of lost opportunities */
  average_lost_cycle_days: number | null;
  unconverted: Unconverted5;
}

export interface WinOpportunityBody {
  /** If empty, today in the time zone of the organization */
  closed_date?: string | undefined;
  notes?: string | null | undefined;
  /** Id or code of one of the tenant's win loss reasons */
  win_loss_reason_id?: string | null | undefined;
}

export type With = {
  /** A kind whose records name this one, such as `activity`; with the naming field where there are several: `activity.related_to_id` */
  tab: string;
  where?: Where5 | undefined;
  /** true: only records with such a record; false: only records without; default: true */
  has?: boolean | undefined;
}[];

export type With2 = {
  /** A kind whose records name this one, such as `activity`; with the naming field where there are several: `activity.related_to_id` */
  tab: string;
  where?: Where5 | undefined;
  /** true: only records with such a record; false: only records without */
  has: boolean;
}[];

export interface WithdrawContractAmendmentBody {
  reason?: string | null | undefined;
}

/** The work that made the change for the user; null if none did */
export type Work = {
  /** Kind of the work: workflow, email_send, import, bulk_change, campaign or reengagement_batch */
  kind: string;
  id: string;
  /** null: the caller does not see it, or it was deleted */
  title: string | null;
};

export interface Workflow extends WorkflowRow {
  description: string | null;
  trigger: Trigger2;
  where: unknown;
  steps: Steps2;
  exit: {
    /** Conditions in the grammar of lists, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]} */
    where?: unknown;
    events?: string[] | undefined;
  };
  enrollment: Enrollment;
  window: {
    days: Days2;
    from: string;
    to: string;
  };
  published_by: string | null;
  /** Why the system paused it */
  pause_message: string | null;
  /** When a schedule enrolls records the next time */
  next_run_at: string | null;
  /** With whose rights the published version runs: those of the owner, or those of the system; null before the first publication */
  published_run_as: "owner" | "system" | null;
  /** When the published version lost the rights of the system, because a user who is no ADMIN changed the workflow. Publishing clears it */
  system_rights_withdrawn_at: string | null;
  system_rights_withdrawn_by: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface WorkflowDryRun {
  /** In order of time */
  enrolled: {
    record_id: string;
    /** When the record would be enrolled */
    at: string;
    steps: {
      id: string;
      do: string;
      /** The operation that would run, or what else would happen */
      would: string;
      /** When the step would run; for a wait, when it would begin */
      at: string;
      /** Input of the operation, or the facts of what else would happen */
      input: { [key: string]: unknown } | null;
      /** When a wait would end; for a condition or an event, when it would time out */
      until: string | null;
      /** Why the step would fail */
      problem: string | null;
    }[];
    /** Why the record would not be enrolled, or why it would leave */
    reason: string | null;
  }[];
  /** Number of enrollments */
  total: number;
  /** Whether all changes were examined */
  is_complete: boolean;
  /** Changes after this instant were not examined */
  examined_until: string;
  /** Facts that may have been different at that time */
  notes: string[];
}

export interface WorkflowEnrollment extends WorkflowEnrollmentRow {
  /** The wait that is under way */
  waiting: {
    step_id: string;
    since: string;
    until: string | null;
    approval_id?: string | undefined;
    approval_round?: number | undefined;
  };
  /** Results of the steps, in their order */
  results: {
    step_id: string;
    do: string;
    result: "DONE" | "SKIPPED" | "FAILED" | "TIMED_OUT" | "REJECTED";
    at: string;
    /** Why it failed or was skipped, or which way was taken */
    reason: string | null;
    /** The record that the step wrote */
    record_id: string | null;
  }[];
  /** Answers that steps have saved, and created records, by step */
  outputs: { [key: string]: unknown };
  /** The event or the user */
  triggered_by: string | null;
  /** Increases by one with each change; the ETag is derived from it */
  version: number;
  updated_at: string;
  updated_by: string;
}

export interface WorkflowEnrollmentRow extends BaseRecord {
  workflow_id: string;
  workflow_version: number;
  record_kind: string;
  record_id: string;
  status: Status5;
  /** The step that runs next, or waits */
  step_id: string | null;
  step_due_at: string | null;
  started_at: string;
  ended_at: string | null;
  /** Why it ended or is held */
  reason: string | null;
}

export interface WorkflowExistingCount {
  /** Records that meet `where` now, of those that both the caller and the owner see. For a trigger by a date: those whose date is to come */
  count: number;
  /** false: an estimate from the newest records */
  is_exact: boolean;
}

export interface WorkflowFigures {
  /** Enrollments by status */
  statuses: { [key: string]: number };
  /** Steps that some enrollment has reached, by id */
  steps: {
    step_id: string;
    /** Enrollments for which the step is next */
    at: number;
    done: number;
    skipped: number;
    failed: number;
    timed_out: number;
    rejected: number;
  }[];
}

export interface WorkflowRow extends BaseRecord {
  name: string;
  /** The kind of the records, such as lead */
  kind: string;
  status: "DRAFT" | "ACTIVE" | "PAUSED" | "ENDED";
  owner_id: string | null;
  run_as: "owner" | "system";
  /** The version by which records are enrolled; null before the first */
  published_version: number | null;
  published_at: string | null;
  /** Whether the draft differs from the published version */
  is_changed: boolean;
  pause_reason: "user" | "owner" | "quota" | "loop" | "error" | null;
  paused_at: string | null;
  /** The rule or the record that makes this workflow and changes it, such as stage_automation; null for one of a user */
  managed_by: string | null;
  /** When its own address was made or renewed; null without one */
  webhook_set_at: string | null;
}

export interface WorkflowTemplate {
  key: string;
  name: string;
  description: string;
  kind: string;
  parameters: {
    name: string;
    /** integer, choice, text, texts, or the kind of record whose id it is */
    type: string;
    description: string;
    default: unknown;
    min: number | null;
    max: number | null;
    /** The values of a choice */
    values: string[] | null;
  }[];
}

export interface WorkflowVersion extends BaseRecord {
  workflow_id: string;
  number: number;
  definition: {
    /** The kind of the records, such as lead */
    kind: string;
    trigger: Trigger2;
    /** Only records that meet these conditions. Those of a schedule may have relative dates, such as now-14d */
    where?: unknown;
    steps: Steps2;
    /** A record leaves when the conditions hold or one of the events comes. It then counts as reached */
    exit?: {
      /** Conditions in the grammar of lists, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]} */
      where?: unknown;
      events?: string[] | undefined;
    } | undefined;
    enrollment: Enrollment;
    run_as: "owner" | "system";
    /** Steps run only at these times, in the tenant's time zone */
    window?: {
      days: Days2;
      from: string;
      to: string;
    } | undefined;
  };
  owner_id: string | null;
  published_at: string;
  published_by: string;
}

export interface WorkflowWebhook {
  /** Takes POST requests with a JSON object: `record_id`, and up to 16 kB of other fields */
  url: string;
}

export interface WorkingHoursItem {
  weekday: "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | "SUN";
  from: string;
  to: string | "24:00";
}
