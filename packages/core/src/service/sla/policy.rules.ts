/** Decides which policy applies to a ticket. Pure. */

/** The metrics for which a ticket has clocks. */
export const metrics = ["first_response", "next_response", "resolution"] as const;
export type Metric = (typeof metrics)[number];

/** Seconds of working time; null if the policy has no such clock. */
export type Targets = Readonly<Record<Metric, number | null>>;

export const recipients = ["OWNER", "MANAGER", "DIRECTOR"] as const;

/** An escalation level: when this percentage of the target has passed, these recipients are notified. */
export interface Escalation {
  percent: number;
  notify: readonly (typeof recipients)[number][];
}

/** The default escalations: the team's manager at 50 %, the owner at 80 %, both at 100 %, and directors at 150 % of the target. */
export const defaultEscalations: readonly Escalation[] = [
  { percent: 50, notify: ["MANAGER"] },
  { percent: 80, notify: ["OWNER"] },
  { percent: 100, notify: ["OWNER", "MANAGER"] },
  { percent: 150, notify: ["DIRECTOR"] },
];

/** The conditions of a policy. All must hold; an empty condition always holds. */
interface Selection {
  priority_ids: readonly string[];
  category_ids: readonly string[];
  ticket_types: readonly string[];
  urgency_level_ids: readonly string[];
  customer_tiers: readonly string[];
  is_vip: boolean | null;
}

export interface SelectablePolicy extends Selection {
  id: string;
  name: string;
  is_active: boolean;
  sequence: number;
}

/** The attributes of a ticket that conditions read. `category_ids` are its category and the ancestors. */
export interface TicketAttributes {
  priority_id: string | null;
  category_ids: readonly string[];
  ticket_type: string | null;
  urgency_level_id: string | null;
  customer_tier: string | null;
  is_vip: boolean;
}

export interface Choice<P> {
  policy: P;
  /** The conditions that selected the policy; empty for a policy without conditions. */
  because: (keyof Selection)[];
  /** The policies before it, in order, each with the first condition that did not hold. */
  passed: { policy_id: string; name: string; field: keyof Selection }[];
}

const fields = ["priority_ids", "category_ids", "ticket_types", "urgency_level_ids", "customer_tiers", "is_vip"] as const;

const includesAny = (allowedValues: readonly string[], ...values: readonly (string | null)[]): boolean =>
  allowedValues.length === 0 || values.some((value) => value !== null && allowedValues.includes(value));

function matchesField(field: keyof Selection, selection: Selection, ticket: TicketAttributes): boolean {
  switch (field) {
    case "priority_ids":
      return includesAny(selection.priority_ids, ticket.priority_id);
    case "category_ids":
      return includesAny(selection.category_ids, ...ticket.category_ids);
    case "ticket_types":
      return includesAny(selection.ticket_types, ticket.ticket_type);
    case "urgency_level_ids":
      return includesAny(selection.urgency_level_ids, ticket.urgency_level_id);
    case "customer_tiers":
      return includesAny(selection.customer_tiers, ticket.customer_tier);
    case "is_vip":
      return selection.is_vip === null || selection.is_vip === ticket.is_vip;
  }
}

const isSpecified = (value: Selection[keyof Selection]): boolean => (Array.isArray(value) ? value.length > 0 : value !== null);

const sortBySequence = <P extends Pick<SelectablePolicy, "sequence" | "id">>(policies: readonly P[]): P[] =>
  policies.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));

/** Returns the first active policy that applies to the ticket; undefined if none does. */
export function policyFor<P extends SelectablePolicy>(ticket: TicketAttributes, policies: readonly P[]): Choice<P> | undefined {
  const skippedPolicies: Choice<P>["passed"] = [];
  for (const policy of sortBySequence(policies).filter(({ is_active }) => is_active)) {
    const field = fields.find((each) => !matchesField(each, policy, ticket));
    if (field === undefined)
      return { policy, because: fields.filter((each) => isSpecified(policy[each])), passed: skippedPolicies };
    skippedPolicies.push({ policy_id: policy.id, name: policy.name, field });
  }
  return undefined;
}

/** The targets of a policy in minutes; null where it sets none. */
interface Minutes {
  first_response_minutes: number | null;
  next_response_minutes: number | null;
  resolution_minutes: number | null;
}

const toSeconds = (minutes: number | null): number | null => (minutes === null ? null : minutes * 60);

/**
 * Computes the targets of a policy for a ticket. If the policy sets no first response, the `sla_hours` of the ticket's urgency level apply,
 * limited by the resolution target. The next response defaults to the first response.
 */
export function computeTargets(policy: Minutes, urgencyHours: number | null): Targets {
  const urgent =
    urgencyHours === null ? null : Math.min(urgencyHours * 60, policy.resolution_minutes ?? Number.POSITIVE_INFINITY);
  const first = policy.first_response_minutes ?? urgent;
  return {
    first_response: toSeconds(first),
    next_response: toSeconds(policy.next_response_minutes ?? first),
    resolution: toSeconds(policy.resolution_minutes),
  };
}

/**
 * Returns the `sla_hours` that apply to a ticket: those of its urgency level, else those of the level with the same rank as its priority (1 is the
 * first).
 */
export function urgencyHours(
  levels: readonly { id: string; sla_hours: number | null }[],
  urgency_level_id: string | null,
  priorityLevel: number | null,
): number | null {
  const urgencyLevel = levels.find(({ id }) => id === urgency_level_id);
  if (urgencyLevel) return urgencyLevel.sla_hours;
  if (priorityLevel === null) return null;
  return levels[Math.min(priorityLevel, levels.length) - 1]?.sla_hours ?? null;
}
