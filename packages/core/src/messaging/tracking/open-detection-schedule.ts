import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Messages } from "../message/message.entity.ts";
import { FINAL_AFTER_SECONDS, type Hit, isPossiblyHuman } from "./hit-classification.rules.ts";

/** Schedules the detection of opens: once later hits no longer change the result (docs/messaging/mail-tracking.md). */

/** Maximum difference between the clocks of machines, in seconds. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/** Returns when the detection includes a hit at this instant. */
export const computeDetectionTime = (hitTime: string): string =>
  Clock.addSeconds(FINAL_AFTER_SECONDS + MAX_CLOCK_SKEW_SECONDS, Date.parse(hitTime));

/**
 * Schedules the detection after a hit was stored. A clock that is far enough ahead is kept, because no detection has read the hits
 * yet. A clock that is about to be due is moved, because its detection may already have read them. Does nothing for events already
 * detected, or hits of programs.
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
