import { CONTRACT } from "../../agreements/contract/contract.kind.ts";
import { DEAL } from "../../agreements/deal/deal.kind.ts";
import { PROPOSAL } from "../../agreements/proposal/proposal.kind.ts";
import { QUOTE } from "../../agreements/quote/quote.kind.ts";
import { AFTER_SALES_CASE } from "../../commerce/after-sales/after-sales.kind.ts";
import { INVOICE } from "../../commerce/invoice/invoice.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { PAYMENT, REFUND } from "../../commerce/payment/payment.kind.ts";
import { PRE_ORDER } from "../../commerce/pre-order/pre-order.kind.ts";
import type { Kind } from "../../kernel/id.ts";
import { CONVERSATION, MESSAGE } from "../../messaging/message/message.kind.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { COMMENT } from "../../people/comment/comment.kind.ts";
import { INTERACTION } from "../../people/interaction/interaction.kind.ts";
import { NOTE } from "../../people/note/note.kind.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { readMerged } from "../../storage/read/merged-list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { References } from "../../storage/write/references.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";

/** References to a customer or contact that can be found by an index, and that a merge moves to the survivor. */
export interface ReferenceField {
  kind: Kind;
  field: string;
  /** Another field, and its id, by which to find candidates if no index covers `field`. */
  scope?: { field: string; id: string };
}

/** The customer or lead of a contact. */
interface ContactPlace {
  customer_id?: string | null | undefined;
  lead_id?: string | null | undefined;
}

const relatedReferences: readonly ReferenceField[] = [
  { kind: ACTIVITY, field: "related_to_id" },
  { kind: NOTE, field: "related_to_id" },
  { kind: COMMENT, field: "related_to_id" },
  { kind: ATTACHMENT, field: "related_to_id" },
  { kind: MESSAGE, field: "related_to_id" },
];

/** Contacts of a customer have locks, so they move one by one. */
export const contactCustomerReference: ReferenceField = { kind: CONTACT, field: "customer_id" };

export const customerReferences: readonly ReferenceField[] = [
  { kind: OPPORTUNITY, field: "customer_id" },
  { kind: DEAL, field: "customer_id" },
  { kind: QUOTE, field: "customer_id" },
  { kind: PROPOSAL, field: "customer_id" },
  { kind: CONTRACT, field: "customer_id" },
  { kind: TICKET, field: "customer_id" },
  { kind: INTERACTION, field: "customer_id" },
  { kind: CONVERSATION, field: "customer_id_crm" },
  ...relatedReferences,
  { kind: CUSTOMER, field: "parent_customer_id" },
  contactCustomerReference,
  { kind: ORDER, field: "customer_id" },
  { kind: PAYMENT, field: "customer_id" },
  { kind: REFUND, field: "customer_id" },
  { kind: INVOICE, field: "customer_id" },
  { kind: PRE_ORDER, field: "customer_id" },
  { kind: PROJECT, field: "customer_id" },
  { kind: AFTER_SALES_CASE, field: "customer_id" },
];

export function listContactReferences({ customer_id, lead_id }: ContactPlace): readonly ReferenceField[] {
  const referenceScope = customer_id ? { field: "customer_id", id: customer_id } : { field: "lead_id", id: lead_id as string };
  const sold = [OPPORTUNITY, QUOTE, PROPOSAL, CONTRACT, TICKET, ORDER, INVOICE, AFTER_SALES_CASE].map(
    (kind): ReferenceField => ({ kind, field: "contact_id", scope: referenceScope }),
  );
  return [...(customer_id ? sold : []), ...relatedReferences, { kind: CONTACT, field: "reports_to_id", scope: referenceScope }];
}

/** Partitions with the records that name `id`. If no index covers the field, they contain other records as well. */
export async function referencePartitions({ kind, field, scope }: ReferenceField, id: string): Promise<Partition[]> {
  return References.fieldPartitions(await loadCollection(kind), scope?.field ?? field, [scope?.id ?? id]);
}

export const isReferenceTo = ({ field }: ReferenceField, record: BaseRecord, id: string): boolean =>
  (record as BaseRecord & Record<string, unknown>)[field] === id;

/** The most references of each kind that a preview counts. */
const MAX_COUNTED = 100;

/** Counts the references to a record by kind, with those that the caller sees. */
export async function countReferences(namings: readonly ReferenceField[], id: string): Promise<Record<string, number>> {
  const counts = await Promise.all(
    namings.map(async (naming) => {
      const collection = await loadCollection(naming.kind);
      const { records } = await readMerged(collection, await referencePartitions(naming, id), MAX_COUNTED);
      const seen = await Visibility.filterVisible(
        collection,
        records.filter((record) => isReferenceTo(naming, record, id)),
      );
      return [naming.kind.name, seen.length] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
