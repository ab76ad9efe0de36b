import { Records } from "../../storage/write/records.ts";
import { Customers } from "./customer.entity.ts";
import { chooseAddress, formatAddressLines } from "./letter.rules.ts";

/** A customer as the recipient of a letter, read without a visibility check. */
export interface Addressee {
  name: string;
  /** Street, city and country; empty if there is no address. */
  address: string[];
  /** The ISO 3166-1 code of its country. */
  country: string | null;
}

/** Loads the addressee. The id of a merged customer leads to the survivor; undefined if there is no customer. */
export async function load(id: string, country: (code: string) => string): Promise<Addressee | undefined> {
  const customer = await Records.resolveMerged(Customers, id);
  if (!customer) return undefined;
  const address = chooseAddress(customer.addresses, "BILLING");
  const lines = address ? formatAddressLines(address, country) : [];
  return { name: customer.legal_name ?? customer.name, address: lines, country: address?.country ?? null };
}

export * as CustomerAddressee from "./addressee.ts";
