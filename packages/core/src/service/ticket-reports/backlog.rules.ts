import { NONE } from "../../storage/table/collection.ts";
import { listChangesBetween, type StateEntry } from "../ticket/state-history.rules.ts";
import { isEnded, type TicketStatus, ticketStatuses } from "../ticket/status.rules.ts";

/** The open tickets at the end of a day and the events of that day, by agent (docs/service/tickets.md, Snapshots). Pure. */

/** The snapshot key of all agents together, and the storage key of these snapshots. */
export const ALL_AGENTS = "*";
export const TICKET_DAYS = "TICKETDAYS";

export const flows = ["created", "resolved", "reopened", "kept", "violated"] as const;
export type Flow = (typeof flows)[number];

/** The statuses of open tickets. */
export const openStatuses = ticketStatuses.filter((status) => !isEnded(status));

/** The backlog of an agent: the number of tickets by status, the sum of the creation minutes of open tickets, and the number of events. */
interface AgentBacklog {
  statuses: Partial<Record<TicketStatus, number>>;
  born: number;
  happened: Partial<Record<Flow, number>>;
}

/** The state of a ticket at an instant; undefined if the ticket did not exist. */
type BacklogTicket = { status: TicketStatus; assigned_to_id: string | null; created_at: string } | undefined;

const toMinute = (instant: string): number => Math.floor(Date.parse(instant) / 60_000);

export class Backlog {
  readonly #agents = new Map<string, AgentBacklog>();

  #entryFor(agent: string | null): AgentBacklog {
    const entry = this.#agents.get(agent ?? NONE) ?? { statuses: {}, born: 0, happened: {} };
    this.#agents.set(agent ?? NONE, entry);
    return entry;
  }

  /** Adds or subtracts a ticket. Ended tickets are not part of the backlog. */
  add(ticket: BacklogTicket, sign: 1 | -1): void {
    if (!ticket || isEnded(ticket.status)) return;
    const { statuses, born: createdMinutes } = this.#entryFor(ticket.assigned_to_id);
    statuses[ticket.status] = (statuses[ticket.status] ?? 0) + sign;
    this.#entryFor(ticket.assigned_to_id).born = createdMinutes + sign * toMinute(ticket.created_at);
  }

  addFlow(agent: string | null, flow: Flow): void {
    const { happened } = this.#entryFor(agent);
    happened[flow] = (happened[flow] ?? 0) + 1;
  }

  addAgent(agent: string, { statuses, born: createdMinutes, happened }: AgentBacklog): void {
    const to = this.#entryFor(agent);
    for (const status of openStatuses) to.statuses[status] = (to.statuses[status] ?? 0) + (statuses[status] ?? 0);
    to.born += createdMinutes;
    for (const flow of flows) to.happened[flow] = (to.happened[flow] ?? 0) + (happened[flow] ?? 0);
  }

  /** Adds another backlog. The events belong to one day, so they are added only on request. */
  merge(backlog: Backlog, { happened: isMeant = false } = {}): this {
    for (const [agent, agentBacklog] of backlog.#agents)
      this.addAgent(agent, isMeant ? agentBacklog : { ...agentBacklog, happened: {} });
    return this;
  }

  get agents(): string[] {
    return [...this.#agents]
      .flatMap(([agent, agentBacklog]) => (serializeBacklog(agentBacklog) === EMPTY_BACKLOG_TEXT ? [] : [agent]))
      .sort();
  }

  /** Serializes the backlog of one agent, or of all together. */
  serialize(agent?: string): string {
    return serializeBacklog(agent === undefined ? this.total() : (this.#agents.get(agent) ?? emptyBacklog));
  }

  total(): AgentBacklog {
    const all = new Backlog();
    for (const agentBacklog of this.#agents.values()) all.addAgent(NONE, agentBacklog);
    return all.#agents.get(NONE) ?? emptyBacklog;
  }
}

const emptyBacklog: AgentBacklog = { statuses: {}, born: 0, happened: {} };

const nonZeroEntries = <K extends string>(names: readonly K[], counts: Partial<Record<K, number>>): [K, number][] =>
  names.flatMap((name): [K, number][] => (counts[name] ? [[name, counts[name]]] : []));

const serializeBacklog = ({ statuses, born: createdMinutes, happened }: AgentBacklog): string =>
  JSON.stringify({
    statuses: Object.fromEntries(nonZeroEntries(openStatuses, statuses)),
    born: createdMinutes,
    happened: Object.fromEntries(nonZeroEntries(flows, happened)),
  });
const EMPTY_BACKLOG_TEXT = serializeBacklog(emptyBacklog);

export const parseBacklog = (text: string): AgentBacklog => JSON.parse(text) as AgentBacklog;

interface TicketHistory {
  created_at: string;
  standings: readonly StateEntry[];
}

/** Returns what happened with a ticket from an instant up to, but excluding, another, each with the assignee at that time. */
export function listFlowsBetween(
  { created_at, standings }: TicketHistory,
  from: string,
  to: string,
): [agent: string | null, flow: Flow][] {
  const created: [string | null, Flow][] =
    created_at >= from && created_at < to ? [[standings[0]?.assigned_to_id ?? null, "created"]] : [];
  const transitions = listChangesBetween(standings, from, to).flatMap(({ before, after }): [string | null, Flow][] => {
    if (!before?.status || !after.status || isEnded(before.status) === isEnded(after.status)) return [];
    return [[after.assigned_to_id, isEnded(after.status) ? "resolved" : "reopened"]];
  });
  return [...created, ...transitions];
}

/** Returns the mean age of open tickets at an instant, in whole minutes; null without open tickets. */
export function computeMeanAge({ statuses, born: creationMinutes }: AgentBacklog, instant: string): number | null {
  const count = openStatuses.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
  return count === 0 ? null : Math.round((count * toMinute(instant) - creationMinutes) / count);
}
