import * as z from "zod";
import { Money } from "../../kernel/money.ts";
import { money, oneOf } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { customerStatuses, lifecycleStages } from "./customer.rules.ts";

/** The lifecycle stage of a customer, from prospect to loyal customer, by a rule of the tenant. */

const Conditions = z
  .strictObject({
    statuses: z.array(oneOf(customerStatuses)).min(1).optional(),
    min_open_opportunities: z.number().int().min(1).max(1000).optional(),
    min_won_opportunities: z.number().int().min(1).max(1000).optional(),
    min_paid_orders: z.number().int().min(1).max(1000).optional(),
    min_lifetime_value: money().optional().describe("In the customer's currency"),
  })
  .describe("All given conditions must hold");

const Lifecycle = z.strictObject({
  stages: z
    .array(z.strictObject({ stage: oneOf(lifecycleStages), when: Conditions }))
    .max(20)
    .describe("The first match applies"),
  otherwise: oneOf(lifecycleStages),
});

type Lifecycle = z.output<typeof Lifecycle>;
export type LifecycleStage = (typeof lifecycleStages)[number];

export const lifecycle = ruleKind({
  name: "customer_lifecycle",
  label: "Customer lifecycle",
  description: "The stage of a customer by its status and the totals of its opportunities, unless it was set manually",
  schema: Lifecycle,
  defaults: [
    {
      stages: [
        { stage: "CHURNED", when: { statuses: ["CHURNED"] } },
        { stage: "CHAMPION", when: { statuses: ["ACTIVE"], min_won_opportunities: 3 } },
        { stage: "CUSTOMER", when: { statuses: ["ACTIVE", "INACTIVE", "SUSPENDED"] } },
        { stage: "OPPORTUNITY", when: { min_open_opportunities: 1 } },
        { stage: "LEAD", when: { statuses: ["LEAD"] } },
      ],
      otherwise: "PROSPECT",
    },
  ],
});

interface Facts {
  status: (typeof customerStatuses)[number];
  open_opportunities: number;
  won_opportunities: number;
  paid_orders_count: number;
  lifetime_value: string;
}

export function decideStage({ stages, otherwise }: Lifecycle, facts: Facts): LifecycleStage {
  const holds = ({
    statuses,
    min_open_opportunities,
    min_won_opportunities,
    min_paid_orders,
    min_lifetime_value,
  }: z.output<typeof Conditions>) =>
    (!statuses || statuses.includes(facts.status)) &&
    facts.open_opportunities >= (min_open_opportunities ?? 0) &&
    facts.won_opportunities >= (min_won_opportunities ?? 0) &&
    facts.paid_orders_count >= (min_paid_orders ?? 0) &&
    (min_lifetime_value === undefined || Money.compare(facts.lifetime_value, min_lifetime_value) >= 0);
  return stages.find(({ when }) => holds(when))?.stage ?? otherwise;
}

interface StagePlacement {
  lifecycle_stage: LifecycleStage;
  lifecycle_is_manual: boolean;
}

/**
 * Returns the lifecycle stage of a customer. `ruleStage` is the stage by the rule. `requestedStage` is the stage of the input: a stage other than the
 * current one is set by hand, null makes the stage follow the rule again, and undefined or the current stage changes nothing.
 */
export function resolveStage(
  ruleStage: LifecycleStage,
  requestedStage: LifecycleStage | null | undefined,
  current?: StagePlacement,
): StagePlacement {
  const followed = { lifecycle_stage: ruleStage, lifecycle_is_manual: false };
  if (requestedStage === null || (requestedStage === ruleStage && !current)) return followed;
  if (requestedStage !== undefined && requestedStage !== current?.lifecycle_stage)
    return { lifecycle_stage: requestedStage, lifecycle_is_manual: true };
  return current?.lifecycle_is_manual ? { lifecycle_stage: current.lifecycle_stage, lifecycle_is_manual: true } : followed;
}
