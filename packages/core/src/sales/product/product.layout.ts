import type { Layout } from "../../kernel/layout.ts";

export const product: Layout = {
  sections: [
    {
      name: "product",
      label: "Product",
      fields: ["name", "sku", "product_type", "category_id", "family", "is_active", "release_at"],
    },
    { name: "amounts", label: "Amounts", fields: ["unit_price", "cost", "currency", "is_recurring", "frequency"] },
    {
      name: "service",
      label: "Service",
      fields: ["service_type", "estimated_hours", "complexity", "project_duration", "deliverables"],
    },
    { name: "texts", label: "Texts", fields: ["description"] },
  ],
  primary: ["name", "sku", "product_type", "category_id", "unit_price", "currency", "is_active"],
  columns: ["name", "sku", "product_type", "category_id", "unit_price", "is_active"],
  card: ["sku", "unit_price", "category_id"],
  tabs: ["pre_order", "pre_order_allocation", "after-sales-figures"],
  lists: { "after-sales-figures": ["cases", "quantity", "by_reason", "by_resolution"] },
  fields: {
    service_type: { visibleWhen: { product_type: { eq: "SERVICE" } } },
    estimated_hours: { visibleWhen: { product_type: { eq: "SERVICE" } } },
    complexity: { visibleWhen: { product_type: { eq: "SERVICE" } } },
  },
};
