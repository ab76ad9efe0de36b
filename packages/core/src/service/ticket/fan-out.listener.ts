import type { DomainEvent } from "../../kernel/ports.ts";
import { onOwnerEvent } from "./customer-owner.listener.ts";
import { onReviewEvent } from "./sla-review.ts";
import { fanOutEvents } from "./ticket.domain.ts";
import { onQueueEvent } from "./waiting-queue.listener.ts";

/** What goes through many tickets because something changed elsewhere; each of these does nothing at a second time. */
const handlers: Readonly<Record<keyof typeof fanOutEvents, (event: DomainEvent) => Promise<void>>> = {
  queue: onQueueEvent,
  owners: onOwnerEvent,
  reviews: onReviewEvent,
};

export async function onFanOutEvent(event: DomainEvent): Promise<void> {
  for (const [name, events] of Object.entries(fanOutEvents))
    if ((events as readonly string[]).includes(event.type)) await handlers[name as keyof typeof fanOutEvents](event);
}
