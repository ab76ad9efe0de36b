import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const inboundWebhookGrants = declarePermissions("inbound_webhook", { read: ["ADMIN"], write: ["ADMIN"] });

/** A URL to which a provider sends its events for a tenant. */
export const INBOUND_WEBHOOK = kind("inbound_webhook", "iwh", {
  path: "/webhooks/inbound",
  read: inboundWebhookGrants.read,
  isStandalone: true,
  load: () => import("./webhook.entity.ts"),
  display: { menu: "settings", icon: "webhook", labels: "Webhooks in", label: "Webhook in" },
});

/** One received delivery and its result, read below its webhook. */
export const INBOUND_DELIVERY = kind("inbound_delivery", "iwd", {
  read: inboundWebhookGrants.read,
  isStandalone: true,
  load: () => import("./delivery.entity.ts"),
});
