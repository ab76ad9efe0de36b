import { useTenant } from "../../kernel/context.ts";
import { get } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { resolveAddress } from "./address.ts";
import type { SuppressionReason } from "./reasons.rules.ts";
import type { Channel, Entry } from "./suppression.rules.ts";

/** Where what is said of an address is found by the address. */

export const suppressionKey = (channel: Channel, hash: string): Key => ({
  pk: tenantKey(useTenant(), "SUPPRESSED", channel, hash),
  sk: "address",
});

/** Where the record of an address is found. `entries` are of one that has none, because nothing ever stood. */
export interface SuppressionItem {
  id: string | null;
  reasons: readonly SuppressionReason[];
  entries: readonly Entry[];
  revision: number;
}

export async function readItem(channel: Channel, hash: string): Promise<SuppressionItem> {
  const item = await get(suppressionKey(channel, hash));
  return {
    id: (item?.id as string | undefined) ?? null,
    reasons: (item?.reasons as SuppressionReason[] | undefined) ?? [],
    entries: (item?.entries as Entry[] | undefined) ?? [],
    revision: Number(item?.revision ?? 0),
  };
}

/** Why an address is suppressed, and nothing where it is not. One read. */
export async function readReasons(channel: Channel, address: string): Promise<readonly SuppressionReason[]> {
  const { hash } = await resolveAddress(channel, address);
  return (await readItem(channel, hash)).reasons;
}
