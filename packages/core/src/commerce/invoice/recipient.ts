import { CONTACT_ROLES } from "../../accounts/contact/contact.masters.ts";
import { listCustomerContacts } from "../../accounts/contact/customer-contacts.ts";
import { CustomerLookup } from "../../accounts/customer/customer-lookup.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { defaultId } from "../../platform/master-data/master-id.ts";
import { type Recipient, resolveRecipients, type UnreachedReason } from "../../scheduling/invitation/recipients.ts";
import type { InvoiceRecord } from "./invoice.entity.ts";

/** Who gets the mails about an invoice. */

/** Returns the active contact of a customer with the role Billing; of several, the primary contact or else the newest. */
export async function findBillingContact(customerId: string): Promise<string | null> {
  const role = defaultId(CONTACT_ROLES, "billing");
  const contacts = (await listCustomerContacts(customerId)).filter(
    ({ contact_status, contact_role_id, deleted_at }) =>
      contact_status === "ACTIVE" && contact_role_id === role && deleted_at === null,
  );
  return (contacts.find(({ is_primary }) => is_primary) ?? contacts[0])?.id ?? null;
}

/** Resolves the address of the billing contact, or else of the customer's own person. */
export async function resolveBillingRecipient({
  contact_id,
  customer_id,
}: Pick<InvoiceRecord, "contact_id" | "customer_id">): Promise<Recipient | UnreachedReason> {
  const id = contact_id ?? (await CustomerLookup.resolveMerged(customer_id))?.personal_key_id;
  return id ? ((await resolveRecipients([id])).get(id) ?? "NO_ADDRESS") : "NO_ADDRESS";
}

/** Returns the address for a mail. Throws if there is none or if it refuses mails. */
export async function requireAddress(invoice: InvoiceRecord, to: string | undefined): Promise<string> {
  if (to !== undefined) {
    if (await TransactionalMail.isAddressRefused(to)) throw addressRejection("The address refuses emails or does not exist");
    return to;
  }
  const recipient = await resolveBillingRecipient(invoice);
  if (recipient === "REFUSED") throw addressRejection("The contact refuses emails");
  if (recipient === "NO_ADDRESS") throw invalid("to", "Required: the invoice has no contact with an address");
  return recipient.email;
}

const addressRejection = (why: string): Error =>
  ruleViolation(why, [{ field: "to", message: "Use another address, or ask the recipient first" }]);
