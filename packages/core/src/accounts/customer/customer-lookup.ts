import { Records } from "../../storage/write/records.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/** Reads of customers for other domains, without a visibility check. */

export type { CustomerRecord } from "./customer.entity.ts";

/** Loads a customer, deleted or not. */
export const loadAny = (id: string): Promise<CustomerRecord | undefined> => Records.load(Customers, id);

export const loadMany = (ids: readonly string[]): Promise<(CustomerRecord | undefined)[]> => Records.loadMany(Customers, ids);

/** Loads the customer, or the survivor of its merge. */
export const resolveMerged = (id: string): Promise<CustomerRecord | undefined> => Records.resolveMerged(Customers, id);

export * as CustomerLookup from "./customer-lookup.ts";
