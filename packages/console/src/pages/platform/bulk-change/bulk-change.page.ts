import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const bulkChange = definePage({
  routes: {
    "bulk-changes/view/$id": part(() => import("../../../records/import/bulk-change-page.tsx"), "BulkChangePage"),
  },
});
