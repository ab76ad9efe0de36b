import { Records } from "../../storage/write/records.ts";
import { Customers } from "./customer.entity.ts";
import { chooseLetterAddress, formatAddressLines } from "./letter.rules.ts";

/** A customer as letters to them say it, whoever writes. */
export interface Addressee {
  name: string;
  /** Street, place and country; none where there is no address. */
  address: string[];
  /** The code of its country, by ISO 3166-1. */
  country: string | null;
}

/** Of the survivor, where it was joined to another; nothing where there is none. */
export async function load(id: string, country: (code: string) => string): Promise<Addressee | undefined> {
  const customer = await Records.resolveMerged(Customers, id);
  if (!customer) return undefined;
  const address = chooseLetterAddress(customer.addresses);
  const lines = address ? formatAddressLines(address, country) : [];
  return { name: customer.legal_name ?? customer.name, address: lines, country: address?.country ?? null };
}

export * as CustomerAddressee from "./addressee.ts";
