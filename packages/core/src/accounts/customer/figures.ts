import { useSettings } from "../../kernel/context.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { CustomerTotals } from "../../sales/opportunity/customer-totals.rules.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { refreshCustomer, runForEach } from "./denormalized.ts";
import { deriveFigures } from "./figures.rules.ts";
import { applyLifecycle } from "./lifecycle.ts";

/**
 * The figures of customers from their opportunities. The projector counts a change before this handler gets it. So even if changes arrive
 * twice, late or out of order, the customer gets the present counts.
 */

interface OpportunityChange {
  before: { customer_id: string } | undefined;
  after: { customer_id: string } | undefined;
}

export async function onOpportunityChanges(changes: readonly OpportunityChange[]): Promise<void> {
  const customerIds = changes.flatMap(({ before, after }) => [before?.customer_id, after?.customer_id]);
  const customers = new Set(customerIds.filter((id) => typeof id === "string"));
  await Tenant.runWithSettings(() => runForEach(customers, (id) => refreshCustomer(id, recountFigures)));
}

const recountFigures = async (current: CustomerRecord): Promise<CustomerRecord> =>
  applyLifecycle(applyFigures(current, await readFigures(current.id)), current);

type Figures = Pick<
  CustomerRecord,
  "total_opportunities" | "open_opportunities" | "won_opportunities" | "amounts" | "last_won_at"
>;

async function readFigures(customer: string): Promise<Figures> {
  const [counter = {}] = await Counter.readConsistent(OPPORTUNITY.name, [CustomerTotals.customerScope(customer)]);
  const wonCount = Number(counter.won ?? 0);
  const [from, to] = [CustomerTotals.wonScope(customer, "0000"), CustomerTotals.wonScope(customer, "9999")];
  const day = wonCount > 0 ? CustomerTotals.findLastWonDay(await Counter.readRange(OPPORTUNITY.name, from, to)) : undefined;
  return {
    total_opportunities: Number(counter[Counter.LIVE] ?? 0),
    open_opportunities: Number(counter[Counter.filterCount("is_closed", "false")] ?? 0),
    won_opportunities: wonCount,
    amounts: CustomerTotals.parseAmounts(counter).map(({ currency, won: wonAmount, open }) => ({
      currency,
      won_amount: wonAmount,
      pipeline_value: open,
    })),
    last_won_at: day === undefined ? null : startOfDay(useSettings().timezone, day),
  };
}

/** A newly won opportunity makes a LEAD or PROSPECT an ACTIVE customer. */
function applyFigures(current: CustomerRecord, figures: Figures): CustomerRecord {
  const isWon = figures.won_opportunities > current.won_opportunities && ["LEAD", "PROSPECT"].includes(current.status);
  const next = { ...current, ...figures, ...(isWon ? { status: "ACTIVE" as const } : {}) };
  return { ...next, ...deriveFigures(next) };
}
