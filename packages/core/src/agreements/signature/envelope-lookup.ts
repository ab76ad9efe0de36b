import { useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { envelopeKey } from "./provider/events.ts";
import type { ProviderName } from "./provider/provider.ts";

/** Finds the request of a provider's envelope, by an item that is written with the request. */

const envelopeItemKey = (provider: ProviderName, envelope_id: string): Key => ({
  pk: tenantKey(useTenant(), "ENVELOPE", hashTexts("envelope", envelopeKey(provider, envelope_id))),
  sk: "request",
});

export const link = (tx: Transaction, provider: ProviderName, envelope_id: string, request_id: string): Transaction =>
  tx.put({ ...envelopeItemKey(provider, envelope_id), request_id });

/** Returns undefined if no request of the tenant has this envelope. */
export async function findRequestId(provider: ProviderName, envelope_id: string): Promise<string | undefined> {
  const item = await readItem(envelopeItemKey(provider, envelope_id));
  return item && String(item.request_id);
}

export * as Envelopes from "./envelope-lookup.ts";
