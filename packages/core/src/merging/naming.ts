import { ACTIVITY } from "../activity/activity.domain.ts";
import { ATTACHMENT } from "../attachment/attachment.domain.ts";
import { CONTACT } from "../contact/contact.domain.ts";
import { CONTRACT } from "../contract/contract.domain.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { DEAL } from "../deal/deal.domain.ts";
import { INTERACTION } from "../interaction/interaction.domain.ts";
import type { Kind } from "../kernel/id.ts";
import { CONVERSATION } from "../message/message.domain.ts";
import { NOTE } from "../note/note.domain.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { PROPOSAL } from "../proposal/proposal.domain.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import { rowsOf } from "../storage/read/among.ts";
import type { Partition } from "../storage/read/query.ts";
import { Visible } from "../storage/read/visibility.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { collectionOf } from "../storage/table/collections.ts";
import { References } from "../storage/write/references.ts";
import { TICKET } from "../ticket/ticket.domain.ts";

/** What names a customer or a contact in a field that an index knows, and moves to the one that it was joined to. */
export interface Naming {
  kind: Kind;
  field: string;
  /** By which other field, and whose id, it is found where no index knows its own. */
  within?: { field: string; id: string };
}

/** The customer or lead that a contact stands at. */
export interface Place {
  customer_id?: string | null | undefined;
  lead_id?: string | null | undefined;
}

const about: readonly Naming[] = [
  { kind: ACTIVITY, field: "related_to_id" },
  { kind: NOTE, field: "related_to_id" },
  { kind: ATTACHMENT, field: "related_to_id" },
];

/** Contacts of a customer have locks of their own, and move by themselves. */
export const contactsOf: Naming = { kind: CONTACT, field: "customer_id" };

export const ofCustomer: readonly Naming[] = [
  { kind: OPPORTUNITY, field: "customer_id" },
  { kind: DEAL, field: "customer_id" },
  { kind: QUOTE, field: "customer_id" },
  { kind: PROPOSAL, field: "customer_id" },
  { kind: CONTRACT, field: "customer_id" },
  { kind: TICKET, field: "customer_id" },
  { kind: INTERACTION, field: "customer_id" },
  { kind: CONVERSATION, field: "customer_id_crm" },
  ...about,
  { kind: CUSTOMER, field: "parent_customer_id" },
  contactsOf,
];

export function ofContact({ customer_id, lead_id }: Place): readonly Naming[] {
  const within = customer_id ? { field: "customer_id", id: customer_id } : { field: "lead_id", id: lead_id as string };
  const sold = [OPPORTUNITY, QUOTE, PROPOSAL, CONTRACT, TICKET].map((kind): Naming => ({ kind, field: "contact_id", within }));
  return [...(customer_id ? sold : []), ...about, { kind: CONTACT, field: "reports_to_id", within }];
}

/** Where those that name `id` are found, and others beside them where no index knows the field. */
export async function partitionsOf({ kind, field, within }: Naming, id: string): Promise<Partition[]> {
  return References.partitionsBy(await collectionOf(kind), within?.field ?? field, [within?.id ?? id]);
}

export const names = ({ field }: Naming, record: BaseRecord, id: string): boolean =>
  (record as BaseRecord & Record<string, unknown>)[field] === id;

/** So many of a kind are looked at for a preview. */
const MOST_COUNTED = 100;

/** How many of each kind name a record, as far as the caller sees them. */
export async function counted(namings: readonly Naming[], id: string): Promise<Record<string, number>> {
  const counts = await Promise.all(
    namings.map(async (naming) => {
      const collection = await collectionOf(naming.kind);
      const { records } = await rowsOf(collection, await partitionsOf(naming, id), MOST_COUNTED);
      const seen = await Visible.among(
        collection,
        records.filter((record) => names(naming, record, id)),
      );
      return [naming.kind.name, seen.length] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
