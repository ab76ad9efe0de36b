import { key, sortOf, storeDay } from "../figures/snapshot-items.ts";
import { endOf } from "../figures/trend.rules.ts";
import type { Daily } from "../jobs/snapshot/daily.ts";
import { daysFrom } from "../jobs/snapshot/days.ts";
import { useSettings } from "../kernel/context.ts";
import { floorAt } from "../kernel/id.ts";
import { dayAfter } from "../kernel/zone.ts";
import { idsOf } from "../storage/project/recount-ids.ts";
import { changedSince } from "../storage/read/changed.ts";
import { Counter } from "../storage/read/counter.ts";
import { getAll } from "../storage/table/database.ts";
import { Records } from "../storage/write/records.ts";
import { Outcomes } from "./outcome.entity.ts";
import { Backlog, EVERYBODY, happenedBetween, ofText, openStatuses, TICKET_DAYS } from "./snapshot.rules.ts";
import { standingBefore } from "./standing.rules.ts";
import { SLA_OUTCOME } from "./ticket.domain.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";

/**
 * What was open at the end of each day in the tenant's time zone, and what happened on it, as the pipeline is kept (snapshots.ts): the day before
 * with what changed since. How a ticket stood is told by itself, and a promise by its outcomes, also by those that were taken back
 * since; so a day that is taken again is the same. See docs/tickets.md, Snapshots.
 */

/** The snapshot of a day, without what happened on it; undefined where it was not taken. */
async function stored(day: string): Promise<Backlog | undefined> {
  const pk = key(TICKET_DAYS);
  const [whole] = await getAll([{ pk, sk: sortOf(EVERYBODY, day) }]);
  if (!whole) return undefined;
  const agents = JSON.parse(String(whole.owners)) as string[];
  const items = await getAll(agents.map((agent) => ({ pk, sk: sortOf(agent, day) })));
  const open = new Backlog();
  for (const [at, agent] of agents.entries())
    if (items[at]) open.put(agent, { ...ofText(String(items[at].cells)), happened: {} });
  return open;
}

/** Takes the days anew from the first to the last; the one before the first is what they go on from, where it was taken. */
export async function take(from: string, to: string, options: { anew?: boolean } = {}): Promise<void> {
  const { timezone } = useSettings();
  const days = daysFrom(from, to);
  const before = dayAfter(from, -1);
  const instants = [before, ...days].map((day) => endOf(day, timezone));
  const known = options.anew ? undefined : await stored(before);
  const open = known ?? new Backlog();
  const [deltas, since] = [days.map(() => new Backlog()), new Backlog()];
  for await (const ticket of ticketsOf(known ? changedSince(Tickets, instants[0] as string) : idsOf(Tickets, undefined))) {
    const then = instants.map((instant) => stoodBefore(ticket, instant));
    if (!known) open.add(then[0], 1);
    for (const [at, delta] of deltas.entries()) {
      delta.add(then[at], -1);
      delta.add(then[at + 1], 1);
      for (const [agent, flow] of happenedBetween(ticket, instants[at] as string, instants[at + 1] as string))
        delta.happen(agent, flow);
    }
    since.add(then.at(-1), -1);
    since.add(ticket.deleted_at === null ? ticket : undefined, 1);
  }
  for (const [at, day] of days.entries()) {
    const delta = deltas[at] as Backlog;
    await judged(delta, instants[at] as string, instants[at + 1] as string);
    open.join(delta);
    const whole = new Backlog().join(open).join(happenedIn(delta), { happened: true });
    await storeDay(TICKET_DAYS, day, { owners: whole.agents, text: (agent) => whole.text(agent) });
  }
  // History was brought in that is older than these days, something was erased, or the day before ended in another time zone: then all
  // are looked through.
  if (known && !(await isCounted(open.join(since)))) await take(from, to, { anew: true });
}

/** What happened on a day, without what is open. */
function happenedIn(delta: Backlog): Backlog {
  const happened = new Backlog();
  for (const agent of delta.agents) happened.put(agent, { ...ofText(delta.text(agent)), statuses: {}, born: 0 });
  return happened;
}

async function* ticketsOf(ids: AsyncIterable<readonly string[]>): AsyncGenerator<TicketRecord> {
  // What changes while this goes on is found on two days.
  const seen = new Set<string>();
  for await (const some of ids) {
    const fresh = some.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    for (const ticket of await Records.loadMany(Tickets, fresh)) if (ticket) yield ticket;
  }
}

function stoodBefore({ standings, created_at }: TicketRecord, instant: string) {
  const standing = standingBefore(standings, instant);
  return standing && { ...standing, created_at };
}

/** Promises that were judged in between, as it was then: what was taken back later was kept that day. */
async function judged(day: Backlog, from: string, to: string): Promise<void> {
  for await (const ids of idsOf(Outcomes, floorAt(SLA_OUTCOME, Date.parse(from)))) {
    for (const outcome of await Records.loadMany(Outcomes, ids)) {
      if (!outcome) continue;
      if (outcome.judged_at >= to) return;
      if (outcome.deleted_at !== null && outcome.deleted_at < to) continue;
      day.happen(outcome.agent_id, outcome.state === "MET" ? "kept" : "violated");
    }
  }
}

/** Whether it comes to what the counters say is open now. */
async function isCounted(open: Backlog): Promise<boolean> {
  const [counter] = await Counter.now(Tickets.kind.name, [Counter.ALL]);
  const { statuses } = open.whole();
  return openStatuses.every(
    (status) => (statuses[status] ?? 0) === Number(counter?.[Counter.filterCount("status", status)] ?? 0),
  );
}

/** As the schedule takes it. */
export const daily: Daily = {
  kept: TICKET_DAYS,
  async take(from, to) {
    await take(from, to);
    return [];
  },
};

export * as TicketSnapshots from "./day-snapshots.ts";
