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
    summary: "List inbound webhooks",
    verb: InboundWebhook.list,
    output: recordSchema("InboundWebhookRow", InboundWebhook.Row),
  }),
  operation({
    ...recordWriteOptions,
    name: "createInboundWebhook",
    method: "POST",
    path: "/webhooks/inbound",
    summary: "Create an inbound webhook for a provider",
    description: "The provider must call `url`. Only requests that are signed with the secret are accepted.",
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
    summary: "Read an inbound webhook",
    verb: InboundWebhook.get,
    output: recordSchema("InboundWebhookNow", InboundWebhook.Details),
    kind: "record",
  }),
  operation({
    ...recordWriteOptions,
    name: "updateInboundWebhook",
    method: "PATCH",
    path: "/webhooks/inbound/{id}",
    summary: "Change an inbound webhook, or its secrets",
    description:
      "Either of two secrets is valid: configure the new one at the provider, then send only that one. A removed secret is valid for at most a minute more.",
    verb: InboundWebhook.update,
  }),
  operation({
    ...recordWriteOptions,
    name: "deleteInboundWebhook",
    method: "DELETE",
    path: "/webhooks/inbound/{id}",
    summary: "Delete an inbound webhook",
    description: "Deliveries that were already received are still processed.",
    verb: InboundWebhook.remove,
  }),
  operation({
    ...recordWriteOptions,
    name: "restoreInboundWebhook",
    method: "POST",
    path: "/webhooks/inbound/{id}/restore",
    summary: "Restore a deleted inbound webhook",
    verb: InboundWebhook.restore,
  }),
  operation({
    tag,
    links: deliveryLinks,
    name: "listInboundDeliveries",
    method: "GET",
    path: "/webhooks/inbound/{id}/deliveries",
    access: read,
    summary: "List the deliveries of an inbound webhook",
    description:
      "Received deliveries with their effect, those that wait for their record (`status=held`), and those that failed (`status=quarantined`).",
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
    summary: "Read the result of an inbound delivery",
    verb: InboundDelivery.get,
  }),
  operation({
    ...deliveryRecord,
    name: "retryInboundDelivery",
    method: "POST",
    path: "/webhooks/inbound/{id}/deliveries/{delivery_id}/retry",
    access: write,
    summary: "Retry a quarantined delivery",
    verb: InboundDelivery.retry,
    writes: "delivery_id",
  }),
  ...webhookEndpoints,
  ...events,
] as const;

export const webhooks = defineApiFunction(operations, { uses: ["domains", "seal", "outbound"] });
