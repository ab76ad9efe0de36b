import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const ACTIVITY = kind("activity", "act", {
  path: "/activities",
  load: () => import("./activity.entity.ts"),
  shape: 7,
  display: { menu: "activity", icon: "calendar-check" },
});

/** Series hold the fields that the occurrences of a recurring activity share. Readers read the occurrences, not the series. */
export const ACTIVITY_SERIES = kind("activity_series", "ase", { load: () => import("./series.entity.ts"), isStandalone: true });

export const activityGrants = declarePermissions("activity", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
