import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { isOpen } from "../../people/activity/activity.rules.ts";
import { Activity } from "../../people/activity/activity.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { BookingLock } from "./booking-lock.ts";

/**
 * Future meetings of an email address with a host. They are stored in the lock of both, so that concurrent bookings cannot exceed the
 * limit.
 */
const StoredMeetings = z.object({
  ahead: z.array(z.object({ id: z.string(), end: z.string() })).default([]),
  lead_id: z.string().nullable().default(null),
});

export interface UpcomingMeetings extends z.output<typeof StoredMeetings> {
  lock: BookingLock.BookingLock;
}

/** The most future meetings of one email address with one host. */
const MAX_UPCOMING = 3;

/** Reads the future meetings that still take place. Refused if the limit is reached. */
export async function read(host: string, email: string): Promise<UpcomingMeetings> {
  const [fence] = await BookingLock.readAll([["visitor", host, email.toLowerCase()]]);
  const { ahead: bookedMeetings, lead_id } = StoredMeetings.parse(fence.item ?? {});
  const upcomingMeetings = bookedMeetings.filter(({ end }) => end > Clock.now());
  const activities = await Activity.loadLive(upcomingMeetings.map(({ id }) => id));
  const standing = upcomingMeetings.filter((_, index) => activities[index] && isOpen(activities[index]));
  if (standing.length >= MAX_UPCOMING)
    throw ruleViolation(`${MAX_UPCOMING} meetings are already booked with this email address: move or cancel one of them`);
  return { lock: fence, ahead: standing, lead_id };
}

/** Adds a meeting that ends at `end`, and the lead by which the host sees the visitor. */
export function add(
  tx: Transaction,
  { lock, ahead: upcomingMeetings }: UpcomingMeetings,
  id: string,
  end: string,
  lead_id: string | null,
): void {
  const next = [...upcomingMeetings, { id, end }];
  const last =
    next
      .map((meeting) => meeting.end)
      .toSorted()
      .at(-1) ?? end;
  BookingLock.bump(tx, lock, last, { ahead: next, lead_id });
}

export * as UpcomingMeetings from "./upcoming-meetings.ts";
