import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, instant } from "../../kernel/schema.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { isEnded } from "./status.rules.ts";
import { Tickets } from "./ticket.entity.ts";
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

/** Returns a ticket to the queues at the time to which it was snoozed. */
export const onSnoozeDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Tickets, id, "snooze", due_at, (current, tx) =>
      WriteEffects.apply(tx, current, { ...current, snoozed_until: null }),
    ),
  ),
);

export * as TicketSnooze from "./snooze.ts";
