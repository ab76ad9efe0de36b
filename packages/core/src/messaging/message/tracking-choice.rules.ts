import type { MessageRecord } from "./message.entity.ts";

/** Whether the opens and clicks of a mail are counted (docs/messaging/mail-tracking.md). */

export type TrackedMessage = Pick<MessageRecord, "direction" | "purpose" | "body_html" | "tracks" | "is_tracked">;

/**
 * Decides it when a mail is written and when it is sent. For marketing mails the choice of their send holds; messages of earlier releases have
 * none. Other mails are tracked if their author asks for it and the account still tracks.
 */
export function isTracked(
  { direction, purpose, body_html, tracks, is_tracked }: TrackedMessage,
  isAccountTracking: boolean,
): boolean {
  if (direction !== "out" || body_html === null) return false;
  return purpose === "marketing" ? (is_tracked ?? isAccountTracking) : tracks === true && isAccountTracking;
}
