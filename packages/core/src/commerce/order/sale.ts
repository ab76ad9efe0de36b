import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "./order.entity.ts";
import { readSaleRevenue } from "./order-access.ts";
import { findSaleDay } from "./sale.rules.ts";

/** The sale of an order: once an order is confirmed, the orders of its opportunity state the revenue, and not the opportunity. */

/** Returns a newly confirmed order with the days of its sale, and marks its opportunity in the transaction. */
export async function beginSale(tx: Transaction, order: OrderRecord & { confirmed_at: string }): Promise<OrderRecord> {
  const { opportunity_id, confirmed_at } = order;
  const opportunity = opportunity_id ? await Opportunity.markOrdered(tx, opportunity_id, confirmed_at) : undefined;
  const confirmed_day = instantToDay(useSettings().timezone, confirmed_at);
  return { ...order, confirmed_day, sale_day: findSaleDay(confirmed_day, opportunity) };
}

/** Ends the sale of an order whose confirmation is undone. Its opportunity states the revenue again, unless it has another confirmed order. */
export async function endSale(tx: Transaction, order: OrderRecord): Promise<OrderRecord> {
  const { opportunity_id, sale_id, confirmed_at } = order;
  if (opportunity_id && confirmed_at !== null && (await readSaleRevenue(sale_id)).orderCount <= 1)
    await Opportunity.unmarkOrdered(tx, opportunity_id);
  return { ...order, confirmed_at: null, confirmed_day: null, sale_day: null };
}

/** Notes a new order on the lead that it came of. */
export async function onOrderCreated({ record_id }: DomainEvent): Promise<void> {
  const order = await Records.load(Orders, record_id, { live: true });
  if (order?.lead_id) await Lead.linkOrder(order.lead_id, order.id);
}

/** The most orders of an opportunity that are read at once. */
const PAGE_SIZE = 100;

/** When an opportunity is won or reopened, its orders get the day of the sale. Each order is written as the opportunity is at that moment. */
export const onOpportunityMoved = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    if (!(await Opportunity.load(record_id))?.ordered_at) return;
    const partitions = [{ index: "by_class" as const, facets: { sale_id: record_id } }];
    for (let after: string | undefined, hasMore = true; hasMore; ) {
      const ids = await listKeysAfter(Orders, partitions, { order: "asc", after, limit: PAGE_SIZE });
      for (const id of ids) await refreshSaleDay(id);
      [after, hasMore] = [ids.at(-1), ids.length === PAGE_SIZE];
    }
  });

const refreshSaleDay = (id: string): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Orders, id, async (current) => {
      if (current.confirmed_day === null || current.opportunity_id === null) return current;
      const sale_day = findSaleDay(current.confirmed_day, await Opportunity.load(current.opportunity_id));
      return sale_day === current.sale_day ? current : { ...current, sale_day };
    }),
  );
