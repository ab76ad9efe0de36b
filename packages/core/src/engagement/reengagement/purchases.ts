import { listCustomerContacts } from "../../accounts/contact/customer-contacts.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Membership, type PurchaseFact } from "./membership.ts";

/** What counts as bought: of each kind of record, what it says of that, and of whom. */

interface Purchase extends PurchaseFact {
  person: string | null;
  customer: string | null;
}

const purchaseReaders: Readonly<Record<string, (id: string) => Promise<Purchase | undefined>>> = {
  async opportunity(id) {
    const won = await Opportunity.load(id);
    if (!won?.is_won) return undefined;
    const { amount, currency, stage_changed_at, closed_date, personal_key_id, customer_id } = won;
    const at = clampToDay(closed_date, stage_changed_at);
    return { source_id: id, at, amount, currency, person: personal_key_id, customer: customer_id };
  },
};

/** The instant; or the last of an earlier day, where it was on that. */
function clampToDay(day: string | null, instant: string): string {
  const over = day === null ? instant : startOfDay(useSettings().timezone, addDays(day, 1));
  return instant < over ? instant : new Date(Date.parse(over) - 1).toISOString();
}

/** Tells it to its person; where they are in no batch, or it names none, to the one at the customer who was contacted last. */
export async function onPurchaseEvent({ type, record_id }: DomainEvent): Promise<void> {
  const [kind = ""] = type.split(".");
  const purchase = await purchaseReaders[kind]?.(record_id);
  if (!purchase) return;
  const { person, customer, ...bought } = purchase;
  const own = person === null ? undefined : await Membership.findLastContacted([person], bought.at);
  const of =
    own ?? (customer === null ? undefined : await Membership.findLastContacted(await listPersons(customer), bought.at)) ?? person;
  if (of) await Membership.recordPurchase(of, bought);
}

/** Who the customer is, or stands for it. */
async function listPersons(id: string): Promise<string[]> {
  const customer = await Customer.load(id);
  if (!customer) return [];
  if (customer.personal_key_id) return [customer.personal_key_id];
  const contacts = await listCustomerContacts(id);
  return [...new Set(contacts.map(({ personal_key_id }) => personal_key_id))];
}
