import { createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { Absence } from "./absence.ts";
import { Lead } from "./lead.ts";
import { WaitingLead } from "./waiting-lead.ts";

/** Handlers of due clocks: of leads, of waiting leads and of absent users. */

export const onReminderDue = createClockListener(Lead.remind);
export const onRetryDue = createClockListener(WaitingLead.retryAssignment);
export const onAbsenceDue = createClockListener((id, due_at) => Absence.continueReassignment(id, due_at, SLICE_SECONDS));
