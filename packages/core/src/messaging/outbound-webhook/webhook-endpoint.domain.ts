import { domain } from "../../kernel/domain.ts";
import { eventGrants, WEBHOOK_ATTEMPT, WEBHOOK_ENDPOINT, webhookEndpointGrants } from "./webhook-endpoint.kind.ts";

export const webhookEndpoint = domain({
  name: "webhook-endpoint",
  kinds: [WEBHOOK_ENDPOINT, WEBHOOK_ATTEMPT],
  grants: [webhookEndpointGrants, eventGrants],
  authorities: {
    webhook_endpoint: { rights: "user", basis: { own: [WEBHOOK_ENDPOINT] } },
  },
  subscribers: {
    "webhook-deliveries": {
      basis: "release",
      events: ["webhook_endpoint.work_due", "webhook_endpoint.updated"],
      hasLongSlices: true,
      // Records are read by the functions of their own domains.
      uses: ["domains", "seal", "secrets:requests", "outbound"],
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
