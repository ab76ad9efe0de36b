import { Clock } from "../kernel/clock.ts";
import { useActorId } from "../kernel/context.ts";
import { derivedId } from "../kernel/id.ts";
import { NOTIFICATION } from "../notification/notification.domain.ts";
import { Notification } from "../notification/notification.ts";
import { Notify } from "../notification/notify.ts";
import { isSeenBy } from "../sign-in/acting.ts";
import type { Metric } from "../sla/policy.rules.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { owedIn, type Point, pointsOf } from "./clock-points.rules.ts";
import { meantBy } from "./recipients.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TicketClocks } from "./ticket-clocks.ts";

/**
 * At `ticket.sla_due`: a level of a clock has come, or the clock is violated (docs/sla.md, A ticket's clocks). Whoever is meant is told
 * before the ticket says that they were, under an id that is the same each time: so a strike between both tells nobody twice, and nobody
 * never. What was missed comes one instant after the other.
 */
export const onDue = onClock(async (id, due_at) => {
  for (let at: string | null = due_at; at !== null && at <= Clock.now(); ) at = await act(id, at);
});

/** Acts on what has come by the instant; where the clock stands behind that, or null where it stands elsewhere by now. */
async function act(id: string, due_at: string): Promise<string | null> {
  let next: string | null = null;
  await Clocks.attend(Tickets, id, "sla", due_at, async (ticket, tx) => {
    const after = await actedOn(tx, ticket, due_at);
    next = after.sla_attention_at;
    return after;
  });
  return next;
}

async function actedOn(tx: Transaction, ticket: TicketRecord, due_at: string): Promise<TicketRecord> {
  const { clocks, terms } = await TicketClocks.clocksAt(ticket, Clock.now());
  let after = ticket;
  for (const point of pointsOf(ticket.sla, clocks).filter(({ at }) => at <= due_at)) {
    const clock = owedIn(clocks, point.slot);
    const had = after.sla[point.slot];
    if (!had || !clock) continue;
    const owing = TicketClocks.moved(had, clock);
    if (point.level) {
      after = await told(after, { ...point, level: point.level }, owing.metric, owing.started_at);
      owing.percent = point.level.percent;
    } else {
      owing.outcome = await TicketClocks.judge({ tx, terms, before: ticket, after }, owing, { state: "VIOLATED", stopped: null });
      after = { ...after, sla_violations: after.sla_violations + 1 };
    }
    after = { ...after, sla: { ...after.sla, [point.slot]: owing } };
  }
  return TicketClocks.standing(after, clocks);
}

type LevelPoint = Point & { level: NonNullable<Point["level"]> };

const names: Record<Metric, string> = {
  first_response: "first response",
  next_response: "next response",
  resolution: "resolution",
};

/** Tells whom the level means; from the target on the ticket is escalated to whoever of them stands highest. */
async function told(ticket: TicketRecord, point: LevelPoint, metric: Metric, since: string): Promise<TicketRecord> {
  const { level, at } = point;
  const meant = await meantBy(ticket, level);
  for (const user of new Set(meant.map(({ user }) => user))) await tell(user, ticket, point, metric, since);
  const highest = meant.at(-1);
  if (level.percent < 100 || !highest || highest.rank < ticket.escalation_level) return ticket;
  return {
    ...ticket,
    is_escalated: true,
    escalated_to_id: highest.user,
    escalated_at: at,
    escalation_level: highest.rank,
    escalation_metric: metric,
    escalation_reason: `${level.percent} % of the time for the ${names[metric]}`,
  };
}

const typeOf = (percent: number): string =>
  percent < 100 ? "ticket_sla_warning" : percent === 100 ? "ticket_sla_violated" : "ticket_escalated";

/** Once for each level of a clock, and only who sees the ticket still. */
async function tell(user: string, ticket: TicketRecord, { at, level }: LevelPoint, metric: Metric, since: string): Promise<void> {
  const ms = Date.parse(at);
  if (Notification.isPast(ms) || !(await isSeenBy(user, Tickets, ticket))) return;
  const type = typeOf(level.percent);
  const seed = `sla/${ticket.id}/${metric}/${since}/${level.percent}`;
  await Notify.deliver(derivedId(NOTIFICATION, ms, seed, user), {
    type,
    title: `${level.percent} % of the time for the ${names[metric]}: ${ticket.ticket_number} ${ticket.subject}`.slice(0, 300),
    body: null,
    record_kind: Tickets.name,
    record_id: ticket.id,
    actor_id: useActorId(),
  });
}
