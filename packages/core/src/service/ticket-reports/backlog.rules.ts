import { NONE } from "../../storage/table/collection.ts";
import { listChangesBetween, type StateEntry } from "../ticket/state-history.rules.ts";
import { isEnded, type TicketStatus, ticketStatuses } from "../ticket/status.rules.ts";

/** What was open at the end of a day, and what happened on it, by agent (docs/service/tickets.md, Snapshots). Pure. */

/** Under whom the items lie that are of all agents together, and of which snapshots they are. */
export const ALL_AGENTS = "*";
export const TICKET_DAYS = "TICKETDAYS";

export const flows = ["created", "resolved", "reopened", "kept", "violated"] as const;
export type Flow = (typeof flows)[number];

/** Statuses in which a ticket is open. */
export const openStatuses = ticketStatuses.filter((status) => !isEnded(status));

/** An agent's tickets: how many stand in each status, and the minute at which each of those that are open was made, added up. */
export interface AgentBacklog {
  statuses: Partial<Record<TicketStatus, number>>;
  born: number;
  happened: Partial<Record<Flow, number>>;
}

/** Ticket by ticket, how it stood; undefined where it was not there. */
export type BacklogTicket = { status: TicketStatus; assigned_to_id: string | null; created_at: string } | undefined;

const toMinute = (instant: string): number => Math.floor(Date.parse(instant) / 60_000);

export class Backlog {
  readonly #agents = new Map<string, AgentBacklog>();

  #entryFor(agent: string | null): AgentBacklog {
    const found = this.#agents.get(agent ?? NONE) ?? { statuses: {}, born: 0, happened: {} };
    this.#agents.set(agent ?? NONE, found);
    return found;
  }

  /** Adds a ticket, or takes it away; what is over is not in it. */
  add(stood: BacklogTicket, sign: 1 | -1): void {
    if (!stood || isEnded(stood.status)) return;
    const { statuses, born } = this.#entryFor(stood.assigned_to_id);
    statuses[stood.status] = (statuses[stood.status] ?? 0) + sign;
    this.#entryFor(stood.assigned_to_id).born = born + sign * toMinute(stood.created_at);
  }

  addFlow(agent: string | null, flow: Flow): void {
    const { happened } = this.#entryFor(agent);
    happened[flow] = (happened[flow] ?? 0) + 1;
  }

  addAgent(agent: string, { statuses, born, happened }: AgentBacklog): void {
    const to = this.#entryFor(agent);
    for (const status of openStatuses) to.statuses[status] = (to.statuses[status] ?? 0) + (statuses[status] ?? 0);
    to.born += born;
    for (const flow of flows) to.happened[flow] = (to.happened[flow] ?? 0) + (happened[flow] ?? 0);
  }

  /** With another; what happened is that of one day, and goes along where it is asked for. */
  merge(other: Backlog, { happened: isMeant = false } = {}): this {
    for (const [agent, of] of other.#agents) this.addAgent(agent, isMeant ? of : { ...of, happened: {} });
    return this;
  }

  get agents(): string[] {
    return [...this.#agents].flatMap(([agent, of]) => (serializeBacklog(of) === EMPTY_BACKLOG_TEXT ? [] : [agent])).sort();
  }

  /** As it is stored: of one agent, or of all together. */
  serialize(agent?: string): string {
    return serializeBacklog(agent === undefined ? this.total() : (this.#agents.get(agent) ?? emptyBacklog));
  }

  total(): AgentBacklog {
    const all = new Backlog();
    for (const of of this.#agents.values()) all.addAgent(NONE, of);
    return all.#agents.get(NONE) ?? emptyBacklog;
  }
}

const emptyBacklog: AgentBacklog = { statuses: {}, born: 0, happened: {} };

const nonZeroEntries = <K extends string>(names: readonly K[], counts: Partial<Record<K, number>>): [K, number][] =>
  names.flatMap((name): [K, number][] => (counts[name] ? [[name, counts[name]]] : []));

const serializeBacklog = ({ statuses, born, happened }: AgentBacklog): string =>
  JSON.stringify({
    statuses: Object.fromEntries(nonZeroEntries(openStatuses, statuses)),
    born,
    happened: Object.fromEntries(nonZeroEntries(flows, happened)),
  });
const EMPTY_BACKLOG_TEXT = serializeBacklog(emptyBacklog);

export const parseBacklog = (text: string): AgentBacklog => JSON.parse(text) as AgentBacklog;

interface TicketHistory {
  created_at: string;
  standings: readonly StateEntry[];
}

/** What happened with a ticket from an instant on, up to and without another, and whose it was then. */
export function listFlowsBetween(
  { created_at, standings }: TicketHistory,
  from: string,
  to: string,
): [agent: string | null, flow: Flow][] {
  const created: [string | null, Flow][] =
    created_at >= from && created_at < to ? [[standings[0]?.assigned_to_id ?? null, "created"]] : [];
  const moved = listChangesBetween(standings, from, to).flatMap(({ before, after }): [string | null, Flow][] => {
    if (!before?.status || !after.status || isEnded(before.status) === isEnded(after.status)) return [];
    return [[after.assigned_to_id, isEnded(after.status) ? "resolved" : "reopened"]];
  });
  return [...created, ...moved];
}

/** Minutes from the making of what is open to an instant, on average, to a whole one; null where nothing is. */
export function computeMeanAge({ statuses, born }: AgentBacklog, at: string): number | null {
  const count = openStatuses.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
  return count === 0 ? null : Math.round((count * toMinute(at) - born) / count);
}
