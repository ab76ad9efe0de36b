import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { BulkJobs } from "./bulk/bulk-jobs.tsx";
import { SIGN_UP_PATH } from "./session/entry-paths.ts";
import { ConsoleLayout } from "./shell/console-layout.tsx";
import { loadKindPage } from "./shell/kind-pages.ts";
import { loadChunk } from "./shell/missing-chunk.ts";
import { NotFoundPage } from "./shell/not-found.tsx";
import { PageError } from "./shell/page-error.tsx";
import { RootLayout } from "./shell/root-layout.tsx";

const rootRoute = createRootRoute({ component: RootLayout, notFoundComponent: NotFoundPage });

/** A page whose code is loaded when it is opened. */
const page = <Module extends Record<string, unknown>>(load: () => Promise<Module>, name: string & keyof Module) =>
  lazyRouteComponent(loadChunk(load as () => Promise<Record<string, never>>), name);

/** Pages that only a build for development has. */
const developmentRoutes = HAS_KIT_PAGE
  ? [
      createRoute({
        getParentRoute: () => rootRoute,
        path: "/_kit",
        component: lazyRouteComponent(() => import("./kit-page/kit-page.tsx"), "KitPage"),
      }),
    ]
  : [];

const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/crm",
  component: () => <ConsoleLayout foot={<BulkJobs />} />,
});

/** Pages that are not made from the schema of one kind of record, by their addresses below `/crm`. */
const ownRoutes = Object.entries({
  "/": page(() => import("./home/home-page.tsx"), "HomePage"),
  notifications: page(() => import("./notifications/notifications-page.tsx"), "NotificationsPage"),
  pages: page(() => import("./shell/pages-page.tsx"), "PagesPage"),
  inbox: page(() => import("./features/preset-lists.tsx"), "InboxPage"),
  feed: page(() => import("./comments/feed-page.tsx"), "FeedPage"),
  profile: page(() => import("./profile/profile-page.tsx"), "ProfilePage"),
  guide: page(() => import("./guide/guide-page.tsx"), "GuidePage"),
  "guide/$page": page(() => import("./guide/guide-page.tsx"), "GuidePage"),
  "opportunities/forecast": page(() => import("./selling/forecast-page.tsx"), "ForecastPage"),
  "opportunities/won": page(() => import("./selling/closed-page.tsx"), "WonPage"),
  "opportunities/lost": page(() => import("./selling/closed-page.tsx"), "LostPage"),
  "customers/hierarchy": page(() => import("./account/hierarchy-page.tsx"), "HierarchyPage"),
  ...Object.fromEntries(
    ["customers/segments", "contacts/lists"].flatMap((path) =>
      ["add", "create", "edit/$id"].map((form) => [
        `${path}/${form}`,
        page(() => import("./account/segment-form-page.tsx"), "SegmentFormPage"),
      ]),
    ),
  ),
  "contacts/roles": page(() => import("./masters/master-page.tsx"), "ContactRolePage"),
  "leads/sources": page(() => import("./masters/master-page.tsx"), "LeadSourcePage"),
  "settings/masters": page(() => import("./masters/masters-page.tsx"), "MastersPage"),
  "settings/masters/$kind": page(() => import("./masters/master-page.tsx"), "MasterPage"),
  "advanced-features/pipeline-forecast": page(() => import("./selling/forecast-page.tsx"), "ForecastPage"),
  "advanced-features/account-hierarchy": page(() => import("./account/hierarchy-page.tsx"), "HierarchyPage"),
  approvals: page(() => import("./agreement/approvals-page.tsx"), "ApprovalsPage"),
  "contracts/amendments": page(() => import("./agreement/amendments-page.tsx"), "AmendmentsPage"),
  "contracts/amendments/create": page(() => import("./agreement/amendment-form-page.tsx"), "AmendmentFormPage"),
  "contracts/templates/edit/$id": page(() => import("./agreement/template-edit-page.tsx"), "TemplateEditPage"),
  "contracts/renewals": page(() => import("./agreement/renewals-page.tsx"), "RenewalsPage"),
  settings: page(() => import("./settings/settings-page.tsx"), "SettingsPage"),
  "settings/api-keys": page(() => import("./settings/api-keys-page.tsx"), "ApiKeysPage"),
  "settings/webhooks": page(() => import("./settings/webhooks-page.tsx"), "WebhooksPage"),
  "settings/organization": page(() => import("./settings/organization-page.tsx"), "OrganizationPage"),
  audit: page(() => import("./settings/audit-page.tsx"), "AuditPage"),
  "settings/custom-fields": page(() => import("./settings/custom-fields-page.tsx"), "CustomFieldsPage"),
  "settings/layouts": page(() => import("./settings/layouts-page.tsx"), "LayoutsPage"),
  "settings/teams": page(() => import("./settings/teams-page.tsx"), "TeamsPage"),
  "settings/territories": page(() => import("./settings/territories-page.tsx"), "TerritoriesPage"),
  "settings/roles": page(() => import("./settings/roles-page.tsx"), "RolesPage"),
  "settings/users": page(() => import("./settings/users-page.tsx"), "UsersPage"),
  "campaigns/attribution": page(() => import("./campaign/attribution-page.tsx"), "AttributionPage"),
  "activities/tasks": page(() => import("./activity/task-page.tsx"), "TaskPage"),
  "activities/calls": page(() => import("./activity/call-page.tsx"), "CallPage"),
  "activities/meetings": page(() => import("./activity/meeting-page.tsx"), "MeetingPage"),
  "activities/emails": page(() => import("./activity/email-page.tsx"), "EmailPage"),
  "interactions/timeline": page(() => import("./interaction/interaction-timeline.tsx"), "InteractionTimeline"),
  "campaigns/automation": page(() => import("./workflow/automation-page.tsx"), "CampaignAutomationPage"),
  "campaigns/email": page(() => import("./campaign/email-page.tsx"), "EmailCampaignsPage"),
  "advanced-features": page(() => import("./features/feature-page.tsx"), "FeaturePage"),
  "advanced-features/accounts": page(() => import("./features/preset-lists.tsx"), "AccountsPage"),
  "advanced-features/pipeline": page(() => import("./features/preset-lists.tsx"), "PipelineBoardPage"),
  "advanced-features/activity-timeline": page(() => import("./interaction/interaction-timeline.tsx"), "InteractionTimeline"),
  "advanced-features/activity": page(() => import("./activity/activity-dashboard.tsx"), "ActivityDashboard"),
  "advanced-features/workflow-automation": page(() => import("./workflow/automation-page.tsx"), "WorkflowsPage"),
  "advanced-features/automation": page(() => import("./features/sales-automation-page.tsx"), "SalesAutomationPage"),
  "advanced-features/task-management": page(() => import("./features/preset-lists.tsx"), "TaskBoardPage"),
  "advanced-features/collaboration": page(() => import("./comments/feed-page.tsx"), "FeedPage"),
  "advanced-features/customer360": page(() => import("./features/customer-choice-page.tsx"), "CustomerChoicePage"),
  "analytics/reports/view/$id": page(() => import("./report/report-page.tsx"), "ReportPage"),
  analytics: page(() => import("./analytics/dashboard-page.tsx"), "DashboardPage"),
  "analytics/sales": page(() => import("./analytics/figure-pages.tsx"), "SalesPage"),
  "analytics/revenue": page(() => import("./analytics/figure-pages.tsx"), "RevenuePage"),
  "analytics/customers": page(() => import("./analytics/customer-page.tsx"), "CustomerPage"),
  "analytics/pipeline": page(() => import("./analytics/pipeline-page.tsx"), "PipelinePage"),
  "analytics/win-loss": page(() => import("./analytics/win-loss-page.tsx"), "WinLossPage"),
  "analytics/leads": page(() => import("./analytics/lead-cohort-page.tsx"), "LeadCohortPage"),
  "leads/assignment": page(() => import("./rules/assignment-page.tsx"), "AssignmentPage"),
  "leads/scoring": page(() => import("./rules/scoring-page.tsx"), "ScoringPage"),
  "settings/rules": page(() => import("./rules/rules-page.tsx"), "RulesPage"),
  "settings/rules/$kind": page(() => import("./rules/rules-page.tsx"), "RuleKindPage"),
  "advanced-features/lead-scoring": page(() => import("./rules/rules-page.tsx"), "QualificationPage"),
  "support/satisfaction": page(() => import("./service/surveys-page.tsx"), "SurveysPage"),
  "support/agents": page(() => import("./service/agents-page.tsx"), "AgentsPage"),
  "support/knowledge": page(() => import("./service/knowledge-page.tsx"), "KnowledgePage"),
  "support/knowledge/create": page(() => import("./service/article-page.tsx"), "ArticlePage"),
  "support/knowledge/add": page(() => import("./service/article-page.tsx"), "ArticlePage"),
  "support/knowledge/edit/$id": page(() => import("./service/article-page.tsx"), "ArticlePage"),
  "support/sla": page(() => import("./service/sla-page.tsx"), "SlaPage"),
  "support/sla/create": page(() => import("./service/sla-form-page.tsx"), "SlaFormPage"),
  "support/sla/add": page(() => import("./service/sla-form-page.tsx"), "SlaFormPage"),
  "support/sla/edit/$id": page(() => import("./service/sla-form-page.tsx"), "SlaFormPage"),
  "support/calendars": page(() => import("./service/calendars-page.tsx"), "CalendarsPage"),
  "support/calendars/create": page(() => import("./service/calendar-form-page.tsx"), "CalendarFormPage"),
  "support/calendars/add": page(() => import("./service/calendar-form-page.tsx"), "CalendarFormPage"),
  "support/calendars/edit/$id": page(() => import("./service/calendar-form-page.tsx"), "CalendarFormPage"),
  "interactions/analysis": page(() => import("./analytics/interaction-page.tsx"), "InteractionPage"),
  "analytics/team": page(() => import("./analytics/team-page.tsx"), "TeamPage"),
  "analytics/kpis": page(() => import("./analytics/kpi-page.tsx"), "KpiPage"),
  "analytics/targets": page(() => import("./analytics/target-page.tsx"), "TargetPage"),
  "analytics/custom": page(() => import("./report/builder-page.tsx"), "ReportBuilderPage"),
  "analytics/reports/add": page(() => import("./report/builder-page.tsx"), "ReportBuilderPage"),
  "analytics/reports/edit/$id": page(() => import("./report/builder-page.tsx"), "ReportBuilderPage"),
  "support/tickets/create": page(() => import("./desk/ticket-form-page.tsx"), "TicketFormPage"),
  "support/tickets/add": page(() => import("./desk/ticket-form-page.tsx"), "TicketFormPage"),
  "persons/duplicates": page(() => import("./merging/duplicates-page.tsx"), "DuplicatesPage"),
  "persons/duplicates/view/$id": page(() => import("./merging/duplicates-page.tsx"), "DuplicatesPage"),
  "persons/merge": page(() => import("./merging/merge-page.tsx"), "MergePage"),
  "customers/merge": page(() => import("./merging/merge-page.tsx"), "MergePage"),
  "contacts/merge": page(() => import("./merging/merge-page.tsx"), "MergePage"),
  "imports/add": page(() => import("./import/import-wizard.tsx"), "ImportWizard"),
  "imports/create": page(() => import("./import/import-wizard.tsx"), "ImportWizard"),
  "exports/view/$id": page(() => import("./import/export-page.tsx"), "ExportPage"),
  "bulk-changes/view/$id": page(() => import("./import/bulk-change-page.tsx"), "BulkChangePage"),
  "imports/view/$id": page(() => import("./import/import-page.tsx"), "ImportPage"),
  ...Object.fromEntries(
    ["orders/add", "orders/create", "orders/edit/$id"].map((path) => [
      path,
      page(() => import("./lines/order-form-page.tsx"), "OrderFormPage"),
    ]),
  ),
  "quotes/create": page(() => import("./lines/quote-form-page.tsx"), "QuoteFormPage"),
  "quotes/add": page(() => import("./lines/quote-form-page.tsx"), "QuoteFormPage"),
  "quotes/edit/$id": page(() => import("./lines/quote-form-page.tsx"), "QuoteFormPage"),
  "quotes/pricing": page(() => import("./lines/pricing-page.tsx"), "PricingPage"),
  "quotes/pricing/create": page(() => import("./lines/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing/edit/$id": page(() => import("./lines/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing-rules": page(() => import("./lines/pricing-page.tsx"), "PricingPage"),
  "quotes/pricing-rules/create": page(() => import("./lines/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing-rules/add": page(() => import("./lines/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing-rules/edit/$id": page(() => import("./lines/pricing-form-page.tsx"), "PricingFormPage"),
  "proposals/create": page(() => import("./lines/proposal-form-page.tsx"), "ProposalFormPage"),
  "proposals/add": page(() => import("./lines/proposal-form-page.tsx"), "ProposalFormPage"),
  "proposals/edit/$id": page(() => import("./lines/proposal-form-page.tsx"), "ProposalFormPage"),
}).map(([path, component]) => createRoute({ getParentRoute: () => consoleRoute, path, component }));

/** It needs the components of the console, so it is none of the light pages of `session/entry.tsx`. */
const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: SIGN_UP_PATH,
  component: page(() => import("./session/sign-up-page.tsx"), "SignUpPage"),
});

/** The kinds of records are known only at run time, so one route has the pages of all of them. */
const kindRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "$",
  component: page(() => import("./shell/kind-page.tsx"), "KindPage"),
  // The code of the page comes before the page is shown, also when a pointer rests on a link.
  loader: ({ location }) => loadKindPage(location.pathname, location.searchStr),
});

/** All pages. Each loads its code when it is opened. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([consoleRoute.addChildren([...ownRoutes, kindRoute]), signUpRoute, ...developmentRoutes]),
  defaultErrorComponent: PageError,
  defaultPreload: "intent",
  // Addresses have the parameters of the API as they are, so that people can read them.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).map(([name, value]) => [name, String(value)])).toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
