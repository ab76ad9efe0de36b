import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const SEGMENT = kind("segment", "seg", {
  path: "/customers/segments",
  load: () => import("./segment.entity.ts"),
  display: { menu: "marketing", icon: "chart-pie" },
});
export const SEGMENT_BUILD = kind("segment_build", "sgb", { derived: true, load: () => import("./segment.entity.ts") });

export const segmentGrants = declarePermissions("segment", {
  read: everyone,
  write: [...leaders, "MARKETER"],
});
