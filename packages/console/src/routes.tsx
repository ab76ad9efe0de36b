import { createRootRoute, createRoute, createRouter, type RouteComponent } from "@tanstack/react-router";
import { registerPages } from "./api/page-manifest.ts";
import { part } from "./api/page-part.ts";
import { ConsoleLayout } from "./frame/app/console-layout.tsx";
import { RootLayout } from "./frame/app/root-layout.tsx";
import { SIGN_UP_PATH } from "./frame/session/entry-paths.ts";
import { NotFoundPage } from "./frame/shell/not-found.tsx";
import { PageError } from "./frame/shell/page-error.tsx";
import { pages } from "./pages/pages.ts";
import { BulkJobs } from "./records/bulk/bulk-jobs.tsx";
import { loadKindPage } from "./records/kind/kind-pages.ts";

const rootRoute = createRootRoute({ component: RootLayout, notFoundComponent: NotFoundPage });

/** Pages that only a build for development has. */
const developmentRoutes = HAS_KIT_PAGE
  ? [
      createRoute({
        getParentRoute: () => rootRoute,
        path: "/_kit",
        component: part(() => import("./pages/platform/kit-page/kit-page.tsx"), "KitPage"),
      }),
    ]
  : [];

const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/crm",
  component: () => <ConsoleLayout foot={<BulkJobs />} />,
});

registerPages(pages);

/** Pages that are not made from the schema of one kind of record, by their addresses below `/crm`. */
const ownRoutes = Object.entries<RouteComponent>({
  notifications: part(() => import("./frame/notifications/notifications-page.tsx"), "NotificationsPage"),
  profile: part(() => import("./frame/profile/profile-page.tsx"), "ProfilePage"),
  ...Object.assign({}, ...pages.map(({ routes }) => routes)),
}).map(([path, component]) => createRoute({ getParentRoute: () => consoleRoute, path, component }));

/** It needs the components of the console, so it is none of the light pages of `frame/session/entry.tsx`. */
const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: SIGN_UP_PATH,
  component: part(() => import("./frame/session/sign-up-page.tsx"), "SignUpPage"),
});

/** The kinds of records are known only at run time, so one route has the pages of all of them. */
const kindRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "$",
  component: part(() => import("./records/kind/kind-page.tsx"), "KindPage"),
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
