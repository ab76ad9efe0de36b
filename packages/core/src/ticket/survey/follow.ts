import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { Tickets } from "../ticket.entity.ts";
import { stepOf } from "./survey.rules.ts";
import { Survey } from "./survey.ts";

/** Brings the survey of a ticket to where it should be: by what both are now, so an event may come twice, late, or after another one. */
export const onTicket = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => retryOnConflict(() => follow(record_id)));

async function follow(id: string): Promise<void> {
  const [ticket, survey] = await Promise.all([Records.load(Tickets, id, { live: true }), Survey.find(id)]);
  const step = ticket && stepOf(ticket, survey, useSettings());
  if (!step) return;
  // What is decided of a ticket holds while that is as it was read.
  const tx = transaction().unchanged(ticket);
  if (step.to === "CANCELLED" && survey)
    Survey.write(tx, survey, { ...survey, status: "CANCELLED", cancelled_because: step.because });
  else if (step.to === "SCHEDULED" && ticket.personal_key_id !== null)
    Survey.write(tx, survey, Survey.planned(ticket, ticket.personal_key_id, step.resolved_at, step.send_at));
  await tx.commit(undefined);
}
