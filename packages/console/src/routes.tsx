import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { loadChunk } from "./shell/missing-chunk.ts";
import { NotFound } from "./shell/not-found.tsx";
import { PageError } from "./shell/page-error.tsx";
import { RootLayout } from "./shell/root-layout.tsx";

const rootRoute = createRootRoute({ component: RootLayout, notFoundComponent: NotFound });

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
  component: lazyRouteComponent(
    loadChunk(() => import("./shell/console-layout.tsx")),
    "ConsoleLayout",
  ),
});

const homeRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "/",
  component: lazyRouteComponent(
    loadChunk(() => import("./home/home-page.tsx")),
    "HomePage",
  ),
});

const notificationsRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "notifications",
  component: lazyRouteComponent(
    loadChunk(() => import("./notifications/notifications-page.tsx")),
    "NotificationsPage",
  ),
});

const feedRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "feed",
  component: lazyRouteComponent(
    loadChunk(() => import("./comments/feed-page.tsx")),
    "FeedPage",
  ),
});

const profileRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "profile",
  component: lazyRouteComponent(
    loadChunk(() => import("./profile/profile-page.tsx")),
    "ProfilePage",
  ),
});

const attributionRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "campaigns/attribution",
  component: lazyRouteComponent(
    loadChunk(() => import("./campaign/attribution-page.tsx")),
    "AttributionPage",
  ),
});

const reportRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "analytics/reports/view/$id",
  component: lazyRouteComponent(
    loadChunk(() => import("./report/report-page.tsx")),
    "ReportPage",
  ),
});

const reportBuilderRoutes = ["analytics/custom", "analytics/reports/add", "analytics/reports/edit/$id"].map((path) =>
  createRoute({
    getParentRoute: () => consoleRoute,
    path,
    component: lazyRouteComponent(
      loadChunk(() => import("./report/builder-page.tsx")),
      "ReportBuilderPage",
    ),
  }),
);

const analyticsRoutes = [
  {
    path: "analytics",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/dashboard-page.tsx")),
      "DashboardPage",
    ),
  },
  {
    path: "analytics/sales",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/figure-pages.tsx")),
      "SalesPage",
    ),
  },
  {
    path: "analytics/revenue",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/figure-pages.tsx")),
      "RevenuePage",
    ),
  },
  {
    path: "analytics/customers",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/customer-page.tsx")),
      "CustomerPage",
    ),
  },
  {
    path: "analytics/pipeline",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/pipeline-page.tsx")),
      "PipelinePage",
    ),
  },
  {
    path: "analytics/win-loss",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/win-loss-page.tsx")),
      "WinLossPage",
    ),
  },
  {
    path: "analytics/leads",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/lead-cohort-page.tsx")),
      "LeadCohortPage",
    ),
  },
  {
    path: "interactions/analysis",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/interaction-page.tsx")),
      "InteractionPage",
    ),
  },
  {
    path: "analytics/team",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/team-page.tsx")),
      "TeamPage",
    ),
  },
  {
    path: "analytics/kpis",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/kpi-page.tsx")),
      "KpiPage",
    ),
  },
  {
    path: "analytics/targets",
    component: lazyRouteComponent(
      loadChunk(() => import("./analytics/target-page.tsx")),
      "TargetPage",
    ),
  },
].map((options) => createRoute({ getParentRoute: () => consoleRoute, ...options }));

/** Addresses that lead to the list of a kind. */
const aliasRoutes = Object.entries({
  "campaigns/automation": "/crm/workflows",
  "campaigns/email": "/crm/email-sends",
  "advanced-features/workflow-automation": "/crm/workflows",
  "advanced-features/automation": "/crm/playbooks",
}).map(([path, target]) =>
  createRoute({
    getParentRoute: () => consoleRoute,
    path,
    beforeLoad: () => {
      throw redirect({ to: target as never, replace: true });
    },
  }),
);

/** Pages for people who are not signed in. */
const entryRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/crm/forgot-password",
    component: lazyRouteComponent(
      loadChunk(() => import("./session/forgot-password-page.tsx")),
      "ForgotPasswordPage",
    ),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/crm/reset-password",
    component: lazyRouteComponent(
      loadChunk(() => import("./session/choose-password-page.tsx")),
      "ResetPasswordPage",
    ),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/crm/activate",
    component: lazyRouteComponent(
      loadChunk(() => import("./session/choose-password-page.tsx")),
      "ActivationPage",
    ),
  }),
];

/** The kinds of records are known only at run time, so one route has the pages of all of them. */
const kindRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "$",
  component: lazyRouteComponent(
    loadChunk(() => import("./shell/kind-page.tsx")),
    "KindPage",
  ),
});

/** All pages. Each loads its code when it is opened. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    consoleRoute.addChildren([
      homeRoute,
      notificationsRoute,
      feedRoute,
      profileRoute,
      attributionRoute,
      reportRoute,
      ...reportBuilderRoutes,
      ...analyticsRoutes,
      ...aliasRoutes,
      kindRoute,
    ]),
    ...entryRoutes,
    ...developmentRoutes,
  ]),
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
