import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { AddressBook } from "../../people/person/address-book.ts";
import { Master } from "../../platform/master-data/master.ts";
import { CITIES, COUNTRIES, STATES } from "../../platform/master-data/shared.masters.ts";
import { Records } from "../../storage/write/records.ts";
import {
  type Address,
  addressFields,
  type FlatAddresses,
  type FlatPrefix,
  flatFields,
  flatTypes,
  flattenAddresses,
} from "./address.schema.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/** Addresses of a customer, by type. Each write returns the changed customer. */

const AddressInput = z.strictObject(addressFields);
const AddressIdInput = z.strictObject({ id: text(64), address_id: text(64) });

export const add = fn(AddressInput.extend({ id: text(64) }), ({ id, ...typed }) =>
  change(id, async ({ addresses }) => {
    const place = await resolveCity({ ...toStoredFields(addressFields, typed), is_primary: typed.is_primary ?? false });
    return putAddress(addresses, await AddressBook.buildAddress(place));
  }),
);

export const update = fn(patchSchema(addressFields).extend(AddressIdInput.shape), ({ id, address_id, ...patch }) =>
  change(id, async ({ addresses }) => {
    const before = AddressBook.requireAddress(addresses, address_id);
    const typed = toStoredPatch(addressFields, patch) as Partial<Address>;
    // A city that is typed without `city_id` replaces the former city of the tenant's master data.
    const changes = typed.city !== undefined && typed.city_id === undefined ? { ...typed, city_id: null } : typed;
    const after = await resolveCity({ ...before, ...changes, is_primary: patch.is_primary ?? before.is_primary }, before);
    return putAddress(addresses, await AddressBook.updateAddress(before, after));
  }),
);

export const remove = fn(AddressIdInput, ({ id, address_id }) =>
  change(id, async ({ addresses }) => dropAddress(addresses, AddressBook.requireAddress(addresses, address_id).id)),
);

/** Asks the geocoder for the position of the address. Without a geocoder nothing changes. */
export const verify = fn(AddressIdInput, ({ id, address_id }) =>
  change(id, async ({ addresses }) => {
    const address = AddressBook.requireAddress(addresses, address_id);
    const located = await AddressBook.geocode(address);
    return located === address ? addresses : putAddress(addresses, located);
  }),
);

const change = (id: string, edit: (customer: CustomerRecord) => Promise<Address[]>): Promise<CustomerRecord> =>
  Records.change(Customers, id, async (current) => {
    const addresses = await edit(current);
    return { ...current, addresses, ...flattenAddresses(addresses) };
  });

/** Applies values of the flat fields to the addresses. */
export async function applyFlat(addresses: Address[], typed: Partial<FlatAddresses>): Promise<Address[]> {
  const currentFields = flattenAddresses(addresses);
  const resolved = await Master.resolveAll(flatFields, typed, currentFields);
  const changedFields = Object.entries(resolved).filter(
    ([field, value]) => value !== currentFields[field as keyof FlatAddresses],
  );
  let next = addresses;
  for (const prefix of ["billing", "shipping"] as const)
    next = await applyTyped(next, prefix, await parseFlatAddress(prefix, Object.fromEntries(changedFields)));
  return next;
}

async function applyTyped(addresses: Address[], prefix: FlatPrefix, typed: Partial<Address>): Promise<Address[]> {
  if (Object.keys(typed).length === 0) return addresses;
  const type = flatTypes[prefix];
  const before = addresses.find((each) => each.is_primary && each.type === type);
  const after = { ...(before ?? { ...toStoredFields(addressFields, { type }), is_primary: true }), ...typed };
  const { address_line1, address_line2, city, state, country, postal_code } = after;
  const isEmpty = [address_line1, address_line2, city, state, postal_code].every((value) => !value);
  // A country alone makes an address only if the request names the country.
  if (isEmpty && (!country || typed.country === undefined)) return before ? dropAddress(addresses, before.id) : addresses;
  const address = before
    ? await AddressBook.updateAddress(before, { ...before, ...after }, `${prefix}_`)
    : await AddressBook.buildAddress({ ...after, is_primary: true }, `${prefix}_`);
  return putAddress(addresses, address);
}

/** Converts flat fields to fields of an address. */
async function parseFlatAddress(prefix: FlatPrefix, input: Partial<FlatAddresses>): Promise<Partial<Address>> {
  const address: Partial<Address> = {};
  const [street, postal_code] = [input[`${prefix}_street`], input[`${prefix}_postal_code`]];
  const [city_id, state_id, country_id] = [
    input[`${prefix}_city_id`],
    input[`${prefix}_state_id`],
    input[`${prefix}_country_id`],
  ];
  if (street !== undefined) address.address_line1 = street;
  if (postal_code !== undefined) address.postal_code = postal_code;
  if (city_id !== undefined) Object.assign(address, { city_id, city: (await Master.find(CITIES, city_id))?.name ?? null });
  const normalizeCode = (code: string | undefined): string | null => code?.replace("_", "-").toUpperCase() ?? null;
  if (state_id !== undefined) address.state = normalizeCode((await Master.find(STATES, state_id))?.code);
  if (country_id !== undefined) address.country = normalizeCode((await Master.find(COUNTRIES, country_id))?.code);
  return address;
}

/** Fills in the name of the city from master data. */
async function resolveCity<T extends Pick<Address, "city" | "city_id">>(typed: T, before?: Address): Promise<T> {
  const { city_id } = await Master.resolveAll(addressFields, { city_id: typed.city_id }, before);
  const city = city_id && (await Master.find(CITIES, city_id))?.name;
  return { ...typed, city_id, ...(city ? { city } : {}) };
}

const putAddress = (addresses: readonly Address[], address: Address): Address[] =>
  AddressBook.markOnePerType("is_primary", AddressBook.putAddress(addresses, address, "customer"), address);

const dropAddress = (addresses: readonly Address[], addressId: string): Address[] =>
  AddressBook.markOnePerType(
    "is_primary",
    addresses.filter(({ id }) => id !== addressId),
  );

export * as CustomerAddresses from "./addresses.ts";
