import { Counter } from "../../storage/read/counter.ts";
import { separateScope } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type OrderRecord, Orders } from "./order.entity.ts";
import { ORDER } from "./order.kind.ts";
import { parseSaleRevenue, type SaleRevenue } from "./sale.rules.ts";

/** Access to orders for other domains. */

export type { OrderRecord } from "./order.entity.ts";

/** For walks over all orders. */
export const collection = Orders;

/** Loads a live order without a visibility check. */
export const load = (id: string): Promise<OrderRecord | undefined> => Records.load(Orders, id, { live: true });

/** Reads the revenue of the orders of a sale from its counter, strongly consistent. */
export async function readSaleRevenue(saleId: string): Promise<SaleRevenue> {
  const [counter = {}] = await Counter.readConsistent(ORDER.name, [separateScope("sale", saleId)]);
  return parseSaleRevenue(counter);
}

export * as OrderAccess from "./order-access.ts";
