import { domain } from "../../kernel/domain.ts";
import { orderGrants } from "../order/order.kind.ts";
import { PRE_ORDER, PRE_ORDER_ALLOCATION, PRE_ORDER_RESCHEDULING } from "./pre-order.kind.ts";

export const preOrder = domain({
  name: "pre-order",
  kinds: [PRE_ORDER, PRE_ORDER_ALLOCATION, PRE_ORDER_RESCHEDULING],
  layouts: {
    pre_order: async () => (await import("./pre-order.layout.ts")).preOrder,
    pre_order_allocation: async () => (await import("./pre-order.layout.ts")).allocation,
  },
  rules: { pre_order_notices: async () => (await import("./notices.rule-kind.ts")).PreOrderNotices },
  exports: {
    "pre-orders": { read: orderGrants.read, load: async () => (await import("./pre-order.ts")).listDefinition },
  },
  features: { comments: [PRE_ORDER] },
  subscribers: {
    "pre-orders": {
      basis: "release",
      events: ["pre_order.ready_due"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }],
      load: async () => (await import("./ready.ts")).onReadyDue,
    },
    "pre-order-releases": {
      basis: "release",
      events: ["product.release_moved", "pre_order_rescheduling.work_due"],
      isSliced: true,
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] }, { actions: ["Query"], indexes: ["by_owner"] }],
      load: async () => (await import("./rescheduling.ts")).onReleaseEvent,
    },
    "pre-order-allocations": {
      basis: "release",
      events: ["pre_order_allocation.continue_requested", "pre_order_allocation.attention_due"],
      isSliced: true,
      table: [{ actions: ["GetItem", "PutItem", "UpdateItem"] }, { actions: ["Query"], indexes: ["by_owner", "by_rank"] }],
      load: async () => (await import("./allocation.ts")).onContinueRequested,
    },
    "pre-order-mails": {
      basis: "release",
      events: ["pre_order.ready"],
      uses: ["mail", "secrets:lookups"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onReady,
    },
  },
  notifications: {
    pre_order_ready: {
      events: ["pre_order.ready"],
      load: async () => (await import("./pre-order.notifications.ts")).ready,
    },
  },
});
