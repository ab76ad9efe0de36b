import { Clock } from "../kernel/clock.ts";
import { fold } from "../kernel/text.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../masters/shared.masters.ts";
import { inForce } from "../rule/in-force.ts";
import { freeFrom } from "../user/availability.rules.ts";
import { Availability } from "../user/availability.ts";
import { Directory } from "../user/directory.ts";
import { Full, Load } from "./load.ts";
import { TicketRouting } from "./routing.kind.ts";
import {
  type Agent,
  type Considered,
  considered,
  type Facts,
  foundFull,
  type Level,
  type Routed,
  route,
} from "./routing.rules.ts";
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

export async function factsOf({ ticket_type, priority_id, category_id, channel }: Asked): Promise<Omit<Facts, "is_vip">> {
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

/** Who works on tickets and can be given some, by how they stand now. */
export async function agents(): Promise<Agent[]> {
  const ids = [...new Set([...(await Directory.holding("SUPPORT_AGENT")), ...(await Directory.holding("ADMIN"))])].sort();
  const [available, loads, departments] = await Promise.all([Availability.of(ids), Load.read(ids), Directory.departmentsOf(ids)]);
  const now = Clock.now();
  return ids.map((id) => {
    const times = available.get(id);
    const is_away = times !== undefined && freeFrom(times, now) !== now;
    return { id, department: folded(departments.get(id)), load: loads.get(id) ?? 0, is_away };
  });
}

/** When the first of those who are away is back; null where nobody is, or nobody knows. */
export async function nextBack(ids: readonly string[]): Promise<string | null> {
  const now = Clock.now();
  const times = [...(await Availability.of(ids)).values()].flatMap((each) => freeFrom(each, now) ?? []);
  return times.filter((at) => at > now).sort()[0] ?? null;
}

/** Agents in the order in which a ticket of this category is offered to them now, with those who cannot have it. */
export const consider = async (category_id: string | null): Promise<Considered[]> =>
  considered(await agents(), await departmentsOf(category_id));

/** Gives a ticket to the first who is free; whoever is full by the time of the write is passed over, and null has it when all are. */
export async function offered<T>(
  all: readonly Considered[],
  give: (agent: string | null, asked: readonly Considered[]) => Promise<T>,
): Promise<T> {
  let asked = all;
  for (const { agent_id } of all.filter(({ passed_over }) => passed_over === null))
    try {
      return await give(agent_id, asked);
    } catch (error) {
      if (!(error instanceof Full)) throw error;
      asked = foundFull(asked, agent_id);
    }
  return give(null, asked);
}

const folded = (department: string | undefined): string | null => (department ? fold(department) : null);

/** Departments are text: that of a category has its name or its code. */
export async function departmentsOf(category_id: string | null): Promise<string[]> {
  const category = category_id === null ? undefined : await Master.find(TICKET_CATEGORIES, category_id);
  return category ? [fold(category.name), fold(category.code)] : [];
}

/** The categories whose tickets agents of these departments take. */
export const categoriesOf = async (departments: ReadonlySet<string | null>): Promise<string[]> =>
  (await Master.inOrder(TICKET_CATEGORIES, ({ name, code }) => departments.has(fold(name)) || departments.has(fold(code)))).map(
    ({ id }) => id,
  );

export * as Router from "./router.ts";
