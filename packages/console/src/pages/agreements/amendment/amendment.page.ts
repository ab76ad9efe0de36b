import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const amendment = definePage({
  routes: {
    "contracts/amendments/create": part(() => import("./amendment-form-page.tsx"), "AmendmentFormPage"),
  },
});
