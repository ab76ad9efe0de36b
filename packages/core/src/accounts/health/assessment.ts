import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { addDays, daysBetween, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { InteractionCounts } from "../../people/interaction/daily-counts.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import * as Identity from "../../people/person/identity.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { Customer } from "../customer/customer.ts";
import {
  EngagementScore,
  HealthScore,
  scoreCustomerEngagement,
  scoreHealth,
  toRiskLevel,
} from "../customer/health-score.rules.ts";

/**
 * Assesses a customer: recent interactions, the resulting engagement and health, and the instant at which time alone changes the health.
 */

/** Health counts at most 10 interactions of the last 90 days. */
const WINDOW_DAYS = 90;
const MAX_INTERACTIONS = 10;

type CustomerRecord = Awaited<ReturnType<typeof Customer.read>>;
type RecentInteraction = Awaited<ReturnType<typeof Interaction.listRecent>>[number];

const isNegative = ({ sentiment, feedback_type }: RecentInteraction): boolean =>
  sentiment === "NEGATIVE" || feedback_type === "NEGATIVE" || feedback_type === "COMPLAINT";

/** Computes the health of a customer. `open` is the number of open opportunities. If `sees` is false, recent interactions are left out. */
export async function assessHealth(
  customer: CustomerRecord,
  { open, canSee = true }: { open: Promise<number> | number; canSee?: boolean },
) {
  // The ids of an individual's person. Interactions of a business's contacts name the business itself.
  const persons = await Identity.resolveIds(customer.personal_key_id);
  const since = startOfDay(useSettings().timezone, addDays(today(), -WINDOW_DAYS));
  const [engagementRule, healthRule] = await Promise.all([loadActiveRule(EngagementScore), loadActiveRule(HealthScore)]);
  const { window_days, signals } = engagementRule.definition;
  const types = signals.map(({ type }) => type);
  const [happened, interactionCount, open_opportunities] = await Promise.all([
    canSee ? Interaction.listRecent({ persons, customer: customer.id }, since, MAX_INTERACTIONS) : [],
    InteractionCounts.countByCustomer({ customer: customer.id, persons }, addDays(today(), -window_days), types),
    open,
  ]);
  const days = [...interactionCount.days.map(({ day }) => day), ...happened.map(({ interaction_day }) => interaction_day ?? "")];
  const last = days.sort().at(-1);
  const createdDay = instantToDay(useSettings().timezone, customer.created_at);
  const silentFrom = last !== undefined && last > createdDay ? last : createdDay;
  const bought = customer.last_order_at ? instantToDay(useSettings().timezone, customer.last_order_at) : undefined;
  const negative = happened.filter(isNegative).map(({ interaction_day }) => interaction_day ?? "");
  /** The scores on a given day if nothing happens until then. */
  const on = (day: string) => {
    const engaged = scoreCustomerEngagement({ days: interactionCount.days, today: day }, engagementRule.definition);
    const well = scoreHealth(
      {
        days_since_interaction: last === undefined ? null : Math.max(0, daysBetween(last, day)),
        silent_days: Math.max(0, daysBetween(silentFrom, day)),
        engagement: engaged.total,
        open_opportunities,
        days_since_purchase: bought === undefined ? null : Math.max(0, daysBetween(bought, day)),
        negative_interactions: negative.filter((interactionDay) => interactionDay >= addDays(day, -WINDOW_DAYS)).length,
        status: customer.status,
      },
      healthRule.definition,
    );
    return { engaged, well };
  };
  const now = on(today());
  const { in_touch, silent, buying } = healthRule.definition;
  const turns = [
    ...(last === undefined ? [] : [addDays(last, in_touch.within_days + 1)]),
    addDays(silentFrom, silent.after_days + 1),
    ...(bought === undefined ? [] : [addDays(bought, buying.within_days + 1)]),
    ...negative.map((day) => addDays(day, WINDOW_DAYS + 1)),
    ...interactionCount.days.flatMap(({ day }) => [addDays(day, window_days), addDays(day, window_days + 1)]),
  ];
  const next = [...new Set(turns)]
    .filter((day) => day > today())
    .sort()
    .find((day) => on(day).well.total !== now.well.total);
  return {
    ...now,
    happened,
    as_of: interactionCount.as_of,
    rules: { engagement: engagementRule, health: healthRule },
    risk: toRiskLevel(now.well.total, healthRule.definition),
    /** The instant at which time alone changes the health; null if it does not. */
    changes_at: next === undefined ? null : startOfDay(useSettings().timezone, next),
  };
}
