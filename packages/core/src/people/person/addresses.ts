import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { AddressBook } from "./address-book.ts";
import { change } from "./identity.ts";
import { type Address, addressFields, type PersonRecord } from "./person.entity.ts";

/** Operations on the addresses of a person. Each write returns the person after it. */

export const AddressInput = z.strictObject(addressFields);
const AddressIdInput = z.strictObject({ id: text(64), address_id: text(64) });

export const add = fn(AddressInput.extend({ id: text(64) }), ({ id, ...typed }) =>
  change(id, async (person) => withAddress(person, await buildAddress(typed))),
);

export const update = fn(patchSchema(addressFields).extend(AddressIdInput.shape), ({ id, address_id, ...patch }) =>
  change(id, async (person) => {
    const before = AddressBook.requireAddress(person.addresses, address_id);
    const after = {
      ...before,
      ...(toStoredPatch(addressFields, patch) as Partial<Address>),
      is_default: patch.is_default ?? before.is_default,
    };
    return withAddress(person, await AddressBook.updateAddress(before, after));
  }),
);

export const remove = fn(AddressIdInput, ({ id, address_id }) =>
  change(id, (person) => {
    const { id: removedId } = AddressBook.requireAddress(person.addresses, address_id);
    return { ...person, addresses: markDefaultAddresses(person.addresses.filter((address) => address.id !== removedId)) };
  }),
);

/** Asks the geocoder for the location of an address. Without a geocoder nothing changes. */
export const verify = fn(AddressIdInput, ({ id, address_id }) =>
  change(id, async (person) => {
    const address = AddressBook.requireAddress(person.addresses, address_id);
    const located = await AddressBook.geocode(address);
    return located === address ? person : withAddress(person, located);
  }),
);

/** Builds a new address. `field` is the path of the address in the input, for error messages. */
export const buildAddress = (typed: z.output<typeof AddressInput>, field = ""): Promise<Address> =>
  AddressBook.buildAddress({ ...toStoredFields(addressFields, typed), is_default: typed.is_default ?? false }, field);

function withAddress(person: PersonRecord, address: Address): PersonRecord {
  return { ...person, addresses: markDefaultAddresses(AddressBook.putAddress(person.addresses, address, "person"), address) };
}

/** Marks one default of each type: `last` if it is one, or else the present default, or else the first. */
export const markDefaultAddresses = (addresses: readonly Address[], last?: Address): Address[] =>
  AddressBook.markOnePerType("is_default", addresses, last);

export * as Addresses from "./addresses.ts";
