import { fn } from "@crm/core/kernel/fn.ts";
import { ACKNOWLEDGEMENT } from "@crm/core/messaging/inbound-webhook/dropbox-sign.rules.ts";
import type { Provider } from "@crm/core/messaging/inbound-webhook/providers.ts";
import { WebhookReceiver } from "@crm/core/messaging/inbound-webhook/receive.ts";
import type { WebhookRequest } from "@crm/core/messaging/inbound-webhook/webhook-request.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, RawResponse } from "../../http/operation.ts";

/** The endpoints that providers and other systems call. They have their own function, so that providers and users take no capacity from each other. */

const JSON_RESPONSE = new RawResponse("application/json; charset=utf-8", JSON.stringify({ success: true, data: null, meta: {} }));

const ACCEPTED_RESPONSE = new RawResponse(JSON_RESPONSE.contentType, JSON_RESPONSE.body, {}, 202);

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
  operation({
    name: "callWorkflowWebhook",
    method: "POST",
    path: "/hooks/workflows/{token}",
    tag: "Pages",
    kind: "page",
    access: "public",
    summary: "Enroll a record in a workflow by its own address",
    description:
      "A JSON object with `record_id`. Steps of the workflow read its other fields as outputs. A repeat with the same `Idempotency-Key`, or `id` in the " +
      "body, enrolls once. The response does not reveal the result.",
    verb: fn(z.object({ token: z.string(), call: z.custom<WebhookRequest>() }), async (input) => {
      // Most calls are those of providers, which need none of this code.
      const { WebhookTrigger } = await import("@crm/core/engagement/workflow/webhook-trigger.ts");
      await WebhookTrigger.receive(input);
      return ACCEPTED_RESPONSE;
    }),
    status: 202,
    keyed: false,
    keyspaces: ["hook"],
    takesBytes: true,
    largestBody: 16 * 1024,
  }),
] as const;

/** Workflows are about records of any kind, so the function needs all domains. */
export const hooks = defineApiFunction(operations, { uses: ["seal", "web", "domains"] });
