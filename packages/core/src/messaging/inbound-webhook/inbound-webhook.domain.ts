import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const inboundWebhookGrants = declarePermissions("inbound_webhook", { read: ["ADMIN"], write: ["ADMIN"] });

/** A URL to which a provider sends its events for a tenant. */
export const INBOUND_WEBHOOK = kind("inbound_webhook", "iwh", {
  path: "/webhooks/inbound",
  read: inboundWebhookGrants.read,
  standalone: true,
  load: () => import("./webhook.entity.ts"),
  display: { icon: "webhook", labels: "Webhooks in", label: "Webhook in" },
});

/** One received delivery and its result, read below its webhook. */
export const INBOUND_DELIVERY = kind("inbound_delivery", "iwd", {
  read: inboundWebhookGrants.read,
  standalone: true,
  load: () => import("./delivery.entity.ts"),
});

export const inboundWebhook = domain({
  name: "inbound-webhook",
  kinds: [INBOUND_WEBHOOK, INBOUND_DELIVERY],
  grants: [inboundWebhookGrants],
  subscribers: {
    "inbound-deliveries": {
      events: [
        "inbound_delivery.created",
        "inbound_delivery.resumed",
        "inbound_delivery.work_due",
        "inbound_delivery.expiry_due",
      ],
      // Includes what the handlers of other domains need.
      uses: ["domains", "seal", "secrets", "web"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
        { actions: ["Query"] },
      ],
      load: async () => (await import("./worker.ts")).onDeliveryEvent,
    },
  },
});
