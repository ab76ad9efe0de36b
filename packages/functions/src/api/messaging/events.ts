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
    summary: "List what happened",
    description:
      "Oldest first, of the last 30 days: of the records that the caller sees now. Ask again with `after=` the `meta.after` of the answer; " +
      "nothing that comes later stands before it.",
    verb: Event.list,
    output: Event.Info.meta({ id: "Event" }),
    kind: "list",
  }),
] as const;
