import { HELLO } from "@crm/core/inbound-webhook/dropbox-sign.rules.ts";
import { Door } from "@crm/core/inbound-webhook/hook-door.ts";
import type { Provider } from "@crm/core/inbound-webhook/providers.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { serves } from "../http/function.ts";
import { operation, Raw } from "../http/operation.ts";

/** Where providers call. A function of its own: what they send takes no room from those who work, nor the other way round. */

const JSON_ANSWER = new Raw("application/json; charset=utf-8", JSON.stringify({ success: true, data: null, meta: {} }));

/** What a provider takes for an answer that is none: Twilio would send any text to whoever wrote. */
const answers: Partial<Record<Provider, Raw>> = {
  dropbox_sign: new Raw("text/plain; charset=utf-8", HELLO),
  twilio: new Raw("text/xml; charset=utf-8", '<?xml version="1.0" encoding="UTF-8"?><Response/>'),
};

const operations = [
  operation({
    name: "takeWebhook",
    method: "POST",
    path: "/hooks/{id}",
    tag: "Pages",
    kind: "page",
    access: "public",
    summary: "Where providers tell of what happens",
    verb: fn(Door.enter.schema, async (input) => answers[(await Door.enter(input)).provider] ?? JSON_ANSWER),
    keyed: false,
    keyspaces: ["hook"],
    takesBytes: true,
    largestBody: 1024 * 1024,
  }),
] as const;

export const hooks = serves(operations, { uses: ["seal", "web"] });
