import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** A figure with a target and a period. */
export const KPI = kind("kpi", "kpi", {
  path: "/kpis",
  isStandalone: true,
  load: () => import("./kpi.entity.ts"),
  display: { icon: "gauge", label: "KPI", labels: "KPIs" },
});

export const kpiGrants = declarePermissions("kpi", { read: everyone, write: everyone });
