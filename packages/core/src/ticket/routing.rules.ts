/**
 * Where a ticket goes, how urgent it is, and why (seed 002, route_support_ticket; decisions, Tickets; docs/tickets.md, Routing). Pure.
 */

/** From 1, low, to 4: 001's `critical` is 002's `urgent`. */
export type Level = 1 | 2 | 3 | 4;

/** What routing knows of a ticket. */
export interface Facts {
  is_vip: boolean;
  ticket_type: string | null;
  level: Level;
  category_id: string | null;
  channel: string | null;
}

/** All that a case asks must hold; what it leaves out holds of every ticket. */
export interface When {
  is_vip?: boolean | null | undefined;
  ticket_types?: readonly string[] | null | undefined;
  levels?: readonly Level[] | null | undefined;
  categories?: readonly string[] | null | undefined;
  channels?: readonly string[] | null | undefined;
}

export interface Case {
  reason: string;
  when: When;
  /** The ticket has this level at least. */
  level_at_least?: Level | null | undefined;
  /** Hours of the calendar, by the clock on the wall. */
  target_hours: number;
}

export interface Routed {
  reason: string;
  /** The place of the case in the rule. */
  nth: number;
  level: Level;
  target_hours: number;
  /** The reason of the case that gives the target, where that is not the one that decides. */
  raised_by: string | null;
}

const among = <T>(all: readonly T[] | null | undefined, one: T | null): boolean =>
  !all?.length || (one !== null && all.includes(one));

const holds = ({ is_vip, ticket_types, levels, categories, channels }: When, facts: Facts): boolean =>
  (is_vip ?? facts.is_vip) === facts.is_vip &&
  among(ticket_types, facts.ticket_type) &&
  among(levels, facts.level) &&
  among(categories, facts.category_id) &&
  among(channels, facts.channel);

/**
 * The first case that holds decides; but neither level nor target is worse than the ticket's own, that of a case which asks for its
 * level: a VIP's urgent ticket has an hour, not two.
 */
export function route(cases: readonly Case[], facts: Facts): Routed | undefined {
  const nth = cases.findIndex(({ when }) => holds(when, facts));
  const decides = cases[nth];
  if (!decides) return undefined;
  const own = cases.filter(({ when }) => when.levels?.length && holds(when, facts));
  const best = own.reduce((one, other) => (other.target_hours < one.target_hours ? other : one), decides);
  const level = Math.max(facts.level, decides.level_at_least ?? 1) as Level;
  return {
    reason: decides.reason,
    nth,
    level,
    target_hours: best.target_hours,
    raised_by: best === decides ? null : best.reason,
  };
}

/** Seed 002's, in its order. */
export const usual: readonly Case[] = [
  { reason: "VIP customer priority routing", when: { is_vip: true }, level_at_least: 4, target_hours: 2 },
  {
    reason: "Business-critical issue type",
    when: { ticket_types: ["BILLING_ISSUE", "ACCOUNT_ISSUE"] },
    level_at_least: 3,
    target_hours: 4,
  },
  { reason: "Customer-specified urgent priority", when: { levels: [4] }, level_at_least: 4, target_hours: 1 },
  { reason: "Technical issue routing", when: { ticket_types: ["BUG_REPORT"] }, level_at_least: 3, target_hours: 24 },
  { reason: "Standard routing based on priority", when: {}, target_hours: 48 },
];

/** Tickets that routing gives nobody more of (seed 002). */
export const MOST_HELD = 10;

export interface Agent {
  id: string;
  department: string | null;
  /** Tickets that they hold. */
  load: number;
}

/** Who may have it, whoever fits best first: by department, then by load, then whoever has been there longest (seed 002). */
export function candidates(agents: readonly Agent[], department: string | null): Agent[] {
  const matches = ({ department: own }: Agent): boolean => own !== null && own === department;
  const byId = (one: Agent, other: Agent): number => (one.id < other.id ? -1 : 1);
  return agents
    .filter((agent) => (agent.department === null || matches(agent)) && agent.load < MOST_HELD)
    .sort((one, other) => Number(matches(other)) - Number(matches(one)) || one.load - other.load || byId(one, other));
}
