import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** A layout of tiles: figures, charts, tables, funnels, lists, reports and KPIs. */
export const DASHBOARD = kind("dashboard", "dsh", {
  path: "/dashboards",
  isStandalone: true,
  load: () => import("./dashboard.entity.ts"),
  display: { icon: "chart-pie" },
});

export const dashboardGrants = declarePermissions("dashboard", { read: everyone, write: everyone });
