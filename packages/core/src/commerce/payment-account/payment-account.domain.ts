import { domain } from "../../kernel/domain.ts";
import { PAYMENT_ACCOUNT, paymentAccountGrants } from "./payment-account.kind.ts";

export const paymentAccount = domain({
  name: "payment-account",
  kinds: [PAYMENT_ACCOUNT],
  layouts: { payment_account: async () => (await import("./payment-account.layout.ts")).paymentAccount },
  grants: [paymentAccountGrants],
  webhookHandlers: {
    stripe: async () => (await import("./stripe-events.ts")).stripe,
    standard: async () => (await import("./standard-events.ts")).standard,
  },
  subscribers: {
    "payment-webhooks": {
      basis: "release",
      events: ["order.created", "order.restored", "payment.created", "payment.succeeded"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }, { actions: ["Query"] }],
      load: async () => (await import("./awaited-records.listener.ts")).onRecordCreated,
    },
    "payment-links": {
      basis: "release",
      events: ["order.payment_link_expired"],
      uses: ["seal", "web"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./payment-link.ts")).onLinkExpired,
    },
    "payment-reconciliation": {
      basis: "release",
      events: ["payment_account.reconciliation_due"],
      uses: ["domains", "seal", "web"],
      table: [{ actions: ["GetItem", "PutItem", "Query"] }],
      isSliced: true,
      load: async () => (await import("./reconciliation.ts")).onReconciliationDue,
    },
  },
});
