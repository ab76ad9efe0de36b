import { ORDER } from "../../commerce/order/order.kind.ts";
import { CustomerTotals } from "../../sales/opportunity/customer-totals.rules.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { Item } from "../../storage/table/item.ts";
import { orderedScope, type SaleCounters } from "./sale-totals.rules.ts";

/** Reads the counters of a customer's sales, strongly consistent. The counters of years are read only if there are any. */
export async function readSaleCounters(customer: string): Promise<SaleCounters> {
  const scopes = [CustomerTotals.customerScope(customer)];
  const [[opportunities = {}], [orders = {}]] = await Promise.all([
    Counter.readConsistent(OPPORTUNITY.name, scopes),
    Counter.readConsistent(ORDER.name, scopes),
  ]);
  const readYears = async (kind: string, count: unknown, scope: (customer: string, year: string) => string): Promise<Item[]> =>
    Number(count ?? 0) > 0 ? Counter.readRange(kind, scope(customer, "0000"), scope(customer, "9999")) : [];
  const [wonYears, orderedYears] = await Promise.all([
    readYears(OPPORTUNITY.name, opportunities.won, CustomerTotals.wonScope),
    readYears(ORDER.name, orders.confirmed, orderedScope),
  ]);
  return { opportunities, orders, wonYears, orderedYears };
}
