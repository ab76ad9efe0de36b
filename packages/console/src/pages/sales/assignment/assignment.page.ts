import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const assignment = definePage({
  routes: {
    "leads/assignment": part(() => import("./assignment-page.tsx"), "AssignmentPage"),
  },
});
