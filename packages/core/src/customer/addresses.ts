import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { filled, patched, patchOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { CITIES, COUNTRIES, STATES } from "../masters/shared.masters.ts";
import { AddressBook } from "../person/address-book.ts";
import { Records } from "../storage/write/records.ts";
import { type Address, addressFields, type Flat, flatFields, flatOf, flatTypes, type Prefix } from "./address.schema.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/** Addresses of a customer, by type: each write gives the customer as it is then. */

const Typed = z.strictObject(addressFields);
const One = z.strictObject({ id: text(64), address_id: text(64) });

export const add = fn(Typed.extend({ id: text(64) }), ({ id, ...typed }) =>
  change(id, async ({ addresses }) => {
    const place = await named({ ...filled(addressFields, typed), is_primary: typed.is_primary ?? false });
    return withOne(addresses, await AddressBook.born(place));
  }),
);

export const update = fn(patchOf(addressFields).extend(One.shape), ({ id, address_id, ...patch }) =>
  change(id, async ({ addresses }) => {
    const before = AddressBook.found(addresses, address_id);
    const typed = patched(addressFields, patch) as Partial<Address>;
    // A city that is typed is no longer the one of the tenant's that stood there.
    const given = typed.city !== undefined && typed.city_id === undefined ? { ...typed, city_id: null } : typed;
    const after = await named({ ...before, ...given, is_primary: patch.is_primary ?? before.is_primary }, before);
    return withOne(addresses, await AddressBook.changed(before, after));
  }),
);

export const remove = fn(One, ({ id, address_id }) =>
  change(id, async ({ addresses }) => without(addresses, AddressBook.found(addresses, address_id).id)),
);

/** Asks the geocoder where the address is; without one nothing changes. */
export const verify = fn(One, ({ id, address_id }) =>
  change(id, async ({ addresses }) => {
    const address = AddressBook.found(addresses, address_id);
    const located = await AddressBook.located(address);
    return located === address ? addresses : withOne(addresses, located);
  }),
);

const change = (id: string, edit: (customer: CustomerRecord) => Promise<Address[]>): Promise<CustomerRecord> =>
  Records.change(Customers, id, async (current) => {
    const addresses = await edit(current);
    return { ...current, addresses, ...flatOf(addresses) };
  });

/** The addresses after what was typed under the names of seed 001. */
export async function withFlat(addresses: Address[], typed: Partial<Flat>): Promise<Address[]> {
  const known = flatOf(addresses);
  const resolved = await Master.resolveAll(flatFields, typed, known);
  const said = Object.entries(resolved).filter(([field, value]) => value !== known[field as keyof Flat]);
  let next = addresses;
  for (const prefix of ["billing", "shipping"] as const)
    next = await withTyped(next, prefix, await placeOf(prefix, Object.fromEntries(said)));
  return next;
}

async function withTyped(addresses: Address[], prefix: Prefix, typed: Partial<Address>): Promise<Address[]> {
  if (Object.keys(typed).length === 0) return addresses;
  const type = flatTypes[prefix];
  const before = addresses.find((each) => each.is_primary && each.type === type);
  const after = { ...(before ?? { ...filled(addressFields, { type }), is_primary: true }), ...typed };
  const { address_line1, address_line2, city, state, country, postal_code } = after;
  const isEmpty = [address_line1, address_line2, city, state, postal_code].every((each) => !each);
  // A country alone is an address only where somebody says it.
  if (isEmpty && (!country || typed.country === undefined)) return before ? without(addresses, before.id) : addresses;
  const address = before
    ? await AddressBook.changed(before, { ...before, ...after }, `${prefix}_`)
    : await AddressBook.born({ ...after, is_primary: true }, `${prefix}_`);
  return withOne(addresses, address);
}

/** What of an address is said under the names of seed 001. */
async function placeOf(prefix: Prefix, given: Partial<Flat>): Promise<Partial<Address>> {
  const said: Partial<Address> = {};
  const [street, postal_code] = [given[`${prefix}_street`], given[`${prefix}_postal_code`]];
  const [city_id, state_id, country_id] = [
    given[`${prefix}_city_id`],
    given[`${prefix}_state_id`],
    given[`${prefix}_country_id`],
  ];
  if (street !== undefined) said.address_line1 = street;
  if (postal_code !== undefined) said.postal_code = postal_code;
  if (city_id !== undefined) Object.assign(said, { city_id, city: (await Master.find(CITIES, city_id))?.name ?? null });
  const codeOf = (code: string | undefined): string | null => code?.replace("_", "-").toUpperCase() ?? null;
  if (state_id !== undefined) said.state = codeOf((await Master.find(STATES, state_id))?.code);
  if (country_id !== undefined) said.country = codeOf((await Master.find(COUNTRIES, country_id))?.code);
  return said;
}

/** The address with its city by name. */
async function named<T extends Pick<Address, "city" | "city_id">>(typed: T, before?: Address): Promise<T> {
  const { city_id } = await Master.resolveAll(addressFields, { city_id: typed.city_id }, before);
  const city = city_id && (await Master.find(CITIES, city_id))?.name;
  return { ...typed, city_id, ...(city ? { city } : {}) };
}

const withOne = (addresses: readonly Address[], address: Address): Address[] =>
  AddressBook.oneMarked("is_primary", AddressBook.withOne(addresses, address, "customer"), address);

const without = (addresses: readonly Address[], gone: string): Address[] =>
  AddressBook.oneMarked(
    "is_primary",
    addresses.filter(({ id }) => id !== gone),
  );

export * as CustomerAddresses from "./addresses.ts";
