import { useSettings } from "../kernel/context.ts";
import { startOfDay } from "../kernel/zone.ts";
import { Counted } from "../opportunity/counted.rules.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { Counter } from "../storage/read/counter.ts";
import { Tenant } from "../tenant/tenant.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { inCurrency } from "./figures.rules.ts";
import { bringUp, forEach } from "./kept.ts";
import { standing } from "./standing.ts";

/**
 * The figures of customers from their opportunities. The projector has counted a change before it is followed here, so whatever
 * comes, twice, late or out of order, the customer is brought to what is counted now.
 */

/** A change of an opportunity. */
interface Followed {
  before: { customer_id: string } | undefined;
  after: { customer_id: string } | undefined;
}

export async function follow(changes: readonly Followed[]): Promise<void> {
  const named = changes.flatMap(({ before, after }) => [before?.customer_id, after?.customer_id]);
  const customers = new Set(named.filter((id) => typeof id === "string"));
  await Tenant.asConfigured(() => forEach(customers, (id) => bringUp(id, counted)));
}

const counted = async (current: CustomerRecord): Promise<CustomerRecord> =>
  standing(withFigures(current, await figuresOf(current.id)), current);

type Figures = Pick<
  CustomerRecord,
  "total_opportunities" | "open_opportunities" | "won_opportunities" | "amounts" | "last_won_at"
>;

async function figuresOf(customer: string): Promise<Figures> {
  const [counter = {}] = await Counter.now(OPPORTUNITY.name, [Counted.ofCustomer(customer)]);
  const won = Number(counter.won ?? 0);
  const [from, to] = [Counted.wonIn(customer, "0000"), Counted.wonIn(customer, "9999")];
  const day = won > 0 ? Counted.lastWonIn(await Counter.between(OPPORTUNITY.name, from, to)) : undefined;
  return {
    total_opportunities: Number(counter[Counter.LIVE] ?? 0),
    open_opportunities: Number(counter[Counter.filterCount("is_closed", "false")] ?? 0),
    won_opportunities: won,
    amounts: Counted.amountsIn(counter).map(({ currency, won, open }) => ({ currency, won_amount: won, pipeline_value: open })),
    last_won_at: day === undefined ? null : startOfDay(useSettings().timezone, day),
  };
}

/** One more won opportunity makes a customer of a prospect. */
function withFigures(current: CustomerRecord, figures: Figures): CustomerRecord {
  const isWon = figures.won_opportunities > current.won_opportunities && ["LEAD", "PROSPECT"].includes(current.status);
  const next = { ...current, ...figures, ...(isWon ? { status: "ACTIVE" as const } : {}) };
  return { ...next, ...inCurrency(next) };
}
