import { useTenant } from "../kernel/context.ts";
import { get } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { envelopeKey } from "./provider/events.ts";
import type { ProviderName } from "./provider/provider.ts";

/** Which request an envelope of a provider is of: an item written with the request that has it. */

const keyOf = (provider: ProviderName, envelope_id: string): Key => ({
  pk: tenantKey(useTenant(), "ENVELOPE", hashed("envelope", envelopeKey(provider, envelope_id))),
  sk: "request",
});

export const name = (tx: Transaction, provider: ProviderName, envelope_id: string, request_id: string): Transaction =>
  tx.put({ ...keyOf(provider, envelope_id), request_id });

/** Undefined while no request of the tenant has it. */
export async function requestOf(provider: ProviderName, envelope_id: string): Promise<string | undefined> {
  const item = await get(keyOf(provider, envelope_id));
  return item && String(item.request_id);
}

export * as Envelopes from "./envelope.ts";
