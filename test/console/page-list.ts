/** A page of the console by its address. */
export interface ListedPage {
  /** `[lead]` stands for the id of a record of the kind. */
  readonly path: string;
  /** What draws it: `list`, `board`, `calendar`, `record` or `form` of a kind, or the component of the page. */
  readonly engine: string;
  /** The heading of the page in English. Undefined: it names the record. */
  readonly title?: string;
  /** A message or label in English that only the loaded page shows. */
  readonly words?: string;
}

const listKind = (path: string, title: string): ListedPage => ({ path, engine: "list", title });
const add = (path: string): ListedPage => ({ path, engine: "form" });
const record = (path: string, kind: string): ListedPage => ({ path: `${path}/view/[${kind}]`, engine: "record" });
const edit = (path: string, kind: string): ListedPage => ({ path: `${path}/edit/[${kind}]`, engine: "form" });
const own = (path: string, engine: string, title: string): ListedPage => ({ path, engine, title });
/** A page that is known by words in it, and not by its heading. */
const showing = (path: string, engine: string, words: string): ListedPage => ({ path, engine, words });

/** The pages by area, with the addresses that users know. The customer portal and AI scoring are not among them. */
export const listedPages: Readonly<Record<string, readonly ListedPage[]>> = {
  Leads: [
    listKind("leads", "Leads"),
    add("leads/add"),
    edit("leads", "lead"),
    showing("leads/view/[lead]", "pages/sales/opportunity/record-parts.tsx", "Documents"),
    own("leads/scoring", "pages/sales/scoring/scoring-page.tsx", "Lead scoring"),
    own("leads/sources", "pages/platform/master-data/master-page.tsx", "Lead sources"),
    own("leads/assignment", "pages/sales/assignment/assignment-page.tsx", "Assignment rules"),
  ],
  Opportunities: [
    listKind("opportunities", "Opportunities"),
    add("opportunities/add"),
    edit("opportunities", "opportunity"),
    showing("opportunities/view/[opportunity]", "pages/sales/opportunity/record-parts.tsx", "Competitors"),
    own("opportunities/pipeline", "board", "Opportunities"),
    showing("opportunities/forecast", "pages/sales/opportunity/forecast-page.tsx", "Since last week"),
    showing("opportunities/won", "pages/sales/opportunity/closed-page.tsx", "Won opportunities"),
    showing("opportunities/lost", "pages/sales/opportunity/closed-page.tsx", "Lost opportunities"),
  ],
  Orders: [own("orders/create", "pages/commerce/order/order-form-page.tsx", "New order")],
  Contacts: [
    listKind("contacts", "Contacts"),
    add("contacts/add"),
    edit("contacts", "contact"),
    showing("contacts/view/[contact]", "pages/sales/opportunity/record-parts.tsx", "Interactions"),
    listKind("contacts/lists", "Contact lists"),
    own("contacts/roles", "pages/platform/master-data/master-page.tsx", "Contact roles"),
  ],
  Customers: [
    listKind("customers", "Customers"),
    add("customers/add"),
    edit("customers", "customer"),
    showing("customers/view/[customer]", "pages/accounts/customer/customer-parts.tsx", "Financials"),
    listKind("customers/segments", "Segments"),
    { path: "customers/segments/[segment]", engine: "record" },
    edit("customers/segments", "segment"),
    own("customers/hierarchy", "pages/accounts/customer/hierarchy-page.tsx", "Account hierarchy"),
  ],
  Interactions: [
    listKind("interactions", "Interactions"),
    add("interactions/add"),
    edit("interactions", "interaction"),
    record("interactions", "interaction"),
    own("interactions/timeline", "pages/people/interaction/interaction-timeline.tsx", "Timeline of interactions"),
    own("interactions/analysis", "pages/analytics/figure/interaction-page.tsx", "Analysis of interactions"),
  ],
  Activities: [
    own("activities", "pages/people/activity/activity-dashboard.tsx", "Activities"),
    own("activities/tasks", "pages/people/activity/task-page.tsx", "Tasks"),
    own("activities/calls", "pages/people/activity/call-page.tsx", "Calls"),
    own("activities/meetings", "pages/people/activity/meeting-page.tsx", "Meetings"),
    own("activities/emails", "pages/people/activity/email-page.tsx", "Emails"),
    own("activities/calendar", "calendar", "Activities"),
  ],
  "Quotes and proposals": [
    listKind("quotes", "Quotes"),
    own("quotes/create", "pages/agreements/quote/quote-form-page.tsx", "New quote"),
    edit("quotes", "quote"),
    record("quotes", "quote"),
    listKind("quotes/templates", "Quote templates"),
    own("quotes/pricing", "pages/agreements/quote/pricing-page.tsx", "Pricing rules"),
    own("quotes/pricing/create", "pages/agreements/quote/pricing-form-page.tsx", "New pricing rule"),
    { path: "quotes/pricing/edit/[pricing_rule]", engine: "pages/agreements/quote/pricing-form-page.tsx" },
    listKind("proposals", "Proposals"),
    own("proposals/create", "pages/agreements/proposal/proposal-form-page.tsx", "New proposal"),
    edit("proposals", "proposal"),
    record("proposals", "proposal"),
  ],
  Contracts: [
    listKind("contracts", "Contracts"),
    add("contracts/create"),
    edit("contracts", "contract"),
    showing("contracts/view/[contract]", "pages/agreements/contract/contract-parts.tsx", "Deliverables"),
    listKind("contracts/templates", "Contract templates"),
    showing(
      "contracts/templates/view/[contract_template]",
      "pages/agreements/contract-template/template-parts.tsx",
      "Add a clause",
    ),
    { path: "contracts/templates/edit/[contract_template]", engine: "pages/agreements/contract-template/template-edit-page.tsx" },
    own("contracts/amendments", "pages/agreements/contract/amendments-page.tsx", "Amendments"),
    showing(
      "contracts/amendments/create",
      "pages/agreements/amendment/amendment-form-page.tsx",
      "Only contracts that both sides have signed can be amended",
    ),
    own("contracts/renewals", "pages/agreements/contract/renewals-page.tsx", "Renewals"),
  ],
  Campaigns: [
    listKind("campaigns", "Campaigns"),
    record("campaigns", "campaign"),
    edit("campaigns", "campaign"),
    own("campaigns/email", "pages/engagement/email-send/email-page.tsx", "Email campaigns"),
    own("campaigns/automation", "pages/engagement/workflow/automation-page.tsx", "Campaign automation"),
    own("campaigns/performance", "pages/engagement/campaign/comparison-view.tsx", "Campaigns"),
    listKind("campaigns/templates", "Campaign templates"),
  ],
  Support: [
    listKind("support/tickets", "Tickets"),
    showing(
      "support/tickets/create",
      "pages/service/ticket/ticket-form-page.tsx",
      "While you type the subject, helpful articles and similar open tickets appear here.",
    ),
    own("support/knowledge", "pages/service/knowledge/knowledge-page.tsx", "Knowledge base"),
    { path: "support/knowledge/create", engine: "pages/service/knowledge/article-page.tsx" },
    own("support/sla", "pages/service/sla/sla-page.tsx", "Service levels"),
    { path: "support/sla/create", engine: "pages/service/sla/sla-form-page.tsx" },
    { path: "support/sla/edit/[sla_policy]", engine: "pages/service/sla/sla-form-page.tsx" },
    own("support/satisfaction", "pages/service/survey/surveys-page.tsx", "Satisfaction"),
    showing(
      "support/agents",
      "pages/service/sla/agents-page.tsx",
      "Who has room for more tickets, and what agents did in the last days.",
    ),
  ],
  Analytics: [
    own("analytics", "pages/analytics/dashboard/dashboard-page.tsx", "Analytics"),
    own("analytics/sales", "pages/analytics/figure/figure-pages.tsx", "Sales"),
    own("analytics/revenue", "pages/analytics/figure/figure-pages.tsx", "Revenue"),
    own("analytics/customers", "pages/analytics/figure/customer-page.tsx", "Customers"),
    own("analytics/team", "pages/analytics/figure/team-page.tsx", "Team"),
    own("analytics/custom", "pages/analytics/report/builder-page.tsx", "New report"),
  ],
  "Advanced features": [
    own("advanced-features", "pages/views/features/feature-page.tsx", "Features"),
    own("advanced-features/lead-scoring", "pages/platform/rule/rules-page.tsx", "Qualification of leads"),
    own("advanced-features/account-hierarchy", "pages/accounts/customer/hierarchy-page.tsx", "Account hierarchy"),
    own("advanced-features/accounts", "pages/views/features/preset-lists.tsx", "Accounts"),
    showing("advanced-features/pipeline-forecast", "pages/sales/opportunity/forecast-page.tsx", "Since last week"),
    own("advanced-features/pipeline", "pages/views/features/preset-lists.tsx", "Pipeline"),
    own("advanced-features/activity-timeline", "pages/people/interaction/interaction-timeline.tsx", "Timeline of interactions"),
    own("advanced-features/activity", "pages/people/activity/activity-dashboard.tsx", "Activities"),
    own("advanced-features/workflow-automation", "pages/engagement/workflow/automation-page.tsx", "Workflow builder"),
    own("advanced-features/automation", "pages/views/features/sales-automation-page.tsx", "Sales automation"),
    own("advanced-features/task-management", "pages/views/features/preset-lists.tsx", "Board of tasks"),
    // The feed reads the schemas of the kinds of its entries, which name the changed fields.
    own("advanced-features/collaboration", "records/comments/feed-page.tsx", "Feed"),
    own("advanced-features/customer360", "pages/views/features/customer-choice-page.tsx", "Customer 360°"),
  ],
  "Set-up": [
    showing("pages", "pages/platform/settings/pages-page.tsx", "Your menu"),
    showing("settings", "pages/platform/settings/settings-page.tsx", "People and access"),
    showing("settings/organization", "pages/platform/tenant/organization-page.tsx", "Language of documents"),
    showing("settings/users", "pages/platform/user/users-page.tsx", "Invite a user"),
    showing(
      "settings/teams",
      "pages/platform/user/teams-page.tsx",
      "A user belongs to one team at most: choose it on the page of the user. A manager sees the records of their teams.",
    ),
    showing("settings/roles", "pages/platform/user/roles-page.tsx", "Give roles to users"),
    showing("settings/territories", "pages/sales/territory/territories-page.tsx", "How records get into territories"),
    showing("settings/api-keys", "pages/platform/auth/api-keys-page.tsx", "API keys"),
    showing("settings/webhooks", "pages/messaging/outbound-webhook/webhooks-page.tsx", "From other systems"),
    showing(
      "settings/custom-fields",
      "pages/platform/custom-field/custom-fields-page.tsx",
      "Fields of your own on leads, customers and other records. Values stay stored when a field is hidden or deleted.",
    ),
    showing("settings/layouts", "pages/platform/layout/layouts-page.tsx", "Page and form"),
    own("settings/masters", "pages/platform/master-data/masters-page.tsx", "Lists of choices"),
    showing(
      "audit",
      "pages/platform/audit/audit-page.tsx",
      "Every change of every record: who made it, when, and from which value to which.",
    ),
    showing("imports/add", "records/import/import-wizard.tsx", "Record type"),
    showing("persons/duplicates", "records/merging/duplicates-page.tsx", "To decide"),
    showing("persons/merge", "records/merging/merge-page.tsx", "Choose at least two records in the list"),
  ],
  "Approvals and conversations": [
    showing("approvals", "pages/agreements/approval/approvals-page.tsx", "Waiting for me"),
    own("conversations", "pages/service/conversation/conversation-desk.tsx", "Conversations"),
    own("inbox", "pages/views/features/preset-lists.tsx", "Inbox"),
  ],
};
