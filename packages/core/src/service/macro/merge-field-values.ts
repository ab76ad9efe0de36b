import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { useActor } from "../../kernel/context.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, buildNameValues } from "../../messaging/template/merge-values.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Records } from "../../storage/write/records.ts";
import type { TicketRecord } from "../ticket/ticket.entity.ts";

/** Builds the merge field values for a ticket: requester, customer and contact as far as the caller can see them, and the caller as the agent. */
export async function valuesFor(ticket: TicketRecord): Promise<Values> {
  const { customer_id, contact_id, personal_key_id } = ticket;
  const ids = { customer: customer_id, contact: contact_id, requester: personal_key_id };
  const kinds = { customer: CUSTOMER, contact: CONTACT, requester: PERSON };
  const references = (Object.keys(ids) as (keyof typeof ids)[]).flatMap((role) => {
    const id = ids[role];
    return id === null ? [] : [{ kind: kinds[role], id }];
  });
  const visibleRecords = await Records.findVisibleByIds(references);
  const findRecord = (id: string | null) => (id === null ? undefined : visibleRecords.get(id));
  const actor = useActor();
  const agent = actor.type === "user" ? await Directory.findActive(actor.id) : undefined;
  return {
    ...(await buildMergeValues({ customer: findRecord(customer_id), contact: findRecord(contact_id), ticket }, null)),
    ...buildNameValues("requester", findRecord(personal_key_id)),
    ...buildNameValues("agent", agent),
    "agent.email": agent?.email ?? null,
  };
}
