import { Clock } from "../../kernel/clock.ts";
import { fold } from "../../kernel/text.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { findFreeTime } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { AgentFullError, AgentLoad } from "./agent-load.ts";
import { TicketRouting } from "./routing.rule-kind.ts";
import {
  type Agent,
  computeCapacity,
  type Facts,
  type Level,
  markFull,
  type RankedAgent,
  type RoutingResult,
  rankCandidates,
  route,
} from "./routing.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Routes tickets by the active rule (docs/service/tickets.md, Routing). */

type RoutingInput = Pick<TicketRecord, "ticket_type" | "priority_id" | "category_id" | "channel">;

/** The routing result of a ticket, and the rule version that decided it. */
export interface Decision extends RoutingResult {
  rule_id: string;
  rule_number: number;
}

/** Routes a ticket; undefined if no case matches. */
export async function decide(ticket: RoutingInput, is_vip: boolean): Promise<Decision | undefined> {
  const rule = await loadActiveRule(TicketRouting);
  const routed = route(rule.definition.cases, { ...(await buildFacts(ticket)), is_vip });
  return routed && { ...routed, rule_id: rule.id, rule_number: rule.number };
}

export async function buildFacts({
  ticket_type,
  priority_id,
  category_id,
  channel,
}: RoutingInput): Promise<Omit<Facts, "is_vip">> {
  const priority = await Master.find(PRIORITIES, priority_id);
  return { ticket_type, level: toLevel(priority?.level), category_id, channel };
}

/** A priority without a known level, defined by the tenant, counts as level 2. */
const toLevel = (level: unknown): Level => (level === 1 || level === 3 || level === 4 ? level : 2);

/** Returns the tenant's first active priority of this level if the ticket's own is lower, else the ticket's own. */
export async function raisePriority(priority_id: string, level: Level): Promise<string> {
  const all = await Master.listOrdered(PRIORITIES, () => true);
  const priority = all.find(({ id }) => id === priority_id);
  if (toLevel(priority?.level) >= level) return priority_id;
  return all.find((candidate) => candidate.is_active && candidate.level === level)?.id ?? priority_id;
}

/** Returns all users who work on tickets, with their current load and availability. */
export async function listAgents(): Promise<Agent[]> {
  const supportAgents = new Set(await Directory.listByRole("SUPPORT_AGENT"));
  const ids = [...new Set([...supportAgents, ...(await Directory.listByRole("ADMIN"))])].sort();
  const [available, standIns, loads, departments] = await Promise.all([
    Availability.loadFor(ids),
    Availability.findStandIns(ids),
    AgentLoad.read(ids),
    Directory.loadDepartments(ids),
  ]);
  const now = Clock.now();
  return ids.map((id) => {
    const times = available.get(id);
    const is_away = times !== undefined && findFreeTime(times, now) !== now;
    const department = foldDepartment(departments.get(id));
    const capacity = computeCapacity(id, standIns);
    return { id, department, load: loads.get(id) ?? 0, capacity, is_away, is_administrator: !supportAgents.has(id) };
  });
}

/** Returns when the first absent agent is back; null if none is absent or no return is known. */
export async function findNextReturn(ids: readonly string[]): Promise<string | null> {
  const now = Clock.now();
  const times = [...(await Availability.loadFor(ids)).values()].flatMap((availability) => findFreeTime(availability, now) ?? []);
  return times.filter((time) => time > now).sort()[0] ?? null;
}

/** Returns the candidates for a ticket of this category, in the order in which it is offered, including those who cannot take it. */
export const considerAgents = async (category_id: string | null): Promise<RankedAgent[]> =>
  rankCandidates(await listAgents(), await listDepartments(category_id));

/** Gives a ticket to the first free candidate. A candidate who is full by the time of the write is skipped. `give` gets null if all are full. */
export async function offerToAgents<T>(
  all: readonly RankedAgent[],
  give: (agent: RankedAgent | null, asked: readonly RankedAgent[]) => Promise<T>,
): Promise<T> {
  let candidates = all;
  for (const agent of all.filter(({ passed_over }) => passed_over === null))
    try {
      return await give(agent, candidates);
    } catch (error) {
      if (!(error instanceof AgentFullError)) throw error;
      candidates = markFull(candidates, agent.agent_id);
    }
  return give(null, candidates);
}

const foldDepartment = (department: string | undefined): string | null => (department ? fold(department) : null);

/** Returns the folded department names of a category. Departments are free text; they match the name or the code of a category. */
export async function listDepartments(category_id: string | null): Promise<string[]> {
  const category = category_id === null ? undefined : await Master.find(TICKET_CATEGORIES, category_id);
  return category ? [fold(category.name), fold(category.code)] : [];
}

export * as Router from "./router.ts";
