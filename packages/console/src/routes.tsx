import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NotFound } from "./shell/not-found.tsx";
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
  component: lazyRouteComponent(() => import("./shell/console-layout.tsx"), "ConsoleLayout"),
});

const homeRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./home/home-page.tsx"), "HomePage"),
});

const notificationsRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "notifications",
  component: lazyRouteComponent(() => import("./notifications/notifications-page.tsx"), "NotificationsPage"),
});

/** The kinds of records are known only at run time, so one route has the pages of all of them. */
const kindRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: "$",
  component: lazyRouteComponent(() => import("./shell/kind-page.tsx"), "KindPage"),
});

/** All pages. Each loads its code when it is opened. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([consoleRoute.addChildren([homeRoute, notificationsRoute, kindRoute]), ...developmentRoutes]),
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
