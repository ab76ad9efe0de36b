import { Event } from "@crm/core/messaging/outbound-webhook/event.ts";
import { eventGrants } from "@crm/core/messaging/outbound-webhook/webhook-endpoint.kind.ts";
import { operation } from "../../http/operation.ts";

/** The events that webhook endpoints receive, for clients that poll. */
export const events = [
  operation({
    name: "listEvents",
    method: "GET",
    path: "/events",
    tag: "Webhooks",
    access: eventGrants.read,
    summary: "List events",
    description:
      "Oldest first, of the last 30 days, for records that the caller can see now. To continue, send the `meta.after` of the response as `after`; " +
      "new events never appear before it.",
    verb: Event.list,
    output: Event.Info.meta({ id: "Event" }),
    kind: "list",
    inBatch: true,
  }),
] as const;
