import { Clock } from "../../kernel/clock.ts";
import { conversationHandover } from "../../messaging/message/conversation-handover.ts";
import { activityHandover } from "../../people/activity/activity-handover.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Availability } from "../../platform/user/availability.ts";
import { buildHandoverPart } from "../../platform/user/handover-part.ts";
import { Absence } from "../../sales/lead/absence.ts";
import { Records } from "../../storage/write/records.ts";
import { isEnded } from "./status.rules.ts";
import { Tickets } from "./ticket.entity.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * Hands over the open work of an absent user (docs/service/tickets.md, Absences): leads, tickets, conversations and activities when the absence begins,
 * and what comes for the user while it lasts. Each change is conditional on the owner, so a repeated or concurrent run changes nothing more.
 */

/** Gives an open ticket to the stand-in, or back to the queue. */
const ticketHandover = buildHandoverPart(Tickets, "assigned_to_id", (id, user, stand_in_id) =>
  Records.ignoreMissing(
    Records.change(Tickets, id, async (current, tx) => {
      if (current.assigned_to_id !== user || isEnded(current.status)) return current;
      const status = current.status === "NEW" ? "OPEN" : current.status;
      const assigned_at = stand_in_id === null ? null : Clock.now();
      const assignment = { cause: stand_in_id === null ? "ABSENCE" : "STAND_IN", absent_user_id: user } as const;
      return WriteEffects.apply(tx, current, { ...current, assigned_to_id: stand_in_id, assigned_at, status }, { assignment });
    }),
  ),
);

const parts = [ticketHandover, conversationHandover, activityHandover];

/** Continues the handover of an absence that has begun, at `availability.absence_due`, for some seconds. */
export const proceed = (id: string, due_at: string, seconds: number): Promise<void> =>
  Tenant.runWithSettings(() =>
    Availability.proceed(id, due_at, async (user, from) => {
      if (!(await Absence.reassignSlice(id, user, from, seconds))) return false;
      for (const part of parts) if (!(await part.run({ job: id, user, from, seconds }))) return false;
      return true;
    }),
  );

/**
 * Hands over a record that came to an absent user, or that was opened again. What users do themselves while they are away stays with them. `isNew`: the
 * record was created or assigned now, so the stand-in of an absence without a handover gets it too.
 */
export async function redirect(kind: string, id: string, isNew: boolean): Promise<void> {
  const part = parts.find((candidate) => candidate.kind === kind);
  const user = await part?.findOwner(id);
  const find = isNew ? Availability.findNewWorkHandover : Availability.findHandover;
  const handover = user === undefined ? undefined : await find(user);
  if (part && user !== undefined && handover) await part.handOver(id, user, handover.stand_in_id);
}

export * as WorkHandover from "./work-handover.ts";
