import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const scoring = definePage({
  routes: {
    "leads/scoring": part(() => import("./scoring-page.tsx"), "ScoringPage"),
  },
});
