/** Routes tickets: how urgent a ticket is, which agent gets it, and why (docs/service/tickets.md, Routing). Pure. */

import type { TicketStatus } from "./status.rules.ts";

/** From 1 (low) to 4 (critical). */
export type Level = 1 | 2 | 3 | 4;

/** The ticket attributes that routing reads. */
export interface Facts {
  is_vip: boolean;
  ticket_type: string | null;
  level: Level;
  category_id: string | null;
  channel: string | null;
}

/** All conditions must hold; an omitted condition always holds. */
interface CaseCondition {
  is_vip?: boolean | null | undefined;
  ticket_types?: readonly string[] | null | undefined;
  levels?: readonly Level[] | null | undefined;
  categories?: readonly string[] | null | undefined;
  channels?: readonly string[] | null | undefined;
}

interface Case {
  reason: string;
  when: CaseCondition;
  /** The minimum level of the ticket. */
  level_at_least?: Level | null | undefined;
  /** Hours of real time, not of working time. */
  target_hours: number;
}

export interface RoutingResult {
  reason: string;
  /** The index of the case in the rule. */
  nth: number;
  level: Level;
  target_hours: number;
  /** The reason of the case that sets the target, if it is not the deciding case. */
  raised_by: string | null;
}

const matchesAny = <T>(all: readonly T[] | null | undefined, value: T | null): boolean =>
  !all?.length || (value !== null && all.includes(value));

const matchesCondition = ({ is_vip, ticket_types, levels, categories, channels }: CaseCondition, facts: Facts): boolean =>
  (is_vip ?? facts.is_vip) === facts.is_vip &&
  matchesAny(ticket_types, facts.ticket_type) &&
  matchesAny(levels, facts.level) &&
  matchesAny(categories, facts.category_id) &&
  matchesAny(channels, facts.channel);

/**
 * Returns the result of the first matching case. The target is never worse than the ticket's own level gives: the shortest target of the matching
 * cases with a level condition counts. So a critical ticket of a VIP customer has one hour, not two. The level is never lowered.
 */
export function route(cases: readonly Case[], facts: Facts): RoutingResult | undefined {
  const nth = cases.findIndex(({ when }) => matchesCondition(when, facts));
  const decides = cases[nth];
  if (!decides) return undefined;
  const matchingCases = cases.filter(({ when }) => when.levels?.length && matchesCondition(when, facts));
  const best = matchingCases.reduce((a, b) => (b.target_hours < a.target_hours ? b : a), decides);
  const level = Math.max(facts.level, decides.level_at_least ?? 1) as Level;
  return {
    reason: decides.reason,
    nth,
    level,
    target_hours: best.target_hours,
    raised_by: best === decides ? null : best.reason,
  };
}

/** The default cases. */
export const defaultCases: readonly Case[] = [
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

/** Maximum number of tickets up to which routing assigns more to an agent. */
export const MAX_TICKETS_PER_AGENT = 10;

/**
 * Returns the capacity of an agent. The work of each absent agent for whom they stand in counts too: otherwise a stand-in is full as soon as an absence
 * begins, and new tickets go past all agents. `standIns`: the stand-ins of those who are away, by user.
 */
export const computeCapacity = (id: string, standIns: ReadonlyMap<string, string>): number =>
  MAX_TICKETS_PER_AGENT * (1 + [...standIns.values()].filter((standIn) => standIn === id).length);

export interface Agent {
  id: string;
  department: string | null;
  /** Number of tickets that the agent holds. */
  load: number;
  /** Number of tickets up to which routing assigns more. */
  capacity: number;
  /** Absent, or outside working hours. */
  is_away: boolean;
  /** An administrator without the role of a support agent gets tickets only while no support agent can take them. */
  is_administrator: boolean;
}

export const skipReasons = ["full", "away"] as const;

/** An agent that routing considered. `passed_over` says why they cannot take the ticket. */
interface AgentCandidate {
  agent_id: string;
  department_match: boolean;
  load: number;
  passed_over: (typeof skipReasons)[number] | null;
}

/** A candidate with the number of tickets that they may have, this one included, when the ticket is written. */
export interface RankedAgent extends AgentCandidate {
  capacity: number;
}

/**
 * Ranks the agents for a ticket: support agents before administrators; among them the department of the category, then agents without a department,
 * then other departments; then the lowest load, then the oldest user. Without a category, the department of an agent does not count.
 */
export function rankCandidates(agents: readonly Agent[], departments: readonly string[]): RankedAgent[] {
  const matches = ({ department }: Agent): boolean => department !== null && departments.includes(department);
  const findTier = (agent: Agent): number =>
    (agent.is_administrator ? 3 : 0) + (departments.length === 0 || matches(agent) ? 0 : agent.department === null ? 1 : 2);
  const byId = (a: Agent, b: Agent): number => (a.id < b.id ? -1 : 1);
  return agents
    .toSorted((a, b) => findTier(a) - findTier(b) || a.load - b.load || byId(a, b))
    .map((agent) => ({
      agent_id: agent.id,
      department_match: matches(agent),
      load: agent.load,
      capacity: agent.capacity,
      passed_over: isFree(agent) ? null : agent.is_away ? ("away" as const) : ("full" as const),
    }));
}

export const isFree = ({ load, capacity, is_away }: Pick<Agent, "load" | "capacity" | "is_away">): boolean =>
  !is_away && load < capacity;

/** Marks an agent who was full when the ticket was written. */
export const markFull = (candidates: readonly RankedAgent[], agent: string): RankedAgent[] =>
  candidates.map((candidate) =>
    candidate.agent_id === agent
      ? { ...candidate, load: Math.max(candidate.load, candidate.capacity), passed_over: "full" }
      : candidate,
  );

/** Maximum number of candidates stored with a ticket. */
const MAX_STORED_CANDIDATES = 10;

const toStoredCandidate = ({ agent_id, department_match, load, passed_over }: AgentCandidate): AgentCandidate => ({
  ...{ agent_id, department_match, load, passed_over },
});

interface AssignableTicket {
  assigned_to_id: string | null;
  assigned_at: string | null;
  status: TicketStatus;
  status_changed_at: string;
  routing: { routed_at: string; considered: AgentCandidate[] } | null;
}

/**
 * Assigns an agent. A NEW ticket becomes OPEN, and is IN_PROGRESS only when its agent says so: until then no person works on it. Without an agent the ticket
 * waits in the queue as OPEN.
 */
export function assignAgent<T extends AssignableTicket>(
  ticket: T,
  agent: string | null,
  candidates: readonly AgentCandidate[],
  instant: string,
): T {
  const status = agent === null || ticket.status === "NEW" ? "OPEN" : ticket.status;
  return {
    ...ticket,
    assigned_to_id: agent,
    assigned_at: agent === null ? null : instant,
    status,
    status_changed_at: status === ticket.status ? ticket.status_changed_at : instant,
    routing: ticket.routing && {
      ...ticket.routing,
      routed_at: instant,
      considered: candidates.slice(0, MAX_STORED_CANDIDATES).map(toStoredCandidate),
    },
  };
}
