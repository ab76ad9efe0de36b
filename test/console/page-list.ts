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
    showing("leads/view/[lead]", "selling/record-parts.tsx", "Documents"),
    own("leads/scoring", "rules/scoring-page.tsx", "Lead scoring"),
    own("leads/sources", "masters/master-page.tsx", "Lead sources"),
    own("leads/assignment", "rules/assignment-page.tsx", "Assignment rules"),
  ],
  Opportunities: [
    listKind("opportunities", "Opportunities"),
    add("opportunities/add"),
    edit("opportunities", "opportunity"),
    showing("opportunities/view/[opportunity]", "selling/record-parts.tsx", "Competitors"),
    own("opportunities/pipeline", "board", "Opportunities"),
    showing("opportunities/forecast", "selling/forecast-page.tsx", "Since last week"),
    showing("opportunities/won", "selling/closed-page.tsx", "Won opportunities"),
    showing("opportunities/lost", "selling/closed-page.tsx", "Lost opportunities"),
  ],
  Orders: [own("orders/create", "lines/order-form-page.tsx", "New order")],
  Contacts: [
    listKind("contacts", "Contacts"),
    add("contacts/add"),
    edit("contacts", "contact"),
    showing("contacts/view/[contact]", "selling/record-parts.tsx", "Interactions"),
    listKind("contacts/lists", "Contact lists"),
    own("contacts/roles", "masters/master-page.tsx", "Contact roles"),
  ],
  Customers: [
    listKind("customers", "Customers"),
    add("customers/add"),
    edit("customers", "customer"),
    showing("customers/view/[customer]", "account/customer-parts.tsx", "Financials"),
    listKind("customers/segments", "Segments"),
    { path: "customers/segments/[segment]", engine: "record" },
    edit("customers/segments", "segment"),
    own("customers/hierarchy", "account/hierarchy-page.tsx", "Account hierarchy"),
  ],
  Interactions: [
    listKind("interactions", "Interactions"),
    add("interactions/add"),
    edit("interactions", "interaction"),
    record("interactions", "interaction"),
    own("interactions/timeline", "interaction/interaction-timeline.tsx", "Timeline of interactions"),
    own("interactions/analysis", "analytics/interaction-page.tsx", "Analysis of interactions"),
  ],
  Activities: [
    own("activities", "activity/activity-dashboard.tsx", "Activities"),
    own("activities/tasks", "activity/task-page.tsx", "Tasks"),
    own("activities/calls", "activity/call-page.tsx", "Calls"),
    own("activities/meetings", "activity/meeting-page.tsx", "Meetings"),
    own("activities/emails", "activity/email-page.tsx", "Emails"),
    own("activities/calendar", "calendar", "Activities"),
  ],
  "Quotes and proposals": [
    listKind("quotes", "Quotes"),
    own("quotes/create", "lines/quote-form-page.tsx", "New quote"),
    edit("quotes", "quote"),
    record("quotes", "quote"),
    listKind("quotes/templates", "Quote templates"),
    own("quotes/pricing", "lines/pricing-page.tsx", "Pricing rules"),
    own("quotes/pricing/create", "lines/pricing-form-page.tsx", "New pricing rule"),
    { path: "quotes/pricing/edit/[pricing_rule]", engine: "lines/pricing-form-page.tsx" },
    listKind("proposals", "Proposals"),
    own("proposals/create", "lines/proposal-form-page.tsx", "New proposal"),
    edit("proposals", "proposal"),
    record("proposals", "proposal"),
  ],
  Contracts: [
    listKind("contracts", "Contracts"),
    add("contracts/create"),
    edit("contracts", "contract"),
    showing("contracts/view/[contract]", "agreement/contract-parts.tsx", "Deliverables"),
    listKind("contracts/templates", "Contract templates"),
    showing("contracts/templates/view/[contract_template]", "agreement/template-parts.tsx", "Add a clause"),
    { path: "contracts/templates/edit/[contract_template]", engine: "agreement/template-edit-page.tsx" },
    own("contracts/amendments", "agreement/amendments-page.tsx", "Amendments"),
    showing(
      "contracts/amendments/create",
      "agreement/amendment-form-page.tsx",
      "Only contracts that both sides have signed can be amended",
    ),
    own("contracts/renewals", "agreement/renewals-page.tsx", "Renewals"),
  ],
  Campaigns: [
    listKind("campaigns", "Campaigns"),
    record("campaigns", "campaign"),
    edit("campaigns", "campaign"),
    own("campaigns/email", "campaign/email-page.tsx", "Email campaigns"),
    own("campaigns/automation", "workflow/automation-page.tsx", "Campaign automation"),
    own("campaigns/performance", "campaign/comparison-view.tsx", "Campaigns"),
    listKind("campaigns/templates", "Campaign templates"),
  ],
  Support: [
    listKind("support/tickets", "Tickets"),
    showing(
      "support/tickets/create",
      "desk/ticket-form-page.tsx",
      "While you type the subject, helpful articles and similar open tickets appear here.",
    ),
    own("support/knowledge", "service/knowledge-page.tsx", "Knowledge base"),
    { path: "support/knowledge/create", engine: "service/article-page.tsx" },
    own("support/sla", "service/sla-page.tsx", "Service levels"),
    { path: "support/sla/create", engine: "service/sla-form-page.tsx" },
    { path: "support/sla/edit/[sla_policy]", engine: "service/sla-form-page.tsx" },
    own("support/satisfaction", "service/surveys-page.tsx", "Satisfaction"),
    showing("support/agents", "service/agents-page.tsx", "Who has room for more tickets, and what agents did in the last days."),
  ],
  Analytics: [
    own("analytics", "analytics/dashboard-page.tsx", "Analytics"),
    own("analytics/sales", "analytics/figure-pages.tsx", "Sales"),
    own("analytics/revenue", "analytics/figure-pages.tsx", "Revenue"),
    own("analytics/customers", "analytics/customer-page.tsx", "Customers"),
    own("analytics/team", "analytics/team-page.tsx", "Team"),
    own("analytics/custom", "report/builder-page.tsx", "New report"),
  ],
  "Advanced features": [
    own("advanced-features", "features/feature-page.tsx", "Features"),
    own("advanced-features/lead-scoring", "rules/rules-page.tsx", "Qualification of leads"),
    own("advanced-features/account-hierarchy", "account/hierarchy-page.tsx", "Account hierarchy"),
    own("advanced-features/accounts", "features/preset-lists.tsx", "Accounts"),
    showing("advanced-features/pipeline-forecast", "selling/forecast-page.tsx", "Since last week"),
    own("advanced-features/pipeline", "features/preset-lists.tsx", "Pipeline"),
    own("advanced-features/activity-timeline", "interaction/interaction-timeline.tsx", "Timeline of interactions"),
    own("advanced-features/activity", "activity/activity-dashboard.tsx", "Activities"),
    own("advanced-features/workflow-automation", "workflow/automation-page.tsx", "Workflow builder"),
    own("advanced-features/automation", "features/sales-automation-page.tsx", "Sales automation"),
    own("advanced-features/task-management", "features/preset-lists.tsx", "Board of tasks"),
    // The feed reads the schemas of the kinds of its entries, which name the changed fields.
    own("advanced-features/collaboration", "comments/feed-page.tsx", "Feed"),
    own("advanced-features/customer360", "features/customer-choice-page.tsx", "Customer 360°"),
  ],
  "Set-up": [
    showing("pages", "shell/pages-page.tsx", "Your menu"),
    showing("settings", "settings/settings-page.tsx", "People and access"),
    showing("settings/organization", "settings/organization-page.tsx", "Language of documents"),
    showing("settings/users", "settings/users-page.tsx", "Invite a user"),
    showing(
      "settings/teams",
      "settings/teams-page.tsx",
      "A user belongs to one team at most: choose it on the page of the user. A manager sees the records of their teams.",
    ),
    showing("settings/roles", "settings/roles-page.tsx", "Give roles to users"),
    showing("settings/territories", "settings/territories-page.tsx", "How records get into territories"),
    showing("settings/api-keys", "settings/api-keys-page.tsx", "API keys"),
    showing("settings/webhooks", "settings/webhooks-page.tsx", "From other systems"),
    showing(
      "settings/custom-fields",
      "settings/custom-fields-page.tsx",
      "Fields of your own on leads, customers and other records. Values stay stored when a field is hidden or deleted.",
    ),
    showing("settings/layouts", "settings/layouts-page.tsx", "Page and form"),
    own("settings/masters", "masters/masters-page.tsx", "Lists of choices"),
    showing(
      "audit",
      "settings/audit-page.tsx",
      "Every change of every record: who made it, when, and from which value to which.",
    ),
    showing("imports/add", "import/import-wizard.tsx", "Record type"),
    showing("persons/duplicates", "merging/duplicates-page.tsx", "To decide"),
    showing("persons/merge", "merging/merge-page.tsx", "Choose at least two records in the list"),
  ],
  "Approvals and conversations": [
    showing("approvals", "agreement/approvals-page.tsx", "Waiting for me"),
    own("conversations", "desk/conversation-desk.tsx", "Conversations"),
    own("inbox", "features/preset-lists.tsx", "Inbox"),
  ],
};
