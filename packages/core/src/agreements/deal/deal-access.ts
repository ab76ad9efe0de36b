import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type DealRecord, Deals } from "./deal.entity.ts";

/** Access to deals for other domains, such as orders. */

export type { DealRecord } from "./deal.entity.ts";

/** Finds a live deal that the caller sees. */
export const find = (id: string): Promise<DealRecord | undefined> => Records.find(Deals, id);

/** Loads a live deal without a visibility check. */
export const load = (id: string): Promise<DealRecord | undefined> => Records.load(Deals, id, { live: true });

/** Replaces a deal in the transaction of another change, and returns its new version. */
export function replaceReturning(tx: Transaction, deal: DealRecord, next: DealRecord): DealRecord {
  const after = Records.nextVersion(deal, next);
  tx.replace(Deals, deal, after);
  return after;
}

export * as DealAccess from "./deal-access.ts";
