import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { filled, patched, patchOf, text } from "../kernel/schema.ts";
import { AddressBook } from "./address-book.ts";
import { change } from "./identity.ts";
import { type Address, addressFields, type PersonRecord } from "./person.entity.ts";

/** Addresses of a person: each write gives the person as it is then. */

export const Typed = z.strictObject(addressFields);
const One = z.strictObject({ id: text(64), address_id: text(64) });

export const add = fn(Typed.extend({ id: text(64) }), ({ id, ...typed }) =>
  change(id, async (person) => withAddress(person, await newAddress(typed))),
);

export const update = fn(patchOf(addressFields).extend(One.shape), ({ id, address_id, ...patch }) =>
  change(id, async (person) => {
    const before = AddressBook.found(person.addresses, address_id);
    const after = {
      ...before,
      ...(patched(addressFields, patch) as Partial<Address>),
      is_default: patch.is_default ?? before.is_default,
    };
    return withAddress(person, await AddressBook.changed(before, after));
  }),
);

export const remove = fn(One, ({ id, address_id }) =>
  change(id, (person) => {
    const { id: gone } = AddressBook.found(person.addresses, address_id);
    return { ...person, addresses: oneDefault(person.addresses.filter((address) => address.id !== gone)) };
  }),
);

/** Asks the geocoder where the address is; without one nothing changes. */
export const verify = fn(One, ({ id, address_id }) =>
  change(id, async (person) => {
    const address = AddressBook.found(person.addresses, address_id);
    const located = await AddressBook.located(address);
    return located === address ? person : withAddress(person, located);
  }),
);

/** An address as it is first written; `field` names its place in the input. */
export const newAddress = (typed: z.output<typeof Typed>, field = ""): Promise<Address> =>
  AddressBook.born({ ...filled(addressFields, typed), is_default: typed.is_default ?? false }, field);

function withAddress(person: PersonRecord, address: Address): PersonRecord {
  return { ...person, addresses: oneDefault(AddressBook.withOne(person.addresses, address, "person"), address) };
}

/** One default of each type: `last` when it says that it is, else the one there is, else the first. */
export const oneDefault = (addresses: readonly Address[], last?: Address): Address[] =>
  AddressBook.oneMarked("is_default", addresses, last);

export * as Addresses from "./addresses.ts";
