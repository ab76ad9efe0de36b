import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const audit = definePage({
  routes: {
    audit: part(() => import("./audit-page.tsx"), "AuditPage"),
  },
});
