import type { DomainEvent } from "../../kernel/ports.ts";
import { onDue } from "./clocks.ts";
import { onTicket } from "./follow.ts";

/** A survey goes by what becomes of its ticket, and by its clocks. */
export const follow = (event: DomainEvent): Promise<void> => (event.due_at === undefined ? onTicket(event) : onDue(event));
