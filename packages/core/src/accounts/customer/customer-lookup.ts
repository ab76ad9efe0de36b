import { Records } from "../../storage/write/records.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/** Customers as records of other domains go by them, whoever may see them. */

export type { CustomerRecord } from "./customer.entity.ts";

/** A deleted one too. */
export const loadAny = (id: string): Promise<CustomerRecord | undefined> => Records.load(Customers, id);

export const loadMany = (ids: readonly string[]): Promise<(CustomerRecord | undefined)[]> => Records.loadMany(Customers, ids);

/** Of one that was merged, the one that it became. */
export const resolveMerged = (id: string): Promise<CustomerRecord | undefined> => Records.resolveMerged(Customers, id);

export * as CustomerLookup from "./customer-lookup.ts";
