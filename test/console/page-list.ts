/** A page of the console by its address. */
export interface ListedPage {
  /** `[lead]` stands for the id of a record of the kind. */
  readonly path: string;
  /** What draws it: `list`, `board`, `calendar`, `record` or `form` of a kind, or the component of the page. */
  readonly engine: string;
  /** The heading of the page. Undefined: it names the record. */
  readonly title?: string;
}

const listKind = (path: string, title: string): ListedPage => ({ path, engine: "list", title });
const add = (path: string): ListedPage => ({ path, engine: "form" });
const record = (path: string, kind: string): ListedPage => ({ path: `${path}/view/[${kind}]`, engine: "record" });
const edit = (path: string, kind: string): ListedPage => ({ path: `${path}/edit/[${kind}]`, engine: "form" });
const own = (path: string, engine: string, title: string): ListedPage => ({ path, engine, title });

/** The pages by area, with the addresses that users know. The customer portal and AI scoring are not among them. */
export const listedPages: Readonly<Record<string, readonly ListedPage[]>> = {
  Leads: [
    listKind("leads", "Leads"),
    add("leads/add"),
    edit("leads", "lead"),
    record("leads", "lead"),
    own("leads/scoring", "rules/scoring-page.tsx", "Lead scoring"),
    own("leads/sources", "masters/master-page.tsx", "Lead sources"),
    own("leads/assignment", "rules/assignment-page.tsx", "Assignment rules"),
  ],
  Opportunities: [
    listKind("opportunities", "Opportunities"),
    add("opportunities/add"),
    edit("opportunities", "opportunity"),
    record("opportunities", "opportunity"),
    own("opportunities/pipeline", "board", "Opportunities"),
    own("opportunities/forecast", "selling/forecast-page.tsx", "Forecast"),
    own("opportunities/won", "selling/closed-page.tsx", "Won"),
    own("opportunities/lost", "selling/closed-page.tsx", "Lost"),
  ],
  Contacts: [
    listKind("contacts", "Contacts"),
    add("contacts/add"),
    edit("contacts", "contact"),
    record("contacts", "contact"),
    listKind("contacts/lists", "Contact lists"),
    own("contacts/roles", "masters/master-page.tsx", "Contact roles"),
  ],
  Customers: [
    listKind("customers", "Customers"),
    add("customers/add"),
    edit("customers", "customer"),
    record("customers", "customer"),
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
    own("interactions/analysis", "analytics/interaction-page.tsx", "Interactions"),
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
    own("quotes/create", "lines/quote-form.tsx", "New quote"),
    edit("quotes", "quote"),
    record("quotes", "quote"),
    listKind("quotes/templates", "Quote templates"),
    own("quotes/pricing", "lines/pricing-page.tsx", "Pricing rules"),
    own("quotes/pricing/create", "lines/pricing-page.tsx", "New pricing rule"),
    { path: "quotes/pricing/edit/[pricing_rule]", engine: "lines/pricing-page.tsx" },
    listKind("proposals", "Proposals"),
    own("proposals/create", "lines/proposal-form.tsx", "New proposal"),
    edit("proposals", "proposal"),
    record("proposals", "proposal"),
  ],
  Contracts: [
    listKind("contracts", "Contracts"),
    add("contracts/create"),
    edit("contracts", "contract"),
    record("contracts", "contract"),
    listKind("contracts/templates", "Contract templates"),
    record("contracts/templates", "contract_template"),
    edit("contracts/templates", "contract_template"),
    own("contracts/amendments", "agreement/amendments-page.tsx", "Amendments"),
    own("contracts/amendments/create", "agreement/amendment-form.tsx", "New amendment"),
    own("contracts/renewals", "agreement/renewals-page.tsx", "Renewals"),
  ],
  Campaigns: [
    listKind("campaigns", "Campaigns"),
    record("campaigns", "campaign"),
    edit("campaigns", "campaign"),
    own("campaigns/email", "features/preset-lists.tsx", "Email campaigns"),
    own("campaigns/automation", "features/preset-lists.tsx", "Automation"),
    own("campaigns/performance", "campaign/comparison-view.tsx", "Campaigns"),
    listKind("campaigns/templates", "Campaign templates"),
  ],
  Support: [
    listKind("support/tickets", "Tickets"),
    add("support/tickets/create"),
    listKind("support/knowledge", "Knowledge articles"),
    add("support/knowledge/create"),
    listKind("support/sla", "SLA policies"),
    add("support/sla/create"),
    edit("support/sla", "sla_policy"),
  ],
  Analytics: [
    own("analytics", "analytics/dashboard-page.tsx", "Dashboard"),
    own("analytics/sales", "analytics/figure-pages.tsx", "Sales"),
    own("analytics/revenue", "analytics/figure-pages.tsx", "Revenue"),
    own("analytics/customers", "analytics/customer-page.tsx", "Customers"),
    own("analytics/team", "analytics/team-page.tsx", "Team"),
    own("analytics/custom", "report/builder-page.tsx", "New report"),
  ],
  "Advanced features": [
    own("advanced-features", "features/feature-page.tsx", "Features"),
    own("advanced-features/lead-scoring", "rules/scoring-page.tsx", "Lead scoring"),
    own("advanced-features/account-hierarchy", "account/hierarchy-page.tsx", "Account hierarchy"),
    own("advanced-features/accounts", "features/preset-lists.tsx", "Accounts"),
    own("advanced-features/pipeline-forecast", "selling/forecast-page.tsx", "Forecast"),
    own("advanced-features/pipeline", "features/preset-lists.tsx", "Pipeline"),
    own("advanced-features/activity-timeline", "interaction/interaction-timeline.tsx", "Timeline of interactions"),
    own("advanced-features/activity", "activity/activity-dashboard.tsx", "Activities"),
    own("advanced-features/workflow-automation", "features/preset-lists.tsx", "Automation"),
    own("advanced-features/automation", "features/preset-lists.tsx", "Sales playbooks"),
    own("advanced-features/task-management", "features/preset-lists.tsx", "Board of tasks"),
    own("advanced-features/collaboration", "comments/feed-page.tsx", "Feed"),
    own("advanced-features/customer360", "features/customer-choice-page.tsx", "Customer 360°"),
  ],
};
