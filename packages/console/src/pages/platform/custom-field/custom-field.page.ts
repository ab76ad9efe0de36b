import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const customField = definePage({
  routes: {
    "settings/custom-fields": part(() => import("./custom-fields-page.tsx"), "CustomFieldsPage"),
  },
});
