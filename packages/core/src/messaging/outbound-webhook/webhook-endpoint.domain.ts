import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const webhookEndpointGrants = declarePermissions("webhook_endpoint", { read: leaders, write: leaders });

/** The feed shows each what they see. */
export const eventGrants = declarePermissions("event", { read: everyone });

/** Where a tenant's own system is told of what happens. */
export const WEBHOOK_ENDPOINT = kind("webhook_endpoint", "whe", {
  path: "/webhooks/endpoints",
  read: webhookEndpointGrants.read,
  standalone: true,
  load: () => import("./endpoint.entity.ts"),
  display: { icon: "webhook", label: "Webhook endpoint", labels: "Webhook endpoints" },
});

/** That an event was sent once, and what was answered. */
export const WEBHOOK_ATTEMPT = kind("webhook_attempt", "wha", {
  derived: true,
  standalone: true,
  read: webhookEndpointGrants.read,
  load: () => import("./attempt.entity.ts"),
});

export const webhookEndpoint = domain({
  name: "webhook-endpoint",
  kinds: [WEBHOOK_ENDPOINT, WEBHOOK_ATTEMPT],
  grants: [webhookEndpointGrants, eventGrants],
  subscribers: {
    "webhook-deliveries": {
      events: ["webhook_endpoint.work_due"],
      hasLongSlices: true,
      // What records are like, their own verbs say.
      uses: ["domains", "seal", "secrets", "outbound"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "BatchWriteItem"] }, { actions: ["Query"] }],
      load: async () => (await import("./worker.ts")).onWorkDue,
    },
  },
  notifications: {
    webhook_endpoint_off: {
      events: ["webhook_endpoint.switched_off"],
      load: async () => (await import("./endpoint.notifications.ts")).off,
    },
  },
});
