import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ProductRecord } from "./product.entity.ts";

export const product: PersonalData<ProductRecord> = {
  purpose: "Describe what the tenant sells.",
  subject: undefined,
  fields: {
    product_type: "none",
    name: "none",
    sku: "none",
    category_id: "none",
    family: "none",
    description: "none",
    unit_price: "none",
    cost: "none",
    currency: "none",
    is_active: "none",
    service_type: "none",
    deliverables: "none",
    estimated_hours: "none",
    complexity: "none",
    is_recurring: "none",
    frequency: "none",
    release_at: "none",
    project_duration: "none",
    items: "none",
  },
};
