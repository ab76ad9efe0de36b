import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { isOpen } from "../../people/activity/activity.rules.ts";
import { Activity } from "../../people/activity/activity.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { BookingLock } from "./booking-lock.ts";

/** What somebody with an email address has booked of a host, kept with the fence of both: so nobody books beyond it side by side. */
const StoredMeetings = z.object({
  ahead: z.array(z.object({ id: z.string(), end: z.string() })).default([]),
  lead_id: z.string().nullable().default(null),
});

export interface UpcomingMeetings extends z.output<typeof StoredMeetings> {
  lock: BookingLock.BookingLock;
}

/** Meetings that one email address has ahead of one host. */
const MAX_UPCOMING = 3;

/** What is still ahead, and takes place; refused where that is as much as one may have. */
export async function read(host: string, email: string): Promise<UpcomingMeetings> {
  const [fence] = await BookingLock.readAll([["visitor", host, email.toLowerCase()]]);
  const { ahead, lead_id } = StoredMeetings.parse(fence.item ?? {});
  const known = ahead.filter(({ end }) => end > Clock.now());
  const activities = await Activity.loadLive(known.map(({ id }) => id));
  const standing = known.filter((_, at) => activities[at] && isOpen(activities[at]));
  if (standing.length >= MAX_UPCOMING)
    throw ruleViolation(`${MAX_UPCOMING} meetings are booked with this email address already: move or cancel one of these`);
  return { lock: fence, ahead: standing, lead_id };
}

/** Adds one that ends at `end`, and the lead by which the host sees who it is. */
export function add(
  tx: Transaction,
  { lock: fence, ahead }: UpcomingMeetings,
  id: string,
  end: string,
  lead_id: string | null,
): void {
  const next = [...ahead, { id, end }];
  const last =
    next
      .map((each) => each.end)
      .toSorted()
      .at(-1) ?? end;
  BookingLock.bump(tx, fence, last, { ahead: next, lead_id });
}

export * as UpcomingMeetings from "./upcoming-meetings.ts";
