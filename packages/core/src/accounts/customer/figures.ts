import { useSettings } from "../../kernel/context.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { CustomerTotals } from "../../sales/opportunity/customer-totals.rules.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { refreshCustomer, runForEach } from "./denormalized.ts";
import { deriveFigures, joinAmounts } from "./figures.rules.ts";
import { applyLifecycle } from "./lifecycle.ts";
import { applyRank } from "./rank.ts";
import { readSaleCounters } from "./sale-counters.ts";
import { computeSales } from "./sale-totals.rules.ts";

/**
 * The figures of customers from their opportunities and orders. The projector counts a change before this handler gets it. So even if changes arrive
 * twice, late or out of order, the customer gets the present counts.
 */

interface SaleChange {
  before: { customer_id: string } | undefined;
  after: { customer_id: string } | undefined;
}

/** Handles changes of opportunities and of orders. */
export async function onSaleChanges(changes: readonly SaleChange[]): Promise<void> {
  const customerIds = changes.flatMap(({ before, after }) => [before?.customer_id, after?.customer_id]);
  const customers = new Set(customerIds.filter((id) => typeof id === "string"));
  await Tenant.runWithSettings(() => runForEach(customers, (id) => refreshCustomer(id, recountFigures)));
}

async function recountFigures(current: CustomerRecord): Promise<CustomerRecord> {
  const next = applyFigures(current, await readFigures(current.id));
  const hasSold = next.lifetime_value !== current.lifetime_value || next.paid_orders_count !== current.paid_orders_count;
  return applyLifecycle(hasSold ? await applyRank(next) : next, current);
}

type Figures = Pick<
  CustomerRecord,
  | "total_opportunities"
  | "open_opportunities"
  | "won_opportunities"
  | "amounts"
  | "last_won_at"
  | "paid_orders_count"
  | "last_order_at"
>;

async function readFigures(customer: string): Promise<Figures> {
  const counters = await readSaleCounters(customer);
  const { opportunities } = counters;
  const sales = computeSales(counters);
  const toInstant = (day: string | undefined) => (day === undefined ? null : startOfDay(useSettings().timezone, day));
  return {
    total_opportunities: Number(opportunities[Counter.LIVE] ?? 0),
    open_opportunities: Number(opportunities[Counter.filterCount("is_closed", "false")] ?? 0),
    won_opportunities: Number(opportunities.won ?? 0),
    amounts: joinAmounts(CustomerTotals.parseAmounts(opportunities), sales.amounts),
    last_won_at: toInstant(CustomerTotals.listWonDays(counters.wonYears).at(-1)),
    paid_orders_count: sales.paid_orders_count,
    last_order_at: toInstant(sales.days.at(-1)),
  };
}

/** A newly won opportunity or a newly paid order makes a LEAD or PROSPECT an ACTIVE customer. */
function applyFigures(current: CustomerRecord, figures: Figures): CustomerRecord {
  const hasBought =
    figures.won_opportunities > current.won_opportunities || figures.paid_orders_count > current.paid_orders_count;
  const isActivated = hasBought && ["LEAD", "PROSPECT"].includes(current.status);
  const next = { ...current, ...figures, ...(isActivated ? { status: "ACTIVE" as const } : {}) };
  return { ...next, ...deriveFigures(next) };
}
