import { onClock, SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import { Absence } from "./absence.ts";
import { Lead } from "./lead.ts";
import { Waiting } from "./waiting.ts";

/** What is done when a clock of a lead, or of who has it, is due. */

export const remind = onClock(Lead.remind);
export const retry = onClock(Waiting.askAgain);
export const reassign = onClock((id, due_at) => Absence.proceed(id, due_at, SECONDS_PER_TURN));
