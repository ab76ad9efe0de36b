import { domain } from "../../kernel/domain.ts";
import { FULFILMENT, LEDGER_ENTRY, ORDER, ORDER_LINE, ORDER_REVISION, orderGrants } from "./order.kind.ts";

export const order = domain({
  name: "order",
  kinds: [ORDER, ORDER_LINE, ORDER_REVISION, LEDGER_ENTRY, FULFILMENT],
  layouts: {
    order: async () => (await import("./order.layout.ts")).order,
    fulfilment: async () => (await import("./order.layout.ts")).fulfilment,
  },
  grants: [orderGrants],
  shareables: { order: async () => (await import("../order-confirmation/offerable.ts")).orderOfferable },
  imports: {
    orders: async () => (await import("../order-import/order.import.ts")).orders,
    "order-items": async () => (await import("../order-import/order-item.import.ts")).orderItems,
  },
  exports: {
    orders: { read: orderGrants.read, load: async () => (await import("./order.ts")).listDefinition },
    fulfilments: { read: orderGrants.read, load: async () => (await import("./fulfilment.ts")).listDefinition },
  },
  days: { orders: async () => (await import("./daily-figures.ts")).dailyFigures },
  bulk: {
    order: { write: orderGrants.write, remove: orderGrants.delete, load: async () => (await import("./order.ts")).Order },
  },
  features: {
    custom_fields: [ORDER],
    search_paths: [ORDER],
    activities: [ORDER],
    notes: [ORDER],
    comments: [ORDER],
    attachments: [ORDER],
    tags: [ORDER],
  },
  subscribers: {
    "order-leads": {
      basis: "release",
      events: ["order.created"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./sale.ts")).onOrderCreated,
    },
    "order-sales": {
      basis: "release",
      events: ["opportunity.stage_changed"],
      table: [{ actions: ["GetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_class"] }],
      load: async () => (await import("./sale.ts")).onOpportunityMoved,
    },
    "order-instalments": {
      basis: "release",
      events: ["order.instalment_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./instalment.ts")).onInstalmentDue,
    },
  },
  notifications: {
    order_assigned: {
      events: ["order.assigned", "order.created"],
      load: async () => (await import("./order.notifications.ts")).assigned,
    },
    order_paid: { events: ["order.paid"], load: async () => (await import("./order.notifications.ts")).paid },
    order_review_needed: {
      events: ["order.review_needed"],
      load: async () => (await import("./order.notifications.ts")).reviewNeeded,
    },
    order_instalment_overdue: {
      events: ["order.instalment_overdue"],
      load: async () => (await import("./order.notifications.ts")).instalmentOverdue,
    },
  },
});
