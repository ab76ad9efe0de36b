import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId } from "../../kernel/id.ts";
import { IdInput, instant } from "../../kernel/schema.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { isEnded } from "./status.rules.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { WriteEffects } from "./write-effects.ts";

/** Snoozes tickets: until a time they are not in the queues of the desk (docs/service/tickets.md, Snoozing). */

const MAX_DAYS = 366;

export const snooze = fn(
  z.strictObject({ ...IdInput.shape, until: instant().describe("When the ticket returns to the queues") }),
  ({ id, until }) =>
    Records.change(Tickets, id, async (current, tx) => {
      if (isEnded(current.status))
        throw conflict(`The ticket is ${current.status}: reopen it before you snooze it`, [
          { field: "id", message: current.status },
        ]);
      if (until <= Clock.now()) throw invalid("until", "Must be in the future");
      if (until > Clock.addSeconds(MAX_DAYS * 86_400)) throw invalid("until", `Must be within ${MAX_DAYS} days`);
      return WriteEffects.apply(tx, current, { ...current, snoozed_until: until });
    }),
);

/** Returns a snoozed ticket to the queues now. */
export const wake = fn(IdInput, ({ id }) =>
  Records.change(Tickets, id, (current, tx) => WriteEffects.apply(tx, current, { ...current, snoozed_until: null })),
);

/** Returns a ticket to the queues at the time to which it was snoozed, and tells its assignee. */
export const onSnoozeDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Tickets, id, "snooze", due_at, async (current, tx) => {
      await notifyAssignee(current, due_at);
      return WriteEffects.apply(tx, current, { ...current, snoozed_until: null });
    }),
  ),
);

/** Notifies before the ticket is written, under an id of this snooze. So a crash in between neither loses nor repeats the notification. */
async function notifyAssignee(ticket: TicketRecord, due_at: string): Promise<void> {
  const { id, assigned_to_id, ticket_number, subject } = ticket;
  const ms = Date.parse(due_at);
  if (assigned_to_id === null || Notification.isPast(ms) || !(await isVisibleTo(assigned_to_id, Tickets, ticket))) return;
  await Notifier.deliver(derivedId(NOTIFICATION, ms, `snooze/${id}`, assigned_to_id), {
    type: "ticket_snooze_ended",
    title: `Back from snooze: ${ticket_number} ${subject}`.slice(0, 300),
    body: null,
    record_kind: Tickets.name,
    record_id: id,
    actor_id: useActorId(),
  });
}

export * as TicketSnooze from "./snooze.ts";
