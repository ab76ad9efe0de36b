import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { derivedId } from "../../kernel/id.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Metric } from "../sla/policy.rules.ts";
import { listRecipients } from "./escalation-recipients.ts";
import { SlaClocks } from "./sla-clocks.ts";
import { findActiveClock, listPendingTriggers, type SlaTrigger } from "./sla-triggers.rules.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";

/**
 * Handles `ticket.sla_due`: a clock has reached a level or is violated (docs/service/sla.md, A ticket's clocks). Recipients are notified before
 * the ticket is written, under a notification id that is the same on each try. So a crash in between neither loses nor repeats a notification.
 * Missed triggers run one after the other.
 */
export const onSlaDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(async () => {
    for (let nextDue: string | null = due_at; nextDue !== null && nextDue <= Clock.now(); )
      nextDue = await runTriggersAt(id, nextDue);
  }),
);

/** Runs the triggers due by an instant. Returns the clock's next due time, or null if the clock has moved in the meantime. */
async function runTriggersAt(id: string, due_at: string): Promise<string | null> {
  let next: string | null = null;
  await Clocks.runDue(Tickets, id, "sla", due_at, async (ticket, tx) => {
    const after = await applyTriggers(tx, ticket, due_at);
    next = after.sla_attention_at;
    return after;
  });
  return next;
}

async function applyTriggers(tx: Transaction, ticket: TicketRecord, due_at: string): Promise<TicketRecord> {
  const { clocks, terms } = await SlaClocks.loadClocks(ticket, Clock.now());
  let after = ticket;
  for (const point of listPendingTriggers(ticket.sla, clocks).filter(({ triggerTime }) => triggerTime <= due_at)) {
    const clock = findActiveClock(clocks, point.slot);
    const trackedClock = after.sla[point.slot];
    if (!trackedClock || !clock) continue;
    const owing = SlaClocks.toTrackedClock(trackedClock, clock);
    if (point.level) {
      after = await escalateLevel(after, { ...point, level: point.level }, owing.metric, owing.started_at);
      owing.percent = point.level.percent;
    } else {
      owing.outcome = await SlaClocks.recordOutcome({ tx, terms, before: ticket, after }, owing, {
        state: "VIOLATED",
        stoppedClock: null,
      });
      after = { ...after, sla_violations: after.sla_violations + 1 };
    }
    after = { ...after, sla: { ...after.sla, [point.slot]: owing } };
  }
  return SlaClocks.withClockFields(after, clocks);
}

type LevelTrigger = SlaTrigger & { level: NonNullable<SlaTrigger["level"]> };

const metricLabels: Record<Metric, string> = {
  first_response: "first response",
  next_response: "next response",
  resolution: "resolution",
};

/** Notifies the recipients of a level. From 100 % on, the ticket is escalated to the highest of them. */
async function escalateLevel(ticket: TicketRecord, point: LevelTrigger, metric: Metric, since: string): Promise<TicketRecord> {
  const { level, triggerTime } = point;
  const recipients = await listRecipients(ticket, level);
  for (const user of new Set(recipients.map(({ user }) => user))) await notifyUser(user, ticket, point, metric, since);
  const highest = recipients.at(-1);
  if (level.percent < 100 || !highest || highest.rank < ticket.escalation_level) return ticket;
  return {
    ...ticket,
    is_escalated: true,
    escalated_to_id: highest.user,
    escalated_at: triggerTime,
    escalation_level: highest.rank,
    escalation_metric: metric,
    escalation_percent: level.percent,
    escalation_reason: null,
  };
}

const notificationType = (percent: number): string =>
  percent < 100 ? "ticket_sla_warning" : percent === 100 ? "ticket_sla_violated" : "ticket_escalated";

/** Notifies a user once for each level of a clock, if they can still see the ticket. */
async function notifyUser(
  user: string,
  ticket: TicketRecord,
  { triggerTime, level }: LevelTrigger,
  metric: Metric,
  since: string,
): Promise<void> {
  const ms = Date.parse(triggerTime);
  if (Notification.isPast(ms) || !(await isVisibleTo(user, Tickets, ticket))) return;
  const type = notificationType(level.percent);
  const seed = `sla/${ticket.id}/${metric}/${since}/${level.percent}`;
  await Notifier.deliver(derivedId(NOTIFICATION, ms, seed, user), {
    type,
    title:
      `${level.percent}% of the target time for the ${metricLabels[metric]}: ${ticket.ticket_number} ${ticket.subject}`.slice(
        0,
        300,
      ),
    body: null,
    record_kind: Tickets.name,
    record_id: ticket.id,
    actor_id: useActorId(),
  });
}
