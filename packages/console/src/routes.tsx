import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { ConsoleLayout } from "./frame/app/console-layout.tsx";
import { RootLayout } from "./frame/app/root-layout.tsx";
import { SIGN_UP_PATH } from "./frame/session/entry-paths.ts";
import { loadKindPage } from "./frame/shell/kind-pages.ts";
import { loadChunk } from "./frame/shell/missing-chunk.ts";
import { NotFoundPage } from "./frame/shell/not-found.tsx";
import { PageError } from "./frame/shell/page-error.tsx";
import { BulkJobs } from "./records/bulk/bulk-jobs.tsx";

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
        component: lazyRouteComponent(() => import("./pages/platform/kit-page/kit-page.tsx"), "KitPage"),
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
  "/": page(() => import("./pages/views/home/home-page.tsx"), "HomePage"),
  notifications: page(() => import("./frame/notifications/notifications-page.tsx"), "NotificationsPage"),
  pages: page(() => import("./pages/platform/settings/pages-page.tsx"), "PagesPage"),
  inbox: page(() => import("./pages/views/features/preset-lists.tsx"), "InboxPage"),
  feed: page(() => import("./records/comments/feed-page.tsx"), "FeedPage"),
  profile: page(() => import("./frame/profile/profile-page.tsx"), "ProfilePage"),
  guide: page(() => import("./pages/platform/guide/guide-page.tsx"), "GuidePage"),
  "guide/$page": page(() => import("./pages/platform/guide/guide-page.tsx"), "GuidePage"),
  "opportunities/forecast": page(() => import("./pages/sales/opportunity/forecast-page.tsx"), "ForecastPage"),
  "opportunities/won": page(() => import("./pages/sales/opportunity/closed-page.tsx"), "WonPage"),
  "opportunities/lost": page(() => import("./pages/sales/opportunity/closed-page.tsx"), "LostPage"),
  "customers/hierarchy": page(() => import("./pages/accounts/customer/hierarchy-page.tsx"), "HierarchyPage"),
  ...Object.fromEntries(
    ["customers/segments", "contacts/lists"].flatMap((path) =>
      ["add", "create", "edit/$id"].map((form) => [
        `${path}/${form}`,
        page(() => import("./pages/engagement/segment/segment-form-page.tsx"), "SegmentFormPage"),
      ]),
    ),
  ),
  "contacts/roles": page(() => import("./pages/platform/master-data/master-page.tsx"), "ContactRolePage"),
  "leads/sources": page(() => import("./pages/platform/master-data/master-page.tsx"), "LeadSourcePage"),
  "settings/masters": page(() => import("./pages/platform/master-data/masters-page.tsx"), "MastersPage"),
  "settings/masters/$kind": page(() => import("./pages/platform/master-data/master-page.tsx"), "MasterPage"),
  "advanced-features/pipeline-forecast": page(() => import("./pages/sales/opportunity/forecast-page.tsx"), "ForecastPage"),
  "advanced-features/account-hierarchy": page(() => import("./pages/accounts/customer/hierarchy-page.tsx"), "HierarchyPage"),
  approvals: page(() => import("./pages/agreements/approval/approvals-page.tsx"), "ApprovalsPage"),
  "contracts/amendments": page(() => import("./pages/agreements/contract/amendments-page.tsx"), "AmendmentsPage"),
  "contracts/amendments/create": page(() => import("./pages/agreements/amendment/amendment-form-page.tsx"), "AmendmentFormPage"),
  "contracts/templates/edit/$id": page(
    () => import("./pages/agreements/contract-template/template-edit-page.tsx"),
    "TemplateEditPage",
  ),
  "contracts/renewals": page(() => import("./pages/agreements/contract/renewals-page.tsx"), "RenewalsPage"),
  settings: page(() => import("./pages/platform/settings/settings-page.tsx"), "SettingsPage"),
  "settings/api-keys": page(() => import("./pages/platform/auth/api-keys-page.tsx"), "ApiKeysPage"),
  "settings/webhooks": page(() => import("./pages/messaging/outbound-webhook/webhooks-page.tsx"), "WebhooksPage"),
  "settings/organization": page(() => import("./pages/platform/tenant/organization-page.tsx"), "OrganizationPage"),
  audit: page(() => import("./pages/platform/audit/audit-page.tsx"), "AuditPage"),
  "settings/custom-fields": page(() => import("./pages/platform/custom-field/custom-fields-page.tsx"), "CustomFieldsPage"),
  "settings/layouts": page(() => import("./pages/platform/layout/layouts-page.tsx"), "LayoutsPage"),
  "settings/teams": page(() => import("./pages/platform/user/teams-page.tsx"), "TeamsPage"),
  "settings/territories": page(() => import("./pages/sales/territory/territories-page.tsx"), "TerritoriesPage"),
  "settings/roles": page(() => import("./pages/platform/user/roles-page.tsx"), "RolesPage"),
  "settings/users": page(() => import("./pages/platform/user/users-page.tsx"), "UsersPage"),
  "campaigns/attribution": page(() => import("./pages/engagement/campaign/attribution-page.tsx"), "AttributionPage"),
  "activities/tasks": page(() => import("./pages/people/activity/task-page.tsx"), "TaskPage"),
  "activities/calls": page(() => import("./pages/people/activity/call-page.tsx"), "CallPage"),
  "activities/meetings": page(() => import("./pages/people/activity/meeting-page.tsx"), "MeetingPage"),
  "activities/emails": page(() => import("./pages/people/activity/email-page.tsx"), "EmailPage"),
  "interactions/timeline": page(() => import("./pages/people/interaction/interaction-timeline.tsx"), "InteractionTimeline"),
  "campaigns/automation": page(() => import("./pages/engagement/workflow/automation-page.tsx"), "CampaignAutomationPage"),
  "campaigns/email": page(() => import("./pages/engagement/email-send/email-page.tsx"), "EmailCampaignsPage"),
  "advanced-features": page(() => import("./pages/views/features/feature-page.tsx"), "FeaturePage"),
  "advanced-features/accounts": page(() => import("./pages/views/features/preset-lists.tsx"), "AccountsPage"),
  "advanced-features/pipeline": page(() => import("./pages/views/features/preset-lists.tsx"), "PipelineBoardPage"),
  "advanced-features/activity-timeline": page(
    () => import("./pages/people/interaction/interaction-timeline.tsx"),
    "InteractionTimeline",
  ),
  "advanced-features/activity": page(() => import("./pages/people/activity/activity-dashboard.tsx"), "ActivityDashboard"),
  "advanced-features/workflow-automation": page(() => import("./pages/engagement/workflow/automation-page.tsx"), "WorkflowsPage"),
  "advanced-features/automation": page(() => import("./pages/views/features/sales-automation-page.tsx"), "SalesAutomationPage"),
  "advanced-features/task-management": page(() => import("./pages/views/features/preset-lists.tsx"), "TaskBoardPage"),
  "advanced-features/collaboration": page(() => import("./records/comments/feed-page.tsx"), "FeedPage"),
  "advanced-features/customer360": page(() => import("./pages/views/features/customer-choice-page.tsx"), "CustomerChoicePage"),
  "analytics/reports/view/$id": page(() => import("./pages/analytics/report/report-page.tsx"), "ReportPage"),
  analytics: page(() => import("./pages/analytics/dashboard/dashboard-page.tsx"), "DashboardPage"),
  "analytics/sales": page(() => import("./pages/analytics/figure/figure-pages.tsx"), "SalesPage"),
  "analytics/revenue": page(() => import("./pages/analytics/figure/figure-pages.tsx"), "RevenuePage"),
  "analytics/customers": page(() => import("./pages/analytics/figure/customer-page.tsx"), "CustomerPage"),
  "analytics/pipeline": page(() => import("./pages/analytics/figure/pipeline-page.tsx"), "PipelinePage"),
  "analytics/win-loss": page(() => import("./pages/analytics/figure/win-loss-page.tsx"), "WinLossPage"),
  "analytics/leads": page(() => import("./pages/analytics/figure/lead-cohort-page.tsx"), "LeadCohortPage"),
  "leads/assignment": page(() => import("./pages/sales/assignment/assignment-page.tsx"), "AssignmentPage"),
  "leads/scoring": page(() => import("./pages/sales/scoring/scoring-page.tsx"), "ScoringPage"),
  "settings/rules": page(() => import("./pages/platform/rule/rules-page.tsx"), "RulesPage"),
  "settings/rules/$kind": page(() => import("./pages/platform/rule/rules-page.tsx"), "RuleKindPage"),
  "advanced-features/lead-scoring": page(() => import("./pages/platform/rule/rules-page.tsx"), "QualificationPage"),
  "support/satisfaction": page(() => import("./pages/service/survey/surveys-page.tsx"), "SurveysPage"),
  "support/agents": page(() => import("./pages/service/sla/agents-page.tsx"), "AgentsPage"),
  "support/knowledge": page(() => import("./pages/service/knowledge/knowledge-page.tsx"), "KnowledgePage"),
  "support/knowledge/create": page(() => import("./pages/service/knowledge/article-page.tsx"), "ArticlePage"),
  "support/knowledge/add": page(() => import("./pages/service/knowledge/article-page.tsx"), "ArticlePage"),
  "support/knowledge/edit/$id": page(() => import("./pages/service/knowledge/article-page.tsx"), "ArticlePage"),
  "support/sla": page(() => import("./pages/service/sla/sla-page.tsx"), "SlaPage"),
  "support/sla/create": page(() => import("./pages/service/sla/sla-form-page.tsx"), "SlaFormPage"),
  "support/sla/add": page(() => import("./pages/service/sla/sla-form-page.tsx"), "SlaFormPage"),
  "support/sla/edit/$id": page(() => import("./pages/service/sla/sla-form-page.tsx"), "SlaFormPage"),
  "support/calendars": page(() => import("./pages/service/sla/calendars-page.tsx"), "CalendarsPage"),
  "support/calendars/create": page(() => import("./pages/service/sla/calendar-form-page.tsx"), "CalendarFormPage"),
  "support/calendars/add": page(() => import("./pages/service/sla/calendar-form-page.tsx"), "CalendarFormPage"),
  "support/calendars/edit/$id": page(() => import("./pages/service/sla/calendar-form-page.tsx"), "CalendarFormPage"),
  "interactions/analysis": page(() => import("./pages/analytics/figure/interaction-page.tsx"), "InteractionPage"),
  "analytics/team": page(() => import("./pages/analytics/figure/team-page.tsx"), "TeamPage"),
  "analytics/kpis": page(() => import("./pages/analytics/kpi/kpi-page.tsx"), "KpiPage"),
  "analytics/targets": page(() => import("./pages/analytics/target/target-page.tsx"), "TargetPage"),
  "analytics/custom": page(() => import("./pages/analytics/report/builder-page.tsx"), "ReportBuilderPage"),
  "analytics/reports/add": page(() => import("./pages/analytics/report/builder-page.tsx"), "ReportBuilderPage"),
  "analytics/reports/edit/$id": page(() => import("./pages/analytics/report/builder-page.tsx"), "ReportBuilderPage"),
  "support/tickets/create": page(() => import("./pages/service/ticket/ticket-form-page.tsx"), "TicketFormPage"),
  "support/tickets/add": page(() => import("./pages/service/ticket/ticket-form-page.tsx"), "TicketFormPage"),
  "persons/duplicates": page(() => import("./records/merging/duplicates-page.tsx"), "DuplicatesPage"),
  "persons/duplicates/view/$id": page(() => import("./records/merging/duplicates-page.tsx"), "DuplicatesPage"),
  "persons/merge": page(() => import("./records/merging/merge-page.tsx"), "MergePage"),
  "customers/merge": page(() => import("./records/merging/merge-page.tsx"), "MergePage"),
  "contacts/merge": page(() => import("./records/merging/merge-page.tsx"), "MergePage"),
  "imports/add": page(() => import("./records/import/import-wizard.tsx"), "ImportWizard"),
  "imports/create": page(() => import("./records/import/import-wizard.tsx"), "ImportWizard"),
  "exports/view/$id": page(() => import("./records/import/export-page.tsx"), "ExportPage"),
  "bulk-changes/view/$id": page(() => import("./records/import/bulk-change-page.tsx"), "BulkChangePage"),
  "imports/view/$id": page(() => import("./records/import/import-page.tsx"), "ImportPage"),
  ...Object.fromEntries(
    ["orders/add", "orders/create", "orders/edit/$id"].map((path) => [
      path,
      page(() => import("./pages/commerce/order/order-form-page.tsx"), "OrderFormPage"),
    ]),
  ),
  "quotes/create": page(() => import("./pages/agreements/quote/quote-form-page.tsx"), "QuoteFormPage"),
  "quotes/add": page(() => import("./pages/agreements/quote/quote-form-page.tsx"), "QuoteFormPage"),
  "quotes/edit/$id": page(() => import("./pages/agreements/quote/quote-form-page.tsx"), "QuoteFormPage"),
  "quotes/pricing": page(() => import("./pages/agreements/quote/pricing-page.tsx"), "PricingPage"),
  "quotes/pricing/create": page(() => import("./pages/agreements/quote/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing/edit/$id": page(() => import("./pages/agreements/quote/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing-rules": page(() => import("./pages/agreements/quote/pricing-page.tsx"), "PricingPage"),
  "quotes/pricing-rules/create": page(() => import("./pages/agreements/quote/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing-rules/add": page(() => import("./pages/agreements/quote/pricing-form-page.tsx"), "PricingFormPage"),
  "quotes/pricing-rules/edit/$id": page(() => import("./pages/agreements/quote/pricing-form-page.tsx"), "PricingFormPage"),
  "proposals/create": page(() => import("./pages/agreements/proposal/proposal-form-page.tsx"), "ProposalFormPage"),
  "proposals/add": page(() => import("./pages/agreements/proposal/proposal-form-page.tsx"), "ProposalFormPage"),
  "proposals/edit/$id": page(() => import("./pages/agreements/proposal/proposal-form-page.tsx"), "ProposalFormPage"),
}).map(([path, component]) => createRoute({ getParentRoute: () => consoleRoute, path, component }));

/** It needs the components of the console, so it is none of the light pages of `frame/session/entry.tsx`. */
const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: SIGN_UP_PATH,
  component: page(() => import("./frame/session/sign-up-page.tsx"), "SignUpPage"),
});

/** The kinds of records are known only at run time, so one route has the pages of all of them. */
const kindRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "$",
  component: page(() => import("./frame/shell/kind-page.tsx"), "KindPage"),
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
