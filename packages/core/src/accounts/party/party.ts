import { invalid } from "../../kernel/error.ts";
import type { Kind } from "../../kernel/id.ts";
import type { OpportunityRecord } from "../../sales/opportunity/opportunity.entity.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";

/** The customer and the opportunity of a deal, quote or other agreement. */

export type { OpportunityRecord };

interface PartyReference {
  customer_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
}

const REQUIRED_MESSAGE = "Required, unless opportunity_id is given";

/** Refuses input without a customer and without an opportunity. */
export async function requireParty({ customer_id, opportunity_id }: PartyReference): Promise<void> {
  if (!customer_id && !opportunity_id) throw invalid("customer_id", REQUIRED_MESSAGE);
}

/** Returns the named customer, or the customer of the opportunity. If both are named, they must match. */
export function resolvePartyCustomer(
  { customer_id, opportunity_id }: PartyReference,
  opportunity: OpportunityRecord | undefined,
): string {
  const opportunityCustomerId = opportunity?.customer_id ?? undefined;
  if (customer_id && opportunityCustomerId !== undefined && opportunityCustomerId !== customer_id)
    throw invalid("opportunity_id", "Must be an opportunity of the customer");
  const resolvedCustomerId = customer_id ?? opportunityCustomerId;
  if (resolvedCustomerId !== undefined) return resolvedCustomerId;
  throw invalid("customer_id", opportunity_id ? "Required: the opportunity has no customer yet" : REQUIRED_MESSAGE);
}

/** Reads an opportunity that the caller sees and that was not lost. */
export async function requireNotLost(opportunityId: string): Promise<OpportunityRecord> {
  if (!(await Records.isVisible(OPPORTUNITY, opportunityId))) throw invalid("opportunity_id", "No such opportunity");
  const opportunity = await Opportunity.read(opportunityId);
  if (opportunity.is_closed && !opportunity.is_won) throw invalid("opportunity_id", "The opportunity was lost");
  return opportunity;
}

/** Reads a record that the caller sees, and requires that it still exists at the write. */
export async function requireAlive(tx: Transaction, kind: Kind, recordId: string): Promise<BaseRecord> {
  const record = await Records.findVisible(kind, recordId);
  if (!record) throw invalid(`${kind}_id`, `No such ${kind}`);
  tx.requireLive(recordId, () => new WriteConflict(`${recordId} no longer exists`));
  return record;
}

interface Parties extends PartyReference {
  contact_id?: string | null | undefined;
  /** Whether the transaction also writes the opportunity, which requires by itself that it is unchanged. */
  writesOpportunity?: boolean;
}

/** Checks the customer, opportunity and contact of a new record: the caller sees them, and they still exist at the write. */
export async function resolveParties(
  tx: Transaction,
  input: Parties,
): Promise<{ customer_id: string; opportunity: OpportunityRecord | undefined }> {
  const opportunity = input.opportunity_id ? await requireNotLost(input.opportunity_id) : undefined;
  const customer_id = resolvePartyCustomer(input, opportunity);
  await requireAlive(tx, CUSTOMER, customer_id);
  if (opportunity && !input.writesOpportunity)
    tx.requireLive(opportunity.id, () => new WriteConflict(`${opportunity.id} no longer exists`));
  if (input.contact_id) await requireContact(tx, input.contact_id, customer_id);
  return { customer_id, opportunity };
}

async function requireContact(tx: Transaction, contactId: string, customer_id: string): Promise<void> {
  const contact = (await requireAlive(tx, CONTACT, contactId)) as { customer_id?: string | null };
  if (contact.customer_id !== customer_id) throw invalid("contact_id", "Must be a contact of the customer");
}

/** Checks the references of a changed record that differ from before. */
export async function requireParties(tx: Transaction, next: Parties & { customer_id: string }, current: Parties): Promise<void> {
  const isSame = (field: keyof Parties): boolean => (next[field] ?? null) === (current[field] ?? null);
  if (!isSame("customer_id")) await requireAlive(tx, CUSTOMER, next.customer_id);
  if (next.opportunity_id && !(isSame("opportunity_id") && isSame("customer_id"))) {
    const opportunity = await requireNotLost(next.opportunity_id);
    resolvePartyCustomer(next, opportunity);
    tx.requireLive(opportunity.id, () => new WriteConflict(`${opportunity.id} no longer exists`));
  }
  if (next.contact_id && !(isSame("contact_id") && isSame("customer_id")))
    await requireContact(tx, next.contact_id, next.customer_id);
}
