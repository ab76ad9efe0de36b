import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const layout = definePage({
  routes: {
    "settings/layouts": part(() => import("./layouts-page.tsx"), "LayoutsPage"),
  },
});
