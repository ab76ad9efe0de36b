import { createClockListener } from "../../storage/scheduler/clocks.ts";
import { Lead } from "./lead.ts";
import { WaitingLead } from "./waiting-lead.ts";

/** Handlers of due clocks: of leads and of waiting leads. */

export const onReminderDue = createClockListener(Lead.remind);
export const onRetryDue = createClockListener(WaitingLead.retryAssignment);
