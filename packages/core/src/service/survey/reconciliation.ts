import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Tickets } from "../ticket/ticket.entity.ts";
import { computeNextStep } from "./survey.rules.ts";
import { Survey } from "./survey.ts";

/**
 * Brings the survey of a ticket to the state that follows from the current ticket and survey. Events may repeat, be late or arrive out of order.
 */
export const onTicketEvent = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => reconcileSurvey(record_id)));

async function reconcileSurvey(id: string): Promise<void> {
  const [ticket, survey] = await Promise.all([Records.load(Tickets, id, { live: true }), Survey.find(id)]);
  const step = ticket && computeNextStep(ticket, survey, useSettings());
  if (!step) return;
  // The decision is valid only while the ticket is unchanged.
  const tx = transaction().requireUnchanged(ticket);
  if (step.to === "CANCELLED" && survey)
    Survey.write(tx, survey, { ...survey, status: "CANCELLED", cancelled_because: step.because });
  else if (step.to === "SCHEDULED" && ticket.personal_key_id !== null)
    Survey.write(tx, survey, Survey.buildPlan(ticket, ticket.personal_key_id, step.resolved_at, step.send_at));
  await tx.commit(undefined);
}
