import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const survey = definePage({
  routes: {
    "support/satisfaction": part(() => import("./surveys-page.tsx"), "SurveysPage"),
  },
});
