import { useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { resolveAddress } from "./address.ts";
import type { SuppressionReason } from "./reasons.rules.ts";
import type { Channel, Entry } from "./suppression.rules.ts";

/** Items that find the suppression of an address by its hash. */

export const suppressionKey = (channel: Channel, hash: string): Key => ({
  pk: tenantKey(useTenant(), "SUPPRESSED", channel, hash),
  sk: "address",
});

/** The item of an address. `entries` is used only while there is no record, because no reason was ever active. */
export interface SuppressionItem {
  id: string | null;
  /** Active reasons that are set for more than single subscription types. */
  reasons: readonly SuppressionReason[];
  /** Refused subscription types. */
  types: readonly string[];
  entries: readonly Entry[];
  revision: number;
}

export async function readSuppressionItem(channel: Channel, hash: string): Promise<SuppressionItem> {
  const item = await readItem(suppressionKey(channel, hash));
  return {
    id: (item?.id as string | undefined) ?? null,
    reasons: (item?.reasons as SuppressionReason[] | undefined) ?? [],
    types: (item?.types as string[] | undefined) ?? [],
    entries: (item?.entries as Entry[] | undefined) ?? [],
    revision: Number(item?.revision ?? 0),
  };
}

/** Returns the active reasons why an address is suppressed, and the subscription types that are refused. One read. */
export async function readState(channel: Channel, address: string): Promise<Pick<SuppressionItem, "reasons" | "types">> {
  const { hash } = await resolveAddress(channel, address);
  return readSuppressionItem(channel, hash);
}

/** Returns the active reasons why an address is suppressed, for more than single subscription types; empty if it is not. One read. */
export const readReasons = async (channel: Channel, address: string): Promise<readonly SuppressionReason[]> =>
  (await readState(channel, address)).reasons;
