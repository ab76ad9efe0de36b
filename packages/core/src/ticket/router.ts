import { Clock } from "../kernel/clock.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../masters/shared.masters.ts";
import { inForce } from "../rule/in-force.ts";
import { freeFrom } from "../user/availability.rules.ts";
import { Availability } from "../user/availability.ts";
import { Directory } from "../user/directory.ts";
import { Load } from "./load.ts";
import { TicketRouting } from "./routing.kind.ts";
import { type Agent, candidates, type Facts, type Level, type Routed, route } from "./routing.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Where a ticket goes, by the rule in force (docs/tickets.md, Routing). */

type Asked = Pick<TicketRecord, "ticket_type" | "priority_id" | "category_id" | "channel">;

/** What the rule says of a ticket, and the version that said it. */
export interface Decision extends Routed {
  rule_id: string;
  rule_number: number;
}

/** Undefined where no case holds. */
export async function decide(ticket: Asked, is_vip: boolean): Promise<Decision | undefined> {
  const rule = await inForce(TicketRouting);
  const routed = route(rule.definition.cases, { ...(await factsOf(ticket)), is_vip });
  return routed && { ...routed, rule_id: rule.id, rule_number: rule.number };
}

async function factsOf({ ticket_type, priority_id, category_id, channel }: Asked): Promise<Omit<Facts, "is_vip">> {
  const priority = await Master.find(PRIORITIES, priority_id);
  return { ticket_type, level: levelOf(priority?.level), category_id, channel };
}

/** What a tenant's own priority has no level for is of the second. */
const levelOf = (level: unknown): Level => (level === 1 || level === 3 || level === 4 ? level : 2);

/** The tenant's first priority of a level, where the ticket's own is lower. */
export async function raised(priority_id: string, level: Level): Promise<string> {
  const all = await Master.inOrder(PRIORITIES, () => true);
  const own = all.find(({ id }) => id === priority_id);
  if (levelOf(own?.level) >= level) return priority_id;
  return all.find((each) => each.is_active && each.level === level)?.id ?? priority_id;
}

/** Agents who may have a ticket of this category now, whoever fits best first. */
export async function agentsFor(category_id: string | null): Promise<Agent[]> {
  const ids = [...new Set([...(await Directory.holding("SUPPORT_AGENT")), ...(await Directory.holding("ADMIN"))])];
  const [available, loads, departments] = await Promise.all([Availability.of(ids), Load.read(ids), Directory.departmentsOf(ids)]);
  const now = Clock.now();
  const isFree = (id: string): boolean => {
    const times = available.get(id);
    return times === undefined || freeFrom(times, now) === now;
  };
  const agents = ids.filter(isFree).map((id) => ({ id, department: departments.get(id) ?? null, load: loads.get(id) ?? 0 }));
  return candidates(agents, await departmentOf(category_id));
}

/** Departments are text: that of a category is its name or its code. */
async function departmentOf(category_id: string | null): Promise<string | null> {
  const category = category_id === null ? undefined : await Master.find(TICKET_CATEGORIES, category_id);
  return category ? category.name : null;
}

export * as Router from "./router.ts";
