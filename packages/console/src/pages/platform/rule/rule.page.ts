import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const rule = definePage({
  routes: {
    "settings/rules": part(() => import("./rules-page.tsx"), "RulesPage"),
    "settings/rules/$kind": part(() => import("./rules-page.tsx"), "RuleKindPage"),
    "advanced-features/lead-scoring": part(() => import("./rules-page.tsx"), "QualificationPage"),
  },
});
