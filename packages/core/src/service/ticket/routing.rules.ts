/**
 * Where a ticket goes, how urgent it is, and why (seed 002, route_support_ticket; decisions, Tickets; docs/service/tickets.md, Routing). Pure.
 */

import type { TicketStatus } from "./status.rules.ts";

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
export interface CaseCondition {
  is_vip?: boolean | null | undefined;
  ticket_types?: readonly string[] | null | undefined;
  levels?: readonly Level[] | null | undefined;
  categories?: readonly string[] | null | undefined;
  channels?: readonly string[] | null | undefined;
}

export interface Case {
  reason: string;
  when: CaseCondition;
  /** The ticket has this level at least. */
  level_at_least?: Level | null | undefined;
  /** Hours of the calendar, by the clock on the wall. */
  target_hours: number;
}

export interface RoutingResult {
  reason: string;
  /** The place of the case in the rule. */
  nth: number;
  level: Level;
  target_hours: number;
  /** The reason of the case that gives the target, where that is not the one that decides. */
  raised_by: string | null;
}

const matchesAny = <T>(all: readonly T[] | null | undefined, one: T | null): boolean =>
  !all?.length || (one !== null && all.includes(one));

const matchesCondition = ({ is_vip, ticket_types, levels, categories, channels }: CaseCondition, facts: Facts): boolean =>
  (is_vip ?? facts.is_vip) === facts.is_vip &&
  matchesAny(ticket_types, facts.ticket_type) &&
  matchesAny(levels, facts.level) &&
  matchesAny(categories, facts.category_id) &&
  matchesAny(channels, facts.channel);

/**
 * The first case that holds decides; but neither level nor target is worse than the ticket's own, that of a case which asks for its
 * level: a VIP's urgent ticket has an hour, not two.
 */
export function route(cases: readonly Case[], facts: Facts): RoutingResult | undefined {
  const nth = cases.findIndex(({ when }) => matchesCondition(when, facts));
  const decides = cases[nth];
  if (!decides) return undefined;
  const own = cases.filter(({ when }) => when.levels?.length && matchesCondition(when, facts));
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

/** Tickets that routing gives nobody more of (seed 002). */
export const MAX_TICKETS_PER_AGENT = 10;

export interface Agent {
  id: string;
  department: string | null;
  /** Tickets that they hold. */
  load: number;
  /** Absent, or outside their working hours. */
  is_away: boolean;
}

export const skipReasons = ["full", "away"] as const;

/** An agent whom routing has looked at; `passed_over` says why they cannot have it. */
export interface AgentCandidate {
  agent_id: string;
  department_match: boolean;
  load: number;
  passed_over: (typeof skipReasons)[number] | null;
}

/**
 * Who is asked, in this order: by department, then by load, then whoever has been there longest (seed 002). Of a category with these
 * names; an agent of another department is not asked.
 */
export function rankCandidates(agents: readonly Agent[], departments: readonly string[]): AgentCandidate[] {
  const matches = ({ department }: Agent): boolean => department !== null && departments.includes(department);
  const byId = (one: AgentCandidate, other: AgentCandidate): number => (one.agent_id < other.agent_id ? -1 : 1);
  return agents
    .filter((agent) => agent.department === null || matches(agent))
    .map((agent) => ({
      agent_id: agent.id,
      department_match: matches(agent),
      load: agent.load,
      passed_over: agent.is_away ? ("away" as const) : agent.load >= MAX_TICKETS_PER_AGENT ? ("full" as const) : null,
    }))
    .sort(
      (one, other) => Number(other.department_match) - Number(one.department_match) || one.load - other.load || byId(one, other),
    );
}

export const isFree = ({ load, is_away }: Pick<Agent, "load" | "is_away">): boolean => !is_away && load < MAX_TICKETS_PER_AGENT;

/** Whoever was asked and was full by then. */
export const markFull = (asked: readonly AgentCandidate[], agent: string): AgentCandidate[] =>
  asked.map((each) =>
    each.agent_id === agent ? { ...each, load: Math.max(each.load, MAX_TICKETS_PER_AGENT), passed_over: "full" } : each,
  );

/** Agents whom a ticket names. */
const MAX_STORED_CANDIDATES = 10;

interface AssignableTicket {
  assigned_to_id: string | null;
  assigned_at: string | null;
  status: TicketStatus;
  status_changed_at: string;
  routing: { routed_at: string; considered: AgentCandidate[] } | null;
}

/** Seed 002 sets what an agent has been given IN_PROGRESS; with nobody free it waits, OPEN, in its queue. */
export function assignAgent<T extends AssignableTicket>(
  ticket: T,
  agent: string | null,
  asked: readonly AgentCandidate[],
  at: string,
): T {
  const status = agent === null ? "OPEN" : ticket.status === "NEW" || ticket.status === "OPEN" ? "IN_PROGRESS" : ticket.status;
  return {
    ...ticket,
    assigned_to_id: agent,
    assigned_at: agent === null ? null : at,
    status,
    status_changed_at: status === ticket.status ? ticket.status_changed_at : at,
    routing: ticket.routing && { ...ticket.routing, routed_at: at, considered: asked.slice(0, MAX_STORED_CANDIDATES) },
  };
}
