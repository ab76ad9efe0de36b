import * as z from "zod";
import { Money } from "../../kernel/money.ts";
import { money, oneLine } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";

/** The rank of a customer by its sales, by a rule of the tenant. */

const rank = () => oneLine(50);

const Conditions = z
  .strictObject({
    min_lifetime_value: money().optional().describe("In the customer's currency"),
    min_paid_orders: z.number().int().min(1).max(100_000).optional(),
  })
  .describe("All given conditions must hold");

const Rank = z.strictObject({
  ranks: z
    .array(z.strictObject({ rank: rank(), when: Conditions }))
    .max(20)
    .describe("The first match applies"),
  otherwise: rank().nullable(),
});

type Rank = z.output<typeof Rank>;

export const rankDefinition = ruleKind({
  name: "customer_rank",
  label: "Customer rank",
  description: "The rank of a customer by its sales. A rank that is none of the rule's was set by a user and stays",
  schema: Rank,
  defaults: [
    {
      ranks: [
        { rank: "A", when: { min_lifetime_value: "100000.00" } },
        { rank: "B", when: { min_lifetime_value: "10000.00" } },
        { rank: "C", when: { min_paid_orders: 1 } },
      ],
      otherwise: null,
    },
  ],
});

interface RankedCustomer {
  customer_rank: string | null;
  lifetime_value: string;
  paid_orders_count: number;
}

/** Returns the rank of a customer. A rank that the rule does not have stays. */
export function resolveRank({ ranks, otherwise }: Rank, customer: RankedCustomer): string | null {
  const { customer_rank, lifetime_value, paid_orders_count } = customer;
  const isOwn = customer_rank === null || customer_rank === otherwise || ranks.some((each) => each.rank === customer_rank);
  if (!isOwn) return customer_rank;
  const match = ranks.find(
    ({ when: { min_lifetime_value, min_paid_orders = 0 } }) =>
      paid_orders_count >= min_paid_orders &&
      (min_lifetime_value === undefined || Money.compare(lifetime_value, min_lifetime_value) >= 0),
  );
  return match ? match.rank : otherwise;
}
