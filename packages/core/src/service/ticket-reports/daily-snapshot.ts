import { useSettings } from "../../kernel/context.ts";
import { minIdAt } from "../../kernel/id.ts";
import { addDays, listDays } from "../../kernel/time-zone.ts";
import type { DailyFigure } from "../../platform/daily-figures/daily-figure.ts";
import { snapshotKey, snapshotSortKey, storeDay } from "../../platform/daily-figures/snapshot-items.ts";
import { dayEnd } from "../../sales/figures/trend.rules.ts";
import { readChangedIds } from "../../storage/read/change-index.ts";
import { Counter } from "../../storage/read/counter.ts";
import { readIdPages } from "../../storage/stream/recount-pages.ts";
import { readItems } from "../../storage/table/database.ts";
import { Records } from "../../storage/write/records.ts";
import { Outcomes } from "../ticket/sla-outcome.entity.ts";
import { findStateBefore } from "../ticket/state-history.rules.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { SLA_OUTCOME } from "../ticket/ticket.kind.ts";
import { ALL_AGENTS, Backlog, listFlowsBetween, openStatuses, parseBacklog, TICKET_DAYS } from "./backlog.rules.ts";

/**
 * Takes daily snapshots of the backlog, in the tenant's time zone: the snapshot of the day before plus the changes since. Tickets store their past
 * states, and outcomes of clocks are kept even when they were deleted since, so retaking a day gives the same result. See docs/service/tickets.md,
 * Snapshots.
 */

/** Loads the snapshot of a day without its events; undefined if the day was not taken. */
async function loadBacklog(day: string): Promise<Backlog | undefined> {
  const pk = snapshotKey(TICKET_DAYS);
  const [totalItem] = await readItems([{ pk, sk: snapshotSortKey(ALL_AGENTS, day) }]);
  if (!totalItem) return undefined;
  const agents = JSON.parse(String(totalItem.owners)) as string[];
  const items = await readItems(agents.map((agent) => ({ pk, sk: snapshotSortKey(agent, day) })));
  const open = new Backlog();
  for (const [index, agent] of agents.entries())
    if (items[index]) open.addAgent(agent, { ...parseBacklog(String(items[index].cells)), happened: {} });
  return open;
}

/** Takes the snapshots from the first day to the last. They build on the snapshot of the day before, if there is one. */
export async function takeSnapshots(from: string, to: string, options: { anew?: boolean } = {}): Promise<void> {
  const { timezone } = useSettings();
  const days = listDays(from, to);
  const before = addDays(from, -1);
  const instants = [before, ...days].map((day) => dayEnd(day, timezone));
  const storedBacklog = options.anew ? undefined : await loadBacklog(before);
  const open = storedBacklog ?? new Backlog();
  const [deltas, since] = [days.map(() => new Backlog()), new Backlog()];
  for await (const ticket of loadTickets(
    storedBacklog ? readChangedIds(Tickets, instants[0] as string) : readIdPages(Tickets, undefined),
  )) {
    const ticketStates = instants.map((instant) => toBacklogTicket(ticket, instant));
    if (!storedBacklog) open.add(ticketStates[0], 1);
    for (const [index, delta] of deltas.entries()) {
      delta.add(ticketStates[index], -1);
      delta.add(ticketStates[index + 1], 1);
      for (const [agent, flow] of listFlowsBetween(ticket, instants[index] as string, instants[index + 1] as string))
        delta.addFlow(agent, flow);
    }
    since.add(ticketStates.at(-1), -1);
    since.add(ticket.deleted_at === null ? ticket : undefined, 1);
  }
  for (const [index, day] of days.entries()) {
    const delta = deltas[index] as Backlog;
    await addJudgedOutcomes(delta, instants[index] as string, instants[index + 1] as string);
    open.merge(delta);
    const dayBacklog = new Backlog().merge(open).merge(extractFlows(delta), { happened: true });
    await storeDay(TICKET_DAYS, day, { owners: dayBacklog.agents, text: (agent) => dayBacklog.serialize(agent) });
  }
  // The counters differ if older history was imported, a record was erased, or the day before ended in another time zone. Then all tickets are
  // read.
  if (storedBacklog && !(await matchesCounters(open.merge(since)))) await takeSnapshots(from, to, { anew: true });
}

/** Returns the events of a day without the open tickets. */
function extractFlows(delta: Backlog): Backlog {
  const happened = new Backlog();
  for (const agent of delta.agents) happened.addAgent(agent, { ...parseBacklog(delta.serialize(agent)), statuses: {}, born: 0 });
  return happened;
}

async function* loadTickets(ids: AsyncIterable<readonly string[]>): AsyncGenerator<TicketRecord> {
  // A ticket that changes during the walk can be found on two days.
  const seen = new Set<string>();
  for await (const chunk of ids) {
    const fresh = chunk.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    for (const ticket of await Records.loadMany(Tickets, fresh)) if (ticket) yield ticket;
  }
}

function toBacklogTicket({ standings, created_at }: TicketRecord, instant: string) {
  const standing = findStateBefore(standings, instant);
  return standing && { ...standing, created_at };
}

/** Adds the outcomes judged in a period. An outcome that was deleted after the period counts, because it was valid on that day. */
async function addJudgedOutcomes(day: Backlog, from: string, to: string): Promise<void> {
  for await (const ids of readIdPages(Outcomes, minIdAt(SLA_OUTCOME, Date.parse(from)))) {
    for (const outcome of await Records.loadMany(Outcomes, ids)) {
      if (!outcome) continue;
      if (outcome.judged_at >= to) return;
      if (outcome.deleted_at !== null && outcome.deleted_at < to) continue;
      day.addFlow(outcome.agent_id, outcome.state === "MET" ? "kept" : "violated");
    }
  }
}

/** Returns whether the backlog matches the counters of currently open tickets. */
async function matchesCounters(open: Backlog): Promise<boolean> {
  const [counter] = await Counter.readConsistent(Tickets.kind.name, [Counter.ALL]);
  const { statuses } = open.total();
  return openStatuses.every(
    (status) => (statuses[status] ?? 0) === Number(counter?.[Counter.filterCount("status", status)] ?? 0),
  );
}

/** The daily figure that the scheduler takes. */
export const dailyFigures: DailyFigure = {
  storageKey: TICKET_DAYS,
  async take(from, to) {
    await takeSnapshots(from, to);
    return [];
  },
};

export * as TicketSnapshots from "./daily-snapshot.ts";
