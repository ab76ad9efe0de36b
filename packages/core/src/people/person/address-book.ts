import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings } from "../../kernel/context.ts";
import { invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { ADDRESS } from "./person.kind.ts";

/** The list of addresses of a record, with one marked of each type. Shared by persons and customers. */

export interface PostalAddress {
  address_line1: string | null;
  address_line2: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
  postal_code: string | null;
}

export interface StoredAddress extends PostalAddress {
  id: string;
  type: string;
  is_postal_code_valid: boolean | null;
  latitude: number | null;
  longitude: number | null;
  is_verified: boolean;
  verified_at: string | null;
  created_at: string;
  updated_at: string;
}

const MAX_ADDRESSES = 50;

const emptyLocation = { latitude: null, longitude: null, is_verified: false, verified_at: null };

/** Builds a new address. `field` is the path of the address in the input, for error messages. */
export async function buildAddress<T extends PostalAddress>(typed: T, field = "") {
  const now = Clock.now();
  const address = await normalizeAddress({ ...typed, is_postal_code_valid: null, ...emptyLocation }, field);
  return { ...address, id: newId(ADDRESS), created_at: now, updated_at: now };
}

/** Returns the address after a change. If the location changed, the results of geocoding are removed. */
export async function updateAddress<A extends StoredAddress>(before: A, typed: A, field = ""): Promise<A> {
  const after = await normalizeAddress(typed, field);
  const place = ({ address_line1, address_line2, city, state, country, postal_code }: PostalAddress): string =>
    JSON.stringify([address_line1, address_line2, city, state, country, postal_code]);
  return { ...after, ...(place(before) === place(after) ? {} : emptyLocation), updated_at: Clock.now() };
}

/** Returns the address with the location found by the geocoder. Unchanged if there is no geocoder, or it does not find the address. */
export async function geocode<A extends StoredAddress>(address: A): Promise<A> {
  const place = await usePorts().geocoder.locate(address);
  return place ? { ...address, ...place, is_verified: true, verified_at: Clock.now() } : address;
}

async function normalizeAddress<A extends PostalAddress & Pick<StoredAddress, "is_postal_code_valid">>(
  typed: A,
  field: string,
): Promise<A> {
  // Loaded on demand: the data on countries and subdivisions is only needed to write an address.
  const { validateAddress } = await import("./address.rules.ts");
  const { address, details } = validateAddress(typed, useSettings().default_country);
  if (details.length > 0) throw invalidAll(details.map((detail) => ({ ...detail, field: field + detail.field })));
  return address;
}

export function requireAddress<A extends StoredAddress>(addresses: readonly A[], id: string): A {
  const address = addresses.find((each) => each.id === id);
  if (!address) throw notFound();
  return address;
}

/** Returns the addresses with this one: replaced in its position, or appended. */
export function putAddress<A extends StoredAddress>(addresses: readonly A[], address: A, noun: string): A[] {
  const otherAddresses = addresses.filter(({ id }) => id !== address.id);
  if (otherAddresses.length >= MAX_ADDRESSES) throw invalid("addresses", `A ${noun} can have at most ${MAX_ADDRESSES} addresses`);
  const place = addresses.findIndex(({ id }) => id === address.id);
  return otherAddresses.toSpliced(place === -1 ? otherAddresses.length : place, 0, address);
}

/** Marks one address of each type: `last` if it has the mark, or else the one already marked, or else the first. */
export function markOnePerType<M extends string, A extends Pick<StoredAddress, "id" | "type"> & Readonly<Record<M, boolean>>>(
  mark: M,
  addresses: readonly A[],
  last?: A,
): A[] {
  const markedIds = new Map<string, string>();
  for (const { type, id, [mark]: isMarked } of addresses) if (isMarked && !markedIds.has(type)) markedIds.set(type, id);
  if (last?.[mark]) markedIds.set(last.type, last.id);
  for (const { type, id } of addresses) if (!markedIds.has(type)) markedIds.set(type, id);
  return addresses.map((address) => ({ ...address, [mark]: markedIds.get(address.type) === address.id }));
}

export * as AddressBook from "./address-book.ts";
