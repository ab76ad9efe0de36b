import { InboundDelivery } from "@crm/core/messaging/inbound-webhook/delivery.ts";
import { inboundWebhookGrants } from "@crm/core/messaging/inbound-webhook/inbound-webhook.kind.ts";
import { InboundWebhook } from "@crm/core/messaging/inbound-webhook/webhook.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { type LinkedRecord, operation, recordSchema } from "../../http/operation.ts";
import { linksFrom, recordLink } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { events } from "./events.ts";
import { webhookEndpoints } from "./webhook-endpoints.ts";

const { read, write } = inboundWebhookGrants;
const tag = "Webhooks";
const commonOptions = {
  tag,
  links: linksFrom({ self: "/webhooks/inbound/{id}", deliveries: "/webhooks/inbound/{id}/deliveries" }),
} as const;
const recordWriteOptions = {
  ...commonOptions,
  access: write,
  output: recordSchema("InboundWebhook", InboundWebhook.Info),
  kind: "record",
} as const;
const recordLinks = linksFrom({
  self: "/webhooks/inbound/{webhook_id}/deliveries/{id}",
  webhook: "/webhooks/inbound/{webhook_id}",
});
const deliveryLinks = (delivery: LinkedRecord) => ({ ...recordLinks(delivery), ...recordLink("record", delivery.record_id) });
const deliveryRecord = {
  tag,
  links: deliveryLinks,
  output: recordSchema("InboundDelivery", InboundDelivery.Info),
  kind: "record",
} as const;

const operations = [
  ...buildListOperations({
    ...commonOptions,
    name: "listInboundWebhooks",
    path: "/webhooks/inbound",
    access: read,
    summary: "List webhooks in",
    verb: InboundWebhook.list,
    output: recordSchema("InboundWebhookRow", InboundWebhook.Row),
  }),
  operation({
    ...recordWriteOptions,
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
    ...commonOptions,
    name: "getInboundWebhook",
    method: "GET",
    path: "/webhooks/inbound/{id}",
    access: read,
    summary: "Read a webhook in",
    verb: InboundWebhook.get,
    output: recordSchema("InboundWebhookNow", InboundWebhook.Details),
    kind: "record",
  }),
  operation({
    ...recordWriteOptions,
    name: "updateInboundWebhook",
    method: "PATCH",
    path: "/webhooks/inbound/{id}",
    summary: "Change a webhook in, or its secrets",
    description:
      "Of two secrets either is good: give the provider the new one, and then send that one alone. One that is gone is good for a minute at most.",
    verb: InboundWebhook.update,
  }),
  operation({
    ...recordWriteOptions,
    name: "deleteInboundWebhook",
    method: "DELETE",
    path: "/webhooks/inbound/{id}",
    summary: "Let nothing more in by a webhook",
    description: "What has come in is worked off all the same.",
    verb: InboundWebhook.remove,
  }),
  operation({
    ...recordWriteOptions,
    name: "restoreInboundWebhook",
    method: "POST",
    path: "/webhooks/inbound/{id}/restore",
    summary: "Bring back a deleted webhook in",
    verb: InboundWebhook.restore,
  }),
  operation({
    tag,
    links: deliveryLinks,
    name: "listInboundDeliveries",
    method: "GET",
    path: "/webhooks/inbound/{id}/deliveries",
    access: read,
    summary: "List what a provider has told",
    description:
      "What came, what it did, what waits for its record (`status=held`), and what could not be worked off (`status=quarantined`).",
    verb: InboundDelivery.list,
    output: recordSchema("InboundDeliveryRow", InboundDelivery.Row),
    kind: "list",
  }),
  operation({
    ...deliveryRecord,
    name: "getInboundDelivery",
    method: "GET",
    path: "/webhooks/inbound/{id}/deliveries/{delivery_id}",
    access: read,
    summary: "Read what became of something that a provider has told",
    verb: InboundDelivery.get,
  }),
  operation({
    ...deliveryRecord,
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

export const webhooks = defineApiFunction(operations, { uses: ["domains", "seal", "outbound"] });
