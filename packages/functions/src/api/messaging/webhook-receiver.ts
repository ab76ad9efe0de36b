import { fn } from "@crm/core/kernel/fn.ts";
import { ACKNOWLEDGEMENT } from "@crm/core/messaging/inbound-webhook/dropbox-sign.rules.ts";
import type { Provider } from "@crm/core/messaging/inbound-webhook/providers.ts";
import { WebhookReceiver } from "@crm/core/messaging/inbound-webhook/receive.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, RawResponse } from "../../http/operation.ts";

/** The endpoint that providers call. It has its own function, so that providers and users take no capacity from each other. */

const JSON_RESPONSE = new RawResponse("application/json; charset=utf-8", JSON.stringify({ success: true, data: null, meta: {} }));

/** Responses that a provider accepts as an empty acknowledgement. Twilio would send any other text to the person who wrote. */
const providerResponses: Partial<Record<Provider, RawResponse>> = {
  dropbox_sign: new RawResponse("text/plain; charset=utf-8", ACKNOWLEDGEMENT),
  twilio: new RawResponse("text/xml; charset=utf-8", '<?xml version="1.0" encoding="UTF-8"?><Response/>'),
};

const operations = [
  operation({
    name: "takeWebhook",
    method: "POST",
    path: "/hooks/{id}",
    tag: "Pages",
    kind: "page",
    access: "public",
    summary: "Receive a webhook of a provider",
    verb: fn(
      WebhookReceiver.receive.schema,
      async (input) => providerResponses[(await WebhookReceiver.receive(input)).provider] ?? JSON_RESPONSE,
    ),
    keyed: false,
    keyspaces: ["hook"],
    takesBytes: true,
    largestBody: 1024 * 1024,
  }),
] as const;

export const hooks = defineApiFunction(operations, { uses: ["seal", "web"] });
