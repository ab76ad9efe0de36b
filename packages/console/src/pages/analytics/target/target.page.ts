import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const target = definePage({
  kind: "target",
  importing: { canExist: true, replaces: true },
  routes: {
    "analytics/targets": part(() => import("./target-page.tsx"), "TargetPage"),
  },
});
