import { InboundDelivery } from "@crm/core/inbound-webhook/delivery.ts";
import { inboundWebhookGrants } from "@crm/core/inbound-webhook/inbound-webhook.domain.ts";
import { InboundWebhook } from "@crm/core/inbound-webhook/webhook.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { events } from "./events.ts";
import { inboundDeliveryLinks, inboundWebhookLinks } from "./links.ts";
import { listing } from "./listing.ts";
import { webhookEndpoints } from "./webhook-endpoints.ts";

const { read, write } = inboundWebhookGrants;
const tag = "Webhooks";
const shown = { tag, links: inboundWebhookLinks } as const;
const changed = { ...shown, access: write, output: recordOf("InboundWebhook", InboundWebhook.Info), kind: "record" } as const;
const told = {
  tag,
  links: inboundDeliveryLinks,
  output: recordOf("InboundDelivery", InboundDelivery.Info),
  kind: "record",
} as const;

const operations = [
  ...listing({
    ...shown,
    name: "listInboundWebhooks",
    path: "/webhooks/inbound",
    access: read,
    summary: "List webhooks in",
    verb: InboundWebhook.list,
    output: recordOf("InboundWebhookRow", InboundWebhook.Row),
  }),
  operation({
    ...changed,
    name: "createInboundWebhook",
    method: "POST",
    path: "/webhooks/inbound",
    summary: "Let a provider tell of what happens with it",
    description: "It is to call `url`. Only what it signs with the secret comes in.",
    verb: InboundWebhook.create,
    status: 201,
    keyspaces: ["hook"],
  }),
  operation({
    ...shown,
    name: "getInboundWebhook",
    method: "GET",
    path: "/webhooks/inbound/{id}",
    access: read,
    summary: "Read a webhook in",
    verb: InboundWebhook.get,
    output: recordOf("InboundWebhookNow", InboundWebhook.One),
    kind: "record",
  }),
  operation({
    ...changed,
    name: "updateInboundWebhook",
    method: "PATCH",
    path: "/webhooks/inbound/{id}",
    summary: "Change a webhook in, or its secrets",
    description:
      "Of two secrets either is good: give the provider the new one, and then send that one alone. One that is gone is good for a minute at most.",
    verb: InboundWebhook.update,
  }),
  operation({
    ...changed,
    name: "deleteInboundWebhook",
    method: "DELETE",
    path: "/webhooks/inbound/{id}",
    summary: "Let nothing more in by a webhook",
    description: "What has come in is worked off all the same.",
    verb: InboundWebhook.remove,
  }),
  operation({
    ...changed,
    name: "restoreInboundWebhook",
    method: "POST",
    path: "/webhooks/inbound/{id}/restore",
    summary: "Bring back a deleted webhook in",
    verb: InboundWebhook.restore,
  }),
  operation({
    tag,
    links: inboundDeliveryLinks,
    name: "listInboundDeliveries",
    method: "GET",
    path: "/webhooks/inbound/{id}/deliveries",
    access: read,
    summary: "List what a provider has told",
    description:
      "What came, what it did, what waits for its record (`status=held`), and what could not be worked off (`status=quarantined`).",
    verb: InboundDelivery.list,
    output: recordOf("InboundDeliveryRow", InboundDelivery.Row),
    kind: "list",
  }),
  operation({
    ...told,
    name: "getInboundDelivery",
    method: "GET",
    path: "/webhooks/inbound/{id}/deliveries/{delivery_id}",
    access: read,
    summary: "Read what became of something that a provider has told",
    verb: InboundDelivery.get,
  }),
  operation({
    ...told,
    name: "retryInboundDelivery",
    method: "POST",
    path: "/webhooks/inbound/{id}/deliveries/{delivery_id}/retry",
    access: write,
    summary: "Work off once more what was quarantined",
    verb: InboundDelivery.retry,
    writes: "delivery_id",
  }),
  ...webhookEndpoints,
  ...events,
] as const;

export const webhooks = serves(operations, { uses: ["domains", "seal", "outbound"] });
