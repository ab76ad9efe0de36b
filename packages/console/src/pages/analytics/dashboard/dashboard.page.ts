import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const dashboard = definePage({
  routes: {
    analytics: part(() => import("./dashboard-page.tsx"), "DashboardPage"),
  },
});
