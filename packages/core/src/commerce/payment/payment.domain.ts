import { domain } from "../../kernel/domain.ts";
import { PAYMENT, paymentGrants, REFUND } from "./payment.kind.ts";
import { PAYMENT_METHODS } from "./payment.masters.ts";

export const payment = domain({
  name: "payment",
  kinds: [PAYMENT, REFUND],
  layouts: {
    payment: async () => (await import("./payment.layout.ts")).payment,
    refund: async () => (await import("./payment.layout.ts")).refund,
  },
  grants: [paymentGrants],
  masters: [PAYMENT_METHODS],
  features: { comments: [PAYMENT] },
  exports: {
    payments: { read: paymentGrants.read, load: async () => (await import("./payment.ts")).listDefinition },
    refunds: { read: paymentGrants.read, load: async () => (await import("./refund.ts")).listDefinition },
  },
});
