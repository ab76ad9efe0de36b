/** Pure rules of which policy a ticket follows (seed 001, SLA Tracking: "Assign SLA policy based on priority/category"). */

/** What a ticket has clocks of. */
export const metrics = ["first_response", "next_response", "resolution"] as const;
export type Metric = (typeof metrics)[number];

/** Seconds of working time; null where the policy has no such clock. */
export type Targets = Readonly<Record<Metric, number | null>>;

export const recipients = ["OWNER", "MANAGER", "DIRECTOR"] as const;

/** Who is told when so much of a target has passed. */
export interface Escalation {
  percent: number;
  notify: readonly (typeof recipients)[number][];
}

/**
 * Seed 002 tells the supervisor at 50 % and management at 100 %, seed 001 the owner, the manager and the next level; a director comes after
 * half of the target again (decisions, Tickets).
 */
export const defaultEscalations: readonly Escalation[] = [
  { percent: 50, notify: ["MANAGER"] },
  { percent: 80, notify: ["OWNER"] },
  { percent: 100, notify: ["OWNER", "MANAGER"] },
  { percent: 150, notify: ["DIRECTOR"] },
];

/** Which tickets a policy is for: all of it must hold; what is empty holds for every ticket. */
export interface Selection {
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

/** What of a ticket policies go by; `category_ids` are its category and those above. */
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
  /** By which of its fields it was chosen; none for one that is for every ticket. */
  because: (keyof Selection)[];
  /** Those before it, in order, each with the first field that did not hold. */
  passed: { policy_id: string; name: string; field: keyof Selection }[];
}

const fields = ["priority_ids", "category_ids", "ticket_types", "urgency_level_ids", "customer_tiers", "is_vip"] as const;

const includesAny = (wanted: readonly string[], ...held: readonly (string | null)[]): boolean =>
  wanted.length === 0 || held.some((each) => each !== null && wanted.includes(each));

function matchesField(field: keyof Selection, wanted: Selection, ticket: TicketAttributes): boolean {
  switch (field) {
    case "priority_ids":
      return includesAny(wanted.priority_ids, ticket.priority_id);
    case "category_ids":
      return includesAny(wanted.category_ids, ...ticket.category_ids);
    case "ticket_types":
      return includesAny(wanted.ticket_types, ticket.ticket_type);
    case "urgency_level_ids":
      return includesAny(wanted.urgency_level_ids, ticket.urgency_level_id);
    case "customer_tiers":
      return includesAny(wanted.customer_tiers, ticket.customer_tier);
    case "is_vip":
      return wanted.is_vip === null || wanted.is_vip === ticket.is_vip;
  }
}

const isSpecified = (value: Selection[keyof Selection]): boolean => (Array.isArray(value) ? value.length > 0 : value !== null);

export const sortBySequence = <P extends Pick<SelectablePolicy, "sequence" | "id">>(policies: readonly P[]): P[] =>
  policies.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));

/** The first policy in use that is for a ticket; undefined where none is. */
export function policyFor<P extends SelectablePolicy>(ticket: TicketAttributes, policies: readonly P[]): Choice<P> | undefined {
  const passed: Choice<P>["passed"] = [];
  for (const policy of sortBySequence(policies).filter(({ is_active }) => is_active)) {
    const field = fields.find((each) => !matchesField(each, policy, ticket));
    if (field === undefined) return { policy, because: fields.filter((each) => isSpecified(policy[each])), passed };
    passed.push({ policy_id: policy.id, name: policy.name, field });
  }
  return undefined;
}

/** Minutes as a policy says them; null where it says none. */
export interface Minutes {
  first_response_minutes: number | null;
  next_response_minutes: number | null;
  resolution_minutes: number | null;
}

const toSeconds = (minutes: number | null): number | null => (minutes === null ? null : minutes * 60);

/**
 * The targets of a policy for a ticket whose urgency level has these `sla_hours`: they are the first response's where the policy names none
 * (decisions, Tickets), but that it comes no later than the resolution. A later response has as long as the first, unless told otherwise.
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
 * The `sla_hours` that hold for a ticket: of the urgency level that it names, or else of the level that stands in their order where its
 * priority stands among priorities (1 is the first).
 */
export function urgencyHours(
  levels: readonly { id: string; sla_hours: number | null }[],
  urgency_level_id: string | null,
  priorityLevel: number | null,
): number | null {
  const named = levels.find(({ id }) => id === urgency_level_id);
  if (named) return named.sla_hours;
  if (priorityLevel === null) return null;
  return levels[Math.min(priorityLevel, levels.length) - 1]?.sla_hours ?? null;
}
