import type { DomainEvent } from "../../kernel/ports.ts";
import { onOwnerEvent } from "./customer-owner.listener.ts";
import { onReviewEvent } from "./sla-review.ts";
import { fanOutEvents } from "./ticket.kind.ts";
import { onQueueEvent } from "./waiting-queue.listener.ts";

/** Handlers for changes elsewhere that concern many tickets. A repeated event has no further effect. */
const handlers: Readonly<Record<keyof typeof fanOutEvents, (event: DomainEvent) => Promise<void>>> = {
  queue: onQueueEvent,
  owners: onOwnerEvent,
  reviews: onReviewEvent,
};

export async function onFanOutEvent(event: DomainEvent): Promise<void> {
  for (const [name, events] of Object.entries(fanOutEvents))
    if ((events as readonly string[]).includes(event.type)) await handlers[name as keyof typeof fanOutEvents](event);
}
