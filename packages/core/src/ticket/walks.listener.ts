import type { DomainEvent } from "../kernel/ports.ts";
import { follow } from "./owners.listener.ts";
import { offer } from "./queue.listener.ts";
import { hear } from "./review.ts";
import { walks } from "./ticket.domain.ts";

/** What goes through many tickets because something changed elsewhere; each of these does nothing at a second time. */
const acts: Readonly<Record<keyof typeof walks, (event: DomainEvent) => Promise<void>>> = {
  queue: offer,
  owners: follow,
  reviews: hear,
};

export async function walk(event: DomainEvent): Promise<void> {
  for (const [name, events] of Object.entries(walks))
    if ((events as readonly string[]).includes(event.type)) await acts[name as keyof typeof walks](event);
}
