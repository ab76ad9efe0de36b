import { domain } from "../../kernel/domain.ts";
import { INBOUND_DELIVERY, INBOUND_WEBHOOK, inboundWebhookGrants } from "./inbound-webhook.kind.ts";

export const inboundWebhook = domain({
  name: "inbound-webhook",
  kinds: [INBOUND_WEBHOOK, INBOUND_DELIVERY],
  layouts: { inbound_webhook: async () => (await import("./inbound-webhook.layout.ts")).inboundWebhook },
  grants: [inboundWebhookGrants],
  authorities: {
    inbound_webhook: { rights: "visitor", basis: { settings: [INBOUND_WEBHOOK] } },
  },
  subscribers: {
    "inbound-deliveries": {
      basis: "release",
      events: [
        "inbound_delivery.created",
        "inbound_delivery.resumed",
        "inbound_delivery.work_due",
        "inbound_delivery.expiry_due",
      ],
      // Includes what the handlers of other domains need.
      uses: ["domains", "seal", "secrets:lookups", "web"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
        { actions: ["Query"] },
      ],
      load: async () => (await import("./worker.ts")).onDeliveryEvent,
    },
  },
});
