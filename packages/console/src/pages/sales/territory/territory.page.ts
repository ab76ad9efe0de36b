import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const territory = definePage({
  routes: {
    "settings/territories": part(() => import("./territories-page.tsx"), "TerritoriesPage"),
  },
});
