import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const form = part(() => import("./order-form-page.tsx"), "OrderFormPage");

export const order = definePage({
  kind: "order",
  isInFeed: true,
  importing: { canExist: true },
  results: { createOrderInvoice: [["invoice", "id"]] },
  routes: { "orders/add": form, "orders/create": form, "orders/edit/$id": form },
  creation: { page: "/crm/orders/create" },
  dialogs: { sendOrder: part(() => import("../../agreements/share-link/send-dialog.tsx"), "SendDialog") },
  record: {
    timelineInstant: "status_changed_at",
    frame: part(() => import("./order-parts.tsx"), "OrderParts"),
    isOverviewFirst: true,
    shows: { lists: ["after_sales_case", "fulfilment", "invoice", "ledger", "payment", "pre_order", "refund"] },
  },
});
