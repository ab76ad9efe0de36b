import { listCustomerContacts } from "../../accounts/contact/customer-contacts.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { useSettings } from "../../kernel/context.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { endOfDay } from "../../kernel/time-zone.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Membership, type PurchaseFact } from "./membership.ts";

/** A purchase, with its person and customer. `purchaseReaders` reads it from a record, by kind. */

interface Purchase extends PurchaseFact {
  person: string | null;
  customer: string | null;
}

const purchaseReaders: Readonly<Record<string, (id: string) => Promise<Purchase | undefined>>> = {
  async opportunity(id) {
    const opportunity = await Opportunity.load(id);
    if (!opportunity?.is_won) return undefined;
    const { amount, currency, stage_changed_at, closed_date, personal_key_id, customer_id } = opportunity;
    const time = clampToDay(closed_date, stage_changed_at);
    return { source_id: id, at: time, amount, currency, person: personal_key_id, customer: customer_id };
  },
};

/** Returns the instant, or the last millisecond of `day` if that is earlier. */
function clampToDay(day: string | null, instant: string): string {
  const dayEnd = day === null ? instant : endOfDay(useSettings().timezone, day);
  return instant < dayEnd ? instant : formatInstant(Date.parse(dayEnd) - 1);
}

/**
 * Records a purchase. It counts for its own person if a batch has contacted them within the window. Otherwise it counts for the person at the
 * customer whom a batch contacted last. If there is none, it counts for its own person.
 */
export async function onPurchaseEvent({ type, record_id }: DomainEvent): Promise<void> {
  const [kind = ""] = type.split(".");
  const purchase = await purchaseReaders[kind]?.(record_id);
  if (!purchase) return;
  const { person, customer, ...bought } = purchase;
  const contactedPerson = person === null ? undefined : await Membership.findLastContacted([person], bought.at);
  const creditedPerson =
    contactedPerson ??
    (customer === null ? undefined : await Membership.findLastContacted(await listPersons(customer), bought.at)) ??
    person;
  if (creditedPerson) await Membership.recordPurchase(creditedPerson, bought);
}

/** Returns the person of an individual customer, or the persons of a business's contacts. */
async function listPersons(id: string): Promise<string[]> {
  const customer = await Customer.load(id);
  if (!customer) return [];
  if (customer.personal_key_id) return [customer.personal_key_id];
  const contacts = await listCustomerContacts(id);
  return [...new Set(contacts.map(({ personal_key_id }) => personal_key_id))];
}
