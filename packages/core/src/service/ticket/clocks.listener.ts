import type { DomainEvent } from "../../kernel/ports.ts";
import { onSlaDue } from "./sla-escalation.ts";
import { onSnoozeDue } from "./snooze.ts";

/** Handles the due clocks of tickets. */
export const onTicketClockDue = (event: DomainEvent): Promise<void> =>
  event.type === "ticket.snooze_due" ? onSnoozeDue(event) : onSlaDue(event);
