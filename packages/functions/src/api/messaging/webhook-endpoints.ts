import { WebhookDelivery } from "@crm/core/messaging/outbound-webhook/delivery.ts";
import { WebhookEndpoint } from "@crm/core/messaging/outbound-webhook/endpoint.ts";
import { webhookEndpointGrants } from "@crm/core/messaging/outbound-webhook/webhook-endpoint.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom, recordLink } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read, write } = webhookEndpointGrants;
const tag = "Webhooks";
const links = linksFrom({
  self: "/webhooks/endpoints/{id}",
  owner: "/users/{owner_id}",
  deliveries: "/webhooks/endpoints/{id}/deliveries",
});
const commonOptions = { tag, links } as const;
const endpointLink = linksFrom({ endpoint: "/webhooks/endpoints/{endpoint_id}" });
const record = { ...commonOptions, output: recordSchema("WebhookEndpoint", WebhookEndpoint.Info), kind: "record" } as const;
const recordWithSecret = {
  ...commonOptions,
  access: write,
  output: recordSchema("WebhookEndpointWithSecret", WebhookEndpoint.EndpointWithSecret),
  kind: "record",
  keyed: false,
} as const;

/** Operations on outbound webhooks. Inbound webhooks have paths that begin alike, so one function serves both. */
export const webhookEndpoints = [
  ...buildListOperations({
    ...commonOptions,
    name: "listWebhookEndpoints",
    path: "/webhooks/endpoints",
    access: read,
    summary: "List webhook endpoints",
    verb: WebhookEndpoint.list,
    output: recordSchema("WebhookEndpointRow", WebhookEndpoint.Row),
  }),
  operation({
    ...recordWithSecret,
    name: "createWebhookEndpoint",
    method: "POST",
    path: "/webhooks/endpoints",
    summary: "Create a webhook endpoint for events",
    description:
      "Sent as Standard Webhooks, signed with `secret`, which is returned only this once; with the rights of the owner at the time of sending. " +
      "`url` must be a public host with https.",
    verb: WebhookEndpoint.create,
    status: 201,
  }),
  operation({
    ...record,
    name: "getWebhookEndpoint",
    method: "GET",
    path: "/webhooks/endpoints/{id}",
    access: read,
    summary: "Read a webhook endpoint",
    verb: WebhookEndpoint.get,
  }),
  operation({
    ...record,
    name: "updateWebhookEndpoint",
    method: "PATCH",
    path: "/webhooks/endpoints/{id}",
    access: write,
    summary: "Change, pause or activate a webhook endpoint",
    description: "When activated again, it receives all events since the pause that the feed still has.",
    verb: WebhookEndpoint.update,
  }),
  operation({
    ...record,
    name: "deleteWebhookEndpoint",
    method: "DELETE",
    path: "/webhooks/endpoints/{id}",
    access: write,
    summary: "Delete a webhook endpoint",
    verb: WebhookEndpoint.remove,
  }),
  operation({
    ...recordWithSecret,
    name: "rotateWebhookEndpointSecret",
    method: "POST",
    path: "/webhooks/endpoints/{id}/rotate-secret",
    summary: "Rotate the secret of a webhook endpoint",
    description:
      "The response has the new secret, only this once. Until `former_until` the previous one also signs: switch at any time until then.",
    dialog: { done: "{record} has a new secret. It is shown only now.", answer: { secret: "Secret" } },
    verb: WebhookEndpoint.rotate,
  }),
  operation({
    name: "testWebhookEndpoint",
    method: "POST",
    path: "/webhooks/endpoints/{id}/test",
    tag,
    access: write,
    summary: "Send a test event to a webhook endpoint",
    description: "Sends `webhook.test` immediately and returns the endpoint's response.",
    dialog: { done: "A test was sent to {record}.", answer: { outcome: "Result", status: "Status", reason: "Reason" } },
    verb: WebhookDelivery.sendTest,
    output: WebhookDelivery.Info.meta({ id: "WebhookTest" }),
    keyed: false,
  }),
  operation({
    name: "replayWebhookEvents",
    method: "POST",
    path: "/webhooks/endpoints/{id}/replay",
    tag,
    access: write,
    summary: "Send events again",
    description:
      "One event by its id, or those of a period in the last 30 days: with the same `webhook-id`, in order, in parallel with new events.",
    dialog: { inputs: { event_id: { isHidden: true }, from: { requiredWhen: {} } } },
    verb: WebhookDelivery.replay,
    output: WebhookDelivery.ReplayInfo.meta({ id: "WebhookReplay" }),
    status: 202,
  }),
  operation({
    name: "listWebhookDeliveries",
    method: "GET",
    path: "/webhooks/endpoints/{id}/deliveries",
    tag,
    access: read,
    summary: "List the deliveries of a webhook endpoint",
    description: "Every attempt of the last 30 days, newest first.",
    verb: WebhookDelivery.list,
    output: recordSchema("WebhookAttempt", WebhookDelivery.Info),
    kind: "list",
    links: (attempt) => ({ ...endpointLink(attempt), ...recordLink("record", attempt.record_id) }),
  }),
] as const;
