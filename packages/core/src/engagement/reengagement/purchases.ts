import { isDeepStrictEqual } from "node:util";
import { listCustomerContacts } from "../../accounts/contact/customer-contacts.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { OrderAccess, type OrderRecord } from "../../commerce/order/order-access.ts";
import { useSettings } from "../../kernel/context.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { collectionOwner } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { endOfDay, instantToDay } from "../../kernel/time-zone.ts";
import { Rates } from "../../sales/exchange-rate/rates.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Membership, type PurchaseFact } from "./membership.ts";

/**
 * Purchases are sales (docs/commerce/sales.md): a won opportunity, or an order that was paid. An opportunity and its orders are one purchase, under
 * the id of the opportunity; its amount is what was paid for the orders, once one is confirmed.
 */

interface Purchase extends PurchaseFact {
  person: string | null;
  customer: string | null;
}

const purchaseReaders: Readonly<Record<string, (id: string) => Promise<Purchase | undefined>>> = {
  opportunity: (id) => readOpportunitySale(id),
  async order(id) {
    const order = await OrderAccess.load(id);
    if (order?.confirmed_at == null) return undefined;
    if (order.opportunity_id) return readOpportunitySale(order.opportunity_id, order);
    const { confirmed_at, first_paid_at, net_payment, currency, customer_id } = order;
    return {
      source_id: id,
      order_id: id,
      at: confirmed_at,
      amount: net_payment,
      currency,
      person: findPerson(order),
      customer: customer_id,
      is_new: first_paid_at !== null,
    };
  },
};

/** Reads the sale of an opportunity. `order` is one of its confirmed orders. */
async function readOpportunitySale(id: string, order?: OrderRecord): Promise<Purchase | undefined> {
  const opportunity = await Opportunity.load(id);
  if (!opportunity) return undefined;
  const { is_won, stage_changed_at, closed_date, personal_key_id, customer_id, ordered_at } = opportunity;
  const paid = order?.first_paid_at ? order : undefined;
  if (!is_won && !order) return undefined;
  const at = is_won ? clampToDay(closed_date, stage_changed_at) : (order?.confirmed_at ?? stage_changed_at);
  return {
    source_id: id,
    order_id: paid?.id ?? null,
    at,
    ...(ordered_at ? await readRevenue(id, opportunity.currency, at) : opportunity),
    person: personal_key_id ?? (order ? findPerson(order) : null),
    customer: customer_id ?? order?.customer_id ?? null,
    is_new: is_won === true || paid !== undefined,
  };
}

/** Returns what was paid for the orders of a sale. Amounts in other currencies convert at the rate of the day, and are left out without a rate. */
async function readRevenue(saleId: string, opportunityCurrency: string, at: string) {
  const { amounts } = await OrderAccess.readSaleRevenue(saleId);
  const [first] = amounts;
  const currency = amounts.length === 1 && first ? first.currency : opportunityCurrency;
  const day = instantToDay(useSettings().timezone, at);
  const rates = await Rates.findRates(amounts.map(({ currency: from }) => ({ from, to: currency, day })));
  const converted = amounts.flatMap(({ amount, currency: from }, index) => {
    const rate = rates[index];
    return rate ? [Rates.convert(amount, from, currency, rate)] : [];
  });
  return { currency, amount: Money.sum(converted, Money.currencyDecimals(currency)) };
}

const findPerson = ({ contact_id }: OrderRecord): string | null => contact_id && collectionOwner(contact_id);

/** Returns the instant, or the last millisecond of `day` if that is earlier. */
function clampToDay(day: string | null, instant: string): string {
  const dayEnd = day === null ? instant : endOfDay(useSettings().timezone, day);
  return instant < dayEnd ? instant : formatInstant(Date.parse(dayEnd) - 1);
}

/**
 * Records a purchase, and its present amount if it is recorded already. Another handler may have recorded a later amount meanwhile, so the purchase
 * is read again until nothing differs.
 */
export async function onPurchaseEvent({ type, record_id }: DomainEvent): Promise<void> {
  const [kind = ""] = type.split(".");
  const read = async () => purchaseReaders[kind]?.(record_id);
  for (let [previous, purchase] = [undefined as Purchase | undefined, await read()]; ; ) {
    if (!purchase || isDeepStrictEqual(previous, purchase)) return;
    await recordPurchase(purchase);
    [previous, purchase] = [purchase, await read()];
  }
}

/**
 * A purchase counts for its own person if a batch has contacted them within the window. Otherwise it counts for the person at the customer whom a
 * batch contacted last. If there is none, it counts for its own person.
 */
async function recordPurchase({ person, customer, ...bought }: Purchase): Promise<void> {
  const recordedPerson = await Membership.findBuyer(bought.source_id);
  if (recordedPerson) return Membership.recordPurchase(recordedPerson, bought);
  if (!bought.is_new) return;
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
