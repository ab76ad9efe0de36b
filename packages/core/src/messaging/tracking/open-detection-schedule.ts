import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Messages } from "../message/message.entity.ts";
import { FINAL_AFTER_SECONDS, type Hit, isPossiblyHuman } from "./hit-classification.rules.ts";

/** When it is judged who opened a message: once what comes later changes nothing (docs/messaging/mail-tracking.md). */

/** Seconds by which machines' clocks may differ. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/** Behind what came at an instant. */
export const computeDetectionTime = (at: string): string =>
  Clock.addSeconds(FINAL_AFTER_SECONDS + MAX_CLOCK_SKEW_SECONDS, Date.parse(at));

/**
 * Sees to it that what has just been written down is judged. A clock that stands so far ahead that nobody reads yet will do;
 * one that is about to be due is moved, for whoever judges may have read before. Nothing for what is known already, or a program tells of
 * itself.
 */
export async function scheduleDetection(id: string, hit: Hit): Promise<void> {
  if (!isPossiblyHuman(hit)) return;
  await retryOnConflict(async () => {
    const message = await Records.load(Messages, id, { live: true });
    if (!message || (hit.kind === "open" ? message.opened_at : message.clicked_at) !== null) return;
    const { judge_at } = message;
    if (judge_at !== null && judge_at > Clock.addSeconds(MAX_CLOCK_SKEW_SECONDS)) return;
    const next = Records.nextVersion(message, { ...message, judge_at: computeDetectionTime(Clock.now()) });
    await transaction().replace(Messages, message, next).commit(undefined);
  });
}
