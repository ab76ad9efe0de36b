import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const tenant = definePage({
  routes: {
    "settings/organization": part(() => import("./organization-page.tsx"), "OrganizationPage"),
  },
});
