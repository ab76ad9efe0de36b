import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const contractTemplate = definePage({
  kind: "contract_template",
  routes: {
    "contracts/templates/edit/$id": part(() => import("./template-edit-page.tsx"), "TemplateEditPage"),
  },
  record: { frame: part(() => import("./template-parts.tsx"), "TemplateParts"), shows: { fields: ["clauses"] } },
});
