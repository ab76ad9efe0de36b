import { masterKind } from "../../kernel/master-kind.ts";

export const PRODUCT_CATEGORIES = masterKind("product_categories", {
  label: "Product categories",
  extras: ["parent_id"],
  defaults: () => [
    { code: "hardware", name: "Hardware" },
    { code: "software", name: "Software" },
    { code: "services", name: "Services" },
    { code: "consulting", name: "Consulting", parent: "services" },
    { code: "support", name: "Support", parent: "services" },
    { code: "training", name: "Training", parent: "services" },
  ],
});
