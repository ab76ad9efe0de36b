import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const exports = definePage({
  routes: {
    "exports/view/$id": part(() => import("../../../records/import/export-page.tsx"), "ExportPage"),
  },
});
