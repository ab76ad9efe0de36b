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
    summary: "Have events sent to a system of yours",
    description:
      "As Standard Webhooks, signed with `secret`, which is shown this once; by the rights of its owner when they are sent. " +
      "`url` is a public host by https.",
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
    summary: "Change a webhook endpoint, pause it or switch it on",
    description: "Switched on, it gets all that has happened since, as far as the feed has it.",
    verb: WebhookEndpoint.update,
  }),
  operation({
    ...record,
    name: "deleteWebhookEndpoint",
    method: "DELETE",
    path: "/webhooks/endpoints/{id}",
    access: write,
    summary: "Send nothing more to a webhook endpoint",
    verb: WebhookEndpoint.remove,
  }),
  operation({
    ...recordWithSecret,
    name: "rotateWebhookEndpointSecret",
    method: "POST",
    path: "/webhooks/endpoints/{id}/rotate-secret",
    summary: "Give a webhook endpoint another secret",
    description:
      "The answer has it, this once. Until `former_until` the one before signs as well: change over at any time until then.",
    verb: WebhookEndpoint.rotate,
  }),
  operation({
    name: "testWebhookEndpoint",
    method: "POST",
    path: "/webhooks/endpoints/{id}/test",
    tag,
    access: write,
    summary: "Send a webhook endpoint something that tells of nothing",
    description: "`webhook.test`, at once; the answer says what was answered.",
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
    summary: "Send events once more",
    description:
      "One by its id, or those of a time of the last 30 days: with the same `webhook-id`, in their order, beside what is new.",
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
    summary: "List what was sent to a webhook endpoint",
    description: "Each attempt of the last 30 days, the newest first.",
    verb: WebhookDelivery.list,
    output: recordSchema("WebhookAttempt", WebhookDelivery.Info),
    kind: "list",
    links: (attempt) => ({ ...endpointLink(attempt), ...recordLink("record", attempt.record_id) }),
  }),
] as const;
