import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const home = definePage({
  routes: {
    "/": part(() => import("./home-page.tsx"), "HomePage"),
  },
});
