import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const webhookEndpointGrants = declarePermissions("webhook_endpoint", { read: leaders, write: leaders });

/** All users may read the feed; each gets the events that they may see. */
export const eventGrants = declarePermissions("event", { read: everyone });

/** A URL of a tenant's own system to which events are sent. */
export const WEBHOOK_ENDPOINT = kind("webhook_endpoint", "whe", {
  path: "/webhooks/endpoints",
  read: webhookEndpointGrants.read,
  isStandalone: true,
  load: () => import("./endpoint.entity.ts"),
  display: { menu: "settings", icon: "webhook", label: "Webhook endpoint", labels: "Webhook endpoints" },
});

/** One try to send an event, with the answer. */
export const WEBHOOK_ATTEMPT = kind("webhook_attempt", "wha", {
  derived: true,
  isStandalone: true,
  read: webhookEndpointGrants.read,
  load: () => import("./attempt.entity.ts"),
});
