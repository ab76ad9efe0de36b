import { useTenant } from "../kernel/context.ts";
import { get } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { addressOf } from "./addresses.ts";
import type { Suppression } from "./reasons.rules.ts";
import type { Channel, Entry } from "./suppression.rules.ts";

/** Where what is said of an address is found by the address. */

export const keyOf = (channel: Channel, hash: string): Key => ({
  pk: tenantKey(useTenant(), "SUPPRESSED", channel, hash),
  sk: "address",
});

/** Where the record of an address is found. `entries` are of one that has none, because nothing ever stood. */
export interface Place {
  id: string | null;
  reasons: readonly Suppression[];
  entries: readonly Entry[];
  revision: number;
}

export async function placeOf(channel: Channel, hash: string): Promise<Place> {
  const item = await get(keyOf(channel, hash));
  return {
    id: (item?.id as string | undefined) ?? null,
    reasons: (item?.reasons as Suppression[] | undefined) ?? [],
    entries: (item?.entries as Entry[] | undefined) ?? [],
    revision: Number(item?.revision ?? 0),
  };
}

/** Why an address is suppressed, and nothing where it is not. One read. */
export async function reasonsOf(channel: Channel, address: string): Promise<readonly Suppression[]> {
  const { hash } = await addressOf(channel, address);
  return (await placeOf(channel, hash)).reasons;
}
