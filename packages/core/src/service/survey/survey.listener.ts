import type { DomainEvent } from "../../kernel/ports.ts";
import { onClockDue } from "./clock-actions.ts";
import { onTicketEvent } from "./reconciliation.ts";

/** Handles events of the survey's ticket, and the survey's due clocks. */
export const onSurveyEvent = (event: DomainEvent): Promise<void> =>
  event.due_at === undefined ? onTicketEvent(event) : onClockDue(event);
