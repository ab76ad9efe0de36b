import { CustomerLookup } from "../../accounts/customer/customer-lookup.ts";
import { chooseAddress } from "../../accounts/customer/letter.rules.ts";
import type { OrderAddress } from "./address.schema.ts";

/** The addresses of a customer, as a new order takes them over. */

interface OrderAddresses {
  billing: OrderAddress | null;
  shipping: OrderAddress | null;
}

/** Reads the addresses to which an order of the customer is billed and shipped; null if there is none. */
export async function readCustomerAddresses(customerId: string): Promise<OrderAddresses> {
  const customer = await CustomerLookup.resolveMerged(customerId);
  if (!customer) return { billing: null, shipping: null };
  const recipient = customer.legal_name ?? customer.name;
  const choose = (use: "BILLING" | "SHIPPING"): OrderAddress | null => {
    const address = chooseAddress(customer.addresses, use);
    if (!address) return null;
    const { address_line1, address_line2, city, state, country, postal_code } = address;
    return { recipient, address_line1, address_line2, city, state, country, postal_code };
  };
  return { billing: choose("BILLING"), shipping: choose("SHIPPING") };
}
