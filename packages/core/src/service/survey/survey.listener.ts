import type { DomainEvent } from "../../kernel/ports.ts";
import { onClockDue } from "./clock-actions.ts";
import { onTicketEvent } from "./reconciliation.ts";

/** A survey goes by what becomes of its ticket, and by its clocks. */
export const onSurveyEvent = (event: DomainEvent): Promise<void> =>
  event.due_at === undefined ? onTicketEvent(event) : onClockDue(event);
