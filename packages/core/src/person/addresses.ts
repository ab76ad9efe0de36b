import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { usePorts, useSettings } from "../kernel/context.ts";
import { invalid, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { filled, patched, patchOf, text } from "../kernel/schema.ts";
import { change } from "./identity.ts";
import { ADDRESS } from "./person.domain.ts";
import { type Address, addressFields, type PersonRecord } from "./person.entity.ts";

/** Addresses of a person: each write gives the person as it is then. */

export const Typed = z.strictObject(addressFields);
const One = z.strictObject({ id: text(64), address_id: text(64) });

const MOST = 50;

export const add = fn(Typed.extend({ id: text(64) }), ({ id, ...typed }) =>
  change(id, async (person) => withAddress(person, await newAddress(typed))),
);

export const update = fn(patchOf(addressFields).extend(One.shape), ({ id, address_id, ...patch }) =>
  change(id, async (person) => {
    const before = addressOf(person, address_id);
    const after = {
      ...before,
      ...(patched(addressFields, patch) as Partial<Address>),
      is_default: patch.is_default ?? before.is_default,
    };
    return withAddress(person, unverified(before, await inForm(after)));
  }),
);

export const remove = fn(One, ({ id, address_id }) =>
  change(id, (person) => {
    const { id: gone } = addressOf(person, address_id);
    return { ...person, addresses: oneDefault(person.addresses.filter((address) => address.id !== gone)) };
  }),
);

/** Asks the geocoder where the address is; without one nothing changes. */
export const verify = fn(One, ({ id, address_id }) =>
  change(id, async (person) => {
    const address = addressOf(person, address_id);
    const place = await usePorts().geocoder.locate(address);
    return place ? withAddress(person, { ...address, ...place, is_verified: true, verified_at: Clock.now() }) : person;
  }),
);

/** An address as it is first written; `field` names its place in the input. */
export async function newAddress(typed: z.output<typeof Typed>, field = ""): Promise<Address> {
  const at = Clock.now();
  const unplaced = { latitude: null, longitude: null, is_verified: false, verified_at: null };
  const address = {
    ...filled(addressFields, typed),
    is_default: typed.is_default ?? false,
    is_postal_code_valid: null,
    ...unplaced,
  };
  return { ...(await inForm(address, field)), id: newId(ADDRESS), created_at: at, updated_at: at };
}

async function inForm<A extends Omit<Address, "id" | "created_at" | "updated_at">>(typed: A, field = ""): Promise<A> {
  // Of the countries and subdivisions of the world nobody needs to know before an address is written.
  const { checked } = await import("./address.rules.ts");
  const { address, wrong } = checked(typed, useSettings().default_country);
  if (wrong.length > 0) throw invalidAll(wrong.map((detail) => ({ ...detail, field: field + detail.field })));
  return address;
}

/** What was found out about the place holds no longer when the place has changed. */
function unverified(before: Address, after: Address): Address {
  const place = ({ address_line1, address_line2, city, state, country, postal_code }: Address): string =>
    JSON.stringify([address_line1, address_line2, city, state, country, postal_code]);
  const same = place(before) === place(after);
  const unplaced = { latitude: null, longitude: null, is_verified: false, verified_at: null };
  return { ...after, ...(same ? {} : unplaced), updated_at: Clock.now() };
}

function addressOf(person: PersonRecord, id: string): Address {
  const address = person.addresses.find((each) => each.id === id);
  if (!address) throw notFound();
  return address;
}

function withAddress(person: PersonRecord, address: Address): PersonRecord {
  const others = person.addresses.filter(({ id }) => id !== address.id);
  if (others.length >= MOST) throw invalid("addresses", `A person has ${MOST} addresses at most`);
  const place = person.addresses.findIndex(({ id }) => id === address.id);
  const addresses = others.toSpliced(place === -1 ? others.length : place, 0, address);
  return { ...person, addresses: oneDefault(addresses, address) };
}

/** One default of each type: `last` when it says that it is, else the one there is, else the first. */
export function oneDefault(addresses: readonly Address[], last?: Address): Address[] {
  const chosen = new Map<string, string>();
  for (const { type, id, is_default } of addresses) if (is_default && !chosen.has(type)) chosen.set(type, id);
  if (last?.is_default) chosen.set(last.type, last.id);
  for (const { type, id } of addresses) if (!chosen.has(type)) chosen.set(type, id);
  return addresses.map((address) => ({ ...address, is_default: chosen.get(address.type) === address.id }));
}

export * as Addresses from "./addresses.ts";
