import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const masterData = definePage({
  routes: {
    "contacts/roles": part(() => import("./master-page.tsx"), "ContactRolePage"),
    "leads/sources": part(() => import("./master-page.tsx"), "LeadSourcePage"),
    "settings/masters": part(() => import("./masters-page.tsx"), "MastersPage"),
    "settings/masters/$kind": part(() => import("./master-page.tsx"), "MasterPage"),
  },
});
