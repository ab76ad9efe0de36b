import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const wizard = part(() => import("../../../records/import/import-wizard.tsx"), "ImportWizard");

export const imports = definePage({
  kind: "import",
  routes: {
    "imports/add": wizard,
    "imports/create": wizard,
    "imports/view/$id": part(() => import("../../../records/import/import-page.tsx"), "ImportPage"),
  },
  list: { creationButton: part(() => import("../../../records/import/import-link.tsx"), "ImportStartButton") },
});
