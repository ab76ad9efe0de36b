import { today } from "../../kernel/day.ts";
import { Money } from "../../kernel/money.ts";
import { MergedList } from "../../storage/read/merged-list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import { computeOverdue } from "./instalment.rules.ts";
import { type OrderRecord, Orders } from "./order.entity.ts";

/** The orders of a customer that are read at most. */
const MAX_READ = 100;

export interface CustomerOrders {
  /** The newest first. */
  orders: OrderRecord[];
  /** What is overdue, by currency. */
  overdue: ReadonlyMap<string, string>;
}

/** Reads the newest orders of a customer that the caller sees, and what is overdue of them. */
export async function readCustomerOrders(customer_id: string): Promise<CustomerOrders> {
  const partitions = [{ index: "by_related" as const, facets: { customer_id } }];
  const { records } = await MergedList.readMerged(Orders, partitions, MAX_READ);
  const live = records.filter(({ deleted_at }) => !deleted_at);
  const orders = await Visibility.filterVisible(Orders, live);
  const day = today();
  const late = orders.filter(({ next_due_date }) => next_due_date !== null && next_due_date < day);
  const full = await Records.loadMany(
    Orders,
    late.map(({ id }) => id),
    { live: true },
  );
  const overdue = new Map<string, string>();
  for (const order of full) {
    if (!order) continue;
    const amount = computeOverdue(order.instalments, order.net_payment, day);
    const former = overdue.get(order.currency);
    overdue.set(order.currency, former === undefined ? amount : Money.add(former, amount));
  }
  return { orders, overdue };
}
