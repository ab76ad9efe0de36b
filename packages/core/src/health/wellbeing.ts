import type { Customer } from "../customer/customer.ts";
import { EngagementScore, engagement, HealthScore, health, riskOf } from "../customer/wellbeing.rules.ts";
import { Interaction } from "../interaction/interaction.ts";
import { Tally } from "../interaction/tally.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { dayAfter, dayIn, daysBetween, startOfDay } from "../kernel/zone.ts";
import * as Identity from "../person/identity.ts";
import { inForce } from "../rule/in-force.ts";

/** How a customer is: what happened with it of late, what that makes of its engagement and health, and when time alone changes that. */

/** Seed 002: of the last 90 days, at most 10. */
const WINDOW = 90;
const MOST_INTERACTIONS = 10;

type CustomerRecord = Awaited<ReturnType<typeof Customer.read>>;
type Happened = Awaited<ReturnType<typeof Interaction.recentOf>>[number];

const isNegative = ({ sentiment, feedback_type }: Happened): boolean =>
  sentiment === "NEGATIVE" || feedback_type === "NEGATIVE" || feedback_type === "COMPLAINT";

/** As far as the caller sees it; `open` opportunities are the caller's to count. */
export async function wellbeingOf(
  customer: CustomerRecord,
  { open, sees = true }: { open: Promise<number> | number; sees?: boolean },
) {
  // The person whom an individual is; what the contacts of a business did names it.
  const persons = await Identity.idsNamed(customer.personal_key_id);
  const since = startOfDay(useSettings().timezone, dayAfter(today(), -WINDOW));
  const [engagementRule, healthRule] = await Promise.all([inForce(EngagementScore), inForce(HealthScore)]);
  const { window_days, signals } = engagementRule.definition;
  const types = signals.map(({ type }) => type);
  const [happened, touched, open_opportunities] = await Promise.all([
    sees ? Interaction.recentOf({ persons, customer: customer.id }, since, MOST_INTERACTIONS) : [],
    Tally.touchedWith({ customer: customer.id, persons }, dayAfter(today(), -window_days), types),
    open,
  ]);
  const days = [...touched.days.map(({ day }) => day), ...happened.map(({ interaction_day: day }) => day ?? "")];
  const last = days.sort().at(-1);
  const made = dayIn(useSettings().timezone, customer.created_at);
  const silentFrom = last !== undefined && last > made ? last : made;
  const negative = happened.filter(isNegative).map(({ interaction_day: day }) => day ?? "");
  /** As it is on a day, if nothing happens until then. */
  const on = (day: string) => {
    const engaged = engagement({ days: touched.days, today: day }, engagementRule.definition);
    const well = health(
      {
        days_since_interaction: last === undefined ? null : Math.max(0, daysBetween(last, day)),
        silent_days: Math.max(0, daysBetween(silentFrom, day)),
        engagement: engaged.total,
        open_opportunities,
        negative_interactions: negative.filter((each) => each >= dayAfter(day, -WINDOW)).length,
        status: customer.status,
      },
      healthRule.definition,
    );
    return { engaged, well };
  };
  const now = on(today());
  const { in_touch, silent } = healthRule.definition;
  const turns = [
    ...(last === undefined ? [] : [dayAfter(last, in_touch.within_days + 1)]),
    dayAfter(silentFrom, silent.after_days + 1),
    ...negative.map((day) => dayAfter(day, WINDOW + 1)),
    ...touched.days.flatMap(({ day }) => [dayAfter(day, window_days), dayAfter(day, window_days + 1)]),
  ];
  const next = [...new Set(turns)]
    .filter((day) => day > today())
    .sort()
    .find((day) => on(day).well.total !== now.well.total);
  return {
    ...now,
    happened,
    as_of: touched.as_of,
    rules: { engagement: engagementRule, health: healthRule },
    risk: riskOf(now.well.total, healthRule.definition),
    /** The instant at which time alone changes the health; null when it does not. */
    changes_at: next === undefined ? null : startOfDay(useSettings().timezone, next),
  };
}
