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

/** All pages. Each loads its code when it is opened. */
export const router = createRouter({ routeTree: rootRoute.addChildren(developmentRoutes), defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
