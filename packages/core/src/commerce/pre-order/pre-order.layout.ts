import type { Layout } from "../../kernel/layout.ts";

export const preOrder: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "order_id", "customer_id", "product_id", "quantity", "allocated_quantity", "priority", "due_at"],
    },
    { name: "dates", label: "Dates", fields: ["release_at", "is_product_release", "hold_until", "is_held"] },
    { name: "origin", label: "Origin", fields: ["category", "vendor"] },
    { name: "texts", label: "Texts", fields: ["reason", "notes"] },
    { name: "progress", label: "Progress", fields: ["ready_at", "ready_reason", "processing_date", "allocation_id"] },
  ],
  primary: [],
  columns: ["name", "order_id", "customer_id", "status", "quantity", "allocated_quantity", "due_at", "priority"],
  card: ["customer_id", "quantity", "due_at"],
  tabs: [],
  board: { field: "status", moves: { READY: "releasePreOrder", WAITING: "holdPreOrder" }, exits: ["CANCELLED"] },
  hidden: ["line_id"],
  actions: {
    releasePreOrder: { icon: "package-check", isPrimary: true, enabledWhen: { status: { eq: "WAITING" } } },
    holdPreOrder: { icon: "pause", enabledWhen: { status: { in: ["WAITING", "READY"] } } },
  },
};

export const allocation: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "product_id", "name", "quantity", "remaining_quantity", "method", "allocated_count", "ready_count"],
    },
    { name: "items", label: "Items", fields: ["items"] },
    { name: "texts", label: "Texts", fields: ["notes"] },
    { name: "progress", label: "Progress", fields: ["completed_at"] },
  ],
  primary: ["product_id", "quantity", "method"],
  columns: ["name", "quantity", "remaining_quantity", "method", "status", "ready_count", "completed_at"],
  card: ["status", "method", "completed_at"],
  tabs: [],
  lists: { items: ["pre_order_id", "quantity"] },
  fields: {
    items: { visibleWhen: { method: { eq: "MANUAL" } }, requiredWhen: { method: { eq: "MANUAL" } } },
  },
};
